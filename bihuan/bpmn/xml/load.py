"""`load_chart`: the way in."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from bihuan.bpmn.model import Chart, Decision, EventSub, Node, Phase, Scope, Variable
from bihuan.bpmn.problems import ChartRefused, Problem
from bihuan.bpmn.xml.checks import check
from bihuan.bpmn.xml.container import Draft, read_process
from bihuan.bpmn.xml.extension import check_phases, extension_elements, first_text, read_phases, read_variables
from bihuan.bpmn.xml.link import link
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.reading import Reading
from bihuan.bpmn.xml.vocabulary import child, flag, ours, text_of


def load_chart(
    source: bytes,
    process_id: str | None = None,
    decisions: Mapping[str, Decision] | None = None,
    called: Mapping[str, Chart] | None = None,
    *,
    open_variables: bool = False,
) -> Chart:
    """Compiles a BPMN 2.0 file.

    `process_id`: which process of the file (may be left out if only one is executable, or there is only one).
    `decisions`: decision tables by the keys that `bihuan:decision` uses. `called`: charts of processes that call
    activities name and this file does not contain, by process id. `open_variables`: for foreign charts that declare no
    names: any name may then be set, and a name that is not set is an error where it is used.
    Raises ChartRefused with every problem found.
    """
    root = read_xml(source)
    problems: list[Problem] = []
    reading = Reading(root, "", problems)
    process = _choose(reading, process_id)
    work = _Work(source, dict(called or {}), problems)
    work.add(reading, process)
    work.finish(dict(decisions or {}))
    if problems:
        raise ChartRefused(tuple(sorted(problems, key=lambda one: one.line)))
    return work.chart(process, open_variables)


def _choose(reading: Reading, process_id: str | None) -> etree._Element:
    if process_id is not None:
        found = [reading.processes[process_id]] if process_id in reading.processes else []
    else:
        found = list(reading.processes.values())
        if len(found) > 1:
            found = [one for one in found if flag(one, "isExecutable", default=False)] or found
    if len(found) == 1:
        return found[0]
    ids = ", ".join(reading.processes)
    if process_id is not None or not found:
        reading.refuse(
            None,
            "missing_reference",
            f"文件中没有流程 {process_id or ''}",
            f"there is no process {process_id or ''} in the file",
        )
    else:
        reading.refuse(None, "structure", f"文件中有多个流程,请指定:{ids}", f"several processes, name one: {ids}")
    raise ChartRefused(tuple(reading.problems))


class _Work:
    """Gathers the main process and, by way of call activities, all processes that it calls."""

    def __init__(self, source: bytes, called: dict[str, Chart], problems: list[Problem]) -> None:
        self.source = source
        self.known = called
        self.problems = problems
        self.draft = Draft()
        self.scopes: dict[str, Scope] = {}
        self.phases: tuple[Phase, ...] = ()
        self.decisions: dict[str, Decision] = {}
        self.call_keys: dict[str, str] = {}

    def add(self, reading: Reading, process: etree._Element) -> None:
        """Reads one process and those it calls."""
        draft = Draft()
        read_process(reading, process, draft)
        link(reading, draft)
        check(reading, draft)
        phases = read_phases(process)
        for element in draft.elements.values():
            check_phases(reading, element, phases)
        variables = read_variables(reading, process)
        for key in draft.scopes:
            self.scopes[key] = _scope(draft, key, key not in draft.nodes, variables)
        for node in list(draft.nodes.values()):
            if _is_undoable(draft, self.scopes, node):
                draft.nodes[node.id] = replace(node, undoable=True)
        self._resolve_calls(reading, draft)
        self.draft.nodes.update(draft.nodes)
        self.draft.flows.update(draft.flows)
        self.draft.lanes.update(draft.lanes)
        self.draft.elements.update(draft.elements)
        self.phases = self.phases or phases

    def _resolve_calls(self, reading: Reading, draft: Draft) -> None:
        for node in list(draft.nodes.values()):
            if node.kind == "callActivity" and node.called is not None:
                key = self._called(reading, draft.elements[node.id], node.called)
                draft.nodes[node.id] = replace(node, called=key)

    def _called(self, reading: Reading, element: etree._Element, process_id: str) -> str:
        if process_id in self.call_keys:
            return self.call_keys[process_id]
        prefix = f"{process_id}:"
        key = self.call_keys[process_id] = prefix + process_id
        if process_id in reading.processes:
            inner = Reading(reading.root, prefix, self.problems)
            self.add(inner, inner.processes[process_id])
        elif process_id in self.known:
            chart = self.known[process_id]
            self.known = {**chart.called, **self.known}
            self.decisions = {**chart.decisions, **self.decisions}
            inner = Reading(read_xml(chart.source), prefix, self.problems)
            self.add(inner, inner.processes[process_id])
        else:
            reading.refuse(
                element, "missing_reference", f"被调用的流程 {process_id} 不存在", f"no process {process_id} to call"
            )
        return key

    def finish(self, decisions: dict[str, Decision]) -> None:
        """Checks what needs the whole."""
        self.decisions.update(decisions)
        for node in self.draft.nodes.values():
            if node.kind == "businessRuleTask" and node.ext.decision and node.ext.decision not in self.decisions:
                key = node.ext.decision
                self.problems.append(
                    Problem(node.id, node.line, "missing_reference", f"没有决策表 {key}", f"no decision table {key}")
                )

    def chart(self, process: etree._Element, open_variables: bool) -> Chart:
        """The chart of everything gathered."""
        process_id = str(process.get("id"))
        said = extension_elements(process)

        def word(name: str) -> str:
            return text_of(said[name][0]) if name in said else ""

        return Chart(
            process_id=process_id,
            name=(process.get("name") or "").strip(),
            name_en=ours(process, "nameEn"),
            content_hash=hashlib.sha256(self.source).hexdigest(),
            source=self.source,
            version=ours(process, "version"),
            template=ours(process, "template"),
            nodes=self.draft.nodes,
            flows=self.draft.flows,
            lanes=self.draft.lanes,
            phases=read_phases(process),
            variables=self.scopes[process_id].variables,
            scopes=self.scopes,
            decisions=self.decisions,
            purpose=first_text(process, "purpose"),
            starts_when=first_text(process, "startsWhen"),
            ends_when=first_text(process, "endsWhen"),
            owner=word("owner"),
            review_by=word("reviewBy"),
            documentation=text_of(child(process, "documentation")),
            called=self.known,
            open_variables=open_variables,
        )


def _scope(draft: Draft, key: str, process: bool, variables: Mapping[str, Variable]) -> Scope:
    parent = None if process else key
    inside = [node for node in draft.nodes.values() if node.parent == parent]
    starts = tuple(node.id for node in inside if node.kind == "startEvent" or node.begins)
    entries = tuple(node.id for node in inside if node.kind == "startEvent" and node.trigger == "none")
    if not starts:
        entries = tuple(node.id for node in inside if _begins_alone(node))
    subs = tuple(
        EventSub(node.id, start.id)
        for node in inside
        if node.event_sub
        for start in draft.nodes.values()
        if start.parent == node.id and start.kind == "startEvent"
    )
    compensable = any(_is_compensable(draft, node) for node in inside)
    counted = tuple((node.element_id, node.id) for node in draft.nodes.values() if node.counted) if process else ()
    return Scope(key, process, starts, entries, subs, variables, compensable, counted)


def _begins_alone(node: Node) -> bool:
    return (
        not node.incoming
        and node.kind != "boundaryEvent"
        and not node.event_sub
        and not node.for_compensation
        and not (node.kind == "intermediateCatchEvent" and node.trigger == "link")
    )


def _is_undoable(draft: Draft, scopes: Mapping[str, Scope], node: Node) -> bool:
    if any(draft.nodes[event].trigger == "compensation" for event in node.boundary):
        return True
    return node.id in scopes and scopes[node.id].compensable and not node.event_sub


def _is_compensable(draft: Draft, node: Node) -> bool:
    if node.kind == "boundaryEvent" and node.trigger == "compensation":
        return True
    if node.event_sub:
        return any(
            one.parent == node.id and one.kind == "startEvent" and one.trigger == "compensation"
            for one in draft.nodes.values()
        )
    return any(_is_compensable(draft, one) for one in draft.nodes.values() if one.parent == node.id)
