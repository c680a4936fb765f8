"""Every address of pages and REST, walked by people who may not see somebody else's things (correctness 129).

The addresses come from the resolver: a new one is walked without being listed here. One with a parameter that is
unknown here fails until it is said what a foreign value of it is.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any, Protocol

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from bihuan.accounts import operations as accounts
from bihuan.accounts.models import User
from bihuan.core.actor import SYSTEM
from bihuan.core.links import sign_link
from bihuan.flows import queries as flows
from bihuan.issues import operations as issues
from bihuan.issues import queries as issue_queries
from bihuan.issues.models import Attachment, Entry, Issue
from bihuan.issues.queries import Filter
from bihuan.issues.rules.conditions import All
from bihuan.web.live import _allowed_topics
from tests.factories import NOW, actor, company, customer_issue, person
from tests.issues.test_story import do

pytestmark = [pytest.mark.django_db, pytest.mark.correctness(129)]

TITLE, CUSTOMER, ADDRESS = "青鸾冷库温度断线", "玄圃第九医院", "wu-9@xuanpu.example"
REFUSED = {401, 403, 404, 405}
NOWHERE = 987_654_321

# Addresses for people without an account: what they show hangs on a signed token alone.
PUBLIC = re.compile(
    r"^(p|rate|password)/<str:token>/|^report/|^healthz|^readyz|^sign-in/|^language/|^api/v1/(openapi|$|<path)"
)
# Charts, what is shipped with the product, and knowledge are for everybody who works here.
FOR_ALL = re.compile(
    r"^charts/<key:key>/|^studio/gallery/<key:key>/|^suggest/<int:version_id>/|^knowledge/<int:article_id>/"
)
# Pages of the settings take a right that no stranger here holds: whatever they name, it is refused.
BEHIND_A_RIGHT = re.compile(r"^settings/")
# Registers are lists of their own; what stands in them is filtered by the same sight (tests of that room).
BY_RIGHT = {"import_id", "request_id", "migration_id", "drill_id", "card_id", "visit_id", "register"}


@cache
def routes() -> tuple[str, ...]:
    def walk(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
        for each in resolver.url_patterns:
            here = prefix + str(each.pattern).replace("^", "")
            if isinstance(each, URLResolver):
                yield from walk(each, here)
            else:
                assert isinstance(each, URLPattern)
                yield here

    return tuple(sorted(set(walk(get_resolver()))))


def parameters(route: str) -> list[str]:
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


def filled(route: str, values: dict[str, object]) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found.group(1), 1)), route)


class World:
    """An issue of the device department with everything that hangs at one; the values of all parameters."""

    def __init__(self) -> None:
        company()
        self.issue = customer_issue(title=TITLE, text="门坏了", name=CUSTOMER, email=ADDRESS, phone="13800006620")
        do(self.issue, "register", NOW)
        issues.post_entry(issue_id=self.issue.pk, kind="note", text=f"{TITLE}：备注", actor=actor("agent"), now=NOW)
        do(self.issue, "classify", NOW, lead_department="device")
        self.issue = Issue.objects.get(pk=self.issue.pk)
        client = Client()
        client.force_login(User.objects.get(username="agent"))
        client.post(f"/files/upload/{self.issue.pk}/", {"files": SimpleUploadedFile("青鸾.txt", b"x")})
        step = flows.open_steps(instance_ids=[self.issue.instance_id])[self.issue.instance_id][0]
        token = accounts.create_token(user=User.objects.get(username="agent"), label="x", actor=SYSTEM, now=NOW)
        assert token
        attachment = Attachment.objects.first()
        second = customer_issue(title=TITLE, text="门坏了", name=CUSTOMER, email=ADDRESS, phone="13800006620")
        both: dict[str, Any] = {"actor": actor("agent"), "now": NOW}
        link = issues.link_issues(issue_id=self.issue.pk, number=second.number, way="related", **both)
        merge = issues.merge_issues(merged_id=second.pk, survivor_id=self.issue.pk, reason="同一件", **both)
        writing = issues.Writing(kind="reply", text=f"{TITLE}：回复")
        held = issues.send_entry(issue_id=self.issue.pk, writing=writing, **both)
        to = issues.Outside(text=f"{TITLE}：询价", address="supplier@example.org", subject=TITLE)
        outside = issues.write_to_third_party(issue_id=self.issue.pk, given=to, **both)
        asked = issues.ask_approval(issue_id=self.issue.pk, text=TITLE, usernames=["head"], **both)
        self.foreign: dict[str, object] = {
            "approval_id": asked.pk,
            "seat_id": asked.seats.get().pk,
            "issue_id": self.issue.pk,
            "step_id": step.pk,
            "file_id": attachment.pk if attachment else "00000000-0000-0000-0000-000000000001",
            "customer_id": self.issue.customer_id,
            "contact_id": self.issue.contact_id,
            "entry_id": Entry.objects.filter(issue=self.issue).latest("id").pk,
            "person_id": User.objects.get(username="agent").pk,
            "token_id": User.objects.get(username="agent").tokens.get().pk,
            "department_id": User.objects.get(username="agent").posts.get().department_id,
            "role_id": User.objects.get(username="agent").posts.get().role_id,
            "draft_id": 1,
            "link_id": link.pk,
            "held_id": held.held_id,
            "merge_id": merge.pk,
            "thread_id": outside.third_party_id,
            **self._kept(),
            **self._duties(step.pk),
            **dict.fromkeys(BY_RIGHT, 1),
        }

    def _kept(self) -> dict[str, object]:
        """What the agent keeps at the issue or for oneself."""
        both: dict[str, Any] = {"actor": actor("agent"), "now": NOW}
        reply = issues.save_canned_reply(reply=issues.NewReply(name=TITLE, text=TITLE), **both)
        view = issues.save_view(view=issues.NewView(name=TITLE, conditions={"all": []}), **both)
        export = issues.NewExport(
            kind="csv", queue="all", where=All(()), sort="updated", columns=["number"], words=TITLE
        )
        wanted: dict[str, Any] = {
            "action": "priority",
            "params": {"priority": "P1", "reason": TITLE},
            "issue_ids": [self.issue.pk],
        }
        return {
            "reply_id": reply.pk,
            "view_id": view.pk,
            "task_id": issues.add_task(issue_id=self.issue.pk, title=TITLE, **both).pk,
            "job_id": issues.start_bulk(**wanted, **both).pk,
            "export_id": issues.ask_export(export=export, **both).pk,
        }

    def _duties(self, step_id: int) -> dict[str, object]:
        """What hangs at whose the issue is."""
        issue_id = self.issue.pk
        due = NOW + timedelta(days=1)
        both: dict[str, Any] = {"actor": actor("engineer"), "now": NOW}
        more = issues.ask_extension(work_item_id=step_id, hours=1, reason=TITLE, **both)
        help_ = issues.ask_support(issue_id=issue_id, department_key="cloud", text=TITLE, **both)
        issues.return_step(work_item_id=step_id, code="other", text=TITLE, **both)
        boss: dict[str, Any] = {"actor": actor("supervisor"), "now": NOW}
        arbitration = issues.ask_arbitration(work_item_id=step_id, reason=TITLE, **boss)
        demand = issues.supervise_issue(issue_id=issue_id, demand=TITLE, due_at=due, **boss)
        team = issues.call_task_force(issue_id=issue_id, leader="engineer2", members=[], reason=TITLE, **boss)
        return {
            "extension_id": more.pk,
            "support_id": help_.pk,
            "arbitration_id": arbitration.pk,
            "supervision_id": demand.pk,
            "task_force_id": team.pk,
        }

    def missing(self) -> dict[str, object]:
        """The same parameters, of things that do not exist."""
        return {name: "00000000-0000-0000-0000-0000000000ff" if name == "file_id" else NOWHERE for name in self.foreign}


# Parameters that only narrow down what another one names.
OTHERS: dict[str, object] = {
    "tab": "log", "kind": "pdf", "code": "F01", "incident": 1, "key": "T01", "number": 1, "suggestion_id": 1,
    "comment_id": 1, "contract_id": 1, "asset_id": 1, "file": "x.bpmn", "version_id": 1, "article_id": 1,
}  # fmt: skip


def strangers() -> list[Client]:
    """Somebody of another department, and somebody who sees only what is one's own."""
    given = accounts.RoleGiven(name="临时", permissions=("issues.reply", "customers.reveal"), scope="own")
    accounts.create_role(given=given, key="alone", actor=SYSTEM, now=NOW)
    person("alone", "device", username="alone")
    clients = []
    for username in ("outsider", "alone"):
        client = Client()
        client.force_login(User.objects.get(username=username))
        clients.append(client)
    return clients


