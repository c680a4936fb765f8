"""A telephone record (F05) becomes an issue."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Forbidden
from bihuan.core.idempotency import first_time
from bihuan.issues.models import Issue
from bihuan.issues.operations.intake import open_issue
from bihuan.issues.operations.values import Intake, IntakeCustomer


def _text(data: Mapping[str, object], *names: str) -> str:
    for name in names:
        value = data.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


@transaction.atomic
def record_call(*, data: Mapping[str, object], key: str, actor: Actor, now: datetime) -> Issue:
    """Registers what the agent wrote down; a second click with the same key gives the first one's issue."""
    if not actor.can("issues.create"):
        raise Forbidden
    if key and not first_time(scope=f"call:{actor.user_id}", key=key, now=now):
        found = Issue.objects.filter(channel="phone", people__contains=[actor.user_id]).order_by("-pk").first()
        if found is None:
            raise Conflict
        return found
    caller = _text(data, "caller_name", "contact_name")
    customer = _text(data, "customer_name") or caller
    return open_issue(
        intake=Intake(
            title=_text(data, "title") or _text(data, "description")[:60],
            description=_text(data, "description"),
            channel="phone",
            type_key=_text(data, "type", "kind_of_issue"),
            urgency=_text(data, "urgency"),
            impact=_text(data, "impact"),
            form=data,
            customer=IntakeCustomer(
                name=customer,
                contact=caller,
                phone=_text(data, "phone", "caller_phone"),
                email=_text(data, "email"),
                kind="organisation" if _text(data, "customer_kind") == "organisation" else "person",
            ),
        ),
        actor=actor,
        now=now,
    )
