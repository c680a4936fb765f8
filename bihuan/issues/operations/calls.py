"""A telephone record (F05) becomes an issue."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.core.idempotency import body_hash, once
from bihuan.core.stamps import operation
from bihuan.flows import queries as flows
from bihuan.issues.errors import NoForm
from bihuan.issues.models import Issue
from bihuan.issues.operations.intake import open_issue
from bihuan.issues.operations.issue_templates import apply_template
from bihuan.issues.operations.values import Intake, IntakeCustomer
from bihuan.issues.queries.reference import DEFAULT_FLOW
from bihuan.issues.rules.forms import check_form

FORM = "F05"


def _schema() -> Mapping[str, object]:
    version = flows.current_version(key=DEFAULT_FLOW)
    form = flows.form_of(version_id=version.pk, code=FORM) if version is not None else None
    if form is None:
        raise NoForm(params={"code": FORM})
    return form


def _text(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def _intake(data: Mapping[str, object], fields: Mapping[str, object]) -> Intake:
    caller = _text(data, "caller_name")
    return Intake(
        title=_text(data, "title") or _text(data, "description")[:60],
        description=_text(data, "description"),
        channel="phone",
        type_key=_text(data, "type"),
        urgency=_text(data, "urgency"),
        impact=_text(data, "impact"),
        form=data,
        fields=fields,
        customer=IntakeCustomer(
            name=_text(data, "customer_name") or caller,
            contact=caller,
            phone=_text(data, "phone"),
            email=_text(data, "email"),
            kind=_text(data, "customer_kind") or "person",
        ),
    )


@operation()
def record_call(
    *,
    data: Mapping[str, object],
    fields: Mapping[str, object] | None = None,
    template_id: int | None = None,
    key: str,
    actor: Actor,
    now: datetime,
) -> Issue:
    """Registers what the agent wrote down; a second click with the same key gives the first one's issue.

    ``fields``: values of the company's own fields by key; ``template_id``: the template that the form began with, whose tags
    and tasks the issue gets. Refuses data that do not fit the form F05, fields that do not
    fit or are missing, and a key that came with other data before.
    """
    if not actor.can("issues.create"):
        raise Forbidden
    kept = check_form(_schema(), data)
    own = fields or {}

    def record() -> Issue:
        issue = open_issue(intake=_intake(kept, own), actor=actor, now=now)
        if template_id is not None:
            apply_template(issue, template_id, actor, now)
        return issue

    if not key:
        return record()
    made: list[Issue] = []

    def work() -> tuple[int, dict[str, object]]:
        made.append(record())
        return 201, {"issue": made[0].pk}

    # The form fills in the present instant: a second click differs in it alone.
    same = sorted((name, value) for name, value in kept.items() if name != "called_at")
    digest = body_hash(repr([same, sorted(own.items())]))
    answer = once(scope=f"call:{actor.user_id}", key=key, body_hash=digest, now=now, work=work)
    return made[0] if made else Issue.objects.get(pk=int(str(answer.body["issue"])))
