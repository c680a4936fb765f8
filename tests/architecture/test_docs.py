"""What the documents point to is there, and the handbook shows only what a test has photographed."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)")
_SHOT = re.compile(r"\.shot\(\"([a-z-]+)\"\)")


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_every_link_leads_to_something() -> None:
    found = [(page, link) for page in documents() for link in _LINK.findall(page.read_text())]
    assert len(found) > 100
    gone = [f"{page.relative_to(ROOT)}: {link}" for page, link in found if not (page.parent / link).exists()]
    assert not gone, "\n".join(gone)


def test_the_handbook_shows_what_tests_have_taken_and_both_languages_show_the_same() -> None:
    taken = {name for path in (ROOT / "tests" / "e2e").glob("*.py") for name in _SHOT.findall(path.read_text())}
    folder = ROOT / "docs" / "handbook"
    pages = {path: set(re.findall(r"\(pictures/([a-z-]+)\.png\)", path.read_text())) for path in folder.glob("*.md")}
    assert len(pages) >= 2 and len({frozenset(shown) for shown in pages.values()}) == 1
    kept = {path.stem for path in (folder / "pictures").glob("*.png")}
    assert kept == next(iter(pages.values())) and kept <= taken
