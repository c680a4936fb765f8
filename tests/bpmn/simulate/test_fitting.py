"""A scenario fitted to a log: the log's own truth is the oracle, and a month that was kept back."""

import csv
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import fmean

import pytest

from bihuan.bpmn import load_chart
from bihuan.bpmn.simulate import Entry, Outcome, Piece, Plan, Rehearsal, fit, prepare, read_scenario, rehearse
from bihuan.bpmn.simulate.fitting import distribution_of
from bihuan.bpmn.simulate.intervals import interval
from bihuan.bpmn.simulate.outcome import ratio
from bihuan.worktime import Calendar
from tests.bpmn.building import flows, process, public_data

DAYS = ("mon", "tue", "wed", "thu", "fri")
HOURS = {"timezone": "Asia/Shanghai", "week": {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in DAYS}}
FIRST = datetime(2026, 3, 1, 16, tzinfo=UTC)
"""Monday, midnight in Shanghai."""
SOURCE = process(
    "".join(f'<userTask id="{name}" bihuan:role="{role}"/>' for name, role in (
        ("intake", "agent"), ("look", "engineer"), ("bill", "agent"), ("repair", "engineer"), ("call", "agent")))
    + '<startEvent id="a"/><inclusiveGateway id="i" default="i_look"/><inclusiveGateway id="j"/>'
    '<exclusiveGateway id="m"/><exclusiveGateway id="g"/><endEvent id="z"/><endEvent id="none"/>'
    '<exclusiveGateway id="known"/>'
    '<sequenceFlow id="i_look" sourceRef="i" targetRef="look"/>'
    + flows("a>intake", "intake>known", "known>none", "known>i", "i>bill:true", "i>m:true", "look>j", "bill>j", "m>repair")
    + flows("repair>g", "g>m", "g>j", "j>call", "call>z")
)  # fmt: skip
BRANCHES = {
    "known": {"known_none": 0.3, "known_i": 0.7},
    "i": {"i_bill": 0.4, "i_m": 0.6},
    "g": {"g_m": 0.25, "g_j": 0.75},
}
MEANS = {"intake": 900, "look": 600, "bill": 1200, "repair": 3000, "call": 500}
TRUTH: dict[str, object] = {
    "start": FIRST.isoformat(),
    "calendar": HOURS,
    "arrivals": {"kind": "poisson", "per_hour": 4},
    "pools": {"agent": {"size": 3}, "engineer": {"size": 4}},
    "nodes": {name: {"duration": {"kind": "lognormal", "mean": mean, "cv": 0.9}} for name, mean in MEANS.items()},
    "branches": BRANCHES,
    "warm_up": 0,
}


def _pieces(plan: Plan, cases: int, seed: int) -> list[Piece]:
    rows: list[Entry] = []
    Rehearsal(plan, seed=seed, replication=0, cases=cases, warm_up=0, write=rows.append).run()

    def instant(seconds: float) -> datetime:
        return FIRST + timedelta(milliseconds=round(seconds * 1_000))

    return [
        Piece(str(row.case), row.element, row.resource, instant(row.enabled), instant(row.start), instant(row.end))
        for row in rows
    ]


@pytest.fixture(scope="module")
def log() -> list[Piece]:
    """Some four months."""
    return _pieces(prepare(load_chart(SOURCE), read_scenario(TRUTH)), 2_700, 1)


def _by_case(pieces: Sequence[Piece]) -> dict[str, list[Piece]]:
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.case, []).append(piece)
    return found


def test_ways_people_and_arrivals_come_back(log: list[Piece]) -> None:
    calendar = Calendar.from_dict(HOURS)
    found = fit(load_chart(SOURCE), log, calendar)
    ways = found["branches"]
    assert isinstance(ways, dict)
    assert ways.keys() == BRANCHES.keys()
    for split, shares in BRANCHES.items():
        for flow, share in shares.items():
            assert ways[split][flow] == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / 1_500)), flow
    assert ways["i"]["i_look"] == pytest.approx(0.6 * 0.4, abs=0.05)
    assert found["pools"] == {"agent": {"size": 3}, "engineer": {"size": 4}}
    plan = prepare(load_chart(SOURCE), read_scenario(found))
    assert plan.assumptions == []
    for name, mean in MEANS.items():
        duration = plan.tasks[name].duration
        assert duration is not None and duration.mean == pytest.approx(mean, rel=0.1)
    rates = plan.scenario.arrivals.rates
    assert [round(sum(day)) for day in rates[5:]] == [0, 0]
    assert sum(map(sum, rates)) == pytest.approx(40 * 4, rel=0.08)
    assert rates[0][12] == rates[3][8] == rates[4][18] == 0.0


