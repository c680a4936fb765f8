"""Released events and appliers stay what they were: old logs fold to the state they led to."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from bihuan.bpmn import State, load_chart, rebuild
from bihuan.bpmn.engine.appliers import APPLIERS
from tests.bpmn.building import process
from tests.golden.make import LOGS

_LOGS: Final = sorted(Path(__file__).parent.glob("*.json"))


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("path", _LOGS, ids=lambda path: path.stem)
def test_an_old_log_folds_to_the_state_it_led_to(path: Path) -> None:
    log = _read(path)
    # No applier looks into the chart, so that the log needs none to last.
    chart = load_chart(process('<startEvent id="start"/>', key=log["process"]))
    state = rebuild(chart, log["events"])
    assert json.loads(json.dumps(state.to_document())) == log["state"]
    assert State.from_document(log["state"]) == state


@pytest.mark.parametrize("path", _LOGS, ids=lambda path: path.stem)
def test_a_log_without_its_last_change_folds_to_something_else(path: Path) -> None:
    log = _read(path)
    chart = load_chart(process('<startEvent id="start"/>', key=log["process"]))
    assert rebuild(chart, log["events"][:-1]) != State.from_document(log["state"])


def test_every_event_that_an_applier_knows_stands_in_some_log() -> None:
    found = {(event["type"], event["v"]) for path in _LOGS for event in _read(path)["events"]}
    assert found == set(APPLIERS)


# Without T01: the gallery's chart may be redrawn, its log may not.
@pytest.mark.parametrize("name", sorted(LOGS.keys() - {"five_phases"}))
def test_the_chart_of_a_log_still_runs_to_an_end_of_the_same_kind(name: str) -> None:
    player = LOGS[name]()
    log = _read(Path(__file__).parent / f"{name}.json")
    assert player.state is not None
    assert player.state.ended == ("ended" in log["state"])
    assert sorted(player.open()) == sorted(act["node"] for act in log["state"].get("acts", ()) if "mi" not in act)
