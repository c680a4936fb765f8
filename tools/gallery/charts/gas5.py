"""Safety checks in homes, household by household."""

from typing import Final

from tools.gallery import common
from tools.gallery.gas import FORMS as GAS_FORMS

CHART: Final = f"""
chart GAS5 入户安检 | Home safety checks
summary 计划、通知、逐户安检、隐患整改、到访不遇补检、汇总通报。 | Plan, notice, each home, hazards, absent homes, summary.
group gas
purpose 每户每年至少查一次，隐患查一个改一个。 | Every home once a year; every hazard is mended.
starts 年度安检计划到期。 | The date of the yearly plan has come.
ends 入户率达标，隐患整改或停气，汇总归档。 | Enough homes seen, hazards mended or shut off, filed.
owner manager
review 2027-06-30
phase plan 计划通知 | Plan ; 安检通知 | Notice ; 近期入户安检，请留人。 | A check is due; please be home.
phase check 逐户安检 | Check ; 入户安检 | Checking ; 正在逐户检查。 | Homes are being checked.
phase sum 汇总 | Sum up ; 安检完成 | Done ; 本轮安检完成。 | This round is done.
{common.VARIABLES}
var households list ; 户号清单 | Households
lane planner role=supervisor up=manager 安检主管 | Check supervisors
lane desk role=agent up=supervisor 客服 | Agents
lane field role=engineer up=head 安检员 | Checkers
lane quality role=quality up=manager 质量管理 | Quality
in planner plan
start begin 安检到期 | Check due
user plan 制定计划 | Make plan
  status new
  form F31 plan
  limit 3d
  how 定户号、人员、日期 | Homes, people, dates
  mind 老旧小区、独居老人先查 | Old estates and the old alone first
in desk plan
user notify 通知住户 | Notify
  form F22 notice
  limit 3d
  how 张贴、短信、电话三样 | Posters, messages, calls
  mind 写明证件样式防冒充 | Show what the card looks like, against impostors
in field check
sub homes 逐户安检 | Each home
  each households as household
  -> collect
in field check homes
start home_begin 到户 | At the door
user check 入户检查 | Check home
  form F31 check
  limit PT2H
  do 亮证进门，逐项查，当面讲。 | Show the card, check item by item, explain.
  how 表、管、阀、软管、灶具、热水器、通风、报警器 | Meter, pipe, valve, hose, cooker, heater, air, alarm
  mind 不推销 | No selling
  must 漏气先关阀疏散再报抢险 | Leak: shut, evacuate, then call rescue
choose home_checked 结果 | Result
  by 合格签字，有隐患开单，不在的换时段两次 | Signed, a notice, or two more visits
  -> home_ok: 合格 | Safe
  -> notice: 有隐患 | Hazard
  <- home_later: 到访不遇 | Nobody home ? times.check < 3
  x> home_absent: 三次不遇 | Absent ? times.check >= 3
pause home_later 再访 | Another time
  after PT24H 24x7
  holder customer
  -> check
user notice 隐患通知 | Hazard notice
  form F31 notice
  limit PT1H
  how 写部位、要求、期限，户主签收 | Place, demand, date, signature
  mind 拒签的拍照留置 | Refused: photograph and leave it
choose noticed 严重？ | Grave?
  by 危及安全的当场停气，其余限期整改后复查 | Danger: shut off now; else mend and check again
  -> recheck_due: 限期整改 | Mend by date
  x> home_shut: 当场停气 | Shut off
pause recheck_due 整改期满 | Time is over
  after P15D 24x7
  holder customer
user recheck 复查 | Check again
  form F31 rectify
  limit 3d
  how 对着通知逐项看 | By the notice, item by item
  mind 改好的拍照 | Photograph what is mended
choose rechecked 改好？ | Mended?
  by 改好的合格，未改的再催一次，仍不改停气 | Mended is safe, once more, then shut off
  -> home_ok: 已改好 | Mended
  <- recheck_due: 再给期限 | More time ? times.recheck < 2
  x> home_shut: 停气 | Shut off
end home_ok 合格 | Safe
end home_absent 不遇移交 | Absent
end home_shut 停气 | Shut off
in planner sum
user collect 汇总安检 | Sum up
  form F31 summary
  limit 2d
  how 入户率、不遇率、隐患率、整改率 | Rates of entry, absence, hazards, mending
  mind 数字与单据对得上 | Numbers agree with the papers
choose collected 达标？ | Enough?
  by 入户率达标的归档，不达标的补检，最多三轮 | At the goal file, else another round, three at most
  -> review: 达标或已三轮 | Enough or three rounds
  <- notify: 补检 | Another round ? times.collect < 3
in quality sum
user review 抽查通报 | Spot check
  form F34 score
  limit 3d
  how 抽百分之五复查 | Five in a hundred again
  mind 假记录零容忍 | No tolerance for false records
end end_done 安检完成 | Done
  status closed
"""

FORMS: Final = GAS_FORMS
