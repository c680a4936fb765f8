"""Reading BPMN: what is refused, and with which name and place."""

import pytest

from bihuan.bpmn import Chart, ChartRefused, Problem, load_chart
from bihuan.bpmn.xml.reader import LARGEST

from .building import flows, process, public_data, variables

_PLAIN = '<startEvent id="a"/><endEvent id="z"/>'


def _problems(source: bytes) -> tuple[Problem, ...]:
    with pytest.raises(ChartRefused) as refused:
        load_chart(source)
    problems = refused.value.problems
    assert problems
    for one in problems:
        assert one.message_zh and one.message_en
        assert one.message_zh != one.message_en
    return problems


def _kinds(source: bytes) -> list[tuple[str, str]]:
    return [(one.element, one.kind) for one in _problems(source)]


@pytest.mark.correctness(79)
@pytest.mark.parametrize(
    ("element", "named"),
    [
        ('<complexGateway id="x"/>', "complexGateway"),
        ('<adHocSubProcess id="x" ordering="Sequential"><task id="y"/></adHocSubProcess>', "adHocSubProcess ordering"),
        ('<scriptTask id="x"><script>1 + 1</script></scriptTask>', "script in scriptTask"),
        ('<callChoreography id="x"/>', "callChoreography"),
        ('<v:thing xmlns:v="urn:vendor" id="x"/>', "{urn:vendor}thing"),
        ('<eventBasedGateway id="x" eventGatewayType="Parallel"/>', "Parallel"),
        ('<receiveTask id="x" instantiate="true"/>', "instantiate"),
        ('<userTask id="x" completionQuantity="2"/>', "completionQuantity"),
        ('<scriptTask id="x"><script>print(1)</script></scriptTask>', "script in scriptTask"),
        ('<intermediateCatchEvent id="x"/>', "without event definition"),
        ('<startEvent id="x" parallelMultiple="true"><messageEventDefinition/></startEvent>', "multiple"),
        ('<startEvent id="x"><errorEventDefinition/></startEvent>', "errorEventDefinition in startEvent"),
        ('<endEvent id="x"><timerEventDefinition/></endEvent>', "timerEventDefinition in endEvent"),
        (
            '<endEvent id="x"><signalEventDefinition/><terminateEventDefinition/></endEvent>',
            "multiple event definitions",
        ),
        (
            '<task id="x"><multiInstanceLoopCharacteristics behavior="One"><loopCardinality>1</loopCardinality>'
            "</multiInstanceLoopCharacteristics></task>",
            "behavior=One",
        ),
        (
            '<task id="x"><multiInstanceLoopCharacteristics><loopDataInputRef>d</loopDataInputRef><loopCardinality>1'
            "</loopCardinality></multiInstanceLoopCharacteristics></task>",
            "loopDataInputRef",
        ),
        ('<subProcess id="x"><startEvent id="y"><signalEventDefinition/></startEvent></subProcess>', "embeddedStart"),
    ],
)
def test_what_is_not_run_is_refused_by_name_and_place(element: str, named: str) -> None:
    source = process(f"{_PLAIN}\n{element}")
    found = [one for one in _problems(source) if one.kind == "unsupported_element"]
    assert found, _problems(source)
    assert named in found[0].message_en
    assert named in found[0].message_zh
    assert found[0].line == 2
    assert found[0].element in ("x", "y", "p")


