"""People, departments, roles: what may be changed, by whom, and what can never be."""

from datetime import timedelta

import pytest

from bihuan.accounts import directory, operations, queries
from bihuan.accounts.models import ApiToken, Department, Post, Role, User
from bihuan.accounts.operations import PersonGiven, PostGiven, RoleGiven
from bihuan.accounts.rules import PERMISSIONS
from bihuan.accounts.wording import PERMISSION_WORDS, SCOPE_WORDS
from bihuan.core.actor import SYSTEM, Scope
from bihuan.core.errors import Forbidden
from bihuan.core.models import AuditEntry
from bihuan.issues import queries as issue_queries
from tests.factories import NOW, actor, company, customer_issue, person
from tests.issues.test_story import do

pytestmark = pytest.mark.django_db


def user(username: str) -> User:
    return User.objects.get(username=username)


def department(key: str) -> Department:
    return Department.objects.get(key=key)


def give_posts(username: str, *posts: tuple[str, str], by: str = "admin") -> None:
    found = user(username)
    operations.change_person(
        person_id=found.pk,
        given=PersonGiven(name=found.name),
        posts=[PostGiven(role=role, department=place) for role, place in posts],
        actor=actor(by),
        now=NOW,
    )


def test_every_permission_and_sight_has_words() -> None:
    assert set(PERMISSIONS) <= set(PERMISSION_WORDS)
    assert set(SCOPE_WORDS) == set(Scope)


def test_nobody_without_the_right_changes_people() -> None:
    company()
    for username in ("agent", "manager", "quality", "head"):
        with pytest.raises(Forbidden):
            give_posts("agent", ("admin", "company"), by=username)
        with pytest.raises(Forbidden):
            operations.switch_person(person_id=user("agent").pk, is_active=False, actor=actor(username), now=NOW)
        with pytest.raises(Forbidden):
            directory.people_page(actor=actor(username))


def test_nobody_gives_what_he_does_not_hold() -> None:
    company()
    given = RoleGiven(name="人事", permissions=("people.edit",), scope="own")
    operations.create_role(given=given, key="hr", actor=SYSTEM, now=NOW)
    hr = person("hr", "service")
    found = user("agent")
    for role in ("admin", "manager"):
        with pytest.raises(operations.GivesMore):
            operations.change_person(
                person_id=found.pk,
                given=PersonGiven(name=found.name),
                posts=[PostGiven(role=role, department="service")],
                actor=hr,
                now=NOW,
            )
    own = Role.objects.get(key="hr")
    with pytest.raises(operations.GivesMore):
        operations.change_role(
            role_id=own.pk,
            given=RoleGiven(name="人事", permissions=("people.edit", "audit.read"), scope="own"),
            actor=hr,
            now=NOW,
        )
    assert not hr.can("audit.read") and Post.objects.get(user=found).role.key == "agent"


def test_the_last_administrator_stays() -> None:
    company()
    with pytest.raises(operations.LastAdministrator):
        operations.switch_person(person_id=user("admin").pk, is_active=False, actor=SYSTEM, now=NOW)
    with pytest.raises(operations.LastAdministrator):
        give_posts("admin", ("agent", "service"))
    with pytest.raises(operations.NotYourself):
        operations.switch_person(person_id=user("admin").pk, is_active=False, actor=actor("admin"), now=NOW)
    give_posts("manager", ("manager", "service"), ("admin", "company"))
    operations.switch_person(person_id=user("admin").pk, is_active=False, actor=actor("manager"), now=NOW)
    with pytest.raises(operations.LastAdministrator):
        give_posts("manager", ("manager", "service"), by="manager")
    assert actor("manager").can("people.edit")


def test_the_administrators_role_keeps_every_permission() -> None:
    company()
    role = Role.objects.get(key="admin")
    with pytest.raises(operations.RoleFixed):
        operations.change_role(
            role_id=role.pk,
            given=RoleGiven(name="管理员", permissions=("audit.read",), scope="all"),
            actor=SYSTEM,
            now=NOW,
        )
    operations.change_role(
        role_id=role.pk, given=RoleGiven(name="总管", permissions=PERMISSIONS, scope="all"), actor=SYSTEM, now=NOW
    )
    assert Role.objects.get(key="admin").name == "总管"
    with pytest.raises(operations.RoleFixed):
        operations.remove_role(role_id=role.pk, actor=SYSTEM, now=NOW)


