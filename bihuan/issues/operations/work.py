"""What one operation writes around an issue, gathered while it runs and written at its end.

An operation on an issue leads through the chart to services, to the observer and to listeners, and each of them has
something to say: columns of the row, lines of the timeline, notices, messages for the outbox, words for the search.
They say it to the one ``Work`` of the operation. At its end every kind of row is written by one statement, the issue
itself by one INSERT or UPDATE. Whoever comes first opens the work, the others join it.

The chart's instance is locked by then (order of locks: instance → issue → the rest), so nobody else changes the issue
meanwhile and the object in hand is the row.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import models

from bihuan.core import live
from bihuan.core.actor import Actor
from bihuan.core.rows import Select, apart, insert_rows, update_row
from bihuan.flows.models import Instance, WorkItem
from bihuan.issues import registry
from bihuan.issues.models import Approval, Attachment, Entry, Issue, Notice
from bihuan.issues.operations.approvals.following import Carried, open_rounds
from bihuan.issues.operations.automatic import automatic_text
from bihuan.issues.operations.clocks.following import follow_clocks, is_answer, is_question
from bihuan.issues.operations.search_row import index_issue, index_more
from bihuan.issues.operations.telling_watchers import tell_watchers

MOST_TOLD = 20
_AGAIN = frozenset({"notice.reply", "notice.reminded", "watch.messages"})  # one unread bell entry of these is enough
ISSUE_OF = Select(Issue, "WHERE t.instance_id = %s", without=("description",))
"""The issue of an instance; what it points to is read when it is asked for."""
_current: ContextVar["Work | None"] = ContextVar("issue_work", default=None)


def _heeded(issue: Issue) -> tuple[object, ...]:
    """What of an issue's row its clocks depend on."""
    return (issue.status, issue.is_open, issue.due_paused, issue.priority, issue.type_id, issue.customer_id)


def entry_by(actor: Actor, **fields: object) -> Entry:
    """An unsaved line of the timeline with its author."""
    return Entry(
        author_kind=actor.kind.value, author_id=actor.user_id, author_name=(actor.name or "系统")[:200], **fields
    )


