"""Pages of responsibility: the menu and the tab of an issue, matrix, assignment, hand-over."""

import re

import pytest
from django.test import Client

from bihuan.accounts.models import User
from bihuan.issues import operations
from bihuan.issues.models import (
    Arbitration,
    AssignmentRule,
    Extension,
    Recusal,
    ResponsibilityRule,
    Skill,
    StepReceipt,
    StepReturn,
    Supervision,
    SupportRequest,
    Suspension,
    TaskForce,
    Urge,
)
from tests.conftest import FrozenClock
from tests.factories import NOW, actor, company, person
from tests.issues.test_duty import dispatched, returned_twice
from tests.issues.test_story import open_step
from tests.support.statements import page_cost

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\"'‮txet 𠮷😀"


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def post(client: Client, path: str, **data: object) -> int:
    return client.post(path, data).status_code


def test_every_act_of_the_menu_does_what_it_says(clock: FrozenClock) -> None:
    company()
    issue = dispatched()
    step = open_step(issue).pk
    engineer, supervisor, head = signed_in("engineer"), signed_in("supervisor"), signed_in("head")
    page = engineer.get(f"/issues/{issue.pk}/").content.decode()
    for act in ("签收", "退单", "申请延期", "请部门协办", "催办", "回避"):
        assert act in page
    assert "supervise-dialog" not in page and "team-dialog" not in page  # not the engineer's to do
    assert post(engineer, f"/steps/{step}/sign/") == 302
    assert StepReceipt.objects.get(issue=issue).signed_at == clock.now
    assert post(engineer, f"/steps/{step}/extend/", hours="4", reason="等备件") == 302
    extension = Extension.objects.get(issue=issue)
    assert post(head, f"/extensions/{extension.pk}/", verdict="yes") == 302
    assert (
        post(engineer, f"/issues/{issue.pk}/support/", department="cloud", reason="查日志", hours="2", blocking="1")
        == 302
    )
    request = SupportRequest.objects.get(issue=issue)
    cloud = signed_in("engineer2")
    assert (
        post(cloud, f"/support/{request.pk}/") == 302
        and post(cloud, f"/support/{request.pk}/", how="answer", reason="正常") == 302
    )
    assert post(supervisor, f"/issues/{issue.pk}/urge/", text=HOSTILE) == 302
    assert post(supervisor, f"/issues/{issue.pk}/supervise/", reason=HOSTILE, due="2026-11-25T09:00") == 302
    demand = Supervision.objects.get(issue=issue)
    assert post(engineer, f"/supervisions/{demand.pk}/", reason="明天办完") == 302
    assert (
        post(supervisor, f"/issues/{issue.pk}/task-force/", leader="engineer2", members=["outsider"], reason=HOSTILE)
        == 302
    )
    assert post(supervisor, f"/task-forces/{TaskForce.objects.get(issue=issue).pk}/end/", reason="好了") == 302
    assert (
        post(supervisor, f"/issues/{issue.pk}/suspend/", code="parts", reason=HOSTILE, until="2026-11-25T09:00") == 302
    )
    assert "恢复办理" in supervisor.get(f"/issues/{issue.pk}/").content.decode()
    assert post(supervisor, f"/issues/{issue.pk}/resume/") == 302
    assert post(engineer, f"/steps/{step}/return/", code="other", text=HOSTILE) == 302
    assert StepReturn.objects.get(issue=issue).text == HOSTILE
    assert post(supervisor, f"/issues/{issue.pk}/recuse/", person="engineer", reason=HOSTILE) == 302
    assert Urge.objects.count() == Suspension.objects.count() == Recusal.objects.count() == 1
    tab = supervisor.get(f"/issues/{issue.pk}/side/work/").content.decode()
    assert "<script>alert" not in tab and "占用工作时间" in tab
    assert "退单占用的工作时间" in supervisor.get(f"/issues/{issue.pk}/side/clock/").content.decode()
    for part in ("督办", "延期", "专项团队", "协办", "退单", "催办", "回避", "签收记录"):
        assert part in tab


def test_the_arbiter_decides_in_the_tab(clock: FrozenClock) -> None:
    company()
    issue = returned_twice()
    engineer, manager = signed_in("engineer"), signed_in("manager")
    assert post(engineer, f"/steps/{open_step(issue).pk}/return/", code="not_ours") == 409
    assert post(engineer, f"/steps/{open_step(issue).pk}/dispute/", reason="云平台的事") == 302
    row = Arbitration.objects.get(issue=issue)
    assert "/arbitrations/" not in engineer.get(f"/issues/{issue.pk}/side/work/").content.decode()
    assert "/arbitrations/" in manager.get(f"/issues/{issue.pk}/side/work/").content.decode()
    assert post(engineer, f"/arbitrations/{row.pk}/", department="cloud", reason="x") == 403
    assert post(manager, f"/arbitrations/{row.pk}/", department="cloud", reason="数据在云端") == 302
    assert "由cloud 部办理" in manager.get(f"/issues/{issue.pk}/side/work/").content.decode()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("issues/{issue}/supervise/", {"reason": "x", "due": "tomorrow"}),
        ("issues/{issue}/suspend/", {"code": "parts", "reason": "x", "until": "9999-99-99"}),
        ("issues/{issue}/support/", {"department": "cloud", "reason": "x", "hours": "many"}),
        ("steps/{step}/extend/", {"hours": "-1", "reason": "x"}),
        ("steps/{step}/return/", {"code": "'; DROP TABLE"}),
        ("issues/{issue}/task-force/", {"leader": "nobody", "reason": "x"}),
        ("issues/{issue}/urge/", {"text": "长" * 10_000}),
    ],
)
def test_nonsense_is_refused_in_words(path: str, data: dict[str, str], clock: FrozenClock) -> None:
    company()
    issue = dispatched()
    found = signed_in("supervisor").post("/" + path.format(issue=issue.pk, step=open_step(issue).pk), data)
    assert found.status_code in (409, 422) and re.search("[一-龥]", found.content.decode())


