"""Clocks as lamps, bars and words."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.calendars import queries as calendars
from bihuan.issues import queries as issues
from bihuan.issues.models import Clock
from bihuan.issues.rules.ledger import Ledger
from bihuan.web.present.deadlines import day_length
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import duration, full_moment, limit
from bihuan.web.ui.trail import clock_state

KIND_WORDS = {
    "first_response": gettext_noop("首次响应"),
    "next_response": gettext_noop("后续响应"),
    "resolution": gettext_noop("解决"),
    "department": gettext_noop("部门办理"),
    "approval": gettext_noop("审批"),
}
PAUSE_WORDS = {
    "waiting_customer": gettext_noop("等客户"),
    "waiting_third_party": gettext_noop("等外部"),
    "suspended": gettext_noop("已挂起"),
    "passed_on": gettext_noop("不在本部门"),
    "void": gettext_noop("当时不计"),
    "merged": gettext_noop("并入的问题停表"),
}
_TONES = {"breach": "red", "warn": "gold", "paused": "purple", "met": "green", "ok": "green", "void": "grey"}
_HOLDERS = 4


def name_of(row: Clock) -> str:
    """解决, or 部门办理 · 设备部."""
    name = _(KIND_WORDS[row.kind])
    return f"{name} · {in_language(row.department.name, row.department.name_en)}" if row.department else name


def _state(row: Clock, percent: float) -> str:
    if row.ended_at is not None:
        return {"met": "met", "breached": "breach"}.get(row.verdict, "void")
    return clock_state(percent=percent, paused=bool(issues.standing_since(row)))


def chip(row: Clock, now: datetime) -> dict[str, object]:
    """The lamp of a clock, to the second; of one that has ended as it stood at the end."""
    clock = issues.counted(row)
    moment = row.ended_at or now
    used = clock.used(moment)
    percent = 100 * used / row.target if row.target else 100.0
    return {
        "name": name_of(row),
        "due_at": row.due_at,
        "percent": percent,
        "state": _state(row, percent),
        "left": row.target - used,
        "used": used,
        "limit": row.target,
        "day": day_length(clock.calendar),
        "provisional": row.provisional and row.ended_at is None,
    }


def clocks_view(rows: Iterable[Clock], ledger: Ledger, now: datetime) -> list[dict[str, object]]:
    """All clocks of an issue: the open ones by what is due first, then those that have ended, the last in front."""
    found = list(rows)
    still_open = sorted((row for row in found if row.ended_at is None), key=lambda row: row.due_at)
    ended = sorted((row for row in found if row.ended_at), key=lambda row: row.ended_at or now, reverse=True)
    cycles = max((row.cycle for row in found), default=1)
    names = {one.key: in_language(one.name, one.name_en) for one in calendars.work_calendars()} if found else {}
    return [
        _view(row, ledger, now, cycles > 1) | {"calendar": names.get(row.calendar, row.calendar)}
        for row in (*still_open, *ended)
    ]


def _view(row: Clock, ledger: Ledger, now: datetime, several: bool) -> dict[str, object]:
    lamp = chip(row, now)
    state, day = str(lamp["state"]), int(str(lamp["day"]))
    verdict = {"met": _("按时"), "breached": _("超时"), "void": _("不计")}.get(row.verdict, "")
    return {
        **lamp,
        "tone": _TONES[state],
        "verdict": verdict,
        "open": row.ended_at is None,
        "cycle": _("第 %(n)s 轮") % {"n": row.cycle} if several else "",
        "policy": in_language(row.policy.name, row.policy.name_en),
        "line": _("已用 %(used)s，共 %(limit)s")
        % {"used": duration(float(str(lamp["used"])), day), "limit": limit(row.target, day)},
        "from": full_moment(row.started_at, now),
        "to": full_moment(row.ended_at, now) if row.ended_at else "",
        "due": full_moment(row.due_at, now),
        "standing": _pause_word(issues.standing_since(row)),
        "pauses": [
            {
                "from": full_moment(datetime.fromisoformat(start), now),
                "to": full_moment(datetime.fromisoformat(end), now) if end else _("现在"),
                "why": _pause_word(str(why)),
            }
            for start, end, why in row.pauses
        ],
        "holders": _held(row, ledger, now),
    }


def _pause_word(why: str) -> str:
    return _(PAUSE_WORDS[why]) if why in PAUSE_WORDS else why


def _held(row: Clock, ledger: Ledger, now: datetime) -> list[dict[str, str]]:
    """Who had the issue while the clock was open, by how long."""
    end = row.ended_at or now
    totals: dict[str, float] = defaultdict(float)
    for piece in ledger.segments:
        if piece.kind in ("closed", "nobody"):
            continue
        shared = (min(piece.end, end) - max(piece.start, row.started_at)).total_seconds()
        totals[piece.label] += max(0.0, shared)
    longest = sorted(((name, seconds) for name, seconds in totals.items() if seconds), key=lambda each: -each[1])
    return [{"name": name, "value": duration(seconds)} for name, seconds in longest[:_HOLDERS]]
