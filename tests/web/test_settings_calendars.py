"""Pages of working calendars and policies: everything that is typed is kept, looked at first, then done."""

import io
import json
from datetime import date

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from bihuan.accounts.models import User
from bihuan.calendars import queries as calendars
from bihuan.calendars.models import CalendarDay, WorkCalendar
from bihuan.issues.models import Clock, ClockPolicy
from tests.conftest import FrozenClock
from tests.factories import NOW, company, customer_issue
from tests.issues.test_clocks import HOUR, at, keep, promise, reply
from tests.support.statements import page_cost

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
HOSTILE = "<script>alert(1)</script>‮😀" + "长" * 200


def signed_in(name: str = "admin") -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


@pytest.mark.parametrize(
    "path",
    ["policies/", "policies/new/", "policies/apply/", "calendars/", "calendars/new/", "calendars/import/",
     "calendars/default/", "calendars/default/hours/", "calendars/template.xlsx"],
)  # fmt: skip
def test_pages_open_for_those_who_may_and_for_nobody_else(path: str) -> None:
    company()
    assert signed_in().get(f"/settings/{path}").status_code == 200
    assert signed_in("agent").get(f"/settings/{path}").status_code == 403


def test_an_unknown_calendar_or_policy_is_not_found() -> None:
    company()
    for path in ("calendars/none/", "calendars/none/hours/", "policies/999999/"):
        assert signed_in().get(f"/settings/{path}").status_code == 404


@pytest.mark.parametrize("query", ["year=9999", "year=x", "day=2026-13-45", "year=0001", "amount=x&start=y"])
def test_nonsense_in_the_address_of_a_year_does_no_harm(query: str) -> None:
    company()
    assert signed_in().get(f"/settings/calendars/default/?{query}").status_code == 200


@pytest.mark.correctness(1, 9)
def test_a_deadline_is_worked_out_and_explained() -> None:
    company()
    page = signed_in().get("/settings/calendars/default/", {"start": "2026-11-20T16:30", "amount": "3 小时"})
    text = page.content.decode()
    assert "2026-11-23 周一 09:30" in text and "Asia/Shanghai" in text
    assert "16:30–18:00" in text and "08:00–09:30" in text
    page = signed_in().get("/settings/calendars/default/", {"start": "2026-11-20T16:30", "amount": "1 个工作日"})
    assert "2026-11-23 周一 18:00" in page.content.decode()  # one working day, not 24 hours


@pytest.mark.correctness(27)
def test_a_year_that_is_not_loaded_is_said_loudly(clock: FrozenClock) -> None:
    company()
    text = signed_in().get("/settings/calendars/default/?year=2027").content.decode()
    assert "2027 年中国大陆的节假日和调休安排还没有导入" in text and "暂定" in text
    page = signed_in().get("/settings/calendars/default/", {"start": "2026-12-31T16:00", "amount": "3 个工作日"})
    assert "这个时间是暂定的" in page.content.decode()


@pytest.mark.correctness(18)
def test_a_day_is_tried_out_before_it_is_set(clock: FrozenClock) -> None:
    company()
    keep(promise(targets={"resolution": 16 * HOUR}))
    issue = customer_issue()
    form = {"date": "2026-11-23", "kind": "holiday", "name": "厂庆", "recount": "1"}
    client = signed_in()
    page = client.post("/settings/calendars/default/day/", {**form, "do": "preview"})
    assert "1 件进行中的问题会变" in page.content.decode() and "厂庆" in page.content.decode()
    assert not CalendarDay.objects.filter(calendar__key="default").exists()
    assert client.post("/settings/calendars/default/day/", {**form, "do": "save"}).status_code == 302
    assert _clock(issue.pk).due_at == at("11-25 10:00")
    assert "厂庆" in client.get("/settings/calendars/default/?year=2026").content.decode()
    form = {"date": "2026-11-23", "kind": "clear"}
    assert client.post("/settings/calendars/default/day/", {**form, "do": "save"}).status_code == 302
    assert _clock(issue.pk).due_at == at("11-25 10:00")  # nobody asked for it to be counted anew
    assert client.post("/settings/calendars/default/day/", {**form, "do": "save"}).status_code == 404


