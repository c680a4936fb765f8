"""The main job through REST: unsatisfied once, then satisfied; the archive is found."""

import json
from typing import Any

import pytest
from django.test import Client

from bihuan.accounts import operations as accounts
from bihuan.accounts.models import User
from bihuan.core.actor import SYSTEM
from bihuan.core.clock import system_now
from bihuan.issues import operations
from bihuan.issues.models import Issue
from bihuan.knowledge import queries as knowledge
from tests.factories import NOW, actor, company
from tests.issues.test_story import CHOICE, DATA, WHO, the_customer

pytestmark = pytest.mark.django_db
INTAKE = {
    "title": "疫苗冷库温度数据中断",
    "description": "没有数据",
    "customer": {"name": "云溪医院", "email": "wu@h.example"},
}


class Caller:
    """A user's view of REST."""

    def __init__(self, username: str) -> None:
        user = User.objects.get(username=username)
        self.token = accounts.create_token(user=user, label="test", actor=SYSTEM, now=NOW)

    def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        answer = Client().generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )
        return answer.status_code, json.loads(answer.content) if answer.content else None


def test_the_whole_story() -> None:
    company(now=system_now())
    callers = {name: Caller(name) for name in set(WHO.values())}
    status, made = callers["agent"].call("POST", "/issues", INTAKE)
    assert status == 201
    assert made["flow"] == {"key": "T01", "version": 1}
    assert [outcome["id"] for outcome in made["steps"][0]["outcomes"]] == ["to_classify", "is_duplicate", "is_invalid"]
    steps = made["steps"]
    customer = the_customer(Issue.objects.get(pk=made["id"]))
    answers = [False, True]
    while steps:
        step = steps[0]
        node = step["node"]
        caller = callers[WHO[node]]
        assert caller.call("POST", f"/steps/{step['id']}/claim")[0] == 200
        status, done = caller.call(
            "POST", f"/steps/{step['id']}/complete", {"outcome": CHOICE.get(node), "data": DATA[node]}
        )
        assert status == 200, done
        steps = done["steps"]
        if not steps and answers:
            operations.answer_result(
                issue_id=made["id"], satisfied=answers.pop(0), reason="又断了", actor=customer, now=system_now()
            )
            steps = callers["agent"].call("GET", f"/issues/{made['id']}")[1]["steps"]
    status, issue = callers["agent"].call("GET", f"/issues/{made['id']}")
    assert issue["status"] == "closed" and issue["closed_at"]
    status, events = callers["agent"].call("GET", f"/issues/{made['id']}/events")
    assert len(events["items"]) > 50
    status, clock = callers["agent"].call("GET", f"/issues/{made['id']}/clock")
    assert sum(row["seconds"] for row in clock["rows"]) == clock["total_seconds"] == sum(clock["by_holder"].values())
    assert knowledge.search(actor=actor("agent"), text="数据").items
    status, found = callers["agent"].call("GET", "/issues?q=疫苗&status=closed")
    assert [row["number"] for row in found["items"]] == [made["number"]]


@pytest.mark.correctness(59)
def test_idempotency_key() -> None:
    company()
    agent = Caller("agent")
    first = agent.call("POST", "/issues", INTAKE, **{"Idempotency-Key": "k1"})
    again = agent.call("POST", "/issues", INTAKE, **{"Idempotency-Key": "k1"})
    assert first == again
    assert Issue.objects.count() == 1
    other = agent.call("POST", "/issues", {**INTAKE, "title": "别的"}, **{"Idempotency-Key": "k1"})
    assert other[0] == 409 and Issue.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": "x"},
        {**INTAKE, "title": "长" * 301},
        {**INTAKE, "description": "长" * 100_001},
        {**INTAKE, "unknown": 1},
        {**INTAKE, "title": 5},
        {**INTAKE, "customer": {"name": "名" * 10_000}},
        {**INTAKE, "urgency": "extreme"},
        {**INTAKE, "title": " "},
        [],
        "text",
        None,
    ],
)
def test_bad_input_is_refused_in_words_and_nothing_is_kept(body: object) -> None:
    company()
    for language, word in (("zh-hans", "标题"), ("en", "title")):
        status, problem = Caller("agent").call("POST", "/issues", body, **{"Accept-Language": language})
        assert status in (400, 415, 422), word
        assert problem["code"] and problem["detail"] and problem["status"] == status
    assert Issue.objects.count() == 0


@pytest.mark.correctness(129)
def test_another_departments_issue_is_not_found_anywhere() -> None:
    company()
    made = Caller("agent").call("POST", "/issues", INTAKE)[1]
    outsider = Caller("outsider")
    for method, path, body in (
        ("GET", f"/issues/{made['id']}", None),
        ("GET", f"/issues/{made['id']}/events", None),
        ("GET", f"/issues/{made['id']}/clock", None),
        ("POST", f"/issues/{made['id']}/messages", {"text": "x", "kind": "note"}),
        ("POST", f"/steps/{made['steps'][0]['id']}/claim", None),
        ("POST", f"/steps/{made['steps'][0]['id']}/complete", {"data": {}}),
    ):
        assert outsider.call(method, path, body)[0] == 404, path
    assert outsider.call("GET", "/issues")[1]["items"] == []


def test_without_a_token_nothing() -> None:
    company()
    assert Client().get("/api/v1/issues").status_code == 401
    document = json.loads(Client().get("/api/v1/openapi.json").content)
    assert document["openapi"].startswith("3.") and "/api/v1/issues" in document["paths"]


def test_a_merged_issue_names_the_one_that_goes_on() -> None:
    company()
    agent = Caller("agent")
    (_, one), (_, other) = agent.call("POST", "/issues", INTAKE), agent.call("POST", "/issues", INTAKE)
    assert agent.call("GET", f"/issues/{other['id']}")[1]["merged_into"] is None
    operations.merge_issues(
        merged_id=other["id"], survivor_id=one["id"], reason="同一件", actor=actor("agent"), now=system_now()
    )
    found = agent.call("GET", f"/issues/{other['id']}")[1]
    assert (found["status"], found["merged_into"]) == ("merged", one["number"])
