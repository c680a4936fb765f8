"""Single connections and the sale of gas appliances."""

from typing import Final

from tools.gallery import common
from tools.gallery.gas import FORMS as GAS_FORMS

CHART: Final = f"""
chart GAS4 零散户报装与灶具 | Connections and appliances
summary 受理、踏勘、报价、缴费、施工、验收、转置换；灶具销售安装。 \
| Apply, survey, quote, pay, build, accept, convert; appliances sold and fitted.
group gas
purpose 报装一次说清，费用透明，装好才通气。 | Everything said at once, fees in the open, gas only after acceptance.
starts 用户申请报装、增装、移装、改管或买灶具。 | A user asks for a connection, addition, move, pipe change or an appliance.
ends 验收合格转置换，或灶具装好，或说明后结束。 | Accepted and passed to conversion, or fitted, or ended with reasons.
owner manager
review 2027-06-30
phase apply 受理踏勘 | Apply ; 已受理 | Received ; 安排上门踏勘。 | A survey is arranged.
phase quote 报价缴费 | Quote ; 方案报价 | Quote ; 方案和报价请您确认。 | Please confirm scheme and quote.
phase build 施工验收 | Build ; 施工中 | Building ; 正在施工和验收。 | Building and acceptance.
{common.CLOSE_PHASE}
{common.VARIABLES}
lane desk role=agent up=supervisor 营业厅 | Counter
lane design role=engineer up=head dept==lead_department 技术部门 | Engineering
lane cashier role=cashier up=supervisor 财务收费 | Cashiers
lane approver role=approver up=head dept==lead_department 审批人 | Approvers
lane build role=engineer up=head dept==lead_department 施工队 | Builders
lane supervisor role=supervisor up=manager 客服主管 | Supervisors
lane quality role=quality up=manager 质量管理 | Quality
{common.opening("desk", "apply", "报装或购灶具 | Application")}
user accept 受理申请 | Accept
  status new
  form F40 request
  limit PT1H
  how 一次告知资料、流程、时间、收费 | Papers, steps, times, fees at once
  mind 租户须房主同意 | Tenants need the owner’s consent
choose accepted 哪类业务？ | Which?
  by 工程类先踏勘，灶具直接缴费，不符条件的说明 | Works are surveyed, appliances paid, the rest explained
  -> survey_team: 工程 | Works
  -> pay: 灶具 | Appliance
  x> explain: 不符条件 | Not possible
user survey_team 约踏勘 | Arrange survey
  form F14 booking
  limit 1d
  how 约时间，说明到场要看什么 | Agree a time, say what is looked at
  mind 三次约不上暂存 | After three tries it rests
in design apply
user survey 现场踏勘 | Survey
  role engineer
  dept -
  form F40 survey crew
  limit 5d
  how 看气源、管位、通风、承重 | Source, pipes, air, walls
  mind 安全间距不够不装 | No connection without the safe distance
choose surveyed 可以装？ | Possible?
  by 条件具备的设计，改造后可装的重看，不能装的说明 | Possible: design; after changes: again; else explain
  -> design: 可以 | Yes
  <- survey_team: 改造后再看 | After changes ? times.survey < 3
  x> explain: 不能装 | No
in design quote
user design 设计报价 | Design, quote
  form F40 design
  limit 5d
  how 出图、列量、按价目报价 | Drawing, quantities, by the price list
  mind 用户自购材料注明 | Note what the user buys
in approver quote
user approve_design 审批方案 | Approve design
  status pending_approval
  form F40 approval
  limit 2d
  how 看规范、间距、价格 | Rules, distances, price
  mind 违规设计不得通过 | Nothing against the rules
choose design_decided 审批意见 | Decision
  by 合规范、合价目的同意 | By rules and price list
  -> confirm: 同意 | Approve
  <- design: 退回 | Return ? times.design < 4
in desk quote
user confirm 用户确认 | User confirms
  form F40 agree
  limit 3d
  how 讲方案、价格、工期，签协议 | Scheme, price, time, contract
  mind 改动另签 | Changes are signed apart
choose confirmed 接受？ | Accepted?
  by 签协议的缴费，要改的重做，不装的结束 | Signed: pay; changes: again; else end
  -> pay: 接受 | Accepted
  <- design: 要修改 | Change ? times.confirm < 3
  x> explain: 不装了 | No more
in cashier quote
user pay 缴费 | Pay
  form F33 receipt
  limit 3d
  how 按协议收，开票 | By contract, with an invoice
  mind 未缴不施工 | No work before payment
choose paid 已缴？ | Paid?
  by 缴清才派施工 | Work follows payment
  -> build_team: 已缴 | Paid
  x> explain: 未缴取消 | Unpaid
in desk build
user build_team 定施工部门 | Assign builders
  form F40 crew
  limit 1d
  how 派队、定日期、告诉用户 | Crew, date, tell the user
  mind 小区先报备 | Report to the estate first
in build build
user build 施工安装 | Build
  form F40 build
  limit 10d
  how 按图施工，自检气密 | By drawing, own tightness test
  mind 隐蔽前拍照 | Photograph before covering
  must 动火须有票 | Hot work needs a permit
in quality build
user accept_work 竣工验收 | Acceptance
  form F40 accept
  limit 3d
  how 查图、查实物、复试气密 | Drawing, work, tightness again
  mind 施工人不得验自己 | Builders do not accept their own
choose work_accepted 合格？ | Passed?
  by 合格的告知并转置换，不合格的返工 | Passed is told and converted, else redone
  -> inform: 合格 | Passed
  <- build: 返工 | Redo ? times.build < 4
{common.callback("desk", "build_team", "close")}
{common.archive("quality")}
{common.explaining("desk")}
withdrawal
duplicate
"""

FORMS: Final = GAS_FORMS
