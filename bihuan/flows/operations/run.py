"""One stored step: command → engine → rows, in one transaction under the instance's row lock."""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime

from bihuan.bpmn import Chart, CommandRefused, State, advance, commands, effects
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.core.rows import Prepared, Select, insert_rows, update_row, write
from bihuan.flows import registry
from bihuan.flows.charts import chart_of
from bihuan.flows.errors import InstanceEnded, InstanceSuspended, refusal
from bihuan.flows.models import Incident, Instance, StepRecord, Thrown, Wait, WorkItem, WorkItemStatus
from bihuan.flows.operations import opening
from bihuan.flows.registry import Deviation, InstanceChange, ServiceCall

_MOST_SERVICES = 200
LOCKED = Select(Instance, "WHERE t.id = %s FOR UPDATE OF t")
"""An instance that nobody else changes until the end of the transaction."""
OPEN_WAITS = Select(Wait, "WHERE t.instance_id = %s AND t.closed_at IS NULL ORDER BY t.number")
"""What an instance waits for besides people."""
_CLOSE_WAITS = Prepared("UPDATE flows_wait SET closed_at = %s WHERE id = ANY(%s)")
_CLOSED = ("status", "closed_at", "completed_by", "outcome", "next_alarm_at", "draft", "holders", "pauses", "assignee",
           "claimed_at")  # fmt: skip


