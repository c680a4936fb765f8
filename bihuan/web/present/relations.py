"""Links, merges and likely duplicates as pages print them."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.issues.models import Entry, Issue
from bihuan.issues.operations import MergePreview
from bihuan.issues.queries import Linked, Merged, NearIssue
from bihuan.issues.rules.relations import CHOSEN
from bihuan.web.present.clocks import KIND_WORDS
from bihuan.web.refusals import refusal_text
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import duration, full_moment

Context = dict[str, object]
_KINDS = ("inbound", "call", "note", "reply")


def card(issue: Issue, now: datetime) -> Context:
    """An issue to be compared or chosen."""
    return {
        "id": issue.pk,
        "href": reverse("web:issue", args=[issue.pk]),
        "number": issue.number,
        "title": issue.title,
        "status": issue.status,
        "priority": issue.priority,
        "customer": issue.customer_name,
        "step": in_language(issue.step_name, issue.step_name_en),
        "came": full_moment(issue.created_at, now),
        "channel": issue.channel,
    }


def near(found: NearIssue, now: datetime) -> Context:
    """A likely duplicate with the reasons for saying so."""
    percent = round(found.likeness * 100)
    reasons = [_("同一客户"), _("相隔 %(time)s") % {"time": duration(found.apart.total_seconds())}]
    if found.why.same_title:
        reasons.append(_("标题相同"))
    if found.why.same_type:
        reasons.append(_("类型相同"))
    reasons.append(_("文字相似 %(n)s%%") % {"n": percent})
    return card(found.issue, now) | {"percent": percent, "reasons": " · ".join(reasons), "open": found.issue.is_open}


def _moment(value: datetime | None, now: datetime) -> str:
    return full_moment(value, now) if value is not None else "—"


def preview(found: MergePreview, kept: int, now: datetime) -> Context:
    """What a merge in one direction does. ``kept``: the issue that was asked to go on; another one where that is merged
    itself."""
    rows = [
        {
            "name": _(KIND_WORDS[each.kind]),
            "own": _moment(each.survivor, now),
            "theirs": _moment(each.merged, now),
            "strict": _moment(each.strict, now),
            "earlier": each.strict is not None and each.survivor is not None and each.strict < each.survivor,
        }
        for each in found.clocks
    ]
    own, theirs, strict = found.promised
    if not rows and (own or theirs):
        rows.append(
            {
                "name": _("答应客户的时间"),
                "own": _moment(own, now),
                "theirs": _moment(theirs, now),
                "strict": _moment(strict, now),
                "earlier": own is not None and strict is not None and strict < own,
            }
        )
    return {
        "kept": kept,
        "number": found.survivor.number,
        "gone": found.merged.number,
        "moved_on": found.survivor.number if found.survivor.pk != kept else "",
        "refused": refusal_text(found.refused) if found.refused is not None else "",
        "rows": rows,
    }


def linked(found: Linked, now: datetime) -> Context:
    """A link as it reads from the issue in hand."""
    return card(found.issue, now) | {
        "link": found.link.pk,
        "way": _(found.way.words),
        "of": found.of,
        "may_unlink": found.may_unlink,
    }


def merged(found: Merged, now: datetime) -> Context:
    """A merge that holds."""
    return {
        "id": found.merge.pk,
        "number": found.number,
        "card": card(found.issue, now) if found.issue is not None else None,
        "reason": found.merge.reason,
        "by": found.merge.by_name,
        "at": full_moment(found.merge.at, now),
        "may_undo": found.may_undo,
        "final": found.merge.ended_at is not None,
        "foreign": found.merge.foreign,
    }


def ways() -> list[dict[str, str]]:
    """The links that a person may set."""
    return [{"value": each.key, "text": _(each.words)} for each in CHOSEN]


def choices(entries: Sequence[Entry], chosen: Sequence[int]) -> list[Context]:
    """The messages that can be taken into an issue of their own."""
    return [
        {
            "id": entry.pk,
            "kind": entry.kind,
            "author": entry.author_name,
            "at": entry.at,
            "text": entry.text,
            "files": [file.name for file in entry.attachments.all()],
            "chosen": entry.pk in chosen,
        }
        for entry in entries
        if entry.kind in _KINDS
    ]
