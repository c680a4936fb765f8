"""Guards that several operations share."""

import re
from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext_noop
from pypinyin import lazy_pinyin

from bihuan.accounts.models import Post
from bihuan.accounts.rules import ADMIN
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, Refused

MANAGE = "people.edit"
_LOCK = 7_341_009
_NO_KEY = re.compile(r"[^a-z0-9_-]+")


class NameTaken(Refused):
    code = "name_taken"
    text = gettext_noop("名称“%(name)s”已被使用，请换一个。")


class FieldsRefused(Refused):
    """``errors``: what is wrong with each field, as texts of the catalogs."""

    code = "account_fields_refused"
    text = gettext_noop("有内容不符合要求，请看标红的地方。")

    def __init__(self, *, errors: dict[str, str]) -> None:
        super().__init__()
        self.errors = errors


class LastAdministrator(Refused):
    code = "last_administrator"
    text = gettext_noop("这是最后一位系统管理员：请先让另一个人成为系统管理员，否则没有人能再管理这个系统。")


class GivesMore(Refused):
    code = "gives_more"
    text = gettext_noop("您不能给出自己没有的权限：%(what)s。请让系统管理员来做。")
    status = 403


def require(actor: Actor, permission: str) -> None:
    """Refuses who does not hold the permission."""
    if not actor.can(permission):
        raise Forbidden


def one_line(text: str, most: int) -> str:
    """Without what no name holds, in one line."""
    return " ".join(text.replace("\x00", "").split())[:most]


def key_of(name: str, given: str = "") -> str:
    """A code for what is named in Chinese: ``given``, else its sounds."""
    sounds = given or "-".join(lazy_pinyin(name))
    return _NO_KEY.sub("-", sounds.lower()).strip("-")[:60] or "x"


def one_at_a_time() -> None:
    """Changes of who may administrate wait for each other, so that two do not each remove the last but one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def keep_an_administrator() -> None:
    """Refuses when, as the rows stand now, nobody would be left who can administrate."""
    if not Post.objects.filter(role__key=ADMIN, user__is_active=True).exists():
        raise LastAdministrator


def give_no_more(actor: Actor, permissions: Iterable[str]) -> None:
    """Refuses to hand out what the actor does not hold."""
    missing = sorted(each for each in set(permissions) if not actor.can(each))
    if missing:
        raise GivesMore(params={"what": "、".join(missing)})
