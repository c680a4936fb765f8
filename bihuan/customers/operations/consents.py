"""What a person agreed to, and what he took back."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, NotFound
from bihuan.customers.models import Consent, ConsentPurpose
from bihuan.customers.operations.shared import among, line, locked_contact
from bihuan.customers.permissions import EDIT, need

BASES = ("consent", "contract", "law")


class ConsentInForce(Conflict):
    code = "consent_in_force"
    text = gettext_noop("这项同意已经登记且有效；要换凭证请先登记撤回。")


@transaction.atomic
def record_consent(
    *, contact_id: int, purpose: str, basis: str, how: str, evidence: str = "", actor: Actor, now: datetime
) -> Consent:
    """The person agreed now. One consent a purpose is in force at a time. Refuses an unknown purpose or basis, and
    words without the way in which it was given."""
    need(actor, EDIT)
    contact = locked_contact(contact_id, actor)
    try:
        with transaction.atomic():
            made = Consent.objects.create(
                contact=contact,
                purpose=among(_("目的"), purpose, ConsentPurpose.values),
                basis=among(_("合法性基础"), basis, BASES),
                how=line(_("方式"), how, 100, required=True),
                evidence=line(_("凭证"), evidence, 300),
                given_at=now,
                given_by_id=actor.user_id,
            )
    except IntegrityError as error:
        raise ConsentInForce from error
    if purpose == "service" and contact.consent_at is None:
        contact.consent_at = now
        contact.save(update_fields=["consent_at"])
    _note(made, "consent.given", actor, now)
    return made


@transaction.atomic
def withdraw_consent(*, consent_id: int, how: str, actor: Actor, now: datetime) -> Consent:
    """He took it back; it stays on record."""
    need(actor, EDIT)
    found = Consent.objects.filter(pk=consent_id).first()
    if found is None:
        raise NotFound
    locked_contact(found.contact_id, actor)
    found = Consent.objects.select_for_update().get(pk=consent_id)
    if found.withdrawn_at is not None:
        raise Conflict
    found.withdrawn_at, found.withdrawn_how = now, line(_("方式"), how, 100, required=True)
    found.save(update_fields=["withdrawn_at", "withdrawn_how"])
    _note(found, "consent.withdrawn", actor, now)
    return found


def _note(consent: Consent, action: str, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="contact",
        object_id=consent.contact_id,
        now=now,
        detail={"purpose": consent.purpose, "consent": consent.pk},
    )
