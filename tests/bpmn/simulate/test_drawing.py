"""What is drawn: distributions, arrivals, ways; and that two scenarios with one seed face the same cases."""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

import pytest

from bihuan.bpmn import load_chart
from bihuan.bpmn.simulate import Entry, Plan, Rehearsal, prepare, read_scenario
from bihuan.bpmn.simulate.arrivals import read_arrivals
from bihuan.bpmn.simulate.calendars import Calendars
from bihuan.bpmn.simulate.distributions import read_distribution, read_value
from bihuan.bpmn.simulate.draws import Group
from bihuan.bpmn.simulate.intervals import interval, t975
from bihuan.bpmn.simulate.randomness import mixed, place_key, stream
from bihuan.bpmn.simulate.reading import Part
from bihuan.bpmn.simulate.tallies import EXACT, Tally
from bihuan.worktime import Calendar
from tests.bpmn.building import flows, process, variables

GRID = [(n + 0.5) / 20_000 for n in range(20_000)]
FIRST = datetime(2026, 3, 2, tzinfo=UTC)
TASKS = "".join(f'<userTask id="{name}"/>' for name in ("x", "u", "v", "none"))
SPLIT = (
    f'<startEvent id="a"/>{TASKS}<inclusiveGateway id="i" default="i_none"/><inclusiveGateway id="j"/><endEvent id="z"/>'
    '<sequenceFlow id="i_none" sourceRef="i" targetRef="none"/>'
    + flows("a>x", "x>i", "i>u:p", "i>v:p", "u>j", "v>j", "none>j")
)
ONCE = process(SPLIT + flows("j>z"), variables(p="boolean"))
THREE_WAYS = process(
    SPLIT + '<exclusiveGateway id="g" default="g_z"/>' + flows("j>g", "g>x:p", "g>z"), variables(p="boolean")
)


@pytest.mark.parametrize(
    ("description", "mean", "deviation"),
    [
        ({"kind": "exponential", "mean": 90}, 90.0, 90.0),
        ({"kind": "lognormal", "mean": 90, "sd": 45}, 90.0, 45.0),
        ({"kind": "lognormal", "mean": 90, "cv": 0.5}, 90.0, 45.0),
        ({"kind": "lognormal", "mean_seconds": 90, "sigma": math.sqrt(math.log(1.25))}, 90.0, 45.0),
        ({"kind": "lognormal", "median": 60, "sigma": 0.5}, 60 * math.exp(0.125), None),
        ({"kind": "lognormal", "mu": math.log(60), "sigma": 0.5}, 60 * math.exp(0.125), None),
        ({"kind": "lognormal", "median": 60, "p90": 120}, None, None),
        ({"kind": "uniform", "low": 30, "high": 90}, 60.0, 60 / math.sqrt(12)),
        ({"kind": "triangular", "low": 10, "mode": 20, "high": 60}, 30.0, math.sqrt((100 + 400 + 3600 - 200 - 600 - 1200) / 18)),
        ({"kind": "fixed", "seconds": 42}, 42.0, 0.0),
        ({"kind": "empirical", "values": [10, 20, 60]}, 30.0, math.sqrt((400 + 100 + 900) / 3)),
        ({"kind": "empirical", "values": [10, 60], "weights": [4, 1]}, 20.0, 20.0),
    ],
)  # fmt: skip
def test_moments(description: dict[str, object], mean: float | None, deviation: float | None) -> None:
    """Over an even grid of uniform numbers; and a draw never falls when its number rises."""
    distribution = read_distribution(Part(description, "d"))
    values = [distribution.at(u) for u in GRID]
    assert values == sorted(values) and values[0] >= 0.0
    average = math.fsum(values) / len(values)
    assert distribution.mean == pytest.approx(average, rel=0.002)
    if mean is not None:
        assert average == pytest.approx(mean, rel=0.002)
    if deviation is not None:
        spread = math.sqrt(math.fsum((value - average) ** 2 for value in values) / len(values))
        assert spread == pytest.approx(deviation, rel=0.01, abs=1e-9)
    if "p90" in description:
        assert distribution.at(0.5) == pytest.approx(60) and distribution.at(0.9) == pytest.approx(120)


