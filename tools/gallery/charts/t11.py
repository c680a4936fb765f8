"""Billing disputes, with approval by the amount."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T11 账务争议与补偿 | Billing dispute and compensation
summary 核账、定责、方案、按额度审批、执行退补、告知回访。 | Check, responsibility, proposal, approval by amount, payment, reply.
group finance
purpose 把账算清，该退的退，该补的补，每一笔都有人批。 | Get the sums right, pay back what is due, and have every payment approved.
starts 客户对收费、账单或补偿有异议。 | A customer objects to a fee, bill or compensation.
ends 退补到账或说明清楚，客户确认。 | Paid or explained, and confirmed.
owner manager
review 2027-06-30
phase receive 受理 | Receive ; 已受理 | Received ; 争议期间不催收。 | Nothing is collected while it is disputed.
phase check 核账 | Check ; 正在核账 | Checking ; 正在核对账单和记录。 | Bills and records are compared.
phase approve 方案审批 | Approve ; 方案审批中 | Approving ; 退补方案正在审批。 | The proposal is being approved.
phase pay 执行 | Pay ; 正在退补 | Paying ; 退补款正在处理。 | The payment is on its way.
{common.CLOSE_PHASE}
{common.VARIABLES}
var amount number ; 退补金额 | Amount
var ground choice billing service goodwill ; 退补依据 | Ground
var approver_level choice none owner head leader ; 审批级别 | Who approves
lane desk role=agent up=supervisor 客服 | Agents
lane finance role=engineer up=head dept==lead_department 财务核算 | Finance
lane owner role=approver up=head dept==lead_department 主责负责人 | Owner approvers
lane head role=head up=manager dept==lead_department 部门主管 | Heads
lane leader role=manager up=head 公司负责人 | Leaders
lane cashier role=cashier up=supervisor 出纳 | Cashiers
lane supervisor role=supervisor up=manager 客服主管 | Supervisors
lane quality role=quality up=manager 质量管理 | Quality
{common.opening("desk", "receive", "账务异议 | Billing objection")}
user register 登记争议 | Register
  status new
  form F39 dispute
  limit PT1H
  how 写明哪笔账、差多少、客户的依据 | Which bill, how much, on what grounds
  mind 争议款暂停催收 | Stop collecting the disputed sum
in finance check
user check 核对账目 | Check accounts
  form F39 check
  limit PT16H
  how 账单、用量、合同、付款四样对 | Bill, use, contract, payment
  mind 只看不改，更正另开凭证 | Look, do not alter; corrections get their own voucher
  proof 核对表 | Check sheet
choose checked 账目有误？ | Error?
  by 有误或服务有过失的拟方案，无误的说明 | An error or fault leads to a proposal, else explain
  -> propose: 有误或有过失 | Error or fault
  <- ask_papers: 缺凭证 | Papers missing ? times.ask_papers < 2
  x> explain: 账目无误 | No error
in desk check
auto ask_papers 请客户补凭证 | Ask for papers
  op request_information
wait papers 等客户补充 | Waiting for papers
  status waiting_customer
  holder customer
  -> papers_came
  -> papers_late
hear papers_came 客户补来 | Papers came
  message customer_reply
  status waiting_customer
  holder customer
  -> check
pause papers_late 三个工作日未补 | Not in three days
  after PT24H default
  status waiting_customer
  holder customer
  -> check
in finance approve
user propose 退补方案 | Proposal
  form F39 proposal
  limit PT8H
  how 写金额、依据、责任归属、会计处理 | Amount, ground, responsibility, booking
  mind 善意补偿不得拆单 | Never split a goodwill payment
  must 拆单规避审批按违规处理 | Splitting to avoid approval is a violation
rule set_level 定审批级别 | Who approves
  table approval_limit
if level 谁来批？ | Who?
  by 更正错账不用批，其余按金额逐级 | Corrections need none, the rest goes by amount
  -> approve_owner: 负责人 | Owner ? approver_level == "owner"
  -> approve_head: 部门主管 | Head ? approver_level == "head"
  -> approve_leader: 公司负责人 | Leader ? approver_level == "leader"
  => agree: 不用批 | None needed
in owner approve
user approve_owner 负责人审批 | Owner approves
  status pending_approval
  form F39 approval
  limit PT4H
  how 看核对表和依据 | Check sheet and grounds
  mind 超权限的不要代批 | Never beyond your limit
choose owner_decided 负责人意见 | Owner decides
  by 依据充分且在权限内 | Grounded and within the limit
  -> agree: 同意 | Approve
  <- propose: 退回 | Return ? times.propose < 4
in head approve
user approve_head 主管审批 | Head approves
  status pending_approval
  form F39 approval
  limit PT4H
  how 看先例和影响 | Precedents and effects
  mind 同类客户同样对待 | Same case, same treatment
choose head_decided 主管意见 | Head decides
  by 有依据、有先例或说明理由 | Grounds, precedent, or reasons
  -> agree: 同意 | Approve
  <- propose: 退回 | Return ? times.propose < 4
in leader approve
user approve_leader 负责人终批 | Leader approves
  status pending_approval
  form F39 approval
  limit PT8H
  how 看总额、风险和声誉 | Total, risk, reputation
  mind 需要法务的先问法务 | Ask the lawyers where needed
choose leader_decided 终批意见 | Leader decides
  by 风险可控、依据充分 | Controlled risk and good grounds
  -> agree: 同意 | Approve
  <- propose: 退回 | Return ? times.propose < 4
in desk pay
user agree 与客户确认 | Agree
  form F39 agree
  limit PT4H
  how 说清金额、方式、到账时间 | Amount, way, date
  mind 请客户书面确认 | Have it confirmed in writing
choose agreed 客户同意？ | Agreed?
  by 同意的付款，要求调整的再议，不同意的裁定 | Agreed: pay; adjust: again; refused: ruling
  -> pay: 同意 | Yes
  <- propose: 要求调整 | Adjust ? times.agree < 3
  x> dispute_rule: 不同意 | No
in supervisor pay
user dispute_rule 争议裁定 | Rule on dispute
  form F04 arbitrate
  limit PT8H
  how 听双方、看账目 | Hear both, read the accounts
  mind 告知外部途径 | Name the outside ways
choose dispute_ruled 结果 | Ruled
  by 有调整余地的再议，否则说明 | Again where there is room, else explain
  -> explain: 维持并说明 | Uphold and explain
  <- propose: 再议 | Again ? times.dispute_rule < 2
in cashier pay
user pay 退补付款 | Pay
  form F33 refund
  limit 2d
  how 原路退回，核对户名 | By the way it came; check the name
  mind 两人复核后付 | Two people check before paying
  proof 付款凭证 | Payment voucher
in finance pay
user book 入账更正 | Book
  form F39 booking
  limit 2d
  how 开更正凭证，调整账单 | Correction voucher, corrected bill
  mind 同类错账一并查 | Look for the same error elsewhere
{common.callback("desk", "propose", "close")}
{common.archive("quality")}
{common.explaining("desk")}
withdrawal
duplicate
"""

