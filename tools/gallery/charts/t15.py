"""Requests about personal data, and leaks."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T15 个人信息请求与泄露 | Personal data requests and leaks
summary 核身份、定范围、执行答复；泄露先补救再评估通知。 | Identity, scope, answer; for leaks remedy first, then assess and notify.
group privacy
purpose 客户对自己的信息说了算，出了泄露马上补救、如实告知。 \
| Customers decide about their data, and a leak is stopped and told at once.
starts 客户提出个人信息请求，或发现泄露。 | A request about personal data, or a leak is found.
ends 请求答复并归档，或泄露处置完成复盘。 | The request is answered and filed, or the leak handled and reviewed.
owner quality
review 2027-06-30
phase receive 受理核验 | Receive ; 已受理 | Received ; 正在核验身份。 | Your identity is being checked.
phase act 执行 | Act ; 正在办理 | Handling ; 正在按要求办理。 | It is being carried out.
phase close 答复归档 | Close ; 已答复 | Answered ; 已答复您的请求。 | Your request is answered.
{common.VARIABLES}
var risk choice high medium low ; 风险 | Risk
var notify boolean ; 须通知个人 | Persons must be told
lane desk role=agent up=supervisor 客服 | Agents
lane officer role=quality up=manager 个人信息负责人 | Privacy officer
lane team role=engineer up=head dept==lead_department 数据部门 | Data department
lane leader role=manager up=head 公司负责人 | Leaders
{common.opening("desk", "receive", "请求或泄露 | Request or leak")}
user register 登记 | Register
  status new
  form F41 request
  limit PT4H
  how 记请求的种类和范围 | Kind and scope of the request
  mind 不因此多收集信息 | Collect nothing extra for it
choose registered 是哪种？ | Which?
  by 查阅、更正、删除等是请求，外泄和丢失按泄露 | Access, correction, deletion are requests; exposure or loss is a leak
  -> identify: 个人请求 | Request
  -> stop_leak: 泄露事件 | Leak
  x> explain: 不属个人信息 | Not personal data
user identify 核验身份 | Check identity
  form F41 identity
  limit 2d
  how 用已有信息核对，代理人看授权 | Use what is known; proxies show a mandate
  mind 核验材料用完即删 | Delete what was used for the check
choose identified 身份属实？ | Identity?
  by 核实的办理，核不实的请补充一次后说明 | Verified is handled; else once more, then explained
  -> scope: 属实 | Verified
  <- identify: 请补充 | More needed ? times.identify < 2
  x> explain: 无法核实 | Not verified
in officer receive
user scope 定范围 | Set scope
  form F41 scope
  limit 2d
  how 列系统、数据项、法定例外 | Systems, items, legal exceptions
  mind 不能给出他人的信息 | Nobody else’s data
choose scoped 可以办？ | Possible?
  by 全部或部分可办的执行，依法不能办的说明理由 | Wholly or partly: carry out; legally impossible: give reasons
  -> carry_out: 可以 | Yes
  x> explain: 依法不能 | Legally not
in team act
user carry_out 执行请求 | Carry out
  form F41 carry_out
  limit 15d from=start
  how 逐系统办，备份和第三方一并处理 | System by system, with backups and third parties
  mind 删除前确认没有法定留存 | Before deletion check legal retention
  must 十五个工作日内答复 | Answer within fifteen working days
  proof 执行记录 | Record of execution
in officer act
user verify_done 复核 | Verify
  form F41 verify
  limit 2d
  how 抽查系统确认已办 | Spot-check the systems
  mind 办的人不复核自己 | Not by who did it
choose verified 办妥？ | Done?
  by 抽查一致的答复，不一致的再办 | Agreeing checks are answered, else again
  -> answer: 办妥 | Done
  <- carry_out: 再办 | Again ? times.carry_out < 4
in desk close
user answer 答复客户 | Answer
  form F04 inform
  limit 1d
  how 说明办了什么、没办什么、为什么 | What was done, what not, and why
  mind 告知申诉途径 | Name ways of appeal
  -> keep
in team act
user stop_leak 立即补救 | Stop the leak
  form F42 stop
  limit PT2H calendar=24x7
  how 断开、改密、收回、留证 | Cut off, change keys, withdraw, keep evidence
  mind 不要先清日志 | Do not clear logs
  must 先止住，再查原因 | Stop first, then look for the cause
in officer act
user assess 评估影响 | Assess
  form F42 assess
  limit PT8H calendar=24x7
  how 种类、数量、可能危害 | Kinds, number, possible harm
  mind 拿不准按高风险 | When unsure take high
if must_notify 须通知个人？ | Tell persons?
  by 能有效避免危害的可不通知个人，监管照报 | Persons need not be told when harm is averted; the authority is
  -> tell_both: 须通知 | Yes ? notify == true
  => report: 只报监管 | Authority only
in leader act
user report 报告监管 | Report to authority
  form F42 report
  limit PT24H calendar=24x7
  how 种类、原因、危害、补救、联系人 | Kinds, cause, harm, remedy, contact
  mind 有新情况随时补报 | Supplement when news comes
  -> learn
user tell_both 通知监管个人 | Tell authority, persons
  form F42 report notice
  limit PT24H calendar=24x7
  how 告诉本人能做什么保护自己 | Tell persons how to protect themselves
  mind 通知里不再带敏感信息 | No sensitive data in the notice
  -> learn
in officer close
user learn 复盘整改 | Review
  form F27 minutes
  limit 10d
  how 找到缺口，定措施和期限 | Find the gap, actions and dates
  mind 查同类系统 | Look at similar systems
user keep 归档 | File
  form F41 file
  limit 5d
  how 保存至少三年 | Keep three years at least
  mind 归档件遮住无关信息 | Mask what does not belong
auto close 关闭 | Close
  op close_issue
end end_closed 已办结 | Closed
  status closed
{common.explaining("desk")}
withdrawal
duplicate
"""

