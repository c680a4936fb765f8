"""Orders passed on by a hotline or an authority, with limits by kind."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T14 热线与监管转办 | Orders from authorities
summary 限时签收、退单审定、延期、催办督办、答复回访、办结回填。 \
| Sign within the limit, return with grounds, extend, urge, reply, call back, report.
group government
purpose 让热线和监管转来的工单按时签收、依法办理、如实答复。 | Orders are signed in time, handled by the rules and answered truthfully.
starts 热线平台或监管部门转来工单。 | A hotline or authority passes on an order.
ends 答复诉求人并回填办结，或退单成立、撤诉。 | Answered and reported, or returned with success, or withdrawn.
owner manager
review 2027-06-30
phase receive 接单签收 | Sign ; 已接单 | Received ; 承办单位已签收。 | The unit has signed for it.
phase handle 办理 | Handle ; 正在办理 | Handling ; 正在核实办理。 | It is being examined and handled.
phase audit 审核答复 | Reply ; 正在答复 | Replying ; 办理意见审核后答复您。 | You are answered after an internal check.
phase close 回访办结 | Close ; 请您评价 | Please rate ; 已答复，请您评价。 | Answered; please rate it.
{common.VARIABLES}
var order_kind choice inquiry help complaint urgent ; 工单类别 | Kind of order
var limit_days number ; 办理期限（工作日） | Limit in working days
var urge_after string ; 催办时刻 | Urged after
var due_after string ; 督办时刻 | Supervised after
var notice_after string ; 通报时刻 | Named after
lane desk role=agent up=supervisor 转办专员 | Order desk
lane supervisor role=supervisor up=manager 分派主管 | Supervisors
lane lead role=engineer up=head dept==lead_department 承办部门 | Handling unit
lane approver role=approver up=head dept==lead_department 审核人 | Checkers
in desk receive
start begin 工单到达 | Order arrives
user sign 签收 | Sign
  status new
  form F37 receive sign
  limit PT4H
  do 在时限内签收，判断是否属于本单位。 | Sign in time and judge whether it is ours.
  how 核对编号、诉求、时限、是否保密 | Check number, request, limit, secrecy
  mind 诉求人信息不外传 | The person’s data goes no further
  must 超过签收时限视为已签收 | Late signing counts as signed
choose signed 属本单位？ | Ours?
  by 职责清单内的承办，不属的附依据退单一次 | Handle what is in our duties; else return once with grounds
  -> assign: 承办 | Handle
  -> return_order: 申请退单 | Return ? times.return_order < 1
user return_order 退单说明 | Return with grounds
  form F37 return
  limit PT4H
  how 引用职责依据，建议承办单位 | Quote the duty and name the right unit
  mind 同一工单只能退一次 | Only once for one order
  proof 职责文件 | The rule on duties
wait return_wait 等平台审定 | Waiting for ruling
  status waiting_third_party
  holder nobody
  -> return_accepted
  -> return_forced
  -> return_silent
hear return_accepted 退单成立 | Return accepted
  message return_accepted
  status waiting_third_party
  holder nobody
end end_returned 已退单 | Returned
  status closed
hear return_forced 审定强派 | Assigned by ruling
  message assigned_by_authority
  status waiting_third_party
  holder nobody
  -> assign
pause return_silent 一个工作日未复 | No ruling in a day
  after PT8H default
  status waiting_third_party
  holder nobody
  -> assign
in supervisor receive
user assign 分派承办 | Assign
  status triage
  form F37 assign
  limit PT2H
  how 定类别、定主责，需配合的写明 | Fix kind and lead; name who supports
  mind 跨部门的先定牵头 | Across departments name the lead first
rule set_limit 定期限 | Set limit
  table order_limit
in lead handle
user handle 办理 | Handle
  form F37 handle
  limit 13d up=head
  do 在期限内查清、处理、形成答复意见。 | Find out, act, and draft the answer within the limit.
  how 先联系诉求人，再核实，再处理 | Contact the person first, then verify, then act
  mind 期限按类别，以工单上的为准 | The limit depends on the kind; the order’s own prevails
  must 不得把诉求人信息告诉被投诉人 | Never tell the accused who asked
  proof 核实材料、处理结果 | Evidence and result
alarm urge 催办 | Urge
  on handle
  after urge_after default
  -> tell_urge
alarm supervise 督办 | Supervise
  on handle
  after due_after default
  -> tell_supervise
alarm criticise 通报 | Name
  on handle
  after notice_after default
  -> tell_notice
choose handled 办理结果 | Handled?
  by 办妥的送审；确需更多时间的期满前一日申请一次延期 | Done: to the check; more time: once, a day before the limit
  -> audit: 送审 | To the check
  -> extend: 申请延期 | Ask for more time ? times.extend < 1
user extend 申请延期 | Ask for more time
  form F37 extend
  limit PT4H
  how 写明原因、已办事项、新的日期 | Reason, work done, new date
  mind 延期要告诉诉求人 | Tell the person about it
  -> extension
send tell_urge 发催办 | Send urge
  op notify_head
end end_urged 已催办 | Urged
send tell_supervise 发督办 | Send supervision
  op notify_head
end end_supervised 已督办 | Supervised
send tell_notice 发通报 | Send notice
  op notify_head
end end_named 已通报 | Named
in approver handle
user extension 延期审核 | Check extension
  form F37 audit
  limit PT4H
  how 看是否确需、是否已告知 | Is it needed, was it told
  mind 不因拖延而延期 | Delay is no reason
  -> handle
in approver audit
user audit 审批答复 | Approve reply
  status pending_approval
  form F37 audit
  limit PT8H
  how 看事实、依据、措辞、是否逐条回应 | Facts, grounds, wording, every point answered
  mind 套话不算答复 | Empty phrases are no answer
choose audited 审批意见 | Decision
  by 逐条回应且有依据的通过 | Pass when every point is answered with grounds
  -> reply: 通过 | Pass
  <- handle: 退回重办 | Return ? times.handle < 5
in desk audit
user reply 答复诉求人 | Reply
  form F37 reply
  limit PT8H
  how 电话答复并留书面，问清意见 | By telephone and in writing; ask for their view
  mind 法律救济途径要告知 | Name the legal remedies
  proof 答复时间、方式、内容 | When, how, what
in desk close
user revisit 回访 | Call back
  status callback
  form F37 result
  limit 2d
  how 问是否联系、是否解决、是否满意 | Contacted, solved, satisfied
  mind 不劝评，不诱导 | No persuading, no leading
choose revisited 满意？ | Satisfied?
  by 不满意且仍有办法的重办一次 | Handled once more when dissatisfied and a way is left
  -> report_back: 满意或不通 | Satisfied or not reached
  <- handle: 不满意重办 | Handle again ? times.reply < 2
user report_back 办结回填 | Report back
  form F37 finish
  limit 1d
  how 在原平台回填结果和凭据 | Enter result and proof in the platform
  mind 回填与答复一致 | It says what the reply says
end end_closed 已办结 | Closed
  status closed
withdrawal
duplicate
"""

