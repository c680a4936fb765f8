"""What stands in a manual: cover, chapters of articles, pictures, and blank forms as an annex."""

from dataclasses import dataclass

from bihuan.documents.model import Table


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. ``number``: of the article ("" for none); ``depth``: how far it stands in, from 0."""

    text: str
    number: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Points:
    """A list under a label; ``numbered`` where the order counts."""

    label: str
    entries: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Warned:
    """What must be heeded: ``tone`` green (caution) or red (important), said by sign and ``word`` too."""

    tone: str
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values under each other."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG, with its ``width`` and ``height`` in pixels; a large one goes over several pages.

    ``whole`` and ``part`` are captions; {0} and {1} in the latter: which part of how many.
    """

    svg: str
    width: float
    height: float
    whole: str
    part: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A line of the legend: a small drawing (SVG) and what it means."""

    svg: str
    text: str


@dataclass(frozen=True, slots=True)
class Legend:
    """What the signs mean."""

    signs: tuple[Sign, ...]


Part = Words | Points | Warned | Facts | Picture | Legend | Table


@dataclass(frozen=True, slots=True)
class Article:
    """A piece of a chapter. ``note``: small words beside the title."""

    title: str
    parts: tuple[Part, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Begins with its number."""

    title: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class BlankField:
    """A field to be filled in by hand. ``options``: boxes to tick; ``tall``: room for sentences; ``columns``: a table."""

    label: str
    required: bool
    hint: str = ""
    options: tuple[str, ...] = ()
    tall: bool = False
    columns: tuple[str, ...] = ()
    heading: bool = False


@dataclass(frozen=True, slots=True)
class BlankForm:
    """A form with nothing in it: a page to print and write on. ``foot``: version and how long it is kept."""

    code: str
    title: str
    foot: str
    groups: tuple[tuple[str, tuple[BlankField, ...]], ...]
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """A whole manual. ``mark``: version and content on every page. ``control``: the record of versions."""

    company: str
    title: str
    kind: str
    mark: str
    cover: tuple[tuple[str, str], ...]
    control: Table
    contents: str
    chapters: tuple[Chapter, ...]
    forms_title: str
    forms: tuple[BlankForm, ...]
    language: str
    page_words: str
    required_word: str
