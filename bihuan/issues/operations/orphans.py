"""Issues on which nobody can act are found by the worker, and the managers hear of each once."""

from datetime import datetime

from django.db import transaction

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM
from bihuan.core.rows import Select
from bihuan.core.stamps import ask_first, operation
from bihuan.flows.models import Instance
from bihuan.issues.models import Issue, Orphan
from bihuan.issues.operations.notices import FEW
from bihuan.issues.operations.work import at_work
from bihuan.issues.queries.actors import without_actor

_FREE = Select(
    Instance, "WHERE t.id = (SELECT instance_id FROM issues_issue WHERE id = %s) FOR UPDATE OF t SKIP LOCKED"
)
_ISSUE = Select(Issue, "WHERE t.id = %s", without=("description",))


def find_orphans(*, now: datetime, limit: int = 200) -> int:
    """Notes the issues on which nobody can act, and forgets those on which somebody can again. Returns how many are new,
    each of which managers (else administrators) were told of. Several workers may call it at once."""
    found = without_actor(now=now)
    known = set(Orphan.objects.values_list("issue_id", flat=True))
    _forget(known - set(found))
    return sum(_note(issue_id=pk, now=now) for pk in [each for each in found if each not in known][:limit])


@transaction.atomic
def _forget(gone: set[int]) -> None:
    if gone:
        Orphan.objects.filter(pk__in=gone).delete()


@operation()
def _note(*, issue_id: int, now: datetime) -> int:
    instances, issues = ask_first(_FREE.of(issue_id), _ISSUE.of(issue_id))
    if not instances or not issues or not issues[0].is_open:
        return 0
    if Orphan.objects.filter(pk=issue_id).exists():
        return 0  # another worker was here
    issue = issues[0]
    issue.instance = instances[0]
    Orphan(issue=issue, found_at=now).save(force_insert=True)
    with at_work(issue, now=now) as work:
        params = {"step": issue.step_name, "step_en": issue.step_name_en}
        work.say("duty.orphan", params, SYSTEM)
        work.tell(_managers(now), "notice.orphan", params)
    return 1


def _managers(now: datetime) -> list[int]:
    for role in ("manager", "supervisor", "admin"):
        found = accounts.holders(role=role, department_id=None, now=now)
        if found:
            return found[:FEW]
    return []
