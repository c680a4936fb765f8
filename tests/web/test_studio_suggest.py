"""Suggestions of customers, beside the drawing and with the version that takes them up; bells; roles that nobody holds."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from bihuan.accounts import queries as people
from bihuan.core.actor import SYSTEM, Actor, customer_actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.links import sign_link
from bihuan.customers.registry import Union, followers, holders
from bihuan.flows import queries as flows
from bihuan.issues import queries as issues
from bihuan.issues.models import Issue
from bihuan.studio import operations as studio
from bihuan.studio import queries
from bihuan.studio.errors import NoSuchPhase, SuggestionClosed, TextRequired, TooManySuggestions
from bihuan.studio.models import Draft, Review, Suggestion, Vote
from bihuan.studio.rules import CHECKLIST
from bihuan.web.studio.staffing import staffing
from tests.factories import NOW, actor, company, customer_issue
from tests.studio.test_publishing import next_version, publish
from tests.studio.test_reviews import asked, sign
from tests.support.statements import page_cost
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db
CLEAN = {f"item:{item}": "ok" for item in CHECKLIST}


@pytest.fixture(autouse=True)
def _company() -> None:
    company()


def other_issue() -> Issue:
    return customer_issue(name="东港化工厂", email="zhao@dock.example", title="阀门漏气", text="门站阀门漏气。")


def page_of(issue: Issue) -> str:
    return f"/p/{sign_link(purpose='progress', subject=issue.pk, now=NOW)}/"


def customer(issue: Issue) -> Actor:
    return customer_actor(customer_id=issue.customer_id, name="吴桂芳")


def body(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def proposed(issue: Issue, text: str = "请提前一小时打电话") -> Suggestion:
    return studio.suggest_as_customer(
        instance_id=issue.instance_id,
        contact_id=issue.contact_id,
        phase=issue.phase,
        text=text,
        actor=customer(issue),
        now=NOW,
    )


def test_a_customer_proposes_and_is_told_what_became_of_it() -> None:
    issue, other = customer_issue(), other_issue()
    path, guest, manager = page_of(issue), Client(), signed_in("manager")
    phase = re.findall(r'name="phase" value="([^"]+)"', body(guest, path))
    assert phase == [issue.phase]
    form = {"phase": issue.phase, "suggestion": f"请别写 13800138000，{HOSTILE}"}
    for _ in range(2):  # a second click makes no second one
        answer = guest.post(f"{path}suggest/", form)
        assert (answer.status_code, answer["Location"]) == (302, f"{path}?done=suggest")
    made = Suggestion.objects.get()
    assert (made.customer_id, made.instance_id, made.by_id) == (issue.customer_id, issue.instance_id, None)
    shown = body(guest, f"{path}?done=suggest")
    assert "等我们答复" in shown and "13800138000" in shown and "<script>alert" not in shown
    staff = body(signed_in("agent"), "/charts/T01/suggestions/")
    assert "客户的建议" in staff and "13800138000" in staff and "<script>alert" not in staff and "阶段：" in staff
    assert "13800138000" not in body(Client(), page_of(other)), "nobody reads it before staff have put it into words"
    act = f"/charts/T01/suggestions/{made.pk}/"
    assert signed_in("agent").post(act, {"act": "show", "text": "提前打电话"}).status_code == 403
    assert manager.post(act, {"act": "show", "text": "提前打电话"}).status_code == 302
    others = body(Client(), page_of(other))
    assert "提前打电话" in others and "13800138000" not in others and "吴桂芳" not in others.split("voices")[1]
    assert Client().post(f"{page_of(other)}suggestions/{made.pk}/", {"act": "vote"}).status_code == 302
    assert "另有 1 位客户也希望" in body(guest, path)
    assert "其中客户 2 位" in body(manager, "/charts/T01/suggestions/")
    draft = next_version()
    publishing = body(manager, f"/studio/{draft.pk}/publish/")
    assert "2 人赞成" in publishing and "客户</span>" in publishing
    publish(draft, reason="急", taken_up=[made.pk])
    assert "从第 2 版流程起这样办" in body(guest, path) and "从第 2 版流程起这样办" in body(Client(), page_of(other))
    assert "13800138000" not in body(Client(), page_of(other))
    refused = guest.post(f"{page_of(other)}suggestions/{made.pk}/", {"act": "vote"})
    assert refused.status_code == 409 and "已经处理过" in refused.content.decode()


def test_a_no_is_told_with_its_reason_to_the_one_who_asked_alone() -> None:
    issue, other = customer_issue(), other_issue()
    made = proposed(issue)
    manager = actor("manager")
    studio.show_to_customers(suggestion_id=made.pk, text="提前来电", actor=manager, now=NOW)
    studio.vote_as_customer(
        suggestion_id=made.pk, instance_id=other.instance_id, agrees=True, actor=customer(other), now=NOW
    )
    studio.decline_suggestion(suggestion_id=made.pk, reason="司机在路上不能接打", actor=manager, now=NOW)
    mine, theirs = body(Client(), page_of(issue)), body(Client(), page_of(other))
    assert "没有采纳" in mine and "司机在路上不能接打" in mine
    assert "没有采纳" in theirs and "提前来电" in theirs and "司机" not in theirs


def test_nothing_typed_is_lost_and_strangers_are_kept_out() -> None:
    issue, other = customer_issue(), other_issue()
    path, guest = page_of(issue), Client()
    long = "长" * 10_001
    for given, status, said in (
        ({"suggestion": long}, 422, "10001"),
        ({"suggestion": "好的建议", "phase": "nowhere\x00"}, 422, "别的阶段"),
        ({"suggestion": " \x00 "}, 422, "请填写内容"),
    ):
        answer = guest.post(f"{path}suggest/", {"phase": issue.phase, **given})
        text = answer.content.decode()
        assert answer.status_code == status and said in text and given["suggestion"].strip("\x00 ") in text
    assert not Suggestion.objects.exists()
    hidden = proposed(other, "别人的话")
    assert guest.post(f"{path}suggestions/{hidden.pk}/", {"act": "vote"}).status_code == 404
    assert "别人的话" not in body(guest, path) and Vote.objects.count() == 1
    for token in ("x", sign_link(purpose="rate", subject=issue.pk, now=NOW)):
        assert guest.post(f"/p/{token}/suggest/", {"suggestion": "好"}).status_code == 404
        assert guest.post(f"/p/{token}/suggestions/{hidden.pk}/").status_code == 404
    old = sign_link(purpose="progress", subject=issue.pk, now=NOW - timedelta(days=4000))
    assert guest.post(f"/p/{old}/suggest/", {"suggestion": "好"}).status_code == 404
    for _ in range(12):
        answer = guest.post(f"{path}suggest/", {"suggestion": "太快了", "phase": issue.phase})
    assert answer.status_code == 429 and "太快了" in answer.content.decode()


def test_what_a_customer_may_not_do() -> None:
    issue, other = customer_issue(), other_issue()
    for n in range(5):
        proposed(issue, f"第 {n} 条")
    with pytest.raises(TooManySuggestions):
        proposed(issue, "第 6 条")
    assert proposed(issue, "第 4 条").text == "第 4 条" and Suggestion.objects.count() == 5
    with pytest.raises(TextRequired):
        proposed(other, " ")
    with pytest.raises(NoSuchPhase):
        studio.suggest_as_customer(
            instance_id=other.instance_id, contact_id=None, phase="x", text="好", actor=customer(other), now=NOW
        )
    with pytest.raises(NotFound):
        studio.suggest_as_customer(instance_id=0, contact_id=None, phase="", text="好", actor=customer(other), now=NOW)
    for staff in (actor("manager"), SYSTEM):
        with pytest.raises(Forbidden):
            studio.suggest_as_customer(
                instance_id=issue.instance_id, contact_id=None, phase="", text="好", actor=staff, now=NOW
            )
    first = Suggestion.objects.order_by("id")[0]
    for who, refusal in ((customer(issue), Forbidden), (actor("agent"), Forbidden)):
        with pytest.raises(refusal):
            studio.show_to_customers(suggestion_id=first.pk, text="话", actor=who, now=NOW)
    assert queries.voices(actor=actor("manager"), instance_id=issue.instance_id).own == []
    assert queries.voices(actor=customer(other), instance_id=issue.instance_id).own == []
    studio.show_to_customers(suggestion_id=first.pk, text="话", actor=actor("manager"), now=NOW)
    assert [one.text for one in queries.voices(actor=customer(other), instance_id=other.instance_id).others] == ["话"]
    for agrees, votes in ((True, 2), (True, 2), (False, 1), (False, 1)):
        studio.vote_as_customer(
            suggestion_id=first.pk, instance_id=other.instance_id, agrees=agrees, actor=customer(other), now=NOW
        )
        assert queries.voices(actor=customer(issue), instance_id=issue.instance_id).own[-1].votes == votes
    studio.show_to_customers(suggestion_id=first.pk, text="", actor=actor("manager"), now=NOW)
    assert queries.voices(actor=customer(other), instance_id=other.instance_id).others == []


def test_a_merged_customer_keeps_what_was_said_and_a_person_can_have_it_erased() -> None:
    issue, other = customer_issue(), other_issue()
    made, shared, manager = proposed(issue), proposed(other, "另一条"), actor("manager")
    studio.show_to_customers(suggestion_id=shared.pk, text="另一条", actor=manager, now=NOW)
    studio.vote_as_customer(
        suggestion_id=shared.pk, instance_id=issue.instance_id, agrees=True, actor=customer(issue), now=NOW
    )
    union = Union(
        survivor_id=other.customer_id,
        gone_id=issue.customer_id,
        contacts=[issue.contact_id or 0],
        since=NOW,
        actor=manager,
        now=NOW,
    )
    kept = {each.key: each.follow(union) for each in followers()}
    assert kept["suggestions"] == [made.pk]
    assert kept["suggestion_votes"] == [Vote.objects.get(suggestion=made).pk], "for the other one both had voted"
    assert set(Suggestion.objects.values_list("customer_id", flat=True)) == {other.customer_id}
    assert "请提前一小时打电话" in body(Client(), page_of(issue))
    for each in followers():
        each.go_back(union, kept[each.key])
    assert Suggestion.objects.get(pk=made.pk).customer_id == issue.customer_id
    assert Vote.objects.get(suggestion=made).customer_id == issue.customer_id
    holder = next(each for each in holders() if each.key == "suggestions")
    assert [one["text"] for one in holder.tell(issue.contact_id or 0)] == ["请提前一小时打电话"]
    assert holder.erase(issue.contact_id or 0, NOW) == {"suggestions": 1}
    staff = body(signed_in("agent"), "/charts/T01/suggestions/")
    assert "请提前一小时打电话" not in staff and "已按客户的要求删除" in staff and "另一条" in staff


def test_the_page_of_a_case_costs_the_same_however_many_propose() -> None:
    issue, other = customer_issue(), other_issue()

    def cost(n: int) -> int:
        for each in range(n):
            made = proposed(other, f"话 {Suggestion.objects.count()} {each}")
            studio.show_to_customers(suggestion_id=made.pk, text=made.text, actor=actor("manager"), now=NOW)
        return page_cost(Client(), page_of(issue))

    assert cost(1) == cost(4)


def test_beside_the_drawing_a_draft_takes_one_up() -> None:
    version = flows.current_version(key="T01")
    assert version is not None
    agent, manager = actor("agent"), signed_in("manager")
    pinned = studio.suggest(version_id=version.pk, element="register", text=HOSTILE, actor=agent, now=NOW)
    mine = proposed(customer_issue())
    draft = next_version()

    def given() -> dict[str, dict[str, object]]:
        found = re.findall(r'id="studio-data">(.*?)</script>', body(manager, f"/studio/{draft.pk}/"), re.DOTALL)
        return {str(one["id"]): one for one in json.loads(found[0])["suggestions"]}

    beside = given()
    assert beside[str(pinned.pk)]["element"] == "register" and not beside[str(pinned.pk)]["taken"]
    assert beside[str(mine.pk)]["customer"] and beside[str(mine.pk)]["phase"] not in ("", mine.phase)

    def take(client: Client, suggestion: int, taken: bool, at: int = draft.pk) -> int:
        content = {"suggestion": suggestion, "taken": taken}
        return client.post(f"/studio/{at}/take", content, "application/json").status_code

    assert take(signed_in("agent"), pinned.pk, True) == 403 and take(Client(), pinned.pk, True) == 401
    foreign = studio.create_draft(name="另一张", actor=actor("manager"), now=NOW)
    assert take(manager, pinned.pk, True, foreign.pk) == 404 and take(manager, 0, True) == 404
    assert take(manager, pinned.pk, True) == 200 and given()[str(pinned.pk)]["taken"]
    assert "草稿里已采纳" in body(manager, "/charts/T01/suggestions/")
    ticked = re.findall(r'name="taken" value="(\d+)" checked', body(manager, f"/studio/{draft.pk}/publish/"))
    assert ticked == [str(pinned.pk)]
    assert take(manager, pinned.pk, False) == 200 and not given()[str(pinned.pk)]["taken"]
    take(manager, pinned.pk, True)
    publish(draft, reason="急", taken_up=[pinned.pk])
    assert take(manager, mine.pk, True) == 409, "the draft is published"
    with pytest.raises(SuggestionClosed):
        studio.plan_suggestion(suggestion_id=pinned.pk, draft_id=foreign.pk, planned=True, actor=SYSTEM, now=NOW)


def bell(username: str) -> str:
    return body(signed_in(username), "/notices/")


def test_the_bell_rings_for_reviewers_and_for_the_author() -> None:
    draft, manager, quality = next_version(), signed_in("manager"), signed_in("quality")
    life = f"/studio/{draft.pk}/life/"
    ask = {"revision": draft.revision, "reviewers": ["quality", "agent"]}
    assert manager.post(f"{life}ask/", ask).status_code == 302
    for name in ("quality", "agent"):
        assert "manager 先生请您评审流程图" in bell(name) and f'href="{life}"' in bell(name)
    assert "请您评审" not in bell("manager") and "请您评审" not in bell("engineer")
    for _ in range(2):
        quality.post(f"{life}comments/", {"element": "register", "text": "写清楚"})
    assert bell("manager").count("quality 先生在") == 1, "one unread bell of a kind is enough"
    comment = queries.comments(actor=SYSTEM, draft_id=draft.pk)[0]
    manager.post(f"{life}comments/{comment.pk}/", {"act": "answer", "answer": "好"})
    assert "manager 先生答复了" in bell("quality") and "manager 先生" not in bell("manager")
    review = Review.objects.get()
    signed = {"review": review.pk, "hash": review.content_hash, "verdict": "agree", **CLEAN}
    assert quality.post(f"{life}sign/", signed).status_code == 302
    assert "quality 先生同意了" in bell("manager") and "已全部签字" not in bell("manager")
    assert signed_in("agent").post(f"{life}sign/", signed).status_code == 302
    assert "评审人已全部签字" in bell("manager")
    studio.take_back(draft_id=draft.pk, actor=actor("manager"), now=NOW)
    sign(asked(draft, "quality"), "quality", "changes", note="重画")
    assert "quality 先生要求修改" in bell("manager")
    unread = issues.unread_notices(actor=actor("manager"))
    assert unread == 4
    assert manager.post("/notices/read/").status_code == 204 and issues.unread_notices(actor=actor("manager")) == 0


def test_the_bell_tells_staff_what_became_of_a_suggestion() -> None:
    version = flows.current_version(key="T01")
    assert version is not None
    first, second = (
        studio.suggest(version_id=version.pk, element="", text=text, actor=actor("agent"), now=NOW)
        for text in ("合并两步", "取消签字")
    )
    studio.decline_suggestion(suggestion_id=second.pk, reason="审计要求签字", actor=actor("manager"), now=NOW)
    publish(next_version(), reason="急", taken_up=[first.pk])
    shown = bell("agent")
    assert "审计要求签字" in shown and "第 2 版采纳了您" in shown and 'href="/charts/T01/suggestions/"' in shown


def test_roles_that_nobody_holds_are_said_and_can_be_given() -> None:
    manager = actor("manager")
    draft = studio.copy_shipped(shipped="T11", name="退补", actor=manager, now=NOW)
    path = f"/studio/{draft.pk}/publish/"
    page = body(signed_in("manager"), path)
    assert "1 个角色没有人：收费员" in page and "系统里没有这个角色" in page and "agent 先生" in page
    act = f"{path}roles/"
    assert signed_in("quality").post(act, {"act": "create"}).status_code == 403
    assert people.role_words(key="cashier") == ("cashier", "cashier")
    client = signed_in("manager")
    blank = client.post(act, {"act": "create", "name:cashier": " "}, headers={"HX-Request": "true"})
    assert blank.status_code == 422 and "角色需要名称" in blank.content.decode()
    made = client.post(act, {"act": "create", "name:cashier": "出纳"}, headers={"HX-Request": "true"})
    text = made.content.decode()
    assert made.status_code == 200 and "<html" not in text and "系统里没有这个角色" not in text and "出纳" in text
    assert people.role_words(key="cashier") == ("出纳", "Cashier")
    data = re.findall(r'id="studio-data">(.*?)</script>', body(client, f"/studio/{draft.pk}/"), re.DOTALL)[0]
    assert {"key": "cashier", "name": "出纳"} in json.loads(data)["roles"], "the designer offers it"
    give = {"act": "give", "role": "cashier", "username": "outsider", "department": "finance"}
    for wrong in ({"username": "nobody\x00"}, {"department": "x"}, {"role": "y"}):
        assert client.post(act, {**give, **wrong}).status_code == 422
    for _ in range(2):
        assert client.post(act, give).status_code == 302
    assert people.people_of_role(role="cashier") == ["outsider 先生"]
    page = body(client, path)
    assert "个角色没有人" not in page and "outsider 先生" in page
    assert actor("outsider").roles == {"engineer", "cashier"}
    assert client.post(act, {"act": "explode"}).status_code == 404


def test_whoever_may_not_manage_people_is_told_whom_to_ask_and_may_publish_all_the_same() -> None:
    draft = studio.copy_shipped(shipped="T11", name="退补", actor=actor("manager"), now=NOW)
    manager = actor("manager")
    shown = staffing(replace(manager, may=manager.may - {"settings.edit"}), draft)
    assert shown["nobody"] == ["收费员"] and shown["people"] == [] and "admin 先生" in str(shown["ask"])
    version = studio.publish_draft(
        draft_id=draft.pk,
        revision=1,
        change_log="首版",
        warnings_seen=True,
        unreviewed_reason="急",
        actor=replace(manager, may=manager.may - {"settings.edit"}),
        now=NOW,
    )
    assert version.number == 1


def test_a_package_carries_the_names_of_its_roles() -> None:
    draft = studio.copy_shipped(shipped="T11", name="退补", actor=actor("manager"), now=NOW)
    data = studio.export_package(package=queries.package_of(draft))
    taken = studio.import_package(data=data, name="收到的", actor=actor("manager"), now=NOW)
    assert Draft.objects.get(pk=taken.pk).origin["roles"]["cashier"] == ["收费员", "Cashier"]
    taken.origin = {"roles": {"cashier": ["窗口收费", "Till"], "agent": ["x", "y"]}}
    found = {one.key: one for one in queries.roles_needed(actor=actor("manager"), draft=taken)}
    assert (found["cashier"].name, found["cashier"].exists, found["cashier"].holders) == ("窗口收费", False, ())
    assert found["agent"].name == "客服代表" and found["agent"].holders == ("agent 先生",)
