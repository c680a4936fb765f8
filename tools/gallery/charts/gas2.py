"""Gas sales at the counter and meter reading."""

from typing import Final

from tools.gallery import common
from tools.gallery.gas import FORMS as GAS_FORMS

CHART: Final = f"""
chart GAS2 售气与收费 | Gas sales and fees
summary 办证发卡、售气写卡、抄表收费、异常核实、欠费催缴。 | Cards, sales, meter reading, abnormal readings, arrears.
group gas
purpose 卖得准、收得清、异常有人查。 | Sold right, collected clearly, oddities examined.
starts 用户到营业厅购气，或到了抄表日。 | A user comes to buy, or the reading day has come.
ends 缴清写卡或入账，或欠费移交。 | Paid and booked, or arrears handed over.
owner manager
review 2027-06-30
phase receive 受理核验 | Receive ; 已受理 | Received ; 正在核验户号。 | Your account is checked.
phase sell 售气收费 | Sell ; 正在办理 | Handling ; 正在办理售气收费。 | Sale and fee are handled.
phase follow 核实催缴 | Follow up ; 正在核实 | Checking ; 正在核实读数或欠费。 | Reading or arrears are checked.
{common.VARIABLES}
var abnormal boolean ; 读数异常 | Abnormal
lane counter role=agent up=supervisor 营业厅 | Counter
lane cashier role=cashier up=supervisor 收费员 | Cashiers
lane field role=engineer up=head 抄表员 | Meter readers
lane supervisor role=supervisor up=manager 营业主管 | Supervisors
in counter receive
start begin 购气或抄表 | Purchase or reading
user accept 受理业务 | Accept
  status new
  form F40 request
  limit PT15M
  how 问清办证、购气还是缴费 | Card, gas, or fee
  mind 代办看委托 | A proxy shows a mandate
user identify 核验户号 | Check account
  form F40 identity
  limit PT15M
  how 核户号、卡号、欠费 | Account, card, arrears
  mind 卡号不符先查挂失 | Check losses when the card differs
choose identified 怎么办？ | Which way?
  by 磁卡用户售气写卡，普表用户抄表收费，不符的核实 | Card users buy, meter users are read, mismatches checked
  -> sell: 磁卡购气 | Card
  -> read: 普表抄表 | Meter
  x> end_refused: 资料不符 | Mismatch
end end_refused 资料不符未办 | Not handled
  status closed
in counter sell
user sell 售气写卡 | Sell and write
  form F40 sale
  limit PT15M
  how 报气量、单价、总额，确认后写卡 | Volume, price, total; then write
  mind 写卡失败不得重复收费 | Never charge twice after a failed write
  -> pay
in field sell
user read 上门抄表 | Read meter
  form F40 reading
  limit 3d
  how 看表、拍照、与上次比 | Look, photograph, compare
  mind 进门先亮证 | Show your card first
if reading_odd 读数异常？ | Abnormal?
  by 与上期差五成以上、倒转或不走的复核 | Half off last time, backwards, or stopped is checked
  -> check_meter: 异常 | Abnormal ? abnormal == true
  => pay: 正常 | Normal
in field follow
user check_meter 异常复核 | Check meter
  form F40 reading
  limit 3d
  how 复读、检表、查漏、问用气 | Read again, test, look for leaks, ask
  mind 疑似漏气立即转抢修 | Suspected leak to emergency at once
  must 闻到异味先关阀、开窗、禁火 | Smell: shut the valve, open windows, no fire
choose meter_checked 复核结果 | Finding
  by 确认的按实收费，表坏的换表后再抄 | Confirmed is charged, a bad meter changed and read again
  -> pay: 读数确认 | Confirmed
  <- read: 换表重抄 | Meter changed ? times.check_meter < 3
in cashier sell
user pay 收费 | Collect
  form F33 receipt
  limit PT15M
  how 念金额，收款，给收据 | Say the sum, collect, give a receipt
  mind 日清日结 | Settle every day
choose paid 缴清？ | Paid?
  by 缴清的入账，欠的催缴 | Paid is booked, arrears are chased
  -> close: 已缴 | Paid
  -> chase: 未缴 | Unpaid
in supervisor follow
user chase 欠费催缴 | Chase arrears
  form F40 chase
  limit 5d
  how 电话、短信、上门各一次 | Call, message, visit
  mind 困难户先登记 | Note hardship cases
choose chased 缴了？ | Paid?
  by 缴的入账，三次不缴的移交 | Paid is booked, after three times handed over
  <- pay: 来缴费 | Comes to pay ? times.pay < 3
  -> end_arrears: 移交追缴 | Handed over
end end_arrears 欠费移交 | Arrears handed over
  status closed
in counter sell
auto close 入账关闭 | Book and close
  op close_issue
end end_closed 已办结 | Done
  status closed
withdrawal
duplicate
"""

FORMS: Final = GAS_FORMS
