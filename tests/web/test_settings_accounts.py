"""The pages of people, departments, roles, the audit trail and the rules of signing in."""

import html
import re
from pathlib import Path
from typing import Protocol

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.accounts import operations, policy
from bihuan.accounts.models import Department, Post, Role, User
from bihuan.accounts.rules import PERMISSIONS
from bihuan.core import audit
from bihuan.core.actor import SYSTEM
from bihuan.core.models import AuditEntry, AuditSeal
from bihuan.core.settings import value
from bihuan.web.settings.audit_words import ACTIONS, OBJECTS
from tests.accounts.test_signing_in import shown_once
from tests.conftest import FrozenClock
from tests.factories import NOW, actor, company, person
from tests.support.statements import page_cost
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db
FORM = {"name": "苏晚晴", "username": "su", "email": "su@lanku.example"}
POSTS = {"post_role": ["agent", "", ""], "post_department": ["service", "", ""], "primary": "0"}


class Page(Protocol):
    @property
    def content(self) -> bytes: ...


def accounts_on(page: Page) -> list[str]:
    return re.findall(r'<span class="t12 ink3 cut">([^<]*)</span>', page.content.decode())


def things_on(page: Page) -> list[int]:
    return [int(found) for found in re.findall(r'<td class="soft">thing (\d+)</td>', page.content.decode())]


def following(page: Page) -> str:
    found = re.search(r'href="([^"]*)" rel="next"', page.content.decode())
    return html.unescape(found.group(1)) if found else ""


def ids() -> dict[str, int]:
    return {
        "person": User.objects.get(username="agent").pk,
        "department": Department.objects.get(key="device").pk,
        "role": Role.objects.get(key="agent").pk,
    }


