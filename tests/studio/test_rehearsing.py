"""The pure part of rehearsals: history to assumptions, typed numbers, the search for people, scenarios side by side."""

import json
import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import fmean

import pytest

from bihuan.bpmn import Chart, load_chart
from bihuan.flows import gallery
from bihuan.flows.charts import compile_package
from bihuan.studio.rehearsing.assumptions import Arrivals, Assumptions, Goal, Origin, Step, Team, read_assumptions
from bihuan.studio.rehearsing.comparing import compared
from bihuan.studio.rehearsing.edits import BadPeriod, Choices, NoNumber, adopted, covers, edited, shown
from bihuan.studio.rehearsing.figures import difference, figure, read_figure, share
from bihuan.studio.rehearsing.fitting import Facts, Run, Worked, fitted
from bihuan.studio.rehearsing.job import Job, Message, running
from bihuan.studio.rehearsing.scenario import expected, scenario_of, workdays
from bihuan.studio.rehearsing.staffing import Search, verdict
from bihuan.worktime import Calendar
from tests.bpmn.building import flows, process

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {"timezone": "Asia/Shanghai", "week": {day: [["09:00", "12:00"], ["13:00", "18:00"]] for day in DAYS[:5]}}
ALWAYS = {"timezone": "UTC", "week": {day: [["00:00", "24:00"]] for day in DAYS}}
CALENDARS = {"default": OFFICE, "always": ALWAYS}
ONE = load_chart(
    process(
        '<startEvent id="a"/><userTask id="work" bihuan:role="agent"/><endEvent id="z"/>' + flows("a>work", "work>z")
    )
)
NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
HAND = Origin("hand")


def t01() -> Chart:
    package = gallery.package("T01")
    return compile_package(package.chart, package.decisions)


def fit(chart: Chart, facts: Facts) -> Assumptions:
    return fitted(chart, facts, Calendar.from_dict(OFFICE), "default", FIRST, LAST)


def empty() -> Facts:
    return Facts(since=NOW - timedelta(days=90), now=NOW)


# History


def test_without_history_every_number_says_so() -> None:
    found = fit(t01(), empty())
    origins = [
        one.origin.kind for part in (found.steps, found.splits, found.waits, found.teams) for one in part.values()
    ]
    assert set(origins) == {"default"} and found.arrivals.origin.kind == "default" and found.back is None
    assert found.steps["register"].minutes == 5 and found.steps["analyse"].minutes == 120, "a quarter of the limit"
    assert found.splits["owner_decides"].shares["reject_o"] == 0.05, "going back is rare"
    for split in found.splits.values():
        assert math.isclose(sum(split.shares.values()), 1.0)
    assert found.goal.until == "inform", "what comes before the status resolved"
    assert found.goal.role in found.teams


def test_history_gives_arrivals_work_shares_waits_and_people() -> None:
    zone = Calendar.from_dict(OFFICE).zone
    began = [
        datetime(2026, 10, 5, 10, tzinfo=zone) + timedelta(days=7 * week, hours=n)
        for week in range(7)
        for n in range(3)
    ]
    started = [datetime(2026, 10, 5 + n % 5, 9, tzinfo=zone) for n in range(10)]
    # Sixty working minutes over lunch, of which twenty were paused.
    worked = [
        Worked("analyse", 1 + n % 2, at.replace(hour=11, minute=30), at.replace(hour=13, minute=30),
               ((at.replace(hour=11, minute=40), at.replace(hour=12)),))
        for n, at in enumerate(started)
    ]  # fmt: skip
    facts = replace(
        empty(),
        runs=[Run(at, None, None) for at in began],
        worked=worked,
        taken={"approve_o": 8, "reject_o": 2, "f11": 6, "f12": 2, "f10": 8, "f25": 10},
        skipped={"support_execute": 6},
        opened={"support_execute": 6, "analyse": 10},
        waits={"customer_wrote": [3600.0] * 3 + [7200.0] * 3},
        teams={"engineer": 4},
    )
    found = fit(t01(), facts)
    days = (NOW - began[0]) / timedelta(days=1)
    assert found.arrivals.per_week == round(21 * 7 / days, 2) and found.arrivals.origin == Origin(
        "history", 21, round(days)
    )
    assert [sum(row) for row in found.arrivals.week] == pytest.approx([1, 0, 0, 0, 0, 0, 0], abs=1e-5)
    assert found.steps["analyse"].minutes == 40 and found.steps["analyse"].origin.seen == 10
    assert found.steps["plan"].origin.kind == "default"
    assert found.splits["owner_decides"].shares == {"approve_o": 0.8, "reject_o": 0.2, "escalate_o": 0.0}
    assert found.waits["customer_wrote"].hours == 1.5 and found.waits["customer_wrote"].chance == 0.75
    crowd = found.crowds["support_departments"]
    assert (crowd.chance, crowd.number) == (0.4, 1.5)
    assert found.teams["engineer"].people == 4 and found.teams["engineer"].origin.kind == "staff"
    assert found.teams["head"].people == 1 and found.teams["head"].origin.kind == "default"


