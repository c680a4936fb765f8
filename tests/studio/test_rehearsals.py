"""Rehearsals through operations and the worker's tick, with the real process that simulates."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from zlib import crc32

import psutil
import pytest

from bihuan.accounts.models import User
from bihuan.core.actor import customer_actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.models import AuditEntry
from bihuan.flows import operations as flow_operations
from bihuan.flows import queries as flows
from bihuan.studio import operations as studio
from bihuan.studio import queries, tasks
from bihuan.studio.errors import (
    CalendarMissing,
    NotRehearsable,
    RehearsalActive,
    RehearsalIdle,
    RehearsalNameRequired,
    RehearsalSize,
    TooManyRehearsals,
)
from bihuan.studio.models import Draft, Rehearsal, RehearsalState
from bihuan.studio.operations import Size
from bihuan.studio.operations.rehearsals import GAVE_UP, LEASE
from bihuan.studio.rehearsing.assumptions import Assumptions
from tests import factories
from tests.factories import NOW
from tests.issues.test_story import do, open_step

pytestmark = pytest.mark.django_db
SMALL = Size(cases=20, replications=3)


@pytest.fixture(autouse=True)
def _company() -> None:
    factories.company()


@pytest.fixture(autouse=True)
def _no_process_stays() -> Iterator[None]:
    yield
    tasks.stop()


def version_id() -> int:
    version = flows.current_version(key="T01")
    assert version is not None
    return version.pk


def proposal(now: datetime = NOW) -> Assumptions:
    manager = factories.actor("manager")
    subject = queries.rehearsable_version(actor=manager, version_id=version_id())
    return queries.proposed(actor=manager, subject=subject, now=now).assumptions


def started(name: str = "现状", size: Size = SMALL, draft: Draft | None = None) -> Rehearsal:
    return studio.start_rehearsal(
        draft_id=None if draft is None else draft.pk,
        version_id=version_id() if draft is None else None,
        name=name,
        assumptions=proposal(),
        size=size,
        actor=factories.actor("manager"),
        now=NOW,
    )


def fresh(rehearsal: Rehearsal) -> Rehearsal:
    return Rehearsal.objects.get(pk=rehearsal.pk)


def work(rehearsal: Rehearsal, *, seconds: float = 60.0, until: str = "") -> Rehearsal:
    """Ticks until the run is over, in the named state, or ("so far") its first figures are there."""
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        passed = timedelta(seconds=time.monotonic() - begin)
        tasks.carry_on_rehearsals(NOW + passed)
        found = fresh(rehearsal)
        early = until == "so far" and found.results is not None
        if early or found.state == until or found.state not in ("queued", "running"):
            return found
        time.sleep(0.02)
    raise AssertionError(f"still {fresh(rehearsal).state}")


def test_the_worker_rehearses_and_the_answer_stays() -> None:
    rehearsal = started()
    assert (rehearsal.state, rehearsal.seed, rehearsal.by_name) == ("queued", crc32(b"T01"), "manager 先生")
    done = work(rehearsal)
    assert done.state == RehearsalState.DONE and done.progress == 100 and not done.failure
    results = done.results
    assert results is not None
    assert {"within", "p50", "p90", "waiting_share", "rework"} <= results["measures"].keys()
    assert len(results["measures"]["p90"]["runs"]) == 3
    assert results["nodes"]["analyse"]["breach"]["runs"] and results["nodes"]["analyse"]["team"] == "engineer"
    assert results["teams"]["agent"]["seats"] == 1 and len(results["teams"]["agent"]["days"]["mean"]) <= 31
    assert results["answer"]["role"] == done.assumptions["goal"]["role"] and results["back"] is None
    kept = [(entry.action, entry.object_id) for entry in AuditEntry.objects.filter(object_type="rehearsal")]
    assert kept == [("rehearsal.started", rehearsal.pk)]
    assert tasks.carry_on_rehearsals(NOW) == 0, "nothing is left to do"


def test_a_tick_never_waits_for_the_simulation() -> None:
    """Timers share the worker's threads: a long rehearsal may not hold them up."""
    rehearsal = started(size=Size(cases=5_000, replications=10))
    longest = 0.0
    for _ in range(40):
        begin = time.monotonic()
        tasks.carry_on_rehearsals(NOW)
        longest = max(longest, time.monotonic() - begin)
        time.sleep(0.01)
    assert fresh(rehearsal).state == RehearsalState.RUNNING
    assert longest < 1.0


def _kill_the_process() -> None:
    (child,) = [one for one in psutil.Process().children() if "bihuan.studio.child" in one.cmdline()]
    child.kill()


def test_a_run_whose_process_is_killed_begins_again_and_gives_the_same() -> None:
    reference = work(started("没有人打断")).results
    rehearsal = started("被打断", size=SMALL)
    work(rehearsal, until="running")
    _kill_the_process()
    again = work(rehearsal)
    assert again.state == RehearsalState.DONE and again.attempts == 2
    assert again.results == reference, "the same seed: the same issues, the same answer"


