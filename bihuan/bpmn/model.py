"""What a chart is: compiled once from BPMN, immutable, ready to run. Made by `bihuan.bpmn.load_chart`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bihuan.bpmn.expressions import Expression
from bihuan.bpmn.values import JsonValue


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in Chinese and in English ("" where the chart has none)."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """How much working time a step may take.

    `anchor`: `entered`, `start` or `node:ID`. Exactly one of `seconds` (of working time) and `workdays` (until the end
    of the n-th working day) is set. `warn`: percentages of the time, ascending. `calendar`: `default`, `24x7` or a key.
    """

    anchor: str
    seconds: int | None
    workdays: int | None
    calendar: str
    warn: tuple[int, ...]
    escalate_to: str


@dataclass(frozen=True, slots=True)
class Extension:
    """What `urn:bihuan:1` says on a node; "" and () where it says nothing. Meaning: docs/reference/chart-extensions.md.

    `groups` is the tuple of form groups; `choice` is true on a gateway whose arrow a person chooses. `approval`: how several
    decide at an approval step: any, all, vote (`approval_quorum` says how many) or sequential; `approvers` are role keys.
    """

    role: str = ""
    department: str = ""
    assign: str = ""
    form: str = ""
    groups: tuple[str, ...] = ()
    operation: str = ""
    decision: str = ""
    phase: str = ""
    status: str = ""
    holder: str = ""
    choice: bool = False
    approval: str = ""
    approval_quorum: str = ""
    approvers: tuple[str, ...] = ()
    deadline: Deadline | None = None
    instructions: tuple[Text, ...] = ()
    methods: tuple[Text, ...] = ()
    cautions: tuple[Text, ...] = ()
    importants: tuple[Text, ...] = ()
    cases: tuple[Text, ...] = ()
    evidence: tuple[Text, ...] = ()
    criterion: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Phase:
    """A stage of the process, in the order of the chart; the `customer_…` words are what the customer sees."""

    id: str
    name: str
    name_en: str
    customer_name: str
    customer_name_en: str
    customer_text: str
    customer_text_en: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared name. `type`: string, number, boolean, choice (one of `values`), list or object."""

    name: str
    type: str
    values: tuple[str, ...]
    label: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: who is responsible. `nodes` are the ids it lists itself; `parent` is the enclosing lane's id."""

    id: str
    name: str
    name_en: str
    nodes: tuple[str, ...]
    parent: str | None


@dataclass(frozen=True, slots=True)
class TimerDefinition:
    """`kind` date, duration or cycle; `text` an ISO 8601 literal or a declared name; `calendar` "" for plain time."""

    kind: str
    text: str
    calendar: str
    literal: bool


@dataclass(frozen=True, slots=True)
class Trigger:
    """What an event waits for or throws.

    `name`: of the message, signal or link; the code of an error or escalation (None catches all).
    `activity`: what a compensation throw is about (None: everything in its scope).
    """

    name: str | None = None
    timer: TimerDefinition | None = None
    condition: Expression | None = None
    activity: str | None = None
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Loop:
    """How often an activity runs: `kind` parallel or sequential (multi-instance), or loop (standard loop)."""

    kind: str
    cardinality: Expression | None = None
    collection: str | None = None
    element_variable: str | None = None
    completion: Expression | None = None
    test_before: bool = False
    maximum: int | None = None
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class AdHoc:
    """When an ad-hoc sub-process is over: as soon as `completion` holds behind one of its activities.

    None: when nothing is left in it. `cancels`: what is still open then is cancelled, else it is waited for.
    """

    completion: Expression | None
    cancels: bool


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """`source` of one side becomes `target` of the other at a call activity; `source` None: all variables."""

    source: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `kind`: ordinary, return or refuse. `test` is the compiled `condition`."""

    id: str
    name: str
    name_en: str
    source: str
    target: str
    condition: str | None
    is_default: bool
    kind: str
    line: int = 0
    test: Expression | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Node:
    """An element a token can be in. `kind` is BPMN's own word (`userTask`, `exclusiveGateway`, `endEvent` …).

    `trigger` of an event: none, message, timer, signal, conditional, error, escalation, compensation, cancel,
    terminate or link ("" for what is no event). `parent`: the enclosing sub-process, None on top. `element_id`: the id
    in the file (differs from `id` only in a called process). `choice`: on a user task, the gateway behind it whose
    arrow is chosen by whoever completes the task. `boundary`: the events attached, in document order. `partner`: on a
    compensation boundary event the activity that undoes, on a link throw event the catch event of the same name, on an
    event-based gateway's event the gateway. `called`: the scope key of the called process. `counted`: some
    expression asks `times.<this node>`. `split`: some outgoing flow has a condition. `undoable`: what
    completes here can be compensated, so it is remembered. `script`: what a script task computes into `result`.
    `begins`: an event behind an event-based gateway that begins the process: `one` or (with the others) `all`.
    """

    id: str
    element_id: str
    name: str
    name_en: str
    kind: str
    trigger: str
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    parent: str | None
    lane: str | None
    attached_to: str | None
    ext: Extension
    line: int = 0
    documentation: str = ""
    default: str | None = None
    event: Trigger | None = None
    interrupting: bool = True
    boundary: tuple[str, ...] = ()
    loop: Loop | None = None
    event_sub: bool = False
    for_compensation: bool = False
    partner: str | None = None
    called: str | None = None
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    message: str | None = None
    choice: str | None = None
    counted: bool = False
    split: bool = False
    undoable: bool = False
    ad_hoc: AdHoc | None = None
    script: Expression | None = None
    result: str = ""
    begins: str = ""


@dataclass(frozen=True, slots=True)
class EventSub:
    """An event sub-process of a scope: its node, and the start event that triggers it."""

    node: str
    start: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What lies directly inside a process or sub-process.

    `starts`: its start events; `entries`: where tokens begin when it is entered (the none start event, or without any
    start event every element that no arrow leads to); `event_subs`: in document order. `process`: the top of a process.
    `counted`: (name in `times`, node id) of the process's nodes that some expression counts. `compensable`: something
    in it can be undone, so that what completes in it is remembered.
    """

    key: str
    process: bool
    starts: tuple[str, ...]
    entries: tuple[str, ...]
    event_subs: tuple[EventSub, ...]
    variables: Mapping[str, Variable]
    compensable: bool
    counted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """An arrow on offer at a user task: what its button says and where it leads."""

    id: str
    name: str
    name_en: str
    kind: str
    target_node: str
    target_name: str
    target_name_en: str


