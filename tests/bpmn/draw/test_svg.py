"""The picture: every element, both skins, marks, hostile names."""

import re

import pytest
from lxml import etree

from bihuan.bpmn.draw import DrawMarks, Finding, draw_svg, with_layout
from bihuan.bpmn.xml.vocabulary import EVENT_DEFINITIONS
from tests.bpmn.building import flows, process
from tests.bpmn.draw.charts import T01, diagram_of, disturbed_labels, random_chart

SVG = "{http://www.w3.org/2000/svg}"
TASKS = ("task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask")
GATEWAYS = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway")
EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent")
OTHERS = (
    "callActivity",
    "subProcess",
    "transaction",
    "adHocSubProcess",
    "textAnnotation",
    "dataObjectReference",
    "dataStoreReference",
)
HOSTILE = "</text><script>alert(1)</script>\"'&amp;<svg onload=x>\u202e]]>"


def picture(xml: bytes, **options: object) -> etree._Element:
    return etree.fromstring(draw_svg(xml, **options).encode())  # type: ignore[arg-type]


def words(svg: etree._Element) -> str:
    return " ".join("".join(one.itertext()) for one in svg.iter(f"{SVG}text"))


@pytest.mark.parametrize("skin", ["bpmn", "gbt1526"])
@pytest.mark.parametrize("kind", [*TASKS, *GATEWAYS, *EVENTS, *OTHERS])
def test_every_element_is_drawn_where_its_box_is(kind: str, skin: str) -> None:
    name = "<text>名称</text>" if kind == "textAnnotation" else ""
    xml = with_layout(process(f'<{kind} id="x" name="名称">{name}</{kind}>'))
    svg = picture(xml, skin=skin)
    assert "名称" in words(svg)
    bare = picture(with_layout(process('<userTask id="x" name="名称"/>')), skin=skin)
    drawn = [one.get("d") or one.tag for one in svg.iter() if one.tag != f"{SVG}text"]
    if kind not in ("userTask", "manualTask"):
        assert drawn != [one.get("d") or one.tag for one in bare.iter() if one.tag != f"{SVG}text"], "as a user task"


@pytest.mark.parametrize("definition", sorted(EVENT_DEFINITIONS))
def test_every_trigger_has_a_sign_of_its_own(definition: str) -> None:
    ways = set()
    for one in EVENT_DEFINITIONS:
        svg = picture(with_layout(process(f'<intermediateCatchEvent id="x"><{one}/></intermediateCatchEvent>')))
        ways.add(tuple(each.get("d") for each in svg.iter(f"{SVG}path") if each.get("transform")))
    assert len(ways) == len(EVENT_DEFINITIONS)
    assert all(ways)


@pytest.mark.parametrize("kind", ["userTask", "exclusiveGateway", "startEvent", "subProcess", "callActivity"])
@pytest.mark.parametrize("skin", ["bpmn", "gbt1526"])
def test_hostile_names_are_only_text(kind: str, skin: str) -> None:
    from html import escape

    body = f'<laneSet id="s"><lane id="l" name="{escape(HOSTILE)}"><flowNodeRef>x</flowNodeRef></lane></laneSet>'
    body += f'<{kind} id="x" name="{escape(HOSTILE)}"/><endEvent id="y"/>'
    body += f'<sequenceFlow id="f" sourceRef="x" targetRef="y" name="{escape(HOSTILE)}"/>'
    marks = DrawMarks(counts={"x": HOSTILE}, findings=(Finding(1, "x", text=HOSTILE),), notes=True)
    svg = picture(process(body), skin=skin, marks=marks)
    allowed = {"svg", "g", "defs", "marker", "path", "rect", "circle", "text", "title"}
    assert {etree.QName(one).localname for one in svg.iter()} <= allowed
    assert not [name for one in svg.iter() for name in one.attrib if str(name).startswith("on") or "href" in str(name)]


def test_hostile_ids_and_coordinates() -> None:
    xml = with_layout(process('<userTask id="&lt;&quot;x"/>'))
    assert len(diagram_of(xml).shapes) == 1
    for bad in (b'x="nan"', b'x="1e99"', b'x="a"'):
        with pytest.raises(ValueError):
            draw_svg(re.sub(rb' x="[^"]*"', b" " + bad, xml, count=1))


def test_a_name_that_does_not_fit_is_whole_on_hover() -> None:
    name = "按照公司规定需要由三个部门共同确认之后才可以继续办理的步骤名称特别长的一个任务"
    svg = picture(process(f'<userTask id="x" name="{name}"/>'))
    assert any(one.text == name for one in svg.iter(f"{SVG}title"))
    assert "…" in words(svg) and name not in words(svg)


def test_marks_are_shown_and_explained() -> None:
    plain = draw_svg(T01.read_bytes())
    marks = DrawMarks(
        done=frozenset({"register"}),
        current=frozenset({"classify"}),
        taken=frozenset({"f02"}),
        heat={"analyse": 0.1, "plan": 0.99, "execute": 1.0, "sync": -3.0, "inform": float("nan")},
        counts={"contact": "12"},
        findings=(Finding(1, "risk_high", True, "没有默认"), Finding(2, "f20", False), Finding(3, "nowhere")),
        fresh=frozenset({"meeting"}),
        notes=True,
    )
    svg = picture(T01.read_bytes(), marks=marks)
    marked = etree.tostring(svg, encoding="unicode")
    for colour in ("--heat-1", "--heat-4", "--accent", "bh-taken", "--green", "--red", "--gold-ink"):
        assert marked.count(colour) > plain.count(colour), colour
    said = words(svg)
    assert all(word in said for word in ("图例", "12", "新", "少 → 多", "重要", "注意", "要改", "提醒"))
    assert "图例" not in plain
    assert re.search(r"<title>没有默认</title>", marked)
    assert ">3<" not in marked


def test_notes_stand_below_with_their_nodes() -> None:
    said = picture(T01.read_bytes(), marks=DrawMarks(notes=True))
    assert "审定主责：审定之后不再退转" in words(said)
    english = picture(T01.read_bytes(), marks=DrawMarks(notes=True), lang="en")
    assert "Arbitrate lead: After this no more returns" in words(english)


def test_phases_and_lanes_have_their_names() -> None:
    svg = picture(T01.read_bytes())
    assert "1 登记受理" in words(svg) and "5 回访关闭" in words(svg)
    letters = [one for one in svg.iter(f"{SVG}text") if (one.text or "") in "协责部门"]
    assert len({one.get("x") for one in letters if one.text == "协"}) == 1


def test_a_decision_with_one_exit_is_no_diamond() -> None:
    body = '<userTask id="a"/><userTask id="b"/><exclusiveGateway id="x"><outgoing>x_c</outgoing></exclusiveGateway>'
    svg = picture(process(body + '<endEvent id="c"/>' + flows("a>x", "b>x", "x>c")), skin="gbt1526")
    assert len(list(svg.iter(f"{SVG}circle"))) == 2  # the connector, and the dot among the arrow heads
    with pytest.raises(ValueError, match="skin"):
        draw_svg(process(body), skin="din66001")  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(15))
def test_texts_find_free_places(seed: int) -> None:
    assert disturbed_labels(diagram_of(with_layout(random_chart(seed, 16)))) == []
