"""Rehearsals: started, run again, renamed, cancelled, deleted; claimed and carried out by the worker."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zlib import crc32

from django.db import transaction
from django.db.models import Q

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.flows.models import Version
from bihuan.studio import permissions
from bihuan.studio.errors import (
    NotRehearsable,
    RehearsalActive,
    RehearsalIdle,
    RehearsalNameRequired,
    RehearsalSize,
    TooManyRehearsals,
)
from bihuan.studio.models import ACTIVE_STATES, Draft, Rehearsal, RehearsalState
from bihuan.studio.queries.history import calendars
from bihuan.studio.queries.readiness import package_of
from bihuan.studio.queries.rehearsals import loaded
from bihuan.studio.rehearsing.assumptions import Assumptions

_NAME: Final = 60
_LEAST, _MOST = 20, 20_000
_LEAST_RUNS, _MOST_RUNS = 3, 60
_TOTAL: Final = 400_000
_KEPT: Final = 30
_ATTEMPTS: Final = 3
LEASE: Final = timedelta(seconds=20)
GAVE_UP: Final = "gave_up"
"""The failure of a run that no worker brought to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is simulated: ``cases`` counted issues, ``replications`` times."""

    cases: int
    replications: int

    def check(self) -> None:
        """Refuses ``RehearsalSize``."""
        fits = _LEAST <= self.cases <= _MOST and _LEAST_RUNS <= self.replications <= _MOST_RUNS
        if not fits or self.cases * self.replications > _TOTAL:
            raise RehearsalSize(
                params={
                    "least": _LEAST,
                    "most": _MOST,
                    "least_runs": _LEAST_RUNS,
                    "most_runs": _MOST_RUNS,
                    "total": _TOTAL,
                }
            )


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is rehearsed."""

    draft: Draft | None
    version: Version | None

    @property
    def key(self) -> str:
        if self.draft is not None:
            return self.draft.key
        assert self.version is not None
        return self.version.definition.key

    def content(self) -> tuple[bytes, dict[str, str], str]:
        """Chart, decision tables, content hash."""
        if self.draft is not None:
            return bytes(self.draft.chart), self.draft.decisions, package_of(self.draft).content_hash()
        assert self.version is not None
        return bytes(self.version.chart), self.version.decisions, self.version.content_hash


@transaction.atomic
def start_rehearsal(
    *,
    draft_id: int | None = None,
    version_id: int | None = None,
    name: str,
    assumptions: Assumptions,
    size: Size,
    actor: Actor,
    now: datetime,
) -> Rehearsal:
    """A new scenario of a draft or of a version, in the queue. All of one chart face the same issues.

    Refuses ``NotRehearsable``, ``RehearsalNameRequired``, ``RehearsalSize``, ``TooManyRehearsals``.
    """
    _check_actor(actor)
    size.check()
    subject = _subject(draft_id, version_id)
    if Rehearsal.objects.filter(draft=subject.draft, version=subject.version).count() >= _KEPT:
        raise TooManyRehearsals(params={"limit": _KEPT})
    rehearsal = Rehearsal.objects.create(
        draft=subject.draft,
        version=subject.version,
        name=_name(name),
        content_hash=_checked(subject, actor),
        assumptions=assumptions.to_json(),
        cases=size.cases,
        replications=size.replications,
        seed=crc32(subject.key.encode()),
        by_id=actor.user_id,
        by_name=actor.name[:200],
        created_at=now,
        queued_at=now,
    )
    _record(rehearsal, "rehearsal.started", actor, now)
    return rehearsal


