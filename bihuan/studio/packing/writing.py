"""The package file: a ZIP with a manifest, the chart, its forms and its decision tables."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

FORMAT: Final = "bihuan.package"
FORMAT_VERSION: Final = 1
MANIFEST: Final = "manifest.json"
CHART: Final = "chart.bpmn"
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_MOMENT: Final = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What a package file carries. ``number``: of the version (0: a draft). ``content_hash``: as the sender knew it.
    ``roles``: what its roles are called, Chinese and English by key."""

    key: str
    name: str
    name_en: str = ""
    template: str = ""
    number: int = 0
    content_hash: str = ""
    chart: bytes
    forms: Mapping[str, dict[str, object]] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def write_package(parcel: Parcel) -> bytes:
    """The file. The same content gives the same bytes."""
    forms = {code: f"forms/{_file(code, at)}.json" for at, code in enumerate(sorted(parcel.forms), 1)}
    tables = {key: f"tables/{_file(key, at)}.dmn" for at, key in enumerate(sorted(parcel.decisions), 1)}
    files = {CHART: parcel.chart}
    files |= {forms[code]: _json(form) for code, form in parcel.forms.items()}
    files |= {tables[key]: source.encode() for key, source in parcel.decisions.items()}
    manifest = {
        "format": FORMAT,
        "formatVersion": FORMAT_VERSION,
        "key": parcel.key,
        "name": {"zh": parcel.name, "en": parcel.name_en},
        "template": parcel.template,
        "version": parcel.number,
        "contentHash": parcel.content_hash,
        "chart": CHART,
        "forms": forms,
        "decisions": tables,
        "roles": {key: {"zh": zh, "en": en} for key, (zh, en) in sorted(parcel.roles.items())},
        "files": {name: sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {MANIFEST: _json(manifest), **dict(sorted(files.items()))}.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _file(name: str, at: int) -> str:
    """A name for a file that every system can keep; two codes that differ in case alone must not meet."""
    return f"{at:03}-{name}" if _PLAIN.fullmatch(name) else f"{at:03}"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
