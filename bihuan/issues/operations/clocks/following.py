"""Clocks follow their issue: at the end of every operation it is asked how the issue stands now, and each clock starts,
stands, goes on, is given another target or ends accordingly. What was done before need not be known, so no way of
changing an issue can leave its clocks behind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bihuan.core.actor import SYSTEM
from bihuan.core.rows import Select, insert_rows, update_row
from bihuan.issues.models import Clock, Entry
from bihuan.issues.operations.clocks import rows
from bihuan.issues.operations.clocks.words import retargeted
from bihuan.issues.queries.clocks import facts_of, local_day, standing_since, terms_in_force
from bihuan.issues.rules.clocks import APPROVAL, DEPARTMENT, FIRST, NEXT, RESOLUTION, Moment, Terms, choose, paused
from bihuan.issues.rules.replies import is_thanks

if TYPE_CHECKING:
    from bihuan.issues.operations.work import Work

_OF_ISSUE = Select(Clock, "WHERE t.issue_id = %s ORDER BY t.started_at, t.id")
_SOLVED = frozenset({"met", "breached"})


class Following:
    """The clocks of one issue while they are brought in line; ``store`` writes what changed."""

    def __init__(self, work: Work, moment: Moment, terms: Terms | None) -> None:
        self.work = work
        self.moment = moment
        self.terms = terms
        self.now = work.now
        self.clocks: list[Clock] = [] if moment.fresh else _OF_ISSUE.rows(work.issue.pk)
        self.cycle = max((each.cycle for each in self.clocks), default=1)
        self._changed: dict[int, Clock] = {}
        self._fresh: list[Clock] = []
        self._held = moment.held if moment.held is not None else self._held_so_far()

    def _held_so_far(self) -> frozenset[int]:
        held = (row for row in self._open(DEPARTMENT) if standing_since(row) != "passed_on")
        return frozenset(row.department_id for row in held if row.department_id is not None)

    # -- what there is ---------------------------------------------------------------------------------------------

    def _all_open(self) -> list[Clock]:
        return [row for row in self.clocks if row.ended_at is None]

    def _open(self, kind: str) -> list[Clock]:
        return [row for row in self._all_open() if row.kind == kind]

    def _target(self, kind: str) -> bool:
        return self.terms is not None and kind in self.terms.targets

    # -- what is done ----------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Everything."""
        if self.moment.closed:
            self._end(self._all_open())
        else:
            self._next_cycle()
            self._retarget()
            self._answers()
            self._solution()
            self._departments()
            self._approval()
            self._stand_or_go()
        self._note_on_issue()

    def _next_cycle(self) -> None:
        """A solution that did not hold: what is owed now is owed anew, and the old verdict stays (correctness 16)."""
        here = (row for row in self.clocks if row.cycle == self.cycle and row.kind in (RESOLUTION, DEPARTMENT))
        if self.moment.working and any(row.verdict in _SOLVED for row in here):
            self.cycle += 1

    def _retarget(self) -> None:
        moved = []
        for row in self._all_open():
            if self.terms is None or row.kind not in self.terms.targets:
                rows.end(row, status=self.moment.status, now=self.now, void=True)
                self._touch(row)
            elif row.policy_id != self.terms.id or row.target != rows.target_of(row, self.terms):
                if rows.retarget(row, self.terms, self.now):
                    moved.append(row)
                self._touch(row)
        if moved and self.terms is not None:
            self.work.say("clock.retargeted", retargeted(self.terms, moved), SYSTEM)

    def _answers(self) -> None:
        if self.moment.replied:
            self._end([*self._open(FIRST), *self._open(NEXT)])
        if self._target(FIRST) and not self.moment.reached and not self._answered():
            self._begin(FIRST, at_intake=True)
        # A question before the first answer is answered by that; it never shortens it (correctness 11, 13).
        if self.moment.asked and self._target(NEXT) and not self._open(FIRST):
            self._begin(NEXT)

    def _answered(self) -> bool:
        """Whether there has been a first answer, or a clock that waits for it or did."""
        if any(row.kind == FIRST for row in self.clocks) or self.moment.replied:
            return True
        if self.moment.fresh:
            return False
        return Entry.objects.filter(issue_id=self.work.issue.pk, kind="reply", author_kind="user").exists()

    def _solution(self) -> None:
        if not self.moment.working:
            self._end(self._open(RESOLUTION))
        elif self._target(RESOLUTION):
            self._begin(RESOLUTION, at_intake=self.cycle == 1)

    def _departments(self) -> None:
        """From the dispatch on, not from the acceptance; each department by what it has had (correctness 17)."""
        if not self.moment.working:
            self._end(self._open(DEPARTMENT))
        elif self._target(DEPARTMENT):
            for department in sorted(self._held):
                self._begin(DEPARTMENT, department=department)

    def _approval(self) -> None:
        if self.moment.approving is False or not self.moment.working:
            self._end(self._open(APPROVAL))
        elif self.moment.approving and self._target(APPROVAL):
            self._begin(APPROVAL, again=True)

    def _begin(self, kind: str, *, at_intake: bool = False, department: int | None = None, again: bool = False) -> None:
        """One clock of the kind, unless it runs already. One of this cycle that was void goes on; ``again``: each is new."""
        same = [row for row in self.clocks if row.kind == kind and row.department_id == department]
        if self.terms is None or any(row.ended_at is None for row in same):
            return
        void = next((row for row in reversed(same) if row.cycle == self.cycle and row.verdict == "void"), None)
        if void is not None and kind in (RESOLUTION, DEPARTMENT) and not again:
            rows.revive(void, self.now)
            rows.retarget(void, self.terms, self.now)
            self._touch(void)
            return
        start = self.work.issue.created_at if at_intake else self.now
        row = rows.started(
            issue=self.work.issue, kind=kind, cycle=self.cycle, terms=self.terms, start=start, department=department
        )
        self.clocks.append(row)
        self._fresh.append(row)

    def _end(self, ending: Iterable[Clock]) -> None:
        for row in ending:
            rows.end(row, status=self.moment.status, now=self.now)
            self._touch(row)

    def _touch(self, row: Clock) -> None:
        if row.pk is not None:
            self._changed[row.pk] = row

    def _stand_or_go(self) -> None:
        if self.terms is None:
            return
        for row in self._all_open():
            held = row.kind != DEPARTMENT or row.department_id in self._held
            why = paused(row.kind, self.terms, self.moment, department=row.department_id) if held else "passed_on"
            if rows.stand(row, why, self.now) if why else rows.go_on(row, self.now):
                self._touch(row)
            if row.pk is None or row.pk in self._changed:
                rows.settle(row, self.terms, self.now)

    # -- what is written -------------------------------------------------------------------------------------------

    def _note_on_issue(self) -> None:
        issue, still_open = self.work.issue, self._all_open()
        running = [row.due_at for row in still_open if not standing_since(row)]
        wanted: dict[str, object] = {"open_clocks": len(still_open), "clock_due_at": min(running, default=None)}
        solution = self._open(RESOLUTION)
        if solution:
            wanted["promised_at"] = solution[0].due_at
        changed = {name: value for name, value in wanted.items() if getattr(issue, name) != value}
        if changed:
            self.work.change(**changed)

    def store(self) -> None:
        """Writes the rows, once the issue's own stands."""
        insert_rows(self._fresh)
        for row in self._changed.values():
            update_row(row, rows.WRITTEN)