def test_a_run_whose_worker_is_gone_is_taken_over_when_its_lease_is_over() -> None:
    rehearsal = started()
    claimed = studio.claim_rehearsal(now=NOW)
    assert claimed is not None and claimed.rehearsal_id == rehearsal.pk
    assert studio.claim_rehearsal(now=NOW + LEASE) is None, "it may still be alive"
    later = NOW + LEASE + timedelta(seconds=1)
    assert studio.note_progress(rehearsal_id=rehearsal.pk, run=claimed.run, progress=40, doing="base", now=NOW + LEASE)
    assert studio.claim_rehearsal(now=later) is None, "it is alive"
    assert studio.claim_rehearsal(now=later + LEASE) is not None
    assert fresh(rehearsal).attempts == 2 and fresh(rehearsal).progress == 0


def test_what_kills_every_worker_is_given_up() -> None:
    rehearsal, other = started(), started("另一个")
    for attempt in range(3):
        assert studio.claim_rehearsal(now=NOW + 2 * attempt * LEASE) is not None
        studio.release_rehearsal(rehearsal_id=rehearsal.pk, run=1)
    claimed = studio.claim_rehearsal(now=NOW + 10 * LEASE)
    assert claimed is not None and claimed.rehearsal_id == other.pk, "the next one is not held up"
    assert (fresh(rehearsal).state, fresh(rehearsal).failure) == ("failed", GAVE_UP)


def test_a_cancelled_run_ends_and_what_it_still_says_is_not_taken() -> None:
    manager = factories.actor("manager")
    rehearsal = started(size=Size(cases=5_000, replications=10))
    work(rehearsal, until="running")
    studio.cancel_rehearsal(rehearsal_id=rehearsal.pk, actor=manager, now=NOW)
    begin = time.monotonic()
    while tasks.is_busy() and time.monotonic() - begin < 20:
        tasks.carry_on_rehearsals(NOW + timedelta(seconds=10))
        time.sleep(0.02)
    assert not tasks.is_busy() and fresh(rehearsal).state == RehearsalState.CANCELLED
    with pytest.raises(RehearsalIdle):
        studio.cancel_rehearsal(rehearsal_id=rehearsal.pk, actor=manager, now=NOW)
    assert not studio.finish_rehearsal(rehearsal_id=rehearsal.pk, run=1, results={"x": 1}, failure="", now=NOW)
    again = studio.rerun_rehearsal(
        rehearsal_id=rehearsal.pk, assumptions=proposal(), size=SMALL, actor=manager, now=NOW
    )
    assert (again.run, again.state) == (2, "queued")
    claimed = studio.claim_rehearsal(now=NOW)
    assert claimed is not None and claimed.run == 2
    assert not studio.finish_rehearsal(rehearsal_id=rehearsal.pk, run=1, results={"x": 1}, failure="", now=NOW)
    with pytest.raises(RehearsalActive):
        studio.rerun_rehearsal(rehearsal_id=rehearsal.pk, assumptions=proposal(), size=SMALL, actor=manager, now=NOW)


def test_one_that_is_deleted_while_it_runs() -> None:
    rehearsal = started(size=Size(cases=5_000, replications=10))
    work(rehearsal, until="running")
    studio.delete_rehearsal(rehearsal_id=rehearsal.pk, actor=factories.actor("manager"), now=NOW)
    begin = time.monotonic()
    while tasks.is_busy() and time.monotonic() - begin < 20:
        tasks.carry_on_rehearsals(NOW + timedelta(seconds=10))
        time.sleep(0.02)
    assert not tasks.is_busy()


def test_a_chart_that_gets_stuck_is_not_rehearsed() -> None:
    manager = factories.actor("manager")
    draft = studio.copy_shipped(shipped="T01", name="坏的", actor=manager, now=NOW)
    chart = bytes(draft.chart)
    join = chart.index(b'<bpmn:parallelGateway id="execute_split"')
    end = chart.index(b"</bpmn:parallelGateway>", join)
    split = chart[join:end].replace(b"parallelGateway", b"exclusiveGateway") + b"</bpmn:exclusiveGateway>"
    chart = chart[:join] + split + chart[end + len(b"</bpmn:parallelGateway>") :]
    studio.save_draft(draft_id=draft.pk, revision=draft.revision, chart=chart, actor=manager, now=NOW)
    with pytest.raises(NotRehearsable) as refused:
        started(draft=Draft.objects.get(pk=draft.pk))
    assert refused.value.params["why"]
    subject = queries.rehearsable_draft(actor=manager, draft=Draft.objects.get(pk=draft.pk), number=1)
    assert refused.value.params["why"] == subject.wrong[0], "the page says beforehand what the refusal says"


@pytest.mark.parametrize("name", ["", "   ", "长" * 61, "x" * 10_000])
def test_a_scenario_has_a_name(name: str) -> None:
    with pytest.raises(RehearsalNameRequired):
        started(name)
    rehearsal = started("现状")
    with pytest.raises(RehearsalNameRequired):
        studio.rename_rehearsal(rehearsal_id=rehearsal.pk, name=name, actor=factories.actor("manager"), now=NOW)