def _clock(issue_id: int) -> Clock:
    return Clock.objects.get(issue_id=issue_id, kind="resolution")


@pytest.mark.parametrize(
    "form",
    [
        {"date": "", "kind": "holiday"},
        {"date": "2026-11-23", "kind": "nonsense"},
        {"date": "2026-11-23", "kind": "custom"},
        {"date": "2026-11-23", "kind": "custom", "hours": "8点到12点"},
        {"date": "2026-11-23", "kind": "custom", "hours": "12:00-08:00"},
        {"date": "2026-11-23", "kind": "holiday", "hours": "08:00-12:00"},
        {"date": "2026-11-23", "kind": "holiday", "until": "2028-11-23"},
        {"date": "2026-11-23", "kind": "holiday", "until": "2026-11-20"},
    ],
)
def test_a_wrong_day_is_refused_and_what_was_typed_stays(form: dict[str, str]) -> None:
    company()
    page = signed_in().post("/settings/calendars/default/day/", {**form, "name": HOSTILE[:90]})
    assert page.status_code in (400, 422)
    text = page.content.decode()
    assert "<script>alert(1)" not in text and "&lt;script&gt;alert(1)" in text
    assert not CalendarDay.objects.filter(calendar__key="default").exists()


@pytest.mark.correctness(32)
def test_half_days_and_weeks_off_are_set_at_once() -> None:
    company()
    client = signed_in()
    client.post("/settings/calendars/default/day/", {"date": "2026-11-24", "kind": "custom", "hours": "08:00–12:00"})
    client.post("/settings/calendars/default/day/", {"date": "2026-11-25", "until": "2026-11-27", "kind": "holiday"})
    days = calendars.special_days("default", date(2026, 11, 24), date(2026, 11, 30))
    assert [(one.kind, one.hours) for one in days] == [
        ("custom", [["08:00", "12:00"]]), ("holiday", None), ("holiday", None), ("holiday", None)
    ]  # fmt: skip


@pytest.mark.correctness(29)
def test_big_and_small_weeks_and_seasons_are_written_as_people_write_them() -> None:
    company()
    form = {
        "key": "plant", "name": "二厂", "timezone": "Asia/Shanghai", "region": "cn", "make_up_like": "mon",
        **{f"week_{day}": "8:00-12:00 13:30-17:30" for day in ("mon", "tue", "wed", "thu", "fri")},
        "seasons": "07-01 至 08-31 周一至周五 07:00-11:00",
        "starts": "2026-11-02",
        "rotation": "周一至周六 08:00-12:00 13:30-17:30\n周一至周五 08:00-12:00 13:30-17:30",
    }  # fmt: skip
    client = signed_in()
    assert client.post("/settings/calendars/new/", form).status_code == 302
    plant = calendars.calendar("plant")
    assert plant.is_workday(date(2026, 11, 7)) and not plant.is_workday(date(2026, 11, 14))
    assert plant.hours_on(date(2026, 7, 6)) == ((7 * HOUR, 11 * HOUR),)
    text = client.get("/settings/calendars/plant/hours/").content.decode()
    assert "07-01 至 08-31 周一至周五 07:00-11:00" in text and "周一至周六 08:00-12:00 13:30-17:30" in text


