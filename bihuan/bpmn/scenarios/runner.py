"""Steps of a scenario: actions on a World, and expectations about it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from bihuan.bpmn.engine.commands import CommandRefused, CompleteTask, ServiceError, ServiceResult, SetVariables
from bihuan.bpmn.model import Chart
from bihuan.bpmn.problems import ChartRefused
from bihuan.bpmn.scenarios.world import Instance, World
from bihuan.bpmn.values import JsonValue, Values
from bihuan.bpmn.xml.load import load_chart
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import BPMN

_WAITS: Final = frozenset(
    {
        "serviceTask",
        "scriptTask",
        "sendTask",
        "businessRuleTask",
        "receiveTask",
        "intermediateCatchEvent",
        "eventBasedGateway",
    }
)


class ScenarioError(Exception):
    """A step did not come out as expected, or the scenario cannot be read."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`step`: number of steps carried out; when not passed, the index (from 0) of the one that failed, and why."""

    id: str
    passed: bool
    step: int
    why: str = ""


def load_charts(sources: Iterable[bytes]) -> dict[str, Chart]:
    """Every process in these files, able to call each other, by process id; ChartRefused as load_chart."""
    files = list(sources)
    owners = {str(one.get("id")): source for source in files for one in read_xml(source).iter(f"{{{BPMN}}}process")}
    charts: dict[str, Chart] = {}
    waiting = dict(owners)
    while waiting:
        for process_id, source in list(waiting.items()):
            needed = _calls(source) - owners.keys()
            if needed:
                raise ScenarioError(f"no file has the process {', '.join(sorted(needed))}")
            others = {key: chart for key, chart in charts.items() if owners[key] is not source}
            outside = {key for key in _calls(source) if owners[key] is not source}
            if outside <= others.keys():
                charts[process_id] = load_chart(source, process_id, {}, others, open_variables=True)
                del waiting[process_id]
                break
        else:
            raise ScenarioError(f"these call each other across files: {', '.join(sorted(waiting))}")
    return charts


def _calls(source: bytes) -> set[str]:
    found = (str(one.get("calledElement")) for one in read_xml(source).iter(f"{{{BPMN}}}callActivity"))
    return {one.rpartition(":")[2] for one in found}


def run_scenario(scenario: Mapping[str, JsonValue], sources: Iterable[bytes]) -> Outcome:
    """Carries out the steps. `sources`: the scenario's files, `bpmn` first, then `called`."""
    name = str(scenario.get("id", ""))
    done = 0
    try:
        play = _Play(World(load_charts(sources)), str(scenario.get("process", "")))
        for step in cast("list[dict[str, JsonValue]]", scenario["steps"]):
            play.step(step)
            done += 1
    except (ScenarioError, CommandRefused, ChartRefused, KeyError) as error:
        return Outcome(name, False, done, f"{type(error).__name__}: {error}")
    return Outcome(name, True, done)


class _Play:
    def __init__(self, world: World, process: str) -> None:
        self.world = world
        self.process = process

    def step(self, step: dict[str, JsonValue]) -> None:
        if "expect" in step:
            expected = cast("dict[str, JsonValue]", step["expect"])
            for key, value in expected.items():
                _EXPECT[key](self.world, value)
            return
        before = self.world.copy()
        known = len(before.incidents)
        try:
            _DO[str(step["do"])](self, step)
        except CommandRefused:
            if not step.get("raises"):
                raise
            self.world = before
            return
        found = self.world.incidents[known:]
        if step.get("raises"):
            if not found:
                raise ScenarioError("the action should have failed")
            self.world = before
        elif found:
            raise ScenarioError(f"incident at {found[0].node}: {found[0].code}: {found[0].detail}")

    def start(self, step: dict[str, JsonValue]) -> None:
        self.world.start(str(step.get("process") or self.process), _values(step, "variables"))

    def complete(self, step: dict[str, JsonValue]) -> None:
        instance, number = _nth(self.world, "task", step)
        self.world.do(instance, CompleteTask(item=number, variables=_values(step, "variables")))

    def service_result(self, step: dict[str, JsonValue]) -> None:
        instance, number = _nth(self.world, "service", step)
        if "error" in step:
            command = ServiceError(item=number, code=str(step["error"]), variables=_values(step, "variables"))
            self.world.do(instance, command)
        else:
            self.world.do(instance, ServiceResult(item=number, variables=_values(step, "result")))

    def advance_time(self, step: dict[str, JsonValue]) -> None:
        self.world.move_clock(float(cast("float", step["seconds"])))

    def message(self, step: dict[str, JsonValue]) -> None:
        self.world.message(str(step["name"]), int(cast("int", step.get("nth", 0))), _values(step, "variables"))

    def signal(self, step: dict[str, JsonValue]) -> None:
        self.world.signal(str(step["name"]), _values(step, "variables"))

    def set_variables(self, step: dict[str, JsonValue]) -> None:
        self.world.do(self.world.instances[0], SetVariables(variables=_values(step, "variables")))


