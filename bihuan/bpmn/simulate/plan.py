"""What a chart and a scenario come to together: checked, with everything settled that a run needs to know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bihuan.bpmn.decisions import DecisionTable
from bihuan.bpmn.model import Chart, Node
from bihuan.bpmn.simulate.distributions import Choice
from bihuan.bpmn.simulate.errors import ScenarioRefused
from bihuan.bpmn.simulate.scenario import NodeSpec, PoolSpec, Scenario

_DONE_BY_SOMEBODY: Final = frozenset({"task", "manualTask"})
_SERVICES: Final = frozenset({"serviceTask", "sendTask", "scriptTask", "businessRuleTask", "receiveTask"})
_EVENTS: Final = frozenset({"intermediateCatchEvent", "boundaryEvent", "startEvent"})
_COMES: Final = frozenset({"message", "signal"})
_ALWAYS_KNOWN: Final = frozenset(
    {"times", "loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"}
)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a split is drawn; see draws.Group. `weights` by outgoing flow in order."""

    weights: tuple[float, ...]
    several: bool
    never_none: bool = False


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that the scenario left open, and what was taken for it."""

    kind: str
    elements: tuple[str, ...]
    message: str


@dataclass(slots=True)
class Plan:
    """A rehearsal made ready. `chart`: as it runs, with tasks that somebody does turned into user tasks.

    `tasks`: what is assumed of each element at which work is done. `pools`: who does it. `comes`: events that a message
    or signal sets off. `splits`: ways that are drawn. `races`: for event-based gateways, which event is drawn.
    `choices`: for user tasks that end with a choice, the weight of each arrow.
    """

    chart: Chart
    scenario: Scenario
    tasks: dict[str, NodeSpec] = field(default_factory=dict)
    pools: dict[str, PoolSpec] = field(default_factory=dict)
    comes: dict[str, NodeSpec] = field(default_factory=dict)
    splits: dict[str, Ways] = field(default_factory=dict)
    races: dict[str, Ways] = field(default_factory=dict)
    choices: dict[str, Mapping[str, float]] = field(default_factory=dict)
    assumptions: list[Assumption] = field(default_factory=list)


def prepare(chart: Chart, scenario: Scenario) -> Plan:
    """Puts a chart and a scenario together. ScenarioRefused where the scenario does not fit the chart."""
    planning = _Planning(chart, scenario)
    planning.check_names()
    planning.timers()
    if planning.problems:
        raise ScenarioRefused(*planning.problems)
    planning.tasks()
    planning.splits()
    planning.note_assumptions()
    return planning.plan


class _Planning:
    def __init__(self, chart: Chart, scenario: Scenario) -> None:
        self.scenario = scenario
        self.problems: list[str] = []
        self.chart = _with_doers(chart, scenario)
        self.plan = Plan(self.chart, scenario)
        self.known = _known_names(chart, scenario)
        self.noted: dict[str, list[str]] = {}
        self._fill_lists()

    def _fill_lists(self) -> None:
        """A collection that nothing fills has one element: without any, its task would need help."""
        loops = [node.loop for node in self.chart.nodes.values() if node.loop is not None]
        names = {loop.collection for loop in loops if loop.collection and loop.collection in self.chart.variables}
        empty = sorted(names - self.known)
        if empty:
            filled = {**self.scenario.data, **dict.fromkeys(empty, Choice(([""],), (1.0,)))}
            self.plan.scenario = self.scenario = replace(self.scenario, data=filled)
            self.known |= set(empty)
            self.noted["one_element"] = empty

    def check_names(self) -> None:
        """Elements, arrows, variables and pools that the chart or the scenario does not have."""
        for node_id, spec in self.scenario.nodes.items():
            self._check_node(node_id, spec)
        for gateway, weights in self.scenario.branches.items():
            self._check_branch(gateway, weights)
        milestone = self.scenario.milestone
        if milestone and (milestone not in self.chart.nodes or not _is_work(self.chart.nodes[milestone])):
            self.problems.append(f"milestone: the chart has no task {milestone}")
        if not self.chart.open_variables:
            self._check_variables()
        for key, pool in self.scenario.pools.items():
            if pool.discipline == "priority" and "priority" not in self.chart.variables:
                self.problems.append(f"pools.{key}.discipline: the chart declares no variable called priority")

    def _check_node(self, node_id: str, spec: NodeSpec) -> None:
        node = self.chart.nodes.get(node_id)
        if node is None:
            self.problems.append(f"nodes.{node_id}: the chart has no such element")
        elif not (_is_work(node) or _is_awaited(node)):
            self.problems.append(f"nodes.{node_id}: nothing is done and no message is awaited at a {node.kind}")
        if spec.pool and spec.pool not in self.scenario.pools:
            self.problems.append(f"nodes.{node_id}.pool: there is no pool {spec.pool}")

    def _check_variables(self) -> None:
        named = [("data", name) for name in self.scenario.data]
        named += [(f"nodes.{key}.sets", name) for key, spec in self.scenario.nodes.items() for name in spec.sets]
        for place, name in named:
            if name not in self.chart.variables:
                self.problems.append(f"{place}.{name}: the chart declares no such variable")

    def _check_branch(self, gateway: str, weights: Mapping[str, float]) -> None:
        node = self.chart.nodes.get(gateway)
        place = f"branches.{gateway}"
        if node is None:
            self.problems.append(f"{place}: the chart has no such element")
            return
        if len(node.outgoing) < 2 or node.kind == "parallelGateway":
            self.problems.append(f"{place}: nothing is decided there")
            return
        for flow in weights:
            if flow not in node.outgoing:
                self.problems.append(f"{place}.{flow}: no arrow that leaves it; there are {', '.join(node.outgoing)}")
        total = sum(weights.values())
        if node.kind != "inclusiveGateway" and (total <= 0.0 or total > 1.0 + 1e-6):
            self.problems.append(f"{place}: the probabilities come to {total:g}")
        if any(weight > 1.0 for weight in weights.values()):
            self.problems.append(f"{place}: a probability is more than 1")

    def tasks(self) -> None:
        """What is done where and by whom, and which messages come."""
        for node in self.chart.nodes.values():
            spec = self.scenario.nodes.get(node.id, NodeSpec())
            if _is_work(node):
                self._task(node, spec)
            elif _is_awaited(node):
                self._awaited(node, spec)

    def _task(self, node: Node, spec: NodeSpec) -> None:
        pool = spec.pool or self._pool_of(node)
        if spec.duration is None and node.kind == "userTask":
            spec = replace(spec, duration=self.scenario.default_duration)
            self._note("default_duration", node.id)
        if pool:
            self.plan.pools[pool] = self.scenario.pools[pool]
        elif node.kind == "userTask":
            self._note("no_pool", node.id)
        self.plan.tasks[node.id] = replace(spec, pool=pool)
        if node.choice is not None:
            self._choice(node, self.chart.nodes[node.choice])

    def _pool_of(self, node: Node) -> str:
        if node.kind != "userTask":
            return ""
        lane = self.chart.lanes.get(node.lane or "")
        names = (node.ext.role, *((lane.id, lane.name) if lane is not None else ()))
        return next((name for name in names if name in self.scenario.pools), "")

    def _choice(self, node: Node, gateway: Node) -> None:
        given = self.scenario.branches.get(gateway.id)
        if given is None:
            self._note("equal_ways", gateway.id)
        self.plan.choices[node.id] = dict(zip(gateway.outgoing, _shares(gateway, given or {}), strict=True))

    def _awaited(self, node: Node, spec: NodeSpec) -> None:
        given = node.id in self.scenario.nodes
        if node.partner is not None and node.kind == "intermediateCatchEvent":
            if given or node.partner in self.scenario.branches:
                self.plan.comes[node.id] = spec
            return
        if not given and (node.kind == "boundaryEvent" or node.kind == "startEvent"):
            self._note("never_comes", node.id)
            return
        if not given:
            self._note("comes_at_once", node.id)
        self.plan.comes[node.id] = spec

    def splits(self) -> None:
        """Ways that are drawn, because the scenario gives probabilities or no data decides."""
        for node in self.chart.nodes.values():
            if len(node.outgoing) < 2 or node.ext.choice:
                continue
            given = self.scenario.branches.get(node.id)
            if node.kind == "eventBasedGateway":
                self._race(node, given)
            elif node.kind == "exclusiveGateway":
                if given is not None or not self._is_decided(node):
                    self.plan.splits[node.id] = Ways(_shares(node, given or {}), several=False)
                    if given is None:
                        self._note("equal_ways", node.id)
            elif node.kind == "inclusiveGateway" or node.split:
                self._inclusive(node, given)

    def _inclusive(self, node: Node, given: Mapping[str, float] | None) -> None:
        if given is None and self._is_decided(node):
            return
        if given is None:
            self._note("even_chance", node.id)
        flows = [self.chart.flows[key] for key in node.outgoing]
        usual = [0.0 if one.is_default else 1.0 if one.test is None else 0.5 for one in flows]
        if given is not None:
            usual = [given.get(one.id, 1.0 if one.test is None and not one.is_default else 0.0) for one in flows]
        stuck = given is None and node.default is None
        self.plan.splits[node.id] = Ways(tuple(usual), several=True, never_none=stuck)

    def _race(self, node: Node, given: Mapping[str, float] | None) -> None:
        events = [self.chart.flows[key].target for key in node.outgoing]
        if given is None and any(event in self.scenario.nodes for event in events):
            return
        if given is None:
            self._note("equal_ways", node.id)
        self.plan.races[node.id] = Ways(_shares(node, given or {}), several=False)
        for event in events:
            if self.chart.nodes[event].trigger in _COMES or self.chart.nodes[event].kind == "receiveTask":
                self.plan.comes[event] = self.scenario.nodes.get(event, NodeSpec())

    def _is_decided(self, node: Node) -> bool:
        """Whether every condition of a split is about names that get values in this scenario."""
        tests = [self.chart.flows[key].test for key in node.outgoing if not self.chart.flows[key].is_default]
        conditions = [test for test in tests if test is not None]
        return bool(conditions) and all(test.names <= self.known for test in conditions)

    def timers(self) -> None:
        """Calendars that timers and deadlines name."""
        for node in self.chart.nodes.values():
            timer = node.event.timer if node.event is not None else None
            keys = [timer.calendar] if timer is not None and timer.calendar else []
            keys += [node.ext.deadline.calendar] if node.ext.deadline is not None else []
            for key in keys:
                try:
                    self.scenario.calendars.named(key, f"chart: {node.id}")
                except ScenarioRefused as refused:
                    self.problems.extend(refused.problems)

    def _note(self, kind: str, element: str) -> None:
        self.noted.setdefault(kind, []).append(element)

    def note_assumptions(self) -> None:
        """What was left open."""
        idle = sorted(self.scenario.pools.keys() - self.plan.pools.keys())
        if idle:
            self.noted["idle_pool"] = idle
        self.plan.assumptions = [
            Assumption(kind, tuple(elements), _SAID[kind]) for kind, elements in sorted(self.noted.items())
        ]


_SAID: Final = {
    "comes_at_once": "the message comes at once",
    "default_duration": "work takes the default duration",
    "equal_ways": "every arrow is as likely as the others",
    "even_chance": "every arrow with a condition is taken half the time",
    "idle_pool": "no element gives this pool work",
    "never_comes": "the message never comes",
    "one_element": "the list has one element",
    "no_pool": "somebody is always free to do it",
}


def _is_work(node: Node) -> bool:
    if node.kind == "receiveTask":
        return node.message is None
    if node.kind == "scriptTask":
        return node.script is None
    if node.kind == "businessRuleTask":
        return not node.ext.decision
    return node.kind == "userTask" or node.kind in _SERVICES


def _is_awaited(node: Node) -> bool:
    if node.kind == "receiveTask":
        return node.message is not None
    return node.kind in _EVENTS and node.trigger in _COMES and not _begins_process(node)


def _begins_process(node: Node) -> bool:
    return node.kind == "startEvent" and node.parent is None


def _shares(node: Node, given: Mapping[str, float]) -> tuple[float, ...]:
    """The probability of each arrow: what is left over is shared by those that are not named."""
    unnamed = [flow for flow in node.outgoing if flow not in given]
    left = max(0.0, 1.0 - sum(given.values()))
    return tuple(given[flow] if flow in given else left / len(unnamed) for flow in node.outgoing)


def _with_doers(chart: Chart, scenario: Scenario) -> Chart:
    """Tasks of which nobody reports that they are done take time all the same, where the scenario says so."""
    done = {key for key in scenario.nodes if key in chart.nodes and chart.nodes[key].kind in _DONE_BY_SOMEBODY}
    if not done:
        return chart
    nodes = {key: replace(node, kind="userTask") if key in done else node for key, node in chart.nodes.items()}
    return replace(chart, nodes=nodes)


def _known_names(chart: Chart, scenario: Scenario) -> frozenset[str]:
    found = set(_ALWAYS_KNOWN) | set(scenario.data)
    for spec in scenario.nodes.values():
        found |= set(spec.sets)
    for node in chart.nodes.values():
        found |= set(_set_by(chart, node))
    return frozenset(found)


def _set_by(chart: Chart, node: Node) -> Iterator[str]:
    if node.script is not None:
        yield node.result
    if node.loop is not None and node.loop.element_variable:
        yield node.loop.element_variable
    table = chart.decisions.get(node.ext.decision)
    if isinstance(table, DecisionTable):
        yield from (output.name for output in table.outputs)
