"""On-site service with the classes A to D."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T06 售后上门服务 | On-site service
summary 报修、判保修、派工、检修、收费到回访，缺件和携回都有路走。 | From request and cover to dispatch, repair, fee and call-back.
group after_sales
purpose 让每次报修都派得出、修得好、收得清，客户随时知道到哪一步。 \
| Every request is dispatched, mended and settled, and the customer always knows where it stands.
starts 客户用电话、邮件或在线提出报修。 | A customer asks for service by telephone, mail or online.
ends 修好并回访满意，或说明后关闭、客户撤回。 | Mended and confirmed, or closed with reasons, or withdrawn.
owner manager
review 2027-06-30
phase apply 受理申请 | Apply ; 已收到 | Received ; 已登记报修，正在核对保修。 | Registered; we check the cover.
phase book 预约派工 | Book ; 安排上门 | Booking ; 正在约时间、备零件、派技术员。 | Time, parts and technician are arranged.
phase repair 上门检修 | Repair ; 正在维修 | Repairing ; 技术员正在检修。 | The technician is at work.
phase settle 收费交单 | Settle ; 结算 | Settling ; 正在结算和检查单据。 | Fees and papers are settled.
{common.CLOSE_PHASE}
{common.VARIABLES}
var in_contract boolean ; 合同内 | Under contract
var in_warranty boolean ; 保修期内 | In warranty
var misuse boolean ; 保修除外 | Excluded
var internal boolean ; 内部工作 | Internal work
var service_class choice A B C D ; 服务类别 | Service class
var amount number ; 应收费用 | Amount due
var collect choice none onsite invoice ; 收费方式 | How it is collected
var sampled boolean ; 抽中质检 | Sampled
lane desk role=agent up=supervisor 客服 | Agents
lane supervisor role=supervisor up=manager 客服主管 | Supervisors
lane dispatch role=head up=manager dept==lead_department 派工负责人 | Dispatchers
lane field role=engineer up=head dept==lead_department 技术员 | Technicians
lane money role=cashier up=supervisor 收费会计 | Cashiers
lane quality role=quality up=manager 质量管理 | Quality
{common.opening("desk", "apply", "客户报修 | Request arrives")}
user register 登记报修 | Register request
  status new
  form F13 request
  limit PT15M
  do 把报修记成技术员看了就能准备的记录。 | Record it so that a technician can prepare from it.
  how 问清产品型号、现象、地址和方便的时间 | Ask for model, symptom, address and a good time
  mind 冒烟、漏气、漏电先教客户断开再登记 | Smoke, gas or shock: have it shut off first
  must 有危险的当场转应急，不等排队 | Danger goes to emergency at once
  proof 型号、现象、地址、电话 | Model, symptom, address, telephone
choose registered 能否受理？ | Accept?
  by 是本公司产品或合同范围内的受理 | Our product or within a contract
  -> judge: 受理 | Accept
  x> explain: 不受理 | Decline
user judge 保修判定 | Check cover
  status triage
  form F14 cover
  limit PT1H
  how 先查合同，再查保修期，最后看是否除外 | Contract first, then warranty, then exclusions
  mind 查不到凭证先按客户的说法登记并核实 | Without papers take their word down and verify
  proof 合同号或保修截止日 | Contract number or end of warranty
rule classify 定服务类别 | Service class
  table service_class
if by_class 按类别办理 | By class
  by 收费的先报价，内部工作直接派工，其余先预约 | Charged work is quoted first, internal work goes straight to dispatch
  -> quote: 收费 A | Charged A ? service_class == "A"
  -> dispatch: 内部 D | Internal D ? service_class == "D"
  => book: 合同 B、免费 C | Contract B, free C
user quote 报价 | Quote
  form F14 quote
  limit PT4H
  how 工时、材料、上门费分开报 | Quote labour, parts and travel apart
  mind 不确定的写明上限 | Give a ceiling where unsure
choose quoted 接受报价？ | Quote accepted?
  by 客户明确同意才能派工 | Dispatch only with a clear yes
  -> book: 同意 | Agreed
  <- quote: 重新报价 | Quote again ? times.quote < 3
  x> explain: 不同意 | Refused
in desk book
user book 预约上门 | Book a visit
  form F14 booking
  limit PT2H
  how 约定时间、地点，说明要准备什么 | Agree time and place, and what to prepare
  mind 换时段再联系，每次都要记 | Try other hours; record each try
choose booked 约上了？ | Booked?
  by 三次联系不上按规定关闭 | Closed by rule after three tries
  -> reserve: 已约定 | Booked
  <- book_later: 未联系上 | Not reached ? times.book < 3
  x> close_unreached: 三次未联系上 | Unreachable ? times.book >= 3
pause book_later 半天后再约 | Try later
  after PT4H default
  holder customer
  status waiting_customer
  -> book
auto close_unreached 告知关闭 | Tell closing
  op notify_unreachable
end end_unreachable 联系不上关闭 | Closed, unreachable
  status closed
in dispatch book
user reserve 备件预留 | Reserve parts
  form F32 need
  limit PT2H
  how 按现象列出可能要换的件，先占库存 | List likely parts and hold the stock
  mind 客户指定时间紧的先调别处库存 | For urgent dates look at other stores first
choose parts_there 备件齐？ | Parts there?
  by 缺件的先订货，告诉客户到货日期 | Missing parts are ordered, and the customer told
  -> dispatch: 齐 | Complete
  -> order_parts: 缺件 | Missing
user order_parts 订购备件 | Order parts
  form F32 order
  limit PT4H
  how 问清到货日期，改约上门时间 | Get the date and move the visit
  mind 没有告诉客户的不算办完 | Not done until the customer knows
wait parts_wait 等备件 | Waiting for parts
  status waiting_third_party
  holder nobody
  -> parts_came
  -> parts_late
hear parts_came 备件到货 | Parts arrived
  message parts_arrived
  status waiting_third_party
  holder nobody
  -> dispatch
pause parts_late 五个工作日未到 | Late after 5 days
  after PT40H default
  status waiting_third_party
  holder nobody
  -> chase_parts
user chase_parts 催办备件 | Chase parts
  form F32 chase
  limit PT4H
  how 问供应方，同时找替代件 | Ask the supplier, look for a substitute
  mind 新的日期当天告诉客户 | Tell the new date the same day
choose chased 到货了？ | Arrived?
  by 催两次仍无货的与客户商量后结束 | After two rounds without parts it ends by agreement
  -> dispatch: 已到或有替代 | Arrived or substitute
  <- parts_wait: 继续等 | Wait on ? times.chase_parts < 3
  x> explain: 无货，说明 | No parts, explain ? times.chase_parts >= 3
user dispatch 派工 | Dispatch
  form F14 dispatch
  limit PT1H
  how 看技能、距离和手上的活 | Mind skills, distance and work in hand
  mind 同一客户尽量派同一人 | The same person for the same customer
in field book
user accept_job 接单 | Accept job
  form F14 accept
  limit PT30M
  how 看清现象、地址、要带的件 | Read symptom, address, parts to carry
  mind 去不了的马上退，不要压单 | Decline at once if you cannot go
choose job_taken 接单？ | Accepted?
  by 半小时内接单或说明原因退回 | Accept within half an hour or say why not
  -> visit: 接单 | Accept
  <- dispatch: 退回改派 | Decline ? times.dispatch < 4
in field repair
user visit 上门检修 | Repair on site
  form F14 visit
  limit PT8H
  do 到场检测、诊断、修好并讲明原因。 | Test, diagnose, mend, and explain.
  how 先断电断气，再检测，再动手 | Isolate first, then test, then work
  how 换下的旧件给客户看 | Show the parts that came out
  mind 超出报价先征得同意 | Ask before going beyond the quote
  must 涉及燃气、高压须持证并测试合格 | Gas or high voltage needs a licence and a passed test
  proof 到离时间、诊断、更换零件 | Times, diagnosis, parts
choose visited 现场结果 | On site
  by 能当场修好的试机，缺件的订货，修不了的携回 | Mended: test; parts missing: order; otherwise take it along
  -> test: 当场修好 | Mended
  -> order_parts: 缺件再来 | Parts missing ? times.order_parts < 3
  -> carry: 携回修护 | Take along ? times.carry < 2
  <- book: 客户不在 | Nobody home ? times.visit < 4
user carry 携回登记 | Take along
  form F16 take
  limit PT4H
  how 当面写外观和附件，开收据 | Note condition and accessories in their presence, give a receipt
  mind 拍照，双方签认 | Photograph; both sign
  proof 客户签认的收据 | Signed receipt
user bench 车间修护 | Workshop repair
  form F14 bench
  limit PT24H
  how 修后连续试机 | Run it after the repair
  mind 要加费用的先报价 | Quote before extra cost
user giveback 送回客户 | Bring back
  form F16 giveback
  limit PT16H
  how 约时间送回，当面试机 | Bring it back by appointment and test it there
  mind 收回收据并核销 | Take back and cancel the receipt
user test 试机签字 | Test and sign
  form F15 sign
  limit PT2H
  how 客户面前试机，讲清怎么用 | Test before the customer and explain
  mind 客户有不同意见照原话写 | Write objections in their words
  proof 客户签字 | Signature
choose tested 客户签字？ | Signed?
  by 试机合格且客户签字 | Test passed and signed
  -> fee: 已签字 | Signed
  <- visit: 不合格返修 | Failed, again ? times.visit < 4
  x> dispute: 客户拒签 | Signature refused
in supervisor settle
user dispute 争议处理 | Settle dispute
  form F04 arbitrate
  limit PT4H
  how 看派工单、照片和客户说法 | Read order, photos and the customer’s words
  mind 费用争议先不收 | No collecting while the fee is disputed
choose settled 怎么办？ | Settled?
  by 服务有缺陷的返修，否则减免或照收 | Faulty work is redone, else reduce or keep the fee
  -> fee: 协商一致 | Agreed
  <- visit: 返修 | Redo ? times.visit < 4
  x> explain: 不再处理，说明 | No more, explain
in field settle
rule fee 收费方式 | How to collect
  table collect
if fee_way 收费？ | Fee?
  by 小额当场收，大额当日开票，免费的直接交单 | Small fees on site, large ones by invoice the same day
  -> collect_fee: 当场收 | On site ? collect == "onsite"
  -> bill: 开票 | Invoice ? collect == "invoice"
  => handin: 不收费 | Free
user collect_fee 当场收费 | Collect on site
  form F33 receipt
  limit PT2H
  how 按报价收，给收据 | Collect as quoted, give a receipt
  mind 当日交财务，补寄发票 | To finance the same day, invoice follows
  -> handin
in money settle
user bill 当日开票 | Invoice
  form F33 invoice
  limit 1d
  how 凭派工单开票，写明收款日 | Invoice by the work order, with a date
  mind 抬头税号与客户核对 | Check name and tax number
  -> handin
in desk settle
user handin 收单核对 | Take in papers
  form F14 handin
  limit 1d
  how 单据、款项、旧件当日收齐 | Papers, money and old parts the same day
  mind 缺单的当日追回 | Chase what is missing today
if sample 抽检？ | Inspect?
  by 按比例随机抽取 | Drawn at random by share
  -> inspect: 抽中 | Drawn ? sampled == true
  => inform: 未抽中 | Not drawn
in quality settle
user inspect 质检抽检 | Inspect
  form F34 score
  limit 2d
  how 看单据、照片，必要时电话核实 | Papers, photos, a call if needed
  mind 评分要写事实 | Scores need facts
choose inspected 合格？ | Passed?
  by 每项三分以上且无安全问题 | Three points or more everywhere and no safety issue
  -> inform: 合格 | Passed
  <- visit: 返工 | Redo ? times.visit < 4
{common.callback("desk", "book", "close")}
{common.archive("quality")}
{common.explaining("desk")}
withdrawal
duplicate
"""

TABLES: Final = """
table service_class 服务类别 FIRST
in internal 内部工作 boolean
in in_contract 合同内 boolean
in in_warranty 保修期内 boolean
in misuse 保修除外 boolean
out service_class 服务类别 string A B C D
  true | - | - | - => D # 内部行政工作
  - | true | - | - => B # 维保合同约定的服务
  - | - | true | true => A # 保修除外，收费
  - | - | true | - => C # 免费维护期内
  - | - | - | - => A # 其余收费
table collect 收费方式 FIRST
in service_class 服务类别 string A B C D
in amount 应收费用 number
out collect 收费方式 string none onsite invoice
  C,D | - => none # 免费与内部工作不收
  - | > 500 => invoice # 大额当日开票；金额线可改
  - | > 0 => onsite # 小额当场收
  - | - => none # 没有费用
"""
