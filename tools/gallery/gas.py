"""The forms of the gas company."""

from typing import Final

FORMS: Final = """
form F19 合同任务流转单 SKY001 | Contract task sheet SKY001
keep P10Y
group receive 接收 | Receipt
  sheet_no*: 流转单号 | Sheet number : text
  contract_no*: 合同号 | Contract : text
  area*: 小区或地址 | Estate or address : text
  household_count*: 户数 | Households : int
  user_kind: 用户类型 | Kind of user : choice home=居民|Homes; business=商业|Business; factory=工业|Industry
  accepted_on*: 验收日期 | Accepted on : date
  finance_stamp*: 财务章 | Finance stamp : bool
  drawings*: 竣工图 | As-built drawings : bool
  location_list*: 楼层位置明细表 | Location list : bool
  sheet_files: 附件 | Attachments : files
group return 退回 | Return
  missing*: 缺少的资料 | Missing : area
group assign 移交 | Handing over
  lead_department*: 置换部门 | Converting department : department
  handed_note: 移交说明 | Note : area

form F20 置换台帐 KFT005 | Conversion ledger KFT005
keep P10Y
group enter 登记 | Entry
  rows*: 台帐 | Ledger : table number*=户号|Household=text; building=楼栋单元|Building=text; user_name=用户|User=text; \
phone=电话|Telephone=phone; meter=表号或卡号|Meter or card=text; cooker=灶具品牌|Cooker=text; planned=计划通气日|Planned=date
group result 结果 | Results
  converted*: 已通气户数 | Converted : int
  left_rows: 遗留户 | Left over : table number*=户号|Household=text; why*=原因|Why=text; until=期限|Until=date
  ledger_note: 核对说明 | Check : area
group file 归档 | Filing
  file_no*: 归档号 | File number : text
  keeper: 保管人 | Keeper : person [default==actor]

form F22 置换方案 | Conversion plan
keep P10Y
group check 落实内容 | Details
  cookers*: 灶具发放时间与方式 | Cookers, when and how : area
  gas_on*: 通气时间 | Gas on : date
  count_agrees*: 户数与明细相符 | Number agrees : bool
  brand_right*: 灶具品牌正确 | Brand right : bool
  floors_checked*: 楼层位置已核对 | Floors checked : bool
  left_over: 遗留问题 | What is left : area
group plan 方案 | Plan
  schedule*: 时间安排 | Schedule : area
  crew*: 人员安排 | People : area
  goods*: 物资 | Goods : area
  leaflets: 资料 | Papers : area
  safety_measures*: 安全措施 | Safety measures : area
  emergency*: 应急方案 | Emergency plan : area
group approval 审批 | Approval
  plan_opinion*: 审批意见 | Opinion : area
group notice 通知 | Notice
  households*: 本次置换的户号 | Households of this round : names
  noticed*: 通知方式与范围 | How and whom : area
  appointments: 约定明细 | Appointments : table number*=户号|Household=text; at*=时间|Time=datetime; note=备注|Note=text

form F23 置换通气单 | Conversion sheet
keep P10Y
group test 气密试验 | Tightness
  pressure*: 试验压力（千帕） | Pressure (kPa) : number
  minutes*: 稳压时间（分钟） | Minutes held : int
  drop*: 压降（帕） | Drop (Pa) : number
  tight*: 合格 | Passed : bool
group light 点火 | Lighting
  stove_pressure: 灶前压力（帕） | Pressure at the stove (Pa) : number
  flame*: 火焰正常 | Flame normal : bool
  lit_at: 点火时间 | Lit at : datetime [default==now]
group teach 宣传 | Teaching
  taught*: 已讲安全用气 | Safety taught : bool
  user_signed*: 用户签字 | Signed by the user : bool

form F31 入户安检与整改单 | Home safety check and notice
keep P5Y
group plan 计划 | Plan
  households*: 户号清单 | Households : names
  check_from*: 开始日期 | From : date
  check_until*: 结束日期 | Until : date
  crew*: 安检员与分工 | Checkers and tasks : area
group check 安检 | Check
  home*: 户号 | Household : text
  items*: 合格项目 | Passed items : checks meter=表具|Meter; pipe=管道|Pipes; valve=阀门|Valves; hose=胶管|Hose; \
cooker=灶具|Cooker; heater=热水器|Heater; air=通风|Air; alarm=报警器|Alarm
  hazards: 隐患 | Hazards : table place*=部位|Place=text; what*=问题|What=text; grade=级别|Grade=text
  check_photos: 照片 | Photos : files
group notice 整改通知 | Notice
  demand*: 整改要求 | What to mend : area
  mend_by*: 期限 | By : date
  shut_off: 已关阀停气 | Gas shut off : bool
  notice_signed*: 用户签收 | Signed by the user : bool
group rectify 整改 | Mending
  mended*: 整改情况 | What was mended : area
  rechecked_on: 复查日期 | Checked again on : date
group summary 汇总 | Summary
  visited*: 入户数 | Visited : int
  absent: 到访不遇数 | Nobody home : int
  hazard_count*: 隐患户数 | With hazards : int
  summary_note: 说明 | Note : area

form F40 燃气业务办理单 | Gas business record
keep P10Y
group request 申请 | Request
  business*: 业务 | Business : select new=报装|New connection; add=增装|Addition; move=移装|Move; pipe=改管|Pipe change; \
card=办证发卡|Card; gas=售气|Gas sale; meter=抄表收费|Meter reading; cooker=灶具销售|Cooker sale
  user_name*: 用户 | User : text [default==customer.name]
  phone*: 电话 | Telephone : phone [default==contact.phone]
  address*: 地址 | Address : text
  proof_papers: 证件与房产资料 | Papers : files
  wish: 要求 | Wish : area
group identity 核验 | Check
  user_no: 用户编号 | User number : text
  card_no: 卡号或表号 | Card or meter : text
  arrears: 有欠费 | In arrears : bool
  verified*: 核验结果 | Result : area
group reading 抄表 | Reading
  last_reading: 上次读数 | Last reading : number
  reading*: 本次读数 | Reading : number
  read_photo: 表盘照片 | Photo of the dial : files
  abnormal: 读数异常 | Abnormal : bool
group sale 售气 | Sale
  volume*: 气量（立方米） | Volume (m³) : number
  price*: 单价（元） | Price : money
  card_written*: 已写卡或入账 | Written to card or booked : bool
group survey 踏勘 | Survey
  surveyed_on: 踏勘日期 | Surveyed on : datetime
  feasible*: 可以安装 | Feasible : bool
  survey_note*: 现场情况 | On site : area
group crew 承办 | Department
  lead_department*: 承办部门 | Department in charge : department
  crew_note: 安排说明 | Note : area
group approval 审批 | Approval
  design_opinion*: 审批意见 | Opinion : area
group agree 用户确认 | User’s yes
  agreed*: 确认内容 | What was agreed : area
  contract_no: 协议号 | Contract : text
group chase 催缴 | Arrears
  owed*: 欠费金额（元） | Owed : money
  chased*: 催缴经过 | How it was chased : area
group design 设计报价 | Design and quote
  scheme*: 方案 | Scheme : area
  quote*: 报价（元） | Quote : money
  drawings: 图纸 | Drawings : files
group build 施工 | Building
  built*: 施工情况 | What was built : area
  built_test*: 自检与气密 | Own test and tightness : area
group accept 验收 | Acceptance
  acceptance*: 验收结论 | Conclusion : area
  accepted_on: 验收日期 | Accepted on : date
"""
