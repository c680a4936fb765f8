"""Register books: made, filled from what happens, closed a year at a time. An issue out of a visit or call."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.customers import operations as customers
from bihuan.customers import queries as customer_queries
from bihuan.customers.models import Visit
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import FormRecord, Issue, RegisterBook, RegisterEntry, RegisterYear, VisitIssue
from bihuan.issues.models.registers import BookSource
from bihuan.issues.operations.intake import open_issue
from bihuan.issues.operations.values import Intake, IntakeCustomer
from bihuan.issues.rules import limits
from bihuan.issues.rules.registers import clean_filter, year_for

PORTION = 2000
"""Lines that are entered in one transaction."""
_OVERLAP = timedelta(minutes=10)  # longer than any transaction that was under way at the last look
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class BookKeyTaken(Conflict):
    code = "register_key_taken"
    text = gettext_noop("已有代号为“%(key)s”的台帐，请换一个代号。")


class BookNotValid(Refused):
    code = "register_not_valid"
    text = gettext_noop("请写台帐名称和代号（小写字母、数字、短横线），并指定保管人。")


class YearRuns(Refused):
    code = "register_year_runs"
    text = gettext_noop("%(year)s 年还没有结束，不能结账。")


class YearClosed(Conflict):
    code = "register_year_closed"
    text = gettext_noop("%(year)s 年已经结账，不再登记。")


class AlreadyAnIssue(Conflict):
    code = "visit_has_issue"
    text = gettext_noop("这条记录已经登记为问题 %(number)s。")


@operation()
def save_register_book(
    *,
    key: str,
    name: str,
    name_en: str = "",
    source: str,
    filter: Mapping[str, object],
    keeper: str,
    is_active: bool = True,
    since: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> RegisterBook:
    """Makes or changes a book; a change holds for what comes from now on, lines that stand there stay.

    ``since``: from when on what happens is entered (now, for a new book). Refuses without name, key or keeper.
    """
    if not actor.can("settings.edit"):
        raise Forbidden
    person = accounts.person(username=keeper[:64]) if keeper else None
    title = limits.within("台帐名称", name.strip(), 100)
    if not title or not _KEY.fullmatch(key) or person is None:
        raise BookNotValid
    if source not in BookSource.values:
        raise BadChoice(params={"field": "来源", "value": source[:50]})
    book = RegisterBook.objects.select_for_update().filter(key=key).first()
    if book is None:
        book = RegisterBook(key=key, source=source, since=since or now, created_at=now)
    elif book.source != source:
        raise BookKeyTaken(params={"key": key})
    book.name, book.name_en, book.keeper, book.is_active = title, name_en.strip()[:100], person, is_active
    wanted = clean_filter(book.source, filter)
    if wanted != book.filter:
        book.filter, book.looked_at = wanted, None
    book.save()
    audit.record(
        actor=actor, action="register.saved", object_type="register", object_id=book.pk, now=now, detail={"key": key}
    )
    return book


def _may_keep(actor: Actor, book: RegisterBook) -> bool:
    return actor.can("settings.edit") or actor.user_id == book.keeper_id


def _candidates(book: RegisterBook) -> list[tuple[datetime, int]]:
    """(when, id) of what belongs in the book and does not stand there yet, the oldest first."""
    entered = RegisterEntry.objects.filter(book=book)
    mark = book.looked_at - _OVERLAP if book.looked_at is not None else book.since
    if book.source == BookSource.VISITS:
        wanted = {name: book.filter[name] for name in ("kind", "category") if name in book.filter}
        visits = Visit.objects.filter(~Exists(entered.filter(visit_id=OuterRef("pk"))), at__gte=book.since, **wanted)
        return list(visits.filter(updated_at__gte=mark).order_by("at", "pk").values_list("at", "pk")[:PORTION])
    rows = Issue.objects.filter(
        ~Exists(entered.filter(issue_id=OuterRef("pk"))), updated_at__gte=mark, created_at__gte=book.since
    )
    names = {"type": "type__key", "channel": "channel"}
    rows = rows.filter(**{names[name]: value for name, value in book.filter.items() if name in names})
    if book.source == BookSource.FORMS:
        rows = rows.filter(
            Exists(FormRecord.objects.filter(issue_id=OuterRef("pk"), code=str(book.filter.get("form", ""))))
        )
    return list(rows.order_by("created_at", "pk").values_list("created_at", "pk")[:PORTION])


@operation()
def fill_register(*, book_id: int, now: datetime) -> int:
    """Enters what has come since, in order, under the next numbers, at most 2,000 lines; returns how many. One filler at a
    time."""
    book = RegisterBook.objects.select_for_update().filter(pk=book_id).first()
    if book is None:
        raise NotFound
    zone = ZoneInfo(settings.TIME_ZONE)
    present = now.astimezone(zone).year
    years = {row.year: row for row in RegisterYear.objects.filter(book=book)}
    closed = [year for year, row in years.items() if row.closed_at is not None]
    visits = book.source == BookSource.VISITS
    made = []
    for at, pk in _candidates(book):
        place = year_for(at.astimezone(zone).year, present, closed)
        year = years.get(place.year)
        if year is None:
            year = years[place.year] = RegisterYear.objects.create(book=book, year=place.year)
        year.last += 1
        made.append(
            RegisterEntry(
                book=book,
                year=place.year,
                number=year.last,
                issue_id=None if visits else pk,
                visit_id=pk if visits else None,
                at=at,
                entered_at=now,
                late=place.late,
            )
        )
    RegisterEntry.objects.bulk_create(made)
    touched = {entry.year for entry in made}
    RegisterYear.objects.bulk_update([years[year] for year in touched], ["last"])
    if len(made) < PORTION:
        book.looked_at = now
        book.save(update_fields=["looked_at"])
    return len(made)


def fill_registers(*, now: datetime) -> int:
    """Fills every book in use, each in a transaction of its own; returns how many lines."""
    books = RegisterBook.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
    return sum(fill_register(book_id=pk, now=now) for pk in books)


@operation()
def close_register_year(*, book_id: int, year: int, actor: Actor, now: datetime) -> RegisterYear:
    """Enters what is outstanding, then closes a year that is over. Refuses a running year, a closed one, and who neither
    keeps the book nor sets up the house."""
    book = RegisterBook.objects.select_for_update().filter(pk=book_id).first()
    if book is None:
        raise NotFound
    if not _may_keep(actor, book):
        raise Forbidden
    if year >= now.astimezone(ZoneInfo(settings.TIME_ZONE)).year:
        raise YearRuns(params={"year": year})
    while fill_register(book_id=book.pk, now=now) == PORTION:
        pass
    found = RegisterYear.objects.filter(book=book, year=year).first()
    if found is None:
        raise NotFound
    if found.closed_at is not None:
        raise YearClosed(params={"year": year})
    found.closed_at, found.closed_by_id = now, actor.user_id
    found.save(update_fields=["closed_at", "closed_by"])
    audit.record(
        actor=actor,
        action="register.closed",
        object_type="register",
        object_id=book.pk,
        now=now,
        detail={"year": year, "last": found.last},
    )
    return found


@operation()
def remark_register_entry(*, entry_id: int, remark: str, actor: Actor, now: datetime) -> RegisterEntry:
    """The keeper's remark on a line, also in a year that is not closed any more. Refuses lines of closed years."""
    entry = RegisterEntry.objects.select_for_update(of=("self",)).select_related("book").filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    if not _may_keep(actor, entry.book):
        raise Forbidden
    if RegisterYear.objects.filter(Q(book=entry.book, year=entry.year), closed_at__isnull=False).exists():
        raise YearClosed(params={"year": entry.year})
    entry.remark = limits.within("备注", " ".join(remark.split()), 300)
    entry.save(update_fields=["remark"])
    audit.record(
        actor=actor, action="register.remarked", object_type="register", object_id=entry.book_id, now=now,
        detail={"entry": entry.pk},
    )  # fmt: skip
    return entry


