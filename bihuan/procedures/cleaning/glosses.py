"""Pinyin that a converter has put behind characters: 環(huán)."""

import re
import unicodedata
from collections.abc import Iterator

from pypinyin import Style, pinyin

from bihuan.procedures.cleaning.marked import Edit
from bihuan.procedures.model import LOST

_LATIN = "A-Za-zÀ-ÖØ-öø-ʯ\u1e00-\u1eff\u0300-\u036fɡ"
_GLOSS = re.compile(
    rf"(?P<before>[\u3400-\u9fff\U00020000-\U0003ffff]|(?<![A-Za-z])[A-Z])?"
    rf"[(（\[［「『](?P<sound>[{_LATIN}][{_LATIN}1-5'’ ]{{0,30}})[)）\]］」』]"
)
_TONES = frozenset("\u0300\u0301\u0304\u0306\u030c")
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:[iuüv]?(?:ang|eng|ong|ing|an|en|in|un|ün|ai|ei|ao|ou|ia|ie|ue|üe|ve|er|[aeiouüv]))[1-5]?"
)


def glosses(text: str) -> Iterator[Edit]:
    """Takes glosses out. A capital letter before one is all that is left of a character: that is marked as lost."""
    for found in _GLOSS.finditer(text):
        before, sound = found.group("before"), found.group("sound")
        if before is None or not _is_gloss(before, sound):
            continue
        after_letter = before.isascii()
        if after_letter:
            yield Edit(found.start(), found.end(), LOST, "lost_character")
        else:
            yield Edit(found.start() + 1, found.end(), "", "gloss")


def _is_gloss(character: str, sound: str) -> bool:
    plain, toned = _without_tones(sound)
    if not _syllables(plain):
        return False
    if toned:
        return True
    return not character.isascii() and plain in _readings(character)


def _without_tones(sound: str) -> tuple[str, bool]:
    parts = unicodedata.normalize("NFD", sound.lower().replace("ɡ", "g"))
    bare = "".join(one for one in parts if one not in _TONES)
    return unicodedata.normalize("NFC", bare), len(bare) < len(parts) or any(one.isdigit() for one in bare)


def _syllables(plain: str) -> bool:
    at = 0
    while at < len(plain):
        if plain[at] in "'’ ":
            at += 1
            continue
        found = _SYLLABLE.match(plain, at)
        if found is None:
            return False
        at = found.end()
    return True


def _readings(character: str) -> frozenset[str]:
    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])
