"""Outcomes of the replications as figures for people: plain JSON, seconds as hours, shares from 0 to 1."""

from collections.abc import Iterable, Sequence
from statistics import fmean

from bihuan.bpmn.simulate import Outcome, Plan
from bihuan.bpmn.simulate.outcome import PostFigures, Ratio, ratio
from bihuan.bpmn.simulate.report import over_time
from bihuan.bpmn.simulate.tallies import Tally
from bihuan.studio.rehearsing.figures import Figure, figure, share

HOUR = 3600.0
_A_DAY = 24
"""Looks at the queues a day."""


def within(outcome: Outcome, hours: float, cases: int) -> float:
    """The share of all counted issues that were dealt with in so many working hours; what was lost was not."""
    return outcome.measures["open_time"].within(hours * HOUR) / cases


def measured(plan: Plan, outcomes: Sequence[Outcome], hours: float, cases: int) -> dict[str, object]:
    """Everything that is shown of a scenario. `hours`: the goal's limit; `cases`: counted in each replication."""
    return {
        "measures": {key: one.to_json() for key, one in _measures(outcomes, hours, cases).items()},
        "nodes": {key: _node([one.posts[key] for one in outcomes]) for key in outcomes[0].posts},
        "teams": {key: _team(key, outcomes) for key in outcomes[0].crews},
        "unfinished": sum(one.unfinished for one in outcomes),
        "stuck": _stuck(outcomes),
        "assumed": [{"kind": one.kind, "elements": list(one.elements)} for one in plan.assumptions],
    }


def _measures(outcomes: Sequence[Outcome], hours: float, cases: int) -> dict[str, Figure]:
    spans = [one.measures["open_time"] for one in outcomes]
    waited = [_mean(one.measures["waiting_time_open"]) for one in outcomes]
    worked = [_mean(one.measures["working_time"]) for one in outcomes]
    return {
        "within": share([within(one, hours, cases) for one in outcomes]),
        "p50": figure([span.quantile(0.5) / HOUR for span in spans], least=0.0),
        "p90": figure([span.quantile(0.9) / HOUR for span in spans], least=0.0),
        "waiting": figure([one / HOUR for one in waited], least=0.0),
        "working": figure([one / HOUR for one in worked], least=0.0),
        "waiting_share": share([wait / (wait + work or 1.0) for wait, work in zip(waited, worked, strict=True)]),
        "rework": share([_mean(one.measures["rework"]) for one in outcomes]),
    }


def _mean(tally: Tally) -> float:
    return ratio([(total, count) for count, total in tally.batches])


def _sums(tallies: Iterable[Tally]) -> tuple[float, float]:
    """How many, and their sum."""
    batches = [batch for one in tallies for batch in one.batches]
    return sum(count for count, _ in batches), sum(total for _, total in batches)


def _node(figures: Sequence[PostFigures]) -> dict[str, object]:
    """Waiting in open hours and work, each time that the step was done."""
    count, waited = _sums(one.waits_open for one in figures)
    _, worked = _sums(one.efforts for one in figures)
    due = [one.breached / one.due for one in figures if one.due]
    return {
        "name": figures[0].name,
        "team": figures[0].pool,
        "count": count,
        "waiting": waited / count / HOUR if count else 0.0,
        "working": worked / count / HOUR if count else 0.0,
        "queue": fmean([ratio(one.queue) for one in figures]),
        "breach": share(due).to_json() if due and len(due) == len(figures) else None,
    }


def _team(key: str, outcomes: Sequence[Outcome]) -> dict[str, object]:
    """`load`: work that comes in, of what can be done; above 1 the queue grows as long as it goes on."""
    crews = [one.crews[key] for one in outcomes]
    work = [_sums(post.efforts for post in one.posts.values() if post.pool == key)[1] for one in outcomes]
    can = [_capacity(crew.busy) for crew in crews]
    runs = [_by_day(one.watched.get(key, [])) for one in outcomes]
    return {
        "seats": crews[0].size,
        "used": share([ratio(crew.busy) for crew in crews]).to_json(),
        "load": fmean([done / room if room else 0.0 for done, room in zip(work, can, strict=True)]),
        "queue": fmean([ratio(crew.queue) for crew in crews]),
        "days": over_time(runs) if any(runs) else None,
    }


def _capacity(busy: Sequence[Ratio]) -> float:
    return sum(room for _, room in busy)


def _by_day(looks: Sequence[int]) -> list[float]:
    """The mean of each day's looks."""
    days = [looks[n : n + _A_DAY] for n in range(0, len(looks), _A_DAY)]
    return [sum(day) / len(day) for day in days]


def _stuck(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """Where the engine could not lead issues on."""
    found: dict[tuple[str, str], int] = {}
    for one in outcomes:
        for place, cases in one.incidents.items():
            found[place] = found.get(place, 0) + cases
    return [{"element": node, "code": code, "cases": cases} for (node, code), cases in sorted(found.items())]
