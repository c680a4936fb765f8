"""A draft of a chart, and what a person must say before it can be used."""

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.bpmn.model import Text
from bihuan.bpmn.sketch import Sketch
from bihuan.bpmn.values import JsonValue
from bihuan.procedures.model import Span


@dataclass(frozen=True, slots=True)
class DraftForm:
    """A form with the fields that the text lists, as docs/reference/forms.md describes. `span`: where it is named.

    `known`: the code is that of a form of ours with this name; its own schema says more than this one.
    """

    code: str
    name: str
    known: bool
    span: Span
    schema: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must confirm. `element`: id in the sketch; `span`: the words it is about, in the cleaned text.

    `kind`: unit_unknown, limit_without_calendar, limit_without_anchor, anchor_unclear, several_limits,
    condition_without_else, choice_by_kind, loop_without_bound, loop_target_unclear, place_unclear, at_the_same_time, schedule,
    form_known, form_guessed, text_lost, steps_left_out.
    """

    kind: str
    element: str
    span: Span
    message: Text


@dataclass(frozen=True, slots=True)
class Draft:
    """A chart to confirm. `places`: the words that each element of the sketch comes from, in the cleaned text."""

    sketch: Sketch
    forms: tuple[DraftForm, ...]
    questions: tuple[Question, ...]
    places: Mapping[str, Span]