@transaction.atomic
def rerun_rehearsal(
    *, rehearsal_id: int, assumptions: Assumptions, size: Size, actor: Actor, now: datetime
) -> Rehearsal:
    """Runs a scenario again, with these assumptions and the chart as it is now; its earlier results go.

    Refuses ``RehearsalActive``, ``NotRehearsable``, ``RehearsalSize``.
    """
    _check_actor(actor)
    size.check()
    rehearsal = _locked(rehearsal_id)
    if rehearsal.state in ACTIVE_STATES:
        raise RehearsalActive
    rehearsal.content_hash = _checked(_subject(rehearsal.draft_id, rehearsal.version_id), actor)
    rehearsal.assumptions = assumptions.to_json()
    rehearsal.cases, rehearsal.replications = size.cases, size.replications
    rehearsal.state, rehearsal.progress, rehearsal.doing = RehearsalState.QUEUED, 0, ""
    rehearsal.failure, rehearsal.attempts, rehearsal.lease_until = "", 0, None
    rehearsal.run += 1
    rehearsal.queued_at, rehearsal.started_at, rehearsal.finished_at = now, None, None
    rehearsal.by_id, rehearsal.by_name = actor.user_id, actor.name[:200]
    rehearsal.results = None
    rehearsal.save()
    _record(rehearsal, "rehearsal.started", actor, now)
    return rehearsal


@transaction.atomic
def rename_rehearsal(*, rehearsal_id: int, name: str, actor: Actor, now: datetime) -> Rehearsal:
    """Gives a scenario another name."""
    _check_actor(actor)
    rehearsal = _locked(rehearsal_id)
    rehearsal.name = _name(name)
    rehearsal.save(update_fields=["name"])
    _record(rehearsal, "rehearsal.renamed", actor, now)
    return rehearsal


@transaction.atomic
def cancel_rehearsal(*, rehearsal_id: int, actor: Actor, now: datetime) -> Rehearsal:
    """Stops a run, or takes it out of the queue. Refuses ``RehearsalIdle``."""
    _check_actor(actor)
    rehearsal = _locked(rehearsal_id)
    if rehearsal.state not in ACTIVE_STATES:
        raise RehearsalIdle
    _settle(rehearsal, RehearsalState.CANCELLED, now)
    _record(rehearsal, "rehearsal.cancelled", actor, now)
    return rehearsal


@transaction.atomic
def delete_rehearsal(*, rehearsal_id: int, actor: Actor, now: datetime) -> None:
    """Takes a scenario away; if it runs, the run ends."""
    _check_actor(actor)
    rehearsal = _locked(rehearsal_id)
    _record(rehearsal, "rehearsal.deleted", actor, now)
    rehearsal.delete()


