"""What the tests of other engines assert, on ours."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bihuan.bpmn.scenarios import run_scenario

from .building import PUBLIC, public_data

_FOLDER = PUBLIC / "bpmn_scenarios"
_IDS = sorted(path.stem for path in _FOLDER.glob("*.json") if path.stem not in ("index", "schema"))


@cache
def _scenario(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_bytes())
    return found


def _files(scenario: dict[str, Any]) -> list[bytes]:
    return [Path(_FOLDER / name).read_bytes() for name in (scenario["bpmn"], *scenario["called"])]


def test_the_scenarios_are_there() -> None:
    public_data("bpmn_scenarios")
    assert len(_IDS) >= 190


@pytest.mark.parametrize("name", _IDS)
def test_scenario(name: str) -> None:
    scenario = _scenario(name)
    outcome = run_scenario(scenario, _files(scenario))
    assert outcome.passed, f"step {outcome.step}: {outcome.why}"
    assert outcome.step == len(scenario["steps"])


@pytest.mark.parametrize("name", _IDS)
def test_a_spoilt_expectation_is_noticed(name: str) -> None:
    scenario = _scenario(name)
    files = _files(scenario)
    spoilt = list(_spoilt(scenario))
    assert spoilt
    for one, where in spoilt:
        assert not run_scenario(one, files).passed, where


def _spoilt(scenario: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for at, step in enumerate(scenario["steps"]):
        if "raises" in step:
            twin = copy.deepcopy(scenario)
            del twin["steps"][at]["raises"]
            yield twin, f"step {at}: raises"
        for key, value in step.get("expect", {}).items():
            wrong = _wrong(key, value)
            if wrong is not None:
                twin = copy.deepcopy(scenario)
                twin["steps"][at]["expect"][key] = wrong
                yield twin, f"step {at}: {key}"


def _wrong(key: str, value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, dict):
        return dict.fromkeys(value, "no such value")
    if key == "task_variables":
        return [{**one, "variables": dict.fromkeys(one["variables"], "no such value")} for one in value]
    if key in ("open_tasks_excludes", "not_visited"):
        return None
    return [*value, "no such element"]
