"""Logs written for other tools come back the same, here and in PM4Py."""

import gzip
import io
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pm4py
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.bpmn.replay import Label, Log, read_log
from bihuan.bpmn.replay.logs import Done, write_csv, write_ocel, write_xes
from bihuan.cli.main import main

WRITERS: list[Callable[[Log, IO[bytes]], None]] = [write_csv, write_xes, write_ocel]
Plain = dict[str, list[tuple[str, str, float | None, float | None, float | None, str]]]

TEXT = """case,element,activity,resource,enabled,start,end
7,a,受理,anna,2026-01-05T08:00:00.250+00:00,2026-01-05T08:30:00Z,2026-01-05T17:00:00+08:00
7,b,诊断 & <其他>,ben,2026-01-05T09:00:00+00:00,2026-01-05T09:10:00+00:00,2026-01-05T09:10:00+00:00
7,c,解决,,2026-01-05T09:10:00+00:00,2026-01-05T09:10:00+00:00,2026-01-05T09:10:00+00:00
7,a,受理,cy,2026-01-05T10:00:00+00:00,2026-01-05T10:01:00+00:00,
7,d,回访,,2026-01-05T10:00:00+00:00,,
8,a,受理,,,,2026-01-05T09:00:00+00:00
"""


def _plain(log: Log) -> tuple[Plain, Plain]:
    def rows(found: dict[str, list[Done]]) -> Plain:
        return {
            case: [(*_label(log, row), row.enabled, row.start, row.end, row.resource) for row in each]
            for case, each in found.items()
        }

    return rows(log.cases), rows(log.open)


def _label(log: Log, row: Done) -> tuple[str, str]:
    label = log.labels[row.label]
    return label.element, label.activity


def _again(log: Log, writer: Callable[[Log, IO[bytes]], None]) -> Log:
    stream = io.BytesIO()
    writer(log, stream)
    return read_log(io.BytesIO(stream.getvalue()))


@pytest.mark.correctness(92)
@pytest.mark.parametrize("writer", WRITERS)
def test_what_is_written_comes_back(writer: Callable[[Log, IO[bytes]], None]) -> None:
    log = read_log(io.BytesIO(TEXT.encode()))
    again = _again(log, writer)
    assert _plain(again) == _plain(log)
    assert (again.events, again.left_out) == (log.events, {})


_TIMES = st.integers(0, 3).map(lambda at: 1_767_600_000 + at / 4)


@st.composite
def _logs(draw: st.DrawFn) -> Log:
    log = Log()
    names = draw(
        st.lists(
            st.text("ab中<&\"' é", min_size=1, max_size=4).map(lambda text: " ".join(text.split())).filter(bool),
            min_size=1,
            max_size=3,
            unique=True,
        )
    )
    log.labels = [Label(f"n{at}", name) for at, name in enumerate(names)]
    for case in draw(st.lists(st.sampled_from(["1", "二", "c 3"]), unique=True)):
        log.cases[case] = []
        for _ in range(draw(st.integers(0, 4))):
            times = sorted(draw(st.tuples(_TIMES, _TIMES, _TIMES)))
            enabled, start = draw(st.booleans()), draw(st.booleans())
            row = Done(
                draw(st.integers(0, len(names) - 1)),
                times[0] if enabled else None,
                times[1] if start else None,
                times[2],
                draw(st.sampled_from(["", "anna", "王"])),
            )
            log.cases[case].append(row)
            log.events += 1
        log.cases[case].sort(key=lambda row: row.end or 0)
    return log


@pytest.mark.correctness(92)
@given(log=_logs(), writer=st.sampled_from(WRITERS))
@settings(max_examples=150, deadline=None)
def test_any_log_comes_back(log: Log, writer: Callable[[Log, IO[bytes]], None]) -> None:
    again = _again(log, writer)
    ours = {case: rows for case, rows in _plain(log)[0].items() if rows}
    assert {case: rows for case, rows in _plain(again)[0].items() if rows} == ours
    assert again.events == log.events


@pytest.mark.correctness(92)
def test_pm4py_reads_what_is_written(tmp_path: Path) -> None:
    log = read_log(io.BytesIO(TEXT.encode()))
    xes, ocel = tmp_path / "log.xes", tmp_path / "log.json"
    with xes.open("wb") as stream:
        write_xes(log, stream)
    with ocel.open("wb") as stream:
        write_ocel(log, stream)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # faster readers are recommended
        frame = pm4py.read_xes(str(xes), show_progress_bar=False)
        objects = pm4py.read_ocel2_json(str(ocel))
    done = frame[frame["lifecycle:transition"] == "complete"]
    assert list(done["concept:name"]) == ["受理", "诊断 & <其他>", "解决", "受理"]
    assert list(done["case:concept:name"]) == ["7", "7", "7", "8"]
    assert str(done["start_timestamp"].iloc[0]) == "2026-01-05 08:30:00+00:00"
    assert len(frame) == 7
    assert sorted(objects.objects["ocel:oid"]) == ["7", "8"]
    assert len(objects.events) == 7
    assert set(objects.relations["ocel:type"]) == {"case"}


@pytest.mark.parametrize("name", ["out.csv", "out.xes", "out.json", "out.xes.gz"])
def test_chart_convert(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, out = tmp_path / "log.csv", tmp_path / name
    log.write_text(TEXT, encoding="utf-8")
    assert main(["chart", "convert", str(log), "-o", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["cases"], said["events"], said["left_out"]) == (2, 6, {})
    assert (out.read_bytes()[:2] == b"\x1f\x8b") == name.endswith(".gz")
    with out.open("rb") as stream:
        assert _plain(read_log(stream)) == _plain(read_log(io.BytesIO(TEXT.encode())))


def test_chart_convert_of_something_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log.csv"
    log.write_bytes(gzip.compress(b"nothing"))
    for source, out in ((log, "out.csv"), (tmp_path / "gone", "out.csv"), (log, "out.txt")):
        assert main(["chart", "convert", str(source), "-o", str(tmp_path / out), "--json"]) == 2
        both = capsys.readouterr()
        assert both.out == "" and both.err.startswith("bihuan chart convert:")
