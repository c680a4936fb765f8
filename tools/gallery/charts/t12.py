"""Returned goods and samples, with the restricted substances."""

from typing import Final

from tools.gallery import common

CHART: Final = f"""
chart T12 退货与样品 | Returns and samples
summary 退货查因与对策确认，样品制作检验送样，有害物质疑问说明。 \
| Cause and remedy of returns, samples made and tested, questions on substances.
group quality
purpose 退货查到原因、确认效果；样品和有害物质要求说得清、对得上。 \
| Returns lead to a cause and a proved remedy; samples and substance rules are clear and met.
starts 客户退货、要样品，或询问有害物质符合性。 | A customer returns goods, wants a sample, or asks about substances.
ends 对策有效并备案，样品获承认，或说明清楚。 | Remedy proved, sample accepted, or explained.
owner quality
review 2027-06-30
phase receive 受理 | Receive ; 已受理 | Received ; 已登记您的要求。 | Your request is registered.
phase work 分析制作 | Work ; 正在处理 | At work ; 正在分析或制作。 | Analysis or making is under way.
phase verify 检验确认 | Verify ; 正在检验 | Testing ; 正在检验和签核。 | It is tested and signed.
{common.CLOSE_PHASE}
{common.VARIABLES}
var conforms boolean ; 检验合格 | Conforms
lane sales role=agent up=supervisor 业务 | Sales
lane engineering role=engineer up=head dept==lead_department 工程 | Engineering
lane quality role=quality up=manager 品保 | Quality
lane approver role=approver up=head 签核人 | Approvers
lane supervisor role=supervisor up=manager 业务主管 | Sales heads
{common.opening("sales", "receive", "客户要求 | Request arrives")}
user register 登记要求 | Register
  status new
  form F26 request
  limit PT4H
  how 问清是退货、样品还是符合性疑问 | Return, sample, or a question
  mind 退货先要批号和照片 | For returns get lot and photographs
choose registered 哪一类？ | Which?
  by 有退货的查因，要样品的制作，有疑问的说明 | Returns: cause; samples: make; questions: explain
  -> take_back: 退货 | Return
  -> make_sample: 要样品 | Sample
  -> explain_rules: 符合性疑问 | Question
  x> explain: 不受理 | Declined
in sales work
user take_back 收货清点 | Take back
  form F26 goods
  limit 2d
  how 点数量、批号、外观，隔离存放 | Count, lot, look; store apart
  mind 未判定前不得再用 | No use before the verdict
in quality work
user find_cause 退货原因分析 | Find cause
  form F26 cause
  limit 5d
  how 复现、解析、查同批 | Reproduce, analyse, look at the lot
  mind 与制造分开判 | Judge apart from production
choose caused 是谁的原因？ | Whose?
  by 本公司原因的定对策，客户使用原因的说明 | Ours: remedy; handling: explain
  -> remedy: 本公司 | Ours
  -> explain_rules: 使用原因 | Handling
in engineering work
user remedy 对策 | Remedy
  form F26 remedy
  limit 5d
  how 在库、在途、后续三处都有措施 | Stock, transit, and future goods
  mind 对策写明实施日和批号 | Say date and lot
in quality verify
user confirm_effect 效果确认 | Confirm effect
  form F26 effect
  limit 10d
  how 看对策后连续三批 | Three lots after the remedy
  mind 由指定人确认 | By a named person
choose effective 有效？ | Effective?
  by 连续三批不再发生 | Not again in three lots
  -> inform: 有效 | Effective
  <- remedy: 再定对策 | Again ? times.remedy < 4
in engineering work
user make_sample 制作样品 | Make sample
  form F24 make
  limit 5d
  how 按规格版本做，留样 | By specification and version; keep one
  mind 材料有害物质报告要在有效期 | Substance reports must be valid
in quality verify
user test_sample 样品检验 | Test sample
  form F24 test
  limit 3d
  how 逐项实测，附有害物质报告号 | Measure each, add the report number
  mind 检验员不得检自己做的 | Nobody tests what they made
  must 有害物质不合格一律不得送样 | With a failed substance test no sample leaves
  proof 样品检验记录 | Sample record
if sample_ok 合格？ | Passed?
  by 各项合格的签核，不合格的重做，最多三次 | Passed goes to sign-off, else again, three times
  => sign_sample: 合格或已三次 | Passed or three times
  <- make_sample: 不合格 | Failed ? conforms == false and times.make_sample < 3
in approver verify
user sign_sample 审批送样 | Approve sending
  status pending_approval
  form F24 approval
  limit 1d
  how 看检验记录和要求是否对应 | Record against demand
  mind 特殊要求逐条勾 | Tick each special demand
choose signed 送样？ | Send?
  by 检验合格才能送 | Only what passed is sent
  -> send_sample: 同意送样 | Send ? conforms == true
  <- make_sample: 重做 | Make again ? times.make_sample < 5
  x> explain: 不送样 | Not sent
in sales verify
user send_sample 送样确认 | Send sample
  form F24 sending
  limit 2d
  how 附记录送出，约定承认日期 | Send with the record, agree a date
  mind 客户修改意见原样带回 | Bring changes back as said
choose accepted 客户承认？ | Accepted?
  by 承认的告知各单位，要改的重做 | Accepted is told to all, changes are made
  -> inform: 承认 | Accepted
  <- make_sample: 要求修改 | Changes ? times.send_sample < 3
  x> explain: 放弃 | Given up
in engineering work
user explain_rules 说明标准 | Explain rules
  form F26 rules
  limit 3d
  how 工程和品保一起答：标准、限值、报告 | Engineering and quality together: rule, limits, report
  mind 只给有效期内的报告 | Valid reports only
  -> inform
{common.callback("sales", "register", "close")}
{common.archive("quality")}
{common.explaining("sales")}
withdrawal
duplicate
"""

