"""Call-back rounds over the customer file."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T08 客户回访 | Call-back round
summary 计划、抽取、分配、拨打、记录、建单、汇总、总结。 | Plan, draw, assign, call, record, open issues, sum up, conclude.
group survey
purpose 定期听客户怎么说，不满意的当天有人接。 | Customers are heard regularly, and dissatisfaction is taken up the same day.
starts 到了计划的回访时间，或有专项回访要求。 | The planned time has come, or a special round is asked for.
ends 名单拨打完，不满意的已建单，总结已发布。 | The list is done, issues are opened, the conclusion is published.
owner manager
review 2027-06-30
phase plan 计划抽取 | Plan ; 安排回访 | Planned ; 近期会有专员联系您。 | Somebody will call you soon.
phase call 拨打记录 | Call ; 正在回访 | Calling ; 正在听取您的意见。 | We are listening to you.
phase sum 汇总总结 | Sum up ; 整理意见 | Summing up ; 意见正在汇总改进。 | Your views are summed up and acted on.
{common.VARIABLES}
var lists list ; 分配清单 | Lists to call
var reached_share number ; 接通率 | Share reached
var dissatisfied number ; 不满意数 | Dissatisfied
lane supervisor role=supervisor up=manager 客服主管 | Supervisors
lane desk role=agent up=supervisor 回访专员 | Callers
lane manager role=manager up=head 服务经理 | Managers
in supervisor plan
start begin 到回访时间 | Time for a round
user plan 回访计划 | Plan round
  status new
  form F12 plan
  limit 2d
  how 定目的、对象、问题、时间和拨打规则 | Purpose, whom, questions, time, calling rules
  mind 问题不超过六个，客户三分钟答完 | At most six questions, three minutes
  must 退订和投诉处理中的客户不打 | No calls to those who opted out or have an open complaint
in manager plan
user approve_plan 审批计划 | Approve plan
  status pending_approval
  form F12 approval
  limit 1d
  how 看对象合适、问题不诱导 | Right people, no leading questions
  mind 节假日前后不安排 | Not around holidays
choose plan_decided 审批意见 | Decision
  by 目的清楚、名单合规的同意 | Agree when purpose and list are right
  -> extract: 同意 | Approve
  <- plan: 退回 | Return ? times.plan < 3
  x> end_cancelled: 取消本轮 | Cancel
end end_cancelled 已取消 | Cancelled
  status terminated
in supervisor plan
user extract 抽取分配 | Draw and assign
  form F12 list
  limit 1d
  how 从客户档案抽取，去重，按专员分清单 | Draw from the file, remove doubles, one list a caller
  mind 一人三十天内只访一次 | One call a person in thirty days
in desk call
user call 电话回访 | Call
  status callback
  form F12 call
  each lists as call_list
  limit 3d
  do 按清单逐个拨打，逐条记录。 | Call down the list and record each.
  how 先说明身份和用时，再按问题问 | Say who you are and how long it takes, then ask
  how 未接通的记下，换日再拨，最多三次 | Note no answers, another day, three times at most
  mind 午休和晚八点后不打 | Not at noon or after eight
  must 不争辩、不承诺，意见照原话记 | No arguing, no promise, their own words
  proof 接通状态、回答、建议 | Reached or not, answers, suggestions
in supervisor call
user check_reached 核对接通 | Check reached
  form F12 check
  limit 1d
  how 看接通率和记录是否完整 | Share reached and complete records
  mind 抽听录音核对 | Listen to some recordings
choose enough 接通够？ | Enough reached?
  by 接通率达到目标的汇总，不够的换日再拨，最多三轮 | At the target sum up, else another day, three rounds at most
  -> open_issues: 够或已三轮 | Enough or three rounds
  <- next_day: 再拨一轮 | Another round ? times.call < 3
pause next_day 次日再拨 | Next day
  after PT8H default
  status callback
  holder nobody
  -> call
in desk sum
user open_issues 不满意建单 | Open issues
  form F12 issues
  limit PT4H
  how 每个不满意建一张问题单，写原话 | One issue for each, in their words
  mind 当天联系，不等汇总 | Contact the same day, before summing up
in supervisor sum
user sum_up 汇总分析 | Sum up
  form F12 summary
  limit 3d
  how 按问题、客户群、专员分别看 | By question, group, caller
  mind 样本少的只报数不下结论 | Few answers: numbers only
in manager sum
user conclude 回访总结 | Conclude
  form F12 conclusion
  limit 3d
  how 定三件要改的事、责任人和期限 | Three things to change, owners, dates
  mind 上轮没改完的先交代 | Account for last round’s first
choose concluded 总结通过？ | Accepted?
  by 有数据、有措施、有责任人的通过 | Data, measures, owners
  -> end_done: 通过 | Accept
  <- sum_up: 退回补充 | Return ? times.sum_up < 3
end end_done 回访完成 | Round done
  status closed
"""