def test_values_of_variables() -> None:
    choice = read_value(Part({"kind": "choice", "values": {"high": 1, "low": 3}}, "d"))
    assert Counter(choice.pick(u)[0] for u in GRID) == {"high": 5_000, "low": 15_000}
    mixed_values = read_value(Part({"kind": "choice", "values": [True, 1, ["a"]], "weights": [1, 0, 1]}, "d"))
    assert {mixed_values.pick(u)[1] for u in GRID} == {"true", '["a"]'}
    whole = read_value(Part({"kind": "uniform", "low": 0, "high": 3, "digits": 0}, "d"))
    assert {whole.pick(u) for u in GRID} == {(0, "0"), (1, "1"), (2, "2"), (3, "3")}
    assert read_value(Part({"kind": "fixed", "value": None}, "d")).pick(0.4) == (None, "null")


def test_ways() -> None:
    one = Group("g", (0.2, 0.0, 0.8), several=False)
    assert Counter(one.draw(u) for u in GRID) == {0: 4_000, 2: 16_000}
    several = Group("g", (0.5, 1.0, 0.25), several=True)
    found = Counter(several.draw(u) for u in GRID)
    assert {way: count / len(GRID) for way, count in found.items()} == {
        0b010: pytest.approx(0.375), 0b011: pytest.approx(0.375), 0b110: pytest.approx(0.125), 0b111: pytest.approx(0.125)
    }  # fmt: skip

    stuck = Group("g", (0.5, 0.5), several=True, never_none=True)
    found = Counter(stuck.draw(u) for u in GRID)
    assert {way: count / len(GRID) for way, count in found.items()} == {
        0b01: pytest.approx(0.375), 0b10: pytest.approx(0.375), 0b11: pytest.approx(0.25)
    }  # fmt: skip


def _rows(plan: Plan, cases: int, seed: int = 1) -> list[Entry]:
    rows: list[Entry] = []
    Rehearsal(plan, seed=seed, replication=0, cases=cases, warm_up=0, write=rows.append).run()
    return rows


def test_drawn_ways_are_taken_by_the_engine() -> None:
    """Two arrows by themselves, the default when neither; then one in four goes back."""
    scenario = {"branches": {"i": {"i_u": 0.5, "i_v": 0.2}, "g": {"g_x": 0.25}}}
    count = Counter(row.element for row in _rows(prepare(load_chart(THREE_WAYS), read_scenario(scenario)), 8_000))
    rounds = 8_000 / 0.75
    for element, share in (("x", 1.0), ("u", 0.5), ("v", 0.2), ("none", 0.4)):
        assert count[element] == pytest.approx(rounds * share, rel=0.04)


def test_without_probabilities_every_arrow_is_as_likely() -> None:
    plan = prepare(load_chart(THREE_WAYS), read_scenario({}))
    assert {one.kind: one.elements for one in plan.assumptions} == {
        "default_duration": ("x", "u", "v", "none"),
        "equal_ways": ("g",),
        "even_chance": ("i",),
        "no_pool": ("x", "u", "v", "none"),
    }
    count = Counter(row.element for row in _rows(plan, 4_000))
    assert count["x"] == pytest.approx(8_000, rel=0.05) and count["none"] == pytest.approx(2_000, rel=0.08)


def test_data_decides_where_it_is_given() -> None:
    """The conditions are asked as in life, so that both arrows or neither are taken."""
    data = {"p": {"kind": "choice", "values": [True, False], "weights": [1, 3]}}
    plan = prepare(load_chart(ONCE), read_scenario({"data": data}))
    assert {one.kind for one in plan.assumptions} == {"default_duration", "no_pool"}
    by_case: dict[int, set[str]] = {}
    for row in _rows(plan, 4_000):
        by_case.setdefault(row.case, set()).add(row.element)
    found = Counter(frozenset(one) for one in by_case.values())
    assert found.keys() == {frozenset({"x", "u", "v"}), frozenset({"x", "none"})}
    assert found[frozenset({"x", "u", "v"})] == pytest.approx(1_000, rel=0.1)