@pytest.mark.correctness(79)
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (flows("a>nowhere"), ("a_nowhere", "missing_reference")),
        (flows("z>a"), ("z", "structure")),
        ('<boundaryEvent id="b" attachedToRef="q"><errorEventDefinition/></boundaryEvent>', ("b", "missing_reference")),
        ('<boundaryEvent id="b" attachedToRef="a"><errorEventDefinition/></boundaryEvent>', ("b", "structure")),
        (
            '<task id="t"/><boundaryEvent id="b" attachedToRef="t"><compensateEventDefinition/></boundaryEvent>',
            ("b", "structure"),
        ),
        (
            '<task id="t"/><boundaryEvent id="b" attachedToRef="t"><cancelEventDefinition/></boundaryEvent>',
            ("b", "structure"),
        ),
        ('<endEvent id="c"><cancelEventDefinition/></endEvent>', ("c", "structure")),
        ('<exclusiveGateway id="g" default="a_z"/>' + flows("a>z"), ("g", "missing_reference")),
        ('<callActivity id="c"/>', ("c", "missing_reference")),
        ('<callActivity id="c" calledElement="q"/>', ("c", "missing_reference")),
        ('<businessRuleTask id="r" bihuan:decision="d"/>', ("r", "missing_reference")),
        ('<task id="a"/>', ("a", "duplicate_id")),
        ('<task id="p"/>', ("p", "duplicate_id")),
        ("<task/>", ("p", "structure")),
        ('<sequenceFlow id="f" sourceRef="a" targetRef="z"><conditionExpression>1 +</conditionExpression></sequenceFlow>',
         ("f", "bad_expression")),
        (
            '<task id="t"/><sequenceFlow id="f" sourceRef="a" targetRef="t">'
            "<conditionExpression>times.nobody &gt; 1</conditionExpression></sequenceFlow>",
            ("f", "missing_reference"),
        ),
        ('<task id="t"><multiInstanceLoopCharacteristics/></task>', ("t", "structure")),
        ('<task id="t"><standardLoopCharacteristics/></task>', ("t", "structure")),
        ('<intermediateCatchEvent id="i"><messageEventDefinition/></intermediateCatchEvent>', ("i", "missing_reference")),
        (
            '<intermediateCatchEvent id="i"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>',
            ("i", "missing_reference"),
        ),
        ('<intermediateThrowEvent id="l"><linkEventDefinition name="x"/></intermediateThrowEvent>', ("l", "structure")),
        ('<eventBasedGateway id="e"/><task id="t"/>' + flows("e>t"), ("t", "structure")),
        ('<subProcess id="s"><startEvent id="s1"/><startEvent id="s2"/></subProcess>', ("s", "structure")),
        ('<subProcess id="s" triggeredByEvent="true"><task id="t"/></subProcess>', ("s", "structure")),
        ('<subProcess id="s"><task id="t"/></subProcess>' + flows("a>t"), ("a_t", "structure")),
        ('<adHocSubProcess id="h"/>', ("h", "structure")),
        ('<adHocSubProcess id="h"><startEvent id="s"/><task id="t"/></adHocSubProcess>', ("s", "structure")),
        ('<adHocSubProcess id="h"><task id="t"/><endEvent id="e"/></adHocSubProcess>', ("e", "structure")),
        ('<adHocSubProcess id="h"><completionCondition>1 +</completionCondition><task id="t"/></adHocSubProcess>',
         ("h", "bad_expression")),
        ('<scriptTask id="s" bihuan:result="x"><script>print(1)</script></scriptTask>', ("s", "bad_expression")),
        ('<eventBasedGateway id="e" instantiate="true"/>', ("e", "structure")),
        (
            '<subProcess id="s"><eventBasedGateway id="e" instantiate="true"/><receiveTask id="t"/>'
            + flows("e>t") + "</subProcess>", ("e", "structure"),
        ),
        ('<userTask id="u" bihuan:phase="p1"/>', ("u", "missing_reference")),
        ('<userTask id="u" bihuan:holder="me"/>', ("u", "bad_value")),
        ('<exclusiveGateway id="g" bihuan:choice="robot"/>', ("g", "bad_value")),
        ('<exclusiveGateway id="g" bihuan:choice="person"/>', ("g", "structure")),
        ('<sequenceFlow id="f" sourceRef="a" targetRef="z" bihuan:kind="sideways"/>', ("f", "bad_value")),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_name_and_place(body: str, expected: tuple[str, str]) -> None:
    assert expected in _kinds(process(_PLAIN + body))


@pytest.mark.parametrize(
    "timer",
    ["<timeDuration>2 hours</timeDuration>", "<timeDuration>P1M</timeDuration>", "<timeCycle>R0/PT1H</timeCycle>",
     "<timeCycle>0 0 * * *</timeCycle>", "<timeDate>2026-13-01</timeDate>", "", "<timeDuration></timeDuration>",
     "<timeDuration>PT1H</timeDuration><timeDate>2026-01-01</timeDate>",
     '<timeDate bihuan:calendar="default">2026-01-01</timeDate>'],
)  # fmt: skip
def test_bad_timers_are_refused(timer: str) -> None:
    body = (
        f'<intermediateCatchEvent id="i"><timerEventDefinition>{timer}</timerEventDefinition></intermediateCatchEvent>'
    )
    assert _kinds(process(body)) == [("i", "bad_timer")]


@pytest.mark.parametrize(
    "deadline",
    [
        'duration="P1Y"',
        'duration="PT0S"',
        'duration="2h"',
        'workdays="0"',
        'workdays="x"',
        "",
        'duration="PT1H" workdays="1"',
    ],
)
def test_bad_deadlines_are_refused(deadline: str) -> None:
    body = f'<userTask id="u"><extensionElements><bihuan:deadline {deadline}/></extensionElements></userTask>'
    assert _kinds(process(body)) == [("u", "bad_value")]


@pytest.mark.parametrize(
    "said",
    ['<bihuan:variable name="1a" type="string"/>', '<bihuan:variable name="times" type="number"/>',
     '<bihuan:variable name="a" type="date"/>', '<bihuan:variable name="a" type="choice"/>',
     '<bihuan:variable name="a" type="string" values="x"/>', variables(a="string") * 2],
)  # fmt: skip
def test_bad_declarations_are_refused(said: str) -> None:
    assert _kinds(process(_PLAIN, said)) == [("p", "bad_value")]


