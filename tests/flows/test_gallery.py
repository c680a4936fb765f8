"""The charts that ship: made by the tool, sound, complete, drawn, and each end can be reached."""

import json
from collections.abc import Iterable
from functools import cache
from typing import cast

import pytest
from jsonschema import Draft202012Validator

from bihuan.bpmn import Chart, Variable, load_chart
from bihuan.bpmn.decisions import DecisionTable, check, parse_decision
from bihuan.bpmn.draw import draw_svg
from bihuan.bpmn.model import Node
from bihuan.bpmn.simulate import prepare, read_scenario, rehearse, report
from bihuan.bpmn.values import JsonValue
from bihuan.bpmn.verify import verify
from bihuan.core.actor import SYSTEM
from bihuan.flows import gallery
from bihuan.flows.forms import step_schema
from bihuan.flows.models import Incident, WorkItem
from bihuan.flows.operations import Package, publish_package
from bihuan.flows.shipped import shipped
from bihuan.issues.operations.services import SERVICES
from tests.factories import NOW, company, customer_issue
from tools.gallery import make

KEYS = [entry.key for entry in shipped()]
MADE = sorted(set(KEYS) - {"T01"})
_GIVEN = {"channel", "type", "urgency", "impact"}
"""What a new issue brings along."""
_BUILT_IN = {"agent", "supervisor", "engineer", "approver", "head", "quality", "manager"}


@cache
def _package(key: str) -> Package:
    return gallery.package(key)


@cache
def _tables(key: str) -> dict[str, DecisionTable]:
    return {name: parse_decision(text.encode()) for name, text in _package(key).decisions.items()}


@cache
def _chart(key: str) -> Chart:
    return load_chart(_package(key).chart, decisions=_tables(key))


def _steps(chart: Chart) -> list[Node]:
    return [node for node in chart.nodes.values() if node.kind == "userTask"]


def _fields(key: str, node: Node) -> dict[str, dict[str, JsonValue]]:
    """The fields that a step fills in."""
    if not node.ext.form:
        return {}
    schema = step_schema(_package(key).forms[node.ext.form], node.ext.groups)
    return cast("dict[str, dict[str, JsonValue]]", schema["properties"])


def test_everything_that_is_promised_ships() -> None:
    promised = {f"T{number:02}" for number in range(1, 19)} | {"T16R"} | {f"GAS{number}" for number in range(2, 9)}
    assert set(KEYS) == promised
    assert all(entry.summary and entry.summary_en and entry.group for entry in shipped())


def test_the_folders_are_what_the_tool_makes() -> None:
    made = {name: content for module in make.modules() for name, content in make.files_of(module).items()}
    there = {
        path.relative_to(make.GALLERY).as_posix(): path.read_bytes()
        for key in MADE
        for path in (make.GALLERY / key).rglob("*")
        if path.is_file()
    }
    assert sorted(made) == sorted(there)
    assert not [name for name in made if made[name] != there[name]], "run: python -m tools.gallery.make"


@pytest.mark.parametrize("key", KEYS)
def test_a_chart_is_proved_without_a_finding(key: str) -> None:
    answer = verify(_package(key).chart)
    assert answer.sound and answer.decided
    assert not [(one.kind, one.elements) for one in answer.findings if one.severity != "info"]


@pytest.mark.parametrize("key", MADE)
def test_a_chart_says_everything_in_both_languages(key: str) -> None:
    chart = _chart(key)
    assert not [node.id for node in chart.nodes.values() if bool(node.name) != bool(node.name_en)]
    assert not [flow.id for flow in chart.flows.values() if bool(flow.name) != bool(flow.name_en)]
    assert {phase.id for phase in chart.phases} == {node.ext.phase for node in chart.nodes.values()} - {""}
    assert not [mark.reasons for mark in verify(chart).marks if mark.score < 100]
    assert [one.kind for one in verify(chart).findings if one.kind == "name_too_long"] == []
    for node in _steps(chart):
        said = [*node.ext.methods, *node.ext.cautions, *node.ext.importants, *node.ext.instructions]
        assert node.ext.methods and node.ext.cautions and all(text.zh and text.en for text in said), node.id
        assert node.ext.deadline is not None and node.ext.deadline.escalate_to and node.ext.deadline.warn, node.id


@pytest.mark.parametrize("key", MADE)
def test_roles_services_and_departments_are_known(key: str) -> None:
    chart, manifest = _chart(key), json.loads((make.GALLERY / key / "manifest.json").read_text(encoding="utf-8"))
    known = _BUILT_IN | set(manifest.get("roles", {}))
    assert {node.ext.role for node in _steps(chart)} <= known
    escalated = {node.ext.deadline.escalate_to for node in _steps(chart) if node.ext.deadline is not None}
    assert {"channel", "type", "urgency", "impact", "complexity", "priority"} <= chart.variables.keys(), (
        "issues set them"
    )
    assert {chart.owner} | escalated <= _BUILT_IN
    assert {node.ext.operation for node in chart.nodes.values() if node.ext.operation} <= SERVICES.keys()


@pytest.mark.parametrize("key", KEYS)
def test_forms_are_there_and_valid(key: str) -> None:
    package = _package(key)
    for form in package.forms.values():
        Draft202012Validator.check_schema(form)
    used = {node.ext.form for node in _steps(_chart(key)) if node.ext.form}
    assert used <= package.forms.keys()
    for node in _steps(_chart(key)):
        if node.ext.form:
            groups = {group["key"] for group in cast("list[dict[str, str]]", package.forms[node.ext.form]["x-groups"])}
            assert set(node.ext.groups) <= groups, node.id


