"""House rule 2 at run time: rows are written by the operations of the app that owns them, and by nobody else."""

import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.apps import apps

_WRITE = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|MERGE\s+INTO|COPY)\s+(?:ONLY\s+)?\"?([a-z]\w*)", re.IGNORECASE
)
_ROOMS = ("operations", "migrations", "store")

# (table, part of a file's path): why it may write there. This list only shrinks.
EXCEPTIONS = {("accounts_user", "/django/contrib/auth/"): "signing in notes last_login through Django's own signal"}
_EVERYWHERE = ("/django/core/management/", "/django/test/")
_SENT_LATER = "/bihuan/core/rows.py"  # what it sends was watched when it was given


class ForeignWrite(AssertionError):
    """Code outside an app's operations wrote that app's table."""


def _owners() -> dict[str, str]:
    """Table → the folder of the app that owns it. The core has no operations: the whole room may write its tables."""
    return {
        model._meta.db_table: config.name.replace(".", "/")
        for config in apps.get_app_configs()
        if config.name.startswith("bihuan.") and config.label != "core"
        for model in config.get_models(include_auto_created=True)
    }


_tables: dict[str, str] = {}


def written_tables(statement: str) -> set[str]:
    """The tables of our apps that a statement writes."""
    if not _tables:
        _tables.update(_owners())
    return {name.lower() for name in _WRITE.findall(statement)} & _tables.keys()


def _may_write(table: str, frame: FrameType | None) -> bool:
    places = [f"/{_tables[table]}/{room}{end}" for room in _ROOMS for end in ("/", ".py")]
    places += [place for exempt, place in EXCEPTIONS if exempt == table]
    places += _EVERYWHERE
    while frame is not None:
        if any(place in frame.f_code.co_filename for place in places):
            return True
        frame = frame.f_back
    return False


def watch(statement: str) -> None:
    """Told of statements when operations give them; they may be sent later, when the operation has returned."""
    for table in written_tables(statement):
        if not _may_write(table, sys._getframe(1)):
            raise ForeignWrite(f"{table} was written outside {_tables[table]}/operations: {statement[:160]}")


def guard(execute: Callable[..., Any], statement: object, params: object, many: bool, context: dict[str, Any]) -> Any:
    """An execute wrapper of Django that refuses foreign writes."""
    tables = written_tables(str(statement))
    if tables and not _sent_later(sys._getframe(1)):
        watch(str(statement))
    return execute(statement, params, many, context)


def _sent_later(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.endswith(_SENT_LATER) and frame.f_code.co_name in ("flush", "write"):
            return True
        frame = frame.f_back
    return False
