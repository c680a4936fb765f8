"""What an installation chooses on its pages: declared keys with a type, bounds and a default.

The app that uses a setting declares it by ``number``, ``switch``, ``words`` or ``text``;
reading costs nothing after the first time (``bihuan.core.stamps``). Every change is audited, secrets without values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar, cast

from django.db import transaction
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, Refused
from bihuan.core.models import Setting
from bihuan.core.sealing import seal, unseal
from bihuan.core.stamps import Kept

T = TypeVar("T", int, bool, str, tuple[str, ...])


class SettingNotValid(Refused):
    """``setting`` names the key."""

    code = "setting_not_valid"
    text = gettext_noop("这个数应在 %(least)s 到 %(most)s 之间。")
    setting = ""


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """A declared setting. ``least`` and ``most`` bound numbers, and the length of texts and lists."""

    name: str
    default: T
    least: int
    most: int
    right: str
    secret: bool = False


AnyKey: TypeAlias = Key[int] | Key[bool] | Key[str] | Key[tuple[str, ...]]
_declared: dict[str, AnyKey] = {}


def _declare(key: Key[T]) -> Key[T]:
    if key.name in _declared:
        raise ValueError(f"setting {key.name} is declared twice")
    _declared[key.name] = key
    return key


def number(name: str, default: int, *, least: int, most: int, right: str = "settings.edit") -> Key[int]:
    """A whole number within bounds."""
    return _declare(Key(name, default, least, most, right))


def switch(name: str, default: bool, *, right: str = "settings.edit") -> Key[bool]:
    """On or off."""
    return _declare(Key(name, default, 0, 1, right))


def text(
    name: str, default: str = "", *, most: int = 300, right: str = "settings.edit", secret: bool = False
) -> Key[str]:
    """A line of text; a secret one is kept encrypted and appears in no log and on no page."""
    return _declare(Key(name, default, 0, most, right, secret))


def words(
    name: str, default: tuple[str, ...] = (), *, most: int = 50, right: str = "settings.edit"
) -> Key[tuple[str, ...]]:
    """A list of codes."""
    return _declare(Key(name, default, 0, most, right))


def _load() -> dict[str, object]:
    return dict(Setting.objects.values_list("key", "value"))


_kept = Kept("settings", _load)


def value(key: Key[T]) -> T:
    """What is set, else the default."""
    return cast(T, _read(key, _kept.get()))


def _read(key: AnyKey, kept: Mapping[str, object]) -> object:
    found = kept.get(key.name)
    if isinstance(key.default, tuple):
        found = tuple(str(each) for each in found) if isinstance(found, list) else None
    if type(found) is not type(key.default):
        return key.default
    return unseal(str(found)) if key.secret else found


@transaction.atomic
def change_settings(*, values: Mapping[AnyKey, object], actor: Actor, now: datetime) -> bool:
    """Sets what differs from now; whether anything did. Refuses what is out of bounds, and who may not.

    A secret that is given as '' stays as it is.
    """
    kept = _load()
    changes: dict[str, object] = {}
    detail: dict[str, object] = {}
    for key, wanted in values.items():
        if not actor.can(key.right):
            raise Forbidden
        _check(key, wanted)
        before = _read(key, kept)
        if wanted == before or (key.secret and not wanted):
            continue
        changes[key.name] = seal(str(wanted)) if key.secret else list(wanted) if isinstance(wanted, tuple) else wanted
        detail[key.name] = "***" if key.secret else [before, wanted]
    for name, stored in changes.items():
        Setting.objects.update_or_create(key=name, defaults={"value": stored})
    if changes:
        audit.record(
            actor=actor, action="settings.changed", object_type="settings", object_id=None, now=now, detail=detail
        )
    return bool(changes)


def _check(key: AnyKey, wanted: object) -> None:
    if type(wanted) is not type(key.default):
        raise TypeError(f"{key.name} takes {type(key.default).__name__}")
    if isinstance(wanted, bool):
        return
    size = wanted if isinstance(wanted, int) else len(cast(str, wanted))
    if not key.least <= size <= key.most:
        refused = SettingNotValid(params={"least": key.least, "most": key.most})
        refused.setting = key.name
        raise refused
