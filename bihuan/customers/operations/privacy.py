"""What a person may demand about his data (PIPL 44–50): taken down, answered in time, and done."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.calendars import queries as calendars
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, NotFound, Refused
from bihuan.customers.models import Consent, Contact, Customer, PrivacyRequest, RequestKind, Visit
from bihuan.customers.operations.holdings import Bell
from bihuan.customers.operations.shared import among, line, locked_contact, prose
from bihuan.customers.permissions import EDIT, PRIVACY, need
from bihuan.customers.registry import holders
from bihuan.customers.rules.naming import named

WORKDAYS = 15
ERASED = "已删除"


class RequestClosed(Conflict):
    code = "privacy_request_closed"
    text = gettext_noop("这项请求已经答复，不能再改。")


class MustBeKept(Refused):
    code = "privacy_must_be_kept"
    text = gettext_noop("现在还不能删除：%(why)s。请先处理，或写明理由拒绝这项请求。")


class NothingToErase(Conflict):
    code = "privacy_erased"
    text = gettext_noop("这位联系人的个人信息已经删除过了。")


@transaction.atomic
def open_privacy_request(
    *, contact_id: int, kind: str, how: str, content: str = "", actor: Actor, now: datetime
) -> PrivacyRequest:
    """Takes down a demand; it must be answered by the end of the 15th working day (of the calendar ``default``)."""
    if not actor.can(PRIVACY):
        need(actor, EDIT)
    contact = locked_contact(contact_id, actor)
    version = calendars.current_version("default")
    made = PrivacyRequest.objects.create(
        customer_id=contact.customer_id,
        contact=contact,
        kind=among(_("请求的种类"), kind, RequestKind.values),
        how=line(_("提出方式"), how, 100, required=True),
        content=prose(_("内容"), content),
        received_at=now,
        due_at=version.calendar.end_of_workday(now, WORKDAYS),
        calendar=version.version_id,
    )
    _note(made, "privacy.opened", actor, now)
    return made


def _note(request: PrivacyRequest, action: str, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="privacy_request",
        object_id=request.pk,
        now=now,
        detail={"kind": request.kind, "contact": request.contact_id},
    )


def _open(request_id: int) -> PrivacyRequest:
    found = PrivacyRequest.objects.select_for_update().filter(pk=request_id).first()
    if found is None:
        raise NotFound
    if found.status != "open":
        raise RequestClosed
    return found


@transaction.atomic
def answer_privacy_request(
    *, request_id: int, granted: bool, answer: str, actor: Actor, now: datetime
) -> PrivacyRequest:
    """Closes a demand with what the person was told. A demand to delete that is granted erases (see ``erase_contact``).

    Refuses without words, without the right, a second answer, and an erasure of what must still be kept.
    """
    need(actor, PRIVACY)
    found = _open(request_id)
    found.answer = prose(_("答复"), answer, required=True)
    if granted and found.kind == RequestKind.DELETE:
        found.erased = _erase(found.contact_id, actor, now)
    if granted and found.kind == RequestKind.WITHDRAW:
        Consent.objects.filter(contact_id=found.contact_id, withdrawn_at__isnull=True).update(
            withdrawn_at=now, withdrawn_how=line(_("方式"), found.how, 100)
        )
    found.status, found.handler_id, found.closed_at = "done" if granted else "refused", actor.user_id, now
    found.save(update_fields=["answer", "erased", "status", "handler", "closed_at"])
    _note(found, "privacy.granted" if granted else "privacy.refused", actor, now)
    return found


def _erase(contact_id: int, actor: Actor, now: datetime) -> dict[str, int]:
    contact = locked_contact(contact_id, actor)
    if contact.erased_at is not None:
        raise NothingToErase
    why = [words for holder in holders() for words in holder.obstacles(contact.pk)]
    if why:
        raise MustBeKept(params={"why": "；".join(why)})
    counts: dict[str, int] = {}
    for holder in holders():
        counts |= holder.erase(contact.pk, now)
    counts["identities"] = contact.identities.all().delete()[0]
    counts["consents"] = contact.consents.update(evidence="")
    counts["visits"] = Visit.objects.filter(contact=contact).update(
        people="", topic=ERASED, content="", answer="", clears={}, updated_at=now
    )
    PrivacyRequest.objects.filter(contact=contact).update(content="")
    _forget(contact, now)
    audit.record(
        actor=actor, action="contact.erased", object_type="contact", object_id=contact.pk, now=now, detail=dict(counts)
    )
    return counts


def _forget(contact: Contact, now: datetime) -> None:
    customer = contact.customer
    alone = customer.kind == "person" and not customer.contacts.exclude(pk=contact.pk).exists()
    contact.name, contact.position, contact.preferred_hours, contact.preferred = ERASED, "", "", ""
    contact.email = contact.phone = contact.phone_raw = ""
    contact.blocked = {"all": {"reason": ERASED, "at": now.isoformat(), "by": ""}}
    contact.erased_at = now
    contact.save()
    if alone:
        Customer.objects.filter(pk=customer.pk).update(**named(ERASED), code="", address="", note="", needs="")


@transaction.atomic
def note_personal_copy(*, contact_id: int, actor: Actor, now: datetime) -> None:
    """Somebody takes a copy of all that is known of a person: noted before it is given out (correctness 118)."""
    need(actor, PRIVACY)
    contact = locked_contact(contact_id, actor)
    audit.record(actor=actor, action="contact.copied", object_type="contact", object_id=contact.pk, now=now)


@transaction.atomic
def remind_privacy_requests(*, bell: Bell, now: datetime, limit: int = 50) -> int:
    """Tells those who answer demands of every one whose limit is over, once; returns how many."""
    rows = list(
        PrivacyRequest.objects.select_for_update(skip_locked=True).filter(
            status="open", told_at__isnull=True, due_at__lte=now
        )[:limit]
    )
    able = [
        user
        for role in ("quality", "manager", "admin")
        for user in accounts.holders(role=role, department_id=None, now=now)
    ]
    for each in rows if able else []:
        bell(user_ids=able[:5], code="privacy.overdue", params={"privacy": each.pk}, now=now)
    PrivacyRequest.objects.filter(pk__in=[each.pk for each in rows]).update(told_at=now)
    return len(rows)