def pages() -> list[str]:
    known = ids()
    return [
        reverse("web:settings"),
        reverse("web:settings_people"),
        reverse("web:settings_person_new"),
        reverse("web:settings_person", args=[known["person"]]),
        reverse("web:settings_departments"),
        reverse("web:settings_department_new"),
        reverse("web:settings_department", args=[known["department"]]),
        reverse("web:settings_roles"),
        reverse("web:settings_role_new"),
        reverse("web:settings_role", args=[known["role"]]),
        reverse("web:settings_audit"),
        reverse("web:settings_security"),
        reverse("web:account"),
        reverse("web:account_factor"),
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_and_escapes(language: str) -> None:
    company()
    user = User.objects.get(username="agent")
    given = operations.PersonGiven(name=HOSTILE[:100], staff_number="<b>1", phone="<i>2")
    operations.change_person(person_id=user.pk, given=given, posts=None, actor=SYSTEM, now=NOW)
    place = ids()["department"]
    operations.change_department(
        department_id=place, name=HOSTILE[:100], name_en=HOSTILE[:100], parent_id=None, actor=SYSTEM, now=NOW
    )
    operations.create_role(given=operations.RoleGiven(name=HOSTILE[:100], scope="own"), key="x", actor=SYSTEM, now=NOW)
    client = signed_in("admin", language)
    for url in pages():
        answer = client.get(url)
        assert answer.status_code == 200, url
        body = answer.content.decode()
        assert "<script>alert(1)" not in body and "<img src=x" not in body and "<b>1" not in body, url


def test_pages_are_for_those_who_may() -> None:
    company()
    for username in ("agent", "manager"):
        client = signed_in(username)
        for url in pages():
            if "/settings/" in url and url != "/settings/":
                allowed = username == "manager" and "audit" in url
                assert client.get(url).status_code == (200 if allowed else 403), (username, url)


def test_the_list_costs_the_same_queries_and_leads_on() -> None:
    company()
    client = signed_in("admin")
    counts = []
    for part in range(2):
        for number in range(20 + 20 * part):
            person("agent", "service", username=f"p{part}-{number}")
        counts.append(page_cost(client, "/settings/people/"))
        page = client.get("/settings/people/")
    assert counts[0] == counts[1] <= 12
    names = accounts_on(page)
    names += accounts_on(client.get("/settings/people/" + following(page)))
    assert len(names) == len(set(names)) == User.objects.count()


def test_finding_people() -> None:
    company()
    operations.create_user(username="su", name="苏晚晴", staff_number="1009", posts=[], actor=SYSTEM, now=NOW)
    client = signed_in("admin")

    def found(query: str) -> list[str]:
        return accounts_on(client.get(f"/settings/people/?{query}"))

    for query in ("q=晚晴", "q=swq", "q=1009", "q=SU"):
        assert "su" in found(query), query
    assert found("q=100") == []
    assert found(f"department={Department.objects.get(key='finance').pk}") == ["outsider"]
    assert found("role=quality") == ["quality"]
    assert client.get("/settings/people/?cursor=garbage").status_code == 400
    assert client.get("/settings/people/?department=x").status_code == 404


def test_somebody_comes_by_a_link_that_is_shown_once(clock: FrozenClock) -> None:
    company()
    client = signed_in("admin")
    page = client.post(reverse("web:settings_person_new"), {**FORM, **POSTS})
    link = shown_once(page.content.decode())
    assert page.status_code == 200 and link in page.content.decode()
    made = User.objects.get(username="su")
    assert link.rsplit("/", 2)[1] not in client.get(reverse("web:settings_person", args=[made.pk])).content.decode()
    guest = Client()
    address = link.partition("testserver")[2]
    assert "苏晚晴" in guest.get(address).content.decode()
    assert guest.post(address, {"password": "kurz"}).status_code == 422
    assert guest.post(address, {"password": "kalte Wege im Winter"}).status_code == 200
    assert guest.post(address, {"password": "kalte Wege im Winter"}).status_code == 404
    guest.post(reverse("web:sign_in"), {"username": "su", "password": "kalte Wege im Winter"})
    assert guest.get("/issues/").status_code == 200


def test_what_was_typed_stays_when_it_is_refused() -> None:
    company()
    client = signed_in("admin")
    page = client.post(reverse("web:settings_person_new"), {**FORM, **POSTS, "email": "nirgends", "phone": "1380000"})
    body = page.content.decode()
    assert page.status_code == 422 and 'value="1380000"' in body and 'aria-invalid="true"' in body
    assert not User.objects.filter(username="su").exists()
    page = client.post(reverse("web:settings_person_new"), {**FORM, **POSTS, "username": "agent"})
    assert page.status_code == 422 and "名称“agent”已被使用" in page.content.decode()
    page = client.post(reverse("web:settings_department_new"), {"name": "名" * 10_000})
    assert page.status_code == 422 and "名" * 10_000 in page.content.decode()


def test_a_person_is_changed_and_let_go() -> None:
    company()
    client = signed_in("admin")
    found = User.objects.get(username="outsider")
    url = reverse("web:settings_person", args=[found.pk])
    form = {
        "name": "叶文澜",
        "post_role": ["engineer", "head"],
        "post_department": ["finance", "cloud"],
        "primary": "1",
    }
    assert client.post(url, form).status_code == 302
    assert Post.objects.get(user=found, is_primary=True).role.key == "head"
    assert actor("outsider").roles == {"engineer", "head"}
    client.post(reverse("web:settings_person_active", args=[found.pk]), {"active": "0"})
    assert not User.objects.get(pk=found.pk).is_active
    assert client.post(url, {"name": "叶", "post_role": ["admin"], "post_department": ["nirgends"]}).status_code == 422


def test_the_last_administrator_is_told_so() -> None:
    company()
    client = signed_in("admin")
    me = User.objects.get(username="admin")
    page = client.post(
        reverse("web:settings_person", args=[me.pk]),
        {"name": "沈", "post_role": ["agent"], "post_department": ["service"]},
    )
    assert page.status_code == 422 and "最后一位系统管理员" in page.content.decode()
    assert actor("admin").can("people.edit")


def test_roles_are_a_matrix_and_a_form() -> None:
    company()
    client = signed_in("admin")
    page = client.get(reverse("web:settings_roles"))
    assert len(re.findall(r'<tr><th scope="row" title=', page.content.decode())) == len(PERMISSIONS)
    form = {"name": "观察员", "key": "watcher", "scope": "custom", "permission": ["audit.read"]}
    assert client.post(reverse("web:settings_role_new"), form).status_code == 422
    chosen = Department.objects.get(key="cloud").pk
    assert client.post(reverse("web:settings_role_new"), form | {"department": [chosen]}).status_code == 302
    made = Role.objects.get(key="watcher")
    assert (made.permissions, list(made.departments.values_list("key", flat=True))) == (["audit.read"], ["cloud"])
    assert client.post(reverse("web:settings_role", args=[made.pk]), {**form, "scope": "own"}).status_code == 302
    assert not Role.objects.get(pk=made.pk).departments.exists()
    bad = client.post(reverse("web:settings_role", args=[made.pk]), {**form, "scope": "own", "permission": ["root"]})
    assert bad.status_code == 422
    client.post(reverse("web:settings_role_remove", args=[made.pk]))
    assert not Role.objects.filter(pk=made.pk).exists()


def test_the_rules_of_the_door_are_set_within_bounds() -> None:
    company()
    client = signed_in("admin")
    form = {
        "part": "policy", "lock_after": "4", "lock_minutes": "30", "session_hours": "8", "password_length": "10",
        "sign_in_months": "6", "code_role": ["admin", "nobody"],
    }  # fmt: skip
    assert client.post(reverse("web:settings_security"), form).status_code == 302
    assert (value(policy.LOCK_AFTER), value(policy.CODE_ROLES)) == (4, ("admin",))
    for field, text in (
        ("sign_in_months", "5"),
        ("lock_after", "0"),
        ("session_hours", "x"),
        ("lock_minutes", "9" * 30),
    ):
        assert client.post(reverse("web:settings_security"), form | {field: text}).status_code == 422
    assert (value(policy.SIGN_IN_MONTHS), value(policy.SESSION_HOURS)) == (6, 8)
    noted = AuditEntry.objects.filter(action="settings.changed").get()
    assert noted.detail["security.lock_after"] == [5, 4]


@pytest.mark.correctness(118)
def test_the_trail_is_read_filtered_exported_and_each_export_is_noted() -> None:
    company()
    client = signed_in("manager")
    for name in ("=cmd|' /C calc'!A0", "b"):
        audit.record(
            actor=actor("agent"), action="thing.done", object_type="thing", object_id=7, now=NOW, detail={"x": name}
        )
    page = client.get(reverse("web:settings_audit"), {"action": "thing.done"})
    assert things_on(page) == [7, 7]
    assert 'value="thing.done" selected' in page.content.decode() and 'value="user.made"' in page.content.decode()
    nothing = client.get(reverse("web:settings_audit"), {"actor": "agent", "until": "2020-01-01"})
    assert "没有这样的记录" in nothing.content.decode()
    assert client.get(reverse("web:settings_audit"), {"since": "kein Tag"}).status_code == 200
    answer = client.post(reverse("web:settings_audit_export"), {"action": "thing.done"})
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/csv") and text.count("thing.done") == 2
    noted = AuditEntry.objects.get(action="audit.exported")
    assert (noted.actor_name, noted.detail["rows"]) == ("manager", 2)
    assert signed_in("agent").post(reverse("web:settings_audit_export")).status_code == 403


def test_pages_of_the_trail_lead_on_with_the_same_queries() -> None:
    company()
    client = signed_in("manager")
    for number in range(1, 121):
        audit.record(actor=actor("agent"), action="thing.done", object_type="thing", object_id=number, now=NOW)
    seen: list[int] = []
    url, counts = reverse("web:settings_audit") + "?action=thing.done", set()
    while url:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url)
        counts.add(len(queries))
        seen += things_on(page)
        url = reverse("web:settings_audit") + following(page) if following(page) else ""
    assert seen == list(range(120, 0, -1)) and max(counts) <= 8


