"""The queues on the left and the list of the chosen one."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from bihuan.core.actor import Actor
from bihuan.issues import queries as issues
from bihuan.web.present.cards import card

PAGE = 40
_VIEWS = 12
"""So many saved views stand below the queues; the others are on the page of the list."""
_OWN = 9
"""So many entries are the reader's own (their tasks among them); the others are everybody's."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: its key is known to ``issues.queries.queue``."""

    key: str
    label: str
    sign: str
    order: str
    empty_title: str
    empty_text: str
    tone: str = ""


_BY_DUE = gettext_noop("按截止时间")
_BY_NEW = gettext_noop("按更新时间")
QUEUES = (
    Queue(
        "mine",
        gettext_noop("我的待办"),
        "desk",
        _BY_DUE,
        gettext_noop("没有待办"),
        gettext_noop("认领或被指派的步骤会出现在这里，最急的在最上面。"),
    ),
    Queue(
        "claimable",
        gettext_noop("待认领"),
        "status-claim",
        _BY_DUE,
        gettext_noop("没有待认领的"),
        gettext_noop("您的角色能办、还没有人认领的步骤会出现在这里。"),
    ),
    Queue(
        "due_soon",
        gettext_noop("即将超时"),
        "clock",
        _BY_DUE,
        gettext_noop("没有即将超时的"),
        gettext_noop("工作时间用过八成的步骤会出现在这里。"),
        "gold",
    ),
    Queue(
        "overdue",
        gettext_noop("已超时"),
        "alert",
        _BY_DUE,
        gettext_noop("没有超时的"),
        gettext_noop("过了截止时间还没办完的步骤会出现在这里。"),
        "red",
    ),
    Queue(
        "waiting_customer",
        gettext_noop("待客户"),
        "status-wait",
        _BY_NEW,
        gettext_noop("没有在等客户的"),
        gettext_noop("等客户补充或确认的问题会出现在这里，计时已暂停。"),
    ),
    Queue(
        "approvals",
        gettext_noop("待我审批"),
        "status-approve",
        _BY_DUE,
        gettext_noop("没有待审批的"),
        gettext_noop("需要您同意或驳回的方案会出现在这里。"),
    ),
    Queue(
        "watched",
        gettext_noop("我关注的"),
        "star",
        _BY_NEW,
        gettext_noop("没有关注的"),
        gettext_noop("在“协作”里点了关注的问题会出现在这里，办结后也还在。"),
    ),
    Queue(
        "snoozed",
        gettext_noop("已搁置"),
        "moon",
        _BY_NEW,
        gettext_noop("没有搁置的"),
        gettext_noop("搁置的问题到时间或客户答复后，会带提醒回到您的队列；时限照常计算。"),
    ),
    Queue(
        "supervised",
        gettext_noop("督办"),
        "eye",
        _BY_DUE,
        gettext_noop("没有在督办的"),
        gettext_noop("主管督办、还没有答复的问题会出现在这里。"),
        "gold",
    ),
    Queue(
        "unmanned",
        gettext_noop("没有人能办"),
        "people",
        _BY_DUE,
        gettext_noop("每件都有人能办"),
        gettext_noop("办理人和能接手的人都不在岗的问题会出现在这里，请指派。"),
        "red",
    ),
    Queue(
        "stuck",
        gettext_noop("流程异常"),
        "alert",
        _BY_NEW,
        gettext_noop("没有走不下去的"),
        gettext_noop("流程走不下去、等人重试或跳过的问题会出现在这里。"),
        "red",
    ),
    Queue(
        "all",
        gettext_noop("全部"),
        "issues",
        _BY_NEW,
        gettext_noop("还没有问题"),
        gettext_noop("客户来信、来电或填表后，问题会出现在这里。"),
    ),
)
_RIGHTS = {"stuck": "flows.steer", "unmanned": "issues.assign"}
"""What it takes to be shown a queue at all."""
_BY_KEY = {queue.key: queue for queue in QUEUES}


def chosen(key: str | None) -> Queue:
    """The queue asked for, else the first."""
    return _BY_KEY.get(key or "", QUEUES[0])


def _views(actor: Actor, now: datetime) -> list[dict[str, object]]:
    """The person's saved views as a group, each leading to its list; none without a view."""
    found = issues.views(actor=actor)[:_VIEWS]
    counts = issues.view_counts(actor=actor, views=found, now=now)
    entries = [
        {
            "text": row.name,
            "href": f"{reverse('web:issues')}?saved={row.pk}",
            "sign": "star" if row.owner_id == actor.user_id else "people",
            "count": counts.get(row.pk),
            "current": False,
            "tone": "",
        }
        for row in found
    ]
    return [{"title": gettext("视图"), "entries": entries}] if entries else []


def counters(*, actor: Actor, queue: Queue, now: datetime) -> dict[str, object]:
    """The queues with their counts."""
    counts = issues.queue_counts(actor=actor, now=now)
    entries: list[dict[str, object]] = [
        {
            "text": gettext(each.label),
            "href": f"{reverse('web:desk')}?queue={each.key}",
            "sign": each.sign,
            "count": counts.get(each.key),
            "current": each is queue,
            "tone": each.tone,
        }
        for each in QUEUES
        if each.key not in _RIGHTS or actor.can(_RIGHTS[each.key])
    ]
    tasks = {
        "text": gettext("我的任务"),
        "href": reverse("web:my_tasks"),
        "sign": "list",
        "count": issues.count_my_tasks(actor=actor),
        "current": False,
        "tone": "",
    }
    entries.insert(1, tasks)
    return {
        "queue_groups": [
            {"title": gettext("我的"), "entries": entries[:_OWN]},
            {"title": gettext("全局"), "entries": entries[_OWN:]},
            *_views(actor, now),
        ],
        "done_today": counts.get("done_today", 0),
        "queue": {
            "key": queue.key,
            "label": gettext(queue.label),
            "order": gettext(queue.order),
            "count": counts.get(queue.key, 0),
            "empty_title": gettext(queue.empty_title),
            "empty_text": gettext(queue.empty_text),
        },
    }


def context(*, actor: Actor, queue: Queue, cursor: str | None, now: datetime) -> dict[str, object]:
    """Counters and one page of the chosen queue."""
    page = issues.queue(actor=actor, name=queue.key, cursor=cursor, limit=PAGE, now=now)
    href = reverse("web:desk")
    fresh = issues.unread(actor=actor, issues=page.items)
    return {
        **counters(actor=actor, queue=queue, now=now),
        "cards": [
            card(issue, now, href=f"{href}?queue={queue.key}&issue={issue.pk}", unread=issue.pk in fresh)
            for issue in page.items
        ],
        "next_cursor": page.next,
    }