# The worker


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that this worker carries out. ``job``: what `rehearsing.job` takes, plain JSON."""

    rehearsal_id: int
    run: int
    job: Mapping[str, object]


@transaction.atomic
def claim_rehearsal(*, now: datetime) -> Claimed | None:
    """The run that has waited longest, or one whose worker is gone, for ``LEASE``; None if there is none.

    A run that no worker brings to its end is given up after some attempts.
    """
    waits = Q(state=RehearsalState.QUEUED) | Q(state=RehearsalState.RUNNING, lease_until__lt=now)
    found = Rehearsal.objects.select_for_update(skip_locked=True).filter(waits).order_by("queued_at", "id").first()
    if found is None:
        return None
    if found.attempts >= _ATTEMPTS:
        found.failure = GAVE_UP
        _settle(found, RehearsalState.FAILED, now)
        return claim_rehearsal(now=now)
    chart, decisions, content_hash = _subject(found.draft_id, found.version_id).content()
    found.state, found.started_at, found.lease_until = RehearsalState.RUNNING, now, now + LEASE
    found.attempts += 1
    found.progress, found.content_hash = 0, content_hash
    found.save(update_fields=["state", "started_at", "lease_until", "attempts", "progress", "content_hash"])
    job = {
        "chart": b64encode(chart).decode(),
        "decisions": decisions,
        "assumptions": found.assumptions,
        "calendars": calendars(),
        "cases": found.cases,
        "replications": found.replications,
        "seed": found.seed,
    }
    return Claimed(found.pk, found.run, job)


@transaction.atomic
def note_progress(*, rehearsal_id: int, run: int, progress: int, doing: str, now: datetime) -> bool:
    """How far a run is; False if nobody wants it any more."""
    running = Rehearsal.objects.filter(pk=rehearsal_id, run=run, state=RehearsalState.RUNNING)
    return bool(running.update(progress=progress, doing=doing, lease_until=now + LEASE))


@transaction.atomic
def note_results(*, rehearsal_id: int, run: int, results: Mapping[str, object]) -> bool:
    """Keeps the figures of a scenario while the search for people goes on; False if nobody wants the run any more."""
    running = Rehearsal.objects.filter(pk=rehearsal_id, run=run, state=RehearsalState.RUNNING)
    return bool(running.update(results=dict(results)))


@transaction.atomic
def finish_rehearsal(
    *, rehearsal_id: int, run: int, results: Mapping[str, object] | None, failure: str, now: datetime
) -> bool:
    """Keeps what a run gave, or why it gave nothing; False if nobody wants it any more."""
    running = Rehearsal.objects.select_for_update().filter(pk=rehearsal_id, run=run, state=RehearsalState.RUNNING)
    rehearsal = running.first()
    if rehearsal is None:
        return False
    rehearsal.results = None if results is None else dict(results)
    rehearsal.failure = "" if results is not None else failure[:2000] or GAVE_UP
    _settle(rehearsal, RehearsalState.FAILED if results is None else RehearsalState.DONE, now)
    return True


@transaction.atomic
def release_rehearsal(*, rehearsal_id: int, run: int) -> bool:
    """Puts a run back into the queue, because its process ended without a word; False if nobody wants it any more."""
    running = Rehearsal.objects.filter(pk=rehearsal_id, run=run, state=RehearsalState.RUNNING)
    return bool(running.update(state=RehearsalState.QUEUED, lease_until=None, progress=0))


# Parts


def _check_actor(actor: Actor) -> None:
    if not permissions.may_draw(actor):
        raise Forbidden


def _subject(draft_id: int | None, version_id: int | None) -> _Subject:
    draft = Draft.objects.filter(pk=draft_id).first() if draft_id is not None else None
    versions = Version.objects.select_related("definition")
    version = versions.filter(pk=version_id).first() if version_id is not None else None
    if (draft is None) == (version is None):
        raise NotFound
    return _Subject(draft, version)


def _checked(subject: _Subject, actor: Actor) -> str:
    """The content hash of what can be rehearsed: it loads, and no case of it gets stuck."""
    chart, decisions, content_hash = subject.content()
    _chart, (wrong, wrong_en) = loaded(chart, decisions)
    if wrong:
        raise NotRehearsable(params={"why": wrong_en if actor.language.startswith("en") else wrong})
    return content_hash


def _name(given: str) -> str:
    name = " ".join(given.replace("\x00", "").split())
    if not 1 <= len(name) <= _NAME:
        raise RehearsalNameRequired(params={"limit": _NAME})
    return name


def _locked(rehearsal_id: int) -> Rehearsal:
    found = Rehearsal.objects.select_for_update().filter(pk=rehearsal_id).first()
    if found is None:
        raise NotFound
    return found


def _settle(rehearsal: Rehearsal, state: RehearsalState, now: datetime) -> None:
    rehearsal.state, rehearsal.finished_at, rehearsal.lease_until, rehearsal.doing = state, now, None, ""
    if state == RehearsalState.DONE:
        rehearsal.progress = 100
    rehearsal.save(update_fields=["state", "finished_at", "lease_until", "doing", "progress", "results", "failure"])


def _record(rehearsal: Rehearsal, action: str, actor: Actor, now: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        object_type="rehearsal",
        object_id=rehearsal.pk,
        now=now,
        detail={"draft": rehearsal.draft_id, "version": rehearsal.version_id, "run": rehearsal.run},
    )
