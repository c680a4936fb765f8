"""Weekly filing, monthly review, and the improvements that come of it."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T17 每周归档月度复盘 | Weekly filing, monthly review
summary 周五归档、月末复盘、瓶颈立改进、到期验效果。 | File on Fridays, review at month’s end, improve bottlenecks, check effects.
group improvement
purpose 把办完的事变成知识，把反复的事变成改进。 | What is done becomes knowledge, what recurs becomes improvement.
starts 每周五或月末到期。 | Every Friday, or the month’s end.
ends 归档完成；复盘的改进事项已验证或转下月。 | Filed; improvements verified or carried to next month.
owner quality
review 2027-06-30
phase file 归档 | File ; 已归档 | Filed ; 办结事项已归档。 | Closed matters are filed.
phase review 复盘 | Review ; 复盘中 | Reviewing ; 正在复盘改进。 | It is reviewed.
phase improve 改进 | Improve ; 改进中 | Improving ; 改进正在落实。 | Improvements are under way.
{common.VARIABLES}
var month_end boolean ; 月末 | Month’s end
lane quality role=quality up=manager 质量管理 | Quality
lane supervisor role=supervisor up=manager 客服主管 | Supervisors
lane manager role=manager up=head 服务经理 | Managers
lane lead role=engineer up=head dept==lead_department 责任部门 | Responsible department
in quality file
start begin 归档日到 | Filing day
user collect 收集本周单据 | Collect papers
  status new
  form F28 pick
  limit PT4H
  how 列已关闭未归档的，查三份单据 | List what is closed and not filed; check three papers
  mind 缺件的退经办人 | Missing papers go back
choose collected 齐全？ | Complete?
  by 单据齐全的归档，缺的当日补齐 | Complete is filed, missing is supplied today
  -> file: 齐全 | Complete
  <- supply: 补件 | Supply ? times.supply < 3
in supervisor file
user supply 补齐单据 | Supply papers
  form F28 pick
  limit PT8H
  how 找经办人补，写补件日期 | The handler supplies it, with the date
  mind 补件不改原内容 | Supplying changes nothing
  -> collect
in quality file
user file 归档入库 | File
  form F28 file
  limit PT8H
  how 按大类、现象、方案、年月写关键词 | Keywords by class, phenomenon, solution, month
  mind 姓名电话遮住 | Mask names and numbers
  proof 归档清单 | List of what was filed
if is_month_end 月末？ | Month’s end?
  by 本月最后一次归档后复盘 | After the month’s last filing comes the review
  -> prepare: 是 | Yes ? month_end == true
  => end_filed: 否 | No
end end_filed 本周归档完成 | Filed this week
  status closed
in quality review
user prepare 备复盘数据 | Prepare data
  form F43 data
  limit 2d
  how 高频类型、平均时长、满意度、超时 | Frequent kinds, mean time, satisfaction, breaches
  mind 数字写出口径 | Say how numbers are counted
in manager review
user meet 月度复盘会 | Monthly review
  form F27 minutes
  limit 2d
  how 看趋势，找瓶颈，定三件事 | Trend, bottleneck, three things
  mind 对事不对人 | The matter, not the person
choose met 要改进？ | Improve?
  by 有瓶颈或重复的立项，没有的结束 | Bottlenecks and repeats become projects
  -> propose: 立改进项 | Improvement
  -> end_reviewed: 无 | None
end end_reviewed 复盘完成 | Reviewed
  status closed
in lead improve
user propose 拟改进方案 | Propose
  form F36 proposal
  limit 5d
  how 写现状、目标、措施、怎么量 | Present state, goal, action, measure
  mind 一次只改一处 | One change at a time
in manager improve
user approve_it 审批方案 | Approve proposal
  status pending_approval
  form F36 approval
  limit 2d
  how 看投入和预期 | Cost and gain
  mind 涉及流程的走流程变更 | Process changes go their own way
choose decided 审批意见 | Decision
  by 目标可量、资源落实的同意 | Agree when measurable and resourced
  -> carry_out: 同意 | Approve
  <- propose: 退回 | Return ? times.propose < 3
  x> end_reviewed: 不做 | Not done
in lead improve
user carry_out 落实改进 | Carry out
  form F36 execution
  limit 20d
  how 按计划做，每周报进度 | By plan, progress every week
  mind 先小范围试 | Try small first
in quality improve
user verify_it 验证效果 | Verify effect
  form F36 effect
  limit 5d
  how 前后同口径比，看样本够不够 | Compare alike, mind the sample
  mind 没有差异就说没有 | No difference is an answer
choose verified 有效？ | Effective?
  by 达到目标的固化，没达到的再改或停 | Goal reached is fixed, else again or stop
  -> fix_it: 有效 | Effective
  <- carry_out: 再改 | Again ? times.carry_out < 3
  x> end_reviewed: 停止 | Stop
user fix_it 固化做法 | Fix practice
  form F36 fixed
  limit 5d
  how 改文件、改流程、告诉大家 | Change documents and process, tell everybody
  mind 定下次复查日期 | Set the date of the next check
end end_improved 改进完成 | Improved
  status closed
"""

FORMS: Final = """
form F43 月度复盘数据 | Monthly review data
keep P3Y
group data 数据 | Data
  month*: 月份 | Month : text
  frequent*: 高频问题 | Frequent kinds : table kind*=类型|Kind=text; count*=件数|Count=int; before=上月|Last month=int
  mean_hours*: 平均解决时长（小时） | Mean hours to solve : number
  satisfaction*: 满意度 | Satisfaction : number
  breaches: 超时件数 | Breaches : int
  bottleneck*: 瓶颈 | Bottleneck : area
  lead_department*: 改进责任部门 | Department to improve : department

"""
