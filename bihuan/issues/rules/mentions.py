"""Who is meant by ``@name`` in a note. Pure."""

from collections.abc import Mapping

MOST = 20


def mentioned(text: str, names: Mapping[str, list[int]]) -> list[int]:
    """The ids of those whose name or user name (a key of ``names``) stands behind an @, each once, in the order of the text.

    The longest name that fits counts: @张三丰 is not 张三. An @ inside a word, as in an address, means nobody; nor does a
    Latin name that goes on.
    """
    if "@" not in text and "＠" not in text:
        return []
    folded = {name.casefold(): ids for name, ids in names.items() if name}
    longest = max(map(len, folded), default=0)
    plain = text.replace("＠", "@").casefold()
    found: dict[int, None] = {}
    at = plain.find("@")
    while at >= 0 and len(found) < MOST:
        if not (at and plain[at - 1].isascii() and plain[at - 1].isalnum()):
            found |= dict.fromkeys(_named(plain, at + 1, folded, longest))
        at = plain.find("@", at + 1)
    return list(found)[:MOST]


def _named(text: str, start: int, names: Mapping[str, list[int]], longest: int) -> list[int]:
    for end in range(min(len(text), start + longest), start, -1):
        name = text[start:end]
        if name in names and not _goes_on(name, text[end : end + 1]):
            return names[name]
    return []


def _goes_on(name: str, following: str) -> bool:
    last = name[-1]
    return last.isascii() and last.isalnum() and following.isascii() and following.isalnum()
