"""What a text leaves open is found, and what it says is not."""

import pytest

from bihuan.procedures import totals
from tests.procedures.texts import COMPLAINTS, gaps_of, only, understood

_PLAIN = "客户问题处理流程\n一、登记：客服部登记客户的问题。\n二、处理：技术部{said}\n三、归档：客服部归档。"


def _kinds(text: str) -> set[str]:
    return {one.kind for one in gaps_of(text)}


@pytest.mark.parametrize(
    ("kind", "said", "answer"),
    [
        ("no_reject", "审批方案。", "不同意的退回。"),
        ("no_unreachable", "联系客户。", "联系不上时改日再联系。"),
        ("no_not_authentic", "核实情况。", "情况不属实的说明原因。"),
        ("no_unsolvable", "制定解决方案。", "无法解决的向客户说明。"),
        ("no_withdrawal", "受理申请。", "客户撤回的关闭。"),
        ("no_duplicate", "登记问题。", "重复投诉的合并。"),
        ("no_parts", "更换零件。", "缺件的通知采购。"),
        ("no_show", "预约上门。", "客户不在家的另约。"),
        ("no_quotation", "收费。", "客户不同意费用的不修。"),
        ("no_return", "将商品携回修护。", "修好送回。"),
        ("no_leftover", "记录遗留问题。", "遗留问题由工程部处理。"),
        ("no_refund", "收费。", "不修的退费。"),
        ("no_consent", "登记病史。", "登记前征得同意。"),
        ("time_without_maximum", "确定下次回复的时间。", None),
        ("term_undefined", "将重大投诉上报。", "重大投诉是指金额超过一万元的。"),
        ("no_way_if_dissatisfied", "回访客户。", None),
    ],
)
def test_ways_that_are_not_told(kind: str, said: str, answer: str | None) -> None:
    name = "二、回访：" if "回访" in said else "二、处理："
    text = _PLAIN.replace("二、处理：", name)
    assert kind in _kinds(text.format(said=said))
    if answer is not None:
        assert kind not in _kinds(text.format(said=said + answer))


def test_limits_and_what_they_add_up_to() -> None:
    text = (
        "处理流程\n(一)阶段一:分析\n联系客户:部门在2小时内联系客户核实。\n组织会议:部门在4小时内召开会议。\n"
        "(二)阶段二:答复\n告知客户:客服部在1小时内告知客户结果。\n回访:问题解决后24小时内,客服部回访。\n"
    )
    found = totals(only(text))
    assert found is not None
    assert (found.in_turn, found.shared, found.after) == (7 * 3600, 5 * 3600, 24 * 3600)
    (total,) = [one for one in gaps_of(text) if one.kind == "limits_total"]
    assert (
        "5–7 小时" in total.message.zh and "24 小时" in total.message.zh and "0.625–0.875 个工作日" in total.message.zh
    )
    (order,) = [one for one in gaps_of(text) if one.kind == "order_undefined"]
    assert order.elements == ("step_1", "step_2")


def test_limits_that_say_everything_are_no_gap() -> None:
    text = "处理流程\n1.登记：收到申请后2个工作小时内，客服部登记。\n2.答复：登记后1个工作日内答复客户。"
    assert not {"limit_without_calendar", "limit_without_anchor", "order_undefined"} & _kinds(text)


def test_one_limit_has_no_sum() -> None:
    assert totals(only("处理流程\n1.登记：在2小时内登记。\n2.答复：答复客户。")) is None


def test_a_loop_without_a_bound() -> None:
    text = COMPLAINTS.replace("，最多2次", "")
    assert {"loop_without_bound", "chart:unbounded_loop"} <= _kinds(text)
    assert not {"loop_without_bound", "chart:unbounded_loop"} & _kinds(COMPLAINTS)


def test_an_end_that_nobody_checks() -> None:
    text = "处理流程\n1.处理：客服部处理客户的问题。\n2.回访：客服部回访客户。\n3.归档：客服部归档。"
    assert {"end_without_check", "no_way_if_dissatisfied"} <= _kinds(text)
    better = text.replace("回访客户。", "回访客户。如果客户不满意，则返回重新处理，最多2次。")
    assert not {"end_without_check", "no_way_if_dissatisfied"} & _kinds(better)


def test_paying_before_seeing() -> None:
    text = "就诊流程\n1.缴费：前台收费。\n2.问诊：医生问诊。\n"
    assert "payment_first" in _kinds(text)
    assert "payment_first" not in _kinds("就诊流程\n1.问诊：医生问诊。\n2.缴费：前台收费。\n")


def test_what_is_announced_and_not_there() -> None:
    text = (
        "服务流程\n主要业务包含安装、维修、回访三项业务。\n一、安装\n1.登记：客服部登记。\n2.上门：工程部上门安装。\n"
    )
    (gap,) = [one for one in gaps_of(text) if one.kind == "announced_missing"]
    assert "维修、回访" in gap.message.zh and "3 项" in gap.message.zh
    whole = text + "二、维修\n1.登记：客服部登记。\n三、回访\n1.回访：客服部回访。\n"
    assert "announced_missing" not in _kinds(whole)


def test_a_list_that_is_not_there() -> None:
    text = "登记流程\n流程图的目标可以是:\n明确目标有助于聚焦。\n1.登记：客服部登记。\n2.回访：客服部回访。"
    assert "list_missing" in _kinds(text)
    assert "list_missing" not in _kinds(text.replace("明确目标有助于聚焦。", "(1)提高效率。"))


def test_what_is_lost_or_breaks_off() -> None:
    text = "处理流程\n1.登记：客服部登\ufffd客户的问题。\n2.总结：客服部召开会议,分析问题的原因,识别流程的瓶颈,提出改"
    assert {"text_lost", "text_truncated"} <= _kinds(text)


def test_repetitions_and_synonyms() -> None:
    part = "报修处理流程\n1.登记：客服部登记台帐。\n2.派单：客服部派单并核对台账。\n"
    assert {"told_twice", "several_words"} <= _kinds(
        f"{part}投诉处理流程\n1.受理：质量部受理。\n2.调查：质量部调查。\n{part}"
    )


def test_every_gap_points_at_something() -> None:
    text = COMPLAINTS + "五、审批：由部门主管审批重大投诉。\n"
    length = len(understood(text).cleaned.text)
    for one in gaps_of(text):
        assert one.message.zh and one.message.en
        assert one.span is None or 0 <= one.span.start <= one.span.end <= length
        assert one.draft in (-1, 0)
        assert one.span is not None or one.elements or one.kind == "several_words" or one.kind.startswith("chart:")
