"""What a chart says about how an approval is decided: read, refused with its place, told apart, written again."""

import pytest

from bihuan.bpmn import ChartRefused, Extension, load_chart
from bihuan.bpmn.compare import compare
from bihuan.bpmn.sketch import Sketch, SketchFlow, SketchNode, write_sketch
from tests.bpmn.building import flows, process


def chart(said: str) -> bytes:
    body = f'<startEvent id="s"/><userTask id="a" name="审批" bihuan:role="head" {said}/><endEvent id="e"/>'
    return process(body + flows("s>a", "a>e"))


def test_read() -> None:
    said = 'bihuan:approval="vote" bihuan:approvalQuorum="60%" bihuan:approvers="head  quality head"'
    found = load_chart(chart(said)).nodes["a"].ext
    assert (found.approval, found.approval_quorum, found.approvers) == ("vote", "60%", ("head", "quality"))


def test_silence_is_the_way_it_always_was() -> None:
    found = load_chart(chart("")).nodes["a"].ext
    assert (found.approval, found.approval_quorum, found.approvers) == ("", "", ())


@pytest.mark.parametrize(
    "said",
    [
        'bihuan:approval="dice"',
        'bihuan:approval="vote"',
        *(
            f'bihuan:approval="vote" bihuan:approvalQuorum="{text}"'
            for text in ("0", "100", "101%", "-1", "half", "２")
        ),
    ],
)
def test_refused_with_its_place(said: str) -> None:
    with pytest.raises(ChartRefused) as refused:
        load_chart(chart(said))
    assert [problem.kind for problem in refused.value.problems] == ["bad_value"]
    assert refused.value.problems[0].element == "a"


def test_a_change_is_told() -> None:
    one, other = load_chart(chart('bihuan:approval="any"')), load_chart(chart('bihuan:approval="all"'))
    told = " ".join(change.text.zh for change in compare(one, other).changes)
    assert told == "“审批”的审批方式由或签改为会签"


def test_written_again() -> None:
    ext = Extension(role="head", approval="vote", approval_quorum="2", approvers=("head", "quality"))
    sketch = Sketch(
        process_id="p",
        name="审批",
        nodes=(
            SketchNode(id="s", kind="startEvent", name="开始"),
            SketchNode(id="a", kind="userTask", name="审批", ext=ext),
            SketchNode(id="e", kind="endEvent", name="结束"),
        ),
        flows=(SketchFlow(source="s", target="a"), SketchFlow(source="a", target="e")),
    )
    found = load_chart(write_sketch(sketch)).nodes["a"].ext
    assert (found.approval, found.approval_quorum, found.approvers) == ("vote", "2", ("head", "quality"))