# Arrivals


def _arrivals(description: dict[str, object], calendars: Calendars | None = None) -> Iterator[float]:
    return read_arrivals(Part(description, "arrivals"), calendars or Calendars()).instants(FIRST, Random(4))


def test_poisson_arrivals() -> None:
    """As many in an hour, and as much spread, as there should be."""
    counts = Counter(int(when // 3600) for when in islice(_arrivals({"kind": "poisson", "per_hour": 5}), 50_000))
    hours = [counts[hour] for hour in range(9_000)]
    mean = math.fsum(hours) / len(hours)
    assert mean == pytest.approx(5, rel=0.03)
    assert math.fsum((one - mean) ** 2 for one in hours) / len(hours) == pytest.approx(5, rel=0.06)


def test_arrivals_keep_the_hours_of_the_calendar() -> None:
    office = Calendar.from_dict({"timezone": "UTC", "week": {"mon": [["09:00", "11:00"]], "wed": [["10:00", "11:00"]]}})
    found = list(islice(_arrivals({"kind": "poisson", "per_hour": 10}, Calendars(office)), 3_000))
    assert all(office.is_open(FIRST + timedelta(seconds=when)) for when in found)
    weeks = found[-1] / (7 * 86_400)
    assert len(found) / weeks == pytest.approx(30, rel=0.08)
    around = {"kind": "poisson", "per_hour": 10, "calendar": "24x7"}
    assert next(islice(_arrivals(around, Calendars(office)), 2_399, None)) == pytest.approx(240 * 3600, rel=0.08)


def test_arrivals_by_hour_and_weekday() -> None:
    """By the local clock, in summer time too."""
    rates = {"mon": [0] * 9 + [6, 12] + [0] * 13, "sun": [0] * 2 + [3] + [0] * 21}
    description: dict[str, object] = {"kind": "empirical", "per_hour": rates, "timezone": "Europe/Berlin"}
    weeks = 400
    zone = Calendar.from_dict({"timezone": "Europe/Berlin", "week": {"mon": [["09:00", "10:00"]]}}).zone
    count: Counter[tuple[int, int]] = Counter()
    for when in _arrivals(description):
        if when >= weeks * 7 * 86_400:
            break
        local = (FIRST + timedelta(seconds=when)).astimezone(zone)
        count[local.weekday(), local.hour] += 1
    assert count.keys() == {(0, 9), (0, 10), (6, 2)}
    assert count[0, 9] == pytest.approx(6 * weeks, rel=0.05)
    assert count[0, 10] == pytest.approx(12 * weeks, rel=0.05)
    assert count[6, 2] == pytest.approx(3 * weeks, rel=0.1)


def test_a_trace() -> None:
    assert list(_arrivals({"kind": "trace", "times": [5, 1.5, 30]})) == [1.5, 5.0, 30.0]
    instants = ["2026-03-02T10:00+08:00", "2026-03-02T03:00Z"]
    assert list(_arrivals({"kind": "trace", "times": instants})) == [7200.0, 10_800.0]
    assert read_scenario({"arrivals": {"kind": "trace", "times": instants}}).first == FIRST + timedelta(hours=2)


# Common random numbers


@pytest.mark.correctness(96)
def test_two_scenarios_face_the_same_cases() -> None:
    """One more person changes who waits, not who comes, what they bring and which way they go."""
    base: dict[str, object] = {
        "arrivals": {"kind": "poisson", "per_hour": 20},
        "nodes": {name: {"duration": {"kind": "exponential", "mean": 300}} for name in ("x", "u", "v", "none")},
        "branches": {"i": {"i_u": 0.5, "i_v": 0.5}, "g": {"g_x": 0.3}},
    }
    found = []
    for size in (3, 4):
        pools = {"crew": {"size": size}}
        nodes = {name: {**spec, "pool": "crew"} for name, spec in dict(base["nodes"]).items()}  # type: ignore[call-overload]
        rows = _rows(prepare(load_chart(THREE_WAYS), read_scenario({**base, "pools": pools, "nodes": nodes})), 500)
        found.append(rows)
    arrived = [{row.case: row.enabled for row in sorted(rows, key=lambda row: -row.enabled)} for rows in found]
    assert arrived[0] == arrived[1]
    brought = [Counter((row.case, row.element, round(row.end - row.start, 6)) for row in rows) for rows in found]
    assert brought[0] == brought[1]
    assert [row.start for row in sorted(found[0])] != [row.start for row in sorted(found[1])]


def test_numbers_of_one_place_are_independent_and_even() -> None:
    """Serial correlation of visits and of cases, and the share in each tenth."""
    key = place_key(1, 0, "u")
    assert key != place_key(1, 1, "u") != place_key(2, 1, "u")
    values = [mixed(key + case, visit) for case in range(2_000) for visit in range(1, 11)]
    tenths = Counter(int(value * 10) for value in values)
    assert sum((count - 2_000) ** 2 / 2_000 for count in tenths.values()) < 27.9
    for lag in (1, 2, 10):
        product = math.fsum((a - 0.5) * (b - 0.5) for a, b in zip(values, values[lag:], strict=False))
        assert abs(product / len(values) * 12) < 4 / math.sqrt(len(values))
    assert [stream(1, 0, "u").random() for _ in range(2)] == [stream(1, 0, "u").random() for _ in range(2)]
    assert stream(1, 0, "u").random() != stream(1, 0, "v").random() != stream(1, 1, "v").random()


# Figures


def test_students_t() -> None:
    """97.5 % of the density lies below; integrated by Simpson's rule."""
    for degrees in (1, 2, 5, 19, 30, 31, 40, 100, 1_000):
        factor = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)
        end, steps = t975(degrees), 4_000
        heights = [factor * (1 + (end * n / steps) ** 2 / degrees) ** (-(degrees + 1) / 2) for n in range(steps + 1)]
        inner = 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2])
        assert 0.5 + (heights[0] + inner + heights[-1]) * end / steps / 3 == pytest.approx(0.975, abs=2e-5)
    with pytest.raises(ValueError, match="spread"):
        t975(0)


