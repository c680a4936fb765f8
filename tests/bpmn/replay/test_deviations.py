"""What a replay says about cases that leave the chart, and about time."""

import io
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from bihuan.bpmn.problems import ChartRefused
from bihuan.bpmn.replay import Replay, read_log, replay
from bihuan.bpmn.replay.deviations import KINDS
from bihuan.cli.main import main
from tests.bpmn.building import flows, process
from tests.bpmn.replay.test_elements import log_of

CHART = process(
    '<startEvent id="in"/>'
    + "".join(
        f'<userTask id="{key}" name="{name}"/>'
        for key, name in (("a", "受理"), ("b", "诊断"), ("c", "解决"), ("d", "回访"))
    )
    + '<exclusiveGateway id="m"/><exclusiveGateway id="g"/><endEvent id="out"/>'
    + flows("in>a", "a>m", "m>b", "b>g", "g>c", "g>m", "c>d", "d>out")
)


def _found(answer: Replay) -> list[tuple[str, str, int]]:
    return [(one.kind, one.element, one.count) for one in answer.deviations]


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        ("a b c d", []),
        ("a b b c d", []),
        ("a c d", [("skipped", "b", 1)]),
        ("a b d", [("skipped", "c", 1)]),
        ("a b c d d", [("returned", "d", 1)]),
        ("a b c a b c d", [("returned", "a", 1)]),
        ("a b c a b c a b c d", [("returned", "a", 2)]),
        ("a b c b c d", [("returned", "b", 1)]),
        ("a b d c", [("wrong_order", "d", 1)]),
        ("b a c d", [("wrong_order", "b", 1)]),
        ("d a b c", [("wrong_order", "d", 1)]),
        ("b c d a", [("wrong_order", "a", 1)]),
        ("a d b c", [("wrong_order", "d", 1)]),
        ("a c d b", [("wrong_order", "b", 1)]),
        ("a b x c d", [("unknown", "x", 1)]),
        ("a x b x c d", [("unknown", "x", 2)]),
        ("a b c", [("unfinished", "d", 1)]),
        ("a", [("unfinished", "b", 1)]),
        ("", [("unfinished", "a", 1)]),
        ("c d", [("skipped", "a", 1), ("skipped", "b", 1)]),
        ("a d c", None),
    ],
)
def test_kinds(trace: str, expected: list[tuple[str, str, int]] | None) -> None:
    answer = replay(CHART, log_of(trace.split()))
    if expected is None:
        assert answer.deviations
        return
    found = _found(answer)
    if trace in ("a b d c", "b a c d"):  # which of two neighbours is called the wrong one is open
        ((kind, element, count),) = found
        assert (kind, count) == ("wrong_order", 1) and element in trace.split()
        return
    assert sorted(found) == sorted(expected)
    assert (answer.fitness == 1) == (not any(kind != "unknown" for kind, _, _ in expected))


def test_an_element_out_of_place_is_extra() -> None:
    choice = process(
        '<startEvent id="in"/><exclusiveGateway id="g"/><userTask id="a"/><userTask id="b"/><userTask id="z"/><endEvent id="out"/>'
        + flows("in>g", "g>a", "g>b", "a>z", "b>z", "z>out")
    )
    assert _found(replay(choice, log_of(["a", "b", "z"]))) == [("extra", "b", 1)]


@pytest.mark.correctness(95)
def test_deviations_add_up_over_cases_with_a_way_that_shows_them() -> None:
    answer = replay(CHART, log_of(["a", "b", "c", "d"], ["a", "c", "d"], ["a", "c", "d"], ["a", "c", "x", "x", "d"]))
    assert [(one.kind, one.element, one.name, one.count, one.cases, one.example_case) for one in answer.deviations] == [
        ("skipped", "b", "诊断", 3, 3, "1"),
        ("unknown", "x", "", 2, 1, "3"),
    ]
    assert answer.deviations[0].path == (("done", "a"), ("skipped", "b"), ("done", "c"), ("done", "d"))
    assert (answer.cases, answer.events, answer.variants, answer.fitting_cases) == (4, 15, 3, 1)
    document = answer.to_document()
    assert json.loads(json.dumps(document)) == document
    assert document["unmatched"] == [{"activity": "x", "count": 2}]
    assert "诊断" in answer.deviations[0].to_document()["message"]["zh"]  # type: ignore[index,call-overload,operator]


@pytest.mark.correctness(95)
def test_the_bound_of_the_search_is_said() -> None:
    """Nothing is passed off as explained: the case is counted, and named as such."""
    answer = replay(CHART, log_of(["d", "c", "b", "a"] * 3, ["a", "b", "c", "d"]), states=5)
    assert answer.unexplained == 1
    assert _found(answer) == [("unexplained", "", 1)]
    assert replay(CHART, log_of(["d", "c", "b", "a"] * 3)).unexplained == 0
    assert set(KINDS) >= {"unexplained"}


