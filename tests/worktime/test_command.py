"""`bihuan worktime` as scripts call it."""

import argparse
import io
import json
from pathlib import Path

import pytest

from bihuan.cli import worktime

HOURS = [["08:00", "12:00"], ["14:00", "18:00"]]
CAL: dict[str, object] = {
    "timezone": "Asia/Shanghai",
    "week": {"mon": HOURS, "tue": HOURS, "wed": HOURS, "thu": HOURS, "fri": HOURS, "sat": [], "sun": []},
    "holidays": ["2026-10-01"],
    "shifts": {"2026-10-10": HOURS},
}


class Call:
    """Runs the command on some input; keeps what it said."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = folder / "cal.json"
        self.monkeypatch = monkeypatch
        self.capsys = capsys
        self.err = ""

    def __call__(self, given: object, asked: bytes | str, *options: str) -> tuple[int, list[str]]:
        self.path.write_bytes(given if isinstance(given, bytes) else json.dumps(given).encode())
        raw = asked if isinstance(asked, bytes) else asked.encode()
        self.monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="ascii"))
        parser = argparse.ArgumentParser()
        worktime.add_parser(parser.add_subparsers())
        args = parser.parse_args(["worktime", "--calendar", str(self.path), *(options or ("--json",))])
        code = args.run(args)
        said = self.capsys.readouterr()
        self.err = said.err
        return int(code), said.out.splitlines()


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """The command, ready to run."""
    return Call(tmp_path, monkeypatch, capsys)


def test_answers_a_json_value_a_line(call: Call) -> None:
    code, lines = call(CAL, "add 2026-11-20T16:30+08:00 7200\n\nbetween 2026-11-20T10:00Z 2026-11-23T00:30Z\n")
    assert code == 0
    assert [json.loads(line) for line in lines] == ["2026-11-23T08:30:00+08:00", 1800]
    assert call.err == ""


def test_answers_plainly_without_json(call: Call) -> None:
    asked = "between 2026-11-20T10:00Z 2026-11-23T00:30:00.5Z\nadd x 1"
    code, lines = call(CAL, asked, "--calendar", str(call.path))
    assert code == 1
    assert lines[0] == "1800.5"
    assert lines[1].startswith("refused: ")


@pytest.mark.parametrize(
    "line",
    [
        "add 2026-11-20T16:30+08:00 -1",
        "add 2026-11-20T16:30 60",
        "add yesterday 60",
        "add 2026-11-20T16:30Z sixty",
        "add 2026-11-20T16:30Z",
        "add 2026-11-20T16:30Z 60 60",
        "subtract 2026-11-20T16:30Z 60",
        "between 1 2",
        "add 2026-11-20T16:30Z nan",
        "add 2026-11-20T16:30Z 999999999999999999999",
        "add 0001-01-01T00:00+14:00 1",
        "add 2026-11-20T16:30Z " + "9" * 5000,
        "add 2026-11-20T16:30Z ٣",
    ],
)
def test_a_bad_line_is_refused_and_the_next_one_answered(call: Call, line: str) -> None:
    code, lines = call(CAL, f"{line}\nadd 2026-11-20T16:30+08:00 60\n")
    assert code == 1
    refused, answered = (json.loads(one) for one in lines)
    assert set(refused) == {"refused"}
    assert answered == "2026-11-20T16:31:00+08:00"


def test_bytes_that_are_no_text_are_a_refused_line(call: Call) -> None:
    code, lines = call(CAL, b"\xff\xfe add\nadd 2026-11-20T16:30+08:00 60")
    assert (code, len(lines)) == (1, 2)


@pytest.mark.parametrize(
    "given", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, {**CAL, "week": 3}, {**CAL, "timezone": "x"}]
)
def test_an_unreadable_calendar_ends_with_2(call: Call, given: object) -> None:
    code, lines = call(given, "add 2026-11-20T16:30+08:00 60")
    assert (code, lines) == (2, [])
    assert call.err.count("\n") == 1


def test_a_missing_calendar_ends_with_2(call: Call) -> None:
    code, lines = call(CAL, "", "--json", "--calendar", str(call.path.parent / "none.json"))
    assert (code, lines) == (2, [])
    assert "none.json" in call.err


@pytest.mark.correctness(20)
def test_a_calendar_that_never_opens_is_a_refusal_of_every_line(call: Call) -> None:
    asked = "add 2026-11-20T16:30+08:00 60\nbetween 2026-11-20T16:30Z 2026-11-21T16:30Z"
    code, lines = call({**CAL, "week": {}, "shifts": {}}, asked)
    assert code == 1
    assert [set(json.loads(line)) for line in lines] == [{"refused"}, {"refused"}]
    assert call.err
