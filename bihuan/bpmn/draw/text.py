"""How wide texts are and where they break. Widths are in em: a Chinese character is one, others about half."""

from typing import Final

LONGEST: Final = 300
"""Characters of a name that are looked at."""
_NOT_FIRST: Final = frozenset("，。、；：？！）】》」』”’…—%‰℃,.;:?!)]}>·")
_NOT_LAST: Final = frozenset("（【《「『“‘([{<")
_SLIM: Final = frozenset("ijlI.,:;|!'()[]{} ft1")


def wide(text: str) -> float:
    """The width of a text in em, rather a little too much."""
    return sum(1.0 if ord(one) > 0x2E7F else 0.36 if one in _SLIM else 0.6 for one in text)


def _pieces(text: str) -> list[str]:
    """What may not be torn apart: words of Latin letters, and punctuation with the character it belongs to."""
    found: list[str] = []
    for one in text:
        last = found[-1] if found else ""
        glued = last and (
            one in _NOT_FIRST
            or last[-1] in _NOT_LAST
            or (_in_word(one) and _in_word(last[-1]))
            or (one == " " and last != " ")
        )
        if glued:
            found[-1] += one
        else:
            found.append(one)
    return found


def _in_word(one: str) -> bool:
    return one != " " and ord(one) <= 0x2E7F


def _parts(piece: str, width: float) -> list[str]:
    """A piece that is wider than a line, torn anywhere."""
    if wide(piece.rstrip()) <= width:
        return [piece]
    found = [""]
    for one in piece:
        if found[-1] and wide(found[-1] + one) > width and one not in _NOT_FIRST and one != " ":
            found.append("")
        found[-1] += one
    return found


def wrap(text: str, width: float, most: int) -> list[str]:
    """Lines of at most ``width`` em; what does not fit into ``most`` lines ends in an ellipsis.

    No line starts with closing punctuation or ends with an opening bracket; Latin words stay whole where they fit.
    """
    lines = [""]
    pieces = [part for piece in _pieces(" ".join(text.split())[:LONGEST]) for part in _parts(piece, width)]
    for piece in pieces:
        if lines[-1] and wide(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    lines = [line.strip() for line in lines if line.strip()]
    if len(lines) > most:
        lines = [*lines[: most - 1], _ended(lines[most - 1], width)]
    return lines


def cut(text: str, width: float) -> str:
    """One line of at most ``width`` em, ending in an ellipsis where something is missing."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST and wide(plain) <= width else _ended(plain[:LONGEST], width)


def _ended(line: str, width: float) -> str:
    while line and wide(line) + 1 > width:
        line = line[:-1]
    return line.rstrip() + "…"


def is_chinese(text: str) -> bool:
    """Whether a text is written in full-width characters only, so that it may be set from top to bottom."""
    return bool(text) and all(ord(one) > 0x2E7F for one in text)
