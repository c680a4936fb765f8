"""What the sender wrote, without what he quotes and signs with. The original always stays beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bihuan.channels.kinds.email import quote_marks as marks
from bihuan.channels.kinds.email.signatures import signature_spans

Kind = Literal["text", "quote", "signature"]
MOST_LINES = 50_000


@dataclass(frozen=True, slots=True)
class Fragment:
    """Neighbouring lines of one kind. ``hidden``: nothing the sender wrote for this mail follows or is in it."""

    kind: Kind
    text: str
    hidden: bool


def reply_text(text: str, *, sender: str = "", forwarded: bool = False) -> str:
    """What the sender wrote for this mail: without quoted mail, and without the signature at the end.

    ``sender`` is the sender's name or address as far as known: it helps to tell a signature. A forwarded mail is
    content, not a quotation: with ``forwarded`` only signatures above it go. '' when everything is quoted.
    """
    kept = [
        fragment.text
        for fragment in fragments(text, sender=sender, forwarded=forwarded)
        if fragment.kind != "quote" and not fragment.hidden
    ]
    return _tidy("\n".join(kept))


def without_quotes(text: str) -> str:
    """Like `reply_text`, but the signature stays."""
    return _tidy("\n".join(fragment.text for fragment in fragments(text) if fragment.kind != "quote"))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n")]
    return "\n".join(lines).strip("\n").strip()


def fragments(text: str, *, sender: str = "", forwarded: bool = False) -> tuple[Fragment, ...]:
    """The text cut into what was written, quoted, and signed with, in order; joined by line ends they are the text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES)
    kinds = _quoted_lines(lines, forwarded=forwarded)
    for start, end in signature_spans(lines, [kind == "quote" for kind in kinds], sender=sender):
        kinds[start:end] = ["signature"] * (end - start)
    cut = _cut(lines, kinds)
    shown = max((number for number, (kind, part) in enumerate(cut) if kind == "text" and part.strip()), default=-1)
    return tuple(Fragment(kind, part, number > shown) for number, (kind, part) in enumerate(cut))


def _cut(lines: Sequence[str], kinds: Sequence[Kind]) -> list[tuple[Kind, str]]:
    cut: list[tuple[Kind, list[str]]] = []
    for number, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if cut and cut[-1][0] == kind and not (kind == "signature" and _separate(lines, number)):
            cut[-1][1].append(line)
        else:
            cut.append((kind, [line]))
    return [(kind, "\n".join(part)) for kind, part in cut]


def _separate(lines: Sequence[str], number: int) -> bool:
    """Whether a second signature begins here, as the footer of a list below that of the writer."""
    return number > 0 and not lines[number - 1].strip() and marks.RULE_LINE.fullmatch(lines[number]) is not None


def _quoted_lines(lines: Sequence[str], *, forwarded: bool) -> list[Kind]:
    kinds: list[Kind] = ["text"] * len(lines)
    at = 0
    while at < len(lines):
        end, to_the_end = _quotation(lines, at, forwarded=forwarded)
        if end == at:
            at += 1
            continue
        start = _with_rule_above(lines, at) if to_the_end else at
        stop = len(lines) if to_the_end else end
        kinds[start:stop] = ["quote"] * (stop - start)
        at = stop
    return kinds


def _quotation(lines: Sequence[str], at: int, *, forwarded: bool) -> tuple[int, bool]:
    """(where the quotation that begins here ends, whether all that follows belongs to it); ``at`` when none does."""
    line = lines[at]
    if marks.QUOTED.match(line):
        return _past_quoted(lines, at), False
    if marks.is_forward_mark(line):
        return at, False
    if marks.is_original_mark(line) and not forwarded:
        return len(lines), True
    if not forwarded and marks.header_block_end(lines, at) is not None:
        return len(lines), True
    end = _introduction_end(lines, at)
    if end is None:
        return at, False
    below = _next_filled(lines, end)
    if below < len(lines) and marks.QUOTED.match(lines[below]):
        return _past_quoted(lines, below), False
    return (at, False) if forwarded else (len(lines), True)


def _past_quoted(lines: Sequence[str], at: int) -> int:
    """Behind the lines marked ``>`` from here on; empty lines between two of them belong to them."""
    end = at
    while at < len(lines):
        if marks.QUOTED.match(lines[at]):
            end = at + 1
        elif lines[at].strip():
            break
        at += 1
    return end


def _introduction_end(lines: Sequence[str], at: int) -> int | None:
    """Behind the introduction of a quotation that begins in this line; it may be wrapped over four."""
    if marks.is_bare_introduction(lines[at]):
        return at + 1
    if marks.says_so(lines[at]) and marks.is_introduction(lines[at].strip()):
        return at + 1
    if not marks.may_begin_introduction(lines[at]):
        return None
    joined = lines[at].strip()
    for end in range(at + 1, min(len(lines), at + 4)):
        if not lines[end].strip() or marks.QUOTED.match(lines[end]):
            return None
        joined = f"{joined} {lines[end].strip()}"
        if marks.says_so(lines[end]):
            return end + 1 if marks.is_introduction(joined) else None
    return None


def _next_filled(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _with_rule_above(lines: Sequence[str], at: int) -> int:
    """The line of dashes above a header block belongs to it."""
    above = at - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and marks.RULE_LINE.fullmatch(lines[above]) else at
