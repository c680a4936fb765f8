"""Inquiries of gas users and calls back to them."""

from typing import Final

from tools.gallery import common
from tools.gallery.gas import FORMS as GAS_FORMS

CHART: Final = f"""
chart GAS6 用户咨询与回访 | Inquiries and call-backs
summary 热线咨询、意见建议、公告与紧急呼出、回访、档案更新。 | Hotline, suggestions, notices and urgent calls, call-back, file update.
group gas
purpose 用户一个电话找得到人，问得明白，意见有回音。 | One call finds somebody who knows, and views are answered.
starts 用户来电，或需要通知、回访用户。 | A user calls, or users must be told or called.
ends 答复清楚、通知到位、档案更新。 | Answered, told, and the file updated.
owner supervisor
review 2027-06-30
phase listen 接听登记 | Listen ; 已接听 | Recorded ; 已记录来电。 | The call is recorded.
phase handle 答复办理 | Handle ; 正在办理 | Handling ; 正在答复或办理。 | It is answered or handled.
phase follow 回访更新 | Follow up ; 回访 | Call-back ; 将回访您。 | You will be called.
{common.VARIABLES}
lane desk role=agent up=supervisor 热线座席 | Hotline
lane supervisor role=supervisor up=manager 热线主管 | Supervisors
lane lead role=engineer up=head dept==lead_department 相关部门 | Department
in desk listen
start begin 来电或外呼 | Call in or out
user record 登记 | Record
  status new
  form F05 caller content
  limit PT10M
  how 核对户号，问清事由 | Check the account, ask what it is about
  mind 先问有没有异味 | Ask for smell first
  must 漏气立即转抢修，不继续登记 | A leak goes to rescue at once
choose kind 哪一类？ | Which?
  by 咨询当场答，意见转部门，要通知的审后呼出 | Answer, pass on, or call out after a check
  -> answer: 咨询 | Inquiry
  -> pass_on: 意见建议 | Suggestion
  -> notice: 公告或紧急通知 | Notice
in desk handle
user answer 解答 | Answer
  form F05 handling
  limit PT15M
  how 查知识库，答完复述要点 | Knowledge base, repeat the points
  mind 价格以公示为准 | Published prices only
choose answered 答清？ | Clear?
  by 答清的更新档案，答不了的转部门 | Clear: update; else pass on
  -> update: 已答清 | Clear
  -> pass_on: 转部门 | Pass on
user pass_on 转办 | Pass on
  form F01 classify
  limit PT1H
  how 定部门和时间 | Department and time
  mind 转后仍由座席跟到底 | The hotline stays on it
in lead handle
user deal 部门办理 | Deal with it
  form F03 execution
  limit PT16H
  how 办理并写明结果 | Do it and write the result
  mind 不采纳的也要说明 | Explain what is not taken up
  -> callback
in supervisor handle
user notice 审核通知 | Check notice
  form F45 notice
  limit PT1H calendar=24x7
  how 核对范围、时间、原因 | Range, time, reason
  mind 停气提前二十四小时 | Shut-off a day ahead
choose noticed 发布？ | Publish?
  by 内容无误的外呼和公告，有误的退回 | Right: publish; wrong: not
  -> call_out: 发布 | Publish
  x> end_not_sent: 不发布 | Not published
end end_not_sent 未发布 | Not published
  status closed
in desk handle
user call_out 外呼通知 | Call out
  form F12 call
  limit PT4H calendar=24x7
  how 分片呼出，未通的发短信 | By area; a message where nobody answers
  mind 医院学校逐一确认 | Hospitals and schools one by one
  -> update
in desk follow
user callback 回访 | Call back
  status callback
  form F04 callback
  limit 2d
  how 问结果和意见 | Result and views
  mind 三次不通发短信 | A message after three tries
choose called 满意？ | Satisfied?
  by 满意的更新档案，不满意的再办一次 | Satisfied: update; else once more
  -> update: 满意或不通 | Satisfied or not reached
  <- pass_on: 不满意 | Not satisfied ? times.callback < 2
user update 更新档案 | Update file
  form F45 update
  limit 1d
  how 改电话、用气、设备信息 | Number, use, appliances
  mind 改前与本人确认 | Confirm with the person first
auto close 关闭 | Close
  op close_issue
end end_closed 已办结 | Done
  status closed
withdrawal
duplicate
"""

FORMS: Final = (
    GAS_FORMS
    + """
form F45 通知与档案更新单 | Notice and file update
keep P5Y
group notice 通知 | Notice
  statement*: 通知内容 | Text : area
  range*: 通知范围 | Range : area
  until_at: 恢复时间 | Until : datetime
group update 更新 | Update
  user_no*: 用户编号 | User number : text
  changed*: 更新的内容 | What changed : area
  confirmed_by*: 确认方式 | Confirmed by : choice user=本人|The user; record=单据|Paper; visit=上门|Visit

"""
)