def test_names_may_be_hostile() -> None:
    rehearsal = started("<b>‮😀</b>\x00  \n 方案")
    assert rehearsal.name == "<b>‮😀</b> 方案"


@pytest.mark.parametrize(("cases", "runs"), [(0, 20), (20_001, 3), (100, 2), (100, 61), (10_000, 50), (-1, -1)])
def test_how_much_is_simulated_has_limits(cases: int, runs: int) -> None:
    with pytest.raises(RehearsalSize):
        started(size=Size(cases=cases, replications=runs))


@pytest.mark.foreign_write("thirty rows at once")
def test_not_more_than_thirty() -> None:
    first = started()
    Rehearsal.objects.bulk_create([_copy(first) for _ in range(29)])
    with pytest.raises(TooManyRehearsals):
        started()


def _copy(rehearsal: Rehearsal) -> Rehearsal:
    found = fresh(rehearsal)
    found.pk = None
    return found


def test_who_may_rehearse_and_who_may_look() -> None:
    rehearsal = started()
    agent, customer = factories.actor("agent"), customer_actor(customer_id=1, name="x")
    assert [one.pk for one in queries.rehearsals(actor=agent, version_id=version_id())] == [rehearsal.pk]
    assert queries.rehearsals(actor=customer, version_id=version_id()) == []
    assert queries.rehearsals(actor=agent) == [] == queries.rehearsals(actor=agent, draft_id=version_id())
    with pytest.raises(NotFound):
        queries.rehearsal(actor=customer, rehearsal_id=rehearsal.pk)
    assert not queries.may_rehearse(agent) and queries.may_rehearse(factories.actor("quality"))
    for act in (
        lambda: studio.cancel_rehearsal(rehearsal_id=rehearsal.pk, actor=agent, now=NOW),
        lambda: studio.delete_rehearsal(rehearsal_id=rehearsal.pk, actor=agent, now=NOW),
        lambda: studio.rename_rehearsal(rehearsal_id=rehearsal.pk, name="x", actor=agent, now=NOW),
        lambda: studio.start_rehearsal(
            version_id=version_id(), name="x", assumptions=proposal(), size=SMALL, actor=agent, now=NOW
        ),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(NotFound):
        studio.start_rehearsal(name="x", assumptions=proposal(), size=SMALL, actor=factories.actor("manager"), now=NOW)


def test_the_proposal_comes_from_what_happened() -> None:
    """Six issues, each registered within twelve minutes, of which the clock stood for two; two are urgent."""
    for number in range(6):
        now = NOW + timedelta(minutes=number)
        issue = factories.customer_issue(now=now, email=f"c{number}@hospital.example", title=f"第 {number} 件")
        step, agent = open_step(issue), factories.actor("agent")
        flow_operations.claim_work_item(work_item_id=step.pk, actor=agent, now=now)
        pause, resume = now + timedelta(minutes=4), now + timedelta(minutes=6)
        flow_operations.pause_work_item(work_item_id=step.pk, reason="等电话", actor=agent, now=pause)
        flow_operations.resume_work_item(work_item_id=step.pk, actor=agent, now=resume)
        do(issue, "register", now + timedelta(minutes=12))
        do(issue, "classify", now + timedelta(minutes=30), **({"urgency": "high"} if number < 2 else {}))
    later = NOW + timedelta(hours=3)
    found = proposal(later)
    assert found.arrivals.origin.kind == "history" and found.arrivals.origin.seen == 6
    assert found.steps["register"].origin.seen == 6 and found.steps["register"].minutes == pytest.approx(10)
    assert found.splits["registered"].shares == {"to_classify": 1.0, "is_duplicate": 0.0, "is_invalid": 0.0}
    assert found.splits["urgent_split"].shares["urgent"] == pytest.approx(2 / 6, abs=1e-6)
    assert found.teams["agent"].at_once == 4, "seventy-two minutes of work in seventeen"
    assert found.steps["classify"].origin.kind == "default", "nobody took it on: nobody knows how long it took"
    assert found.steps["analyse"].origin.kind == "default" and found.back is None
    assert found.teams["engineer"].people == 3 and found.teams["engineer"].origin.kind == "staff"
    assert (found.first.isoformat(), found.last.isoformat()) == ("2026-12-01", "2026-12-31")


@pytest.mark.foreign_write("absences come from the organisation's own book")
def test_absences_in_the_period_are_known() -> None:
    begin = NOW + timedelta(days=15)
    User.objects.filter(username="engineer").update(absent_from=begin, absent_until=begin + timedelta(days=5))
    User.objects.filter(username="engineer2").update(absent_from=NOW - timedelta(days=9), absent_until=NOW)
    team = proposal().teams["engineer"]
    assert team.leave == ((begin.isoformat(), (begin + timedelta(days=5)).isoformat()),) and team.count_leave


def test_without_a_working_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = queries.rehearsable_version(actor=factories.actor("manager"), version_id=version_id())
    monkeypatch.setattr(import_module("bihuan.studio.queries.rehearsals"), "calendars", dict)
    with pytest.raises(CalendarMissing):
        queries.proposed(actor=factories.actor("manager"), subject=subject, now=NOW)
