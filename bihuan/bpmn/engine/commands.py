"""What can be asked of a running instance.

Numbers are those that the engine gave out in effects; variables must be plain JSON values (the guards check it).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Final, TypeAlias, get_args

from bihuan.bpmn.model import Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Begin an instance at its none start event (or its only start event), or at `start_node`."""

    variables: Mapping[str, object] = field(default_factory=dict)
    start_node: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTask:
    """A person has done the user task `item`. `outcome`: id of the arrow chosen, where a person chooses."""

    item: int
    variables: Mapping[str, object] = field(default_factory=dict)
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FireTimer:
    """The timer is due."""

    timer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveMessage:
    """A message for exactly this subscription has come."""

    subscription: int
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveSignal:
    """A signal was broadcast: everything in the instance that waits for it goes on. Nothing waiting is no error."""

    name: str
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceResult:
    """The service asked for by RequestService `item` is done."""

    item: int
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceError:
    """The service asked for by RequestService `item` failed with a BPMN error `code`."""

    item: int
    code: str
    variables: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVariables:
    """Set variables of the instance from outside."""

    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Stop the instance; everything open is cancelled."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryIncident:
    """Try again what led to the incident."""

    incident: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipIncident:
    """Go on behind what led to the incident, as if it had been done without result. `reason` is written down.

    `outcome`: the arrow to take, needed where the element would have chosen one.
    """

    incident: int
    reason: str
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginActivity:
    """Begin `node`, which no arrow leads to, (again) in the open ad-hoc sub-process `item`."""

    item: int
    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """Take the token `item` out of where it rests (with everything inside) and begin at `target` instead.

    A deviation from the chart: `reason` is written down with it. `target` lies in the same process or sub-process as
    the node that is left. At a join the token goes through without waiting for others.
    """

    item: int
    target: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrate:
    """Go on with another version of the same process.

    `mapping`: for every node in which something waits now, the node of `chart` in which it waits from now on (the same
    kind of node; its own id if that stays). Flows at a join, and events whose timer or subscription goes on under
    another id, may be mapped too; else their id stays. Rules for timers: docs/reference/engine.md.
    """

    chart: Chart
    mapping: Mapping[str, str]
    reason: str


Command: TypeAlias = (
    Start
    | CompleteTask
    | FireTimer
    | ReceiveMessage
    | ReceiveSignal
    | ServiceResult
    | ServiceError
    | SetVariables
    | Cancel
    | RetryIncident
    | SkipIncident
    | BeginActivity
    | Jump
    | Migrate
)


_BY_NAME: Final[dict[str, Callable[..., Command]]] = {one.__name__: one for one in get_args(Command)}


def to_document(command: Command) -> dict[str, object]:
    """The command as plain JSON: its fields, and its name as `command`; a chart is its content hash."""
    found: dict[str, object] = {"command": type(command).__name__}
    for one in fields(command):
        value = getattr(command, one.name)
        found[one.name] = _plain(value)
    return found


def _plain(value: object) -> object:
    if isinstance(value, Chart):
        return value.content_hash
    return dict(value) if isinstance(value, Mapping) else value


def from_document(document: Mapping[str, object], charts: Iterable[Chart] = ()) -> Command:
    """The command that `to_document` wrote; ValueError for anything else, and for Migrate to none of `charts`."""
    kind = _BY_NAME.get(str(document.get("command")))
    if kind is None:
        raise ValueError(f"no command {document.get('command')!r}")
    given = {key: value for key, value in document.items() if key != "command"}
    if kind.__name__ == Migrate.__name__:
        given["chart"] = next((chart for chart in charts if chart.content_hash == given.get("chart")), None)
        if given["chart"] is None:
            raise ValueError(f"no chart {document.get('chart')!r} for Migrate")
    try:
        return kind(**given)
    except TypeError as error:
        raise ValueError(f"no {document['command']}: {error}") from error


class CommandRefused(Exception):
    """The command cannot be carried out; the state is untouched.

    `code`: not_waiting (already done, cancelled, never existed), no_such_outcome, outcome_required, undeclared_name,
    ended, bad_value, reason_required, no_such_target (Jump, BeginActivity), not_mapped (Migrate: the sentence names the
    node), not_skippable. `detail`: one English sentence for the log.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
