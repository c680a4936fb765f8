"""The title of an issue, put better by a person."""

from datetime import datetime

from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Forbidden, Refused
from bihuan.core.stamps import operation
from bihuan.issues.models import Issue
from bihuan.issues.operations.locking import locked_issue
from bihuan.issues.operations.reasons import refuse_closed
from bihuan.issues.operations.search_row import index_anew
from bihuan.issues.operations.work import at_work
from bihuan.issues.rules import limits


class NoTitle(Refused):
    code = "no_title"
    text = gettext_noop("请写标题。")


class TitleChanged(Conflict):
    code = "title_changed"
    text = gettext_noop("您打开以后，标题已被改成“%(theirs)s”；您写的“%(mine)s”没有保存。")


@operation()
def retitle_issue(*, issue_id: int, title: str, read: str | None = None, actor: Actor, now: datetime) -> Issue:
    """Gives the issue another title; line breaks become blanks. It is found by the words of the new one, and the timeline
    says what it was. Mails go on in their thread, which hangs at their identifiers.

    ``read``: the title that the writer had before the eyes; where somebody has changed it since, nothing is overwritten
    (correctness 73). Refuses closed issues, an empty title, one that is too long, and those who may not correct.
    """
    if not actor.can("issues.correct"):
        raise Forbidden
    issue = locked_issue(issue_id, actor)
    refuse_closed(issue)
    wanted = limits.within("标题", " ".join(title.replace("\x00", "").split()), limits.TITLE)
    if not wanted:
        raise NoTitle
    before = issue.title
    if wanted == before:
        return issue
    if read is not None and read != before:
        raise TitleChanged(params={"theirs": before, "mine": wanted})
    with at_work(issue, now=now) as work:
        work.change(title=wanted)
        work.say("issue.retitled", {"before": before, "after": wanted}, actor)
        work.joined_by(actor.user_id)
        index_anew(issue)
        # The words themselves are personal as a rule: they stay out of the chain (correctness 119).
        audit.record(actor=actor, action="issue.retitled", object_type="issue", object_id=issue.pk, now=now, detail={})
    return issue
