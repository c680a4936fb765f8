"""How a chart itself is changed."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T18 流程变更 | Changing a flow
summary 申请、设计、校验、仿真、评审、试运行、发布、复盘。 | Ask, design, verify, rehearse, review, pilot, publish, look back.
group improvement
purpose 流程改得动、改得对、改了有据可查、不行能退。 | Flows can be changed, rightly, on record, and back again.
starts 有人提出改流程，或到了评审日期。 | Somebody asks for a change, or the review date has come.
ends 新版本发布并复盘，或申请不采纳、试运行退回。 | Published and looked back on, or declined, or rolled back.
owner manager
review 2027-06-30
phase ask 申请设计 | Ask ; 已收到建议 | Received ; 建议正在评估。 | Your suggestion is being weighed.
phase prove 校验仿真 | Prove ; 正在验证 | Proving ; 正在校验和仿真。 | It is verified and rehearsed.
phase review 评审 | Review ; 正在评审 | Reviewing ; 相关人员正在评审。 | People concerned review it.
phase publish 试行发布 | Publish ; 试行与发布 | Pilot ; 先试行再发布。 | Piloted, then published.
{common.VARIABLES}
var findings number ; 校验问题数 | Findings
lane owner role=supervisor up=manager 流程负责人 | Flow owner
lane quality role=quality up=manager 质量管理 | Quality
lane manager role=manager up=head 服务经理 | Managers
lane lead role=engineer up=head dept==lead_department 相关部门 | Departments concerned
in owner ask
start begin 变更申请 | Change asked for
user ask 登记变更 | Register
  status new
  form F44 ask
  limit PT8H
  how 写改哪里、为什么、影响谁 | Where, why, whom it affects
  mind 紧急的先写临时做法 | Urgent: write the interim way first
choose asked 采纳？ | Taken up?
  by 有数据或事实支撑的采纳，其余说明 | Facts or data are taken up, the rest explained
  -> design: 采纳 | Taken up
  x> end_declined: 不采纳 | Declined
end end_declined 未采纳 | Declined
  status closed
user design 设计新版 | Design
  form F44 design
  limit 5d
  how 先画现状，再改，注明每处改动 | Draw what is, change it, mark each change
  mind 特殊情况也要有路 | Special cases need a way too
in owner prove
user prove 自动校验 | Verify
  form F44 verify
  limit 1d
  how 消掉所有错误，警告逐条说明 | Mend every error, explain warnings
  mind 不删检查来过校验 | Do not drop checks to pass
choose proved 通过？ | Passed?
  by 没有错误、警告有说明的通过 | No errors, warnings explained
  -> rehearse: 通过 | Passed
  <- design: 修改 | Change ? times.design < 6
user rehearse 仿真演练 | Rehearse
  form F44 rehearse
  limit 2d
  how 用实际到达和人手，比较新旧 | Real arrivals and staff, old against new
  mind 写明假设和区间 | State assumptions and intervals
  proof 仿真报告 | Report
choose rehearsed 更好？ | Better?
  by 关键指标不变差且目标指标改善 | Nothing gets worse, the goal gets better
  -> both: 更好 | Better
  <- design: 再设计 | Design again ? times.design < 6
  x> end_declined: 不值得改 | Not worth it
in manager review
split both
  -> review_departments
  -> review_quality
in lead review
user review_departments 部门评审 | Departments review
  form F44 review
  limit 3d
  how 看步骤做不做得到，有没有遗漏 | Can it be done, is anything missing
  mind 意见写在对应的步骤上 | Comments on the step itself
  -> reviewed_join
in quality review
user review_quality 质量评审 | Quality review
  form F44 quality
  limit 3d
  how 查遗漏、错误、记录和时限 | Gaps, errors, records, limits
  mind 评审人不得是设计人 | Not the designer
  -> reviewed_join
in manager review
join reviewed_join
user approve_change 批准试行 | Approve pilot
  status pending_approval
  form F44 approval
  limit 2d
  how 看两方意见是否都有处理 | Were both opinions dealt with
  mind 未处理的意见不放过 | No opinion left open
choose change_decided 审批意见 | Decision
  by 意见都已处理的批准试行 | Approve the pilot when all is dealt with
  -> pilot: 批准 | Approve
  <- design: 退回修改 | Return ? times.design < 6
  x> end_declined: 不批准 | Refused
in owner publish
user pilot 试运行 | Pilot
  form F44 pilot
  limit 10d
  how 小比例或一个部门先跑，看数据 | A small share or one department; watch the data
  mind 出问题立即退回旧版 | Back to the old version at once on trouble
choose piloted 试行结果 | Pilot result
  by 达到目标的发布，没达到的修改或退回 | Goal reached: publish; else change or roll back
  -> publish: 发布 | Publish
  <- design: 修改 | Change ? times.design < 6
  x> end_rolled_back: 退回旧版 | Roll back
end end_rolled_back 已退回旧版 | Rolled back
  status terminated
in manager publish
user publish 发布培训 | Publish and teach
  form F44 publish
  limit 3d
  how 定生效日，培训，迁移在途事项 | Date, training, running matters
  mind 在途的逐类定走新版还是旧版 | For running matters say which version
pause look_back_due 一个月后 | A month later
  after P30D 24x7
  status resolved
  holder nobody
in quality publish
user look_back 发布后复盘 | Look back
  form F44 effect
  limit 5d
  how 前后对比，看区间 | Before and after, with intervals
  mind 没有效果也要写 | No effect is written down too
choose looked_back 保留？ | Keep?
  by 有改善或无害的保留，变差的再改 | Better or harmless stays, worse is changed
  -> end_published: 保留 | Keep
  <- design: 再改 | Change again ? times.look_back < 2
end end_published 发布完成 | Published
  status closed
"""

FORMS: Final = """
form F44 流程变更申请单 | Flow change
keep P10Y
group ask 申请 | Request
  flow*: 流程与版本 | Flow and version : text
  change*: 改什么 | What to change : area
  reason*: 原因与数据 | Reason and data : area
  affected: 影响的部门 | Departments affected : departments
  lead_department*: 主要相关部门 | Department concerned : department
group design 设计 | Design
  changes*: 改动清单 | Changes : table step*=步骤|Step=text; change*=改动|Change=text; why=原因|Why=text
  rollback*: 退回办法 | Way back : area
group verify 校验 | Verification
  findings*: 未消除的问题数 | Findings left : int
  explained: 说明 | Explanation : area
group rehearse 仿真 | Rehearsal
  assumptions*: 假设 | Assumptions : area
  comparison*: 新旧对比 | Old against new : table measure*=指标|Measure=text; old*=旧版|Old=text; new*=新版|New=text
group review 部门评审 | Department review
  department_opinion*: 意见 | Opinion : area
  omissions: 遗漏 | Gaps : area
group quality 质量评审 | Quality review
  quality_opinion*: 意见 | Opinion : area
  errors: 错误 | Errors : area
group approval 批准 | Approval
  opinion*: 审批意见 | Opinion : area
group pilot 试运行 | Pilot
  share*: 范围 | Range : text
  pilot_result*: 结果 | Result : area
group publish 发布 | Publishing
  effective_on*: 生效日 | Effective on : date
  trained*: 培训情况 | Training : area
  migration*: 在途事项处理 | Running matters : area
group effect 复盘 | Looking back
  effect*: 前后对比 | Before and after : area
  keep_it: 保留 | Keep : bool
"""