@pytest.mark.correctness(20)
@pytest.mark.parametrize("field", ["week", "timezone", "seasons", "rotation", "name", "key"])
def test_a_calendar_that_makes_no_sense_is_refused(field: str) -> None:
    company()
    form = {
        "key": "plant",
        "name": "二厂",
        "timezone": "Asia/Shanghai",
        "make_up_like": "mon",
        "week_mon": "08:00-12:00",
    }
    wrong = {
        "week": {"week_mon": ""}, "timezone": {"timezone": "Mars/Base"}, "seasons": {"seasons": HOSTILE},
        "rotation": {"rotation": "周一至周六"}, "name": {"name": " "}, "key": {"key": "../x"},
    }  # fmt: skip
    page = signed_in().post("/settings/calendars/new/", {**form, **wrong[field]})
    assert page.status_code in (400, 422)
    assert not WorkCalendar.objects.filter(name="二厂").exists()


def sheet(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(("日期", "安排", "名称", "上班时间"))
    for row in rows:
        page.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def upload(content: bytes, name: str, do: str, **more: str) -> str:
    file = io.BytesIO(content)
    file.name = name
    page = signed_in().post("/settings/calendars/import/", {"region": "cn", "do": do, "file": file, **more})
    return page.content.decode() if page.status_code != 302 else "taken"


def test_good_rows_of_a_sheet_are_taken_and_bad_ones_named() -> None:
    company()
    content = sheet(
        (date(2027, 1, 1), "放假", "元旦", None),
        ("2027-02-30", "放假", "没有这天", None),
        ("2027-02-05", "上班", "除夕前半天", "08:00-12:00"),
        ("2027-02-06", "也许", "", None),
        ("2027-02-07", "放假", HOSTILE, "25:00-26:00"),
    )
    text = upload(content, "2027.xlsx", "preview")
    assert "3 行有问题" in text and "第 3 行" in text and "第 5 行" in text and "第 6 行" in text
    assert not CalendarDay.objects.filter(notice_year=2027).exists()
    assert upload(content, "2027.xlsx", "import") == "taken"
    assert set(CalendarDay.objects.filter(notice_year=2027).values_list("date", "kind")) == {
        (date(2027, 1, 1), "holiday"), (date(2027, 2, 5), "workday")
    }  # fmt: skip
    assert 2027 not in [one.year for one in calendars.year_coverage("cn")]  # two days are no whole year


@pytest.mark.correctness(28)
def test_a_feed_is_looked_at_and_then_taken_without_choosing_it_again() -> None:
    company()
    events = "".join(
        f"BEGIN:VEVENT\r\nSUMMARY:{name}\r\nDTSTART;VALUE=DATE:{day}\r\nEND:VEVENT\r\n"
        for name, day in (("元旦（休）", "20270101"), ("春节（班）", "20270207"))
    )
    content = f"BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n".encode()
    text = upload(content, "holidays.ics", "preview")
    assert "放假 1 天，上班 1 天" in text
    carried = text.split('name="carried" value="')[1].split('"')[0]
    form = {"region": "cn", "do": "import", "carried": carried, "name": "holidays.ics"}
    assert signed_in().post("/settings/calendars/import/", form).status_code == 302
    assert CalendarDay.objects.get(notice_year=2027, date=date(2027, 2, 7)).kind == "workday"


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"PK\x03\x04nonsense", b"[]", b"BEGIN:VCALENDAR", b"x" * 2_100_000]
)
def test_a_file_that_is_none_is_refused(content: bytes) -> None:
    company()
    assert 'class="callout red"' in upload(content, "x", "preview")


def test_the_template_can_be_filled_in_and_taken() -> None:
    company()
    content = signed_in().get("/settings/calendars/template.xlsx").content
    book = load_workbook(io.BytesIO(content))
    assert [cell.value for cell in book.active[1]][:2] == ["日期", "安排"]
    assert upload(content, "template.xlsx", "import") == "taken"


