"""The shapes of requests and answers. Answers are built by hand (``shapes.py``) and held to these by the tests."""

from typing import Literal

from ninja import Schema
from pydantic import ConfigDict, Field, JsonValue

from bihuan.api.texts import Body, Email, FormData, Key, Name, Phone, Title, Words

Level = Literal["high", "medium", "low"]


class Strict(Schema):
    """Unknown fields are refused; nothing is turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CustomerIn(Strict):
    """Whose issue it is. A known e-mail address or phone number finds the customer again."""

    name: Name
    email: Email = ""
    phone: Phone = ""
    kind: Literal["person", "organisation"] = "person"
    language: Literal["zh-hans", "en"] = "zh-hans"


class IssueIn(Strict):
    """A customer's issue as it came in."""

    title: Title
    description: Body
    customer: CustomerIn
    channel: Literal["email", "web_form", "phone", "api", "chat"] = "api"
    type: Key = Field(default="", description="key of an issue type; empty: an agent classifies")
    urgency: Level | None = None
    impact: Level | None = None
    region: Key = ""
    fields: FormData = Field(default_factory=dict, description="values of the company's own fields, by key")


class MessageIn(Strict):
    """``reply`` goes to the customer, ``note`` stays inside."""

    text: Body
    kind: Literal["reply", "note"]


class StepIn(Strict):
    """``outcome``: id or name of an outgoing arrow, where the step ends in a choice. ``data``: what the form takes."""

    outcome: Words | None = None
    data: FormData = Field(default_factory=dict)


class FlowOut(Schema):
    """The chart that the issue runs on."""

    key: str
    version: int


class OutcomeOut(Schema):
    """An arrow on offer."""

    id: str
    name: str


class StepOut(Schema):
    """A step that waits for somebody. ``form_schema`` is the JSON Schema of the data that completing takes."""

    id: int
    node: str
    name: str
    role: str | None
    department: str | None
    assignee: str | None
    due_at: str | None
    form_schema: dict[str, JsonValue] | None
    outcomes: list[OutcomeOut]


class IssueCreated(Schema):
    """An issue right after it came in."""

    id: int
    number: str
    status: str
    flow: FlowOut
    steps: list[StepOut]
    progress_url: str


class StepDone(Schema):
    """Where completing a step led: the issue's status and the steps that wait now."""

    issue: int
    number: str
    status: str
    ended: bool
    steps: list[StepOut]


class IssueRow(Schema):
    """An issue in a list."""

    id: int
    number: str
    title: str
    status: str
    priority: str
    type: str | None
    customer: str
    channel: str
    department: str | None
    assignee: str | None
    step: str
    due_at: str | None
    created_at: str
    updated_at: str


class IssuePage(Schema):
    """A page of issues; ``next`` is the cursor of the following page, null at the end."""

    items: list[IssueRow]
    next: str | None


class ContactOut(Schema):
    """The customer; e-mail and phone are masked."""

    name: str
    email: str
    phone: str


class ClockOut(Schema):
    """A step's deadline."""

    step: int
    node: str
    name: str
    due_at: str | None
    limit_seconds: int | None
    breached: bool
    paused: bool


class EntryOut(Schema):
    """A line of the timeline."""

    id: int
    kind: str
    channel: str
    public: bool
    author: str
    text: str
    at: str


class IssueOut(IssueCreated):
    """An issue with everything the caller may see."""

    title: str
    description: str
    channel: str
    priority: str
    type: str | None
    urgency: str
    impact: str
    complexity: str
    customer: ContactOut
    department: str | None
    assignee: str | None
    created_at: str
    updated_at: str
    closed_at: str | None
    merged_into: str | None = Field(description="number of the issue in which a merged one is handled")
    fields: dict[str, JsonValue]
    tags: list[str]
    clocks: list[ClockOut]
    messages: list[EntryOut]
    log: list[EntryOut]


class EventLog(Schema):
    """The engine's events of the issue's instance, in order: enough to rebuild its state."""

    items: list[dict[str, JsonValue]]


class LedgerRow(Schema):
    """A stretch of time and who had it: ``person``, ``department``, ``customer``, ``nobody`` or ``closed``."""

    start: str
    end: str
    seconds: int
    holder: str
    department: str | None
    person: str | None
    node: str


class LedgerOut(Schema):
    """Every second from intake to close (or now); ``total_seconds`` is the sum of the rows, by proof."""

    start: str
    end: str
    total_seconds: int
    by_holder: dict[str, int]
    rows: list[LedgerRow]


class FieldProblemOut(Schema):
    field: str
    code: str
    message: str


class Problem(Schema):
    """RFC 9457 problem document (``application/problem+json``)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblemOut]
