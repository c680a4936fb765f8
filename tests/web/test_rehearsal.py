"""The rehearsal's pages: filled in, started, watched, compared, changed in place; with hostile words and in English."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.bpmn.draw import draw_svg
from bihuan.core.actor import SYSTEM
from bihuan.flows import gallery
from bihuan.flows import queries as flows
from bihuan.studio import operations as studio
from bihuan.studio.models import Rehearsal
from bihuan.studio.operations import Size
from bihuan.studio.queries import proposed, rehearsable_version
from bihuan.web.studio.rehearsal_plot import Series, plot
from bihuan.web.studio.rehearsal_words import decimal, period
from bihuan.worktime import Calendar
from tests.factories import NOW, actor, company
from tests.studio.test_rehearsals import started as begun
from tests.studio.test_rehearsals import work
from tests.support.statements import page_cost
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db
HERE = "/charts/T01/rehearse/"
SMALL = {"cases": "20", "replications": "3"}


def version_id() -> int:
    version = flows.current_version(key="T01")
    assert version is not None
    return version.pk


def body(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def started(client: Client, **more: str) -> Rehearsal:
    answer = client.post(HERE, {"do": "start", **SMALL, **more})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return Rehearsal.objects.latest("id")


@pytest.mark.slow
def test_from_the_first_look_to_two_scenarios_side_by_side() -> None:
    company()
    manager = signed_in("manager")
    first = body(manager, HERE)
    assert "开始预演" in first and "默认，没有历史" in first and "组织里在岗的人" in first and "23 个工作日" in first
    size = {"cases": "200", "replications": "5"}
    one = started(manager, **size)
    running = body(manager, f"{HERE}?s={one.pk}")
    assert 'id="running"' in running and "取消" in running
    partial = manager.get(f"{HERE}?s={one.pk}", headers={"HX-Request": "true"})
    assert partial.content.decode().lstrip().startswith("<section") and "HX-Redirect" not in partial.headers
    work(one, until="so far")
    early = manager.get(f"{HERE}?s={one.pk}", headers={"HX-Request": "true"})
    assert early.headers["HX-Redirect"] == f"{HERE}?s={one.pk}", "the scenario's own figures do not wait for the search"
    page = body(manager, f"{HERE}?s={one.pk}")
    assert 'class="plot wide"' in page and "正在算" in page and "shown=1" in page and "回测还没有做" in page
    partial = manager.get(f"{HERE}?s={one.pk}&shown=1", headers={"HX-Request": "true"})
    assert "HX-Redirect" not in partial.headers
    work(one)
    over = manager.get(f"{HERE}?s={one.pk}", headers={"HX-Request": "true"})
    assert over.headers["HX-Redirect"] == f"{HERE}?s={one.pk}"
    page = body(manager, HERE)
    assert (
        "<b>现状</b>" in page.replace(' class="cut"', "") and 'class="plot wide"' in page and "模拟，不是实测" in page
    )
    assert "分析定因" in page and "没有做回测" in page and "客户撤回" in page, "what was left out is said"
    assert re.search(r"需要 <b>\d+ 名</b>|加到 \d+ 名", page)
    answer = manager.post(
        HERE, {"do": "save_as", "s": str(one.pk), "name": HOSTILE[:60], "people:engineer": "9", **size}
    )
    two = Rehearsal.objects.latest("id")
    assert answer.headers["Location"] == f"{HERE}?s={two.pk}" and two.seed == one.seed
    assert two.assumptions["teams"]["engineer"]["people"] == 9 and one.assumptions["teams"]["engineer"]["people"] == 3
    work(two)
    page = body(manager, f"{HERE}?s={two.pk}")
    assert "2 个方案比一比" in page and "手工填写" in page and "<script>alert" not in page
    assert re.search(r'class="delta (green|red)?">\s*[↓↑=]', page)
    assert "这个方案的人手或用时是假设的" in page


def test_the_same_scenario_again_with_other_numbers() -> None:
    company()
    manager = signed_in("manager")
    one = started(manager)
    work(one)
    given = {
        "do": "rerun",
        "s": str(one.pk),
        "arrivals": "10",
        "step:analyse": "15",
        "goal_share": "80",
        "goal_role": "agent",
        "goal_until": "",
        **SMALL,
    }
    assert manager.post(HERE, given).status_code == 302
    again = Rehearsal.objects.get(pk=one.pk)
    assert (again.state, again.run) == ("queued", 2) and again.cases == 46, "ten a week, on twenty-three working days"
    assert again.assumptions["goal"] == {"share": 0.8, "hours": 24.0, "role": "agent", "until": ""}
    assert again.assumptions["steps"]["analyse"]["origin"]["kind"] == "hand"
    assert manager.post(HERE, {"do": "cancel", "s": str(one.pk)}).status_code == 302
    assert "还没有答案" in body(manager, HERE)
    assert manager.post(HERE, {"do": "rename", "s": str(one.pk), "name": "十二月"}).status_code == 302
    assert "十二月" in body(manager, HERE)
    assert manager.post(HERE, {"do": "delete", "s": str(one.pk)}).headers["Location"] == HERE
    assert not Rehearsal.objects.exists() and "开始预演" in body(manager, HERE)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("people:engineer", "很多", "技术工程师 · 人数"),
        ("step:analyse", "-5", "分析定因 · 用时"),
        ("arrivals", HOSTILE, "来量"),
        ("cases", "1e99", "每次件数"),
        ("cases", "1", "20 到 20000"),
        ("share:owner_decides:approve_o", "101", "负责人意见 · 去向比例"),
        ("goal_hours", "x" * 10_000, "目标时长"),
        ("last", "2026-02-30", "起止日期"),
    ],
)
def test_a_wrong_number_is_named_and_nothing_that_was_typed_is_lost(field: str, typed: str, said: str) -> None:
    company()
    manager = signed_in("manager")
    answer = manager.post(HERE, {"do": "start", "step:plan": "77", field: typed})
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and not Rehearsal.objects.exists()
    assert 'name="step:plan" value="77"' in page and "<script>alert" not in page
    assert re.search(r'<details class="params" id="assumptions" open>', page)


def test_readers_look_and_do_nothing() -> None:
    company()
    one = started(signed_in("manager"))
    agent = signed_in("agent")
    page = body(agent, HERE)
    assert "现状" in page and 'value="rerun"' not in page and "另存方案" not in page
    for act in ("start", "rerun", "cancel", "delete", "rename", "save_as"):
        assert agent.post(HERE, {"do": act, "s": str(one.pk), "name": "x"}).status_code == 403
    assert Client().get(HERE).status_code == 302
    assert signed_in("manager").post(HERE, {"do": "nonsense"}).status_code == 404
    assert signed_in("manager").post(HERE, {"do": "cancel", "s": "9" * 30}).status_code == 404
    body(signed_in("manager"), f"{HERE}?s={one.pk}&team=99999999999")
    assert signed_in("manager").get("/charts/NOPE/rehearse/").status_code == 404


def test_a_draft_is_rehearsed_beside_the_version_it_comes_from() -> None:
    company()
    manager = signed_in("manager")
    draft = studio.draft_from_version(version_id=version_id(), actor=actor("manager"), now=NOW)
    here = reverse("web:studio_rehearse", args=[draft.pk])
    assert manager.post(here, {"do": "start", **SMALL}).status_code == 302
    rows = list(Rehearsal.objects.order_by("id"))
    assert [(row.name, row.version_id, row.draft_id) for row in rows] == [
        ("现状", version_id(), None),
        ("方案一", None, draft.pk),
    ]
    assert rows[0].seed == rows[1].seed, "both face the same issues"
    for row in rows:
        work(row)
    page = body(manager, here)
    assert "一样" in page, "the draft is the version still: not a single figure differs"
    chart = bytes(draft.chart).replace("登记受理".encode(), "登记".encode())
    studio.save_draft(draft_id=draft.pk, revision=draft.revision, chart=chart, actor=actor("manager"), now=NOW)
    assert "流程图在这次预演以后改过" in body(manager, here)
    assert manager.post(here, {"do": "save_as", "s": str(rows[1].pk), "subject": "0", **SMALL}).status_code == 302
    assert Rehearsal.objects.latest("id").version_id == version_id()


def test_a_chart_that_cannot_be_rehearsed_says_why_and_where_to_mend_it() -> None:
    company()
    manager = signed_in("manager")
    draft = studio.create_draft(name=HOSTILE, actor=actor("manager"), now=NOW)
    here = reverse("web:studio_rehearse", args=[draft.pk])
    page = body(manager, here)
    assert "这张图还不能预演" in page and "图上还没有步骤" in page and "<script>alert" not in page
    answer = manager.post(here, {"do": "start"})
    assert answer.status_code == 422 and "图上还没有步骤" in answer.content.decode() and not Rehearsal.objects.exists()


def test_english_pages_have_no_chinese_of_ours() -> None:
    company()
    one = started(signed_in("manager"))
    work(one)
    page = body(signed_in("manager", "en"), HERE)
    ours = re.sub(r"<(svg|nav|option|script)[^>]*>.*?</\1>|现状|方案一", "", page, flags=re.S)
    left = set(re.findall(r"[一-鿿]+", re.sub(r"<[^>]+>", " ", ours)))
    assert not left, left
    assert "December" in page and "A simulation, not a measurement." in page


def test_twice_the_scenarios_the_same_number_of_queries() -> None:
    company()
    manager = signed_in("manager")

    work(started(manager))
    before = page_cost(manager, HERE)
    subject = rehearsable_version(actor=SYSTEM, version_id=version_id())
    for name in ("二", "三", "四"):
        assumptions = proposed(actor=SYSTEM, subject=subject, now=NOW).assumptions
        size = Size(cases=20, replications=3)
        work(
            studio.start_rehearsal(
                version_id=version_id(), name=name, assumptions=assumptions, size=size, actor=SYSTEM, now=NOW
            )
        )
    assert page_cost(manager, HERE) == before


# The picture


def test_a_plot_stays_in_its_frame_and_marks_days_without_work() -> None:
    week = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    calendar = Calendar.from_dict({"timezone": "Asia/Shanghai", "week": week})
    series = Series("x", "", [1.0] * 31, [0.0] * 31, [7.3] * 31, main=True)
    found = plot([series], date(2026, 12, 1), calendar, width=548, height=252, right=120)
    closed, levels, lines = found["closed"], found["levels"], found["lines"]
    assert isinstance(closed, list) and isinstance(levels, list) and isinstance(lines, list)
    assert len(closed) == 8, "four weekends"
    assert [level["text"] for level in levels] == ["0", "2", "4", "6", "8"]
    points = [float(one) for one in re.findall(r"[\d.]+", str(lines[0]["band"]))]
    assert min(points) >= 12 and max(points[::2]) <= 428 and max(points[1::2]) <= 228


@pytest.mark.parametrize("days", [1, 2, 9, 366])
def test_periods_of_any_length_are_drawn(days: int) -> None:
    calendar = Calendar.from_dict({"timezone": "UTC", "week": {"mon": [["09:00", "10:00"]]}})
    series = Series("x", "", [0.0] * days, [0.0] * days, [0.0] * days, main=True)
    found = plot([series, series], date(2026, 1, 1), calendar, width=340, height=220, right=8)
    assert isinstance(found["days"], list) and 1 <= len(found["days"]) <= 6


def test_numbers_are_read_easily() -> None:
    shown = [decimal(value) for value in (0.0, 0.001, 0.04, 0.5, 9.96, 27.06, 128.4, 12_345.6)]
    assert shown == ["0", "0", "0.04", "0.5", "10.0", "27.1", "128", "12,346"]
    assert period(date(2026, 12, 1), date(2026, 12, 31)) == "12 月"
    assert period(date(2026, 12, 1), date(2026, 12, 30)) == "12-01 到 12-30"
    assert draw_svg(gallery.package("T01").chart), "the picture is the chart's own"


@pytest.mark.slow
def test_the_reviewers_page_lists_what_was_rehearsed() -> None:
    company()
    manager = signed_in("manager")
    draft = studio.draft_from_version(version_id=version_id(), actor=actor("manager"), now=NOW)
    life = f"/studio/{draft.pk}/life/"
    assert "?s=" not in body(manager, life)
    one = begun(name=HOSTILE[:60], draft=draft)
    assert "排队中" in body(manager, life)
    work(one)
    quality = signed_in("quality")
    few, page = page_cost(quality, life), body(quality, life)
    assert f'href="/studio/{draft.pk}/rehearse/?s={one.pk}"' in page and "在目标时间内办完" in page
    assert "<script>alert" not in page and "这次预演的是修改之前的图" not in page
    begun(name="另一个", draft=draft)
    assert "另一个" in body(quality, life) and page_cost(quality, life) == few
    studio.save_draft(draft_id=draft.pk, revision=1, chart=bytes(draft.chart) + b"\n", actor=actor("manager"), now=NOW)
    assert "这次预演的是修改之前的图" in body(quality, life)
