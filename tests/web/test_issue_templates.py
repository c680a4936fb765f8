"""Templates of issues: set up, chosen, changed before recording, with tags and tasks that come by themselves."""

import pytest

from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, Refused
from bihuan.issues import operations
from bihuan.issues.models import Issue, IssueTemplate, Task
from bihuan.issues.operations import NewTemplate
from bihuan.issues.operations.issue_templates import TemplateChanged, TemplateName
from bihuan.issues.rules.tasks import ReadyTask
from tests.factories import NOW, actor, company
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db


def ready() -> tuple[IssueTemplate, int]:
    company(now=system_now())
    boss = actor("admin")
    tag = operations.save_tag(name="夜间", name_en="Night", colour="blue", actor=boss, now=NOW)
    tasks = operations.save_task_list(name="冷库断电", tasks=[ReadyTask("问清断电多久")], actor=boss, now=NOW)
    row = operations.save_issue_template(
        given=NewTemplate(
            name="冷库断电", title="冷库断电报警", text="断电多久：\n库温：", type_key="fault", urgency="high", tags=[tag.pk],
            task_list_id=tasks.pk,
        ),
        actor=boss, now=NOW,
    )  # fmt: skip
    return row, tag.pk


def test_a_template_fills_the_form_and_what_is_recorded_gets_its_tags_and_tasks_once() -> None:
    row, tag = ready()
    client = signed_in()
    plain = client.get("/issues/new/").content.decode()
    assert f"?template={row.pk}" in plain and "断电多久：" not in plain
    form = client.get(f"/issues/new/?template={row.pk}").content.decode()
    assert (
        "断电多久：\n库温：" in form
        and "冷库断电报警</textarea>" in form
        and f'name="template" value="{row.pk}"' in form
    )
    given = {
        "idempotency_key": "k1", "template": str(row.pk), "direction": "in", "caller_name": "吴桂芳", "phone": "13800001234",
        "customer_name": "云溪疾控", "customer_kind": "organisation", "title": "2 号库断电", "description": "断电多久：十分钟",
        "type": "fault", "urgency": "high", "impact": "medium", "called_at": "2026-11-20T10:00", "taken_by": "agent",
    }  # fmt: skip
    for _ in range(2):
        answer = client.post("/issues/new/", given)
        assert answer.status_code == 302, answer.content.decode()[:3000]
    issue = Issue.objects.get(title="2 号库断电")
    assert issue.tags == [tag] and list(Task.objects.filter(issue=issue).values_list("title", flat=True)) == [
        "问清断电多久"
    ]
    operations.delete_issue_template(template_id=row.pk, actor=actor("admin"), now=NOW)
    answer = client.post("/issues/new/", {**given, "idempotency_key": "k2", "title": "3 号库断电"})
    assert answer.status_code == 302 and Issue.objects.get(title="3 号库断电").tags == []


def test_setting_up_through_pages_and_what_is_refused_stays_typed() -> None:
    row, tag = ready()
    client = signed_in("admin")
    page = client.get("/settings/issue-templates/").content.decode()
    assert "冷库断电" in page
    answer = client.post("/settings/issue-templates/new/", {"name": "冷库断电", "text": HOSTILE})
    body = answer.content.decode()
    assert answer.status_code == 422 and "不能与别的模板相同" in body and "<script>alert" not in body
    edit = f"/settings/issue-templates/{row.pk}/"
    assert f'value="{tag}" checked' in client.get(edit).content.decode()
    same = {"name": "冷库断电报修", "title": "冷库断电", "text": "x", "revision": "1"}
    assert client.post(edit, same).status_code == 302
    assert client.post(edit, {**same, "title": "晚了"}).status_code == 409
    client.post(edit, {**same, "revision": "2", "active": "0"})
    assert f"?template={row.pk}" not in signed_in().get("/issues/new/").content.decode()
    client.post(edit, {"do": "delete"})
    assert not IssueTemplate.objects.exists()
    assert signed_in().get("/settings/issue-templates/").status_code == 403


def test_the_operation_refuses_what_does_not_exist_and_who_may_not() -> None:
    row, _tag = ready()
    wrong: list[tuple[dict[str, object], type[Refused]]] = [
        ({"name": " "}, TemplateName),
        ({"name": "字" * 101}, TemplateName),
        ({"name": "a", "type_key": "nothing"}, Refused),
        ({"name": "a", "urgency": "extreme"}, Refused),
        ({"name": "a", "tags": [10**9]}, Refused),
        ({"name": "a", "task_list_id": 10**9}, Refused),
        ({"name": "a", "title": "字" * 301}, Refused),
    ]
    for given, refusal in wrong:
        with pytest.raises(refusal):
            operations.save_issue_template(given=NewTemplate(**given), actor=actor("admin"), now=NOW)  # type: ignore[arg-type]
    odd = NewTemplate(name="b\x00", title="漏\x00水\n三楼", text="\x00")
    kept = operations.save_issue_template(given=odd, actor=actor("admin"), now=NOW)
    assert (kept.name, kept.title, kept.text) == ("b", "漏水 三楼", "")
    with pytest.raises(Forbidden):
        operations.save_issue_template(given=NewTemplate(name="a"), actor=actor("agent"), now=NOW)
    with pytest.raises(TemplateChanged):
        operations.save_issue_template(
            template_id=row.pk, given=NewTemplate(name="a"), revision=0, actor=actor("admin"), now=NOW
        )
