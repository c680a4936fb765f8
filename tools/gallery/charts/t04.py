"""Major complaints and public opinion: told at once, one voice, watched until calm."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T04 重大投诉与舆情 | Major complaints and opinion
summary 判定、半小时上报、批示、专项处置、口径统一、监测到平息。 \
| Judge, report in half an hour, instruct, act, one voice, watch until calm.
group complaint
purpose 让重大投诉马上到领导手里，救人、止损、说清。 | What is major reaches the leader at once: save people, stop loss, explain.
starts 投诉或舆情达到重大的判定条件。 | A complaint or public opinion meets the test of major.
ends 事态平息、客户得到答复，复盘完成；或判定不属重大。 | Calm, answered and reviewed; or judged not major.
owner manager
review 2027-06-30
phase judge 判定上报 | Report ; 已紧急受理 | Urgent ; 已报告负责人。 | The leader has been told.
phase act 专项处置 | Act ; 专人处置 | Special team ; 专项小组正在处置。 | A special team is at work.
phase calm 监测平息 | Watch ; 持续跟进 | Watching ; 正在跟进直到解决。 | We stay on it until it is solved.
{common.CLOSE_PHASE}
{common.VARIABLES}
var injury boolean ; 人身安全 | Injury
var media boolean ; 媒体关注 | Media
var people number ; 涉及人数 | People concerned
var amount number ; 涉及金额 | Amount
var major boolean ; 重大 | Major
var calm boolean ; 已平息 | Settled
lane desk role=agent up=supervisor 客服 | Agents
lane supervisor role=supervisor up=manager 客服主管 | Supervisors
lane leader role=manager up=head 公司负责人 | Leaders
lane team role=engineer up=head dept==lead_department 专项小组 | Special team
lane quality role=quality up=manager 质量管理 | Quality
{common.opening("desk", "judge", "投诉或舆情 | Complaint or opinion")}
user record 紧急登记 | Record
  status new
  form F38 facts
  limit PT15M calendar=24x7
  how 记时间、地点、人数、伤情、媒体 | Time, place, people, injuries, media
  mind 先救人再记录 | People first, then the record
  must 有人员伤害立即拨打急救电话 | With injuries call an ambulance at once
rule judge 重大判定 | Judge
  table major_complaint
if is_major 重大？ | Major?
  by 伤害、媒体、十人以上或大额，任一条即为重大 | Injury, media, ten people or a large sum: any one
  -> notify: 重大 | Major ? major == true
  => ordinary: 不属重大 | Not major
user ordinary 转普通投诉 | Ordinary complaint
  form F04 explain
  limit PT2H
  how 告诉客户按普通投诉办 | Tell the customer it is handled as ordinary
  mind 情况变化随时重判 | Judge again when things change
end end_ordinary 转普通办理 | Handled as ordinary
  status closed
in supervisor judge
send notify 通知负责人 | Notify head
  op notify_head
user report 报告领导 | Report
  form F07 report
  limit PT30M calendar=24x7
  how 电话先报，半小时内补单 | By telephone, the paper within half an hour
  mind 分清已核实和待核实 | Keep verified and open facts apart
  must 不得迟报、漏报、瞒报 | Never late, missing or hidden
in leader judge
user instruct 领导批示 | Instruct
  form F07 instruct
  limit PT1H calendar=24x7
  how 定组长、口径、发言人 | Leader, wording, spokesperson
  mind 未批示前不对外发声 | No statement before the instruction
choose instructed 启动专项？ | Start team?
  by 确属重大的启动，误判的转普通 | Major starts the team, a misjudgement goes back
  -> team_in: 启动 | Start
  x> ordinary: 转普通 | Ordinary
if team_in
split both
  -> act
  -> speak
in team act
user act 现场处置 | Act
  form F38 act
  limit PT4H calendar=24x7
  how 止损、安抚、取证、保留现场 | Stop loss, calm, secure evidence and site
  mind 承诺须经授权 | Promise only with authority
  -> act_join
in supervisor act
user speak 统一口径 | One voice
  form F38 speak
  limit PT4H calendar=24x7
  how 事实、态度、措施、下次通报时间 | Facts, attitude, measures, next statement
  mind 不与网民争辩 | No disputes online
  -> act_join
join act_join
in supervisor calm
user watch 监测跟进 | Watch
  form F38 watch
  limit PT24H calendar=24x7
  how 每日看热度和诉求进展 | Heat and progress every day
  mind 反弹的立即报告 | Report a rebound at once
choose watched 平息？ | Calm?
  by 当事人接受且无新热度为平息 | Accepted by the people concerned and no new heat
  -> answer: 已平息 | Calm
  <- team_in: 反弹再处置 | Rebound ? times.watch < 3
  <- next_day: 继续监测 | Watch on ? times.watch < 7
pause next_day 次日再看 | Next day
  after PT24H 24x7
  holder nobody
  -> watch
in team close
user answer 书面答复 | Written answer
  form F04 inform
  limit PT8H
  how 答复当事人，写明结果和补救 | Result and remedy to those concerned
  mind 措辞由负责人审 | The leader reads it first
in quality close
user review 复盘 | Review
  form F27 minutes
  limit 5d
  how 时间线、原因、改进、责任 | Timeline, cause, improvement, owner
  mind 对事不对人 | The matter, not the person
auto close 关闭 | Close
  op close_issue
end end_closed 已平息关闭 | Closed, settled
  status closed
duplicate
"""

FORMS: Final = """
form F38 重大事件处置单 | Major event record
keep P10Y
group facts 事实 | Facts
  happened_at*: 发生时间 | Happened at : datetime
  place*: 地点 | Place : text
  injury*: 有人身伤害 | Injuries : bool
  media*: 有媒体关注 | Media attention : bool
  people*: 涉及人数 | People concerned : int
  amount: 涉及金额（元） | Amount : money
  facts*: 经过 | What happened : area
  source: 信息来源与链接 | Source and links : area
  lead_department*: 牵头部门 | Lead department : department
group act 处置 | Action
  acted*: 处置经过 | What was done : area
  evidence: 证据 | Evidence : files
  promised: 已作承诺与授权 | Promises and authority : area
group speak 口径 | Statement
  statement*: 对外说明 | Statement : area
  next_at: 下次通报时间 | Next statement : datetime
group watch 监测 | Watching
  heat*: 热度变化 | Heat : area
  demands*: 诉求进展 | Progress : area
  calm: 已平息 | Settled : bool
"""

TABLES: Final = """
table major_complaint 重大判定 FIRST
in injury 人身伤害 boolean
in media 媒体关注 boolean
in people 涉及人数 number
in amount 涉及金额 number
out major 重大 boolean
  true | - | - | - => true # 有人身伤害
  - | true | - | - => true # 媒体关注
  - | - | >= 10 | - => true # 群体，人数可改
  - | - | - | >= 50000 => true # 大额，金额可改
  - | - | - | - => false # 其余按普通投诉
"""