def follow_clocks(work: Work) -> Following | None:
    """Brings the clocks in line with what the operation did; None where it did nothing that clocks heed. The caller
    stores the answer after the issue's row. Without a policy this costs no statement."""
    policies = terms_in_force() if work.moves_clocks() else []
    if not policies and not (work.issue.open_clocks and work.moves_clocks()):
        return None
    terms = choose(policies, facts_of(work.issue, policies=policies, day=local_day(work.now)))
    if terms is None and not work.issue.open_clocks:
        return None
    following = Following(work, _moment(work), terms)
    following.run()
    return following


def _moment(work: Work) -> Moment:
    issue = work.issue
    fresh = issue._state.adding
    asked = replied = False
    for entry in work.entries if not fresh else ():
        if is_question(entry):
            asked, replied = True, False
        elif is_answer(entry):
            asked, replied = False, True
    return Moment(
        fresh=fresh,
        status=issue.status,
        standing=issue.due_paused,
        held=work.held,
        approving=work.approving,
        asked=asked,
        replied=replied,
        channel=issue.channel,
    )


def is_question(entry: Entry) -> bool:
    """What a customer writes wants an answer, but for mere thanks (correctness 11)."""
    return entry.kind == "inbound" and entry.author_kind == "customer" and not is_thanks(entry.text)


def is_answer(entry: Entry) -> bool:
    """A public reply by a person: no acknowledgement, no note, nothing the product writes by itself (correctness 10)."""
    return entry.kind == "reply" and entry.public and entry.author_kind == "user"
