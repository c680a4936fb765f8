"""What is imported comes back: the source is kept as it is, vendors' extensions and the diagram included."""

import hashlib

from lxml import etree

from bihuan.bpmn import Chart, ChartRefused, load_chart
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import BPMN

from .building import process, public_data

_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_FOREIGN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made elsewhere -->\n<?vendor keep="me"?>\n'
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:v="urn:vendor" v:tool="x" '
    b'targetNamespace="urn:t">\n  <process id="p" isExecutable="true" v:owner="them">\n'
    b'    <startEvent id="a"><extensionElements><v:deep one="1"><v:er>\xe6\xb7\xb1</v:er></v:deep></extensionElements>'
    b'</startEvent>\n    <userTask id="u" v:colour="red" name="&#x53D7;&#x7406;"/>\n'
    b'    <sequenceFlow id="f" sourceRef="a" targetRef="u"><!-- why --></sequenceFlow>\n  </process>\n</definitions>\n'
)


def _loaded(source: bytes) -> dict[str, Chart]:
    """The charts of the processes in a file that we run; the others are refused by name."""
    found: dict[str, Chart] = {}
    for one in read_xml(source).iter(f"{{{BPMN}}}process"):
        try:
            found[str(one.get("id"))] = load_chart(source, str(one.get("id")), open_variables=True)
        except ChartRefused as refused:
            assert all(problem.message_zh and problem.message_en for problem in refused.problems)
    return found


def _canonical(source: bytes) -> bytes:
    return etree.tostring(etree.fromstring(source), method="c14n2")


def test_a_foreign_chart_comes_back_byte_for_byte() -> None:
    chart = load_chart(_FOREIGN)
    assert chart.source == _FOREIGN
    assert chart.content_hash == hashlib.sha256(_FOREIGN).hexdigest()
    assert chart.nodes["u"].name == "受理"
    again = load_chart(chart.source)
    assert again == chart and again.nodes == chart.nodes and again.flows == chart.flows


def test_reference_models_of_other_tools_come_back_with_diagram_and_extensions() -> None:
    files = sorted(public_data("bpmn_miwg").rglob("*.bpmn"))
    assert len(files) >= 8
    charts = complete = 0
    for file in files:
        source = file.read_bytes()
        for chart in _loaded(source).values():
            charts += 1
            assert chart.source == source
            assert _canonical(chart.source) == _canonical(source)
            again = load_chart(chart.source, chart.process_id, open_variables=True)
            assert (again.nodes, again.flows, again.lanes) == (chart.nodes, chart.flows, chart.lanes)
            shapes = etree.fromstring(chart.source).iter(f"{{{_DI}}}BPMNShape")
            drawn = {str(one.get("bpmnElement")).rpartition(":")[2] for one in shapes}
            top = {one.id for one in chart.nodes.values() if one.parent is None}
            # A process that stands in the file only to be called has no diagram.
            assert top <= drawn or not top & drawn, file.name
            complete += top <= drawn
    assert charts > complete >= 8


def test_every_element_of_a_reference_model_is_in_the_chart_or_refused() -> None:
    """Nothing is silently ignored: the nodes and arrows of a process are exactly those in the file."""
    kinds = ("Task", "Event", "Gateway", "SubProcess", "Activity", "transaction", "task", "subProcess", "sequenceFlow")
    for file in sorted(public_data("bpmn_miwg").rglob("*.bpmn")):
        source = file.read_bytes()
        root = etree.fromstring(source)
        for key, chart in _loaded(source).items():
            (element,) = [one for one in root.iter(f"{{{BPMN}}}process") if one.get("id") == key]
            inside = {
                str(one.get("id"))
                for one in element.iter()
                if isinstance(one.tag, str)
                and etree.QName(one).namespace == BPMN
                and etree.QName(one).localname.endswith(kinds)
            }
            assert inside == {one for one in chart.nodes.keys() | chart.flows.keys() if ":" not in one}, file.name


def test_reference_models_have_no_element_that_we_do_not_run_only_details_that_nobody_filled_in() -> None:
    kinds: set[str] = set()
    for file in sorted(public_data("bpmn_miwg").rglob("*.bpmn")):
        source = file.read_bytes()
        for one in read_xml(source).iter(f"{{{BPMN}}}process"):
            try:
                load_chart(source, str(one.get("id")), open_variables=True)
            except ChartRefused as refused:
                assert all(problem.element and problem.line for problem in refused.problems)
                kinds |= {problem.kind for problem in refused.problems}
    assert kinds == {"missing_reference", "bad_timer", "bad_expression", "structure"}


def test_the_charts_of_called_processes_keep_their_own_sources() -> None:
    inner = process('<startEvent id="qs"/><userTask id="u"/>', key="q")
    outer = process('<callActivity id="c" calledElement="q"/>')
    called = load_chart(inner)
    chart = load_chart(outer, called={"q": called})
    assert chart.source == outer
    assert chart.called["q"].source == inner
