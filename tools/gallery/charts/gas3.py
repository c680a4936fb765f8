"""Gas repair, emergencies first."""

from typing import Final

from tools.gallery import common
from tools.gallery.gas import FORMS as GAS_FORMS

CHART: Final = f"""
chart GAS3 燃气维修 | Gas repair
summary 报修判急、抢修先行、派工检修、气密试验、收费回访。 | Judge urgency, emergency first, dispatch, repair, tightness, fee, call-back.
group gas
purpose 漏气的先保命，普通的修得好，修完必试。 | Leaks: life first; ordinary repairs done well; always tested.
starts 用户电话报修或安检发现问题。 | A user reports, or a check finds a fault.
ends 修好试验合格并回访，或停气待整改。 | Mended, tested and confirmed, or shut off until mended.
owner manager
review 2027-06-30
phase receive 接报判急 | Report ; 已接报 | Received ; 正在判断紧急程度。 | Urgency is being judged.
phase rescue 抢险 | Rescue ; 抢修中 | Emergency ; 抢修人员正在赶来。 | Emergency staff are on the way.
phase repair 检修 | Repair ; 维修中 | Repairing ; 正在检修。 | Under repair.
{common.CLOSE_PHASE}
{common.VARIABLES}
var amount number ; 应收费用 | Amount due
lane desk role=agent up=supervisor 热线 | Hotline
lane dispatch role=head up=manager dept==lead_department 调度 | Dispatch
lane field role=engineer up=head dept==lead_department 维修员 | Repairers
lane store role=storekeeper up=supervisor 物资 | Stores
lane supervisor role=supervisor up=manager 客服主管 | Supervisors
lane quality role=quality up=manager 质量管理 | Quality
{common.opening("desk", "receive", "用户报修 | Fault reported")}
user register 接报登记 | Take report
  status new
  form F13 request
  limit PT5M calendar=24x7
  do 先判断有没有漏气，再登记。 | First judge whether gas leaks, then record.
  how 问有没有异味、声响、不适 | Smell, sound, unwell?
  mind 教用户关阀、开窗、不开关电器 | Have them shut the valve, open windows, touch no switch
  must 漏气人在室外打电话 | With a leak call from outside
choose urgent 漏气？ | Leak?
  by 有异味、着火、人员不适的抢险，其余派修 | Smell, fire, unwell: rescue; else a repair
  -> rescue: 抢险 | Rescue
  -> assign: 普通维修 | Repair
  x> explain: 非本公司设施 | Not ours
in field rescue
user rescue 到场抢险 | Rescue
  role engineer
  dept -
  form F31 check
  limit PT30M calendar=24x7 up=manager
  how 疏散、关阀、检测、通风、查点 | Evacuate, shut, measure, air, find
  mind 浓度合格前不进入 | No entry before the measure is safe
  must 三十分钟到场 | On site within thirty minutes
choose rescued 险情排除？ | Safe?
  by 排除的转维修，排不了的停气增援 | Safe goes to repair, else shut off and call help
  -> assign: 已排除 | Safe
  <- rescue: 增援 | More help ? times.rescue < 3
  x> shut_off: 停气 | Shut off
user shut_off 停气告知 | Shut off
  dept -
  form F31 notice
  limit PT2H calendar=24x7
  how 贴封、签收、告知恢复条件 | Seal, signature, say what restores it
  mind 逐户通知受影响的 | Tell every household affected
end end_shut_off 停气待整改 | Shut off
  status closed
in desk repair
user assign 定维修部门 | Assign
  status triage
  form F14 cover
  limit PT30M
  how 判设施归属和收费 | Whose facility, charged or not
  mind 表前表后分清 | Before or behind the meter
in dispatch repair
user dispatch 派工 | Dispatch
  form F14 dispatch
  limit PT1H
  how 看持证、距离、在手 | Licence, distance, work in hand
  mind 有老人病人的优先 | The old and sick first
in store repair
user issue 领料 | Issue parts
  form F32 issue
  limit PT2H
  how 按工单发，登记批号 | By the order, note lots
  mind 阀管只用合格供方 | Valves and pipes from approved sources
in field repair
user repair 检修 | Repair
  form F14 visit
  limit PT8H
  how 关阀、放散、更换、复位 | Shut, purge, replace, restore
  mind 换下旧件给用户看 | Show the old part
choose repaired 修好？ | Mended?
  by 修好的试验，不在的另约，修不了的停气 | Mended: test; absent: again; cannot: shut off
  -> test: 已修好 | Mended
  <- dispatch: 用户不在 | Nobody home ? times.repair < 4
  x> shut_off: 修不了停气 | Shut off
user test 气密试验 | Tightness test
  form F23 test
  limit PT1H
  how 充压、稳压、读数，用户签字 | Pressurise, hold, read, signature
  mind 不合格不得通气 | No gas when it fails
choose tested 合格？ | Tight?
  by 稳压无压降 | No drop
  -> collect: 合格 | Passed
  <- repair: 再修 | Again ? times.test < 4
user collect 收费签字 | Collect and sign
  form F33 receipt
  limit PT1H
  how 按价目收，保修内不收 | By the price list; nothing within warranty
  mind 现场给收据 | Receipt on site
{common.callback("desk", "dispatch", "close")}
{common.archive("quality")}
{common.explaining("desk")}
withdrawal
duplicate
"""

FORMS: Final = GAS_FORMS