def test_a_stranger_finds_nothing(clock: FrozenClock) -> None:
    company()
    issue = dispatched()
    outsider = signed_in("outsider")
    for path in (f"/issues/{issue.pk}/urge/", f"/issues/{issue.pk}/support/", f"/issues/{issue.pk}/recuse/"):
        assert post(outsider, path, reason="x", department="cloud") == 404
    assert Client().post(f"/issues/{issue.pk}/urge/").status_code == 302
    assert signed_in("agent").get(f"/issues/{issue.pk}/urge/").status_code == 405


def test_the_tab_costs_the_same_however_much_it_shows(clock: FrozenClock) -> None:
    company()
    few, many = dispatched(), dispatched()
    for n in range(8):
        operations.ask_support(
            issue_id=(few if n < 2 else many).pk,
            department_key="cloud",
            text=f"第 {n} 项",
            actor=actor("engineer"),
            now=NOW,
        )
    client = signed_in("supervisor")
    counts = [page_cost(client, f"/issues/{issue.pk}/side/work/") for issue in (few, many)]
    assert counts[0] == counts[1]


# -- settings --------------------------------------------------------------------------------------------------------


def test_the_matrix_shows_gaps_and_who_would_lead_and_is_changed(clock: FrozenClock) -> None:
    company()
    admin = signed_in("admin")
    assert signed_in("agent").get("/settings/matrix/").status_code == 403
    assert "没有主责部门" not in admin.get("/settings/matrix/").content.decode()
    data = ResponsibilityRule.objects.get(type__key="data")
    assert (
        post(admin, f"/settings/matrix/{data.pk}/", type="data", region="华南", department="cloud", product="") == 302
    )
    page = admin.get("/settings/matrix/?try=1&type=data&region=华南").content.decode()
    assert "这些类型没有主责部门：数据异常" in page and "由它主责" in page and "数据异常 · 华南 → cloud 部" in page
    assert "没有一行符合" in admin.get("/settings/matrix/?try=1&type=data").content.decode()
    again = admin.post(
        "/settings/matrix/new/", {"type": "data", "region": "华南", "department": "device", "product": ""}
    )
    assert again.status_code == 409 and "已有一行" in again.content.decode()
    assert (
        post(admin, "/settings/matrix/new/", type="", product=HOSTILE, department="quality", supports=["device"]) == 302
    )
    assert "<script>alert" not in admin.get("/settings/matrix/").content.decode()
    assert post(admin, f"/settings/matrix/{data.pk}/delete/") == 302
    assert not ResponsibilityRule.objects.filter(pk=data.pk).exists()


def test_assignment_skills_and_bounds_are_set(clock: FrozenClock) -> None:
    company()
    admin = signed_in("admin")
    assert signed_in("supervisor").get("/settings/assigning/").status_code == 403
    assert (
        post(admin, "/settings/assigning/rule/", role="engineer", department="device", method="load", capacity="5")
        == 302
    )
    assert AssignmentRule.objects.get().capacity == 5
    assert post(admin, "/settings/assigning/skill/", person="engineer", type="fault", product=HOSTILE, level="3") == 302
    assert Skill.objects.get().level == 3
    bounds = {"sign_minutes": "60", "returns": "1", "reasons": "保修外\n", "arbiter": "head", "arbiter_role": "manager",
              "extension_role": "head", "urge_minutes": "30"}  # fmt: skip
    assert post(admin, "/settings/assigning/bounds/", **bounds) == 302
    dispatched()
    page = admin.get("/settings/assigning/").content.decode()
    assert "按负荷" in page and "保修外" in page and "签收及时率" in page and "<script>alert" not in page
    post(admin, "/settings/assigning/bounds/", **bounds | {"returns": "99"})
    assert "这个数应在 0 到 20 之间" in admin.get("/settings/assigning/").content.decode()
    assert post(admin, "/settings/assigning/remove/", rule=AssignmentRule.objects.get().pk) == 302
    assert not AssignmentRule.objects.exists()


def test_work_is_handed_over_by_row_or_all_and_what_was_typed_stays(clock: FrozenClock) -> None:
    company()
    person("engineer", "device", username="mate")
    issues = [dispatched(), dispatched()]
    for issue in issues:
        operations.claim_step(work_item_id=open_step(issue).pk, actor=actor("engineer"), now=NOW)
    address = f"/people/{actor('engineer').user_id}/handover/"
    admin = signed_in("admin")
    assert signed_in("mate").get(address).status_code == 403
    assert signed_in("engineer").get(address).status_code == 200
    things = [f"step-{open_step(issue).pk}" for issue in issues]
    missing = admin.post(address, {"thing": things, "to": "mate", f"summary-{things[0]}": "写好的说明"})
    assert missing.status_code == 422 and "写好的说明" in missing.content.decode()
    found = admin.post(address, {"thing": things, "to": "mate", "summary": "请接着办", f"to-{things[1]}": "supervisor"})
    assert found.status_code == 302
    holders = [open_step(issue).assignee for issue in issues]
    assert [each.username for each in holders if each] == ["mate", "supervisor"]
    assert "手上没有要移交的" in admin.get(address).content.decode()


def test_managers_see_the_queue_of_what_nobody_can_do(clock: FrozenClock) -> None:
    company()
    manager, engineer = signed_in("manager"), signed_in("engineer")
    assert "没有人能办" in manager.get("/desk/").content.decode()
    assert "没有人能办" not in engineer.get("/desk/").content.decode()
    assert manager.get("/desk/?queue=unmanned").status_code == 200
