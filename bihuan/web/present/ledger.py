"""The ledger of time: of one step as a strip, of the whole issue as lines and shares."""

from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.flows.models import WorkItem
from bihuan.flows.operations.opening import step_clock
from bihuan.issues.rules.ledger import Ledger
from bihuan.web.present.deadlines import of_step
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import DAY, WORKDAY, duration, full_moment, time_of_day
from bihuan.web.ui.ledger import Segment

_KINDS = {"worked": "worked", "closed": "rest", "paused": "hold"}
_ROWS = 60


def step_ledger(item: WorkItem, now: datetime) -> dict[str, object] | None:
    """The clock of an open step from its start to its end, as segments and as rows; None without a limit."""
    clock = step_clock(item)
    view = of_step(item, now)
    if clock is None or view.due_at is None:
        return None
    words = {"worked": _("计时"), "closed": _("非工作时间"), "paused": _("暂停")}
    pieces = clock.segments(max(now, view.due_at))
    segments = [
        Segment(
            start=piece.start,
            end=piece.end,
            kind=_KINDS[piece.kind],
            label=words[piece.kind],
            counted=(piece.end - piece.start).total_seconds() if piece.kind == "worked" else 0,
        )
        for piece in pieces
    ]
    rows = [
        {
            "from": full_moment(one.start, now),
            "to": full_moment(one.end, now),
            "label": one.label,
            "kind": one.kind,
            "value": duration(one.counted, view.day) if one.kind == "worked" else _("不计"),
        }
        for one in segments
    ]
    total = {
        "label": _("已用 %(used)s") % {"used": duration(view.used, view.day)},
        "value": duration(view.limit, view.day),
    }
    return {
        "segments": segments,
        "rows": rows[-12:],
        "total": total,
        "state": view.state,
        "step": in_language(item.name, item.name_en),
        "provisional": item.provisional,
        "calendar": _("7×24 小时") if view.day == DAY else _("工作时间"),
    }


def ledger_view(ledger: Ledger, now: datetime) -> dict[str, object]:
    """The issue's whole time: who had each stretch, who had how much, and that it adds up."""
    tones = {"person": "", "department": "gold", "customer": "cyan", "closed": "grey", "nobody": "grey"}
    total = ledger.total_seconds
    rows = [
        {
            "from": full_moment(piece.start, now),
            "to": time_of_day(piece.end),
            "label": piece.label,
            "kind": "rest" if piece.kind in ("closed", "nobody") else "hold" if piece.kind == "customer" else "worked",
            "value": duration((piece.end - piece.start).total_seconds()),
        }
        for piece in ledger.segments[-_ROWS:]
    ]
    holders = [
        {
            "name": share.label,
            "value": duration(share.seconds),
            "tone": tones.get(share.kind, ""),
            "percent": 100 * share.seconds / total if total else 0,
        }
        for share in ledger.shares
    ]
    proof = _("共 %(total)s 秒，各段之和 %(sum)s 秒，一秒不差。") % {
        "total": f"{total:,.0f}",
        "sum": f"{sum(share.seconds for share in ledger.shares):,.0f}",
    }
    return {
        "rows": rows,
        "holders": holders,
        "proof": proof,
        "total": {"label": _("从登记到现在") if ledger.open else _("从登记到关闭"), "value": duration(total, DAY)},
        "day": WORKDAY,
    }