FORMS: Final = """
form F41 个人信息请求单 | Personal data request
keep P3Y
group request 请求 | Request
  requester*: 请求人 | Requester : text [default==customer.name] [sensitive]
  proxy: 代理人与授权 | Proxy and mandate : text [sensitive]
  request_kind*: 种类 | Kind : select access=查阅复制|Access, copy; correct=更正补充|Correction; delete=删除|Deletion; \
withdraw=撤回同意|Withdraw consent; transfer=转移|Transfer; explain=解释说明|Explanation; leak=泄露事件|Leak
  request_text*: 内容 | Content : area [default==issue.description]
group identity 核验 | Identity
  identity_way*: 核验方式 | How checked : select known=已有信息|Known data; code=验证码|Code; paper=证件|Paper; visit=当面|In person
  identity_result*: 结果 | Result : area
group scope 范围 | Scope
  systems*: 涉及系统与数据项 | Systems and items : area
  exceptions: 法定例外 | Legal exceptions : area
  lead_department*: 数据部门 | Data department : department
group carry_out 执行 | Execution
  executed*: 执行记录 | Record : table system*=系统|System=text; action*=操作|Action=text; at=时间|Time=datetime
  third_parties: 通知的第三方 | Third parties told : area
group verify 复核 | Verification
  verified*: 抽查结果 | Spot check : area
group file 归档 | Filing
  file_no*: 归档号 | File number : text
  delete_after*: 可删除日期 | May be deleted after : date

form F42 个人信息泄露处置单 | Data leak record
keep P5Y
group stop 补救 | Remedy
  found_at*: 发现时间 | Found at : datetime
  what_leaked*: 泄露情况 | What leaked : area
  stopped*: 补救措施 | Remedy : area
  lead_department*: 处置部门 | Department : department
group assess 评估 | Assessment
  data_kinds*: 信息种类 | Kinds of data : checks identity=身份|Identity; contact=联系方式|Contact; health=健康|Health; \
money=财务|Money; child=未成年人|Minors; other=其他|Other
  persons*: 涉及人数 | Persons : int
  risk*: 风险 | Risk : choice high=高|High|可能造成人身财产损害|Harm to people or property; \
medium=中|Medium|可能被骚扰或诈骗|Nuisance or fraud; \
low=低|Low|难以识别个人|Hard to identify anyone
  notify*: 须通知个人 | Persons must be told : bool
group report 报告 | Report
  reported_to*: 报告机关 | Authority : text
  reported_at: 报告时间 | Reported at : datetime [default==now]
  report_text*: 报告内容 | Report : area
group notice 通知 | Notice
  noticed_by*: 通知方式 | How told : checks sms=短信|Text message; mail=邮件|E-mail; phone=电话|Telephone; public=公告|Public notice
  notice_text*: 通知内容 | Notice : area
"""
