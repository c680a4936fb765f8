"""How Chinese is looked for on a keyboard."""

import re

from pypinyin import Style, lazy_pinyin

_OTHER = re.compile(r"[^a-z0-9]")


def initials_of(text: str, most: int = 32) -> str:
    """The first letters of the sounds, without what is no letter or digit: 林知夏 → ``lzx``. Surnames that sound
    otherwise (单, 仇) are written by whoever bears them, where a record has a column for it."""
    letters = "".join(lazy_pinyin(text[: most * 2], style=Style.FIRST_LETTER)).lower()
    return _OTHER.sub("", letters)[:most]


def sounds_of(text: str, most: int = 100) -> str:
    """By what a name is put in order: its sounds with blanks between, other words as they stand in lower case:
    林知夏 → ``lin zhi xia``. No more than ``most`` characters."""
    return " ".join(" ".join(lazy_pinyin(text[:most])).lower().split())[:most]