class Answer(Protocol):
    status_code: int

    @property
    def content(self) -> bytes: ...


def says(answer: Answer) -> str:
    return answer.content.decode(errors="replace") if hasattr(answer, "content") else ""


def leaks(answer: Answer) -> bool:
    body = says(answer)
    return any(each in body for each in (TITLE, CUSTOMER, ADDRESS, "13800006620"))


def test_every_parameter_is_known() -> None:
    known = set(OTHERS) | {"issue_id", "step_id", "file_id", "customer_id", "contact_id", "entry_id", "person_id"}
    known |= {"approval_id", "seat_id", "view_id", "task_id", "job_id", "export_id"}
    known |= {"token_id", "department_id", "role_id", "draft_id", "token", "rest", "provider_id"} | BY_RIGHT
    known |= {
        "link_id",
        "held_id",
        "merge_id",
        "thread_id",
        "extension_id",
        "support_id",
        "arbitration_id",
        "supervision_id",
        "task_force_id",
    }
    unknown = {
        route: strange
        for route in routes()
        if (strange := set(parameters(route)) - known) and not BEHIND_A_RIGHT.match(route)
    }
    assert len(routes()) > 100
    assert not unknown, f"say in this file what a foreign value of these parameters is: {unknown}"


def test_foreign_things_are_refused_at_every_address() -> None:
    world = World()
    values, missing = {**OTHERS, **world.foreign}, {**OTHERS, **world.missing()}
    wrong = []
    walked = 0
    for client in strangers():
        for route in routes():
            named = [name for name in parameters(route) if name in world.foreign]
            behind = BEHIND_A_RIGHT.match(route) and parameters(route)
            if not (named or behind) or PUBLIC.match(route) or FOR_ALL.match(route):
                continue
            for send in (client.get, client.post):
                walked += 1
                answer = send(filled(route, values))
                # Refused, or told exactly what one is told of something that does not exist.
                same = answer.status_code == send(filled(route, missing)).status_code != 200
                if leaks(answer) or not (answer.status_code in REFUSED or same):
                    wrong.append(f"{send.__name__} {route}: {answer.status_code}")
    assert walked > 200
    assert not wrong, "\n".join(wrong)
    strange = Entry.objects.filter(author__username__in=("outsider", "alone"))
    assert not strange.exists(), "and wrote nothing"


