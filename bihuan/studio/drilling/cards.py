"""Case cards: what should be decided at each step, made by playing the chart until its arrows have been seen."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from bihuan.bpmn import Chart, CommandRefused, Deadline, Node, Text, commands, effects
from bihuan.bpmn.expressions import ExpressionError
from bihuan.bpmn.outline.words import condition_words, name_of
from bihuan.studio.drilling.asking import Forms, asked_values, candidates, fields_of, start_values, steering, unasked
from bihuan.studio.drilling.world import Wait, Work, World, act, begin, happen

_WALKS: Final = 200
_STEPS: Final = 80
_VISITS: Final = 2
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CardStep:
    """What the card says of the ``nth`` time at a node. ``kind``: work, or what happens (timer, message, signal).

    ``outcome``: the arrow that is right ("" none); ``values``: steering values that are right; ``fact``: what the
    trainee is told there.
    """

    node: str
    nth: int
    kind: str = "work"
    outcome: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    fact: str = ""


def plain_steps(steps: Sequence[CardStep]) -> list[dict[str, object]]:
    """Plain JSON."""
    return [asdict(one) for one in steps]


def card_steps(found: object) -> tuple[CardStep, ...]:
    """What ``plain_steps`` wrote."""
    rows = found if isinstance(found, list) else []
    return tuple(CardStep(**one) for one in rows if isinstance(one, dict))


def card_step(steps: Sequence[CardStep], node: str, nth: int) -> CardStep | None:
    """What the card says of this time at the node, else of the last time that it speaks of."""
    known = [one for one in steps if one.node == node and one.kind == "work" and one.nth <= nth]
    return max(known, key=lambda one: one.nth, default=None)


class _Flat:
    """Time for walks: only the order of timers counts."""

    def limit(self, deadline: Deadline, since: datetime) -> datetime:
        return since + timedelta(hours=1)

    def timer(self, spec: effects.TimerSpec, now: datetime) -> datetime:
        return now + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Walk:
    steps: tuple[CardStep, ...]
    seen: frozenset[str]


def make_cards(chart: Chart, forms: Forms, *, english: bool, most: int = 6) -> list[tuple[str, list[CardStep]]]:
    """(title, steps) of a few cases that together go over as many decisions of the chart as possible.

    The same chart gives the same cards. Empty for a chart that nobody can play to its end.
    """
    player = _Player(chart, forms, english)
    walks = [walk for _walk in range(_WALKS) if (walk := player.walk()) is not None]
    found: list[_Walk] = []
    covered: set[str] = set()
    while walks and len(found) < most:
        best = max(walks, key=lambda walk: (len(walk.seen - covered), -len(walk.steps)))
        if not best.seen - covered:
            break
        found.append(best)
        covered |= best.seen
    return [(player.title(at, walk), list(walk.steps)) for at, walk in enumerate(found, 1)]


class _Player:
    """Plays again and again, each time choosing what was chosen least."""

    def __init__(self, chart: Chart, forms: Forms, english: bool) -> None:
        self.chart, self.forms, self.english = chart, forms, english
        self.used: dict[str, int] = {}
        self.steering = steering(chart)
        self.start = start_values(chart, forms)
        self.outside = [name for name in unasked(chart, forms) if name not in self.start]

    def walk(self) -> _Walk | None:
        world = begin(self.chart, self.start, datetime(2026, 1, 5, 1, tzinfo=UTC), _Flat())
        steps: list[CardStep] = []
        seen: set[str] = set()
        for _step in range(_STEPS):
            if world.state.ended:
                return self._ended(world, steps, seen)
            if world.stuck:
                return None
            try:
                world = self._on(world, steps, seen)
            except (CommandRefused, ExpressionError, LookupError, ValueError):
                return None
        return None

    def _ended(self, world: World, steps: list[CardStep], seen: set[str]) -> _Walk | None:
        if max(world.visits.values(), default=0) > _VISITS + 1:
            return None
        return _Walk(tuple(steps), frozenset(seen))

    def _on(self, world: World, steps: list[CardStep], seen: set[str]) -> World:
        if world.work:
            return self._worked(world, world.work[0], steps, seen)
        open_ones = [wait for wait in world.waits if self._may_happen(wait)]
        wait = self._least([(f"{wait.kind}:{wait.node}", wait) for wait in open_ones])
        seen.add(f"{wait.kind}:{wait.node}")
        values = {} if wait.kind == "timer" else self._chosen(self.outside, seen, "wait")
        nth = 1 + sum(one.node == wait.node for one in steps)
        steps.append(CardStep(wait.node, nth, wait.kind, "", values))
        return happen(self.chart, world, wait, values, _Flat())

    def _may_happen(self, wait: Wait) -> bool:
        """What interrupts at any time is left out: a case would end before it begins."""
        return wait.attached is None and self.chart.nodes[wait.node].kind != "startEvent"

    def _worked(self, world: World, work: Work, steps: list[CardStep], seen: set[str]) -> World:
        node = self.chart.nodes[work.node]
        asked = asked_values(self.chart, node, self.forms)
        values = self._chosen([name for name, options in asked.items() if options], seen, work.node)
        outcomes = self.chart.outcomes(work.node, values, world.state)
        outcome = ""
        if node.choice is not None:
            ways = [one for one in outcomes if work.nth < _VISITS or one.kind == "ordinary"] or list(outcomes)
            outcome = self._least([(f"flow:{one.id}", one.id) for one in ways])
            seen.add(f"flow:{outcome}")
        steps.append(CardStep(node.id, work.nth, "work", outcome, values, self._fact(node, outcome, values)))
        command = commands.CompleteTask(item=work.item, variables=values, outcome=outcome or None)
        return act(self.chart, world, command, _Flat())

    def _chosen(self, names: list[str], seen: set[str], place: str) -> dict[str, object]:
        found: dict[str, object] = {}
        for name in names:
            options = candidates(self.chart, self.steering[name], self._field(name))
            if options:
                found[name] = self._least([(f"{place}:{name}={one}", one) for one in options])
                seen.add(f"{place}:{name}={found[name]}")
        return found

    def _field(self, name: str) -> Mapping[str, object]:
        fields = (fields_of(node, self.forms) for node in self.chart.nodes.values())
        return next((one[name] for one in fields if name in one), {})

    def _least(self, options: list[tuple[str, _T]]) -> _T:
        if not options:
            raise LookupError("nothing can happen")
        key, found = min(options, key=lambda one: self.used.get(one[0], 0))
        self.used[key] = self.used.get(key, 0) + 1
        return found

    # words ------------------------------------------------------------------------------------------------------------

    def title(self, at: int, walk: _Walk) -> str:
        """Case 1 · how many steps; how it ends is for the trainee to find."""
        count = sum(one.kind == "work" for one in walk.steps)
        return f"Case {at} · {count} steps" if self.english else f"案例 {at} · {count} 步"

    def _fact(self, node: Node, outcome: str, values: Mapping[str, object]) -> str:
        """What the trainee is told, from the words of the criterion and of the fields."""
        said = [self._value(node, name, value) for name, value in values.items()]
        gateway = self.chart.nodes.get(node.choice or "")
        if gateway is not None and outcome:
            said.append(self._case(gateway, outcome))
        return "\n".join(part for part in said if part)

    def _case(self, gateway: Node, outcome: str) -> str:
        flow = self.chart.flows[outcome]
        asked = "；".join(self._text(one) for one in gateway.ext.criterion) or self._text(name_of(gateway))
        answer = self._text(Text(flow.name, flow.name_en)) or self._text(name_of(self.chart.nodes[flow.target]))
        when = self._text(condition_words(self.chart, flow.test, flow.condition))
        if self.english:
            return f"{asked} In this case: {answer}" + (f" ({when})" if when else "") + "."
        return f"{asked.rstrip('。')}。这一次的情况：{answer}" + (f"（{when}）" if when else "") + "。"

    def _value(self, node: Node, name: str, value: object) -> str:
        field = fields_of(node, self.forms).get(name, {})
        variable = self.steering[name]
        label = str(field.get("x-titleEn" if self.english else "title") or "") or self._text(
            Text(variable.label or name, variable.label_en)
        )
        said = self._said(field, value)
        return f"{label}: {said}" if self.english else f"{label}：{said}"

    def _said(self, field: Mapping[str, object], value: object) -> str:
        options, names = field.get("enum"), field.get("x-enumNamesEn" if self.english else "x-enumNames")
        if isinstance(options, list) and isinstance(names, list) and value in options and len(names) == len(options):
            return str(names[options.index(value)])
        if isinstance(value, bool):
            return ("yes" if value else "no") if self.english else ("是" if value else "否")
        if isinstance(value, list):
            return ("needed" if value else "none") if self.english else ("有" if value else "没有")
        return str(value)

    def _text(self, text: Text) -> str:
        return (text.en or text.zh) if self.english else (text.zh or text.en)
