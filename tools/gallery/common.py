"""What several templates say in the same way."""

from typing import Final

VARIABLES: Final = """
var channel string ; 渠道 | Channel
var type string ; 类型 | Type
var urgency choice high medium low ; 紧急程度 | Urgency
var impact choice high medium low ; 影响范围 | Impact
var complexity choice high medium low ; 复杂度 | Complexity
var priority choice P1 P2 P3 P4 ; 优先级 | Priority
var lead_department string ; 主责部门 | Lead department
var satisfied boolean ; 客户满意 | Satisfied
"""

CLOSE_PHASE: Final = (
    "phase close 回访关闭 | Close ; 请您确认 | Please confirm ; 已处理完，请您确认是否解决。 | Done; please confirm."
)


def opening(lane: str, phase: str, name: str) -> str:
    """The start and the receipt that goes out by itself."""
    return f"""
in {lane} {phase}
start begin {name}
auto acknowledge 自动回执 | Acknowledge
  op acknowledge_intake
"""


def explaining(lane: str, phase: str = "close", status: str = "invalid") -> str:
    """The customer is told why it ends without a solution."""
    return f"""
in {lane} {phase}
user explain 说明并关闭 | Explain and close
  form F04 explain
  limit PT4H
  how 说清依据，给出客户还能怎么办 | Give the grounds and what the customer can still do
  how 告诉客户可以提出异议以及怎样提出 | Say that and how the customer may object
  mind 只讲事实和依据，不争论对错 | Facts and grounds only, no arguing
end end_declined 说明后关闭 | Closed with reasons
  status {status}
"""


def callback(lane: str, again: str, done: str, ruling: str = "supervisor") -> str:
    """Telling the customer, waiting for an answer, calling back, a ruling after the second dissatisfaction."""
    return f"""
in {lane} close
user inform 告知客户 | Tell customer
  form F04 inform
  limit PT2H
  how 用客户偏好的渠道，一次说清做了什么、要注意什么 | By the preferred channel, once: what was done, what to mind
  mind 不承诺做不到的时间和补偿 | Promise no time or compensation that cannot be kept
  proof 告知时间、渠道、内容 | When, how, what
wait wait_answer 等客户确认 | Waiting for answer
  status resolved
  holder customer
  -> customer_answered
  -> answer_due
hear customer_answered 客户答复 | Customer answered
  message customer_answer
  status resolved
  holder customer
  -> satisfied
pause answer_due 24 小时未答 | No answer in 24 h
  after PT24H 24x7
  status resolved
  holder customer
  -> callback
user callback 满意度回访 | Call back
  status callback
  form F04 callback
  limit PT4H
  how 逐项问，原话记录，不引导打分 | Item by item, in their words, no leading
  mind 避开休息时间，每次拨打都要记 | Mind quiet hours; record every call
  proof 接通情况、评分、意见原话 | Reached or not, scores, words
choose called 接通？ | Reached?
  by 最多拨打三次，仍不通发短信告知后按规定关闭 | At most three calls, then a message and closing by rule
  -> satisfied: 已接通 | Reached
  <- callback_later: 未接通 | No answer ? times.callback < 3
  x> tell_unreached: 三次未接通 | Not reached ? times.callback >= 3
pause callback_later 半天后再拨 | Retry later
  after PT4H default
  status callback
  holder nobody
  -> callback
auto tell_unreached 短信告知 | Tell by message
  op notify_unreachable
  -> {done}
if satisfied 满意？ | Satisfied?
  by 客户说没有解决的重新办理，两次仍不满意由主管裁定 | Done again when not solved; after two times a ruling
  => {done}: 满意 | Satisfied
  <- {again}: 不满意 | Not satisfied ? satisfied == false and times.inform < 3
  -> rule_result: 仍不满意 | Still not ? satisfied == false and times.inform >= 3
in {ruling} close
user rule_result 主管裁定 | Ruling
  form F04 arbitrate
  limit PT4H
  how 听客户和经办双方，看记录再定 | Hear both sides, read the record, then decide
  mind 裁定理由要让客户看得懂 | Give reasons that the customer understands
choose result_ruled 裁定 | Ruled
  by 还有办法的再办一次，没有的按规定关闭并说明 | Once more where there is a way, else close by rule and explain
  -> {done}: 按规定关闭 | Close by rule
  <- {again}: 再办一次 | Once more ? times.rule_result < 2
"""


def archive(lane: str, done: str = "close", end: str = "end_closed") -> str:
    """Closing and filing."""
    return f"""
in {lane} close
auto {done} 关闭 | Close
  op close_issue
user archive 归档 | Archive
  status closed
  form F04 archive
  limit 5d
  how 单据齐全再归档，关键词按大类、现象、方案、年月写 | Complete papers first; keywords by class, phenomenon, solution, month
  mind 归档内容遮住个人信息 | Mask personal data in what is filed
  proof 知识条目或归档号 | Article or file number
end {end} 已关闭 | Closed
  status closed
"""
