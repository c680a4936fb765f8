"""The rehearsals of a draft in a line each, for a page that leads to them."""

from bihuan.core.actor import Actor
from bihuan.studio import queries
from bihuan.studio.models import Draft, Rehearsal
from bihuan.web.studio.rehearsal_table import Column, standing
from bihuan.web.studio.rehearsal_words import percent
from bihuan.web.ui.navigation import address


def rehearsal_lines(actor: Actor, draft: Draft, content_hash: str) -> list[dict[str, object]]:
    """``content_hash``: of the draft as it is now; what was rehearsed before a change says so."""
    home = address("web:studio_rehearse", draft.pk)
    found = queries.rehearsals(actor=actor, draft_id=draft.pk) if home else []
    return [_line(row, home, content_hash) for row in found]


def _line(row: Rehearsal, home: str, content_hash: str) -> dict[str, object]:
    within = Column(row, row.results, None).measure("within") if row.results else None
    tone, sign, word, people = standing(row, within)
    return {
        "name": row.name,
        "href": f"{home}?s={row.pk}",
        "tone": tone,
        "sign": sign,
        "word": word,
        "value": percent(within.mean, 0) if within is not None else "",
        "people": people,
        "void": bool(row.results) and row.content_hash != content_hash,
        "by": row.by_name,
        "at": row.finished_at or row.queued_at,
    }