def _values(step: dict[str, JsonValue], key: str) -> Values:
    return cast("Values", step.get(key) or {})


def _open(world: World, what: str) -> list[tuple[int, Instance, int, str]]:
    found = [
        (order, instance, number, instance.chart.nodes[node].element_id)
        for instance in world.instances
        for number, (order, node) in (instance.tasks if what == "task" else instance.services).items()
    ]
    return sorted(found, key=lambda one: one[0])


def _nth(world: World, what: str, step: dict[str, JsonValue]) -> tuple[Instance, int]:
    found = [(instance, number) for _, instance, number, node in _open(world, what) if node == step["task"]]
    nth = int(cast("int", step.get("nth", 0)))
    if nth >= len(found):
        raise ScenarioError(f"{len(found)} open at {step['task']}, number {nth} asked for")
    return found[nth]


def _same(name: str, found: Iterable[str], expected: JsonValue) -> None:
    left, right = Counter(found), Counter(cast("list[str]", expected))
    if left != right:
        raise ScenarioError(f"{name}: {sorted(left.elements())}, expected {sorted(right.elements())}")


def _tasks(world: World) -> list[str]:
    return [node for _, _, _, node in _open(world, "task")]


def _running(world: World) -> list[Instance]:
    return [one for one in world.instances if not one.state.ended]


def _equal(name: str, found: JsonValue, expected: JsonValue) -> None:
    if found != expected or isinstance(found, bool) != isinstance(expected, bool):
        raise ScenarioError(f"{name}: {found!r}, expected {expected!r}")


def _check_variables(found: Mapping[str, JsonValue], expected: JsonValue) -> None:
    for name, value in cast("Values", expected).items():
        _equal(name, found.get(name), value)


def _check_task_variables(world: World, expected: JsonValue) -> None:
    for one in cast("list[dict[str, JsonValue]]", expected):
        instance, number = _nth(world, "task", one)
        _check_variables(instance.state.visible(instance.chart, number), one["variables"])


def _check_includes(world: World, expected: JsonValue) -> None:
    missing = Counter(cast("list[str]", expected)) - Counter(_tasks(world))
    if missing:
        raise ScenarioError(f"not open: {sorted(missing.elements())}")


def _check_excludes(world: World, expected: JsonValue) -> None:
    unwanted = set(cast("list[str]", expected)) & set(_tasks(world))
    if unwanted:
        raise ScenarioError(f"open: {sorted(unwanted)}")


def _check_visited(world: World, expected: JsonValue) -> None:
    missing = set(cast("list[str]", expected)) - world.visited
    if missing:
        raise ScenarioError(f"not visited: {sorted(missing)}")


def _check_not_visited(world: World, expected: JsonValue) -> None:
    unwanted = set(cast("list[str]", expected)) & world.visited
    if unwanted:
        raise ScenarioError(f"visited: {sorted(unwanted)}")


def _waiting(world: World) -> list[str]:
    return [
        instance.chart.nodes[act["node"]].element_id
        for instance in world.instances
        for act in instance.state.acts.values()
        if instance.chart.nodes[act["node"]].kind in _WAITS and "mi" not in act
    ]


def _subscribed(world: World) -> list[str]:
    return [name for instance in world.instances for _, _, name in instance.subs.values()]


_DO: Final[dict[str, Callable[[_Play, dict[str, JsonValue]], None]]] = {
    "start": _Play.start,
    "complete": _Play.complete,
    "service_result": _Play.service_result,
    "advance_time": _Play.advance_time,
    "message": _Play.message,
    "signal": _Play.signal,
    "set_variables": _Play.set_variables,
}
_EXPECT: Final[dict[str, Callable[[World, JsonValue], None]]] = {
    "open_tasks": lambda world, value: _same("open tasks", _tasks(world), value),
    "open_tasks_includes": _check_includes,
    "open_tasks_excludes": _check_excludes,
    "ended": lambda world, value: _equal("ended", not _running(world), value),
    "instances": lambda world, value: _equal("instances", len(_running(world)), value),
    "variables": lambda world, value: _check_variables(world.instances[0].state.variables, value),
    "task_variables": _check_task_variables,
    "visited_includes": _check_visited,
    "not_visited": _check_not_visited,
    "waiting": lambda world, value: _same("waiting", _waiting(world), value),
    "timers": lambda world, value: _equal("timers", sum(len(one.timers) for one in world.instances), value),
    "subscribed": lambda world, value: _same("subscribed", _subscribed(world), value),
}
