"""Findings speak of elements as a reader of the drawing does: by name, else by what it is and where it stands."""

import pytest

from bihuan.bpmn.verify import verify
from tests.bpmn.building import flows, process

START = '<startEvent id="s"/><userTask id="a" name="分析" bihuan:nameEn="Analyse" bihuan:role="agent"/>'


def said(body: str, kind: str) -> list[tuple[str, str]]:
    found = [one for one in verify(process(body)).findings if one.kind == kind]
    assert found, "the chart is not as wrong as it should be"
    return [(one.message.zh, one.message.en) for one in found]


def without_role(body: str) -> list[str]:
    return [zh.removesuffix(" 没有责任角色。") for zh, _ in said(body, "no_role")]


def test_an_unnamed_step_is_named_by_kind_and_place() -> None:
    body = START + '<userTask id="Activity_1x"/><endEvent id="e"/>' + flows("s>a", "a>Activity_1x", "Activity_1x>e")
    ((zh, en),) = said(body, "no_role")
    assert zh == "“分析”之后的任务（未命名） 没有责任角色。"
    assert en == "Nobody is responsible for unnamed task after “Analyse”."


def test_what_stands_before_all_names_is_named_by_what_follows() -> None:
    body = '<startEvent id="s"/><userTask id="x"/><userTask id="a" name="分析" bihuan:role="agent"/><endEvent id="e"/>'
    assert without_role(body + flows("s>x", "x>a", "a>e")) == ["“分析”之前的任务（未命名）"]


def test_several_at_one_place_are_counted() -> None:
    body = START + '<parallelGateway id="g"/><userTask id="x"/><userTask id="y"/><manualTask id="z"/>'
    body += '<parallelGateway id="j"/><endEvent id="e"/>'
    body += flows("s>a", "a>g", "g>x", "g>y", "x>j", "y>z", "z>j", "j>e")
    assert without_role(body) == ["“分析”之后的第 1 个任务（未命名）", "“分析”之后的第 2 个任务（未命名）"]


def test_a_chart_without_any_name_says_what_it_is() -> None:
    body = '<startEvent id="s"/><userTask id="x" bihuan:role="agent"/><userTask id="y"/><endEvent id="e"/>'
    assert without_role(body + flows("s>x", "x>y", "y>e")) == ["第 2 个任务（未命名）"]


def test_an_event_stands_on_its_step_and_a_circle_ends() -> None:
    timer = "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>"
    body = START + f'<boundaryEvent id="b" attachedToRef="a">{timer}</boundaryEvent><endEvent id="e"/>'
    (zh, _), *_more = said(body + flows("s>a", "a>e"), "no_path_to_end")
    assert "“分析”上的边界事件（未命名）" in zh
    loop = '<startEvent id="s"/><task id="x"/><task id="y"/>' + flows("s>x", "x>y", "y>x")
    (zh, en), *_more = said(loop, "loop_without_exit")
    assert "第 1 个任务（未命名）、第 2 个任务（未命名）" in zh and "unnamed task 1" in en


@pytest.mark.parametrize("name", ["", "  ", "\n"])
def test_ids_are_never_said(name: str) -> None:
    body = START + f'<exclusiveGateway id="Gateway_0abc" name="{name}"/><userTask id="Activity_9zz"/>'
    body += '<endEvent id="Event_1q"/>' + flows(
        "s>a", "a>Gateway_0abc", "Gateway_0abc>Activity_9zz:amount &lt; 3", "Gateway_0abc>Event_1q:amount &gt; 9",
        "Activity_9zz>Event_1q",
    )  # fmt: skip
    for one in verify(process(body)).findings:
        words = one.message.zh + one.message.en + one.suggestion.zh + one.suggestion.en
        assert not any(key in words for key in ("Gateway_0abc", "Activity_9zz", "Event_1q")), words
