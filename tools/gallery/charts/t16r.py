"""A return visit to a health centre."""

from typing import Final

from tools.gallery import common
from tools.gallery.health import CHECKS, LANES, PHASES, dispense
from tools.gallery.health import FORMS as HEALTH_FORMS

CHART: Final = f"""
chart T16R 门诊复诊 | Return visit
template T16
summary 管家接待、更新方案、缴费、问诊、取药，方案继续跟进。 \
| A steward receives, the plan is updated, fee, consultation, medicine, follow-up.
group health
purpose 让复诊客人接着上次看，方案跟着变化走。 | Return visits go on where the last one ended, and the plan follows the changes.
starts 客人按复诊日期或因不适再来。 | A guest returns by date or because of symptoms.
ends 诊疗完成、方案已更新，或客人离开。 | Treated and updated, or left.
owner manager
review 2027-06-30
{PHASES.replace(CHECKS, "")}
{common.VARIABLES}
{LANES}
in adviser receive
start begin 复诊到店 | Guest returns
user greet 接待与更新 | Receive and update
  status new
  form F30 update
  limit PT30M
  how 先看上次记录，问变化和用药 | Read the last record, ask for changes and medicine
  mind 同意书过期的先重新征得 | Renew an expired consent first
  must 有急症征象立即叫医生 | Signs of emergency: call the doctor at once
choose greeted 要看诊？ | Doctor?
  by 有变化或到期的看诊，只调方案的直接更新 | With changes or by date a doctor; else only the plan
  -> pay_visit: 看诊 | Yes
  -> plan_health: 只调方案 | Plan only
  x> end_left: 改日再来 | Another day
end end_left 改日再来 | Another day
  status closed
in cashier receive
user pay_visit 诊费缴纳 | Pay fee
  form F33 receipt
  limit PT15M
  how 核对会员权益再收 | Check membership rights first
  mind 套餐内的不重复收 | Nothing twice within a package
choose visit_paid 已缴？ | Paid?
  by 缴清才能问诊 | Paid before the consultation
  -> consult: 已缴 | Paid
  x> end_left: 放弃 | Given up
in doctor consult
user consult 专家问诊 | Consult
  form F30 consult
  limit PT1H
  how 对比上次，判断疗效 | Compare with last time, judge the effect
  mind 无效的换思路，不加量了事 | Without effect change the way, not just the dose
choose consulted 下一步？ | Next?
  by 疗效不好或复杂的请大医，其余开方 | Poor effect or hard cases to the master, else prescribe
  -> prescribe: 开方 | Prescribe
  -> master: 大医亲诊 | Master physician
  x> refer: 转诊 | Refer
user master 大医亲诊 | Master physician
  form F30 master
  limit PT1H
  how 看全部记录，重定方案 | Read all records, set the plan anew
  mind 方案由客人自己选 | The guest chooses
  -> prescribe
user refer 转诊安排 | Refer
  form F30 refer
  limit PT2H
  how 写转诊单，联系接收机构 | Write the referral, call the other house
  mind 资料随人走 | Papers go with the guest
end end_referred 已转诊 | Referred
  status closed
in doctor treat
user prescribe 开方定方案 | Prescribe
  form F30 prescribe
  limit PT30M
  how 说明调整了什么、为什么 | Say what changed and why
  mind 核对过敏与相互作用 | Check allergies and interactions
choose prescribed 需要取药？ | Medicine?
  by 开药的缴费取药，不用药的更新方案 | Medicine is paid and handed out; else update the plan
  -> pay_drugs: 取药 | Medicine
  -> plan_health: 不用药 | None
{dispense()}
in adviser manage
user plan_health 更新方案 | Update plan
  form F30 plan
  limit 1d
  how 把医生意见写进方案，约下次 | Put the doctor’s words into the plan, set a date
  mind 方案一次只改要紧的 | Change only what matters
auto close 关闭 | Close
  op close_issue
end end_done 复诊完成 | Visit done
  status closed
withdrawal
"""

FORMS: Final = HEALTH_FORMS
