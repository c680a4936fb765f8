"""A chart in few words, before it is BPMN: what a person or a program says of a flow, without any geometry."""

from dataclasses import dataclass, field

from bihuan.bpmn.model import Extension, Phase, Text, Variable


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchLane:
    """A lane: who is responsible."""

    id: str
    name: str
    name_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchNode:
    """An element. `kind` is BPMN's own word, as in `bihuan.bpmn.model.Node`.

    Of an event: `message` the message's name; `timer` an ISO 8601 duration or date or a declared name, with
    `timer_calendar` as working time; `error` a code; `terminate` on an end event. `attached_to` (with `interrupting`)
    makes a boundary event of it. `collection` and `element_variable`: one copy an element of that list (parallel).
    `called`: the process that a call activity runs. `timer_kind`: duration, date or cycle, where `timer` itself does
    not tell ("" for a declared name is a duration). `parent`: the sub-process that it stands in. `event_sub`: a
    sub-process that an event begins (`interrupting` of its start event).
    """

    id: str
    kind: str
    name: str = ""
    name_en: str = ""
    lane: str = ""
    ext: Extension = field(default_factory=Extension)
    documentation: str = ""
    message: str = ""
    timer: str = ""
    timer_calendar: str = ""
    error: str = ""
    terminate: bool = False
    attached_to: str = ""
    interrupting: bool = True
    collection: str = ""
    element_variable: str = ""
    called: str = ""
    timer_kind: str = ""
    parent: str = ""
    event_sub: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SketchFlow:
    """An arrow. `kind`: ordinary, return or refuse; `condition` in the expression language; `default` of its source.

    `id` "" lets the writer give one.
    """

    source: str
    target: str
    id: str = ""
    name: str = ""
    name_en: str = ""
    condition: str = ""
    default: bool = False
    kind: str = "ordinary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A whole chart; `notes` are annotations in the drawing: (node id, text)."""

    process_id: str
    name: str
    name_en: str = ""
    template: str = ""
    version: str = "1"
    purpose: Text = Text("")
    starts_when: Text = Text("")
    ends_when: Text = Text("")
    owner: str = ""
    review_by: str = ""
    documentation: str = ""
    phases: tuple[Phase, ...] = ()
    variables: tuple[Variable, ...] = ()
    lanes: tuple[SketchLane, ...] = ()
    nodes: tuple[SketchNode, ...] = ()
    flows: tuple[SketchFlow, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
