"""The yearly satisfaction survey, from the plan to next year's re-evaluation."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T09 年度满意度调查 | Yearly satisfaction survey
summary 计划、问卷、发放、催收、统计、报告、管理评审、改进、下年复评。 \
| Plan, questionnaire, sending, chasing, counting, report, review, actions, next year’s check.
group survey
purpose 每年至少一次用数据知道客户满不满意，并看改进有没有用。 \
| At least once a year know by data how satisfied customers are, and whether improvements worked.
starts 管理评审确认的年度计划到期。 | The date of the yearly plan has come.
ends 报告经管理评审，改进措施已落实并列入下年复评。 | Reviewed, actions done and listed for next year.
owner quality
review 2027-06-30
phase plan 计划问卷 | Plan ; 即将调查 | Soon ; 将请您填写问卷。 | A questionnaire will come.
phase collect 发放回收 | Collect ; 请您填写 | Please answer ; 问卷已发出。 | The questionnaire is out.
phase report 统计报告 | Report ; 正在统计 | Counting ; 意见正在分析。 | Answers are analysed.
phase improve 评审改进 | Improve ; 正在改进 | Improving ; 不足之处正在改进。 | Shortcomings are mended.
{common.VARIABLES}
var sent number ; 发放数 | Sent
var valid number ; 有效数 | Valid
var response_rate number ; 回收率 | Response rate
var overall number ; 总体满意度 | Overall satisfaction
var enough boolean ; 回收达标 | Enough answers
var passed boolean ; 满意度达标 | Goal reached
lane service role=supervisor up=manager 客服单位 | Service unit
lane representative role=manager up=head 管理者代表 | Management representative
lane sales role=agent up=supervisor 业务 | Sales
lane quality role=quality up=manager 品保单位 | Quality unit
lane lead role=engineer up=head dept==lead_department 责任部门 | Responsible department
in service plan
start begin 年度计划到期 | Yearly date
user plan 编制计划 | Draw up plan
  status new
  form F10 plan
  limit 5d
  how 定对象、抽样、样本量、时间和目标值 | Whom, sampling, size, time, goals
  mind 现有和潜在客户都要有 | Present and possible customers
user questionnaire 设计问卷 | Questionnaire
  form F08 design
  limit 5d
  how 维度固定，重要度与满意度成对问 | Fixed dimensions; importance and satisfaction in pairs
  mind 与上年可比，改题要注明 | Comparable with last year; note changes
in representative plan
user approve_plan 审批计划 | Approve plan
  status pending_approval
  form F10 approval
  limit 3d
  how 看样本够不够、目标合不合理 | Sample large enough, goals sensible
  mind 上年未改的要继续问 | Ask again what was not mended
choose plan_decided 审批意见 | Decision
  by 计划和问卷都可行的批准 | Approve when plan and questionnaire work
  -> send: 批准 | Approve
  <- plan: 退回 | Return ? times.plan < 3
  x> end_cancelled: 本年不做 | Not this year
end end_cancelled 本年不做 | Not this year
  status terminated
in sales collect
user send 发放问卷 | Send
  form F08 sending
  limit 5d
  how 按名单发，编号登记 | By the list, numbered
  mind 匿名的不追到人 | Anonymous stays anonymous
pause return_due 十个工作日 | Ten working days
  after PT80H default
  status waiting_customer
  holder customer
user chase 催收 | Chase
  form F08 chase
  limit 5d
  how 电话提醒一次，再发链接 | One call, the link again
  mind 不代填、不诱导 | Never fill in for them, no leading
in service collect
user count 回收清点 | Count
  form F08 count
  limit 2d
  how 剔除空白、重复、明显随意的 | Drop blanks, doubles, careless ones
  mind 剔除要留记录 | Record what was dropped
rule judge_rate 判回收率 | Judge response
  table response_enough
if enough_answers 够了吗？ | Enough?
  by 回收率达到阈值的统计，不够的再催，最多三次 | At the threshold count, else chase, three times at most
  => analyse: 够或已三次 | Enough or three times
  <- chase: 不够 | Not enough ? enough == false and times.chase < 3
in service report
user analyse 统计分析 | Analyse
  form F09 analysis
  limit 5d
  how 均值、置信区间、四象限、与上年比 | Means, intervals, quadrants, last year
  mind 样本小的差异不当作变化 | Small samples: no change claimed
rule judge_goal 判是否达标 | Judge goal
  table satisfaction_pass
user write 编写报告 | Write report
  form F09 report
  limit 5d
  how 结论、不满意明细、建议、责任部门 | Verdict, complaints, advice, departments
  mind 上年措施的效果单列 | Effects of last year’s actions apart
in representative improve
user review 管理评审 | Management review
  form F27 minutes
  limit 10d
  how 逐项过，定责任、期限、资源 | Item by item: owner, date, resources
  mind 没有资源的措施等于没有 | An action without resources is none
if goal_reached 达标？ | Goal reached?
  by 达到目标且无突出不足的归档，其余改进 | Goals met go to file, the rest is improved
  -> file: 达标 | Reached ? passed == true
  => improve: 需改进 | To improve
in lead improve
user improve 改进措施 | Improve
  form F09 action
  limit 20d
  how 一条不足一条措施，写原因 | One action for each shortcoming, with its cause
  mind 措施要能在下年问卷里看出来 | It must show in next year’s questionnaire
in quality improve
user verify_effect 确认效果 | Verify effect
  form F09 effect
  limit 10d
  how 看记录、问客户 | Records, and ask customers
  mind 由指定的人确认，不自证 | A named person, not the doer
choose verified 有效？ | Effective?
  by 有证据证明的通过，其余再改 | With evidence it passes, else again
  -> file: 有效 | Effective
  <- improve: 再改 | Again ? times.improve < 3
user file 归档列入复评 | File
  form F09 next
  limit 5d
  how 写明下年要复评的事项 | Say what is checked next year
  mind 连同原始问卷保存 | Keep with the original answers
end end_done 调查完成 | Survey done
  status closed
"""

