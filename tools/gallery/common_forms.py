"""Forms that several templates fill in."""

from typing import Final

FORMS: Final = """
form F06 客户投诉处理表 | Complaint handling record
keep P3Y
group accept 受理 | Intake
  received_at: 受理时间 | Received at : datetime [default==now]
  way: 受理方式 | Received by : select phone=电话|Telephone; visit=来访|Visit; email=邮件|E-mail; letter=信函|Letter; online=在线|Online
  complainant*: 投诉人 | Complainant : text [default==customer.name]
  phone: 联系电话 | Telephone : phone [default==contact.phone]
  agent_name: 代理人及授权 | Representative and mandate : text
  product*: 产品或服务 | Product or service : text
  reference: 编号、订单或合同号 | Reference, order or contract : text
  occurred_on: 问题发生日期 | Date of the problem : date
  repeated: 是否重复发生 | Repeated : bool
  kind*: 投诉类别 | Kind : select quality=产品质量|Product quality; service=服务态度|Service; delivery=交付|Delivery; \
price=价格收费|Price; safety=安全|Safety; other=其他|Other
  description*: 投诉内容（原话） | Complaint in their words : area [default==issue.description]
  remedy*: 要求的补救 | Remedy asked for : area
  evidence: 附件 | Attachments : files
group receipt 告知收悉 | Receipt
  confirmed_at: 告知时间 | Told at : datetime [default==now]
  confirmed_way*: 告知方式 | Told by : select phone=电话|Telephone; message=短信|Text message; email=邮件|E-mail; letter=书面|Letter
  contact_again: 下次联系时间 | Next contact : datetime
group clear 五清楚 | Five checks
  heard*: 听清楚 | Heard to the end : bool
  asked*: 问清楚 | Asked for the facts : bool
  followed*: 跟清楚 | Followed up : bool
  replied*: 复清楚 | Answered : bool
  recorded*: 记清楚 | Recorded : bool
  clear_note: 每项的依据 | Evidence for each : area
group assess 初步评审 | Assessment
  injury*: 涉及人身伤害或安全 | Injury or safety : bool
  media*: 媒体或群体关注 | Media or many people : bool
  amount: 涉及金额（元） | Amount in dispute : money
  severity*: 严重性 | Severity : choice high=高|High|危及安全、主要功能丧失|Safety or main function lost; \
medium=中|Medium|部分功能或体验受影响|Part of the function affected; low=低|Low|轻微不便|Slight inconvenience
  complexity: 复杂性 | Complexity : choice high=高|High; medium=中|Medium; low=低|Low
  immediate: 是否需要立即行动 | Immediate action needed : bool
  action_taken: 已采取的措施 | Action taken : area [when=immediate:true]
  may_compensate: 可能需要赔偿 | Compensation likely : bool
  lead_department*: 主责部门 | Lead department : department
group investigate 调查 | Investigation
  avoided*: 已做回避检查 | Conflict of interest checked : bool \
[hint=调查人与投诉事项没有利害关系|The investigator has no stake in the matter]
  facts*: 查明的事实 | Facts found : area
  findings*: 结论 | Verdict : select upheld=成立|Upheld; partly=部分成立|Partly upheld; not=不成立|Not upheld
  cause: 原因 | Cause : area
  materials: 调查材料 | Material : files
group reply 答复方案 | Reply
  proposal*: 答复与补救方案 | Reply and remedy : area
  compensation: 补偿金额（元） | Compensation : money [when=pays:true]
  corrective: 纠正措施与责任人 | Corrective action and owner : area
  pays*: 需要补偿 | Compensation needed : bool
  promised_on: 完成日期 | To be done by : date
group approval 审批 | Approval
  reply_opinion*: 审批意见 | Opinion : area
group fulfil 履行 | Fulfilment
  fulfilled*: 履行情况 | What was done : area
  fulfilled_on: 完成日期 | Done on : date
  fulfilled_proof: 凭据 | Proof : files
group decide 沟通决定 | Communicating
  told_at: 沟通时间 | Told at : datetime [default==now]
  told_text*: 沟通内容 | What was said : area
  customer_view*: 客户意见 | Customer’s view : area
  next_reply_on: 下次回复日期 | Next reply on : date \
[hint=没有当场解决的必填，不超过三个工作日|Needed when not settled; within three working days]
group external 外部途径 | Outside ways
  ways*: 告知的外部争议解决途径 | Outside dispute bodies named : checks association=消费者组织|Consumer association; \
mediation=行业调解|Trade mediation; authority=监管部门|Authority; court=仲裁或诉讼|Arbitration or court
  external_note: 说明 | Note : area
group review 内部升级 | Internal review
  review_opinion*: 复审意见 | Opinion of the review : area

form F07 重大投诉报告单 | Major complaint report
keep P5Y
group report 报告 | Report
  grounds*: 判定依据 | Grounds : area
  reported_at: 上报时间 | Reported at : datetime [default==now]
  summary*: 概要 | Summary : area
  effects*: 影响 | Effects : checks person=人身|People; media=媒体|Media; money=金额|Money; group=群体|Many people; law=法律|Law
  measures*: 已采取措施 | Measures taken : area
  requested: 请示事项 | Asked of the leader : area
  opinion_trend: 舆情情况 | Public opinion : area
group instruct 领导批示 | Instruction
  confirmed_at: 确认时间 | Confirmed at : datetime [default==now]
  instruction*: 批示意见 | Instruction : area
  spokesperson: 对外发言人 | Spokesperson : text
group team 处置 | Handling
  team*: 专项小组与分工 | Team and tasks : area
  statement: 对外说明 | Public statement : area
  handled*: 处置经过 | What was done : area
  trend: 舆情变化 | Change of opinion : area
  calm: 事态已平息 | Settled : bool

form F12 回访计划与记录 | Call-back plan and records
keep P3Y
group plan 计划 | Plan
  purpose*: 回访目的 | Purpose : area
  target*: 对象与抽样 | Whom and how many : area
  questions*: 问题清单 | Questions : table question*=问题|Question=text; kind=答法|Kind of answer=text
  goal: 接通率目标（%） | Goal for reached (%) : percent
  from_on*: 开始日期 | From : date
  until_on*: 结束日期 | Until : date
group approval 审批 | Approval
  plan_opinion*: 审批意见 | Opinion : area
group list 清单 | Lists
  drawn*: 抽取条件与数量 | How drawn, how many : area
  lists*: 分配清单（每份一位专员） | Lists, one a caller : names
group call 记录 | Records
  calls*: 回访记录 | Records : table customer*=客户|Customer=text; phone=电话|Telephone=phone; called_at=时间|Time=datetime; \
status*=接通状态|Status=text; tries=次数|Tries=int; answer=回答|Answers=area; advice=建议|Advice=area; verdict=结论|Verdict=text
group check 核对 | Check
  reached_share*: 接通率（%） | Share reached (%) : percent
  check_note: 抽听与核对 | Listening and check : area
group issues 建单 | Issues
  dissatisfied*: 不满意数 | Dissatisfied : int
  opened*: 已建单编号 | Issues opened : area
group summary 汇总 | Summary
  asked*: 应访数 | To be called : int
  answered*: 有效数 | Answered : int
  findings*: 主要意见 | Main findings : area
  by_group: 分群结果 | By group : area
group conclusion 总结 | Conclusion
  actions*: 改进事项 | Actions : table action*=事项|Action=text; owner*=责任人|Owner=person; due*=期限|Due=date
  last_round: 上轮事项完成情况 | Last round’s actions : area

form F13 报修登记簿 | Repair request register
keep P3Y
group request 报修 | Request
  reported_at: 报修时间 | Reported at : datetime [default==now]
  customer_name*: 客户名称 | Customer : text [default==customer.name]
  contact_name: 联系人 | Contact : text [default==contact.name]
  phone*: 电话 | Telephone : phone [default==contact.phone]
  address*: 地址 | Address : text
  device*: 产品与型号 | Product and model : text
  serial: 序列号 | Serial number : text
  bought_on: 购买或竣工日期 | Bought or completed on : date
  fault*: 故障现象与现场情况 | Fault and site : area [default==issue.description]
  danger: 有无安全危险 | Any danger : bool
  wanted_at: 希望上门时间 | Wished time : datetime
  photos: 照片 | Photos : files

form F14 服务派工单 | Service work order
keep P5Y
group cover 保修判定 | Cover
  in_contract*: 在维保合同内 | Under a service contract : bool
  in_warranty*: 在免费维护期内 | Within the warranty : bool
  misuse: 人为损坏或保修除外 | Misuse or excluded : bool
  internal: 内部行政工作 | Internal work : bool
  contract_no: 合同号 | Contract number : text
  warranty_until: 保修截止 | Warranty until : date
  cover_basis*: 判定依据 | Grounds : area
  lead_department*: 服务部门 | Service department : department
group quote 报价 | Quote
  labour_fee*: 工时费（元） | Labour : money
  parts_fee*: 材料费（元） | Parts : money
  travel_fee: 上门费（元） | Travel : money
  quote_note: 报价说明与有效期 | Terms and validity : area
group booking 预约 | Booking
  visit_at: 约定上门时间 | Agreed time : datetime
  visit_place: 上门地点 | Place : text
  visit_note: 注意事项 | What to mind : area
  tries: 联系经过 | Contact attempts : area
group dispatch 派工 | Dispatch
  technician*: 技术员 | Technician : person
  carry: 携带备件与工具 | Parts and tools to carry : area
  dispatch_note: 派工说明 | Note : area
group accept 接单 | Acceptance
  accepted_at: 接单时间 | Accepted at : datetime [default==now]
  accept_note: 接单说明或拒单原因 | Note or reason to decline : area
group visit 检修 | Repair
  arrived_at*: 到达时间 | Arrived at : datetime
  left_at: 离开时间 | Left at : datetime
  diagnosis*: 诊断 | Diagnosis : area
  fault_kind: 故障类型 | Kind of fault : select part=零件损坏|Part failed; install=安装问题|Installation; \
use=使用不当|Handling; software=软件设置|Software; wear=自然磨损|Wear; none=未见故障|No fault found
  process*: 处理过程 | What was done : area
  replaced: 更换零件 | Parts replaced : table part*=名称|Part=text; model=规格|Model=text; count*=数量|Count=int; \
price=单价|Price=money; old_no=旧件号|Old number=text; new_no=新件号|New number=text
  hours: 工时（小时） | Hours : number
  visit_photos: 现场照片 | Photos : files
group bench 修护 | Workshop
  bench_diagnosis*: 检测结果 | Findings : area
  bench_process*: 修护过程 | What was done : area
  bench_parts: 更换零件 | Parts replaced : table part*=名称|Part=text; model=规格|Model=text; count*=数量|Count=int; price=单价|Price=money
  bench_tested: 修后试机结果 | Test after repair : area
group trial 试机 | Trial
  trial_run*: 试机结果 | Result : area
  trial_hours: 连续运行（小时） | Hours run : number
group handin 交单 | Handing in
  handed_at: 交单时间 | Handed in at : datetime [default==now]
  papers*: 交回单据 | Papers handed in : checks order=派工单|Work order; voucher=服务凭证|Voucher; receipt=收据|Receipt; money=款项|Money
  sampled*: 抽中质检 | Sampled for inspection : bool
  handin_note: 备注 | Remark : area

form F15 服务凭证 | Service voucher
keep P5Y
group sign 试机签字 | Test and signature
  test_result*: 试机结果 | Test result : area
  amount: 应收费用（元） | Amount due : money
  customer_words: 客户意见 | Customer’s words : area
  signed_by: 签字人 | Signed by : text
  signature: 签字凭据 | Signature : files

form F16 客户商品领取收据 | Receipt for a customer’s goods
keep P5Y
group take 收件 | Taking in
  goods*: 商品名称与型号 | Goods and model : text
  goods_serial: 序列号 | Serial number : text
  look*: 外观与附件 | Condition and accessories : area
  take_reason*: 携回原因 | Why it is taken : area
  taken_at: 携回日期 | Taken on : datetime [default==now]
  expected_on*: 预计归还 | Expected return : date
  take_photos: 外观照片 | Photos : files
  customer_signed*: 客户已签认 | Signed by the customer : bool
group store 入库 | Storing
  shelf*: 存放位置 | Place : text
  label_no*: 标签号 | Label : text
  keeper: 保管人 | Keeper : person [default==actor]
group giveback 领回 | Giving back
  returned_at: 领回日期 | Returned at : datetime [default==now]
  received_by*: 领取人 | Received by : text
  received_proof: 领取签字 | Signature : files
  receipt_cancelled*: 收据已核销 | Receipt cancelled : bool
group remind 提醒 | Reminder
  reminded*: 提醒经过 | How it was reminded : area
  owner_says: 客户答复 | Customer’s answer : area

form F27 会议纪要 | Minutes
keep P5Y
group minutes 纪要 | Minutes
  held_at*: 时间 | Held at : datetime [default==now]
  attendees*: 参会人 | Attendees : area
  topics*: 议题与数据 | Topics and data : area
  findings*: 结论 | Conclusions : area
  actions*: 行动项 | Actions : table action*=事项|Action=text; owner*=责任人|Owner=person; due*=期限|Due=date
group approval 审批 | Approval
  minutes_opinion*: 审批意见 | Opinion : area

form F28 知识归档单 | Knowledge filing
keep P5Y
group pick 整理 | Collecting
  period*: 期间 | Period : text
  closed_count*: 应归档数 | To be filed : int
  complete_count*: 单据齐全数 | With complete papers : int
  missing: 缺件清单 | Missing papers : area
group file 归档 | Filing
  keywords*: 关键词（大类-现象-方案-年月） | Keywords (class-phenomenon-solution-month) : text
  articles*: 归入的知识条目 | Articles : area
  masked*: 个人信息已遮住 | Personal data masked : bool
  month_end: 本月最后一次归档 | Last filing of the month : bool

form F32 维修物资单 | Parts requisition
keep P3Y
group need 申请 | Request
  items*: 物资 | Items : table item*=名称|Item=text; model=规格|Model=text; count*=数量|Count=int; use=用途|Use=text
  need_on: 需用日期 | Needed on : date
  need_reason: 用途说明 | Purpose : area
group approval 审批 | Approval
  need_opinion*: 审批意见 | Opinion : area
group order 订购 | Order
  supplier: 供应来源 | Source : text
  eta*: 预计到货 | Expected arrival : date
  told_customer*: 已告知客户 | Customer told : bool
  order_note: 说明 | Note : area
group chase 催办 | Chasing
  chased*: 催办情况 | How it was chased : area
  new_eta: 新的到货日期 | New date : date
group issue 发放 | Issue
  issued_to: 领用人 | Issued to : person
  issued*: 实发明细 | Issued items : area
  stock_after: 库存核对 | Stock after : area
group arrival 到货检验 | Arrival
  certificate*: 合格证与批号 | Certificate and lot : area
  sample_result*: 抽检结果 | Sample : area
group difference 差异 | Difference
  difference*: 差异明细 | Differences : area
  difference_cause*: 原因与处理 | Cause and action : area
group back 退料 | Return
  returned_items*: 退回的新旧件 | Parts returned : area
  settled*: 账物相符 | Stock agrees : bool

form F33 收费与开票单 | Fee and invoice
keep P10Y
group receipt 收费 | Receipt
  received_amount*: 实收金额（元） | Received : money
  pay_way*: 付款方式 | Paid by : select cash=现金|Cash; wechat=微信|WeChat; alipay=支付宝|Alipay; card=刷卡|Card; transfer=转账|Transfer
  receipt_no: 收据号 | Receipt number : text
group invoice 开票 | Invoice
  invoice_title*: 发票抬头 | Invoice to : text
  tax_no: 税号 | Tax number : text
  invoice_amount*: 开票金额（元） | Invoiced : money
  invoice_no: 发票号 | Invoice number : text
  collect_by: 约定收款日 | To be paid by : date
group refund 退费 | Refund
  refund_amount*: 退费金额（元） | Refunded : money
  refund_reason*: 退费原因 | Reason : area

form F34 服务质检评分表 | Service inspection score
keep P3Y
group score 评分 | Score
  manner*: 服务规范 | Manner : rating
  skill*: 技术质量 | Workmanship : rating
  papers_ok*: 单据完整 | Papers : rating
  timely*: 时限 | Timeliness : rating
  passed*: 质检合格 | Passed : bool
  score_note: 问题与整改要求 | Faults and what to mend : area

form F36 改进建议与变更单 | Improvement and change
keep P5Y
group proposal 方案 | Proposal
  now*: 现状与问题 | Present state : area
  goal*: 目标 | Goal : area
  action*: 措施 | Action : area
  measure*: 怎么量 | How measured : area
  cost: 投入 | Cost : area
group approval 审批 | Approval
  opinion*: 审批意见 | Opinion : area
group execution 落实 | Execution
  done*: 完成情况 | What was done : area
  trouble: 遇到的问题 | Troubles : area
group effect 效果 | Effect
  before*: 改进前 | Before : text
  after*: 改进后 | After : text
  sample*: 样本数 | Sample : int
  verdict*: 结论 | Verdict : area
group fixed 固化 | Fixing
  documents*: 修改的文件与流程 | Documents and process : area
  next_check: 下次复查 | Next check : date
"""