class Decision(Protocol):
    """A decision table that a business rule task can ask."""

    @property
    def key(self) -> str:
        """Its key, as `bihuan:decision` names it."""
        ...

    def evaluate(self, values: Mapping[str, object]) -> dict[str, JsonValue] | list[dict[str, JsonValue]]:
        """The outputs of the rule that matches, or of all rules where the hit policy collects."""
        ...


class StateLike(Protocol):
    """What `Chart.outcomes` needs of a state."""

    def lookup(self, chart: "Chart", place: int, more: Mapping[str, object]) -> Callable[[str], JsonValue]:
        """Gives the value of a name as seen at `place`, with `more` on top."""
        ...

    def place_of(self, node_id: str) -> int:
        """The activation of the node that has been open longest, else the instance itself."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A compiled chart. Immutable; two charts are the same when `content_hash` (sha256 hex of `source`) is the same.

    `open_variables`: loaded without the rule that names must be declared. `called`: charts of called processes, by
    process id (their nodes stand in `nodes` with ids `PROCESS:ID`). `scopes` is keyed by sub-process id,
    the top scope by `process_id`.
    """

    process_id: str
    name: str
    name_en: str
    content_hash: str
    source: bytes
    version: str
    template: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    lanes: Mapping[str, Lane]
    phases: tuple[Phase, ...]
    variables: Mapping[str, Variable]
    scopes: Mapping[str, Scope]
    decisions: Mapping[str, Decision]
    purpose: Text
    starts_when: Text
    ends_when: Text
    owner: str
    review_by: str
    documentation: str
    called: Mapping[str, "Chart"]
    open_variables: bool

    def __hash__(self) -> int:
        return hash(self.content_hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Chart) and (self.content_hash, self.process_id) == (
            other.content_hash,
            other.process_id,
        )

    def outcomes(self, node_id: str, variables: Mapping[str, object], state: StateLike) -> tuple[Outcome, ...]:
        """The arrows on offer at the user task `node_id` now, in document order; () if no person chooses there.

        `variables` are what the person is about to hand in; they lie over those of `state`. KeyError for an unknown
        node, ExpressionError if a condition cannot be evaluated.
        """
        gateway_id = self.nodes[node_id].choice
        if gateway_id is None:
            return ()
        lookup = state.lookup(self, state.place_of(node_id), variables)
        flows = (self.flows[flow_id] for flow_id in self.nodes[gateway_id].outgoing)
        return tuple(self._outcome(flow) for flow in flows if flow.test is None or flow.test.test(lookup))

    def _outcome(self, flow: Flow) -> Outcome:
        target = self.nodes[flow.target]
        return Outcome(
            flow.id,
            flow.name or target.name,
            flow.name_en or (target.name_en if not flow.name else ""),
            flow.kind,
            target.id,
            target.name,
            target.name_en,
        )
