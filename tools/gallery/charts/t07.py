"""Goods taken to the workshop and brought back."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T07 携回修护 | Workshop repair
summary 开收据、入库、修护、报价、试机、送回、核销，三十天无人领有提醒。 \
| Receipt, storing, repair, quote, test, return, cancel; reminders after thirty days.
group after_sales
purpose 客户的东西从拿走到送回，每一步都有人签、有处找。 | From taking to bringing back somebody signs and it can be found.
starts 现场修不好，或客户送修。 | It cannot be mended on site, or is brought in.
ends 修好送回、收据核销；或不修退还、依约处置。 | Mended and returned, receipt cancelled; or given back unmended, or disposed of as agreed.
owner manager
review 2027-06-30
phase take 收件入库 | Take in ; 已收件 | Taken in ; 您的物品已入库。 | Your goods are stored.
phase repair 修护 | Repair ; 正在修护 | Repairing ; 正在检测修护。 | Tested and repaired.
phase giveback 送回领取 | Return ; 可以领取 | Ready ; 修好了，约您领取。 | Ready; a time is agreed.
{common.CLOSE_PHASE}
{common.VARIABLES}
lane desk role=agent up=supervisor 接单员 | Reception
lane store role=storekeeper up=supervisor 库管 | Stores
lane field role=engineer up=head dept==lead_department 修护技师 | Technicians
lane supervisor role=supervisor up=manager 客服主管 | Supervisors
lane quality role=quality up=manager 质量管理 | Quality
{common.opening("desk", "take", "需携回修护 | To the workshop")}
user receive 开收据 | Give receipt
  status new
  form F16 take
  limit PT30M
  how 当面写外观、附件、故障，双方签认 | Condition, accessories, fault; both sign
  mind 有数据的提醒备份 | Data: remind of a backup
  proof 签认的收据和照片 | Signed receipt and photos
choose received 客户签认？ | Signed?
  by 签认的入库，不愿留下的当场退还 | Signed goes to store, else it is given back at once
  -> decide_team: 已签认 | Signed
  x> explain: 不送修 | Not left
user decide_team 定修护部门 | Assign workshop
  form F14 cover
  limit PT1H
  how 判保修，定由谁修 | Check cover, say who repairs
  mind 保修内外写清依据 | Grounds for in or out of warranty
in store take
user shelve 入库登记 | Store
  form F16 store
  limit PT2H
  how 贴标签、拍照、放定位 | Label, photograph, place
  mind 贵重的单独上锁 | Lock up what is precious
in field repair
user bench 检测修护 | Test and repair
  form F14 bench
  limit PT24H
  how 先检测报结果，再动手 | Test and report first, then work
  mind 拆下的旧件装袋附单 | Old parts in a bag with the order
choose tested 检测结果 | Finding
  by 保修内直接修好，要加钱的先报价，修不了的退还 | In warranty mend; extra cost quote; else give back
  -> try_out: 已修好 | Mended
  -> quote: 需报价 | To quote ? times.quote < 3
  -> wait_part: 等件 | Wait for part ? times.wait_part < 3
  x> offer_back: 修不了 | Cannot
pause wait_part 等件五个工作日 | Five days for a part
  after PT40H default
  status waiting_third_party
  holder nobody
  -> bench
in desk repair
user quote 报价确认 | Quote
  form F14 quote
  limit PT4H
  how 列明细，约答复日 | Itemise, agree a date for the answer
  mind 未同意不动手 | No work without a yes
choose quoted 同意？ | Agreed?
  by 同意的修，不同意的退还 | Mend when agreed, else give back
  <- bench: 同意 | Yes ? times.bench < 5
  -> offer_back: 不同意 | No
in field repair
user try_out 试机 | Test
  form F14 trial
  limit PT8H
  how 连续运行，对照故障再现条件 | Run long, under the conditions of the fault
  mind 偶发故障加倍时间 | Twice as long for rare faults
choose tried 合格？ | Passed?
  by 原故障不再现且无新问题 | The old fault gone and no new one
  -> offer_back: 合格 | Passed
  <- bench: 返修 | Again ? times.bench < 5
in desk giveback
user offer_back 预约领取 | Agree return
  form F14 booking
  limit PT4H
  how 约送回或来取的时间，说明结果 | Time for bringing or fetching; say the result
  mind 换时段联系，记次数 | Other hours; count the tries
choose offered 约上？ | Agreed?
  by 约上的交还，三十天无人领取的专门处理 | Agreed: hand over; unclaimed for thirty days: special
  -> giveback: 已约定 | Agreed
  <- remind_due: 未联系上 | Not reached ? times.offer_back < 4
  -> unclaimed: 多次无人领 | Unclaimed ? times.offer_back >= 4
pause remind_due 十天后提醒 | Remind in ten days
  after P10D 24x7
  status waiting_customer
  holder customer
  -> offer_back
user giveback 领回签字 | Give back
  form F16 giveback
  limit PT16H
  how 当面试机、点附件、签字 | Test, count accessories, sign
  mind 代领须有委托和证件 | A proxy shows mandate and papers
  proof 领取签字、核销的收据 | Signature, cancelled receipt
choose given 当面合格？ | Fine?
  by 当面试机合格的核销，不合格的返修 | Passed: cancel the receipt; else again
  -> inform: 合格 | Fine
  <- bench: 不合格返修 | Again ? times.bench < 5
in supervisor giveback
user unclaimed 无人领处理 | Unclaimed goods
  form F16 remind
  limit 5d
  how 书面催告，按约定保管或处置 | Written notice; keep or dispose as agreed
  mind 处置前再次核对约定 | Check the agreement again before disposing
end end_unclaimed 按约定处置 | Disposed as agreed
  status closed
{common.callback("desk", "bench", "close")}
{common.archive("quality")}
{common.explaining("desk")}
withdrawal
duplicate
"""
