"""The charts that ship with the product: a folder each with manifest, chart, forms and decision tables."""

import json

from bihuan.documents.columns import with_order
from bihuan.flows.operations.publish import Package
from bihuan.flows.shipped import shipped


def package(key: str) -> Package:
    """The package of one shipped chart; ``KeyError`` for an unknown key."""
    folder = next((entry for entry in shipped() if entry.key == key), None)
    if folder is None:
        raise KeyError(key)
    home = folder.path.parent
    data = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    forms = [json.loads((home / file).read_text(encoding="utf-8")) for file in data["forms"]]
    return Package(
        key=folder.key,
        name=folder.name,
        name_en=folder.name_en,
        template=folder.template,
        chart=folder.path.read_bytes(),
        forms={form["x-code"]: with_order(form) for form in forms},
        decisions={name: (home / file).read_text(encoding="utf-8") for name, file in data["decisions"].items()},
    )


def packages() -> list[Package]:
    """All shipped packages."""
    return [package(entry.key) for entry in shipped()]
