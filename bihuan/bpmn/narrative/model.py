"""A narrative as data: sections of paragraphs, each about one element."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`element`: the id it is about ("" for the process). `number`: of a step ("" if it has none). `depth`: from 0."""

    element: str
    text: str
    number: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """`element`: the id of the stage or scope it is about ("" for the process)."""

    title: str
    paragraphs: tuple[Paragraph, ...]
    element: str = ""
