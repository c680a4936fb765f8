"""The table beside eight others in the README: each of our cells leads to a test that exists."""

import re

from tests.architecture.sources import ROOT

_ROW = re.compile(r"^\| (?P<name>[^|]+) \|(?: [YPNM$?/-]+ \|){8} (?P<own>[^|]+) \|$")
_CELL = re.compile(r"^\[(?P<mark>[YP])\]\((?P<path>tests/[\w/]+\.py) \"(?P<test>test_\w+)\"\)$")


def rows() -> list[tuple[str, str]]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text[text.index("## Beside eight others") :]
    return [(found["name"], found["own"]) for line in part.splitlines() if (found := _ROW.match(line))]


def test_what_we_say_that_we_have_is_tested() -> None:
    found = rows()
    assert len(found) > 120, "the rows could not be read"
    wrong = []
    for name, own in found:
        cell = _CELL.match(own)
        if own == "N":
            continue
        if cell is None:
            wrong.append(f"{name}: {own}")
            continue
        path = ROOT / cell["path"]
        if not path.exists() or not re.search(
            rf"^def {cell['test']}\b", path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            wrong.append(f"{name}: {cell['path']} has no {cell['test']}")
    assert not wrong, "\n".join(wrong)


def test_what_we_lack_is_said_too() -> None:
    assert sum(own == "N" for _, own in rows()) > 10