_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<definitions>&b;</definitions>"
)
_FILE = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>'


@pytest.mark.parametrize(
    "source",
    [
        b"", b"not xml", b"<definitions>", _BOMB, _FILE, _FILE.decode().encode("utf-16"), b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="no-such"?><definitions/>', b"<a>" * 300 + b"</a>" * 300,
        b" " * (LARGEST + 1), process(_PLAIN)[:-20], process(_PLAIN).replace(b"<endEvent", b"<endEvent&x;"),
    ],
    ids=range(12),
)  # fmt: skip
def test_dangerous_or_broken_xml_is_refused_and_never_crashes(source: bytes) -> None:
    problems = _problems(source)
    assert [one.kind for one in problems] == ["syntax"]


def test_several_problems_are_all_named_in_order_of_place() -> None:
    problems = _problems(process(f'{_PLAIN}\n<complexGateway id="one"/>\n<task id="a"/>\n<callActivity id="three"/>'))
    assert [one.element for one in problems] == ["one", "a", "three"]
    assert [one.line for one in problems] == [2, 3, 4]


def test_the_process_to_run() -> None:
    two = process(_PLAIN).replace(
        b"</process>", b'</process><process id="q" isExecutable="false"><startEvent id="qa"/></process>'
    )
    assert load_chart(two).process_id == "p"
    assert load_chart(two, "q").process_id == "q"
    both = two.replace(b'"false"', b'"true"')
    assert [one.kind for one in _problems(both)] == ["structure"]
    assert load_chart(both, "q").nodes.keys() == {"qa"}
    with pytest.raises(ChartRefused, match="no process r"):
        load_chart(both, "r")
    assert [one.kind for one in _problems(b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>')]


def test_what_only_describes_is_kept_aside() -> None:
    body = (
        "<documentation>words</documentation><ioSpecification><inputSet/><outputSet/></ioSpecification>"
        '<dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d"/><textAnnotation id="n"><text>x</text>'
        '</textAnnotation><association id="as" sourceRef="a" targetRef="n"/><group id="gr"/>'
        '<userTask id="u"><documentation>what to do</documentation><extensionElements><v:own xmlns:v="urn:v"/>'
        "</extensionElements><potentialOwner><resourceRef>x</resourceRef></potentialOwner></userTask>"
    )
    chart = load_chart(process(_PLAIN + body))
    assert chart.documentation == "words"
    assert chart.nodes["u"].documentation == "what to do"
    assert b"urn:v" in chart.source


@pytest.mark.parametrize(
    ("order", "read"),
    [
        ("A aE B bE", [("A", "a"), ("B", "b")]),
        ("A B bE", [("A", ""), ("B", "b")]),
        ("A B aE bE", [("A", "a"), ("B", "b")]),
        ("A B C aE bE", [("A", "a"), ("B", "b"), ("C", "")]),
        ("aE A", [("A", "a")]),
        ("aE", [("", "a")]),
    ],
)
def test_an_english_twin_belongs_to_the_sentence_before_it(order: str, read: list[tuple[str, str]]) -> None:
    words = "".join(
        f"<b:caution{'En' if word.endswith('E') else ''}>{word.removesuffix('E')}</b:caution"
        f"{'En' if word.endswith('E') else ''}>"
        for word in order.split()
    )
    said = f'<extensionElements xmlns:b="urn:bihuan:1">{words}</extensionElements>'
    chart = load_chart(process(_PLAIN + f'<userTask id="u">{said}</userTask>'))
    assert [(each.zh, each.en) for each in chart.nodes["u"].ext.cautions] == read


def test_two_charts_are_equal_when_their_source_is() -> None:
    one, two = load_chart(process(_PLAIN)), load_chart(process(_PLAIN))
    assert one == two and hash(one) == hash(two) and len(one.content_hash) == 64
    assert one != load_chart(process(_PLAIN + " "))
    assert one != "p"


def test_an_encoding_of_chinese_files_is_read() -> None:
    text = process('<userTask id="u" name="受理"/>').decode()
    chart = load_chart(f'<?xml version="1.0" encoding="GB18030"?>{text}'.encode("gb18030"))
    assert chart.nodes["u"].name == "受理"


def test_reference_models_of_other_tools_load_or_are_refused_by_name() -> None:
    folder = public_data("bpmn_miwg")
    files = sorted(folder.rglob("*.bpmn"))
    assert files
    loaded: list[Chart] = []
    for file in files:
        source = file.read_bytes()
        try:
            loaded.append(load_chart(source))
        except ChartRefused as refused:
            assert all(one.message_en and one.message_zh for one in refused.problems)
    assert loaded
