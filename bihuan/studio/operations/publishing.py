"""From draft to version."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden
from bihuan.flows import queries as flows
from bihuan.flows.models import Version
from bihuan.flows.operations import Pilot, publish_package
from bihuan.studio import permissions
from bihuan.studio.errors import ChangeLogRequired, NothingChanged, NotReady, NotReviewed, WarningsUnseen
from bihuan.studio.models import Draft, Unreviewed
from bihuan.studio.operations.reviews import conflict, locked, moved, record
from bihuan.studio.operations.suggestions import take_up
from bihuan.studio.operations.words import said
from bihuan.studio.queries.readiness import Readiness, package_of, readiness


@transaction.atomic
def publish_draft(
    *,
    draft_id: int,
    revision: int,
    change_log: str,
    pilot: Pilot | None = None,
    warnings_seen: bool = False,
    unreviewed_reason: str = "",
    taken_up: Sequence[int] = (),
    actor: Actor,
    now: datetime,
) -> Version:
    """Publishes for all, or as a pilot. The draft must be free of errors and have all its forms; its warnings must have
    been seen; all reviewers must have signed this content, or ``unreviewed_reason`` says why not. ``taken_up``: ids of
    open suggestions that this version takes up.

    Refuses ``NotReady``, ``WarningsUnseen``, ``NotReviewed``, ``ChangeLogRequired``, ``NothingChanged``,
    ``DraftConflict``, ``DraftClosed``, and as ``publish_package`` does.
    """
    if not permissions.may_publish(actor):
        raise Forbidden
    draft = locked(draft_id)
    if draft.revision != revision:
        raise conflict(draft)
    stage = moved(draft, "publish")
    ready = readiness(actor=actor, draft=draft)
    reason = said(unreviewed_reason)
    _check(ready, warnings_seen=warnings_seen, reason=reason)
    before = flows.versions_of(key=draft.key)
    log = said(change_log)
    if before and not log:
        raise ChangeLogRequired
    version = publish_package(package=package_of(draft), change_log=log, pilot=pilot, actor=actor, now=now)
    if any(version.pk == each.pk for each in before):
        raise NothingChanged(params={"number": version.number})
    draft.stage, draft.published = stage, version
    draft.save(update_fields=["stage", "published"])
    if not ready.signed:
        Unreviewed.objects.create(draft=draft, reason=reason, by_name=actor.name[:200], at=now)
    _note(draft, version, ready, reason, actor, now)
    take_up(suggestion_ids=taken_up, version=version, actor=actor, now=now)
    return version


def _check(ready: Readiness, *, warnings_seen: bool, reason: str) -> None:
    problems = [one.message_zh for one in ready.problems] + [one.message.zh for one in ready.errors]
    if ready.missing_forms:
        problems.append(f"缺少表单 {'、'.join(ready.missing_forms)}")
    if problems:
        raise NotReady(params={"problems": "；".join(each.rstrip("。") for each in problems[:5])})
    if ready.warnings and not warnings_seen:
        raise WarningsUnseen(params={"count": len(ready.warnings)})
    if not ready.signed and not reason:
        raise NotReviewed


def _note(draft: Draft, version: Version, ready: Readiness, reason: str, actor: Actor, now: datetime) -> None:
    review = ready.review.pk if ready.signed and ready.review is not None else None
    detail: dict[str, object] = {"version": version.number, "hash": version.content_hash, "review": review}
    if review is None:
        detail["unreviewed"] = reason
    record(draft, "draft.published", actor, now, detail)
