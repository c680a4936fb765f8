"""Refusals: what the user asked for cannot be done, and why, in the user's language."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop


class Refused(Exception):
    """An operation declines. Subclasses stand beside their operation.

    ``text`` is a gettext msgid (Chinese) with ``%(name)s`` places, marked with ``gettext_noop`` where it is
    written; entry points translate it with ``gettext(error.text) % error.params``.
    ``status`` is the HTTP status with which pages and REST answer.
    """

    code: str = "refused"
    text: str = ""
    status: int = 422

    def __init__(self, *, text: str | None = None, params: Mapping[str, object] | None = None) -> None:
        self.params: dict[str, object] = dict(params or {})
        if text is not None:
            self.text = text
        super().__init__(f"{self.code}: {self.text % self.params if self.params else self.text}")


class NotFound(Refused):
    """The thing does not exist, or the actor may not know that it does."""

    code = "not_found"
    text = gettext_noop("没有找到，或者您没有查看的权限。")
    status = 404


class Forbidden(Refused):
    """The actor may see it but not do this to it."""

    code = "forbidden"
    text = gettext_noop("您没有做这件事的权限。")
    status = 403


class Conflict(Refused):
    """Somebody else was faster; nothing was changed."""

    code = "conflict"
    text = gettext_noop("内容刚刚被别人改过，请刷新后再试。")
    status = 409


class Unavailable(Refused):
    """The database does not answer: it restarts, or is not there. Nothing was stored; the same can be tried again."""

    code = "unavailable"
    text = gettext_noop("数据库暂时连不上，刚才的操作没有保存。写好的内容先不要关掉，过几秒再试一次。")
    status = 503
    retry_after = 5
    """Seconds after which trying again makes sense."""
