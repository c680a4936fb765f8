"""``bihuan chart simulate``: shapes, the same answer however many processes, a log that reads back, manners."""

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from bihuan.cli.main import main
from tests.bpmn.building import flows, process

ROOT = Path(__file__).resolve().parents[2]
T01 = ROOT / "bihuan" / "flows" / "gallery" / "T01" / "chart.bpmn"
CALENDAR = {
    "timezone": "Asia/Shanghai",
    "week": {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
}


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    path = tmp_path / "chart.bpmn"
    path.write_bytes(
        process(
            '<startEvent id="a"/><userTask id="u" name="登记" bihuan:role="agent"/><exclusiveGateway id="g"/>'
            '<userTask id="v" name="核实"/><endEvent id="z"/>' + flows("a>u", "u>g", "g>v", "g>z", "v>z")
        )
    )
    return path


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.json"
    path.write_text(
        json.dumps(
            {
                "arrivals": {"kind": "poisson", "per_hour": 4},
                "calendar": CALENDAR,
                "pools": {"agent": {"size": 2, "calendar": CALENDAR, "cost_per_hour": 60}},
                "nodes": {
                    "u": {"pool": "agent", "duration": {"kind": "lognormal", "mean": 900, "sd": 600}},
                    "v": {"pool": "agent", "duration": {"kind": "exponential", "mean": 600}},
                },
                "branches": {"g": {"g_v": 0.25, "g_z": 0.75}},
                "warm_up": 50,
                "replications": 3,
            }
        )
    )
    return path


def _answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main(["chart", "simulate", *arguments, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert isinstance(answer, dict)
    return answer


def _part(answer: dict[str, object], *keys: str) -> dict[str, float]:
    for key in keys:
        found = answer[key]
        assert isinstance(found, dict)
        answer = found
    return cast("dict[str, float]", answer)


@pytest.mark.correctness(96)
def test_the_answer(chart: Path, scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = _answer(capsys, str(chart), "--cases", "400", "--seed", "7", "--scenario", str(scenario))
    assert (answer["cases"], answer["replications"], answer["seed"], answer["warm_up"]) == (1_200, 3, 7, 50)
    for name in ("cycle_time", "waiting_time", "working_time", "cost"):
        figures = _part(answer, "measures", name)
        low, high = cast("list[float]", figures["ci95"])
        assert low < figures["mean"] < high and figures["p50"] <= figures["p90"] <= figures["max"]
    cost, worked = (_part(answer, "measures", name)["mean"] for name in ("cost", "working_time"))
    assert cost == pytest.approx(worked / 60)
    assert 0.3 < _part(answer, "per_pool", "agent", "utilisation")["mean"] < 0.9
    assert _part(answer, "per_node", "v")["count"] == pytest.approx(300, rel=0.2)
    assert answer["ends"] == {"z": 1_200} and answer["assumptions"] == []


@pytest.mark.correctness(96)
def test_however_many_processes(chart: Path, scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And however often; another seed gives another answer."""
    common = (str(chart), "--cases", "100", "--scenario", str(scenario))
    answers = [
        _answer(capsys, *common, "--seed", seed, "--jobs", jobs)
        for seed, jobs in (("7", "1"), ("7", "2"), ("7", "5"), ("8", "2"))
    ]
    for answer in answers:
        del answer["seconds"]
    assert answers[0] == answers[1] == answers[2] != answers[3]


@pytest.mark.correctness(92)
def test_a_log_that_reads_back(chart: Path, scenario: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One row for each piece of work of the first replication; nobody does two things at once, or out of hours."""
    log = tmp_path / "log.csv"
    arguments = (str(chart), "--cases", "200", "--seed", "7", "--scenario", str(scenario))
    with_log = _answer(capsys, *arguments, "--log", str(log), "--jobs", "2")
    without = _answer(capsys, *arguments)
    assert {**with_log, "seconds": 0} == {**without, "seconds": 0}
    with log.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["case", "element", "activity", "resource", "enabled", "start", "end"]
    assert {row["case"] for row in rows} == {str(number) for number in range(1, 201)}
    assert {(row["element"], row["activity"]) for row in rows} == {("u", "登记"), ("v", "核实")}
    by_person: dict[str, list[tuple[datetime, datetime]]] = {}
    for row in rows:
        enabled, start, end = (datetime.fromisoformat(row[name]) for name in ("enabled", "start", "end"))
        assert enabled <= start <= end and 8 <= start.hour < 18 and start.weekday() < 5
        by_person.setdefault(row["resource"], []).append((start, end))
    assert by_person.keys() == {"agent-1", "agent-2"}
    for spans in by_person.values():
        spans.sort()
        assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False))


def test_the_log_replays_on_its_chart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another reader of the same chart finds nothing in a rehearsed log that the chart does not say."""
    log = tmp_path / "log.csv"
    _answer(capsys, str(T01), "--cases", "150", "--seed", "3", "--log", str(log))
    assert main(["chart", "replay", str(T01), str(log), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["cases"], answer["fitness"], answer["deviations"]) == (150, 1.0, [])


def test_without_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    """The chart that ships, decision table beside it: what was assumed is said."""
    answer = _answer(capsys, str(T01), "--cases", "300", "--seed", "1")
    assert answer["cases"] == 300 and answer["incidents"] == [] and answer["unfinished"] == 0
    assumptions = answer["assumptions"]
    assert isinstance(assumptions, list)
    assert {one["kind"] for one in assumptions} == {
        "default_duration", "equal_ways", "never_comes", "no_pool", "one_element"
    }  # fmt: skip
    assert main(["chart", "simulate", str(T01), "--cases", "50", "--seed", "1"]) == 0
    said = capsys.readouterr().out
    assert "50 cases" in said and "seed 1" in said and "every arrow is as likely" in said


@pytest.mark.parametrize(
    ("arguments", "text", "why"),
    [
        (["--cases", "0"], "{}", "--cases and --jobs are at least 1"),
        (["--cases", "1", "--jobs", "0"], "{}", "--cases and --jobs are at least 1"),
        (["--cases", "1"], "{", "scenario.json: "),
        (["--cases", "1"], '{"pools": 3}', "scenario.json: pools: give an object"),
        (["--cases", "1"], '{"nodes": {"x": {}}}', "nodes.x: the chart has no such element"),
        (["--cases", "1", "--log", "no/such/folder.csv"], "{}", "no/such/folder.csv: No such file"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], text: str, why: str, chart: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = tmp_path / "scenario.json"
    scenario.write_text(text)
    assert main(["chart", "simulate", str(chart), "--seed", "1", "--scenario", str(scenario), *arguments]) == 2
    both = capsys.readouterr()
    assert both.out == "" and both.err.startswith("bihuan chart simulate: ") and why in both.err


def test_a_calendar_that_ends_is_said(chart: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "scenario.json"
    once = {"timezone": "UTC", "week": {}, "shifts": {"2026-03-04": [["09:00", "10:00"]]}}
    scenario.write_text(json.dumps({"arrivals": {"kind": "poisson", "per_hour": 1, "calendar": once}}))
    arguments = [str(chart), "--cases", "99", "--seed", "1", "--scenario", str(scenario)]
    assert main(["chart", "simulate", *arguments]) == 2
    assert "no more working time" in capsys.readouterr().err


def test_no_chart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "simulate", str(tmp_path / "none.bpmn"), "--cases", "1", "--seed", "1"]) == 2
    (tmp_path / "bad.bpmn").write_text("<definitions/>")
    assert main(["chart", "simulate", str(tmp_path / "bad.bpmn"), "--cases", "1", "--seed", "1"]) == 2
    assert capsys.readouterr().err.count("bihuan chart simulate: ") == 2
