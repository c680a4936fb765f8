"""What an issue has to do with others: links, what was merged into it, what it was merged into."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import NotFound
from bihuan.issues.models import Issue, IssueMerge, Link
from bihuan.issues.permissions import may_see, visible
from bihuan.issues.rules.relations import Way, way_of
from bihuan.issues.rules.status import CLOSED

_MOST = 100


def family(*, actor: Actor, issue_id: int) -> dict[int, str]:
    """Id → number of the issue and of those that were merged into it, as far as the actor may see them; the issue itself
    first. One query."""
    if actor.kind is ActorKind.CUSTOMER:
        raise NotFound
    rows = Issue.objects.filter(visible(actor), Q(pk=issue_id) | Q(duplicate_of_id=issue_id))
    found = dict(rows.order_by("pk").values_list("pk", "number")[: _MOST + 1])
    if issue_id not in found:
        raise NotFound
    return {issue_id: found.pop(issue_id), **found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A link as it reads from the issue in hand. ``of``: the number of the merged issue that it stands at, "" for the issue
    itself. ``may_unlink``: where an issue was split from stays."""

    link: Link
    way: Way
    issue: Issue
    of: str

    @property
    def may_unlink(self) -> bool:
        """Whether it can be taken away here."""
        return self.link.kind != "split_from" and not self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """``hidden``: so many more lead to issues that the reader may not see."""

    shown: list[Linked]
    hidden: int


def links(*, actor: Actor, issue_id: int, numbers: Mapping[int, str]) -> Links:
    """The links of an issue and of those merged into it (``numbers``, from ``family``), each other issue and kind once. One
    query."""
    ids = list(numbers)
    rows = Link.objects.filter(Q(source_id__in=ids) | Q(target_id__in=ids)).select_related("source", "target")
    rows = rows.defer("source__description", "target__description").order_by("kind", "pk")
    shown: dict[tuple[int, str], Linked] = {}
    hidden: set[tuple[int, str]] = set()
    for link in _own_first(rows[: _MOST * 2], issue_id):
        turned = link.target_id in numbers
        other, here = (link.source, link.target_id) if turned else (link.target, link.source_id)
        if other.pk in numbers:
            continue
        way = way_of(link.kind, turned=turned)
        if not may_see(actor, other):
            hidden.add((other.pk, way.key))
        elif (other.pk, way.key) not in shown:
            of = "" if here == issue_id else numbers[here]
            shown[other.pk, way.key] = Linked(link=link, way=way, issue=other, of=of)
    return Links(shown=list(shown.values()), hidden=len(hidden))


def _own_first(rows: Iterable[Link], issue_id: int) -> list[Link]:
    return sorted(rows, key=lambda link: issue_id not in (link.source_id, link.target_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A merge that holds, with the other issue; None where the reader may not see it, then ``number`` alone is known."""

    merge: IssueMerge
    issue: Issue | None
    number: str
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Merges:
    """``into``: the merge by which the issue itself went; ``taken``: those that came in; ``hidden``: so many more came in
    that the reader may not see."""

    into: Merged | None
    taken: list[Merged]
    hidden: int


def merges(*, actor: Actor, issue: Issue) -> Merges:
    """The merges that hold at an issue that the caller has been given. One query."""
    rows = IssueMerge.objects.filter(Q(survivor_id=issue.pk) | Q(merged_id=issue.pk), undone_at__isnull=True)
    rows = rows.select_related("survivor", "merged").defer("survivor__description", "merged__description")
    into, taken, hidden = None, [], 0
    writes = actor.can("issues.reply")
    for merge in rows.order_by("at", "pk")[: _MOST + 1]:
        other = merge.survivor if merge.merged_id == issue.pk else merge.merged
        sees = may_see(actor, other)
        survivor = merge.survivor
        running = merge.ended_at is None and survivor.status not in CLOSED and survivor.duplicate_of_id is None
        found = Merged(
            merge=merge, issue=other if sees else None, number=other.number, may_undo=running and sees and writes
        )
        if merge.merged_id == issue.pk:
            into = found
        elif sees:
            taken.append(found)
        else:
            hidden += 1
    return Merges(into=into, taken=taken, hidden=hidden)


def survivor(*, actor: Actor, issue: Issue) -> tuple[str, Issue | None]:
    """The number of the issue that goes on for a merged one, and the issue itself where the actor may see it; ("", None) for
    one that is not merged, without a query."""
    if issue.duplicate_of_id is None:
        return "", None
    found = Issue.objects.defer("description").filter(pk=issue.duplicate_of_id).first()
    if found is None:
        return "", None
    return found.number, found if may_see(actor, found) else None