def test_intervals_hold_the_mean_as_often_as_they_say() -> None:
    random = Random(9)
    held = 0
    for _ in range(2_000):
        found = interval([random.gauss(5, 2) for _ in range(8)])
        assert found is not None
        held += found[0] < 5 < found[1]
    assert 0.935 < held / 2_000 < 0.965
    assert interval([1.0]) is None


def test_quantiles_are_exact_for_few_and_half_a_per_cent_off_for_many() -> None:
    random = Random(3)
    values = [0.0 if random.random() < 0.3 else random.lognormvariate(5, 2) for _ in range(3 * EXACT)]
    few, many, halves = Tally(), Tally(), (Tally(), Tally())
    few.raw += values[:1_001]
    few.close_batch()
    ordered = sorted(values[:1_001])
    assert few.quantile(0.5) == ordered[500] and few.quantile(0.9) == ordered[900]
    for start in range(0, len(values), 1_000):
        many.raw += values[start : start + 1_000]
        many.fold()
        halves[start // 1_000 % 2].raw += values[start : start + 1_000]
    many.close_batch()
    ordered = sorted(values)
    for share in (0.2, 0.5, 0.9, 0.99):
        assert many.quantile(share) == pytest.approx(ordered[int(share * len(ordered))], rel=0.006)
    assert not many._exact
    together = Tally()
    for half in halves:
        half.close_batch()
        together.merge(half)
    assert together.quantile(0.9) == many.quantile(0.9) and together.largest == many.largest == max(values)
    assert Tally().quantile(0.5) == 0.0
