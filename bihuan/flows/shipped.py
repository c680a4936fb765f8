"""What ships in the gallery, read from its folders without the database."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_GALLERY = Path(__file__).parent / "gallery"


@dataclass(frozen=True, slots=True)
class Shipped:
    """What the gallery knows of a chart without compiling it. ``group``: the shelf on which it stands ("" general)."""

    key: str
    template: str
    name: str
    name_en: str
    version: int
    path: Path
    summary: str = ""
    summary_en: str = ""
    group: str = ""


def shipped() -> list[Shipped]:
    """All charts of the gallery by key."""
    found = []
    for manifest in sorted(_GALLERY.glob("*/manifest.json")):
        data = json.loads(manifest.read_text(encoding="utf-8"))
        found.append(
            Shipped(
                data["key"],
                data["template"],
                data["name"]["zh"],
                data["name"]["en"],
                int(data["version"]),
                manifest.parent / data["chart"],
                data.get("summary", {}).get("zh", ""),
                data.get("summary", {}).get("en", ""),
                data.get("group", ""),
            )
        )
    return found


@cache
def shipped_roles() -> dict[str, tuple[str, str]]:
    """What the charts of the gallery call the roles that no installation begins with: Chinese and English by key."""
    found: dict[str, tuple[str, str]] = {}
    for manifest in sorted(_GALLERY.glob("*/manifest.json")):
        data = json.loads(manifest.read_text(encoding="utf-8"))
        found |= {key: (name["zh"], name["en"]) for key, name in data.get("roles", {}).items()}
    return found
