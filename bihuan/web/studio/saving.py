"""Saving one form or one table of a draft: others may have saved the chart or another part of it since."""

import hashlib
import json
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse

from bihuan.core.clock import system_now
from bihuan.studio import operations, queries
from bihuan.studio.errors import DraftConflict
from bihuan.studio.models import Draft
from bihuan.web.request import actor_of
from bihuan.web.studio.body import number_in, refusal, text_in
from bihuan.web.ui.filters import full_moment, time_of_day


def digest(content: object) -> str:
    """What tells two contents of a form or table apart."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def save_part(
    request: HttpRequest,
    draft: Draft,
    sent: Mapping[str, object],
    key: str,
    *,
    form: dict[str, object] | None = None,
    table: str | None = None,
) -> HttpResponse:
    """Stores a form or a table under its key: {revision, seen, saved_at}; 409 with ``by`` and ``at`` if somebody
    changed this very part.

    ``sent``: ``seen``, which content of the part the writer began from, and the draft's ``revision`` then.
    """
    actor, now = actor_of(request), system_now()
    same = digest(_part(draft, key, form)) == text_in(sent, "seen")
    try:
        saved = operations.save_parts(
            draft_id=draft.pk,
            revision=draft.revision if same else number_in(sent, "revision"),
            forms=None if form is None else {**draft.forms, key: form},
            decisions=None if table is None else {**draft.decisions, key: table},
            actor=actor,
            now=now,
        )
    except DraftConflict as conflict:
        current = queries.draft(actor=actor, draft_id=draft.pk)
        return refusal(DraftConflict(params={**conflict.params, "at": full_moment(current.updated_at, now)}))
    seen = digest(_part(saved, key, form))
    return JsonResponse({"revision": saved.revision, "seen": seen, "saved_at": time_of_day(saved.updated_at)})


def _part(draft: Draft, key: str, form: object) -> object:
    return draft.decisions.get(key) if form is None else draft.forms.get(key)