FORMS: Final = """
form F10 年度客户满意度调查计划 | Yearly survey plan
keep P5Y
group plan 计划 | Plan
  year*: 年度 | Year : int
  aim*: 目的 | Aim : area
  target*: 对象与抽样 | Whom and sampling : area
  sample_size*: 样本量 | Sample : int
  way*: 方式 | Way : checks web=网络|Web; mail=邮件|E-mail; phone=电话|Telephone; visit=拜访|Visit
  version*: 问卷版本 | Questionnaire version : text
  schedule*: 时间表与分工 | Schedule and tasks : area
  goal*: 目标值（满分五分） | Goal (of five) : number
  budget: 预算（元） | Budget : money
group approval 批准 | Approval
  plan_opinion*: 审批意见 | Opinion : area

form F08 客户满意度调查表 | Satisfaction questionnaire
keep P3Y
group design 问卷 | Questionnaire
  dimensions*: 维度 | Dimensions : checks quality=产品质量|Quality; delivery=交付|Delivery; price=价格|Price; \
support=技术支持|Support; manner=服务态度|Manner; speed=响应速度|Speed; complaint=投诉处理|Complaints; \
green=环保符合性|Green conformity; papers=资料|Papers
  extra: 补充问题 | Further questions : area
  changes: 与上年的变化 | Changes since last year : area
group sending 发放 | Sending
  sent*: 发放数 | Sent : int
  sent_on: 发放日期 | Sent on : date
  sent_list: 名单 | List : files
group chase 催收 | Chasing
  chased*: 催收情况 | How it was chased : area
group count 回收 | Return
  received*: 回收数 | Received : int
  valid*: 有效数 | Valid : int
  response_rate*: 回收率（%） | Response rate (%) : percent
  dropped: 剔除说明 | Dropped : area

form F09 客户满意度汇总分析报告 | Satisfaction report
keep P5Y
group analysis 统计 | Analysis
  scores*: 各维度 | Dimensions : table dimension*=维度|Dimension=text; importance=重要度|Importance=number; \
score*=满意度|Satisfaction=number; deviation=标准差|Deviation=number; last_year=上年|Last year=number
  overall*: 总体满意度（五分） | Overall (of five) : number
  recommend: 推荐意愿 | Would recommend : score
  groups: 分群结果 | By group : area
group report 报告 | Report
  conclusion*: 结论 | Conclusion : area
  weak*: 不满意项 | Shortcomings : area
  lead_department*: 改进责任部门 | Responsible department : department
  last_actions*: 上年措施效果 | Effect of last year’s actions : area
group action 改进 | Action
  cause*: 原因 | Cause : area
  measures*: 措施 | Measures : table measure*=措施|Measure=text; owner*=责任人|Owner=person; due*=期限|Due=date
group effect 效果 | Effect
  effect*: 确认结果 | Result : area
  effect_by: 确认人 | Verified by : person [default==actor]
group next 复评 | Next year
  next_items*: 下年复评事项 | To check next year : area
"""

TABLES: Final = """
table response_enough 回收率判定 FIRST
in response_rate 回收率 number
in valid 有效数 number
out enough 够 boolean
  >= 60 | - => true # 阈值可改
  - | >= 200 => true # 有效样本够多
  - | - => false # 其余继续催收
table satisfaction_pass 达标判定 FIRST
in overall 总体满意度 number
in enough 回收达标 boolean
out passed 达标 boolean
  >= 4 | true => true # 四分以上且样本可信，分值可改
  - | - => false # 其余需改进
"""
