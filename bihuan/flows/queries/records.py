"""The event log, and the facts from which the ledger of time is computed."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.flows.models import Instance, StepRecord, Wait, WorkItem

SUSPENDED = "suspended"
"""Why a step's clock stands while its whole instance does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderSpan:
    """One holder had a step from ``start`` to ``end`` (None: still)."""

    work_item_id: int
    node: str
    name: str
    name_en: str
    main: bool
    department_id: int | None
    user_id: int | None
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitSpan:
    """A token waited for the customer or a date; ``holder`` is ``customer``, ``department`` or ``nobody``."""

    node: str
    holder: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFacts:
    """All that happened to an instance's time. ``pauses`` are (start, end|None, work item id); ``suspended`` are the spans
    in which nothing of it moved."""

    started_at: datetime
    ended_at: datetime | None
    holders: tuple[HolderSpan, ...]
    waits: tuple[WaitSpan, ...]
    pauses: tuple[tuple[datetime, datetime | None, int], ...]
    suspended: tuple[tuple[datetime, datetime | None], ...] = ()


def event_log(*, instance_id: int) -> list[dict[str, object]]:
    """The engine's events in order, each with its stored step's revision, instant and actor."""
    return [
        {**event, "revision": record.revision, "at": record.at.isoformat(), "actor": record.actor_name}
        for record in StepRecord.objects.filter(instance_id=instance_id).order_by("revision")
        for event in record.events
    ]


def _spans(item: WorkItem) -> list[HolderSpan]:
    changes = [(datetime.fromisoformat(at), department, user) for at, department, user in item.holders]
    ends: list[datetime | None] = [change[0] for change in changes[1:]]
    ends.append(item.closed_at)
    return [
        HolderSpan(
            work_item_id=item.pk,
            node=item.node,
            name=item.name,
            name_en=item.name_en,
            main=item.element is None,
            department_id=department,
            user_id=user,
            start=start,
            end=end,
        )
        for (start, department, user), end in zip(changes, ends, strict=True)
    ]


def ledger_facts(*, instance: Instance) -> LedgerFacts:
    """Who had which step when, what was waited for, and when clocks stood; two queries."""
    items = list(WorkItem.objects.filter(instance=instance).order_by("opened_at", "id"))
    waits = Wait.objects.filter(instance=instance).exclude(holder="").order_by("opened_at", "id")
    pauses = [
        (datetime.fromisoformat(start), datetime.fromisoformat(end) if end else item.closed_at, item.pk)
        for item in items
        for start, end, *why in item.pauses
        if why != [SUSPENDED]
    ]
    return LedgerFacts(
        started_at=instance.started_at,
        ended_at=instance.ended_at,
        holders=tuple(span for item in items for span in _spans(item)),
        waits=tuple(WaitSpan(node=w.node, holder=w.holder, start=w.opened_at, end=w.closed_at) for w in waits),
        pauses=tuple(pauses),
        suspended=tuple(
            (datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None)
            for start, end in instance.suspensions
        ),
    )
