"""Writes the folders of the gallery: ``python -m tools.gallery.make [KEY…]``."""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from bihuan.bpmn import Text
from bihuan.bpmn.sketch import write_sketch
from tools.gallery import charts, common_forms
from tools.gallery.forms import Schema, read_forms, shared_forms
from tools.gallery.language import Reader
from tools.gallery.tables import read_tables

GALLERY: Final = Path(__file__).resolve().parents[2] / "bihuan" / "flows" / "gallery"
ROLES: Final = {
    "doctor": Text("门诊医生", "Doctor"),
    "pharmacist": Text("药剂师", "Pharmacist"),
    "adviser": Text("健康顾问", "Health adviser"),
    "cashier": Text("收费员", "Cashier"),
    "registrar": Text("统计员", "Registrar"),
    "storekeeper": Text("物资管理员", "Storekeeper"),
}
"""Roles beyond those that every installation starts with."""


def modules() -> Iterator[str]:
    """The templates' modules, by name."""
    yield from sorted(one.name for one in iter_modules(charts.__path__))


def files_of(module: str) -> dict[str, bytes]:
    """Everything that the folder of one template holds, by its path from the gallery."""
    source = import_module(f"tools.gallery.charts.{module}")
    reader = Reader()
    reader.read(source.CHART)
    sketch = reader.sketch()
    known = shared_forms(GALLERY / "T01" / "forms") | read_forms(common_forms.FORMS)
    known |= read_forms(getattr(source, "FORMS", ""))
    codes = sorted({node.ext.form for node in sketch.nodes if node.ext.form})
    tables = read_tables(getattr(source, "TABLES", ""))
    key = sketch.process_id
    manifest = {
        "key": key,
        "template": sketch.template,
        "name": _said(reader.head["name"]),
        "summary": _said(reader.head["summary"]),
        "group": reader.plain["group"],
        "version": 1,
        "chart": "chart.bpmn",
        "forms": [f"forms/{code}.json" for code in codes],
        "decisions": {name: f"{name}.dmn" for name in tables},
    }
    roles = sorted({node.ext.role for node in sketch.nodes} & ROLES.keys())
    if roles:
        manifest["roles"] = {role: _said(ROLES[role]) for role in roles}
    found = {f"{key}/manifest.json": _json(manifest), f"{key}/chart.bpmn": write_sketch(sketch)}
    found |= {f"{key}/forms/{code}.json": _json(known[code]) for code in codes}
    return found | {f"{key}/{name}.dmn": table for name, table in tables.items()}


def _said(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _json(value: Schema) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def main(wanted: list[str]) -> None:
    """Writes the folders of the wanted keys, or all."""
    for module in modules():
        if wanted and module.upper() not in wanted:
            continue
        files = files_of(module)
        folder = GALLERY / next(iter(files)).partition("/")[0]
        for path in folder.rglob("*"):
            if path.is_file() and path.relative_to(GALLERY).as_posix() not in files:
                path.unlink()
        for name, content in files.items():
            (GALLERY / name).parent.mkdir(parents=True, exist_ok=True)
            (GALLERY / name).write_bytes(content)
        print(module, len(files))


if __name__ == "__main__":
    main([key.upper() for key in sys.argv[1:]])
