"""Telephone calls in three streams."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T05 电话三分流 | Calls in three streams
summary 边听边记，咨询当场答，投诉接住，日常转部门并追回结果。 \
| Record while listening; answer, take up, or pass on and fetch the result.
group general
purpose 让每个来电都有记录、有去处、有结果回到客服。 | Every call has a record, a way, and a result that comes back.
starts 客户来电或来访。 | A customer calls or visits.
ends 当场答复，或结果回到客服并告知客户。 | Answered at once, or the result came back and was told.
owner supervisor
review 2027-06-30
phase listen 接听记录 | Listen ; 已记录 | Recorded ; 已记录您的来电。 | Your call is recorded.
phase handle 分流办理 | Handle ; 正在办理 | Handling ; 相关部门正在办理。 | The department is on it.
phase close 回复关闭 | Close ; 已答复 | Answered ; 结果已告知您。 | You were told the result.
{common.VARIABLES}
var call_kind choice inquiry complaint daily ; 来电类别 | Kind of call
lane desk role=agent up=supervisor 客服 | Agents
lane supervisor role=supervisor up=manager 客服主管 | Supervisors
lane lead role=engineer up=head dept==lead_department 相关部门 | Department
in desk listen
start begin 来电来访 | Call or visit
user record 接听登记 | Record call
  status new
  form F05 caller content
  limit PT10M
  do 边听边记，挂断前复述一遍。 | Record while listening; repeat before hanging up.
  how 三声内接，报单位和姓名 | Answer within three rings with company and name
  mind 不打断，不推诿 | No interrupting, no passing the buck
  proof 来电人、号码、内容 | Caller, number, content
choose kind 哪一类？ | Which kind?
  by 问办法的是咨询，不满要答复的是投诉，其余是日常事项 | Asking: inquiry; dissatisfied: complaint; else daily
  -> answer: 咨询 | Inquiry
  -> take_up: 投诉 | Complaint
  -> pass_on: 日常事项 | Daily matter
in desk handle
user answer 当场解答 | Answer
  form F05 handling
  limit PT15M
  how 查知识库答，答完问是否清楚 | Answer from the knowledge base, ask whether it is clear
  mind 不确定的不答，约时间回 | When unsure do not answer; agree a time
choose answered 答清了？ | Clear?
  by 答清的结束，答不了的交主管协调 | Clear ends; else the supervisor coordinates
  -> close: 已答清 | Clear
  -> coordinate: 答不了 | Cannot
user take_up 受理投诉 | Take up
  form F06 accept
  limit PT15M
  how 听完、问清、记要求 | Hear, ask, record the demand
  mind 不争辩、不急着表态 | No arguing, no hasty promise
choose taken 怎么办？ | How?
  by 权限内的当场处理，其余按投诉处理另立单 | Within your rights settle it, else open a complaint
  -> reply: 当场处理 | Settled
  -> end_complaint: 转投诉处理 | As a complaint
end end_complaint 转投诉处理 | Goes on as complaint
  status closed
user pass_on 转相关部门 | Pass on
  form F01 classify
  limit PT30M
  how 定部门、写要求完成时间 | Department and the time wanted
  mind 转出不等于办完 | Passed on is not done
in lead handle
user deal 部门办理 | Deal with it
  form F03 execution
  limit PT16H
  how 办完把结果写回客服 | Write the result back to the desk
  mind 到期没结果先说进度 | Without a result report progress
choose dealt 办成？ | Done?
  by 办成的回复，转错的退回，办不了的协调 | Done: reply; wrong: back; cannot: coordinate
  -> reply: 已办 | Done
  <- pass_on: 转错退回 | Return ? times.pass_on < 3
  -> coordinate: 办不了 | Cannot
in supervisor handle
user coordinate 主管协调 | Coordinate
  form F04 arbitrate
  limit PT4H
  how 找到能办的人并定时间 | Find who can and fix a time
  mind 当天给客户一个说法 | Tell the customer something today
choose coordinated 结果 | Result
  by 有人能办的再办，没有的直接答复 | Again where somebody can, else reply
  -> reply: 直接答复 | Reply
  <- pass_on: 再转办 | Pass on again ? times.coordinate < 2
in desk close
user reply 回复客户 | Reply
  form F04 inform
  limit PT2H
  how 说结果、说依据、问是否清楚 | Result, grounds, whether it is clear
  mind 打不通换时段，记下次数 | Other hours when there is no answer
auto close 关闭 | Close
  op close_issue
end end_closed 已关闭 | Closed
  status closed
withdrawal
duplicate
"""