FORMS: Final = """
form F37 转办工单处理单 | Order from an authority
keep P5Y
group receive 来单 | Order
  order_no*: 工单编号 | Order number : text
  source*: 来源 | Source : select hotline=政务热线|Hotline; authority=监管部门|Authority; superior=上级单位|Superior body; media=媒体|Media
  received_at: 接单时间 | Received at : datetime [default==now]
  person: 诉求人 | Person : text [sensitive]
  phone: 联系电话 | Telephone : phone
  request*: 诉求内容 | Request : area [default==issue.description]
  given_limit: 平台要求期限 | Limit given : date
  secret: 要求保密 | To be kept secret : bool
group sign 签收 | Signing
  signed_at: 签收时间 | Signed at : datetime [default==now]
  ours*: 属本单位职责 | Within our duties : bool
group return 退单 | Return
  return_basis*: 退单依据 | Grounds : area
  suggested: 建议承办单位 | Suggested unit : text
  return_proof: 依据文件 | Papers : files
group assign 分派 | Assignment
  order_kind*: 工单类别 | Kind : choice inquiry=咨询|Inquiry|问政策、问办法|Asks for rules or ways; \
help=求助|Help|请求帮助解决|Asks for help; complaint=投诉举报|Complaint|反映违规或不满|Reports a wrong; \
urgent=紧急|Urgent|危及安全或群体|Danger or many people
  lead_department*: 承办部门 | Handling unit : department
  supporting: 配合部门 | Supporting units : departments
group handle 办理 | Handling
  contacted_at: 联系诉求人时间 | Contacted at : datetime
  facts*: 核实情况 | Facts : area
  measures*: 处理措施 | Measures : area
  draft*: 拟答复意见 | Draft reply : area
  proofs: 佐证材料 | Evidence : files
group extend 延期 | Extension
  extend_reason*: 延期原因 | Reason : area
  extend_to*: 延至 | Until : date
  extend_told: 已告知诉求人 | Person told : bool
group audit 审核 | Check
  audit_opinion*: 审核意见 | Opinion : area
group reply 答复 | Reply
  replied_at: 答复时间 | Replied at : datetime [default==now]
  reply_way*: 答复方式 | Replied by : select phone=电话|Telephone; letter=书面|Letter; visit=当面|In person; sms=短信|Text message
  reply_text*: 答复内容 | Reply : area
  remedies: 告知的救济途径 | Remedies named : area
group result 回访 | Call-back
  was_contacted: 承办单位已联系 | Was contacted : bool
  was_solved: 诉求已解决 | Solved : bool
  rating: 评价 | Rating : rating
  view: 意见原话 | In their words : area
group finish 办结 | Closing
  conclusion*: 办结结论 | Conclusion : select solved=已解决|Solved; explained=已解释|Explained; partly=部分解决|Partly solved; \
impossible=无法解决|Cannot be solved
  finish_text*: 回填内容 | Text reported : area
  filed_no: 归档号 | File number : text
"""

TABLES: Final = """
table order_limit 办理期限 FIRST
in order_kind 工单类别 string inquiry help complaint urgent
out limit_days 工作日 number
out urge_after 催办 string
out due_after 督办 string
out notice_after 通报 string
  urgent => 1 | PT6H | PT8H | PT48H # 紧急的当日办理
  inquiry => 5 | PT32H | PT40H | PT80H # 咨询五个工作日
  help => 7 | PT45H | PT56H | PT96H # 求助七个工作日
  - => 13 | PT83H | PT104H | PT144H # 投诉举报十三个工作日，每日按八小时计
"""
