"""What is promised to a person abroad is told in that person's zone, and says so; clocks count in the company's."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bihuan.channels.operations.composing import worded
from bihuan.channels.wording import local_time
from bihuan.core.clock import system_now
from bihuan.core.links import sign_link
from bihuan.customers import operations as customers
from bihuan.customers.rules.zones import OFFERED, is_zone, zone_for
from bihuan.issues.models import Entry
from tests.factories import NOW, actor, company, customer_issue
from tests.web.test_pages import signed_in

pytestmark = pytest.mark.django_db


def test_zones_are_those_of_the_database() -> None:
    assert all(map(is_zone, OFFERED))
    for wrong in ("", "Mars/Phobos", "../etc/passwd", "Asia", "x" * 500, "\x00"):
        assert not is_zone(wrong) and zone_for(wrong, "Asia/Shanghai") == "Asia/Shanghai"
    assert zone_for("Asia/Tokyo", "Asia/Shanghai") == "Asia/Tokyo"


@pytest.mark.correctness(31)
def test_a_customer_abroad_reads_promised_times_in_his_own_zone() -> None:
    company(now=system_now())
    issue = customer_issue(now=system_now())
    assert issue.contact is not None and issue.promised_at is not None
    contact_id, due = issue.contact.pk, issue.due_at
    boss = actor("agent")
    customers.update_contact(contact_id=contact_id, zone="Mars/Phobos", actor=boss, now=NOW)
    customers.update_contact(contact_id=contact_id, zone="America/New_York", actor=boss, now=NOW)
    issue.contact.refresh_from_db()
    assert issue.contact.zone == "America/New_York"
    there = issue.promised_at.astimezone(ZoneInfo("America/New_York"))
    entry = Entry.objects.get(issue=issue, code="acknowledgement")
    entry.issue = issue
    said = worded(entry, system_now()).text
    offset = there.strftime("%z")
    assert f"{there:%Y-%m-%d %H:%M} (UTC{offset[:3]}:{offset[3:]})" in said
    issue.refresh_from_db()
    assert issue.due_at == due, "clocks count in the company's zone"
    link = sign_link(purpose="progress", subject=issue.pk, now=system_now())
    page = signed_in("outsider").get(f"/p/{link}/").content.decode()
    assert "America/New York" in page and f"{there:%H:%M}" in page
    again = customer_issue(now=system_now())
    assert again.promised_at is not None
    text = Entry.objects.get(issue=again, code="acknowledgement").text
    wanted = again.promised_at.astimezone(ZoneInfo("America/New_York"))
    assert f"{wanted:%Y-%m-%d %H:%M} (America/New_York)" in text


def test_summer_time_is_the_zones_own() -> None:
    winter, summer = datetime(2026, 1, 5, 12, tzinfo=UTC), datetime(2026, 7, 5, 12, tzinfo=UTC)
    assert local_time(winter, "Europe/Berlin") == "2026-01-05 13:00 (UTC+01:00)"
    assert local_time(summer, "Europe/Berlin") == "2026-07-05 14:00 (UTC+02:00)"
    assert local_time(winter + timedelta(hours=8), "Asia/Shanghai").startswith("2026-01-06 04:00")
