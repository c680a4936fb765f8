"""Several replications to one answer: plain JSON, with how sure each mean is."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from bihuan.bpmn.simulate.intervals import interval
from bihuan.bpmn.simulate.outcome import CrewFigures, Outcome, PostFigures, Ratio, ratio
from bihuan.bpmn.simulate.plan import Plan
from bihuan.bpmn.simulate.tallies import Tally

Answer = dict[str, object]


def report(plan: Plan, outcomes: Sequence[Outcome]) -> Answer:
    """The document of `bihuan chart simulate`, without seed and time taken. Seconds, unless it says otherwise."""
    first = outcomes[0]
    return {
        "cases": sum(one.cases for one in outcomes),
        "replications": len(outcomes),
        "span": sum(one.span for one in outcomes) / len(outcomes),
        "measures": {name: _spread([one.measures[name] for one in outcomes]) for name in first.measures},
        "in_progress": _level([one.in_progress for one in outcomes]),
        "per_node": {key: _node([one.posts[key] for one in outcomes]) for key in first.posts},
        "per_pool": {key: _pool(key, outcomes) for key in first.crews},
        "ends": dict(sorted(_counted(outcomes, lambda one: one.ends).items())),
        "incidents": [
            {"element": node, "code": code, "cases": cases}
            for (node, code), cases in sorted(_counted(outcomes, lambda one: one.incidents).items())
        ],
        "abandoned": sum(one.abandoned for one in outcomes),
        "unfinished": sum(one.unfinished for one in outcomes),
        "assumptions": [
            {"kind": one.kind, "elements": list(one.elements), "message": one.message} for one in plan.assumptions
        ],
    }


_What = TypeVar("_What")


def _counted(outcomes: Sequence[Outcome], part: Callable[[Outcome], Counter[_What]]) -> Counter[_What]:
    found: Counter[_What] = Counter()
    for one in outcomes:
        found += part(one)
    return found


def _means(runs: Sequence[Sequence[Ratio]]) -> list[float]:
    """The values that an interval is made from: one for each run, or one for each batch of a single run."""
    if len(runs) > 1:
        return [ratio(list(run)) for run in runs if any(length for _, length in run)]
    return [amount / length for amount, length in runs[0] if length]


def _level(runs: Sequence[Sequence[Ratio]]) -> Answer:
    mean = ratio([batch for run in runs for batch in run])
    return {"mean": mean, "ci95": interval(_means(runs), mean)}


def _spread(tallies: Sequence[Tally]) -> Answer:
    """Mean with interval, quantiles over all runs together, and the largest."""
    runs = [[(total, count) for count, total in tally.batches] for tally in tallies]
    mean = ratio([batch for run in runs for batch in run])
    together = _together(tallies)
    return {
        "mean": mean,
        "p50": together.quantile(0.5),
        "p90": together.quantile(0.9),
        "max": together.largest,
        "ci95": interval(_means(runs), mean),
    }


def _together(tallies: Sequence[Tally]) -> Tally:
    found = Tally()
    for one in tallies:
        found.merge(one)
    return found


def _node(figures: Sequence[PostFigures]) -> Answer:
    first = figures[0]
    due, breached = sum(one.due for one in figures), sum(one.breached for one in figures)
    answer: Answer = {
        "name": first.name,
        "pool": first.pool,
        "count": sum(int(count) for one in figures for count, _ in one.efforts.batches),
        "waiting": _spread([one.waits for one in figures]),
        "waiting_open": _spread([one.waits_open for one in figures]),
        "working": _spread([one.efforts for one in figures]),
        "queue": _level([one.queue for one in figures]),
        "abandoned": sum(one.abandoned for one in figures),
    }
    if due:
        shares = [one.breached / one.due for one in figures if one.due]
        share = breached / due
        answer["deadline"] = {"counted": due, "breached": breached, "share": share, "ci95": interval(shares, share)}
    return answer


def _pool(key: str, outcomes: Sequence[Outcome]) -> Answer:
    figures: list[CrewFigures] = [one.crews[key] for one in outcomes]
    hours = sum(busy for one in figures for busy, _ in one.busy) / 3600.0 / len(figures)
    watched = [one.watched[key] for one in outcomes if one.watched.get(key)]
    return {
        "size": figures[0].size,
        "utilisation": _level([one.busy for one in figures]),
        "queue": {**_level([one.queue for one in figures]), "max": max(one.longest for one in figures)},
        "waiting": _spread([_of_all(one, key) for one in outcomes]),
        "busy_hours": hours,
        "cost": hours * figures[0].cost_per_hour,
        **({"watched": over_time(watched)} if watched else {}),
    }


def over_time(runs: Sequence[Sequence[float]]) -> Answer:
    """At each instant: the mean over the runs, and the band in which 95 of 100 single runs lie, read off the runs."""
    mean, low, high = [], [], []
    for number in range(max(len(run) for run in runs)):
        values = sorted(run[number] for run in runs if number < len(run))
        edge = int(0.025 * len(values))
        mean.append(sum(values) / len(values))
        low.append(values[edge])
        high.append(values[-1 - edge])
    return {"mean": mean, "low": low, "high": high}


def _of_all(outcome: Outcome, pool: str) -> Tally:
    """Waiting before any task of a pool, batch by batch."""
    tallies = [post.waits for post in outcome.posts.values() if post.pool == pool]
    found = _together(tallies)
    batches = zip(*(one.batches for one in tallies), strict=True)
    found.batches = [(sum(count for count, _ in batch), sum(total for _, total in batch)) for batch in batches]
    return found
