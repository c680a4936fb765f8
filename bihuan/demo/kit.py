"""What a service team adds to its issues: tags, tasks, fields of its own, what it watches, what comes every month."""

from collections.abc import Sequence
from datetime import datetime, time
from random import Random

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM, Actor
from bihuan.issues import operations as issues
from bihuan.issues import queries
from bihuan.issues.models import Issue
from bihuan.issues.operations import NewField, NewRecurring
from bihuan.issues.queries import Filter

_TAGS = (
    ("批量故障", "Batch fault", "red"),
    ("媒体关注", "In the media", "orange"),
    ("等备件", "Waiting for parts", "cyan"),
    ("合同客户", "Under contract", "blue"),
)
_TASKS = (
    ("寄回故障探头做检测", "engineer", 16, False),
    ("核对合同里的到场时限", "agent2", 4, False),
    ("调取网关最近七天的日志", "engineer", 8, True),
    ("准备同批次设备清单", "engineer", 24, False),
)
_FIELDS = (
    NewField(name="设备编号", name_en="Device number", kind="text", key="device_no", help="铭牌上的编号", position=1),
    NewField(name="停机时长", name_en="Downtime", kind="number", key="downtime", unit="h", position=2),
)


def _actor(username: str) -> Actor:
    return next(accounts.actor_for_user(user) for user in accounts.people(actor=SYSTEM) if user.username == username)


def furnish_kit(*, random: Random, now: datetime) -> None:
    """On some of the open issues; nothing where the company has been furnished before."""
    if queries.tags():
        return
    tags = [
        issues.save_tag(name=name, name_en=english, colour=colour, actor=SYSTEM, now=now).pk
        for name, english, colour in _TAGS
    ]
    for field in _FIELDS:
        issues.save_field(given=field, actor=SYSTEM, now=now)
    open_ones = queries.list_issues(actor=SYSTEM, filter=Filter(queue="open"), limit=60, now=now).items
    _mark(open_ones, tags, random, now)
    _give_tasks(open_ones, now)
    _every_month(now)


def _mark(open_ones: Sequence[Issue], tags: Sequence[int], random: Random, now: datetime) -> None:
    for number, issue in enumerate(open_ones):
        if number % 4 == 0:
            issues.change_tags(issue_id=issue.pk, add=[random.choice(tags)], actor=SYSTEM, now=now)
        if number % 5 == 1:
            values = {"device_no": f"GW-8-{random.randint(100, 999)}", "downtime": random.randint(1, 20) / 2}
            issues.set_fields(issue_id=issue.pk, values=values, actor=SYSTEM, now=now)


def _give_tasks(open_ones: Sequence[Issue], now: datetime) -> None:
    agent, manager = _actor("agent"), _actor("manager")
    for issue, (title, owner, hours, blocking) in zip(open_ones[2:], _TASKS, strict=False):
        issues.add_task(
            issue_id=issue.pk, title=title, username=owner, hours=hours, blocking=blocking, actor=agent, now=now
        )
    for issue in open_ones[:2]:
        issues.watch_issue(issue_id=issue.pk, events=["status", "end"], actor=manager, now=now)


def _every_month(now: datetime) -> None:
    given = NewRecurring(
        name="冷库月度巡检",
        title="冷库温度探头月度巡检",
        text="逐台核对探头读数与备用温度计，超过 0.5 ℃ 的更换并记录。",
        customer_name="云溪市第二人民医院",
        every="month",
        day=1,
        at=time(9),
    )
    issues.save_recurring(given=given, actor=SYSTEM, now=now)
