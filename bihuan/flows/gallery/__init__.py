"""The charts that ship with the product: a folder each with manifest, chart, forms and decision tables."""

import json
from dataclasses import dataclass
from pathlib import Path

from bihuan.flows.operations.publish import Package

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Shipped:
    """What the gallery knows of a chart without compiling it."""

    key: str
    template: str
    name: str
    name_en: str
    version: int
    path: Path


def shipped() -> list[Shipped]:
    """All charts of the gallery by key."""
    found = []
    for manifest in sorted(_HERE.glob("*/manifest.json")):
        data = json.loads(manifest.read_text(encoding="utf-8"))
        found.append(
            Shipped(data["key"], data["template"], data["name"]["zh"], data["name"]["en"], int(data["version"]),
                    manifest.parent / data["chart"])
        )
    return found


def package(key: str) -> Package:
    """The package of one shipped chart; ``KeyError`` for an unknown key."""
    folder = next((entry for entry in shipped() if entry.key == key), None)
    if folder is None:
        raise KeyError(key)
    home = folder.path.parent
    data = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    return Package(
        key=folder.key, name=folder.name, name_en=folder.name_en, template=folder.template,
        chart=folder.path.read_bytes(),
        forms={form["x-code"]: form for form in (json.loads((home / f).read_text("utf-8")) for f in data["forms"])},
        decisions={name: (home / file).read_text("utf-8") for name, file in data["decisions"].items()},
    )


def packages() -> list[Package]:
    """All shipped packages."""
    return [package(entry.key) for entry in shipped()]
