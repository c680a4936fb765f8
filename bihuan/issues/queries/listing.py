"""Lists of issues: keyset pages, queues, counters, search."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left

from bihuan.accounts import queries as accounts
from bihuan.core.actor import Actor
from bihuan.flows.models import WorkItem
from bihuan.issues.models import Entry, Issue
from bihuan.issues.permissions import visible
from bihuan.issues.queries.counting import asked, counting
from bihuan.issues.queries.filters import BadFilter, Filter, allowed, queue_condition
from bihuan.issues.queries.found import holds, names_rows
from bihuan.issues.queries.paging import cursor_of, page_of, page_of_few, paged
from bihuan.issues.rules.queues import BY_UPDATE, COUNTED, SORTS
from bihuan.issues.rules.snippets import Pieces, first_snippet, highlighted

MOST = 200
_SHOWN = 4000  # characters of a text in which a hit is looked for
_ENTRIES = 400
_WIDE = ("", "all", "open", "closed")


@dataclass(frozen=True, slots=True)
class Page:
    """``next`` is the cursor of the following page, None at the end. Of a search ``snippets`` holds where each hit was
    found, by issue id, and ``marked`` the same in pieces with the hits marked."""

    items: list[Issue]
    next: str | None
    snippets: dict[int, str] = field(default_factory=dict)
    marked: dict[int, Pieces] = field(default_factory=dict)


def list_issues(
    *, actor: Actor, filter: Filter, sort: str = "updated", cursor: str | None = None, limit: int = 50, now: datetime
) -> Page:
    """One page, by the same number of statements however many rows there are (two more for a search's snippets).

    ``sort``: see ``rules.queues.SORTS``. Refuses unknown sorts and queues, and cursors of another list.
    """
    if sort not in SORTS:
        raise BadFilter(params={"what": sort[:50]})
    size = max(1, min(limit, MOST))
    rows = allowed(actor=actor, wanted=filter, now=now)
    said = holds(filter.q) if filter.q.strip() else None
    if filter.q.strip() and said is None:
        rows = rows.none()
    rows = rows.select_related("type", "assignee", "lead_department").defer("description")
    found = _page(rows, said, _picky(actor, filter), sort, cursor, size + 1)
    items = found[:size]
    following = cursor_of(items[-1], sort) if len(found) > size else None
    marked = _marked(items, filter.q) if filter.q.strip() and items else {}
    return Page(items, following, {pk: "".join(part for part, _ in pieces) for pk, pieces in marked.items()}, marked)


def _page(
    rows: QuerySet[Issue], said: RawSQL | None, picky: bool, sort: str, cursor: str | None, size: int
) -> list[Issue]:
    if said is not None and names_rows(said):
        return page_of_few(rows, said, sort, cursor, size)
    rows = rows if said is None else rows.filter(said)
    return page_of(rows, sort, cursor, size) if picky else list(paged(rows, sort, cursor)[:size])


def _picky(actor: Actor, wanted: Filter) -> bool:
    """Whether what fits may be rare among all issues. A queue that is worked off is small by itself."""
    asked = (wanted.status, wanted.type_key, wanted.department_key, wanted.assignee, wanted.priority, wanted.tag)
    return any(asked) or wanted.where is not None or (wanted.queue in _WIDE and visible(actor) != Q())


def search(*, actor: Actor, text: str, cursor: str | None = None, limit: int = 50, now: datetime) -> Page:
    """Issues that hold every piece of the text, the latest first."""
    return list_issues(actor=actor, filter=Filter(q=text), sort="created", cursor=cursor, limit=limit, now=now)


def _marked(items: Iterable[Issue], query: str) -> dict[int, Pieces]:
    """Where each issue holds the query: in its description, else in what was written later, else in its title."""
    ids = {item.pk: item for item in items}
    texts = Issue.objects.filter(pk__in=ids).annotate(start=Left("description", _SHOWN)).values_list("pk", "start")
    found = {pk: pieces for pk, start in texts if (pieces := highlighted(start, query))}
    missing = [pk for pk in ids if pk not in found]
    later: dict[int, list[str]] = {pk: [] for pk in missing}
    lines = Entry.objects.filter(issue_id__in=missing).exclude(text="").order_by("-at", "-pk")
    for pk, start in lines.annotate(start=Left("text", _SHOWN)).values_list("issue_id", "start")[:_ENTRIES]:
        later[pk].append(start)
    for pk in missing:
        item = ids[pk]
        pieces = first_snippet((*later[pk], item.title, item.customer_name, item.number), query)
        if pieces:
            found[pk] = pieces
    return found


def queue(*, actor: Actor, name: str, cursor: str | None, limit: int, now: datetime) -> Page:
    """One page of a desk queue, in the order in which it is to be worked off."""
    sort = "updated" if name in BY_UPDATE else "due"
    return list_issues(actor=actor, filter=Filter(queue=name), sort=sort, cursor=cursor, limit=limit, now=now)


def _midnight(now: datetime) -> datetime:
    there = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    return there.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class _Instant:
    """The place of an instant among the values of a kept statement: now, or the midnight before."""

    midnight: bool


_kept: "OrderedDict[tuple[Actor, tuple[int, ...]], tuple[str, list[Any]]]" = OrderedDict()
_MOST_KEPT = 256
_lock = threading.Lock()


def queue_counts(*, actor: Actor, now: datetime) -> dict[str, int]:
    """How many issues each queue holds (what its list shows; more than ``MOST_COUNTED`` is any larger number), and the
    steps that the actor completed today (``done_today``, from midnight of the company's zone on). One statement, and
    nowhere more rows than the cap are counted (correctness 147).

    To put the statement together costs more than to ask it, and it is the same for an actor until somebody leaves whom he
    stands in for: it is kept, but for the instants in it.
    """
    midnight = _midnight(now)
    if midnight == now:  # which instant is which could not be told
        return _named(asked(*counting(_counted_lists(actor, now))))
    key = (actor, tuple(accounts.stood_in_for(user_id=actor.user_id or 0, now=now)))
    with _lock:
        made = _kept.get(key)
    if made is None:
        statement, values = counting(_counted_lists(actor, now))
        places = [_Instant(value == midnight) if value in (now, midnight) else value for value in values]
        made = (statement, places)
        with _lock:
            _kept[key] = made
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
    statement, places = made
    numbers = asked(
        statement, [(midnight if each.midnight else now) if isinstance(each, _Instant) else each for each in places]
    )
    return _named(numbers)


def _named(numbers: list[int]) -> dict[str, int]:
    return dict(zip((*COUNTED, "done_today"), numbers, strict=True))


def _counted_lists(actor: Actor, now: datetime) -> list[QuerySet[Any, Any]]:
    lists = {
        name: Issue.objects.filter(visible(actor) & queue_condition(actor, name, now)).values("pk") for name in COUNTED
    }
    lists["all"] = lists["all"].order_by(
        "-pk"
    )  # the latest are at hand; the oldest would be read from the disk each time
    done = WorkItem.objects.filter(
        completed_by_id=actor.user_id or 0, status="completed", closed_at__gte=_midnight(now)
    )
    return [*lists.values(), done.values("pk")]
