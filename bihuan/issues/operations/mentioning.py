"""@name in a note: a notice for whoever is meant, and no right that they have not."""

from django.utils.translation import gettext_noop

from bihuan.accounts.organisation import organisation
from bihuan.core.errors import Refused
from bihuan.issues.models import Issue
from bihuan.issues.operations.work import Work
from bihuan.issues.permissions import may_see
from bihuan.issues.queries.mentions import names
from bihuan.issues.rules.mentions import mentioned


class MayNotSee(Refused):
    code = "mentioned_may_not_see"
    text = gettext_noop("%(who)s看不到这件问题，提到也收不到。请先转派或协办给对方的部门，或者去掉 @。")


def people_mentioned(issue: Issue, text: str) -> list[int]:
    """Who is meant, of those who may see the issue. Refuses a name that nobody who may see it has."""
    company = organisation()
    able: list[int] = []
    unable: dict[str, None] = {}
    meant = mentioned(text, names())
    for user_id in meant:
        actor = company.actor(user_id)
        if actor is not None and may_see(actor, issue):
            able.append(user_id)
        else:
            unable[company.members[user_id].name] = None
    missing = [name for name in unable if name not in {company.members[each].name for each in able}]
    if missing:
        raise MayNotSee(params={"who": "、".join(missing)})
    return able


def tell_mentioned(work: Work, people: list[int], writer: str, but: int | None) -> None:
    """A notice each, but for the writer. Joins the note's work."""
    work.tell([each for each in people if each != but], "notice.mention", {"who": writer})
