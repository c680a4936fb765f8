"""通知: what of the bell also comes by mail, and when."""

from datetime import time
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.channels import queries as channels
from bihuan.channels.notice_rules import DIGEST, GROUPS, NOW, OFF, way_of
from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.core.errors import Refused

_WAYS = ((NOW, gettext_noop("马上发邮件")), (DIGEST, gettext_noop("放进每日汇总")), (OFF, gettext_noop("只在页面上")))


class BadTime(Refused):
    code = "bad_notice_time"
    text = gettext_noop("时间请写成 08:30 这样。")


def context(actor: Actor) -> dict[str, object]:
    """The person's choice as the page shows it."""
    row = channels.notice_choice(user_id=actor.user_id or 0, now=system_now())
    return {
        "telling": {
            "groups": [{"key": each.key, "name": _(each.text), "way": way_of(row.ways, each.key)} for each in GROUPS],
            "ways": [{"key": key, "name": _(name)} for key, name in _WAYS],
            "quiet_from": _clock(row.quiet_from),
            "quiet_until": _clock(row.quiet_until),
            "digest_at": _clock(row.digest_at),
            "workdays_only": row.workdays_only,
            "urgent_anyway": row.urgent_anyway,
            "day_plan": row.day_plan,
            "zone": _("北京时间") if settings.TIME_ZONE == "Asia/Shanghai" else settings.TIME_ZONE,
            "off": not channels.mails_staff(),
        }
    }


def _clock(at: time | None) -> str:
    return at.strftime("%H:%M") if at else ""


def _typed(text: str) -> time | None:
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip()[:8])
    except ValueError:
        raise BadTime from None


def chosen(said: QueryDict) -> dict[str, Any]:
    """What the form says, as ``choose_notices`` takes it; refuses what is no time of day."""
    digest_at = _typed(said.get("digest_at", ""))
    if digest_at is None:
        raise BadTime
    return {
        "ways": {each.key: said.get(f"way-{each.key}", each.way) for each in GROUPS},
        "quiet_from": _typed(said.get("quiet_from", "")),
        "quiet_until": _typed(said.get("quiet_until", "")),
        "workdays_only": said.get("workdays_only") == "1",
        "urgent_anyway": said.get("urgent_anyway") == "1",
        "digest_at": digest_at,
        "day_plan": said.get("day_plan") == "1",
    }
