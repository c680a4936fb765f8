"""Locks name versions, and only versions."""

import json
import re
import tomllib

from tests.architecture.sources import ROOT

_PIN = re.compile(r"([A-Za-z0-9_.-]+)==([^\s;]+)( ; .+)?")


def _name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", text, maxsplit=1)[0]).lower()


def _pins() -> dict[str, str]:
    pins = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if line and not line.startswith("#"):
            match = _PIN.fullmatch(line)
            assert match, f"no exact version: {line}"
            pins[_name(match.group(1))] = match.group(2)
    return pins


def test_every_package_is_pinned_by_version_alone() -> None:
    assert len(_pins()) > 50


def test_the_lock_holds_everything_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {_name(text) for text in project["project"]["dependencies"] + project["dependency-groups"]["dev"]}
    assert wanted <= _pins().keys(), f"run make lock: {wanted - _pins().keys()}"


def test_the_front_end_lock_holds_no_addresses() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    packages = lock["packages"]
    assert len(packages) > 5
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for name, package in packages.items() if name and "version" in package)