FORMS: Final = """
form F39 账务争议与补偿单 | Billing dispute record
keep P10Y
group dispute 争议 | Dispute
  customer_name*: 客户 | Customer : text [default==customer.name]
  bill_no*: 账单或订单号 | Bill or order : text
  bill_period: 账期 | Period : text
  charged*: 已收金额（元） | Charged : money
  claimed*: 客户主张金额（元） | Claimed : money
  claim*: 争议说明 | Claim : area [default==issue.description]
  lead_department*: 核算部门 | Department : department
  bill_files: 凭证 | Papers : files
group check 核对 | Check
  billed_right*: 账单计算无误 | Bill is right : bool
  use_right: 用量记录无误 | Use is right : bool
  findings*: 核对结果 | Findings : area
  difference: 差额（元） | Difference : money
group proposal 方案 | Proposal
  ground*: 依据 | Ground : select billing=错账更正|Billing error; service=服务过失|Service fault; goodwill=善意补偿|Goodwill
  amount*: 退补金额（元） | Amount : money
  calculation*: 核算过程 | Calculation : area
  way: 方式 | Way : select refund=退款|Refund; credit=抵账|Credit; goods=实物或服务|Goods or service
group approval 审批 | Approval
  opinion*: 审批意见 | Opinion : area
group agree 确认 | Agreement
  told*: 告知内容 | What was said : area
  account_name: 收款户名 | Account name : text [sensitive]
  account_no: 收款账号 | Account : text [sensitive]
group booking 入账 | Booking
  voucher_no*: 凭证号 | Voucher : text
  similar: 同类错账排查 | Similar errors : area
"""

TABLES: Final = """
table approval_limit 审批额度 FIRST
in ground 依据 string billing service goodwill
in amount 金额 number
out approver_level 审批级别 string none owner head leader
  - | > 20000 => leader # 大额由公司负责人批，额度可改
  billing | <= 500 => none # 小额错账直接更正
  - | > 2000 => head # 部门主管
  - | - => owner # 其余由主责负责人批
"""