# -- an issue out of a visit ----------------------------------------------------------------------------------------

_CHANNELS = {"call": "phone", "call_out": "phone", "visit": "visit", "visit_out": "visit"}


@operation()
def record_visit_as_issue(*, record: customers.Record, actor: Actor, now: datetime) -> Issue:
    """Keeps the record of a call or visit and goes on with it as an issue, at once or not at all. A complaint needs no
    promised reply then: the issue's own clocks run. Refuses what each of the two refuses."""
    visit = customers.record_visit(record=replace(record, settled=False, goes_on=True), actor=actor, now=now)
    return open_issue_of_visit(visit_id=visit.pk, actor=actor, now=now)


@operation()
def open_issue_of_visit(*, visit_id: int, type_key: str = "", urgency: str = "", actor: Actor, now: datetime) -> Issue:
    """Registers what the visit or call brought up as an issue of the same contact; the record counts as handed over.

    Refuses who may not record issues, and a record that an issue goes on with already.
    """
    if not actor.can("issues.create"):
        raise Forbidden
    visit = customer_queries.visit(actor=actor, visit_id=visit_id)
    known = VisitIssue.objects.select_related("issue").filter(visit_id=visit.pk).first()
    if known is not None:
        raise AlreadyAnIssue(params={"number": known.issue.number})
    if visit.settled_at is None:
        customers.hand_over_visit(visit_id=visit.pk, actor=actor, now=now)
    contact, customer = visit.contact, visit.customer
    issue = open_issue(
        intake=Intake(
            title=visit.topic,
            description=visit.content or visit.topic,
            channel=_CHANNELS[visit.kind],
            type_key=type_key,
            urgency=urgency,
            region=customer.region,
            customer=IntakeCustomer(
                name=customer.name,
                contact=contact.name if contact else "",
                phone=contact.phone if contact else "",
                email=contact.email if contact else "",
                kind=customer.kind,
                contact_id=contact.pk if contact else None,
            ),
        ),
        actor=actor,
        now=now,
    )
    VisitIssue.objects.create(visit_id=visit.pk, issue=issue)
    return issue
