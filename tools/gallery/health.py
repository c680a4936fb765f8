"""What the two charts of the health centre share."""

from typing import Final

CHECKS: Final = "phase check 检查 | Check ; 检查中 | Being checked ; 正在做检查。 | Checks are under way.\n"
PHASES: Final = f"""
phase receive 接待建档 | Receive ; 接待中 | Welcome ; 正在登记和咨询。 | You are registered and advised.
phase consult 问诊 | Consult ; 看诊中 | With the doctor ; 医生正在问诊。 | The doctor is with you.
{CHECKS}phase treat 治疗取药 | Treat ; 取药 | Medicine ; 正在开方取药。 | Medicine is prepared.
phase manage 健康管理 | Manage ; 健康管理 | Health plan ; 方案已定，有人随访。 | The plan is set; we follow up.
"""
LANES: Final = """
lane front role=agent up=supervisor 前台 | Reception
lane adviser role=adviser up=supervisor 健康管理部 | Health management
lane cashier role=cashier up=supervisor 收费 | Cashier
lane doctor role=doctor up=head 医务部 | Physicians
lane pharmacy role=pharmacist up=head 药剂科 | Pharmacy
"""


def dispense() -> str:
    """From the fee for medicine to its handing out."""
    return """
in cashier treat
user pay_drugs 药费缴纳 | Pay medicine
  form F33 receipt
  limit PT30M
  how 逐项念价，可以只取一部分 | Read each price; a part may be taken
  mind 医保与自费分清 | Insurance and own money apart
choose drugs_paid 已缴？ | Paid?
  by 缴清才配药 | Paid before dispensing
  -> dispense: 已缴 | Paid
  -> plan_health: 不取药 | No medicine
in pharmacy treat
user dispense 依方取药 | Dispense
  form F30 dispense
  limit PT30M
  how 审方、配药、复核、交代用法 | Check, fill, double-check, explain
  mind 配伍禁忌退回医生 | Forbidden combinations go back
  must 双人复核姓名与药名 | Two people check name and medicine
choose dispensed 处方可用？ | Prescription good?
  by 有疑问的退回医生，可用的发药 | Doubts go back to the doctor
  -> plan_health: 已发药 | Handed out
  <- prescribe: 退回医生 | Back to doctor ? times.prescribe < 3
"""


FORMS: Final = """
form F30 门诊健康记录 | Outpatient health record
keep P15Y
group consent 知情同意 | Consent
  told*: 已说明用途与保存期限 | Purpose and retention explained : bool
  consent_needed*: 同意处理诊疗必需信息 | Consent for what treatment needs : bool
  consent_face: 同意采集人脸 | Consent for the face : bool
  consent_history: 同意保存病史 | Consent to keep the history : bool
  guardian: 监护人 | Guardian : text [sensitive]
  consent_paper: 同意书 | Signed paper : files
group person 基本信息 | Person
  person_name*: 姓名 | Name : text [default==customer.name] [sensitive]
  sex*: 性别 | Sex : choice male=男|Male; female=女|Female; other=其他|Other
  age*: 年龄 | Age : int [maximum=150] [sensitive]
  weight: 体重（公斤） | Weight (kg) : number [sensitive]
  phone: 电话 | Telephone : phone [default==contact.phone]
  history: 病史 | History : area [sensitive]
  allergies*: 过敏（无则写无） | Allergies, or none : area [sensitive]
  medicines: 正在用药 | Present medicines : area [sensitive]
group advice 咨询 | Advice
  wishes*: 需求 | Wishes : area [sensitive]
  chosen: 选择的服务 | Chosen service : select visit=门诊|Consultation; therapy=理疗|Therapy; diet=药膳|Diet; \
member=会员健康管理|Membership; none=仅咨询|Advice only
group update 复诊更新 | Update
  changes*: 上次以来的变化 | Changes since last time : area [sensitive]
  taken: 用药情况 | Medicine taken : area [sensitive]
  plan_change: 方案调整 | Change of plan : area [sensitive]
group consult 问诊 | Consultation
  chief*: 主诉 | Chief complaint : area [sensitive]
  exam*: 查体 | Examination : area [sensitive]
  impression*: 初步判断 | Impression : area [sensitive]
group master 大医 | Master
  master_view*: 意见 | Opinion : area [sensitive]
  master_plan*: 推荐方案 | Recommended plan : area [sensitive]
group refer 转诊 | Referral
  refer_to*: 转往 | To : text
  refer_why*: 原因 | Why : area [sensitive]
group order 检查申请 | Check order
  checks*: 项目 | Items : checks body=深度体检|Thorough check-up; heart=心脑血管|Heart and brain vessels; organ=脏器专项|Organs; \
bone=骨质评测|Bones; ageing=衰老评测|Ageing; mind=心理评测|Mind
  check_why*: 目的 | Purpose : area [sensitive]
group check 检查结果 | Results
  results*: 结果 | Results : area [sensitive]
  critical: 有危急值 | Critical values : bool
  result_files: 报告 | Reports : files
group prescribe 处方 | Prescription
  diagnosis*: 诊断 | Diagnosis : area [sensitive]
  prescription: 处方 | Prescription : table drug*=药名|Medicine=text; dose*=用法用量|Dose=text; days=天数|Days=int
  next_visit: 复诊日期 | Next visit : date
group dispense 取药 | Dispensing
  checked_by*: 复核人 | Double-checked by : text
  told_use*: 已交代用法 | Use explained : bool
group plan 健康方案 | Health plan
  plan*: 个性化方案 | Personal plan : area [sensitive]
  member: 加入会员 | Membership : bool
  steward: 健康管家 | Steward : text
  device: 智能设备 | Device : text
group follow 随访 | Follow-up
  state*: 现在情况 | Present state : area [sensitive]
  adverse: 不良反应 | Adverse effects : area [sensitive]
"""
