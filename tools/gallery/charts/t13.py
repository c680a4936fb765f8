"""Conversion of gas households in a batch, each household with its own state."""

from typing import Final

from tools.gallery import common
from tools.gallery.gas import FORMS as GAS_FORMS

CHART: Final = f"""
chart T13 户内置换通气 | Household gas conversion
summary 收流转单、登台帐、落实内容、定方案、分户置换、遗留整改、归档。 \
| Task sheet, ledger, checks, plan, each household, what is left, file.
group gas
purpose 让每一户都在安全合格之后通气，没通上的有人盯到通。 | Every household gets gas only when safe, and none that is left is forgotten.
starts 户内安装验收合格，计划部门送来流转单。 | Indoor work is accepted and the task sheet arrives.
ends 各户通气或遗留移交，台帐完整归档。 | Each household has gas or is handed over, the ledger is filed.
owner manager
review 2027-06-30
phase receive 接收登帐 | Receive ; 已列入计划 | Planned ; 资料核对后安排通气。 | Gas is planned after the papers are checked.
phase plan 方案预约 | Plan ; 预约通气 | Appointment ; 将与您约定入户时间。 | A time is agreed with you.
phase convert 分户置换 | Convert ; 入户置换 | Converting ; 检查合格后点火通气。 | After a passed test the gas is lit.
phase close 遗留归档 | Close ; 通气完成 | Done ; 有遗留问题的继续处理。 | What is left is still handled.
{common.VARIABLES}
var households list ; 户号清单 | Households
lane registrar role=registrar up=supervisor 统计员 | Registrar
lane planner role=engineer up=head dept==lead_department 置换负责人 | Conversion planner
lane approver role=approver up=head dept==lead_department 审批人 | Approvers
lane store role=storekeeper up=supervisor 物资管理 | Stores
lane field role=engineer up=head dept==lead_department 置换员 | Converters
lane desk role=agent up=supervisor 客服 | Agents
in registrar receive
start begin 收到流转单 | Task sheet arrives
user receive 接收流转单 | Receive task sheet
  status new
  form F19 receive
  limit PT4H
  do 核对财务章、竣工图、明细表三样齐全。 | Check the finance stamp, the drawings and the location list.
  how 章、图、表逐项打勾 | Tick stamp, drawings, list
  mind 户数以明细表为准，不符先问 | The list counts; ask when it differs
  must 没有财务章不得登帐，更不得置换 | Without the finance stamp no entry and no conversion
  proof 盖章的流转单 | Stamped task sheet
choose received 资料齐？ | Complete?
  by 有章、图表相符的登帐，缺的退回补齐 | Stamp and matching papers go to the ledger, the rest back
  -> enter: 齐全 | Complete
  <- return_sheet: 退回补齐 | Return ? times.return_sheet < 3
  x> end_refused: 任务取消 | Cancelled
user return_sheet 退回计划 | Return to planning
  form F19 return
  limit PT4H
  how 写明缺什么、找谁补 | Say what is missing and who has it
  mind 退回也要留复印件 | Keep a copy
wait resubmit 等补齐 | Waiting for papers
  status waiting_third_party
  holder nobody
  -> resubmitted
  -> resubmit_due
hear resubmitted 重新送来 | Sent again
  message task_sheet_resubmitted
  status waiting_third_party
  holder nobody
  -> receive
pause resubmit_due 五个工作日未补 | Not in 5 days
  after PT40H default
  status waiting_third_party
  holder nobody
  -> receive
end end_refused 任务取消 | Cancelled
  status terminated
user enter 登记台帐 | Enter in ledger
  form F20 enter
  limit PT8H
  how 一户一行，编号连续 | One line a household, numbers in a row
  mind 台帐只补不改，改错划线签名 | Add, never overwrite; strike and sign
user assign_lead 交置换负责人 | Hand to planner
  form F19 assign
  limit PT4H
  how 连同图表一并移交 | Hand over with drawings and list
  mind 移交双方签字 | Both sign
in planner plan
user settle 落实置换内容 | Settle details
  form F22 check
  limit 2d
  how 灶具发放、品牌、通气时间、户数、楼层逐项落实 | Cookers, brand, time, number, floors one by one
  mind 遗留问题先列出来 | List what is left over first
  proof 检查表 | Check list
user plan 制定置换方案 | Make the plan
  form F22 plan
  limit 2d
  how 时间、人员、物资、资料、应急分开写 | Time, people, goods, papers, emergency
  mind 天气和停气时段要避开 | Mind weather and shut-off hours
in approver plan
user approve_plan 审批方案 | Approve plan
  status pending_approval
  form F22 approval
  limit 1d
  how 看安全措施和人员资格 | Safety measures and licences
  mind 没有应急方案的不批 | Never without an emergency plan
choose plan_decided 审批意见 | Decision
  by 安全、人员、物资都落实的同意 | Agree when safety, people and goods are settled
  -> ready_split: 同意 | Approve
  <- plan: 退回 | Return ? times.plan < 4
split ready_split
  -> notify
  -> prepare
in desk plan
user notify 通知预约 | Notify households
  form F22 notice
  limit 3d
  how 张贴通知并逐户电话约时间 | Post notices and call each household
  mind 老人独居的约家属在场 | Family present for old people alone
  -> ready_join
in store plan
user prepare 备物资资料 | Prepare goods
  form F32 issue
  limit 2d
  how 灶具、胶管、宣传资料、通气单按户配齐 | Cookers, hoses, leaflets, sheets for each household
  mind 胶管看有效期 | Mind the date of hoses
join ready_join
in field convert
sub homes 逐户置换 | Each household
  each households as household
  -> collect
in field convert homes
start home_begin 到户 | At the door
user safety 入户安检 | Safety check
  form F31 check
  limit PT4H
  do 先安检，合格才置换。 | Check first; convert only when safe.
  how 看表、管、阀、灶、通风，记录隐患 | Meter, pipe, valve, cooker, air; note hazards
  mind 客户不在贴告知单另约 | Nobody home: leave a note and agree anew
  must 有隐患不得通气 | No gas with a hazard
choose safe 可以置换？ | Safe?
  by 无隐患的做气密试验，有隐患的开整改单，不在的留遗留 | Safe: tightness test; hazard: notice; absent: left over
  -> tightness: 无隐患 | Safe
  -> notice: 有隐患 | Hazard
  x> home_left: 到访不遇 | Nobody home
user notice 开整改单 | Hazard notice
  form F31 notice
  limit PT2H
  how 写明部位、要求、期限，户主签收 | Place, demand, date, signed by the household
  mind 严重的当场关阀 | Grave: shut the valve at once
choose noticed 当场整改？ | Mended now?
  by 能当场改好的改后再检，否则列遗留 | Mended on the spot is checked again, else left over
  <- safety: 已改好 | Mended ? times.notice < 3
  x> home_left: 限期整改 | Later
user tightness 气密试验 | Tightness test
  form F23 test
  limit PT2H
  how 按规程充压、稳压、读数 | Pressurise, hold, read by the rules
  mind 读数写实，不估 | Write what it reads
choose tight 合格？ | Tight?
  by 稳压时间内无压降 | No drop within the holding time
  -> light: 合格 | Passed
  <- tightness: 复试 | Again ? times.tightness < 3
  x> home_left: 不合格 | Failed
user light 置换点火 | Light
  form F23 light
  limit PT2H
  how 放散、取样、点火、看火焰 | Purge, sample, light, watch the flame
  mind 开窗，禁火源 | Windows open, no fire
user teach 安全宣传 | Teach safety
  form F23 teach
  limit PT1H
  how 讲开关、检漏、应急电话，户主签字 | Valve, leak test, emergency number, signature
  mind 请户主自己操作一遍 | Let them do it once
end home_done 已通气 | Has gas
end home_left 列入遗留 | Left over
in registrar close
user collect 汇总台帐 | Sum up in ledger
  form F20 result
  limit 1d
  how 每户写结果，遗留户单列 | A result for each, what is left apart
  mind 通气单与台帐核对 | Check sheets against the ledger
choose collected 有遗留？ | Any left?
  by 没有遗留的回访，有的安排补置换，三次后移交安检 | None: call back; some: convert again; after three rounds hand over
  -> revisit: 无遗留或已移交 | None or handed over
  <- leftover: 处理遗留 | Handle what is left ? times.leftover < 3
in planner close
user leftover 遗留整改 | Handle what is left
  form F31 rectify
  limit 5d
  how 逐户约时间、催整改、定补置换日 | Agree a time, press for repair, set a date
  mind 超期未改的发催告 | Remind in writing after the date
  -> notify_again
in desk close
user notify_again 再约遗留户 | Agree again
  form F22 notice
  limit 3d
  how 说明整改要求和上门时间 | Say what to mend and when you come
  mind 换时段联系 | Try other hours
  -> homes
user revisit 抽样回访 | Call a sample
  status callback
  form F04 callback
  limit 3d
  how 抽一成用户问用气和服务 | One in ten about gas and service
  mind 有异味的立即转抢修 | Any smell goes to emergency at once
in registrar close
user archive 归档 | Archive
  status closed
  form F20 file
  limit 5d
  how 流转单、方案、通气单、整改单装订 | Bind sheet, plan, conversion sheets, notices
  mind 归档号写进台帐 | File number into the ledger
end end_closed 置换完成 | Converted
  status closed
"""

FORMS: Final = GAS_FORMS
