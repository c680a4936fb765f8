"""People in From, To, Cc and the like, as mail programs really write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bihuan.channels.kinds.email.headers import Headers, header_text

MOST_PEOPLE = 1_000
MOST_ENTRIES = 2_000
# Every alternative matches in one go whatever follows: no header makes this slow.
_TOKEN = re.compile(
    rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|\((?:[^()\\]++|\\.)*+(?:\)|\\?\Z)|<[^>]*+(?:>|\Z)'
    rb'|=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=|[,;:]|\s+|[^\s"(<,;:=]+|.',
    re.DOTALL,
)
_ADDRESS = re.compile(r"[^\s<>@\"',;:()\[\]\\]{1,128}@[^\s<>@\"',;:()\[\]\\]{1,254}")
_QUOTED_LOCAL = re.compile(r'"[^"\s]{1,64}"@[^\s<>@"]{1,254}')
LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a header: the name ('' without one) and the address as written ('' when it is unreadable)."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """The address in lower case, for comparing."""
        return self.address.lower()


@dataclass(slots=True)
class _Entry:
    """What stands between two commas."""

    words: list[bytes]
    comments: list[bytes]
    angle: bytes | None = None


def people(headers: Headers, name: str) -> tuple[tuple[Person, ...], bool]:
    """Everybody in all fields of this name, each address once, and whether a charset had to be repaired."""
    found: dict[tuple[str, str], Person] = {}
    repaired = False
    for value in headers.raw_all(name):
        for entry in islice(_entries(value), MOST_ENTRIES):
            person, mended = _person(entry)
            repaired |= mended
            if (person.address or person.name) and len(found) < MOST_PEOPLE:
                found.setdefault((person.key, "" if person.address else person.name), person)
    return tuple(found.values()), repaired


def first_person(value: str) -> Person | None:
    """The first person in a piece of text such as ``张三 <a@b.cn>``; None when it names nobody."""
    for entry in _entries(value.encode()):
        person, _ = _person(entry)
        if person.address:
            return person
    return None


def _entries(value: bytes) -> Iterator[_Entry]:
    entry = _Entry([], [])
    for match in _TOKEN.finditer(value):
        token = match.group()
        if token in (b",", b";"):
            if entry.words or entry.comments or entry.angle is not None:
                yield entry
            entry = _Entry([], [])
        elif token == b":" and entry.angle is None and b"@" not in b"".join(entry.words):
            entry = _Entry([], [])  # the name of a group
        elif token[:1] == b"(":
            entry.comments.append(token[1:].removesuffix(b")"))
        elif token[:1] == b"<" and entry.angle is None:
            entry.angle = token[1:].removesuffix(b">")
        elif token[:1] == b'"':
            entry.words.append(re.sub(rb"\\(.)", rb"\1", token[1:].removesuffix(b'"')))
        else:
            entry.words.append(token)
    yield entry


def _person(entry: _Entry) -> tuple[Person, bool]:
    words = header_text(b"".join(entry.words))
    comment = header_text(b" ".join(entry.comments))
    if entry.angle is not None:
        address = _address(header_text(entry.angle).text.removeprefix("mailto:").rpartition(":")[2])
        return Person(_name(words.text or comment.text), address), words.repaired or comment.repaired
    address = _address(words.text)
    name = comment.text if address else words.text
    return Person(_name(name), address), words.repaired or comment.repaired


def _name(text: str) -> str:
    return " ".join(text.strip().strip("'\"").split())[:200]


def _address(text: str) -> str:
    match = _QUOTED_LOCAL.search(text) or _ADDRESS.search(text.replace(" ", "") if text.count("@") == 1 else text)
    address = match.group().strip(".") if match else ""
    return address if len(address) <= LONGEST_ADDRESS else ""