class Work:
    """The rows that wait to be written. ``issue`` shows at once what ``change`` will write; ``before``: its status, and
    whether it was open, when the work began.

    ``held``: ids of the departments that have a step now, ``approving``: whether a step waits for an approval; None where
    the chart was not asked. ``approval_steps``: approval steps that opened and have no round yet; ``rounds``: those in
    hand, by step; ``carried``: steps that an earlier approval settles.
    """

    def __init__(self, issue: Issue, now: datetime) -> None:
        self.issue = issue
        self.now = now
        self.held: frozenset[int] | None = None
        self.approving: bool | None = None
        self.before = (issue.status, issue.is_open)
        self.approval_steps: list[WorkItem] = []
        self.rounds: dict[int, Approval] = {}
        self.carried: list[Carried] = []
        self._before = _heeded(issue)
        self._changes: dict[str, object] = {}
        self._entries: list[Entry] = []
        self._files: list[Attachment] = []
        self._outgoing: list[tuple[Entry, bool]] = []
        self._notices: list[Notice] = []
        self._words: list[str] = []
        self._topics: set[str] = set()
        self._rows: list[models.Model] = []

    def change(self, **values: object) -> None:
        """Columns of the issue's row."""
        for name, value in values.items():
            setattr(self.issue, name, value)
        self._changes.update(values)

    def joined_by(self, *user_ids: int | None) -> None:
        """People who have a part in the issue from now on: they may see it."""
        known = self.issue.people
        fresh = [user for user in dict.fromkeys(user_ids) if user is not None and user not in known]
        if fresh:
            self.change(people=[*known, *fresh])

    def write(self, entry: Entry, files: Iterable[Attachment] = ()) -> Entry:
        """A line of the timeline with its files. The entry gets its id when the work is stored."""
        self._entries.append(entry)
        if entry.kind == "inbound":
            self.change(heard_at=entry.at)
        for file in files:
            file.entry, file.issue = entry, self.issue
            self._files.append(file)
        return entry

    def say(self, code: str, params: Mapping[str, object], actor: Actor) -> Entry:
        """A line about something that happened; pages word it in the reader's language."""
        return self.write(entry_by(actor, issue=self.issue, kind="event", code=code, params=dict(params), at=self.now))

    def send(self, entry: Entry, *, automatic: bool = False, files: Iterable[Attachment] = ()) -> Entry:
        """A line that goes out to the customer. An automatic one without text is worded when the rest is known."""
        self._outgoing.append((entry, automatic))
        return self.write(entry, files)

    def tell(self, user_ids: Iterable[int], code: str, params: Mapping[str, object]) -> list[int]:
        """One notice each to at most twenty people; returns who is told."""
        people = list(dict.fromkeys(user_ids))[:MOST_TOLD]
        self._notices += [
            Notice(user_id=user, issue=self.issue, code=code, params=dict(params), at=self.now) for user in people
        ]
        return people

    def add(self, rows: Iterable[models.Model]) -> None:
        """Other new rows that hang at the issue; they get their ids when the work is stored."""
        self._rows += rows

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The lines so far."""
        return tuple(self._entries)

    def moves_clocks(self) -> bool:
        """Whether anything happened that clocks heed."""
        issue = self.issue
        if issue._state.adding or self.held is not None or self._before != _heeded(issue):
            return True
        return any(is_answer(entry) or is_question(entry) for entry in self._entries)

    def index(self, *words: str) -> None:
        """Words by which the issue is found from now on."""
        self._words += words

    # -- writing -------------------------------------------------------------------------------------------------

    def store(self) -> None:
        """Writes everything, once."""
        issue = self.issue
        fresh = issue._state.adding
        open_rounds(self)
        clocks = follow_clocks(self)
        if fresh:
            insert_rows([issue])
        elif self._changes:
            update_row(issue, self._changes)
        if clocks is not None:
            clocks.store()
        self._store_lines()
        for model in dict.fromkeys(type(row) for row in self._rows):
            insert_rows([row for row in self._rows if type(row) is model])
        tell_watchers(self)
        self._store_notices()
        if fresh:
            index_issue(issue=issue, texts=self._words)
        elif self._words:
            index_more(issue_id=issue.pk, texts=self._words)
        if fresh or self._changes or self._entries or self._notices:
            live.announce({f"issue:{issue.pk}", "queues", *self._topics})

    def _store_lines(self) -> None:
        for entry, automatic in self._outgoing:
            if automatic and not entry.text:
                entry.text = automatic_text(issue=self.issue, kind=entry.code, now=self.now)
        insert_rows(self._entries)
        insert_rows(self._files)
        for entry, automatic in self._outgoing:
            registry.send_out(entry, automatic=automatic)

    def _store_notices(self) -> None:
        waiting: set[tuple[int, str]] = set()
        if any(notice.code in _AGAIN for notice in self._notices):
            unread = Notice.objects.filter(issue=self.issue, code__in=_AGAIN, read_at__isnull=True)
            waiting = set(unread.values_list("user_id", "code"))
        told = [notice for notice in self._notices if (notice.user_id, notice.code) not in waiting]
        insert_rows(told)
        self._topics |= {f"user:{notice.user_id}" for notice in told}


@contextmanager
def at_work(issue: Issue, *, now: datetime) -> Iterator[Work]:
    """The work on this issue; joins the one that is under way, else stores it at the end. Nothing after an error."""
    current = _current.get()
    if current is not None and _same(current.issue, issue):
        yield current
        return
    work = Work(issue, now)
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)
    work.store()


def _same(one: Issue, other: Issue) -> bool:
    return one is other or (one.pk is not None and one.pk == other.pk)


@contextmanager
def work_on(instance: Instance, *, now: datetime) -> Iterator[Work | None]:
    """The work on the instance's issue, for those whom the chart calls; None when the instance is no issue's."""
    current = _current.get()
    if current is not None and current.issue.instance_id == instance.pk:
        yield current
        return
    issue = None
    if instance.business_key:  # an issue's number; charts about nothing else have none
        with apart():  # an issue that is being opened is at work already
            issue = ISSUE_OF.first(instance.pk)
    if issue is None:
        yield None
        return
    issue.instance = instance
    with at_work(issue, now=now) as work:
        yield work
