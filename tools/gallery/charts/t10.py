"""Problem management with the eight disciplines."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T10 问题管理 8D | Problem management, 8D
summary 重复或重大问题立项，围堵、根因、措施、预防，三个月后复查。 \
| Repeated or grave problems: contain, find the cause, act, prevent, check after three months.
group quality
purpose 把重复发生的问题查到根上，改到制度里，不让它再来。 | Repeated problems are traced to the root and built out for good.
starts 同类问题重复发生，或客户要求 8D 报告。 | The same problem recurs, or a customer asks for an 8D report.
ends 措施有效并复查通过，或评估后转日常办理。 | Measures proved and checked, or passed on to ordinary handling.
owner quality
review 2027-06-30
phase contain 立项围堵 | Contain ; 已启动专项 | Project started ; 已成立小组并先行控制影响。 | A team is set up and the effect contained.
phase cause 查找根因 | Cause ; 正在查根因 | Finding the cause ; 正在验证根本原因。 | The root cause is being verified.
phase act 措施验证 | Act ; 正在改进 | Improving ; 正在实施并验证措施。 | Measures are carried out and verified.
phase prevent 预防关闭 | Prevent ; 防止再发 | Preventing ; 正在固化做法并复查效果。 | Practice is fixed and the effect checked.
{common.VARIABLES}
lane quality role=quality up=manager 质量管理 | Quality
lane team role=engineer up=head dept==lead_department 8D 小组 | 8D team
lane head role=head up=manager dept==lead_department 部门主管 | Heads
lane desk role=agent up=supervisor 客服 | Agents
in quality contain
start begin 问题立项 | Problem raised
user respond D0 紧急响应 | D0 respond
  status new
  form F25 d0
  limit PT4H calendar=24x7
  do 判断要不要立项，先做能立即做的。 | Decide whether a project is needed; do at once what can be done.
  how 看次数、影响、有无安全风险 | Count, effect, safety
  mind 宁可先停用再查 | Rather stop first, then look
  must 有安全风险的立即停用并报告 | With a safety risk stop it and report
choose responded 立项？ | Start 8D?
  by 三个月内同类两次以上，或影响面大的立项 | Twice in three months, or a large effect
  -> team_up: 立项 | Start
  x> explain: 转日常 | Ordinary handling
user team_up D1 组建小组 | D1 team
  form F25 d1
  limit PT8H
  how 组长有权调动，成员懂流程和产品 | A leader with authority, members who know process and product
  mind 写明每人投入的时间 | State everybody’s time
in team contain
user describe D2 描述问题 | D2 describe
  form F25 d2
  limit PT8H
  how 用 5W2H 说清是什么、不是什么 | 5W2H: what it is and what it is not
  mind 只写看得到的事实 | Observable facts only
user contain D3 围堵措施 | D3 contain
  form F25 d3
  limit PT24H calendar=24x7 from=start
  how 在库、在途、客户处都要管住 | Stock, transit, and customers’ places
  mind 围堵措施要有撤销的条件 | Say when containment may end
  proof 围堵范围和数量 | Range and number
choose contained 围住了？ | Contained?
  by 新发生数为零视为有效 | No new case means it holds
  -> root: 有效 | Holds
  <- contain: 加强围堵 | Strengthen ? times.contain < 3
in team cause
user root D4 根本原因 | D4 root cause
  form F25 d4
  limit PT72H calendar=24x7 from=start
  how 发生和流出两条线都问到能改的地方 | Why it occurred and why it escaped, until something can be changed
  mind 能复现、能消除才算根因 | Only what can be switched on and off is the cause
  proof 5Why、验证记录 | Five whys, verification
choose rooted 根因验证？ | Cause verified?
  by 能复现也能消除 | Reproduced and removed
  -> choose_measures: 已验证 | Verified
  <- root: 再查 | Look again ? times.root < 4
in team act
user choose_measures D5 选定措施 | D5 measures
  form F25 d5
  limit PT120H calendar=24x7 from=start
  how 对着根因选，评估副作用 | Answer the cause, weigh side effects
  mind 培训和提醒不算永久措施 | Training and reminders are no permanent measure
in head act
user approve_measures 审批措施 | Approve measures
  status pending_approval
  form F25 approval
  limit PT8H
  how 看资源、时间、风险 | Resources, time, risk
  mind 不批的写明缺什么 | When refused say what is missing
choose measures_decided 审批意见 | Decision
  by 对着根因、资源落实的同意 | Agree when it answers the cause and has resources
  -> implement: 同意 | Approve
  <- choose_measures: 退回 | Return ? times.choose_measures < 4
in team act
user implement D6 实施验证 | D6 implement
  form F25 d6
  limit PT168H calendar=24x7 from=start
  how 实施后用数据验证，前后对比 | Verify with data, before and after
  mind 样本太少不下结论 | No verdict from few samples
  proof 验证数据 | Data
choose implemented 有效？ | Effective?
  by 问题数据显著下降且无副作用 | Clearly fewer and no side effect
  -> prevent: 有效 | Effective
  <- choose_measures: 无效，重选 | Not effective ? times.implement < 3
in team prevent
user prevent D7 预防再发 | D7 prevent
  form F25 d7
  limit PT336H calendar=24x7 from=start
  how 改文件、改流程，查同类产品和场所 | Change documents and process; look at similar products and places
  mind 没有改文件的不算固化 | Without a changed document nothing is fixed
in quality prevent
user conclude D8 总结关闭 | D8 conclude
  form F25 d8
  limit PT336H calendar=24x7 from=start
  how 核对每条措施的证据，感谢小组 | Check evidence for each measure, thank the team
  mind 解除围堵要书面 | Lift containment in writing
in desk prevent
user inform 报告客户 | Report to customer
  form F04 inform
  limit PT8H
  how 交 8D 报告，说明还要做什么 | Hand over the 8D report and what follows
  mind 内部信息先遮住 | Mask internal data
in quality prevent
pause effect_due 三个月后 | Three months later
  after P90D 24x7
  status resolved
  holder nobody
user effect_check 效果复查 | Check effect
  status callback
  form F25 effect
  limit 5d
  how 看三个月内有没有再发 | Any recurrence in three months
  mind 换批次、换班次也要看 | Look at other batches and shifts
choose effect 再发？ | Recurred?
  by 没有再发的关闭，再发的重新查根因一次 | Close without recurrence; else once more to the cause
  -> close: 未再发 | None
  <- root: 再发 | Recurred ? times.effect_check < 2
{common.archive("quality").replace("in quality close", "in quality prevent")}
{common.explaining("quality", "prevent", "closed")}
duplicate
"""

