"""Complaints after GB/T 19012, with the five checks and the report of what is major."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T03 投诉处理 | Complaint handling
summary 五清楚一报告：受理、评审、调查、答复，有内部升级和外部途径。 \
| Five checks and one report: intake, assessment, inquiry, reply, with review and outside ways.
group complaint
purpose 让每件投诉都有人听清、查清、答清，重大的马上报告。 \
| Every complaint is heard, examined and answered; what is major is reported at once.
starts 客户表示不满并要求答复。 | A customer is dissatisfied and asks for an answer.
ends 客户接受并回访满意，或告知外部途径后关闭。 | Accepted and confirmed, or closed with outside ways named.
owner manager
review 2027-06-30
phase receive 受理告知 | Receive ; 已收到投诉 | Received ; 已登记，一个工作日内告知收悉。 | Registered; receipt is confirmed within a day.
phase assess 初步评审 | Assess ; 正在评估 | Assessing ; 正在评估影响和紧急程度。 | Effect and urgency are assessed.
phase investigate 调查 | Investigate ; 正在调查 | Investigating ; 正在核实情况、查找原因。 | Facts and causes are examined.
phase reply 答复 | Reply ; 正在答复 | Replying ; 正在拟定并沟通答复。 | An answer is prepared and discussed.
{common.CLOSE_PHASE}
{common.VARIABLES}
var injury boolean ; 人身或安全 | Injury or safety
var media boolean ; 媒体或群体 | Media or many people
var amount number ; 涉及金额 | Amount in dispute
var severity choice high medium low ; 严重性 | Severity
var major boolean ; 重大投诉 | Major
var level choice major serious ordinary ; 投诉级别 | Level
var pays boolean ; 需要补偿 | Compensation needed
lane desk role=agent up=supervisor 客服 | Agents
lane supervisor role=supervisor up=manager 客服主管 | Supervisors
lane leader role=manager up=head 公司负责人 | Leaders
lane lead role=engineer up=head dept==lead_department 主责部门 | Lead department
lane approver role=approver up=head dept==lead_department 审批人 | Approvers
lane quality role=quality up=manager 质量管理 | Quality
{common.opening("desk", "receive", "客户投诉 | Complaint arrives")}
user register 登记投诉 | Register complaint
  status new
  form F06 accept
  limit PT30M
  do 听完再问，把事实和要求分开记。 | Hear it out, then ask; record facts and wishes apart.
  how 不打断，听完复述一遍请客户确认 | Do not interrupt; repeat it and have it confirmed
  how 问清时间、经过、要求的补救 | Ask for time, course, and the remedy wanted
  mind 不急着表态，不与客户争辩 | No hasty promise, no arguing
  must 涉及人身安全的马上报告，不等登记完 | Danger to people is reported at once, before the record is finished
  proof 原话、要求、联系方式 | Their words, demand, contact
choose registered 受理？ | Accept?
  by 不满意并要求答复的都按投诉受理 | Dissatisfied and asking for an answer is a complaint
  -> confirm_receipt: 受理 | Accept
  x> link_duplicate: 重复投诉 | Duplicate
  x> explain: 不属投诉 | No complaint
auto link_duplicate 关联原投诉 | Link duplicate
  op close_as_duplicate
end end_merged 已合并 | Merged
  status merged
user confirm_receipt 告知收悉 | Confirm receipt
  form F06 receipt
  limit 1d
  how 告诉编号、谁来办、什么时候再联系 | Tell number, who handles it, when you call again
  mind 不承诺结果 | Promise no result
in supervisor assess
user assess 初步评审 | Assess
  status triage
  form F06 assess
  limit PT4H
  how 按严重、复杂、影响、是否立即行动逐项评 | Judge severity, complexity, effect, immediate action
  mind 看是否群发或重复 | See whether others have it too
  proof 各项判定和依据 | Each judgement with grounds
rule grade 定级 | Grade
  table complaint_level
if is_major 重大？ | Major?
  by 涉及人身、媒体或大额的为重大，半小时内报告 | People, media or large sums: reported within half an hour
  -> notify_leader: 重大 | Major ? major == true
  => investigate: 一般 | Ordinary
send notify_leader 通知负责人 | Notify head
  op notify_head
user report_major 报告领导 | Report major
  form F07 report
  limit PT30M calendar=24x7
  how 先电话报告，再补报告单 | Call first, then the report
  mind 只报核实过的事实 | Only verified facts
  must 重大投诉不得过夜不报 | No major complaint stays unreported overnight
in leader assess
user instruct 领导批示 | Instruct
  form F07 instruct
  limit PT2H calendar=24x7
  how 定口径、定人、定时限 | Fix wording, people, limits
  mind 对外只由一人发言 | One voice to the outside
in lead investigate
user investigate 调查核实 | Investigate
  form F06 investigate
  limit 5d
  how 先做回避检查，再分别听双方、看记录 | Check for conflict of interest, hear both sides, read records
  mind 不让当事人自己查自己 | Nobody examines themselves
  proof 事实、结论、材料 | Facts, verdict, material
choose investigated 查清？ | Clear?
  by 事实有证据的进入答复，要回避的改派 | Proved facts lead to a reply; a conflict of interest is reassigned
  -> propose: 已查清 | Clear
  <- assess: 需回避，改派 | Conflict, reassign ? times.assess < 3
in lead reply
user propose 拟定答复 | Draft reply
  form F06 reply
  limit 2d
  how 逐条回应诉求，写明依据和完成日期 | Answer each wish with grounds and a date
  mind 补偿按规定的额度提 | Compensation within the rules
if pays_how 要补偿？ | Compensates?
  by 有补偿的须审批，没有补偿的直接沟通 | With compensation it needs approval, without none
  -> approve_reply: 有补偿 | Yes ? pays == true
  => communicate: 无补偿 | No
in approver reply
user approve_reply 审批答复 | Approve reply
  status pending_approval
  form F06 approval
  limit PT4H
  how 看依据、额度和先例 | Look at grounds, amount, precedents
  mind 与本人有关的回避 | Step aside where you are concerned
choose reply_decided 审批意见 | Decision
  by 依据充分、额度合规的同意 | Agree when grounded and within the rules
  -> communicate: 同意 | Approve
  <- propose: 退回 | Return ? times.propose < 4
in desk reply
user communicate 沟通答复 | Communicate
  form F06 decide
  limit 1d
  how 先说结论，再说依据，听客户意见 | Verdict first, then grounds, then listen
  mind 不能当场解决的当场约定下次回复时间 | If not settled, agree the next reply at once
  must 下次回复不超过三个工作日 | The next reply within three working days
choose communicated 客户接受？ | Accepted?
  by 接受的履行；不接受的再议、升级或告知外部途径 | Accepted: fulfil; else talk again, review, or outside ways
  -> fulfil: 接受 | Accepted
  <- reply_later: 约定再答 | Reply later ? times.communicate < 4
  -> review: 内部升级 | Internal review ? times.review < 1
  x> external: 不接受 | Refused
pause reply_later 下次回复到期 | Next reply due
  after PT24H default
  status waiting_customer
  holder nobody
  -> communicate
in leader reply
user review 内部复审 | Internal review
  form F06 review
  limit 3d
  how 由未参与的人看全部材料 | Somebody not involved reads everything
  mind 只看事实和规则 | Facts and rules only
choose reviewed 复审结论 | Review result
  by 有改变余地的重拟，没有的告知外部途径 | Redraft where there is room, else outside ways
  <- propose: 重拟答复 | Redraft ? times.propose < 5
  -> external: 维持 | Uphold
in desk close
user external 告知外部途径 | Outside ways
  form F06 external
  limit 1d
  how 写明机构、电话和所需材料 | Name bodies, numbers, papers
  mind 态度不变，记录不删 | Same manner, no record removed
end end_unsettled 未和解关闭 | Closed, unsettled
  status closed
in lead close
user fulfil 履行答复 | Fulfil
  form F06 fulfil
  limit 5d
  how 按约定办，办完留凭据 | Do what was agreed and keep proof
  mind 做不到的提前告诉客户 | Tell the customer before you fail
in desk close
user five_checks 五清楚核对 | Five checks
  form F06 clear
  limit PT4H
  how 逐项核对，每项写出依据 | Check one by one, each with evidence
  mind 有一项不清楚就不能告结 | One unclear item keeps it open
{common.callback("desk", "propose", "close")}
{common.archive("quality")}
{common.explaining("desk")}
withdrawal
duplicate
"""

TABLES: Final = """
table complaint_level 投诉定级 FIRST
in injury 人身或安全 boolean
in media 媒体或群体 boolean
in amount 涉及金额 number
in severity 严重性 string high medium low
out major 重大 boolean
out level 级别 string major serious ordinary
  true | - | - | - => true | major # 涉及人身安全
  - | true | - | - => true | major # 媒体或群体关注
  - | - | >= 50000 | - => true | major # 大额，金额线可改
  - | - | - | high => false | serious # 主要功能或较大损失
  - | - | - | - => false | ordinary # 其余
"""
