"""Supervision of the service."""

from typing import Final

from tools.gallery import common
from tools.gallery.gas import FORMS as GAS_FORMS

CHART: Final = f"""
chart GAS8 服务监督 | Service supervision
summary 计划、抽样、明查暗访、评分、整改、复查、通报。 | Plan, sample, visits open and hidden, score, mend, check again, report.
group gas
purpose 用看得见的标准查服务，查出的都改掉。 | Service is checked by plain standards, and what is found is mended.
starts 监督计划到期，或投诉集中反映服务问题。 | The plan’s date, or many complaints about service.
ends 整改复查合格，结果通报。 | Mended, checked and reported.
owner quality
review 2027-06-30
phase plan 计划抽样 | Plan ; 监督计划 | Planned ; 服务监督已安排。 | Supervision is arranged.
phase check 检查评分 | Check ; 正在检查 | Checking ; 正在检查服务质量。 | Service is being checked.
phase mend 整改通报 | Mend ; 正在整改 | Mending ; 问题正在整改。 | Faults are being mended.
{common.VARIABLES}
var passed boolean ; 合格 | Passed
lane quality role=quality up=manager 监督员 | Supervision
lane manager role=manager up=head 服务经理 | Managers
lane lead role=engineer up=head dept==lead_department 被查部门 | Department checked
in quality plan
start begin 监督到期 | Supervision due
user plan 监督计划 | Plan
  status new
  form F46 plan
  limit 2d
  how 定对象、项目、方式、样本 | Whom, items, way, sample
  mind 暗访不提前通知 | Hidden visits are not announced
user draw 抽样分派 | Draw sample
  form F46 sample
  limit 1d
  how 随机抽工单、录音、现场 | Orders, recordings, sites at random
  mind 与被查者无利害关系 | No stake in those checked
in quality check
split ways
  -> records
  -> visit
user records 查单听音 | Records
  form F46 records
  limit 3d
  how 查时限、单据、用语 | Limits, papers, words
  mind 问题写时间和编号 | Note time and number
  -> ways_join
user visit 明查暗访 | Visits
  form F46 visit
  limit 5d
  how 看仪表、流程、态度、安全 | Looks, steps, manner, safety
  mind 只记事实 | Facts only
  -> ways_join
join ways_join
user score 评分 | Score
  form F34 score
  limit 2d
  how 按标准逐项打分 | By the standard, item by item
  mind 扣分有依据 | Every point off has grounds
if passed_all 合格？ | Passed?
  by 各项合格的通报，不合格的限期整改 | Passed is reported, the rest mended by a date
  -> report: 合格 | Passed ? passed == true
  => mend: 不合格 | Failed
in lead mend
user mend 限期整改 | Mend
  form F36 execution
  limit 10d
  how 找原因、改做法、补培训 | Cause, practice, training
  mind 不能只罚人 | Fines alone mend nothing
in quality mend
user recheck 复查 | Check again
  form F36 effect
  limit 3d
  how 同样方法再查 | The same way again
  mind 换样本 | Another sample
choose rechecked 改好？ | Mended?
  by 改好的通报，没改好的再改一次后问责 | Mended is reported, once more, then accountability
  -> report: 已改好 | Mended
  <- mend: 再改 | Again ? times.mend < 3
  -> account: 问责 | Accountability
in manager mend
user account 问责处理 | Hold to account
  form F27 minutes
  limit 5d
  how 查管理原因，定处理 | Causes in management, measures
  mind 给当事人申辩 | Hear those concerned
  -> report
in quality mend
user report 通报归档 | Report and file
  form F28 file
  limit 3d
  how 通报结果、典型、改进 | Results, examples, improvements
  mind 不点普通员工姓名 | No names of ordinary staff
end end_done 监督完成 | Done
  status closed
"""

FORMS: Final = (
    GAS_FORMS
    + """
form F46 服务监督记录 | Service supervision record
keep P3Y
group plan 计划 | Plan
  object*: 对象 | Whom : area
  items*: 项目与标准 | Items and standards : area
  way*: 方式 | Way : checks open=明查|Open; hidden=暗访|Hidden; record=查单据|Records; audio=听录音|Recordings
  sample_size: 样本数 | Sample : int
group sample 抽样 | Sample
  drawn*: 抽样结果 | Drawn : area
  lead_department*: 被查部门 | Department : department
group records 查单听音 | Records
  record_findings*: 发现 | Findings : table number*=编号|Number=text; finding*=问题|Finding=text; grade=级别|Grade=text
group visit 现场 | Visits
  visit_findings*: 发现 | Findings : table place*=地点|Place=text; finding*=问题|Finding=text; grade=级别|Grade=text
  visit_photos: 照片 | Photos : files

"""
)
