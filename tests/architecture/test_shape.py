"""Sizes, READMEs, and things that no file may contain."""

import re

import pytest

from tests.architecture.sources import PACKAGE, ROOT, apps, files, name_of

_MOST_LINES = 400
_MOST_TEST_LINES = 800
_TEXT_KINDS = ("*.py", "*.md", "*.toml", "*.ts", "*.css", "*.html", "*.json", "*.lock", "*.po", "*.sh", "Makefile")


def _lines(path_name: str) -> int:
    return len((ROOT / path_name).read_text(encoding="utf-8").splitlines())


def test_no_file_outgrows_its_room() -> None:
    names = [name_of(path) for folder in ("bihuan", "bench", "tools") for path in files(ROOT / folder, "*.py")]
    names += [name_of(path) for kind in ("*.ts", "*.css") for path in files(ROOT / "frontend" / "src", kind)]
    long = {name: _lines(name) for name in names if "/migrations/" not in name and _lines(name) > _MOST_LINES}
    assert not long, f"more than {_MOST_LINES} lines; make a package with one module a topic: {long}"


def test_no_test_file_outgrows_reading() -> None:
    names = [name_of(path) for path in files(ROOT / "tests", "*.py")]
    long = {name: _lines(name) for name in names if _lines(name) > _MOST_TEST_LINES}
    assert not long, f"more than {_MOST_TEST_LINES} lines: {long}"


@pytest.mark.parametrize(
    "room",
    sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py") if path.parent.name not in {"cli", "config"}),
)
def test_every_room_says_what_it_is_for(room: str) -> None:
    readme = PACKAGE / room / "README.md"
    assert readme.exists(), f"bihuan/{room}/README.md: about ten lines: what for, its words, its operations"
    assert 3 <= len(readme.read_text(encoding="utf-8").splitlines()) <= 40


def test_apps_are_found() -> None:
    assert {"accounts", "calendars", "channels", "core", "customers", "flows", "issues", "knowledge", "surveys"} <= set(
        apps()
    )


_FORBIDDEN = {
    r"(?<![\w/.])/(?:root|work)/\w": "a path of one machine",
    r"(?i)https?://[\w.-]*(?:pypi|pythonhosted|npmjs|npmmirror|yarnpkg)\.": "the address of a registry",
}


def test_no_file_knows_a_machine_or_a_registry() -> None:
    found = {}
    paths = [path for kind in _TEXT_KINDS for path in files(ROOT, kind)]
    for path in paths:
        if path == ROOT / "tests" / "architecture" / "test_shape.py" or ".egg-info" in str(path):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for pattern, what in _FORBIDDEN.items():
            if match := re.search(pattern, text):
                found[name_of(path)] = f"{what}: {match.group(0)}"
    assert len(paths) > 300
    assert not found
