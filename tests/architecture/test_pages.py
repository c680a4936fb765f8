"""Templates and styles: no inline scripts or handlers, colours from the tokens alone, nothing from other sites."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, ROOT, files, name_of

TEMPLATES = [path for path in files(PACKAGE, "*.html") if "templates" in path.parts]
STYLES = files(ROOT / "frontend" / "src", "*.css")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|color)\(")
_HANDLER = re.compile(r"<[^>{]*\son[a-z]+\s*=", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
_SAFE_WORDS = re.compile(r"'[^'{]*'\s*\|\s*safe")  # markup that stands in the template itself
_OUTSIDE = re.compile(r"(?:src|href|url\()\s*=?\s*[\"']?(?:https?:)?//", re.IGNORECASE)


def _without_comments(text: str) -> str:
    return re.sub(r"{#.*?#}|<!--.*?-->|/\*.*?\*/", "", text, flags=re.DOTALL)


def test_there_are_pages_and_styles() -> None:
    assert len(TEMPLATES) > 20
    assert len(STYLES) > 5


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_page_carries_code(path: Path) -> None:
    text = _without_comments(path.read_text(encoding="utf-8"))
    assert not _HANDLER.findall(text), "no inline handlers: behaviour lives in frontend/"
    inline = [tag for tag in _SCRIPT.findall(text) if "src=" not in tag and "application/json" not in tag]
    assert not inline, "no inline script but JSON data"
    assert "<style" not in text.lower()
    assert "|safe" not in _SAFE_WORDS.sub("", text).replace(" ", ""), (
        "markup comes from Markup made in Python, where it is cleaned"
    )
    assert "autoescape false" not in text.lower()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_page_has_colours_or_strangers(path: Path) -> None:
    text = _without_comments(path.read_text(encoding="utf-8"))
    styled = re.findall(r"(?:style|fill|stroke|color)=\"([^\"]*)\"", text)
    assert not [style for style in styled if _COLOUR.search(style)], "colours come from tokens.css"
    assert not _OUTSIDE.findall(text), "no other site at run time"


@pytest.mark.parametrize("path", [path for path in STYLES if path.name != "tokens.css"], ids=name_of)
def test_colours_come_from_the_tokens(path: Path) -> None:
    text = _without_comments(path.read_text(encoding="utf-8"))
    assert not _COLOUR.findall(text), "name the colour in tokens.css and use var(--…)"
    assert not _OUTSIDE.findall(text)
