"""The clocks of an issue into which others were merged. They are computed from its own start and from what each merged
issue brought, so that taking any of the merges back leaves what the others brought."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bihuan.core.rows import insert_rows, update_row
from bihuan.issues.models import Clock, Issue, IssueMerge
from bihuan.issues.operations.clocks import rows
from bihuan.issues.operations.work import Work
from bihuan.issues.queries.clocks import counted, facts_of, local_day, standing_since, terms_by_id, terms_in_force
from bihuan.issues.rules.clocks import NEXT, RESOLUTION, Terms, choose
from bihuan.issues.rules.merging import (
    ANSWERS,
    BROUGHT,
    Promise,
    Span,
    concern,
    earliest,
    from_document,
    strictest,
    to_document,
)

_WRITTEN = (*rows.WRITTEN, "started_at", "own_start", "shortened")


def open_clocks(issue_id: int) -> list[Clock]:
    """Those that run or stand, in the order in which they began."""
    return list(Clock.objects.filter(issue_id=issue_id, ended_at__isnull=True).order_by("started_at", "id"))


def _spans(row: Clock, now: datetime) -> list[Span]:
    """Its pauses; one that is open counts up to now."""
    return [
        (datetime.fromisoformat(start), datetime.fromisoformat(end) if end else now) for start, end, _why in row.pauses
    ]


def brought_by(clocks: Iterable[Clock], now: datetime) -> dict[str, Promise]:
    """What these clocks of an issue that is being merged bring along."""
    found: dict[str, Promise] = {}
    for row in clocks:
        if row.kind in BROUGHT:
            due = rows.due(counted(row), now)
            found[row.kind] = Promise(start=row.started_at, pauses=tuple(_spans(row, now)), due=due)
    return found


def documents(promises: Mapping[str, Promise]) -> dict[str, object]:
    """As a merge keeps them."""
    return {kind: to_document(promise) for kind, promise in promises.items()}


def join(row: Clock, terms: Terms, brought: Iterable[Promise], now: datetime) -> None:
    """Start, pauses and target of a clock as its own start and what was brought make them."""
    brought = list(brought)
    own_start = row.own_start or row.started_at
    own = [pause for pause in row.pauses if datetime.fromisoformat(pause[0]) >= own_start]
    start, spans = earliest(own_start, [], brought)
    row.started_at, row.own_start = start, own_start if start < own_start else None
    row.pauses = [*([begin.isoformat(), end.isoformat(), "merged"] for begin, end in spans), *own]
    row.shortened = 0
    row.target = terms.targets[row.kind]
    limit = strictest(brought)
    clock = replace(counted(row), pauses=_spans(row, now))
    if limit is not None and limit < rows.due(clock, now):
        row.shortened = row.target - round(clock.used(limit))
        row.target = rows.target_of(row, terms)
    rows.settle(row, terms, now)


def bring_in_line(work: Work, *, gone: IssueMerge | None = None) -> None:
    """Computes the open clocks of the work's issue from the merges that hold now, and what its row says of them. ``gone``:
    the merge that was just taken back; a clock that began for its sake alone is void."""
    issue, now = work.issue, work.now
    merges = IssueMerge.objects.filter(survivor_id=issue.pk, undone_at__isnull=True).order_by("id")
    brought = [_read(merge) for merge in merges]
    clocks = open_clocks(issue.pk)
    _answers_owed(issue, clocks, brought, now)
    for row in clocks:
        terms = terms_by_id(row.policy_id)
        if row.kind in BROUGHT and terms is not None and row.kind in terms.targets:
            there = [each for one in brought for each in concern(row.kind, one)]
            join(row, terms, there, now)
            if gone is not None and row.started_at == gone.at and not there:
                rows.end(row, status=issue.status, now=now, void=True)
            if row._state.adding:
                insert_rows([row])
            else:
                update_row(row, _WRITTEN)
    _note(work, clocks)


def _read(merge: IssueMerge) -> dict[str, Promise]:
    return {kind: from_document(document) for kind, document in merge.promises.items()}


def _answers_owed(issue: Issue, clocks: list[Clock], brought: list[dict[str, Promise]], now: datetime) -> None:
    """Somebody who was merged waits for an answer, and nobody who is left does: it is owed here from now on."""
    waiting = [promise for one in brought for promise in concern(NEXT, one)]
    if not waiting or any(row.kind in ANSWERS for row in clocks):
        return
    if Clock.objects.filter(
        issue_id=issue.pk, kind__in=ANSWERS, ended_at__gte=max(each.start for each in waiting)
    ).exists():
        return  # answered since
    policies = terms_in_force()
    terms = choose(policies, facts_of(issue, policies=policies, day=local_day(now))) if policies else None
    if terms is None or NEXT not in terms.targets:
        return
    cycle = max((row.cycle for row in clocks), default=1)
    clocks.append(rows.started(issue=issue, kind=NEXT, cycle=cycle, terms=terms, start=now))


def _note(work: Work, clocks: Iterable[Clock]) -> None:
    still_open = [row for row in clocks if row.ended_at is None]
    running = [row.due_at for row in still_open if not standing_since(row)]
    work.change(open_clocks=len(still_open), clock_due_at=min(running, default=None))
    solution = next((row for row in still_open if row.kind == RESOLUTION), None)
    if solution is not None:
        work.change(promised_at=solution.due_at)


def revive_answers(issue: Issue, *, ended: datetime, now: datetime) -> None:
    """Clocks for an answer that the merge made void count on; solutions do so by themselves. The time between, in which
    the survivor's clock stood for them, does not count twice."""
    for row in Clock.objects.filter(issue_id=issue.pk, kind__in=ANSWERS, ended_at=ended, verdict="void"):
        terms = terms_by_id(row.policy_id)
        if terms is not None:
            rows.revive(row, now)
            rows.settle(row, terms, now)
            update_row(row, rows.WRITTEN)