@pytest.mark.correctness(96)
def test_a_month_that_was_kept_back(log: list[Piece]) -> None:
    """Fitted to the first three months, the rehearsal foretells what the fourth was like."""
    calendar = Calendar.from_dict(HOURS)
    cases = _by_case(log)
    border = FIRST + timedelta(weeks=12)
    earlier = [piece for case in cases.values() if case[0].enabled < border for piece in case]
    later = [case for case in cases.values() if case[0].enabled >= border]
    assert 500 < len(later) < 1_000
    scenario = {**fit(load_chart(SOURCE), earlier, calendar), "warm_up": 200}
    plan = prepare(load_chart(SOURCE), read_scenario(scenario))
    runs = [rehearse(plan, seed=3, replication=number, cases=len(later)) for number in range(30)]
    cycle = fmean((max(one.end for one in case) - case[0].enabled).total_seconds() for case in later)
    worked = fmean(sum(float(calendar.between(one.start, one.end)) for one in case) for case in later)
    for name, real in (("cycle_time", cycle), ("working_time", worked)):
        means = sorted(_mean(one, name) for one in runs)
        assert means[0] < real < means[-1], f"{name}: {real}, rehearsed {means[0]} … {means[-1]}"
        sure = interval(means)
        assert sure is not None and sure[0] == pytest.approx(real, rel=0.25)


def _mean(outcome: Outcome, name: str) -> float:
    return ratio([(total, count) for count, total in outcome.measures[name].batches])


def test_distributions() -> None:
    assert distribution_of([5.0]) == {"kind": "lognormal", "mu": round(math.log(5), 6), "sigma": 0.0}
    few = distribution_of([60.0, 90.0, 135.0])
    assert few == {
        "kind": "lognormal",
        "mu": pytest.approx(math.log(90), abs=1e-6),
        "sigma": pytest.approx(math.log(1.5), abs=1e-6),
    }
    assert distribution_of([0.0, 3.0]) == {"kind": "empirical", "values": [0.0, 3.0]}
    many = distribution_of([float(n) for n in range(1_000)])
    assert isinstance(many["values"], list) and len(many["values"]) == 200
    assert fmean(many["values"]) == pytest.approx(499.5)
    with pytest.raises(ValueError, match="nothing that the chart knows"):
        fit(load_chart(SOURCE), [])


def _follows(cases: Sequence[Sequence[Piece]]) -> bytes:
    """A chart in which everything follows that has ever followed."""
    pairs = {("start", case[0].element) for case in cases} | {(case[-1].element, "end") for case in cases}
    pairs |= {(one.element, other.element) for case in cases for one, other in zip(case, case[1:], strict=False)}
    tasks = sorted({one.element for case in cases for one in case})
    body = '<startEvent id="start"/><endEvent id="end"/><exclusiveGateway id="g_start"/>'
    body += "".join(f'<serviceTask id="{one}"/><exclusiveGateway id="g_{one}"/>' for one in tasks)
    body += "".join(f'<exclusiveGateway id="m_{one}"/>' for one in tasks)
    arrows = [f"{one}>g_{one}" for one in ("start", *tasks)] + [f"m_{one}>{one}" for one in tasks]
    arrows += [f"g_{one}>{'end' if other == 'end' else 'm_' + other}" for one, other in sorted(pairs)]
    return process(body + flows(*arrows))


def _real_log() -> list[list[Piece]]:
    """A help desk's log that only knows when something was done: each step takes the time since the one before."""
    path = public_data("logs") / "helpdesk_tax2017.csv"
    cases: dict[str, list[Piece]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            case = cases.setdefault(row["CaseID"], [])
            end = datetime.fromisoformat(row["CompleteTimestamp"]).replace(tzinfo=UTC)
            begin = case[-1].end if case else end
            case.append(Piece(row["CaseID"], f"t{row['ActivityID']}", "", begin, begin, end))
    return list(cases.values())


@pytest.mark.correctness(96)
def test_a_month_of_a_real_log_that_was_kept_back() -> None:
    """Fitted to half a year of a help desk, thirty rehearsed months hold the month that came after."""
    cases = _real_log()
    first, border, last = (datetime(2012, month, 1, tzinfo=UTC) for month in (1, 7, 8))
    earlier = [case for case in cases if first <= case[0].enabled < border]
    later = [case for case in cases if border <= case[0].enabled < last]
    assert (len(earlier), len(later)) == (980, 214)
    chart = load_chart(_follows(earlier))
    plan = prepare(chart, read_scenario({**fit(chart, [one for case in earlier for one in case]), "warm_up": 50}))
    assert plan.assumptions == []
    runs = [rehearse(plan, seed=8, replication=number, cases=len(later)) for number in range(30)]
    steps = [sum(count for post in one.posts.values() for count, _ in post.efforts.batches) / one.cases for one in runs]
    days = [_mean(one, "cycle_time") / 86_400 for one in runs]
    pace = [one.span / one.cases / 86_400 for one in runs]
    real_days = fmean((case[-1].end - case[0].enabled).total_seconds() for case in later) / 86_400
    assert min(days) < real_days < max(days)
    assert fmean(steps) == pytest.approx(fmean(map(len, later)), rel=0.1)
    assert fmean(days) == pytest.approx(real_days, rel=0.15)
    assert fmean(pace) == pytest.approx((border - first).days / len(earlier), rel=0.05)
    assert max(days) - min(days) < real_days, "so wide that it would hold anything"