def test_a_search_for_silent_steps_that_is_cut_is_said() -> None:
    many = [f"g{at}" for at in range(8)]
    gateways = "".join(
        f'<exclusiveGateway id="{key}a"/><exclusiveGateway id="{key}b"/><userTask id="{key}t"/>' for key in many
    )
    arrows = [
        arrow
        for key in many
        for arrow in (f"s>{key}a", f"{key}a>{key}t", f"{key}t>{key}b", f"{key}a>{key}b", f"{key}b>j")
    ]
    chart = process(
        '<startEvent id="in"/><parallelGateway id="s"/><parallelGateway id="j"/><userTask id="z"/><endEvent id="out"/>'
        + gateways
        + flows("in>s", *arrows, "j>z", "z>out")
    )
    assert replay(chart, log_of(["z", "z"]), markings=20).cut == 1
    assert replay(chart, log_of(["z", "z"])).cut == 0
    # What fits is known to fit all the same: the explanation says so.
    answer = replay(chart, log_of(["z"]), markings=20)
    assert (answer.cut, answer.fitness, answer.deviations) == (0, 1.0, ())


def test_ends_of_branches_that_end_apart_are_no_remaining_tokens() -> None:
    chart = process(
        '<startEvent id="in"/><parallelGateway id="g"/><userTask id="a"/><userTask id="b"/><endEvent id="o1"/><endEvent id="o2"/>'
        + flows("in>g", "g>a", "g>b", "a>o1", "b>o2")
    )
    answer = replay(chart, log_of(["a", "b", "b"]))
    assert (answer.missing, answer.remaining) == (1, 0)
    once = process('<startEvent id="in"/><userTask id="a"/><endEvent id="out"/>' + flows("in>a", "a>out"))
    answer = replay(once, log_of(["a", "a"]))
    assert (answer.missing, answer.remaining) == (1, 1)


def test_equal_names_are_told_apart_by_where_the_case_is() -> None:
    chart = process(
        '<startEvent id="in"/><userTask id="a1" name="审批"/><userTask id="b" name="b"/><userTask id="a2" name="审批"/><endEvent id="out"/>'
        + flows("in>a1", "a1>b", "b>a2", "a2>out")
    )
    log = read_log(io.BytesIO("case,activity\n1,审批\n1,b\n1, 审批 \n2,审批\n2,B\n2,b\n2,审批\n".encode()))
    answer = replay(chart, log)
    assert _found(answer) == [("returned", "b", 1)]


# -- time --------------------------------------------------------------------------------------------------------------


def _timed(rows: Sequence[str]) -> dict[str, dict[str, object]]:
    text = "case,element,enabled,start,end\n" + "\n".join(rows)
    found = replay(CHART, read_log(io.BytesIO(text.encode()))).to_document()["elements"]
    assert isinstance(found, dict)
    return found  # type: ignore[return-value]


def _mean(summary: object) -> float:
    assert isinstance(summary, dict)
    return float(summary["mean"])


@pytest.mark.correctness(93)
def test_waiting_and_working_are_told_apart() -> None:
    found = _timed(
        [
            "1,a,2026-01-05T08:00,2026-01-05T09:00,2026-01-05T09:30",
            "2,a,2026-01-05T08:00,2026-01-05T11:00,2026-01-05T11:10",
        ]
    )
    assert (_mean(found["a"]["waiting"]), _mean(found["a"]["working"]), _mean(found["a"]["total"])) == (
        7200,
        1200,
        8400,
    )
    assert found["a"]["waiting"] == {"n": 2, "mean": 7200.0, "p50": 3600.0, "p90": 10800.0}


@pytest.mark.correctness(93)
def test_what_a_log_leaves_out_is_read_off_the_chart() -> None:
    """Work can begin when all that it waits for is done: not when any event before it was."""
    chart = process(
        '<startEvent id="in"/><userTask id="a"/><parallelGateway id="s"/><userTask id="b"/><userTask id="c"/><parallelGateway id="j"/><userTask id="d"/><endEvent id="out"/>'
        + flows("in>a", "a>s", "s>b", "s>c", "b>j", "c>j", "j>d", "d>out")
    )
    text = "case,element,start,end\n1,a,2026-01-05T08:00,2026-01-05T09:00\n1,c,2026-01-05T09:30,2026-01-05T10:00\n1,b,2026-01-05T10:00,2026-01-05T12:00\n1,d,2026-01-05T12:15,2026-01-05T12:30\n"
    found = replay(chart, read_log(io.BytesIO(text.encode()))).elements
    assert found["a"].waiting == [] and found["a"].working == [3600]
    assert found["b"].waiting == [3600]  # since a, although c was done in between
    assert found["c"].waiting == [1800]
    assert found["d"].waiting == [900]


@pytest.mark.correctness(93)
def test_silent_steps_hand_on_what_made_them_possible() -> None:
    chart = process(
        '<startEvent id="in"/><userTask id="a"/><parallelGateway id="s"/><userTask id="b"/><exclusiveGateway id="g"/><userTask id="c"/><exclusiveGateway id="m"/><parallelGateway id="j"/><userTask id="d"/><endEvent id="out"/>'
        + flows("in>a", "a>s", "s>b", "s>g", "g>c", "g>m", "c>m", "b>j", "m>j", "j>d", "d>out")
    )
    text = "case,element,start,end\n1,a,2026-01-05T08:00,2026-01-05T09:00\n1,b,2026-01-05T09:30,2026-01-05T10:00\n1,d,2026-01-05T10:15,2026-01-05T12:00\n"
    found = replay(chart, read_log(io.BytesIO(text.encode()))).elements
    assert (found["b"].waiting, found["d"].waiting) == ([1800], [900])