def test_lists_counts_and_searches_tell_nothing_of_foreign_things() -> None:
    World()
    wrong = []
    for client in strangers():
        for route in routes():
            if parameters(route) or PUBLIC.match(route) or route.startswith(("events/", "sign-in/oidc")):
                continue
            for query in ("", "?q=13800006620", "?q=青鸾&queue=all&state=all", "?phone=13800006620&text=青鸾"):
                answer = client.get(f"/{route}{query}")
                if answer.status_code == 200 and leaks(answer) and "13800006620" not in query:
                    wrong.append(f"{route}{query}")
                if answer.status_code == 200 and any(each in says(answer) for each in (TITLE, CUSTOMER, ADDRESS)):
                    wrong.append(f"{route}{query}")
    assert not wrong, wrong
    for username in ("outsider", "alone"):
        found = issue_queries.list_issues(
            actor=actor(username), filter=Filter(q="青鸾"), sort="updated", cursor=None, limit=5, now=NOW
        )
        assert not found.items


def test_nobody_gets_anywhere_without_signing_in() -> None:
    world = World()
    values = {**OTHERS, **world.foreign, "provider_id": "company"}
    wrong = []
    for route in routes():
        if PUBLIC.match(route) or "token" in parameters(route):
            continue
        answer = Client().get(filled(route, values))
        away = answer.status_code == 302 and ("/sign-in/" in answer["Location"] or route == "")
        if not away and answer.status_code not in {401, 403, 404, 405}:
            wrong.append(f"{route}: {answer.status_code}")
    assert not wrong, wrong


def test_live_updates_are_heard_only_of_what_one_may_see() -> None:
    world = World()
    strangers()

    def topics(username: str) -> frozenset[str]:
        other = User.objects.get(username="agent").pk
        request = RequestFactory().get("/events/", {"topics": f"issue:{world.issue.pk},user:{other},issue:x,queues,*"})
        vars(request)["actor"] = actor(username)
        return _allowed_topics(request)

    assert f"issue:{world.issue.pk}" in topics("engineer")
    for username in ("outsider", "alone"):
        own = User.objects.get(username=username).pk
        assert topics(username) == {"queues", f"user:{own}"}


@pytest.mark.correctness(130, 131)
def test_a_token_of_one_issue_opens_no_other_and_a_number_none() -> None:
    world = World()
    for guess in (world.issue.number, str(world.issue.pk)):
        assert Client().get(f"/p/{guess}/").status_code == 404
    other = customer_issue(title="别家的问题", name="别家", email="b@b.example")
    token = sign_link(purpose="progress", subject=other.pk, now=NOW, days=3650)
    assert not leaks(Client().get(f"/p/{token}/"))
    found = Attachment.objects.first()
    if found is not None:
        assert Client().get(f"/p/{token}/files/{found.pk}/").status_code == 404
    assert world.issue.pk != other.pk