@pytest.mark.correctness(129)
def test_sight_is_the_sum_of_all_posts() -> None:
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    do(issue, "classify", NOW, lead_department="device")

    def sees(username: str) -> bool:
        return bool(
            issue_queries.list_issues(
                actor=actor(username), filter=issue_queries.Filter(), sort="updated", cursor=None, limit=5, now=NOW
            ).items
        )

    assert not sees("outsider")
    given = RoleGiven(
        name="观察员", permissions=(), scope="custom", departments=(department("device").pk, department("cloud").pk)
    )
    operations.create_role(given=given, key="watcher", actor=SYSTEM, now=NOW)
    give_posts("outsider", ("engineer", "finance"), ("watcher", "finance"))
    assert sees("outsider")
    assert actor("outsider").visible_departments == {department(key).pk for key in ("finance", "device", "cloud")}
    operations.change_role(
        role_id=Role.objects.get(key="watcher").pk,
        given=RoleGiven(name="观察员", scope="custom", departments=(department("cloud").pk,)),
        actor=SYSTEM,
        now=NOW,
    )
    assert not sees("outsider")
    give_posts("outsider", ("head", "company"))
    assert sees("outsider")
    give_posts("outsider")
    assert not sees("outsider") and actor("outsider").scope is Scope.OWN


def test_a_chosen_sight_takes_departments() -> None:
    company()
    with pytest.raises(operations.FieldsRefused) as refused:
        operations.create_role(given=RoleGiven(name="空", scope="custom"), actor=SYSTEM, now=NOW)
    assert set(refused.value.errors) == {"departments"}


def test_a_department_never_hangs_below_itself() -> None:
    company()
    below = operations.create_department(key="", name="冷机组", parent_key="device", actor=SYSTEM, now=NOW)
    assert below.key == "leng-ji-zu"
    for parent in (below, department("device")):
        with pytest.raises(operations.DepartmentRing):
            operations.change_department(
                department_id=department("device").pk,
                name="设备",
                name_en="",
                parent_id=parent.pk,
                actor=SYSTEM,
                now=NOW,
            )
    operations.change_department(
        department_id=below.pk, name="冷机组", name_en="", parent_id=department("cloud").pk, actor=SYSTEM, now=NOW
    )
    assert queries.departments_above(below.pk)[1] == department("cloud").pk
    rows = directory.department_tree(actor=actor("admin"))
    assert [(depth, place.key) for depth, place, _held in rows if place.key in ("company", "cloud", "leng-ji-zu")] == [
        (0, "company"),
        (1, "cloud"),
        (2, "leng-ji-zu"),
    ]


def test_a_department_is_closed_only_when_empty() -> None:
    company()
    finance = department("finance")
    with pytest.raises(operations.DepartmentInUse):
        operations.switch_department(department_id=finance.pk, is_active=False, actor=SYSTEM, now=NOW)
    give_posts("outsider", ("engineer", "device"))
    below = operations.create_department(key="tax", name="税务", parent_key="finance", actor=SYSTEM, now=NOW)
    with pytest.raises(operations.DepartmentInUse):
        operations.switch_department(department_id=finance.pk, is_active=False, actor=SYSTEM, now=NOW)
    operations.switch_department(department_id=below.pk, is_active=False, actor=SYSTEM, now=NOW)
    operations.switch_department(department_id=finance.pk, is_active=False, actor=SYSTEM, now=NOW)
    assert "finance" not in {place.key for place in queries.departments()}
    with pytest.raises(operations.DepartmentNotActive):
        operations.switch_department(department_id=below.pk, is_active=True, actor=SYSTEM, now=NOW)
    with pytest.raises(operations.NoSuchPost):
        give_posts("agent", ("agent", "finance"))


def test_a_department_with_open_issues_is_not_empty() -> None:
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    do(issue, "classify", NOW, lead_department="cloud")
    for username in ("engineer2", "approver2"):
        give_posts(username, ("engineer", "device"))
    with pytest.raises(operations.DepartmentInUse) as refused:
        operations.switch_department(department_id=department("cloud").pk, is_active=False, actor=SYSTEM, now=NOW)
    assert "1" in str(refused.value.params["what"])


