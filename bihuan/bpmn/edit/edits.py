"""What can be done to a chart in one go. Ids are those of the file; texts may be anything that XML can hold."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bihuan.bpmn.model import Extension, Text, Variable

GatewayKind: TypeAlias = Literal["exclusive", "parallel", "inclusive"]


class EditRefused(Exception):
    """The edit makes no sense here; nothing was changed.

    `code` is one word for programs: `unknown_element`, `wrong_element`, `several_ways`, `no_way_on`, `in_use`,
    `same_place`, `other_scope`, `bad_text`, `bad_value`, `would_not_load`. `zh` and `en` are worded for the user.
    """

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertStep:
    """A new step in the arrow `at`, or behind the node `at` (which has at most one arrow out).

    `kind`: a task, `intermediateThrowEvent` (a milestone) or `intermediateCatchEvent` (waits `duration`, in `calendar`).
    `lane`: "" for that of its neighbour. `id`: "" for a new one.
    """

    at: str
    kind: str = "userTask"
    name: str = ""
    name_en: str = ""
    role: str = ""
    lane: str = ""
    duration: str = ""
    calendar: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArm:
    """A way out of a branch. Without a `condition`, an arm that needs one is not taken until it gets one."""

    name: str = ""
    name_en: str = ""
    condition: str = ""
    kind: Literal["ordinary", "return", "refuse"] = "ordinary"


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertBranch:
    """A split and a join, with an empty arm for each of `arms` (two or more) between them, at an arrow or behind a node.

    The last arm of an exclusive or inclusive branch is the default. `by_person`: the person who does the user task right
    before chooses (exclusive only); then no arm needs a condition.
    """

    at: str
    kind: GatewayKind
    arms: tuple[NewArm, ...]
    name: str = ""
    name_en: str = ""
    criterion: Text = Text("")
    by_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddArm:
    """One more way out of the branch `gateway`, to the node `to`, or where the arms meet, or to a new end."""

    gateway: str
    arm: NewArm
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveArm:
    """The arm that begins with the arrow `flow` goes, with all that only it leads to; a branch of one arm goes too."""

    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveStep:
    """A step out of its place and into the arrow `to` of the same process or sub-process. `lane`: "" to keep its own."""

    node: str
    to: str
    lane: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveStep:
    """A node goes, with its boundary events and what only they lead to; the arrows to it lead on to what followed."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveParts:
    """Nodes go with all their arrows; nothing is bridged."""

    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A new name for a node, arrow, lane, pool or process. `name_en` None: the English name stays."""

    element: str
    name: str
    name_en: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetExtension:
    """What `urn:bihuan:1` says on a node. Only what differs from now is written."""

    node: str
    ext: Extension


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCondition:
    """When an arrow is taken; None leaves as it is, "" takes away.

    `criterion`: the decision in words, on the gateway it leaves. `default`: true makes it the arrow that is taken when no
    other is (its condition goes).
    """

    flow: str
    condition: str | None = None
    criterion: Text | None = None
    default: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTexts:
    """What the process says about itself; None leaves as it is, an empty text takes away."""

    process: str
    purpose: Text | None = None
    starts_when: Text | None = None
    ends_when: Text | None = None
    owner: str | None = None
    review_by: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareVariable:
    """A declared name more."""

    process: str
    variable: Variable


@dataclass(frozen=True, slots=True, kw_only=True)
class AddBoundaryTimer:
    """A timer on an activity: after `duration` of `calendar` ("" for plain time) to the node `to`, or to a new end."""

    node: str
    duration: str
    calendar: str = ""
    to: str = ""
    name: str = ""
    name_en: str = ""
    interrupting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SetGateway:
    """Another kind of gateway. What the new kind does not know (conditions, default) goes."""

    gateway: str
    kind: GatewayKind


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertJoin:
    """A gateway right before `node` in which the arrows `flows` that lead to it come together."""

    node: str
    flows: tuple[str, ...]
    kind: GatewayKind


Edit: TypeAlias = (
    InsertStep
    | InsertBranch
    | AddArm
    | RemoveArm
    | MoveStep
    | RemoveStep
    | RemoveParts
    | Rename
    | SetExtension
    | SetCondition
    | SetTexts
    | DeclareVariable
    | AddBoundaryTimer
    | SetGateway
    | InsertJoin
)