FORMS: Final = """
form F25 8D 报告 | 8D report
keep P10Y
group d0 紧急响应 | D0
  trigger*: 触发原因 | Trigger : select repeat=重复发生|Repeated; major=重大影响|Grave effect; customer=客户要求|Customer’s demand; \
audit=审核发现|Audit
  emergency*: 紧急措施 | Emergency action : area
  safety: 有安全风险 | Safety risk : bool
  lead_department*: 牵头部门 | Lead department : department
group d1 小组 | D1
  leader*: 组长 | Leader : person
  members*: 成员与分工 | Members and tasks : area
group d2 描述 | D2
  what*: 什么问题 | What : area
  where: 哪里发生 | Where : text
  when: 何时发生 | When : text
  who: 谁发现 | Who : text
  why_matters: 为什么要紧 | Why it matters : area
  how_found: 怎样发现 | How found : area
  how_many*: 数量与比例 | How many : text
  is_not: 不是什么 | What it is not : area
group d3 围堵 | D3
  range*: 围堵范围 | Range : table place*=位置|Place=text; count*=数量|Count=int; action*=措施|Action=text; left=余量|Left=int
  contain_result*: 围堵效果 | Effect : area
group d4 根因 | D4
  occur_cause*: 发生原因 | Why it occurred : area
  escape_cause*: 流出原因 | Why it escaped : area
  whys*: 追问 | Whys : table why*=为什么|Why=text; answer*=回答|Answer=text; evidence=证据|Evidence=text
  reproduced*: 能复现 | Reproduced : bool
group d5 措施 | D5
  permanent*: 永久措施 | Permanent measures : table measure*=措施|Measure=text; owner*=责任人|Owner=person; due*=期限|Due=date
  side_effects: 副作用评估 | Side effects : area
group approval 审批 | Approval
  measure_opinion*: 审批意见 | Opinion : area
group d6 验证 | D6
  done*: 实施情况 | What was done : area
  before*: 改进前数据 | Before : text
  after*: 改进后数据 | After : text
  verified: 验证材料 | Material : files
group d7 预防 | D7
  documents*: 修改的文件 | Documents changed : area
  similar*: 横向展开 | Similar places checked : area
  trained: 培训记录 | Training : area
group d8 关闭 | D8
  lesson*: 经验 | Lesson : area
  thanks: 对小组的认可 | Recognition : area
  lifted: 围堵已解除 | Containment lifted : bool
group effect 复查 | Effect check
  recurrences*: 三个月内再发次数 | Recurrences in three months : int
  effect_note*: 复查结论 | Conclusion : area
"""
