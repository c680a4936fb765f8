"""Each rule by which a text is understood, on a text that shows it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.procedures import Span, Step, Understood
from bihuan.procedures.understanding.markers import markers
from bihuan.procedures.understanding.papers import FORMS, code_of
from tests.procedures.texts import COMPLAINTS, RULES, only, understood


def _names(text: str) -> list[str]:
    return [one.name for one in only(text).steps]


def _step(sentence: str) -> Step:
    """The step of a procedure with this sentence in it."""
    return only(f"客户处理流程\n1. 办理：{sentence}\n2. 归档：由客服部归档。").steps[0]


def test_a_procedure_with_everything() -> None:
    found = only(COMPLAINTS)
    assert found.title == "客户投诉处理流程"
    assert [one.name for one in found.steps] == ["登记", "核实", "处理", "回访"]
    register, check, handle, call = found.steps
    assert [one.text for one in register.units] == ["客服部"]
    assert (register.limits[0].seconds, register.limits[0].anchor) == (3600, "接到投诉")
    assert [(one.name, one.code) for one in register.papers] == [("客户投诉处理表", "F06")]
    assert [one.name for one in register.fields] == ["投诉人", "联系电话", "投诉时间", "是否重复", "投诉描述"]
    assert (check.limits[0].workdays, check.limits[0].calendar) == (2, "default")
    assert (check.conditions[0].test, check.conditions[0].beside) == ("情况紧急", True)
    assert [one.text for one in handle.cautions] == ["注意不得向客户承诺赔偿金额。"]
    (again,) = handle.conditions
    assert (again.kind, again.test, again.most, again.target) == ("again", "客户不满意", 2, "核实")
    assert call.evaluation
    assert (call.limits[0].seconds, call.limits[0].anchor) == (86400, "问题解决")


def test_every_fact_lies_where_the_text_says_it() -> None:
    found = understood(COMPLAINTS)
    text = found.cleaned.text
    for step in found.procedures[0].steps:
        told = [(one.span, one.text) for one in (*step.units, *step.cautions, *step.channels)]
        told += [(one.span, one.text) for one in step.limits]
        assert all(text[slice(*span)] == words for span, words in told)
        for paper in step.papers:
            assert paper.name in text[slice(*paper.span)]
        for field in step.fields:
            assert field.name in text[slice(*field.span)]
        for condition in step.conditions:
            assert condition.test in text[slice(*condition.span)]


@pytest.mark.parametrize(
    "numbers",
    [
        ("一、", "二、", "三、"),
        ("（一）", "（二）", "（三）"),
        ("1. ", "2. ", "3. "),
        ("1、", "2、", "3、"),
        ("1)", "2)", "3)"),
        ("(1)", "(2)", "(3)"),
        ("①", "②", "③"),
        ("第一步 ", "第二步 ", "第三步 "),
        ("第1步：", "第2步：", "第3步："),
        ("步骤一：", "步骤二：", "步骤三："),
        ("4.1 ", "4.2 ", "4.3 "),
        ("Step 1. ", "Step 2. ", "Step 3. "),
    ],
)
@pytest.mark.parametrize("between", ["\n", "。"])
def test_numbers_before_steps(numbers: tuple[str, ...], between: str) -> None:
    said = ["登记：客服部登记客户的问题", "核实：质量部核实情况", "回访：客服部回访客户"]
    text = "客户问题处理流程\n" + between.join(number + words for number, words in zip(numbers, said, strict=True))
    assert _names(f"{text}。") == ["登记", "核实", "回访"]


def test_steps_with_nothing_between_the_name_and_the_sentence() -> None:
    text = "售后服务流程\n1.派单售后服务中心根据申请安排人员。2.制定维修方案技术部根据故障情况制定方案。3.落实费用内容财务部核对费用。"
    assert _names(text)[1:] == ["制定维修方案", "落实费用内容"]


@pytest.mark.parametrize(
    "text", ["费用为1.5小时的工资。", "版本1.0。见表1.1。", "按第三条办理。", "比例为3、4成。", "2023-12-31。"]
)
def test_other_numbers_are_no_items(text: str) -> None:
    assert markers(f"客户{text}") == []


def test_phases_with_lines_of_their_own() -> None:
    found = only(
        "客户问题处理流程\n"
        "(一)阶段一:接收(责任主体:客服团队/一线人员)\n关键动作:\n统一登记:登记客户的问题。\n分类分派:在1小时内分派。\n输出成果:《客户问题登记表》。\n"
        "(二)阶段二:处理(责任主体:主责部门)\n关键动作:\n方案设计:制定方案。\n方案审批:由部门主管审批。\n输出成果:《执行表》。\n"
    )
    assert [one.name for one in found.stages] == ["接收", "处理"]
    assert [one.text for one in found.stages[0].units] == ["客服团队", "一线人员"]
    assert [one.code for one in found.stages[0].papers] == ["F01"]
    assert [(one.name, one.phase) for one in found.steps] == [
        ("统一登记", 0), ("分类分派", 0), ("方案设计", 1), ("方案审批", 1),
    ]  # fmt: skip
    assert [one.text for one in found.steps[3].units] == ["部门主管"]


@pytest.mark.parametrize(
    ("words", "seconds", "workdays", "calendar", "anchor"),
    [
        ("客服部在1小时内办理", 3600, None, "", ""),
        ("客服部须于两小时内办理", 7200, None, "", ""),
        ("在30分钟以内办理", 1800, None, "", ""),
        ("审批时间不超过2小时", 7200, None, "", ""),
        ("24h内办理", 86400, None, "", ""),
        ("2个工作日内办理", None, 2, "default", ""),
        ("在4个工作小时内办理", 14400, None, "default", ""),
        ("3个自然日内办理", 259200, None, "24x7", ""),
        ("5日内办理", None, 5, "", ""),
        ("当日办理", None, 1, "", ""),
        ("次日内办理", None, 2, "", ""),
        ("收到申请后2小时内办理", 7200, None, "", "收到申请"),
        ("自受理之日起10个工作日内办理", None, 10, "default", "受理"),
        ("问题解决后，客服部在1小时内办理", 3600, None, "", "问题解决"),
        ("根据分析结果，在8小时内办理", 28800, None, "", "分析结果"),
        ("在半小时内办理", 1800, None, "", ""),
    ],
)
def test_limits(words: str, seconds: int | None, workdays: int | None, calendar: str, anchor: str) -> None:
    (limit,) = _step(f"{words}。").limits
    assert (limit.seconds, limit.workdays, limit.calendar, limit.anchor) == (seconds, workdays, calendar, anchor)


@pytest.mark.parametrize("words", ["采用1-5分制评价", "于2024年5月登记", "响应时间缩短了40%", "登记3次", "分为5类办理"])
def test_what_is_no_limit(words: str) -> None:
    assert _step(f"{words}。").limits == ()


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("由质量部负责核实", ["质量部"]),
        ("客服专员应登记客户的问题", ["客服专员"]),
        ("责任主体：技术部，核实情况", ["技术部"]),
        ("由工程、品保说明要求", ["工程", "品保"]),
        ("牵头部门(如技术组)在2小时内联系客户", ["牵头部门"]),
        ("客服团队将结果告知客户", ["客服团队"]),
        ("在接到投诉时登记", []),
        ("处理客户的问题", []),
        ("客户提交申请", []),
    ],
)
def test_units(words: str, units: list[str]) -> None:
    assert [one.text for one in _step(f"{words}。").units] == units


@pytest.mark.parametrize(
    ("words", "kind", "test"),
    [
        ("如果涉及产品质量，则转至技术部", "whole", "涉及产品质量"),
        ("若客户有疑虑时，由工程部向客户说明", "whole", "客户有疑虑"),
        ("登记客户的问题。如遇停电，通知值班经理", "extra", "停电"),
        ("登记。如果客户不满意，则返回重新登记", "again", "客户不满意"),
        ("高风险问题须提交部门主管审批；低风险问题由客服主管审批", "either", "高风险问题"),
        ("登记。对不能解决的投诉，应向客户说明原因", "extra", "不能解决的投诉"),
        ("必要时通过远程协助核实情况", "extra", "有必要"),
        ("登记。紧急问题需同步通知负责人", "extra", "紧急问题"),
        ("客服有无法处理的情况，应反馈给部门主管", "whole", "有无法处理的情况"),
    ],
)
def test_conditions(words: str, kind: str, test: str) -> None:
    found = _step(f"{words}。").conditions
    assert [(one.kind, one.test) for one in found] == [(kind, test)]


@pytest.mark.parametrize(
    "words",
    [
        "登记信息，如姓名、电话、地址等",
        "例如，如果下雨也登记",
        "登记（若有偏差则调整）",
        "落实是否发放",
        "了解如何登记",
    ],
)
def test_examples_are_no_conditions(words: str) -> None:
    assert _step(f"{words}。").conditions == ()


def test_otherwise() -> None:
    (found,) = _step("登记。如果客户同意，则安排上门，否则关闭申请。").conditions
    assert (found.then, found.otherwise) == ("安排上门", "关闭申请")


@pytest.mark.parametrize(("words", "most"), [("最多3次", 3), ("不超过两次", 2), ("", None)])
def test_how_often_a_loop_may_go_back(words: str, most: int | None) -> None:
    (found,) = _step(f"登记。如果审批不通过，则退回重新登记，{words}。").conditions
    assert (found.kind, found.most) == ("again", most)


def test_kinds_of_cases_are_choices() -> None:
    step = only("接待流程\n一、接待来访，分以下几种情况:1、咨询:做出解答。2、投诉:核实情况。\n二、回访客户。").steps[0]
    assert [one.name for one in step.choices] == ["咨询", "投诉"]


def test_documents_and_their_numbers() -> None:
    step = _step("凭《合同任务流转单》(SKY001)登录《置换台账》(KFT005)，填写《用户意见单》，使用《售后服务管理软件》")
    assert [(one.name, one.code, one.number) for one in step.papers] == [
        ("合同任务流转单", "F19", "SKY001"), ("置换台账", "F20", "KFT005"), ("用户意见单", "", ""),
    ]  # fmt: skip


def test_names_of_forms_are_their_own_codes() -> None:
    for code, names in FORMS.items():
        assert {code_of(name) for name in names} == {code}
    assert code_of("顾客满意程度调查表") == "F08"
    assert code_of("员工请假单") == ""


def test_fields_with_options_and_criteria() -> None:
    fields = _step(
        "登记信息，包含:基本信息(姓名、联系方式)、来源(电话/邮件)、紧急程度(高/低，标准:影响核心业务=高;轻微疑问=低)。"
    ).fields
    assert [(one.group, one.name, one.options) for one in fields] == [
        ("基本信息", "姓名", ()), ("基本信息", "联系方式", ()), ("", "来源", ("电话", "邮件")), ("", "紧急程度", ("高", "低")),
    ]  # fmt: skip
    assert fields[3].criteria == ("影响核心业务", "轻微疑问")


def test_rows_of_names() -> None:
    assert _names("处理流程包括受理、诊断、维修、回访等多个步骤。") == ["受理", "诊断", "维修", "回访"]
    assert _names("主要环节：签订合同→验收资料→维修→回访。") == ["签订合同", "验收资料", "维修", "回访"]
    assert _names("这包括从接收投诉、调查原因、提供方案到后续跟进的全过程。") == [
        "接收投诉",
        "调查原因",
        "提供方案",
        "后续跟进",
    ]


@pytest.mark.parametrize(
    "text", ["渠道包括电话、邮件、在线聊天等多种方式。", "团队包括客服、技术、产品等人员。", "今天天气很好。"]
)
def test_other_rows_are_no_flow(text: str) -> None:
    assert understood(text).procedures == ()


def test_steps_that_only_the_row_names() -> None:
    text = "维修流程\n维修流程包括申请、派单、维修、评价等步骤。\n1.申请：客户提出申请。\n2.派单：中心派单。\n3.维修：人员维修。"
    assert _names(text) == ["申请", "派单", "维修", "评价"]


def test_a_flow_told_in_one_sentence() -> None:
    text = "回访流程：从客户档案中提取客户资料，整理后分配到专员，记录回访结果，最后总结。"
    assert len(_names(text)) == 4


def test_several_procedures_in_one_document() -> None:
    first = "报修处理流程\n1.登记：客服部登记。\n2.派单：客服部派单。\n"
    other = "客户投诉处理办法\n1.受理：质量部受理投诉。\n2.调查：质量部调查原因。\n"
    duties = "客服部岗位职责\n一、负责登记。二、负责回访。\n"
    found = understood(first + other + duties + first)
    assert [one.title for one in found.procedures] == ["报修处理流程", "客户投诉处理办法"]
    assert [one.text for one in found.repeated] == ["报修处理流程"]
    assert len(found.duties) == 2


def test_sections_with_steps_of_their_own() -> None:
    text = "1.0目的:规范服务。\n4.0作业程序:4.1客户服务4.1.1业务部介绍产品。4.1.2工程部说明要求。\n4.2满意度调查4.2.1业务部发放调查表。4.2.2客服部统计结果。"
    assert [(one.title, len(one.steps)) for one in understood(text).procedures] == [("客户服务", 2), ("满意度调查", 2)]


def test_parts_that_other_units_do() -> None:
    text = "反馈流程\n1.反馈：主责部门在1小时内同步结果；客服团队在2小时内告知客户处理结果。\n2.归档：客服团队归档。"
    assert [(one.name, [unit.text for unit in one.units]) for one in only(text).steps][:2] == [
        ("反馈", ["主责部门"]), ("告知客户处理结果", ["客服团队"]),
    ]  # fmt: skip


def test_a_table_of_steps() -> None:
    found = only(
        "投诉处理\n步骤\t工作内容\t责任部门\t时限\t输出\n登记\t登记投诉\t客服部\t1小时\t《客户投诉登记表》\n调查\t调查原因\t质量部\t2个工作日\t\n"
    )
    assert found.title == "投诉处理"
    first, second = found.steps
    assert (first.name, first.units[0].text, first.limits[0].seconds, first.papers[0].code) == (
        "登记",
        "客服部",
        3600,
        "F06",
    )
    assert (second.limits[0].workdays, second.limits[0].calendar) == (2, "default")


def test_an_article_that_tells_steps_in_paragraphs() -> None:
    text = (
        "以下是设计流程图的基本步骤:\n首先需要明确流程图的目标。这很重要。\n明确了目标之后,接下来需要确定起点和终点。\n"
        "完成了初步设计后,下一步就是进行审查和测试。\n最后一步是收集反馈。\n以上就是设计流程图的基本步骤。"
    )
    assert [one.name for one in understood(text).procedures[0].steps][:2] == ["明确流程图的目标", "确定起点和终点"]
    assert [one.name for one in understood(text).procedures[0].steps][-1] == "收集反馈"


def test_rules_in_articles() -> None:
    found = only(RULES)
    assert found.title == "某公司客户投诉管理制度"
    assert found.purpose is not None and found.purpose.text.startswith("为规范客户投诉处理工作")
    assert [(one.name, "、".join(unit.text for unit in one.units)) for one in found.steps] == [
        ("登记客户投诉登记表", "客服中心"),
        ("对投诉进行分级", "客服主管"),
        ("完成原因调查", "质量管理部"),
        ("制定整改措施", "责任部门"),
        ("质量管理部审批", "质量管理部"),
        ("回访客户", "客服中心"),
        ("归档", "客服中心"),
    ]
    assert [one.anchor for step in found.steps for one in step.limits] == ["接到投诉", "", "措施实施完毕"]
    assert [(one.kind, one.target) for one in found.steps[4].conditions] == [("again", "制定")]
    assert [(one.kind, one.test, one.otherwise_test) for one in found.steps[1].conditions] == [
        ("either", "一般投诉", "重大投诉")
    ]


def test_numbered_kinds_under_a_step() -> None:
    found = only(
        "设备报修流程\n1. 报修：用户通过小程序提出。\n2. 派工：调度员根据故障类型派工。\n   (1) 电气故障派电工班；\n   (2) 机械故障派机修班。\n"
        "3. 验收：用户验收，不合格的返工。\n4. 归档。"
    )
    assert [one.name for one in found.steps] == ["报修", "派工", "验收", "归档"]
    assert len(found.steps[1].choices) == 2
    assert [(one.kind, one.test) for one in found.steps[2].conditions] == [("again", "不合格")]


def test_prose_without_any_form() -> None:
    assert _names("客服专员登记客户的问题。技术部核实情况。质量部回访客户。这样很好。") == [
        "登记客户的问题",
        "核实情况",
        "回访客户",
    ]


def test_beginning_end_and_purpose() -> None:
    found = only(
        "客户处理流程\n目的：让客户的问题得到解决。\n流程的起点是从客户提交问题开始，终点则是问题解决并且客户满意为止。\n1.登记：登记问题。\n2.回访：回访客户。"
    )
    assert found.starts is not None and found.starts.text == "客户提交问题"
    assert found.ends is not None and found.ends.text == "问题解决并且客户满意"
    assert found.purpose is not None and found.purpose.text == "让客户的问题得到解决"


def test_synonyms_in_one_text() -> None:
    assert ("台帐", "台账") in understood("登记台帐。核对台账。").synonyms


_WORDS = st.sampled_from(
    "一、 二、 1. 2. (一) ① 第一步 4.1 如果 则 否则 若 时 客服部 由 在2小时内 《 》 登记 回访 → 、 , 。 ; : \n \t 包括 等步骤 返回 阶段一: 流程 ( ) “ ” 责任主体: 输出成果: 😀 שלום 目录 01 以下是步骤: 以上就是".split(
        " "
    )
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_WORDS, min_size=1, max_size=60))
def test_any_text_is_understood_and_places_lie_in_it(words: list[str]) -> None:
    found: Understood = understood("".join(words) + "完")
    length = len(found.cleaned.text)
    for procedure in found.procedures:
        assert len(procedure.steps) >= 2
        assert procedure.title
        for step in procedure.steps:
            assert step.name
            assert Span(0, 0) <= step.span and step.span.end <= length
            ends = [one.span.end for one in step.units] + [one.span.end for one in step.limits]
            ends += [one.span.end for one in step.papers] + [one.span.end for one in step.fields]
            assert all(end <= length for end in ends)
