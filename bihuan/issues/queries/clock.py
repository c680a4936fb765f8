"""The ledger of time of an issue."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext

from bihuan.accounts import queries as accounts
from bihuan.calendars import queries as calendars
from bihuan.core.actor import Actor
from bihuan.flows import queries as flows
from bihuan.flows.models import WorkItem
from bihuan.flows.queries import HolderSpan
from bihuan.issues.queries.details import one_issue
from bihuan.issues.rules.ledger import Facts, Hold, Labels, Ledger, Pause, Waiting, build_ledger


class _Names:
    """Words of people and departments, looked up once."""

    def __init__(self, spans: tuple[HolderSpan, ...]) -> None:
        self._people = accounts.names(user_ids=[span.user_id for span in spans if span.user_id])
        self._places = {place.pk: place.name for place in accounts.departments()}

    def label(self, span: HolderSpan) -> str:
        if span.user_id:
            return self._people.get(span.user_id, "")
        return self._places.get(span.department_id or 0) or gettext("待认领")


def _holds(facts: flows.LedgerFacts, versions: dict[int, int]) -> list[Hold]:
    names = _Names(facts.holders)
    return [
        Hold(
            start=span.start,
            end=span.end,
            kind="person" if span.user_id else "department",
            key=f"u{span.user_id}" if span.user_id else f"d{span.department_id or 0}",
            label=names.label(span),
            main=span.main,
            step=span.work_item_id,
            calendar=versions.get(span.work_item_id, 0),
        )
        for span in facts.holders
    ]


def ledger(*, actor: Actor, issue_id: int, now: datetime) -> Ledger:
    """Every second from the registration to the closing (or now), each with exactly one holder.

    A step is worked on in the hours of its own deadline's calendar (as it was when the step opened), one without
    deadline in the company's.
    """
    found = one_issue(actor, Q(pk=issue_id))
    facts = flows.ledger_facts(instance=found.instance)
    steps = WorkItem.objects.filter(instance=found.instance, calendar_version__isnull=False)
    versions = dict(steps.values_list("pk", "calendar_version_id"))
    hours = {version: calendars.calendar_for_version(version).intervals for version in set(versions.values())}
    end = max(found.closed_at or now, found.created_at)
    return build_ledger(
        start=found.created_at,
        end=end,
        is_open=found.closed_at is None,
        facts=Facts(
            holds=_holds(facts, versions),
            waits=[Waiting(start=wait.start, end=wait.end, holder=wait.holder) for wait in facts.waits],
            pauses=[Pause(start, stop, step) for start, stop, step in facts.pauses],
            suspended=facts.suspended,
            calendars={0: calendars.calendar("default").intervals, **hours},
        ),
        labels=Labels(gettext("客户"), gettext("非工作时间"), gettext("等待时间点"), gettext("挂起或并入别的问题期间")),
    )
