"""Parts and material for repairs."""

from typing import Final

from tools.gallery import common
from tools.gallery.gas import FORMS as GAS_FORMS

CHART: Final = f"""
chart GAS7 维修物资管理 | Repair material
summary 申请、审批、库存、采购、领用、退旧、盘点。 | Request, approval, stock, purchase, issue, old parts, count.
group gas
purpose 要用的时候有，用了的说得清，旧件收得回。 | There when needed, accounted for, old parts returned.
starts 维修需要物资，或库存低于下限。 | A repair needs material, or the stock is low.
ends 物资领用核销、账物相符。 | Used and written off, stock agrees.
owner manager
review 2027-06-30
phase ask 申请审批 | Request ; 已申请 | Requested ; 正在审批。 | Being approved.
phase supply 供应 | Supply ; 备料 | Supply ; 正在备料。 | Material is prepared.
phase settle 核销 | Settle ; 核销 | Settled ; 使用核对。 | Use is checked.
{common.VARIABLES}
lane approver role=approver up=head 审批人 | Approvers
lane store role=storekeeper up=supervisor 物资管理 | Stores
lane quality role=quality up=manager 质量管理 | Quality
in store ask
start begin 需要物资 | Material needed
user request 汇总申请 | Request
  status new
  form F32 need
  limit PT4H
  how 按工单或下限列清单 | By order or lower limit
  mind 写用途，不囤货 | Say the use, no hoarding
in approver ask
user approve_request 审批申请 | Approve request
  status pending_approval
  form F32 approval
  limit PT8H
  how 看用途和库存 | Use and stock
  mind 抢修用料先发后补 | Emergency material first, paper later
choose request_decided 审批意见 | Decision
  by 用途清楚、数量合理的同意 | Clear use and fair amount
  -> check_stock: 同意 | Approve
  <- request: 退回 | Return ? times.request < 3
  x> end_refused: 不同意 | Refused
end end_refused 不予领用 | Refused
  status closed
in store supply
user check_stock 查库存 | Check stock
  form F32 order
  limit PT4H
  how 查数量、效期、替代件 | Number, date, substitutes
  mind 过期胶管作废 | Discard hoses past their date
choose stocked 有货？ | In stock?
  by 有货的发，没货的采购 | Issue what is there, buy the rest
  -> issue: 有货 | Yes
  -> purchase: 缺货 | No
user purchase 采购跟催 | Purchase
  form F32 chase
  limit 5d
  how 合格供方询价下单，盯到货 | Approved sources, order, watch arrival
  mind 单一来源写明理由 | Give reasons for a single source
in quality supply
user inspect 到货检验 | Inspect
  form F32 arrival
  limit 1d
  how 查合格证、批号、抽检 | Certificate, lot, sample
  mind 无证不入库 | Nothing without a certificate
choose inspected 合格？ | Passed?
  by 证件齐、抽检合格的入库 | With papers and a passed sample
  -> issue: 合格 | Passed
  <- purchase: 退换 | Replace ? times.purchase < 4
in store supply
user issue 领用发放 | Issue
  form F32 issue
  limit PT4H
  how 凭单发，登记批号和领用人 | By the paper, note lot and receiver
  mind 以旧换新 | Old for new
in store settle
pause back_due 三个工作日 | Three working days
  after PT24H default
  status in_progress
  holder nobody
user take_back 退料退旧 | Take back
  form F32 back
  limit 2d
  how 剩余退库，旧件回收 | Rest to store, old parts collected
  mind 旧件编号对得上 | Old numbers agree
choose settled 账物相符？ | Agrees?
  by 相符的核销，差异查明后处理 | Agreeing is written off, differences are examined
  -> end_done: 相符 | Agrees
  -> examine: 有差异 | Differs
in quality settle
user examine 差异核查 | Examine
  form F32 difference
  limit 3d
  how 查工单、领用、现场 | Orders, issues, sites
  mind 责任人回避 | Not by the one concerned
choose examined 查明？ | Found?
  by 查明的调账，没查明的再盘点 | Found is adjusted, else counted again
  -> end_done: 已查明 | Found
  <- take_back: 再盘点 | Count again ? times.examine < 3
end end_done 核销完成 | Written off
  status closed
"""

FORMS: Final = GAS_FORMS