def test_people_who_hold_several_at_once() -> None:
    """Three pieces of work in the same hour, then one alone: two on average while there was any."""
    hour = datetime(2026, 11, 2, 2, tzinfo=UTC)
    spans = [(0, 60), (0, 60), (0, 60), (120, 180)] * 2
    worked = [
        Worked("analyse", n // 4, hour + timedelta(minutes=begin), hour + timedelta(minutes=end))
        for n, (begin, end) in enumerate(spans)
    ]
    assert fit(t01(), replace(empty(), worked=worked)).teams["engineer"].at_once == 2


def test_the_last_period_that_is_over_is_looked_back_on() -> None:
    """Forty issues a day apart, of which the last are open; those before the period only fill the system."""
    calendar = Calendar.from_dict(OFFICE)
    runs = []
    for n in range(120):
        began = NOW - timedelta(days=14) - timedelta(hours=6 * (n + 1))
        runs.append(Run(began, calendar.add(began, 3600 * (1 + n % 10)), None))
    back = fit(t01(), replace(empty(), runs=runs)).back
    assert back is not None
    assert back.p90_hours == pytest.approx(9.0) and back.ended == 120 and back.lead == 0
    open_ones = [replace(run, ended=None) if n % 5 == 0 else run for n, run in enumerate(runs)]
    back = fit(t01(), replace(empty(), runs=open_ones)).back
    assert back is not None and back.p90_hours is None and back.ended == 96, "a fifth is open: nobody knows"
    assert fit(t01(), replace(empty(), runs=runs[:29])).back is None


def test_assumptions_are_kept_as_json() -> None:
    found = fit(t01(), empty())
    assert read_assumptions(json.loads(json.dumps(found.to_json()))) == found


# Scenario


def test_a_holiday_is_no_workday_and_fewer_come_when_they_come_in_working_hours() -> None:
    plain = Calendar.from_dict(OFFICE)
    festive = Calendar.from_dict({**OFFICE, "holidays": ["2026-12-07", "2026-12-08"]})
    found = fit(t01(), empty())
    assert workdays(found, plain) == 23 and workdays(found, festive) == 21
    assert expected(found, plain, FIRST, 31) == 230 and expected(found, festive, FIRST, 31) == 210


def test_a_scenario_says_what_was_assumed_and_leaves_out_what_is_gone() -> None:
    found = fit(t01(), empty())
    found = replace(found, steps={**found.steps, "gone": Step(5, (), HAND)})
    made = scenario_of(t01(), found, CALENDARS, cases=50, sizes={"engineer": 7})
    assert made["milestone"] == "inform" and made["start"] == "2026-11-17T00:00:00+08:00"
    nodes, pools = made["nodes"], made["pools"]
    assert isinstance(nodes, Mapping) and isinstance(pools, Mapping)
    assert "gone" not in nodes and pools["engineer"]["size"] == 7 and pools["agent"]["size"] == 1
    assert made["watch"] == {"from": "2026-12-01T00:00:00+08:00", "every": 3600, "times": 744}


def test_leave_takes_people_away() -> None:
    found = fit(t01(), empty())
    away = ("2026-12-01T00:00:00+08:00", "2026-12-11T00:00:00+08:00")
    team = replace(found.teams["engineer"], people=3, leave=(away,), count_leave=True)
    made = scenario_of(t01(), replace(found, teams={**found.teams, "engineer": team}), CALENDARS, cases=50, sizes={})
    assert isinstance(made["pools"], Mapping)
    assert made["pools"]["engineer"]["people"] == [{"leave": [{"from": away[0], "to": away[1]}]}, {}, {}]
    without = replace(team, count_leave=False)
    made = scenario_of(t01(), replace(found, teams={**found.teams, "engineer": without}), CALENDARS, cases=50, sizes={})
    assert isinstance(made["pools"], Mapping) and "people" not in made["pools"]["engineer"]


# Typed numbers

CHOICES = Choices(frozenset({"agent", "engineer"}), frozenset({"inform", "archive"}), frozenset({"default", "24x7"}))


def test_what_was_typed_says_so_and_the_rest_stays() -> None:
    before = fit(t01(), empty())
    found = edited(
        before,
        {
            "arrivals": "１20",
            "step:analyse": "90",
            "step:plan": shown(before.steps["plan"].minutes),
            "people:agent": "4",
            "once:agent": shown(before.teams["agent"].at_once),
            "hours:agent": "24x7",
            "hours:head": "nonsense",
            "share:owner_decides:reject_o": "20",
            "share:owner_decides:approve_o": "80",
            "share:owner_decides:escalate_o": "0",
            "wait:customer_wrote": "2.5",
            "some:support_departments": "30",
            "goal_share": "95",
            "goal_hours": "16",
            "goal_role": "agent",
            "goal_until": "archive",
            "first": "2026-12-07",
            "last": "2026-12-13",
        },
        CHOICES,
    )
    assert found.arrivals.per_week == 120 and found.arrivals.origin.kind == "hand"
    assert found.steps["analyse"] == Step(90.0, (), HAND) and found.steps["plan"] == before.steps["plan"]
    assert found.teams["agent"].people == 4 and found.teams["agent"].hours == "24x7" and found.teams["head"].hours == ""
    assert found.teams["agent"].at_once_origin == before.teams["agent"].at_once_origin
    assert found.splits["owner_decides"].shares == {"approve_o": 0.8, "reject_o": 0.2, "escalate_o": 0.0}
    assert found.waits["customer_wrote"].hours == 2.5 and found.crowds["support_departments"].chance == 0.3
    assert found.goal == Goal(0.95, 16.0, "agent", "archive")
    assert (found.first, found.last) == (date(2026, 12, 7), date(2026, 12, 13))
    assert not found.as_seen() and before.as_seen()
    assert edited(before, {}, CHOICES) == before


@pytest.mark.parametrize("typed", ["", "-1", "abc", "nan", "inf", "1e9", "十", "9" * 10_000, "<script>", "‮1", "0"])
def test_what_is_no_number_is_refused_by_its_field(typed: str) -> None:
    with pytest.raises(NoNumber) as refused:
        edited(fit(t01(), empty()), {"people:agent": typed}, CHOICES)
    assert refused.value.field == "people:agent"


@pytest.mark.parametrize("last", ["", "2026-11-30", "2028-01-01", "31.12.2026", "x" * 10_000])
def test_a_period_is_at_most_a_year(last: str) -> None:
    with pytest.raises(BadPeriod):
        edited(fit(t01(), empty()), {"last": last}, CHOICES)


def test_a_changed_chart_gets_what_it_lacks() -> None:
    whole = fit(t01(), empty())
    some = replace(
        whole,
        steps={key: replace(one, minutes=1.0) for key, one in whole.steps.items() if key != "plan"},
        splits={**whole.splits, "owner_decides": replace(whole.splits["owner_decides"], shares={"gone": 1.0})},
        goal=replace(whole.goal, role="nobody"),
    )
    assert covers(whole, t01()) and not covers(some, t01())
    found = adopted(whole, some)
    assert covers(found, t01()) and found.steps["plan"] == whole.steps["plan"] and found.steps["sync"].minutes == 1.0
    assert found.splits["owner_decides"] == whole.splits["owner_decides"] and found.goal.role == whole.goal.role


# How many people


@pytest.mark.parametrize("now", [1, 3, 8, 20, 40])
@pytest.mark.parametrize("need", [1, 2, 9, 30])
def test_the_search_finds_the_smallest_number_that_is_enough(now: int, need: int) -> None:
    """Against looking at every number; each is tried once."""
    shares = {people: min(0.99, 0.9 + 0.02 * (people - need) + 0.011) for people in range(1, 600)}

    def give(people: int) -> list[float]:
        return [shares[people] - 0.01, shares[people], shares[people] + 0.01] * 4

    search = Search("agent", now, 0.9, share(give(now)))
    asked = []
    for people in search.run():
        asked.append(people)
        search.tried[people] = share(give(people))
    brute = next(people for people in shares if verdict(share(give(people)), 0.9) == "enough")
    reachable = brute <= max(now, now * 3 + 10)
    assert search.need == (brute if reachable else None)
    assert len(asked) == len(set(asked)) <= 11 and now not in asked
    if reachable:
        assert {brute + 1, max(1, brute - 1)} <= search.tried.keys()


def test_no_number_of_people_helps() -> None:
    search = Search("agent", 5, 0.9, share([0.5, 0.51]))
    for people in search.run():
        search.tried[people] = share([0.6, 0.61])
    assert search.need is None and set(search.tried) == {5, 6, 25}


def test_an_interval_that_holds_the_goal_says_nothing() -> None:
    assert verdict(share([0.86, 0.94]), 0.9) == "unsure" and verdict(share([0.95]), 0.9) == "unsure"
    assert verdict(share([0.95, 0.951, 0.949]), 0.9) == "enough" and verdict(share([0.8, 0.81]), 0.9) == "short"


def _erlang_c(servers: int, load: float) -> float:
    """The probability of waiting in M/M/c."""
    top = load**servers / math.factorial(servers) * servers / (servers - load)
    return top / (sum(load**n / math.factorial(n) for n in range(servers)) + top)


def _within(servers: int, arrivals: float, service: float, limit: float) -> float:
    """P(waiting and work take at most `limit`) in M/M/c; rates by the hour."""
    load = arrivals / service
    if load >= servers:
        return 0.0
    wait, rest = _erlang_c(servers, load), servers * service - arrivals
    late = (1 + wait * service / (rest - service)) * math.exp(-service * limit)
    return 1 - (late - wait * service / (rest - service) * math.exp(-rest * limit))


def jobs(
    assumptions: Assumptions, *, chart: Chart = ONE, cases: int = 1_000, replications: int = 12
) -> Iterator[Message]:
    return running(Job(chart, assumptions, {"always": ALWAYS}, cases, replications, 5))


def queueing(people: int, *, per_hour: float = 5.2, share_goal: float = 0.9, hours: float = 2.0) -> Assumptions:
    """Poisson arrivals round the clock and work without memory, an hour on average."""
    points = tuple(-math.log(1 - (n + 0.5) / 400) for n in range(400))
    shape = tuple(point / fmean(points) for point in points)
    return Assumptions(
        first=FIRST,
        last=LAST,
        calendar="always",
        arrivals=Arrivals(per_hour * 24 * 7, (), HAND),
        steps={"work": Step(60.0, shape, HAND)},
        teams={"agent": Team(people, 1, "", (), False, HAND, HAND)},
        splits={},
        waits={},
        crowds={},
        goal=Goal(share_goal, hours, "agent", ""),
    )


def results_of(messages: Iterator[Message]) -> Mapping[str, object]:
    found = list(messages)
    shares = [float(str(one["progress"])) for one in found if "progress" in one]
    assert shares == sorted(shares) and shares[-1] <= 1.0
    results = found[-1]["results"]
    assert isinstance(results, Mapping)
    return results


@pytest.mark.parametrize("goal", [0.8, 0.84])
def test_the_number_of_people_is_that_of_queueing_theory(goal: float) -> None:
    """Erlang C knows which number is enough; a number that the interval cannot tell may come before it."""
    truth = next(people for people in range(1, 40) if _within(people, 5.2, 1.0, 2.0) >= goal)
    results = results_of(jobs(queueing(6, share_goal=goal)))
    answer = results["answer"]
    assert isinstance(answer, Mapping)
    tried = {int(one["people"]): one for one in answer["tried"]}
    for people, one in tried.items():
        closed = _within(people, 5.2, 1.0, 2.0)
        if closed > 0.0 and len(one["runs"]) == 12:
            assert one["mean"] == pytest.approx(closed, abs=0.05), people
    need = int(answer["need"])
    assert need in (truth, truth + 1)
    if need == truth + 1:
        assert tried[truth]["verdict"] == "unsure"


def test_more_work_than_people_is_said_as_load() -> None:
    results = results_of(jobs(queueing(3, share_goal=0.5), cases=400, replications=4))
    teams = results["teams"]
    assert isinstance(teams, Mapping)
    assert teams["agent"]["load"] == pytest.approx(5.2 / 3, rel=0.1)
    queue = teams["agent"]["days"]["mean"]
    assert queue[2] - queue[0] == pytest.approx(2 * 24 * (5.2 - 3), rel=0.25), "what nobody can do stays, day by day"


def test_the_same_seed_gives_the_same_answer_and_another_scenario_the_same_issues() -> None:
    first, again = (results_of(jobs(queueing(8), cases=300, replications=12)) for _ in range(2))
    assert first == again
    other = results_of(jobs(queueing(9), cases=300, replications=12))
    here, there = (read_figure(one["measures"]["p90"]) for one in (first, other))  # type: ignore[index]
    assert here is not None and there is not None
    apart = difference(here, there)
    assert apart is not None and apart.low is not None and apart.high is not None and apart.high < 0
    strangers = difference(here, replace(there, runs=(*there.runs[1:], there.runs[0])))
    assert strangers is not None and strangers.low is not None and strangers.high is not None
    assert apart.high - apart.low < (strangers.high - strangers.low) / 2, "run by run is surer than runs mixed up"


def test_what_cannot_be_rehearsed_is_said() -> None:
    from bihuan.studio.rehearsing.job import carried_out

    told = list(carried_out({"chart": "", "decisions": {}, "assumptions": {}, "calendars": {}, "cases": 1, "replications": 1, "seed": 1}))  # fmt: skip
    assert len(told) == 1 and told[0]["failed"]


# Side by side


def test_a_difference_is_told_only_where_the_runs_can_tell() -> None:
    first = figure([10.0, 12.0, 11.0, 13.0])
    assert compared(first, figure([9.0, 11.1, 9.9, 12.0]), together=True).tell == "less"
    assert compared(first, figure([11.0, 13.1, 11.9, 14.0]), together=True).tell == "more"
    assert compared(first, figure([9.0, 13.0, 10.0, 14.0]), together=True).tell == "unclear"
    assert compared(first, first, together=True).tell == "same"
    assert compared(first, figure([1.0, 2.0]), together=True).tell == "apart", "other runs: nothing to subtract"
    assert compared(first, figure([9.0, 11.1, 9.9, 12.0]), together=False).tell == "apart"
    assert compared(first, None, together=True).tell == "missing"


def test_paired_differences_are_those_of_student() -> None:
    """By hand: differences 1, 2, 3; mean 2, standard error 1/√3, t(2) = 4.3027."""
    found = difference(figure([1.0, 1.0, 1.0]), figure([2.0, 3.0, 4.0]))
    assert found is not None and found.mean == 2.0
    assert found.low == pytest.approx(2 - 4.3027 / math.sqrt(3), abs=1e-3)


def test_a_share_stays_between_nought_and_one() -> None:
    noisy = random.Random(2)
    found = share([1.0 - 0.02 * noisy.random() ** 4 for _ in range(3)])
    assert found.high is not None and found.high <= 1.0 and read_figure(found.to_json()) == found
