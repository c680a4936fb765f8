"""Pages for whoever steers charts: a stuck chart is seen and mended, a jump is made, running issues are moved and back."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.core.actor import SYSTEM
from bihuan.flows import gallery, operations
from bihuan.flows.models import Migration, Version
from bihuan.issues.models import Issue
from tests.factories import NOW, company, customer_issue
from tests.issues.test_story import do, fresh, open_step, run_to
from tests.web.test_pages import signed_in

pytestmark = pytest.mark.django_db


def body(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def stuck_issue() -> Issue:
    company()
    package = gallery.package("T01")
    broken = replace(package, chart=package.chart.replace(b'"notify_head"', b'"no_such_service"'))
    operations.publish_package(package=broken, actor=SYSTEM, now=NOW)
    issue = customer_issue()
    do(issue, "register", NOW)
    do(issue, "classify", NOW, urgency="high")
    return issue


def test_a_stuck_chart_is_seen_by_whoever_may_mend_it_given_on_and_skipped() -> None:
    issue = stuck_issue()
    page = f"/issues/{issue.pk}/"
    assert "走不下去" in body(signed_in("manager"), page)
    assert "no_such_service" in body(signed_in("manager"), page)
    assert issue.title in body(signed_in("manager"), "/desk/?queue=stuck")
    assert "queue=stuck" not in body(signed_in("agent"), "/desk/")
    assert "通知负责人" in body(signed_in("manager"), f"/issues/{issue.pk}/side/chart/"), "where it is stuck, it stands"
    shown = body(signed_in("agent"), page)
    assert "callout red stuck" not in shown and "jump-dialog" not in shown
    manager = signed_in("manager")
    (path,) = set(re.findall(rf"/issues/{issue.pk}/incidents/\d+/", body(manager, page)))
    assert signed_in("agent").post(path, {"how": "retry"}).status_code == 403
    assert manager.post(path, {"how": "assign", "person": "engineer"}).status_code == 302
    assert "由engineer 先生处理" in body(manager, page)
    (path,) = set(re.findall(rf"/issues/{issue.pk}/incidents/\d+/", body(manager, page)))
    assert manager.post(path, {"how": "skip", "reason": ""}).status_code == 422
    assert manager.post(path, {"how": "skip", "reason": "已电话通知"}).status_code == 302
    assert "callout red stuck" not in body(manager, page) and open_step(issue).node == "contact"
    assert manager.post(path, {"how": "retry"}).status_code in (404, 409)


def test_a_jump_and_a_stop_from_the_menu() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "contact", NOW)
    manager = signed_in("manager")
    ways = re.findall(r'<option value="(\d+:plan)">', body(manager, f"/issues/{issue.pk}/"))
    assert len(ways) == 1
    jump = f"/issues/{issue.pk}/jump/"
    assert manager.post(jump, {"way": ways[0], "reason": ""}).status_code == 422
    for nonsense in ("", "x", "1:", "9" * 30 + ":plan", f"{ways[0]}_nowhere"):
        assert manager.post(jump, {"way": nonsense, "reason": "x"}).status_code in (404, 409, 422), nonsense
    assert manager.post(jump, {"way": ways[0], "reason": "原因清楚"}).status_code == 302
    assert open_step(issue).node == "plan"
    assert "未按图流转" in body(manager, f"/issues/{issue.pk}/feed/")
    assert manager.post(f"/issues/{issue.pk}/stop/", {"reason": "客户注销"}).status_code == 302
    assert fresh(issue).status == "terminated"
    assert "jump-dialog" not in body(manager, f"/issues/{issue.pk}/")


def test_running_issues_are_moved_to_a_new_version_and_back() -> None:
    company()
    issue = customer_issue()
    run_to(issue, "contact", NOW)
    package = gallery.package("T01")
    renamed = package.chart.decode().replace('id="analyse"', 'id="analyse2"').replace('"analyse"', '"analyse2"')
    renamed = re.sub(r">analyse<|node:analyse\b", lambda found: found.group().replace("analyse", "analyse2"), renamed)
    second = operations.publish_package(package=replace(package, chart=renamed.encode()), actor=SYSTEM, now=NOW)
    first = Version.objects.get(number=1)
    manager = signed_in("manager")
    plan = reverse("web:migrate_chart", args=["T01"])
    shown = body(manager, "/charts/T01/")
    assert f"{plan}?source={first.pk}" in shown
    assert plan not in body(signed_in("agent"), "/charts/T01/")
    shown = body(manager, f"{plan}?source={first.pk}")
    assert 'name="place:analyse"' in shown
    assert re.search(r'value="analyse2" selected', shown), "the same name suggests itself"
    given = {"source": first.pk, "target": second.pk, "place:analyse": "", "do": "rehearse"}
    assert "留在原版：" in manager.post(plan, given).content.decode()
    given["place:analyse"] = "analyse2"
    answer = manager.post(plan, given)
    assert "都可以迁移" in answer.content.decode() and not Migration.objects.exists()
    assert manager.post(plan, {**given, "do": "start"}).status_code == 422
    started = manager.post(plan, {**given, "do": "start", "reason": "改步骤"})
    assert started.status_code == 302
    page = started["Location"]
    assert "every 2s" in body(manager, page)
    operations.carry_on_migrations(now=NOW)
    operations.carry_on_migrations(now=NOW)
    shown = body(manager, page)
    assert "every 2s" not in shown and "已处理 1 / 1 件，其中 1 件已迁移" in shown
    assert (fresh(issue).instance.version_id, open_step(issue).node) == (second.pk, "analyse2")
    assert "改按流程第 2 版" in body(manager, f"/issues/{issue.pk}/feed/")
    for tab in ("chart", "clock", "log"):
        body(manager, f"/issues/{issue.pk}/side/{tab}/")
    body(manager, f"/issues/{issue.pk}/chart/")
    assert signed_in("agent").post(f"{page}undo/", {"reason": "x"}).status_code in (403, 404)
    back = manager.post(f"{page}undo/", {"reason": "不合适"})
    operations.carry_on_migrations(now=NOW)
    operations.carry_on_migrations(now=NOW)
    assert (fresh(issue).instance.version_id, open_step(issue).node) == (first.pk, "analyse")
    assert "已撤回" in body(manager, page) and "上一次迁移" in body(manager, back["Location"])


@pytest.mark.parametrize("path", ["migrate/", "migrate/?source=99", "migrate/?source=x"])
def test_addresses_that_lead_nowhere(path: str) -> None:
    company()
    assert signed_in("manager").get(f"/charts/T01/{path}").status_code == 404
    assert signed_in("manager").get("/charts/migrations/99/").status_code == 404
    assert signed_in("agent").get("/charts/T01/migrate/?source=1").status_code == 403