def test_who_leaves_has_no_way_in() -> None:
    company()
    token = operations.create_token(user=user("agent"), label="x", actor=SYSTEM, now=NOW)
    assert operations.actor_for_token(token=token, now=NOW).username == "agent"
    operations.switch_person(person_id=user("agent").pk, is_active=False, actor=actor("admin"), now=NOW)
    with pytest.raises(operations.BadToken):
        operations.actor_for_token(token=token, now=NOW)
    operations.switch_person(person_id=user("agent").pk, is_active=True, actor=actor("admin"), now=NOW)
    with pytest.raises(operations.BadToken):
        operations.actor_for_token(token=token, now=NOW)
    assert ApiToken.objects.get().revoked_at == NOW


@pytest.mark.correctness(118, 119)
def test_changes_are_noted_without_what_they_say() -> None:
    company()
    found = user("agent")
    operations.change_person(
        person_id=found.pk,
        given=PersonGiven(name="林知夏", email="lin@lanku.example", phone="13800001111"),
        posts=[PostGiven(role="supervisor", department="service")],
        actor=actor("admin"),
        now=NOW,
    )
    assert user("agent").initials == "lzx"
    rows = {entry.action: entry for entry in AuditEntry.objects.filter(object_type="user", object_id=found.pk)}
    assert rows["user.changed"].detail == {"fields": ["email", "initials", "name", "phone"]}
    assert rows["user.posts"].detail == {"before": ["agent@service"], "after": ["supervisor@service"]}
    said = " ".join(str(entry.detail) for entry in AuditEntry.objects.all())
    assert "13800001111" not in said and "lin@lanku" not in said and "林知夏" not in said


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", ""),
        ("name", "名" * 10_000),
        ("email", "nirgends"),
        ("email", "a" * 300 + "@b.example"),
        ("phone", "1" * 33),
    ],
)
def test_bad_data_is_refused_at_its_field(field: str, text: str) -> None:
    company()
    data = {"name": "吴", field: text}
    with pytest.raises(operations.FieldsRefused) as refused:
        operations.create_user(username="wu", posts=[], actor=SYSTEM, now=NOW, **data)
    assert set(refused.value.errors) == {field} and not User.objects.filter(username="wu").exists()


@pytest.mark.parametrize("username", ["", "吴", "a b", "<b>", "-x", "a" * 65, "a\x00b", "‮txet"])
def test_account_names_are_plain(username: str) -> None:
    company()
    with pytest.raises(operations.FieldsRefused):
        operations.create_user(username=username, name="吴", posts=[], actor=SYSTEM, now=NOW)


def test_a_name_is_taken_in_any_case() -> None:
    company()
    with pytest.raises(operations.NameTaken):
        operations.create_user(username="AGENT", name="吴", posts=[], actor=SYSTEM, now=NOW)


def test_absence_hands_new_steps_to_the_deputy() -> None:
    company()
    engineer, deputy = user("engineer"), user("engineer2")
    operations.set_absence(
        person_id=engineer.pk,
        absent_from=NOW,
        absent_until=NOW + timedelta(days=3),
        deputy_id=deputy.pk,
        actor=actor("engineer"),
        now=NOW,
    )
    place = department("device").pk
    assert queries.holders(role="engineer", department_id=place, now=NOW) == [deputy.pk]
    assert queries.holders(role="engineer", department_id=place, now=NOW + timedelta(days=4)) == [engineer.pk]
    for wrong in ({"deputy_id": engineer.pk}, {"absent_until": NOW}, {"absent_from": None}, {"deputy_id": 10**12}):
        given = {"absent_from": NOW, "absent_until": NOW + timedelta(days=1), "deputy_id": None} | wrong
        with pytest.raises(operations.BadAbsence):
            operations.set_absence(person_id=engineer.pk, actor=actor("engineer"), now=NOW, **given)
    with pytest.raises(Forbidden):
        operations.set_absence(
            person_id=engineer.pk, absent_from=NOW, absent_until=None, deputy_id=None, actor=actor("agent"), now=NOW
        )


def test_a_role_that_is_held_stays() -> None:
    company()
    made = operations.create_role(given=RoleGiven(name="仓管员", scope="own"), actor=SYSTEM, now=NOW)
    assert made.key == "cang-guan-yuan"
    give_posts("agent", ("agent", "service"), (made.key, "service"))
    with pytest.raises(operations.RoleHeld):
        operations.remove_role(role_id=made.pk, actor=SYSTEM, now=NOW)
    give_posts("agent", ("agent", "service"))
    operations.remove_role(role_id=made.pk, actor=SYSTEM, now=NOW)
    assert not Role.objects.filter(key=made.key).exists()