FORMS: Final = """
form F24 样品检验记录 | Sample test record
keep P5Y
group make 制作 | Making
  sample_name*: 样品名称 | Sample : text
  spec*: 规格与版本 | Specification and version : text
  count*: 数量 | Count : int
  made_by: 制作人 | Made by : person [default==actor]
  material_reports*: 材料有害物质报告号 | Material reports : area
group test 检验 | Test
  items*: 项目 | Items : table item*=项目|Item=text; rule*=标准|Rule=text; measured*=实测|Measured=text; verdict*=判定|Verdict=text
  substance_report*: 有害物质测试报告号 | Substance report : text
  conforms*: 检验合格 | Conforms : bool
group approval 签核 | Sign-off
  sample_opinion*: 签核意见 | Opinion : area
group sending 送样 | Sending
  sent_on*: 送样日期 | Sent on : date
  acceptance: 客户承认结果 | Customer’s verdict : area

form F26 退货原因分析单 | Return analysis
keep P5Y
group request 要求 | Request
  customer_name*: 客户 | Customer : text [default==customer.name]
  product*: 产品与批号 | Product and lot : text
  count: 数量 | Count : int
  wish*: 要求 | Request : area [default==issue.description]
  lead_department*: 主责部门 | Lead department : department
  photos: 照片 | Photos : files
group goods 收货 | Goods
  returned_count*: 实收数量 | Count received : int
  look*: 外观与包装 | Condition : area
  quarantine*: 隔离位置 | Quarantine place : text
group cause 原因 | Cause
  reproduced*: 能复现 | Reproduced : bool
  cause*: 原因 | Cause : area
  lot_checked: 同批排查 | Lot checked : area
group remedy 对策 | Remedy
  remedies*: 对策 | Remedies : table remedy*=对策|Remedy=text; owner*=责任人|Owner=person; due*=期限|Due=date
  corrective: 纠正措施 | Corrective action : area
group effect 效果 | Effect
  lots*: 确认的批次 | Lots checked : area
  effect*: 效果 | Effect : area
  confirmed_by: 确认人 | Confirmed by : person [default==actor]
group rules 说明 | Explanation
  question*: 疑问 | Question : area
  standard*: 标准与特殊要求 | Rules and special demands : area
  reports: 报告 | Reports : files
"""
