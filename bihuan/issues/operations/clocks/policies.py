"""Making and changing policies, and what becomes of the clocks that run by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import slugify
from django.utils.translation import gettext, gettext_noop

from bihuan.accounts import queries as accounts
from bihuan.calendars import queries as calendars
from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.core.stamps import operation
from bihuan.issues.models import ClockPolicy
from bihuan.issues.operations.intake import CHANNELS
from bihuan.issues.queries.reference import issue_type_by_key
from bihuan.issues.rules import limits
from bihuan.issues.rules.clocks import KINDS, MOST_PERCENT, PAUSES

LONGEST = 366 * 86_400
"""The longest target, seconds of working time."""
_MOST_ALARMS = 8


class BadPolicy(Refused):
    """The policy does not make sense; ``why`` says where."""

    code = "bad_clock_policy"
    text = gettext_noop("策略没有保存：%(why)s。")


class PolicyChanged(Conflict):
    """Somebody else saved it meanwhile."""

    code = "clock_policy_changed"
    text = gettext_noop("“%(name)s”已被别人改过。请刷新后再改，您填写的内容没有保存。")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPolicy:
    """A policy as it is wanted. ``type`` is a type's key; "" (contract: None) fits all. ``targets``: kind → seconds of
    working time; a kind that is left out is not promised. ``alarms``: percent → who is told."""

    name: str
    name_en: str = ""
    key: str = ""
    position: int = 0
    type: str = ""
    priority: str = ""
    tier: str = ""
    contract: bool | None = None
    channel: str = ""
    calendar: str = "default"
    targets: Mapping[str, int] = field(default_factory=dict)
    pauses: Sequence[str] = ("waiting_customer", "suspended")
    alarms: Mapping[int, Sequence[str]] = field(default_factory=dict)
    alarm_calendar: str = ""


def _may(actor: Actor) -> None:
    if not actor.can("settings.edit"):
        raise Forbidden


NO_NAME = gettext_noop("名称不能为空")
NAME_LONG = gettext_noop("名称不能超过 100 个字")
BAD_KEY = gettext_noop("合同代号只能用小写字母、数字和连字符")
KEY_TAKEN = gettext_noop("已有策略用了这个合同代号")
NO_TARGET = gettext_noop("请至少填写一个时限")
BAD_TARGET = gettext_noop("时限要在 1 分钟到 366 天之间")
BAD_ALARM = gettext_noop("提醒的百分比要在 1 到 1000 之间，最多 8 个，每个都要选告知谁")
BAD_CONDITION = gettext_noop("条件里有不存在的取值")
BAD_CALENDAR = gettext_noop("没有这个工作日历")


class _Why:
    """A reason that is worded in the reader's language when the refusal is shown."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return gettext(self.text)


def _check_words(given: NewPolicy) -> None:
    if not given.name.strip():
        raise BadPolicy(params={"why": _Why(NO_NAME)})
    if max(len(given.name), len(given.name_en)) > 100 or "\x00" in given.name + given.name_en:
        raise BadPolicy(params={"why": _Why(NAME_LONG)})
    if given.key and (len(given.key) > 64 or slugify(given.key) != given.key):
        raise BadPolicy(params={"why": _Why(BAD_KEY)})


def _check_conditions(given: NewPolicy) -> int | None:
    kind = issue_type_by_key(key=given.type) if given.type else None
    known = (
        (not given.type or kind is not None)
        and (not given.priority or given.priority in limits.PRIORITIES)
        and (not given.channel or given.channel in CHANNELS)
        and len(given.tier) <= 32
        and "\x00" not in given.tier
        and set(given.pauses) <= set(PAUSES)
    )
    if not known:
        raise BadPolicy(params={"why": _Why(BAD_CONDITION)})
    return kind.pk if kind else None