class StepRun:
    """Collects what commands change and writes it once, in ``store``.

    Services that a step asks for run at once, in the same transaction; their results are further commands of the
    same stored step.
    """

    def __init__(self, *, instance: Instance, actor: Actor, now: datetime) -> None:
        self.instance = instance
        self.actor = actor
        self.now = now
        self.chart: Chart = chart_of(instance.version_id)
        self.state: State | None = State.from_document(instance.state) if instance.state else None
        self.change = InstanceChange(
            instance=instance, chart=self.chart, actor=actor, now=now, variables={}, started=self.state is None
        )
        self._commands: list[dict[str, object]] = []
        self._events: list[dict[str, object]] = []
        self._services: deque[effects.RequestService] = deque()
        self._ran: set[int] = set()
        self._items: dict[int, WorkItem] = {}
        self._waits: dict[tuple[str, int], Wait] = {}
        self._knows_waits = False
        self._thrown: list[Thrown] = []
        self._ended: effects.Ended | None = None

    def know_item(self, item: WorkItem) -> None:
        """Gives a row already read, so that it is not read again."""
        self._items[item.item] = item

    def perform(self, command: commands.Command) -> None:
        """Runs a command and every service that it leads to. Refuses in the user's words; nothing is stored yet."""
        try:
            self._advance(command)
            self._run_services()
        except CommandRefused as error:
            raise refusal(error) from error

    def _advance(self, command: commands.Command) -> None:
        step = advance(self.chart, self.state, command, self.now)
        self.state = step.state
        if isinstance(command, commands.Migrate):
            self.chart = self.change.chart = command.chart
        self._commands.append(commands.to_document(command))
        self._events.extend(step.events)
        self.change.variables = step.state.variables
        for effect in step.effects:
            self._apply(effect)

    def _run_services(self) -> None:
        ran = 0
        while self._services:
            request = self._services.popleft()
            self._ran.add(request.item)
            handler = registry.service(request.operation or "")
            ran += 1
            if handler is None or ran > _MOST_SERVICES:
                self._advance(commands.ServiceError(item=request.item, code="no_such_service", variables={}))
                continue
            result = handler(
                ServiceCall(
                    instance=self.instance,
                    node=request.node,
                    variables=dict(self.change.variables),
                    actor=self.actor,
                    now=self.now,
                )
            )
            self._advance(commands.ServiceResult(item=request.item, variables=dict(result)))

    # -- effects -------------------------------------------------------------------------------------------------

    def _apply(self, effect: effects.Effect) -> None:
        match effect:
            case effects.OpenWorkItem():
                self._items[effect.item] = item = opening.build_work_item(
                    run=self, node=effect.node, number=effect.item, element=effect.element
                )
                self.change.opened.append(item)
            case effects.CloseWorkItem():
                self._close_item(effect.item, effect.how)
            case effects.RequestService():
                self._request(effect)
            case effects.Ended():
                self._ended = effect
            case effects.RaiseIncident() | effects.ClearIncident():
                self._incident(effect)
            case effects.ThrowMessage() | effects.ThrowSignal():
                self._throw(effect)
            case effects.Relocate():
                self._relocate(effect)
            case _:
                self._apply_wait(effect)

    def _request(self, effect: effects.RequestService) -> None:
        if effect.operation:
            self._services.append(effect)
        else:
            self._open_wait(Wait(kind="service", number=effect.item, node=effect.node, name=effect.kind))

    def _apply_wait(self, effect: effects.Effect) -> None:
        match effect:
            case effects.SetTimer():
                wait = Wait(kind="timer", number=effect.timer, node=effect.node, detail=opening.timer_detail(effect))
                wait.due_at = opening.timer_due(effect.spec, self._timer_start(effect))
                self._open_wait(wait)
            case effects.Subscribe():
                self._open_wait(Wait(kind=effect.kind, number=effect.subscription, node=effect.node, name=effect.name))
            case effects.ClearTimer():
                self._close_wait("timer", effect.timer)
            case effects.Unsubscribe():
                self._close_subscription(effect.subscription)
            case effects.CancelService():
                if effect.item not in self._ran:
                    self._close_wait("service", effect.item)

    def _timer_start(self, effect: effects.SetTimer) -> datetime:
        """Now; for a timer that another version of the chart words anew, since when the old one has been running."""
        before = None if effect.continues is None else self._wait("timer", effect.continues)
        return self.now if before is None else before.opened_at

    def _throw(self, effect: effects.ThrowMessage | effects.ThrowSignal) -> None:
        self._thrown.append(
            Thrown(
                instance=self.instance,
                kind="message" if isinstance(effect, effects.ThrowMessage) else "signal",
                name=effect.name[:200],
                business_key=self.instance.business_key,
                variables=dict(effect.variables),
                thrown_at=self.now,
            )
        )

    def _relocate(self, effect: effects.Relocate) -> None:
        """What is open goes on under the name that another version gives its place. Steps are brought in line by
        whoever migrates."""
        if effect.kind == "incident":
            Incident.objects.filter(instance=self.instance, number=effect.number).update(node=effect.node)
            return
        kinds = {"timer": ("timer",), "subscription": ("message", "signal"), "item": ("service",)}[effect.kind]
        waits = Wait.objects.filter(instance=self.instance, kind__in=kinds, number=effect.number)
        waits.update(node=effect.node)

    def _open_wait(self, wait: Wait) -> None:
        extension = self.chart.nodes[wait.node].ext
        wait.instance = self.instance
        wait.holder = extension.holder or ""
        wait.issue_status = extension.status or ""
        wait.opened_at = self.now
        self._waits[wait.kind, wait.number] = wait
        self.change.waits_opened.append(wait)

    def know_waits(self, waits: Iterable[Wait]) -> None:
        """Gives all open waits of the instance, so that they are not read again."""
        self._knows_waits = True
        for wait in waits:
            self._waits.setdefault((wait.kind, wait.number), wait)

    def _wait(self, kind: str, number: int) -> Wait | None:
        """An open one, or one that this run has closed."""
        if (kind, number) not in self._waits and not self._knows_waits and self.instance.revision:
            self.know_waits(OPEN_WAITS.rows(self.instance.pk))
        return self._waits.get((kind, number))

    def _close_wait(self, kind: str, number: int) -> None:
        wait = self._wait(kind, number)
        if wait is not None and wait.closed_at is None:
            wait.closed_at = self.now
            if wait in self.change.waits_opened:
                self.change.waits_opened.remove(wait)
            if wait.pk is None:
                self._waits.pop((kind, number), None)
            else:
                self.change.waits_closed.append(wait)

    def _close_subscription(self, number: int) -> None:
        for kind in ("message", "signal"):
            self._close_wait(kind, number)

    def _close_item(self, number: int, how: str) -> None:
        item = self._items.get(number)
        if item is None:
            item = WorkItem.objects.get(instance=self.instance, item=number)
            self._items[number] = item
        item.closed_at = self.now
        item.next_alarm_at = None
        item.draft = None
        opening.end_pause(item, self.now)
        if how == "completed":
            item.status = WorkItemStatus.COMPLETED
            item.completed_by_id = self.actor.user_id
            self.change.completed = item
        else:
            item.status = WorkItemStatus.CANCELLED
        if item in self.change.opened:
            self.change.opened.remove(item)
            if item.pk is None and how != "completed":
                self._items.pop(number)
                return
        self.change.closed.append(item)

    def _incident(self, effect: effects.RaiseIncident | effects.ClearIncident) -> None:
        if isinstance(effect, effects.RaiseIncident):
            self.change.incidents.append(
                Incident(
                    instance=self.instance,
                    number=effect.incident,
                    node=effect.node,
                    code=effect.code,
                    detail=effect.detail[:2000],
                    opened_at=self.now,
                )
            )
        else:
            self._clear_incident(effect.incident)

    def _clear_incident(self, number: int) -> None:
        here = [incident for incident in self.change.incidents if incident.number == number]
        if here:  # raised and gone in the same step
            self.change.incidents.remove(here[0])
        handled = self.change.deviation in (Deviation.RETRIED, Deviation.SKIPPED)
        how = self.change.deviation.value if self.change.deviation and handled else "cancelled"
        Incident.objects.filter(instance=self.instance, number=number, closed_at__isnull=True).update(
            closed_at=self.now, closed_how=how
        )

    # -- writing -------------------------------------------------------------------------------------------------

    def store(self, *, reason: str = "") -> InstanceChange:
        """Writes rows, state and log, and tells the observers."""
        assert self.state is not None
        self._store_rows()
        instance = self.instance
        instance.state = self.state.to_document()
        instance.revision += 1
        if self._ended is not None and self.state.ended:
            instance.ended_at = self.now
            instance.end_nodes = list(self._ended.end_nodes)
            self.change.ended = True
        if instance._state.adding:
            insert_rows([instance])
        else:
            update_row(instance, ("version", "state", "revision", "ended_at", "end_nodes"))
        record = StepRecord(
            instance=instance,
            revision=instance.revision,
            at=self.now,
            actor_kind=self.actor.kind.value,
            actor_id=self.actor.user_id or self.actor.customer_id,
            actor_name=self.actor.name[:200],
            commands=self._commands,
            events=self._events,
        )
        insert_rows([record])
        self.change.reason = reason
        self.change.taken = [str(event["flow"]) for event in self._events if "flow" in event]
        for observer in registry.observers():
            observer.step_stored(self.change)
        return self.change

    def _store_rows(self) -> None:
        fresh = [item for item in self._items.values() if item.pk is None]
        insert_rows(fresh)
        for item in self.change.closed:
            if item not in fresh:
                update_row(item, _CLOSED)
        insert_rows(self.change.waits_opened)
        if self.change.waits_closed:
            keys = [wait.pk for wait in self.change.waits_closed]
            write(_CLOSE_WAITS, [self.now, keys])
        insert_rows(self.change.incidents)
        insert_rows(self._thrown)


def locked_run(*, instance_id: int, actor: Actor, now: datetime) -> StepRun:
    """A run on the instance with its row locked; refuses when it has ended or is suspended. Inside a transaction only."""
    instance = LOCKED.first(instance_id)
    if instance is None:
        raise NotFound
    if instance.ended_at is not None:
        raise InstanceEnded
    if is_suspended(instance):
        raise InstanceSuspended
    return StepRun(instance=instance, actor=actor, now=now)


def is_suspended(instance: Instance) -> bool:
    """Whether nothing of it moves."""
    return bool(instance.suspensions) and instance.suspensions[-1][1] is None


def as_json(variables: Mapping[str, object]) -> dict[str, object]:
    """A plain copy for a command."""
    return dict(variables)
