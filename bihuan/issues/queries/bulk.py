"""What becomes of a change of many issues."""

from dataclasses import dataclass

from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.issues.models import BulkJob, BulkRow
from bihuan.issues.permissions import may_see

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Bulk:
    """``rows``: the refused ones first, at most 200; ``undone_by``: the job that takes this one back."""

    job: BulkJob
    rows: list[BulkRow]
    undone_by: int | None


def bulk_job(*, actor: Actor, job_id: int) -> Bulk:
    """A change of one's own; others' are refused as not found."""
    job = BulkJob.objects.filter(pk=job_id, by_id=actor.user_id or 0).first()
    if job is None:
        raise NotFound
    rows = BulkRow.objects.filter(job=job).exclude(state="waiting").select_related("issue")
    refused = list(rows.filter(state="refused").order_by("pk")[:SHOWN])
    others = list(rows.exclude(state="refused").order_by("-pk")[: SHOWN - len(refused)])
    undone = BulkJob.objects.filter(undo_of=job).values_list("pk", flat=True).first()
    return Bulk(job, [row for row in (*refused, *others) if may_see(actor, row.issue)], undone)
