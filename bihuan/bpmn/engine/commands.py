"""What can be asked of a running instance.

Numbers are those that the engine gave out in effects; variables must be plain JSON values (the guards check it).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Final, TypeAlias, get_args


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
)


_BY_NAME: Final[dict[str, Callable[..., Command]]] = {one.__name__: one for one in get_args(Command)}


def to_document(command: Command) -> dict[str, object]:
    """The command as plain JSON: its fields, and its name as `command`."""
    found: dict[str, object] = {"command": type(command).__name__}
    for one in fields(command):
        value = getattr(command, one.name)
        found[one.name] = dict(value) if isinstance(value, Mapping) else value
    return found


def from_document(document: Mapping[str, object]) -> Command:
    """The command that `to_document` wrote; ValueError for anything else."""
    kind = _BY_NAME.get(str(document.get("command")))
    if kind is None:
        raise ValueError(f"no command {document.get('command')!r}")
    try:
        return kind(**{key: value for key, value in document.items() if key != "command"})
    except TypeError as error:
        raise ValueError(f"no {document['command']}: {error}") from error


class CommandRefused(Exception):
    """The command cannot be carried out; the state is untouched.

    `code`: not_waiting (already done, cancelled, never existed), no_such_outcome, outcome_required, undeclared_name,
    ended, bad_value. `detail`: one English sentence for the log.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