def _check_targets(given: NewPolicy) -> None:
    if not given.targets or not set(given.targets) <= set(KINDS):
        raise BadPolicy(params={"why": _Why(NO_TARGET)})
    if any(not 60 <= seconds <= LONGEST for seconds in given.targets.values()):
        raise BadPolicy(params={"why": _Why(BAD_TARGET)})
    for key in {given.calendar, given.alarm_calendar} - {""}:
        try:
            calendars.current_version(key)
        except calendars.UnknownCalendar as error:
            raise BadPolicy(params={"why": _Why(BAD_CALENDAR)}) from error
    if not given.calendar:
        raise BadPolicy(params={"why": _Why(BAD_CALENDAR)})


def _check_alarms(given: NewPolicy) -> None:
    fine = len(given.alarms) <= _MOST_ALARMS and all(
        1 <= percent <= MOST_PERCENT and told and all(map(_known, told)) for percent, told in given.alarms.items()
    )
    if not fine:
        raise BadPolicy(params={"why": _Why(BAD_ALARM)})


def _known(told: str) -> bool:
    return told == "holder" or accounts.role_exists(key=told)


def _wanted(given: NewPolicy) -> dict[str, object]:
    """The columns; refuses what does not make sense."""
    _check_words(given)
    type_id = _check_conditions(given)
    _check_targets(given)
    _check_alarms(given)
    return {
        "name": given.name.strip(),
        "name_en": given.name_en.strip(),
        "key": given.key,
        "position": given.position,
        "type_id": type_id,
        "priority": given.priority,
        "tier": given.tier.strip(),
        "contract": given.contract,
        "channel": given.channel,
        "calendar": given.calendar,
        "targets": dict(given.targets),
        "pauses": sorted(set(given.pauses)),
        "alarms": [[percent, list(dict.fromkeys(given.alarms[percent]))] for percent in sorted(given.alarms)],
        "alarm_calendar": given.alarm_calendar,
    }


@operation()
def save_clock_policy(
    *, policy: NewPolicy, policy_id: int | None = None, revision: int = 0, actor: Actor, now: datetime
) -> ClockPolicy:
    """Makes a policy, or changes one that stands as it was read (``revision``).

    New issues follow it at once. Issues that are under way keep what they have used, and follow it with their next change,
    or all at once by ``apply_policies``. Refuses ``BadPolicy``, ``PolicyChanged``.
    """
    _may(actor)
    values = _wanted(policy)
    row = _existing(policy_id, revision) if policy_id is not None else ClockPolicy()
    before = {name: getattr(row, name) for name in values} if policy_id is not None else {}
    if policy.key and ClockPolicy.objects.filter(key=policy.key).exclude(pk=row.pk).exists():
        raise BadPolicy(params={"why": _Why(KEY_TAKEN)})
    for name, value in values.items():
        setattr(row, name, value)
    row.revision += 1
    row.save()
    changed = {name: value for name, value in values.items() if before.get(name) != value}
    audit.record(
        actor=actor, action="clock_policy.saved", object_type="clock_policy", object_id=row.pk, now=now, detail=changed
    )
    return row


def _existing(policy_id: int, revision: int) -> ClockPolicy:
    row = ClockPolicy.objects.select_for_update().filter(pk=policy_id).first()
    if row is None:
        raise NotFound
    if row.revision != revision:
        raise PolicyChanged(params={"name": row.name})
    return row


@operation()
def switch_clock_policy(*, policy_id: int, active: bool, actor: Actor, now: datetime) -> ClockPolicy:
    """Takes a policy out of use, or into use again. It is never deleted: verdicts name it."""
    _may(actor)
    row = ClockPolicy.objects.select_for_update().filter(pk=policy_id).first()
    if row is None:
        raise NotFound
    if row.is_active != active:
        row.is_active, row.revision = active, row.revision + 1
        row.save(update_fields=["is_active", "revision"])
        action = "clock_policy.started" if active else "clock_policy.stopped"
        audit.record(actor=actor, action=action, object_type="clock_policy", object_id=row.pk, now=now)
    return row