@pytest.mark.correctness(94)
def test_open_work_is_told_and_its_case_is_not_called_unfinished() -> None:
    rows = [
        "1,a,2026-01-05T08:00,2026-01-05T08:00,2026-01-05T09:00",
        "1,b,2026-01-05T09:00,,",
        "2,a,2026-01-05T08:00,2026-01-05T08:00,2026-01-05T12:00",
    ]
    text = "case,element,enabled,start,end\n" + "\n".join(rows)
    answer = replay(CHART, read_log(io.BytesIO(text.encode())))
    assert (answer.cases, answer.running) == (2, 1)
    assert _found(answer) == [("unfinished", "b", 1)]
    assert answer.deviations[0].example_case == "2"
    assert (answer.elements["b"].count, answer.elements["b"].open_count, answer.elements["b"].open) == (
        0,
        1,
        [3 * 3600],
    )
    assert answer.fitting_cases == 1


@pytest.mark.correctness(94)
def test_a_running_case_can_have_left_the_chart_already() -> None:
    rows = [
        "1,a,,2026-01-05T08:00,2026-01-05T09:00",
        "1,c,,2026-01-05T09:00,2026-01-05T10:00",
        "1,d,2026-01-05T10:00,,",
    ]
    text = "case,element,enabled,start,end\n" + "\n".join(rows)
    answer = replay(CHART, read_log(io.BytesIO(text.encode())))
    assert _found(answer) == [("skipped", "b", 1)]


def test_an_end_before_its_begin_is_counted_and_not_measured() -> None:
    found = _timed(["1,a,2026-01-05T08:00,2026-01-05T10:00,2026-01-05T09:00"])
    assert (found["a"]["working"], found["a"]["disordered"]) == (None, 1)


# -- the command -------------------------------------------------------------------------------------------------------


def test_chart_replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chart, log = tmp_path / "chart.bpmn", tmp_path / "log.csv"
    chart.write_bytes(CHART)
    log.write_text("case,activity\n1,受理\n1,诊断\n1,解决\n1,回访\n")
    assert main(["chart", "replay", str(chart), str(log), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["cases"], answer["events"], answer["fitness"], answer["deviations"]) == (1, 4, 1.0, [])
    log.write_text("case,activity\n1,受理\n1,解决\n1,回访\n")
    assert main(["chart", "replay", str(chart), str(log), "--json"]) == 1
    (one,) = json.loads(capsys.readouterr().out)["deviations"]
    assert {"kind": "skipped", "element": "b", "count": 1, "example_case": "1"}.items() <= one.items()
    assert main(["chart", "replay", str(chart), str(log)]) == 1
    assert "skipped: 诊断" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("chart", "log"), [(CHART, None), (None, "case,activity\n"), (b"<x/>", "case,activity\n"), (CHART, "nothing")]
)
def test_chart_replay_of_something_else(
    chart: bytes | None, log: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = tmp_path / "chart.bpmn", tmp_path / "log.csv"
    if chart is not None:
        files[0].write_bytes(chart)
    if log is not None:
        files[1].write_text(log)
    assert main(["chart", "replay", *map(str, files), "--json"]) == 2
    both = capsys.readouterr()
    assert both.out == ""
    assert both.err.startswith("bihuan chart replay:")


def test_a_chart_that_cannot_be_played_is_refused() -> None:
    with pytest.raises(ChartRefused):
        replay(b"<x/>", log_of(["a"]))


def test_a_log_without_cases() -> None:
    answer = replay(CHART, log_of())
    assert (answer.cases, answer.fitness, answer.deviations) == (0, 1.0, ())


@pytest.mark.correctness(95)
def test_a_log_that_has_nothing_to_do_with_the_chart_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each further case has little left to be looked at, and what is simple is explained all the same."""
    monkeypatch.setattr("bihuan.bpmn.replay.run.MOST_OF_A_LOG", 300)
    random = Random(2)
    wild = [[random.choice("abcd") for _ in range(20)] for _ in range(20)]
    answer = replay(CHART, log_of(*wild, ["a", "c", "d"]))
    assert answer.unexplained > 10
    assert ("skipped", "b", "20") in [(one.kind, one.element, one.example_case) for one in answer.deviations]


def test_the_oracle_stays_in_tests() -> None:
    """PM4Py's licence (AGPL) must not reach whoever runs the product."""
    root = Path(__file__).resolve().parents[3]
    project = tomllib.loads((root / "pyproject.toml").read_text())
    assert not [one for one in project["project"]["dependencies"] if "pm4py" in one]
    assert [one for one in project["dependency-groups"]["dev"] if "pm4py" in one]
    sources = list((root / "bihuan").rglob("*.py"))
    assert len(sources) > 200
    assert [path for path in sources if "pm4py" in path.read_text(encoding="utf-8")] == []
