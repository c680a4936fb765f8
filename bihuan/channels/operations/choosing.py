"""What a member of staff wants to hear by mail."""

from collections.abc import Mapping
from datetime import datetime, time

from django.utils.translation import gettext_noop

from bihuan.accounts.models import User
from bihuan.channels.models import NoticeChoice
from bihuan.channels.notice_rules import KEYS, WAYS
from bihuan.channels.queries import fresh_choice
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound, Refused
from bihuan.core.stamps import operation


class BadWay(Refused):
    code = "bad_notice_way"
    text = gettext_noop("“%(value)s”不是通知可以选的方式。")


class HalfQuiet(Refused):
    code = "half_quiet"
    text = gettext_noop("免打扰要同时写开始和结束时间；不要免打扰就两个都空着。")


def ensure_choices(now: datetime) -> None:
    """A row for everybody who has none yet."""
    known = NoticeChoice.objects.values("user_id")
    missing = User.objects.filter(is_active=True).exclude(pk__in=known).values_list("pk", flat=True)
    NoticeChoice.objects.bulk_create([fresh_choice(pk, now) for pk in missing], ignore_conflicts=True)


@operation()
def choose_notices(
    *,
    ways: Mapping[str, str],
    quiet_from: time | None,
    quiet_until: time | None,
    workdays_only: bool,
    urgent_anyway: bool,
    digest_at: time,
    day_plan: bool,
    actor: Actor,
    now: datetime,
) -> NoticeChoice:
    """One's own choice; ``ways``: group → way, what is not named keeps its default."""
    if actor.user_id is None:
        raise NotFound
    for group, way in ways.items():
        if group not in KEYS or way not in WAYS:
            raise BadWay(params={"value": way[:50]})
    if (quiet_from is None) != (quiet_until is None):
        raise HalfQuiet
    row = NoticeChoice.objects.select_for_update().filter(pk=actor.user_id).first() or fresh_choice(actor.user_id, now)
    row.ways = dict(ways)
    row.quiet_from, row.quiet_until = quiet_from, quiet_until
    row.workdays_only, row.urgent_anyway = workdays_only, urgent_anyway
    row.digest_at, row.day_plan = digest_at, day_plan
    row.save()
    return row