@pytest.mark.correctness(118)
@pytest.mark.foreign_write("somebody with rights on the tables changes a row past its trigger")
def test_a_changed_row_is_found_by_the_page() -> None:
    company()
    client = signed_in("manager")
    page = client.post(reverse("web:settings_audit_check"))
    assert (
        "记录完整" in page.content.decode() and f"核对了 {AuditEntry.objects.count() - 1} 条" in page.content.decode()
    )
    target = AuditEntry.objects.filter(action="user.made").latest("id")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER core_auditentry_append_only")
        cursor.execute("UPDATE core_auditentry SET actor_name = 'x' WHERE id = %s", [target.pk])
        cursor.execute("ALTER TABLE core_auditentry ENABLE TRIGGER core_auditentry_append_only")
    page = client.post(reverse("web:settings_audit_check"))
    broken = re.search(r"从第 (\d+) 条起对不上", page.content.decode())
    assert broken is not None and "记录不完整" in page.content.decode()
    assert AuditSeal.objects.get(first_id=int(broken.group(1))).last_id >= target.pk


@pytest.mark.correctness(118, 123)
@pytest.mark.foreign_write("what the database itself refuses")
@pytest.mark.parametrize("statement", ["DELETE FROM core_auditentry", "UPDATE core_auditentry SET detail = '{}'"])
def test_nothing_of_the_trail_is_ever_purged_or_rewritten(statement: str) -> None:
    from django.db import transaction
    from django.db.utils import ProgrammingError

    company()
    kept = AuditEntry.objects.count()
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == kept


def test_every_act_and_object_of_the_trail_has_plain_words() -> None:
    source = "\n".join(path.read_text() for path in Path("bihuan").rglob("*.py"))
    acts = set(re.findall(r'\baction="([a-z_]+\.[a-z_]+)"', source))
    objects = set(re.findall(r'\bobject_type="([a-z_]+)"', source))
    assert len(acts) > 40 and not acts - ACTIONS.keys() and not objects - OBJECTS.keys()
