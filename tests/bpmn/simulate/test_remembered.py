"""A run that remembers steps is the same, event by event, as one that calculates each of them."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bihuan
from bihuan.bpmn import Chart, State, Step, advance, commands, load_chart
from bihuan.bpmn.decisions import parse_decision
from bihuan.bpmn.engine.appliers import Event
from bihuan.bpmn.simulate import Outcome, Plan, Rehearsal, machine, prepare, read_scenario
from bihuan.bpmn.simulate.cases import Case
from bihuan.bpmn.simulate.liveness import Liveness
from bihuan.bpmn.simulate.machine import Leaf, told_apart
from tests.bpmn.blocks import Block, blocks, draw_chart
from tests.bpmn.building import Player, flows, process, variables

T01 = Path(bihuan.__file__).parent / "flows" / "gallery" / "T01"
NUMBERS = {"id", "scope", "act", "absorbs"}
HOUR = 3600
CASES = 300

TIMER = "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>"
ROUNDS = process(
    '<startEvent id="a"/><exclusiveGateway id="m"/><userTask id="u"/><userTask id="v"/><exclusiveGateway id="g"/>'
    '<endEvent id="z"/>' + flows("a>m", "m>u", "u>v", "v>g", "g>m", "g>z")
)
BRANCHES = process(
    '<startEvent id="a"/><parallelGateway id="s"/><userTask id="u"/><userTask id="v"/><serviceTask id="w"/>'
    '<inclusiveGateway id="i"/><userTask id="x"/><userTask id="y"/><inclusiveGateway id="j"/><parallelGateway id="all"/>'
    '<exclusiveGateway id="again"/><exclusiveGateway id="more"/><endEvent id="z"/>'
    + flows(
        "a>again", "again>s", "s>u", "s>v", "s>w", "u>i", "i>x", "i>y:n > 3", "x>j", "y>j", "j>all", "v>all", "w>all"
    )
    + flows("all>more", "more>again", "more>z"),
    variables(n="number"),
)
EVENTS = process(
    '<startEvent id="a"/><exclusiveGateway id="m"/><subProcess id="box"><startEvent id="b1"/><userTask id="u">'
    '<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>'
    '</userTask><endEvent id="b9"/>' + flows("b1>u", "u>b9") + "</subProcess>"
    '<boundaryEvent id="late" attachedToRef="box">' + TIMER.format("PT2H") + "</boundaryEvent>"
    '<boundaryEvent id="nudge" attachedToRef="box" cancelActivity="false">' + TIMER.format("PT1H") + "</boundaryEvent>"
    '<serviceTask id="remind"/><userTask id="rescue"/><eventBasedGateway id="e"/>'
    '<intermediateCatchEvent id="answer"><messageEventDefinition messageRef="msg"/></intermediateCatchEvent>'
    '<intermediateCatchEvent id="silence">' + TIMER.format("PT3H") + "</intermediateCatchEvent>"
    '<exclusiveGateway id="d"/><endEvent id="z"/><endEvent id="z2"/>'
    + flows("a>m", "m>box", "late>rescue", "rescue>e", "box>e", "nudge>remind", "remind>z2", "e>answer", "e>silence")
    + flows("answer>d", "silence>d", "d>m", "d>z"),
    before='<message id="msg" name="answered"/>',
)  # fmt: skip


def _spread(kind: str, mean: float) -> dict[str, object]:
    return {"kind": kind, "mean": mean, **({"cv": 1.5} if kind == "lognormal" else {})}


def _work(names: str, pool: str = "crew") -> dict[str, object]:
    return {name: {"pool": pool, "duration": _spread("lognormal", 300)} for name in names.split()}


def _scenario(**parts: object) -> dict[str, object]:
    calendar = {
        "timezone": "Asia/Shanghai",
        "week": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "thu", "fri")},
    }
    return {
        "arrivals": {"kind": "poisson", "per_hour": 0.1},
        "pools": {"crew": {"size": 3, "calendar": calendar}},
        "warm_up": 0,
        **parts,
    }


def _t01() -> Chart:
    tables = {"priority": parse_decision((T01 / "priority.dmn").read_bytes())}
    return load_chart((T01 / "chart.bpmn").read_bytes(), decisions=tables)


def _plans() -> dict[str, Plan]:
    low = {"kind": "choice", "values": {"high": 1, "medium": 2, "low": 3}}
    yes = {"kind": "choice", "values": [True, False], "weights": [2, 1]}
    return {
        "rounds": prepare(load_chart(ROUNDS), read_scenario(_scenario(branches={"g": {"g_m": 0.95}}, nodes=_work("u v")))),
        "branches": prepare(
            load_chart(BRANCHES),
            read_scenario(
                _scenario(
                    branches={"more": {"more_again": 0.5}},
                    data={"n": {"kind": "uniform", "low": 0, "high": 6, "digits": 0}},
                    nodes={**_work("u v x y"), "w": {"duration": _spread("exponential", 600)}},
                )
            ),
        ),
        "events": prepare(
            load_chart(EVENTS),
            read_scenario(
                _scenario(
                    branches={"d": {"d_m": 0.4}},
                    nodes={**_work("u rescue"), "answer": {"duration": _spread("exponential", 2 * HOUR)}},
                )
            ),
        ),
        "shipped": prepare(
            _t01(),
            read_scenario(
                _scenario(
                    pools={"agent": {"size": 2}, "engineer": {"size": 2}, "head": {"size": 1}},
                    data={"urgency": low, "impact": low, "complexity": low, "support_departments": {
                        "kind": "choice", "values": [[], ["b"], ["b", "c"]]}},
                    nodes={"plan": {"sets": {"risk": low}}, "execute": {"sets": {"feasible": yes}},
                           "callback": {"sets": {"satisfied": yes}},
                           "withdrawal_start": {"duration": _spread("exponential", 8 * HOUR), "probability": 0.1}},
                    branches={"verified": {"to_analysis": 0.7}},
                )
            ),
        ),
    }  # fmt: skip


class Recorder(Rehearsal):
    """Writes down every event as an instance of its own would have it: with the numbers of its whole history."""

    def __init__(self, plan: Plan, *, remember: bool, cases: int) -> None:
        super().__init__(plan, seed=5, replication=0, cases=cases, warm_up=0, remember=remember)
        self.history: dict[int, list[tuple[float, object]]] = {}
        self._numbers: dict[int, tuple[dict[int, int], int]] = {}
        self._events: dict[Leaf, tuple[Event, ...]] = {}

    def run(self) -> Outcome:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(machine, "advance", self._advance)
            return super().run()

    def _advance(self, chart: Chart, state: State | None, command: commands.Command, now: datetime) -> Step:
        self._last = advance(chart, state, command, now)
        return self._last

    def _carry_out(self, now: float, case: Case, leaf: Leaf) -> None:
        # A step that is carried out for the first time has just been calculated.
        events = self._events.setdefault(leaf, self._last.events)
        known, following = self._numbers.get(case.number, ({0: 0}, 1))
        state = case.spot.state
        base = 1 if state is None else state.next
        new = sorted({number for event in events for number in _numbers(event) if number >= base})
        known = {**known, **{number: following + number - base for number in new}}
        written = self.history.setdefault(case.number, [])
        written += [(now, _translated(event, known)) for event in events]
        following += max(new, default=base - 1) + 1 - base
        if leaf.renamed:
            known = {number: known[old] for old, number in leaf.renamed.items()}
        self._numbers[case.number] = known, following
        super()._carry_out(now, case, leaf)


def _numbers(record: object) -> list[int]:
    """Every number that a record gives to something."""
    if isinstance(record, list):
        return [number for one in record for number in _numbers(one)]
    if not isinstance(record, Mapping):
        return []
    own = [value for key, value in record.items() if key in NUMBERS and isinstance(value, int)]
    return own + [number for value in record.values() for number in _numbers(value)]


def _translated(record: object, known: Mapping[int, int]) -> object:
    if isinstance(record, list):
        return [_translated(one, known) for one in record]
    if not isinstance(record, Mapping):
        return record
    return {
        key: known[value] if key in NUMBERS and isinstance(value, int) else _translated(value, known)
        for key, value in record.items()
        if key != "at"
    }


@pytest.mark.parametrize("name", ["rounds", "branches", "events", "shipped"])
def test_event_by_event(name: str) -> None:
    plan = _plans()[name]
    remembering, calculating = (Recorder(plan, remember=remember, cases=CASES) for remember in (True, False))
    first, second = remembering.run(), calculating.run()
    assert first.cases == CASES
    assert remembering.history == calculating.history
    steps = sum(len(one) for one in remembering.history.values())
    assert steps > 1_000
    assert first.calculated < second.calculated * 0.7, "nothing was remembered, so that this test shows nothing"
    assert [one.batches for one in first.measures.values()] == [one.batches for one in second.measures.values()]
    assert first.crews == second.crews and first.ends == second.ends


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=blocks(ours=True), by=st.sampled_from(["draws", "data just before", "data from the start"]))
def test_any_chart_event_by_event(block: Block, by: str) -> None:
    """Charts made of blocks. What a circle asks for is set in it in any case, so that it ends."""
    drawn = draw_chart(block)
    asked = {task: {name: _one_of(largest) for name, largest in asks.items()} for task, asks in drawn.asks.items()}
    late = by == "data just before"
    sets = {task: {"sets": draws} for task, draws in asked.items() if late or set(drawn.asks[task].values()) == {1}}
    data = {name: draw for draws in asked.values() for name, draw in draws.items()}
    scenario: dict[str, object] = {} if by == "draws" else {"nodes": sets}
    if by == "data from the start":
        scenario["data"] = data
    chart = load_chart(drawn.source, open_variables=True)
    plan = prepare(chart, read_scenario({**scenario, "warm_up": 0}))
    remembering, calculating = (Recorder(plan, remember=remember, cases=25) for remember in (True, False))
    first, second = remembering.run(), calculating.run()
    assert remembering.history == calculating.history
    assert (first.ends, first.incidents, first.cases) == (second.ends, second.incidents, second.cases)
    assert [one.batches for one in first.measures.values()] == [one.batches for one in second.measures.values()]


def _one_of(largest: int) -> dict[str, object]:
    return {"kind": "choice", "values": list(range(largest + 1))}


def test_numbers_stay_small() -> None:
    """The comparison above is about cases whose numbers have grown; those in memory have not."""
    recorder = Recorder(_plans()["rounds"], remember=True, cases=CASES)
    recorder.run()
    most = max(max(_numbers(event), default=0) for written in recorder.history.values() for _, event in written)
    assert most > 64
    states = [spot.state for spot in recorder.machine._spots.values()]
    assert len(states) < 10 and all(state is not None and state.next < 10 for state in states)


def test_states_that_differ_in_numbers_only() -> None:
    """A circle comes back to the same text with other numbers; on the way the texts differ."""
    player = Player(EVENTS).start()
    seen = []
    for _ in range(3):
        state = player.state
        assert state is not None
        seen.append(told_apart(state))
        player.complete("u").complete("u")
        assert player.state is not None and told_apart(player.state)[0] != seen[0][0]
        player.complete("u").message("answer")
    assert len({text for text, _ in seen}) == 1
    assert len({used for _, used in seen}) == 3
    assert all(len(used) == len(seen[0][1]) for _, used in seen)


def test_what_nothing_asks_for_is_left_out() -> None:
    """By place: a condition that lies behind, or that what is set before it decides, keeps no cases apart."""
    body = (
        '<startEvent id="a"/><userTask id="u"/><exclusiveGateway id="g"/><userTask id="v"/><exclusiveGateway id="h"/>'
        '<userTask id="w"/><endEvent id="z"/><endEvent id="y"/>'
        + flows("a>u", "u>g", "g>v:n > 1", "g>y:n < 2", "v>h", "h>w:m > 1", "h>z:m < 2", "w>z")
    )
    chart = load_chart(process(body, variables(n="number", m="number", p="number")))
    live = Liveness(chart, (), {"v": ["m"]})
    kept = {}
    player = Player(chart).start(n=5, m=5, p=5)
    for place in ("u", "v", "w"):
        assert player.state is not None and player.open() == [place]
        kept[place] = set(live.reduced(player.state).variables)
        player.complete(place)
    assert kept == {"u": {"n"}, "v": set(), "w": set()}
    sure = Liveness(chart, ("p",), {})
    first = Player(chart).start(n=5, m=5, p=5).state
    assert first is not None and set(sure.reduced(first).variables) == {"n", "m", "p"}
