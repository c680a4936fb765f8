"""A first visit to a health centre: consent first, each fee before its service, a way to pay back."""

from typing import Final

from tools.gallery import common
from tools.gallery.health import FORMS as HEALTH_FORMS
from tools.gallery.health import LANES, PHASES, dispense

CHART: Final = f"""
chart T16 门诊初诊 | First outpatient visit
summary 同意、建档、咨询、缴费、问诊、检查、取药到健康管理，能退费。 \
| Consent, record, advice, fees, consultation, checks, medicine, health plan; refunds possible.
group health
purpose 让初诊客人少走路、明白付费、信息受保护、诊后有人管。 \
| First-time guests walk little, know what they pay, are protected, and are cared for afterwards.
starts 客人第一次到店或预约到诊。 | A guest comes for the first time.
ends 诊疗完成并有健康方案，或客人离开、退费、转诊。 | Treated with a plan, or left, paid back, referred.
owner manager
review 2027-06-30
{PHASES}
{common.VARIABLES}
{LANES}
in front receive
start begin 客人到店 | Guest arrives
user consent 告知与同意 | Consent
  status new
  form F30 consent
  limit PT15M
  do 说明收集哪些信息、做什么用、存多久，单独征得同意。 | Say what is kept, for what, how long, and get separate consent.
  how 人脸和病史分别勾选，可以不同意人脸 | Face and history ticked apart; the face may be refused
  mind 未成年人由监护人同意 | A guardian consents for a minor
  must 没有同意不得录入敏感信息 | Without consent no sensitive data
  proof 签署的同意书 | Signed consent
choose consented 同意？ | Consent?
  by 不同意非必要项的照常接诊，不同意必要项的说明后结束 | Optional items may be refused; without the needed ones it ends
  -> enrol: 同意 | Agreed
  x> end_left: 不同意 | Refused
user enrol 信息录入 | Enrol
  form F30 person
  limit PT15M
  how 核对证件，问过敏和用药 | Check the papers; ask for allergies and medicines
  mind 有急症征象的先叫医生 | Signs of emergency: call a doctor first
in adviser receive
user advise 健康咨询 | Advise
  form F30 advice
  limit PT30M
  how 听需求，介绍服务和价格，陪诊到底 | Listen, explain services and prices, stay with the guest
  mind 不夸大疗效，不替医生下诊断 | No exaggeration, no diagnosis
choose advised 选哪项？ | Which service?
  by 需要看诊的缴费挂号，只咨询的结束 | Those who need a doctor pay the fee; advice alone ends here
  -> pay_visit: 看诊 | See a doctor
  -> plan_health: 只做健康管理 | Health plan only
  x> end_left: 只咨询 | Advice only
end end_left 未看诊离开 | Left without a visit
  status closed
in cashier receive
user pay_visit 诊费缴纳 | Pay fee
  form F33 receipt
  limit PT15M
  how 逐项念价格，确认后收 | Read each price, collect when confirmed
  mind 未付清不进下一步 | Nothing follows before it is paid
choose visit_paid 已缴？ | Paid?
  by 缴清才能问诊 | Paid before the consultation
  -> consult: 已缴 | Paid
  x> end_left: 放弃 | Given up
in doctor consult
user consult 专家问诊 | Consult
  form F30 consult
  limit PT1H
  do 问清主诉、病史，查体，给出下一步。 | Complaint, history, examination, next step.
  how 先看登记的过敏和用药 | Read allergies and medicines first
  mind 超出本机构能力的及时转诊 | Refer what is beyond this house
  must 危急症状立即急救 | Critical symptoms: first aid at once
choose consulted 下一步？ | Next?
  by 疑难的请大医，要依据的做检查，明确的开方 | Hard cases to the master, doubts to checks, clear ones to a prescription
  -> prescribe: 可以开方 | Prescribe
  -> master: 大医亲诊 | Master physician ? times.master < 1
  -> order_checks: 需要检查 | Checks ? times.order_checks < 2
  x> refer: 转诊 | Refer
user master 大医亲诊 | Master physician
  form F30 master
  limit PT1H
  how 看前面的记录，由高级医助记录方案 | Read the record; a senior assistant writes the plan
  mind 方案由客人自己选 | The guest chooses
choose seen 需要检查？ | Checks?
  by 诊断依据不够的先检查 | Checks first where the diagnosis lacks grounds
  -> prescribe: 不需要 | No
  -> order_checks: 需要 | Yes ? times.order_checks < 2
user refer 转诊安排 | Refer
  form F30 refer
  limit PT2H
  how 写转诊单，联系接收机构 | Write the referral, call the other house
  mind 未发生的费用退还 | Pay back what was not used
  -> refund
in doctor check
user order_checks 检查申请 | Order checks
  form F30 order
  limit PT30M
  how 写明目的，能少查的少查 | Say why; no check without need
  mind 孕期、起搏器等先排除 | Pregnancy, pacemaker and the like first
in cashier check
user pay_checks 检查缴费 | Pay checks
  form F33 receipt
  limit PT30M
  how 逐项确认，可以只做一部分 | Item by item; some may be left out
  mind 不做的检查告知医生 | Tell the doctor what was left out
choose checks_paid 已缴？ | Paid?
  by 缴清才检查，不做的由医生另定 | Paid before the check; else the doctor decides
  -> do_checks: 已缴 | Paid
  -> prescribe: 不做检查 | No checks
in doctor check
user do_checks 针对性检查 | Do checks
  form F30 check
  limit PT4H
  how 核对姓名和项目再做 | Check name and item first
  mind 危急值十分钟内报医生 | Critical values to the doctor within ten minutes
  must 身份两项核对 | Two marks of identity
in doctor treat
user prescribe 开方定方案 | Prescribe
  form F30 prescribe
  limit PT30M
  how 说明诊断、用药、复诊时间 | Explain diagnosis, medicine, next visit
  mind 核对过敏与相互作用 | Check allergies and interactions
choose prescribed 需要取药？ | Medicine?
  by 开药的缴费取药，不用药的直接做健康方案 | Medicine is paid and handed out; else straight to the plan
  -> pay_drugs: 取药 | Medicine
  -> plan_health: 不用药 | None
{dispense()}
in adviser manage
user plan_health 健康管理 | Health plan
  form F30 plan
  limit 1d
  how 写个性化方案，对接管家和设备 | A personal plan, a steward, devices
  mind 入会自愿 | Membership is voluntary
choose planned 后续？ | Next?
  by 愿意随访的三天后随访，不愿意的结束 | Follow up in three days for those who wish
  -> follow_due: 随访 | Follow up
  -> close: 不随访 | None
  -> refund: 要求退费 | Refund
in cashier manage
user refund 退费 | Pay back
  form F33 refund
  limit 1d
  how 原路退回未发生的费用 | Unused fees by the way they came
  mind 已发生的写明明细 | List what was used
  -> close
in adviser manage
pause follow_due 三天后 | Three days later
  after P3D 24x7
  status resolved
  holder nobody
user follow_up 诊后随访 | Follow up
  status callback
  form F30 follow
  limit 1d
  how 问用药、症状、疑问 | Medicine, symptoms, questions
  mind 有不良反应的立即转医生 | Adverse effects to the doctor at once
choose followed 情况？ | How is it?
  by 好转的结束，不好的再看诊一次 | Better ends, otherwise one more consultation
  -> close: 好转 | Better
  <- consult: 需再看诊 | See again ? times.follow_up < 2
auto close 关闭 | Close
  op close_issue
end end_done 初诊完成 | Visit done
  status closed
withdrawal
"""

FORMS: Final = HEALTH_FORMS