@pytest.mark.parametrize("key", MADE)
def test_a_form_is_the_same_wherever_it_is_used(key: str) -> None:
    for other in KEYS:
        for code in _package(key).forms.keys() & _package(other).forms.keys():
            assert _package(key).forms[code] == _package(other).forms[code], (other, code)


@pytest.mark.parametrize("key", MADE)
def test_fields_fit_the_variables_they_become(key: str) -> None:
    chart = _chart(key)
    wrong = [
        (node.id, name)
        for node in _steps(chart)
        for name, schema in _fields(key, node).items()
        if name in chart.variables and not _fits(chart.variables[name], schema)
    ]
    assert not wrong


def _fits(variable: Variable, schema: dict[str, JsonValue]) -> bool:
    if variable.type == "choice":
        return set(cast("list[str]", schema.get("enum", []))) == set(variable.values)
    kinds = {"number": {"number", "integer"}, "boolean": {"boolean"}, "string": {"string"}, "list": {"array"}}
    return schema["type"] in kinds[variable.type]


@pytest.mark.parametrize("key", MADE)
def test_everything_that_steers_is_set_by_something(key: str) -> None:
    chart = _chart(key)
    set_somewhere = _GIVEN | {"times"}
    for node in _steps(chart):
        set_somewhere |= _fields(key, node).keys()
    set_somewhere |= {output.name for table in _tables(key).values() for output in table.outputs}
    needed = {name for flow in chart.flows.values() if flow.test for name in flow.test.names}
    needed |= {name for table in _tables(key).values() for one in table.inputs for name in one.expression.names}
    needed |= {node.ext.department[1:] for node in chart.nodes.values() if node.ext.department.startswith("=")}
    needed |= {node.loop.collection for node in chart.nodes.values() if node.loop and node.loop.collection}
    assert needed <= set_somewhere


@pytest.mark.parametrize("key", MADE)
def test_decision_tables_have_no_gap_and_no_idle_rule(key: str) -> None:
    for table in _tables(key).values():
        answer = check(table)
        assert answer.decided and not answer.findings, [one.en for one in answer.findings]
    used = {node.ext.decision for node in _chart(key).nodes.values() if node.ext.decision}
    assert used == _tables(key).keys()


@pytest.mark.parametrize("key", MADE)
def test_a_chart_is_drawn_in_both_skins(key: str) -> None:
    source = _package(key).chart
    assert draw_svg(source).startswith("<svg") and draw_svg(source, skin="gbt1526").startswith("<svg")
    shown = source.decode()
    chart = _chart(key)
    inside = {name for name, node in chart.nodes.items() if node.parent is None}
    assert all(f'bpmnElement="{name}"' in shown for name in inside)


@pytest.mark.parametrize("key", MADE)
def test_every_end_is_reached_by_some_of_three_hundred_cases(key: str) -> None:
    chart = _chart(key)
    nodes: dict[str, JsonValue] = {node.id: {"sets": _sets(key, node)} for node in _steps(chart)}
    for node in chart.nodes.values():
        if node.kind == "startEvent" and node.trigger == "message":
            nodes[node.id] = {"probability": 0.1, "duration": {"kind": "exponential", "mean": 400_000}}
    scenario: dict[str, JsonValue] = {"nodes": nodes, "default_duration": {"kind": "exponential", "mean": 200_000}}
    plan = prepare(chart, read_scenario(scenario))
    answer = report(plan, [rehearse(plan, seed=7, replication=0, cases=300, write=None)])
    assert answer["incidents"] == []
    ends = cast("dict[str, int]", answer["ends"])
    reached = {node_id for node_id, count in ends.items() if count}
    done = cast("dict[str, dict[str, JsonValue]]", answer["per_node"])
    reached |= _inner_ends(chart, (name for name, one in done.items() if one["count"]))
    assert {node.id for node in chart.nodes.values() if node.kind == "endEvent"} <= reached


@pytest.mark.django_db
def test_an_issue_starts_on_every_chart_and_waits_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    company()
    for key in MADE:
        publish_package(package=_package(key), actor=SYSTEM, now=NOW)
        monkeypatch.setattr("bihuan.issues.operations.intake.DEFAULT_FLOW", key)
        issue = customer_issue(urgency="high")
        items = WorkItem.objects.filter(instance_id=issue.instance_id)
        assert [item.node for item in items] == [_first_step(_chart(key))], key
        assert all(item.role and item.due_at for item in items), key
    assert not Incident.objects.exists()


def _first_step(chart: Chart) -> str:
    """The user task that the start leads to."""
    node = next(node for node in chart.nodes.values() if node.kind == "startEvent" and node.parent is None)
    while node.kind != "userTask":
        node = chart.nodes[chart.flows[node.outgoing[0]].target]
    return node.id


def _inner_ends(chart: Chart, done: Iterable[str]) -> set[str]:
    """Ends inside sub-processes that what was done leads to by arrows alone, or by a choice."""
    found: set[str] = set()
    work = [name for name in done if chart.nodes[name].parent is not None]
    while work:
        for flow_id in chart.nodes[work.pop()].outgoing:
            target = chart.nodes[chart.flows[flow_id].target]
            if target.kind == "endEvent":
                found.add(target.id)
            elif target.kind.endswith("Gateway"):
                work.append(target.id)
    return found


def _sets(key: str, node: Node) -> dict[str, JsonValue]:
    """Values of the fields of a step that steer the chart, all of them likely."""
    found: dict[str, JsonValue] = {}
    for name, schema in _fields(key, node).items():
        variable = _chart(key).variables.get(name)
        if variable is None or variable.type in ("string", "list"):
            continue
        values: list[JsonValue] = [True, False] if variable.type == "boolean" else list(variable.values)
        values = values or [0, 3, 30, 300, 1_000, 5_000, 90_000]
        found[name] = {"kind": "choice", "values": values}
    return found
