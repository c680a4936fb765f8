"""Addresses of the built front end, read from the manifest that the build writes."""

import json
import logging
from functools import lru_cache
from pathlib import Path
from typing import cast

from django.conf import settings

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
MANIFEST = DIST / "manifest.json"
_log = logging.getLogger("bihuan.web")


@lru_cache(maxsize=2)
def _read(path: Path, stamp: int) -> dict[str, dict[str, object]]:
    return cast(dict[str, dict[str, object]], json.loads(path.read_text(encoding="utf-8")))


def _manifest() -> dict[str, dict[str, object]]:
    try:
        return _read(MANIFEST, MANIFEST.stat().st_mtime_ns)
    except (OSError, ValueError):
        return {}


def _address(file: str) -> str:
    return f"{settings.STATIC_URL}dist/{file}"


def manifest_problem() -> str:
    """Why pages would come without style and script; empty when all is well."""
    if not MANIFEST.exists():
        return "the front end is not built: run `make setup` (or `npm run build` in frontend/)"
    missing = [str(entry["file"]) for entry in _manifest().values() if not (DIST / str(entry["file"])).exists()]
    return f"the front end is built only in part: {', '.join(missing)}" if missing else ""


@lru_cache(maxsize=1)
def _complain(problem: str) -> None:
    _log.error(problem)


def asset(entry: str) -> list[str]:
    """The addresses of an entry of the build, styles before scripts.

    Without a build the list is empty and the log says once what to run: a page without style is better than
    no page.
    """
    found = _manifest().get(entry)
    if found is None:
        _complain(manifest_problem() or f"the front end has no entry {entry}")
        return []
    styles = cast(list[str], found.get("css", []))
    return [_address(file) for file in [*styles, str(found["file"])]]


def sprite() -> str:
    """The address of the icon sprite: the hashed copy of the build, else the source itself."""
    found = _manifest().get("icons.svg")
    return _address(str(found["file"])) if found else f"{settings.STATIC_URL}icons.svg"
