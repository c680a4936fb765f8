"""Links between issues, and the rule that a parent does not close before its children."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.errors import BadChoice, NoSuchIssue
from bihuan.issues.models import Issue, Link
from bihuan.issues.operations.locking import lock_together, locked_issue
from bihuan.issues.operations.work import at_work
from bihuan.issues.permissions import visible
from bihuan.issues.registry import StepAttempt
from bihuan.issues.rules import relations as rules

_ONE_AT_A_TIME = 7_215_001  # number of an advisory lock: a circle may be closed from far away
_UPWARDS = """
WITH RECURSIVE up(id) AS (
  SELECT target_id FROM issues_link WHERE source_id = %s AND kind = %s
  UNION SELECT l.target_id FROM issues_link l JOIN up ON l.source_id = up.id WHERE l.kind = %s
) SELECT 1 FROM up WHERE id = %s LIMIT 1
"""
_MOST = 200
_NAMED = 5


class LinkToItself(Refused):
    code = "link_to_itself"
    text = gettext_noop("不能把问题关联到它自己，请填另一件的编号。")


class LinkedAlready(Conflict):
    code = "linked_already"
    text = gettext_noop("与 %(number)s 已经有这种关联。")


class LinkInCircle(Refused):
    code = "link_in_circle"
    text = gettext_noop("这样会绕成一圈：%(number)s 已经直接或间接在本问题之下。请换一种关联，或先解除原来的关联。")


class ParentAlready(Refused):
    code = "parent_already"
    text = gettext_noop("%(child)s 的上级问题已经是 %(number)s；一件问题只有一个上级，请先解除原来的关联。")


class TooManyLinks(Refused):
    code = "too_many_links"
    text = gettext_noop("一件问题最多 %(limit)s 个关联，请先解除不需要的。")


class ChildrenOpen(Conflict):
    code = "children_open"
    text = gettext_noop("还有子问题没有关闭：%(numbers)s。请先办结它们，或解除上下级关联，再关闭本问题。")


def _may(actor: Actor) -> None:
    if not actor.can("issues.reply"):
        raise Forbidden


@operation()
def link_issues(*, issue_id: int, number: str, way: str, actor: Actor, now: datetime) -> Link:
    """Links an issue with another one; ``way`` is a key of ``rules.relations.CHOSEN``, read from the issue in hand.

    Refuses issues that the actor may not see, a second link of the same kind, a second parent, and circles.
    """
    _may(actor)
    chosen = rules.way(way)
    if chosen is None or chosen not in rules.CHOSEN:
        raise BadChoice(params={"field": "way", "value": way[:50]})
    wanted = number.strip()[:32]
    other_id = Issue.objects.filter(visible(actor), number=wanted).values_list("pk", flat=True).first()
    if other_id is None:
        raise NoSuchIssue(params={"number": wanted})
    if other_id == issue_id:
        raise LinkToItself
    lock_together([issue_id, other_id])
    issue, other = locked_issue(issue_id, actor), locked_issue(other_id, actor)
    source, target = rules.ends(chosen, issue.pk, other.pk)
    _check(chosen, source, target, issue, other)
    link = keep_link(kind=chosen.kind, source_id=source, target_id=target, actor=actor, now=now)
    _say("issue.linked", chosen, issue, other, actor, now)
    return link


def keep_link(*, kind: str, source_id: int, target_id: int, actor: Actor, now: datetime) -> Link:
    """Writes the link; joins the transaction of whoever has locked both issues and checked it."""
    link = Link(
        kind=kind, source_id=source_id, target_id=target_id, by_id=actor.user_id, by_name=actor.name[:200], at=now
    )
    link.save(force_insert=True)
    audit.record(
        actor=actor, action="issue.linked", object_type="issue", object_id=source_id, now=now,
        detail={"kind": kind, "to": target_id},
    )  # fmt: skip
    return link


def _check(chosen: rules.Way, source: int, target: int, issue: Issue, other: Issue) -> None:
    if Link.objects.filter(source_id=source, target_id=target, kind=chosen.kind).exists():
        raise LinkedAlready(params={"number": other.number})
    if Link.objects.filter(source_id=source).count() + Link.objects.filter(target_id=target).count() >= _MOST:
        raise TooManyLinks(params={"limit": _MOST})
    if chosen.kind not in rules.NO_CIRCLE:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        cursor.execute(_UPWARDS, [target, chosen.kind, chosen.kind, source])
        if cursor.fetchone():
            raise LinkInCircle(params={"number": other.number})
    if chosen.kind == "child_of":
        _one_parent(source, issue if issue.pk == source else other)


def _one_parent(source: int, child: Issue) -> None:
    before = Link.objects.filter(source_id=source, kind="child_of").select_related("target").first()
    if before is not None:
        raise ParentAlready(params={"child": child.number, "number": before.target.number})


def _say(code: str, chosen: rules.Way, issue: Issue, other: Issue, actor: Actor, now: datetime) -> None:
    """A line in both, each as it reads from there."""
    there = rules.way_of(chosen.kind, turned=not chosen.turned)
    for here, far, seen in ((issue, other, chosen), (other, issue, there)):
        with at_work(here, now=now) as work:
            work.say(code, {"number": far.number, "way": seen.key}, actor)
            work.change(updated_at=now)


@operation()
def unlink_issues(*, issue_id: int, link_id: int, actor: Actor, now: datetime) -> None:
    """Takes a link away. Where an issue was split from stays. Refuses links of which the actor may not see both ends."""
    _may(actor)
    link = Link.objects.filter(pk=link_id).first()
    if link is None or issue_id not in (link.source_id, link.target_id):
        raise NotFound
    if link.kind == rules.MADE_BY_SPLITTING:
        raise Forbidden
    other_id = link.target_id if link.source_id == issue_id else link.source_id
    lock_together([issue_id, other_id])
    issue, other = locked_issue(issue_id, actor), locked_issue(other_id, actor)
    if not Link.objects.filter(pk=link_id).delete()[0]:
        raise NotFound
    chosen = rules.way_of(link.kind, turned=link.target_id == issue_id)
    _say("issue.unlinked", chosen, issue, other, actor, now)
    audit.record(
        actor=actor, action="issue.unlinked", object_type="issue", object_id=link.source_id, now=now,
        detail={"kind": link.kind, "to": link.target_id},
    )  # fmt: skip


def children_first(attempt: StepAttempt) -> None:
    """The guard: an issue is not closed by a step while a child of it, or of one that was merged into it, is open
    (correctness 36). Children that the actor may not see are counted, not named."""
    if not attempt.closes:
        return
    family = Issue.objects.filter(duplicate_of_id=attempt.issue.pk).values("pk")
    links = Link.objects.filter(kind="child_of", source__is_open=True)
    children = links.filter(target_id=attempt.issue.pk) | links.filter(target_id__in=family)
    ids = list(children.order_by("source_id").values_list("source_id", flat=True)[:_MOST])
    if ids:
        seen = Issue.objects.filter(visible(attempt.actor), pk__in=ids).order_by("pk")
        numbers = list(seen.values_list("number", flat=True))
        named = "、".join(numbers[:_NAMED])
        if len(ids) > min(len(numbers), _NAMED):
            named += _("（共 %(n)d 件）") % {"n": len(ids)}
        raise ChildrenOpen(params={"numbers": named})
