"""Every Chinese text of the interface has its English, with the same places for values."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tests.architecture.sources import PACKAGE, files, name_of

_KEYWORDS = {
    "gettext": None,
    "_": None,
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_JINJA = {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.i18n,jinja2.ext.do,jinja2.ext.loopcontrols"}
_HOLE = re.compile(r"%\((\w+)\)[sdf]|\{(\w+)\}")
Key = tuple[str | None, str]


def _found_in(path: Path, method: str) -> Iterator[Key]:
    options = _JINJA if method == "jinja2" else {}
    for _line, message, _comments, context in extract_from_file(method, path, _KEYWORDS, (), options):
        for text in message if isinstance(message, tuple) else (message,):
            if text:
                yield context, text


@cache
def used() -> dict[Key, str]:
    """Every marked text, and a place where it is used."""
    found: dict[Key, str] = {}
    for path in files(PACKAGE, "*.py"):
        if "migrations" not in path.parts:
            for key in _found_in(path, "python"):
                found.setdefault(key, name_of(path))
    for path in files(PACKAGE, "*.html") + files(PACKAGE, "*.txt"):
        if "templates" in path.parts:
            for key in _found_in(path, "jinja2"):
                found.setdefault(key, name_of(path))
    return found


@cache
def catalogs() -> dict[str, Catalog]:
    """The English catalogs by file."""
    found = {}
    for path in files(PACKAGE, "django.po"):
        if path.parts[-3:-1] == ("en", "LC_MESSAGES"):
            with path.open("rb") as file:
                found[name_of(path)] = read_po(file, locale="en")
    return found


def _english(key: Key) -> list[str]:
    context, text = key
    strings: list[str] = []
    for catalog in catalogs().values():
        message = catalog.get(text, context)
        if message is not None and message.string and not message.fuzzy:
            strings += [message.string] if isinstance(message.string, str) else [str(text) for text in message.string]
    return strings


def test_every_text_has_its_english() -> None:
    assert len(used()) > 200
    missing = [f"{place}: {key[1]}" for key, place in used().items() if not _english(key)]
    assert not missing, "no English in any locale/en/LC_MESSAGES/django.po:\n  " + "\n  ".join(sorted(missing))


def test_english_has_the_same_places_for_values() -> None:
    wrong = []
    for key in used():
        holes = set(_HOLE.findall(key[1]))
        wrong += [f"{key[1]} → {text}" for text in _english(key) if text and set(_HOLE.findall(text)) - holes]
    assert not wrong


def test_one_text_has_one_english() -> None:
    """Two catalogs with different English for the same text: which one is shown would depend on the order of the apps."""
    double = {key[1]: set(_english(key)) for key in used() if len(set(_english(key))) > 1}
    plural = {text for text, english in double.items() if len(english) == 2 and "%" in text}
    assert not {text: english for text, english in double.items() if text not in plural}


def test_english_is_english() -> None:
    wrong = [
        f"{name}: {message.id}"
        for name, catalog in catalogs().items()
        for message in catalog
        if message.id
        and any(re.search(r"[\u4e00-\u9fff]", str(text)) for text in (message.string or ""))
        and str(message.id) not in _CHINESE_STAYS
    ]
    assert not wrong


_CHINESE_STAYS = frozenset({"简体中文", "闭环"})
