"""Small readers that the chart, form and table languages share."""

from collections.abc import Iterator

from bihuan.bpmn import Text


class Unreadable(ValueError):
    """A line that the gallery's languages do not know, with the line itself."""


def both(text: str) -> Text:
    """``中文 | English`` as a text; both are needed."""
    zh, bar, en = text.partition("|")
    if not bar or not zh.strip() or not en.strip():
        raise Unreadable(f"needs both languages: {text}")
    return Text(zh.strip(), en.strip())


def lines(text: str) -> Iterator[tuple[bool, str]]:
    """The lines that are not blank, each with whether it is indented; a line that ends with a backslash goes on."""
    whole = text.replace("\\\n", "")
    for line in whole.splitlines():
        if line.strip():
            yield line[0] == " ", " ".join(line.split())


def first(text: str) -> tuple[str, str]:
    """The first word and the rest."""
    word, _, rest = text.partition(" ")
    return word, rest.strip()