def test_json_of_a_year_makes_it_loaded() -> None:
    company()
    year = {"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]}
    assert upload(json.dumps(year).encode(), "2027.json", "import") == "taken"
    assert 2027 in [one.year for one in calendars.year_coverage("cn")]


FORM = {
    "name": "标准", "calendar": "default", "first_response_amount": "30", "first_response_unit": "minutes",
    "resolution_amount": "16", "resolution_unit": "hours", "pauses": ["waiting_customer"], "position": "3",
    "alarm_0": "75", "told_0": ["holder"], "alarm_1": "100", "told_1": ["holder", "head"],
}  # fmt: skip


def test_a_policy_is_made_changed_and_taken_out_of_use() -> None:
    company()
    client = signed_in()
    assert client.post("/settings/policies/new/", FORM).status_code == 302
    row = ClockPolicy.objects.get()
    assert row.targets == {"first_response": 1800, "resolution": 57600}
    assert row.alarms == [[75, ["holder"]], [100, ["holder", "head"]]]
    text = client.get(f"/settings/policies/{row.pk}/").content.decode()
    assert 'value="30"' in text and 'value="16"' in text
    changed = {**FORM, "resolution_amount": "1.5", "revision": "1"}
    assert client.post(f"/settings/policies/{row.pk}/", changed).status_code == 302
    stale = client.post(f"/settings/policies/{row.pk}/", {**changed, "name": "别人的"})
    assert stale.status_code == 409 and "别人的" in stale.content.decode()
    row.refresh_from_db()
    assert row.targets["resolution"] == 5400
    client.post(f"/settings/policies/{row.pk}/switch/", {"active": "0"})
    assert "已停用" in client.get("/settings/policies/").content.decode()


@pytest.mark.parametrize(
    "wrong", [{"name": HOSTILE}, {"resolution_amount": "很久"}, {"resolution_amount": "nan"}, {"resolution_amount": "-1"},
              {"alarm_0": "0"}, {"alarm_0": "abc"}, {"told_0": []}, {"priority": "P9"}, {"calendar": "none"}]
)  # fmt: skip
def test_a_policy_that_makes_no_sense_is_refused_and_what_was_typed_stays(wrong: dict[str, object]) -> None:
    company()
    page = signed_in().post("/settings/policies/new/", {**FORM, "name_en": "kept as typed", **wrong})
    assert page.status_code in (400, 422) and "kept as typed" in page.content.decode()
    assert "<script>alert(1)" not in page.content.decode() and not ClockPolicy.objects.exists()


def test_which_policy_speaks_for_an_issue_is_explained() -> None:
    company()
    keep(promise(name="通用策略"))
    keep(promise(name="只管电话", channel="phone"))
    issue = customer_issue()
    text = signed_in().get("/settings/policies/", {"issue": issue.number}).content.decode()
    assert "按它计时" in text and "渠道不同" in text
    assert "没有这个编号的问题" in signed_in().get("/settings/policies/", {"issue": HOSTILE}).content.decode()


def test_the_list_of_policies_costs_the_same_however_many_there_are() -> None:
    company()
    client, counts = signed_in(), []
    for n in range(6):
        keep(promise(name=f"策略 {n}"))
        if n in (1, 5):
            counts.append(page_cost(client, "/settings/policies/"))
    assert counts[0] == counts[1]


def test_applying_changed_policies_shows_first_what_moves(clock: FrozenClock) -> None:
    company()
    policy = keep(promise(targets={"resolution": 16 * HOUR}))
    issue = customer_issue()
    client = signed_in()
    client.post(
        f"/settings/policies/{policy}/",
        {**FORM, "first_response_amount": "", "resolution_amount": "8", "revision": "1"},
    )
    assert "1 件进行中的问题会变" in client.get("/settings/policies/apply/").content.decode()
    assert _clock(issue.pk).target == 16 * HOUR
    assert client.post("/settings/policies/apply/").status_code == 302
    assert _clock(issue.pk).target == 8 * HOUR


def test_the_side_of_an_issue_shows_its_clocks(clock: FrozenClock) -> None:
    company()
    keep(promise(name="标准策略"))
    issue = customer_issue()
    reply(issue, NOW)
    text = signed_in("agent").get(f"/issues/{issue.pk}/side/clock/").content.decode()
    assert "承诺的时限" in text and "首次响应" in text and "按时" in text and "标准策略" in text
