"""What a merge would do, before it is done: which of the two can go on, and what becomes of what was promised."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.core.stamps import held
from bihuan.issues.models import Issue
from bihuan.issues.operations.merging import promises
from bihuan.issues.operations.merging.merge import refuse_merge
from bihuan.issues.permissions import visible
from bihuan.issues.queries.clocks import terms_by_id
from bihuan.issues.rules.merging import BROUGHT, concern


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockBefore:
    """One kind of clock: until when each of the two has it (None: it has none), and until when the survivor would with the
    earliest start and the strictest due time."""

    kind: str
    survivor: datetime | None
    merged: datetime | None
    start: datetime | None
    strict: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """``refused``: why this direction cannot be; ``foreign``: two customers. ``promised``: what the survivor's customer was
    promised, the merged one's, and what would hold."""

    merged: Issue
    survivor: Issue
    refused: Refused | None
    foreign: bool
    clocks: tuple[ClockBefore, ...]
    promised: tuple[datetime | None, datetime | None, datetime | None]


def rehearse_merge(*, merged_id: int, survivor_id: int, actor: Actor, now: datetime) -> MergePreview:
    """Nothing is written, nothing locked. Not found where the actor may not see both."""
    if not actor.can("issues.reply"):
        raise Forbidden
    rows = Issue.objects.filter(visible(actor)).select_related("duplicate_of", "type").defer("description")
    found = {row.pk: row for row in rows.filter(pk__in=(merged_id, survivor_id))}
    if merged_id not in found or survivor_id not in found:
        raise NotFound
    merged, survivor = found[merged_id], found[survivor_id]
    root = survivor.duplicate_of or survivor
    refused: Refused | None = None
    try:
        refuse_merge(merged, root, foreign=True)
    except Refused as why:
        refused = why
    with held():
        clocks = _clocks(merged, root, now)
    before = (root.promised_at, merged.promised_at)
    return MergePreview(
        merged=merged,
        survivor=root,
        refused=refused,
        foreign=merged.customer_id != root.customer_id,
        clocks=clocks,
        promised=(*before, min((each for each in before if each is not None), default=None)),
    )


def _clocks(merged: Issue, root: Issue, now: datetime) -> tuple[ClockBefore, ...]:
    brought = promises.brought_by(promises.open_clocks(merged.pk), now)
    lines = []
    own = {row.kind: row for row in promises.open_clocks(root.pk) if row.kind in BROUGHT}
    for kind in (each for each in BROUGHT if each in own or each in brought):
        row, theirs = own.get(kind), brought.get(kind)
        before = row.due_at if row is not None else None
        terms = terms_by_id(row.policy_id) if row is not None else None
        if row is not None and terms is not None and kind in terms.targets:
            promises.join(row, terms, concern(kind, brought), now)
        lines.append(
            ClockBefore(
                kind=kind,
                survivor=before,
                merged=theirs.due if theirs else None,
                start=row.started_at if row is not None else None,
                strict=row.due_at if row is not None else None,
            )
        )
    return tuple(lines)
