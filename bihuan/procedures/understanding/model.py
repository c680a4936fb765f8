"""What a text says of a procedure. Every fact keeps its place in the cleaned text."""

from dataclasses import dataclass, field

from bihuan.procedures.model import Cleaned, Span


@dataclass(frozen=True, slots=True)
class Fact:
    """Words of the text, and where they stand."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit. Exactly one of `seconds` and `workdays` is set.

    `anchor`: from when it runs, in the text's words, "" where it does not say. `calendar`: `default` for working time,
    `24x7` for calendar days, "" where the text does not say. `lasting`: how long the step takes, not until when.
    """

    text: str
    span: Span
    seconds: int | None
    workdays: int | None
    anchor: str
    calendar: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A choice. `kind`: whole (the step is done only then), extra (`then` comes on top, `beside`: at the same time),
    either (`then` or else `otherwise`, each its own step), again (back to the step `target` names). `most`: how often it
    may go back, None where the text does not say. `otherwise` "": the text does not say what happens else.
    """

    kind: str
    test: str
    then: str
    span: Span
    otherwise: str = ""
    otherwise_test: str = ""
    target: str = ""
    beside: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in. `options`: the values to choose from; `criteria`: what each of them means, if it is said."""

    name: str
    span: Span
    group: str = ""
    options: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A document. `code`: of our forms if the name is one of theirs; `number`: the code that the text itself gives it.

    `output`: it comes out of the step, it is not only used there.
    """

    name: str
    span: Span
    code: str = ""
    number: str = ""
    output: bool = False
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is done. `text` without its number and name; `phase` is an index, -1 for none.

    `choices`: kinds of the case, of which exactly one is handled (`1、咨询 2、投诉`): each is a step of its own.
    `named`: the text gives the name; otherwise it is taken from a sentence.
    """

    name: str
    span: Span
    text: str
    named: bool = True
    phase: int = -1
    units: tuple[Fact, ...] = ()
    limits: tuple[Limit, ...] = ()
    conditions: tuple[Condition, ...] = ()
    papers: tuple[Paper, ...] = ()
    fields: tuple[Field, ...] = ()
    cautions: tuple[Fact, ...] = ()
    channels: tuple[Fact, ...] = ()
    methods: tuple[Fact, ...] = ()
    schedules: tuple[Fact, ...] = ()
    results: tuple[Fact, ...] = ()
    evidence: tuple[Fact, ...] = ()
    choices: tuple["Step", ...] = ()
    meeting: bool = False
    evaluation: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase of the procedure: who is responsible in it and what comes out of it."""

    name: str
    span: Span
    units: tuple[Fact, ...] = ()
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """One flow in the text. `from_list`: its steps are only named in a row, nothing is said of each.

    `loops`: ways back and on to others that the text gives, not bound to a step. `truncated`: its last sentence breaks off.
    """

    title: str
    span: Span
    steps: tuple[Step, ...]
    stages: tuple[Stage, ...] = ()
    purpose: Fact | None = None
    starts: Fact | None = None
    ends: Fact | None = None
    loops: tuple[Condition, ...] = ()
    from_list: bool = False
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Announcement:
    """A number of things is promised (`八项`), or a list (`如下:`), and so many follow."""

    span: Span
    promised: int
    names: tuple[str, ...]
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """All that a text says. `duties`: what units are there for, outside of steps. `repeated`: titles of procedures that
    stand in the text twice; the fuller one is among `procedures`.
    """

    cleaned: Cleaned
    title: str
    procedures: tuple[Procedure, ...]
    duties: tuple[Fact, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    repeated: tuple[Fact, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = field(default=())
