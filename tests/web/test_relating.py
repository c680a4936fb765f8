"""Merging, splitting and linking through pages: what is shown, what is refused, what it costs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bihuan.core.clock import system_now
from bihuan.core.links import sign_link
from bihuan.flows.models import WorkItem
from bihuan.issues import operations
from bihuan.issues.models import Entry, Issue, IssueMerge, Link, NotDuplicate
from tests.factories import actor, company, customer_issue
from tests.issues.test_story import fresh, run_to
from tests.support.statements import page_cost
from tests.web.test_pages import HOSTILE, signed_in

pytestmark = pytest.mark.django_db


def two(**given: str) -> tuple[Issue, Issue]:
    company(now=system_now())
    return customer_issue(now=system_now()), customer_issue(now=system_now(), **given)


def merge(client: Client, one: Issue, other: Issue, stays: Issue, **more: str) -> Any:
    return client.post(
        f"/issues/{one.pk}/merge/", {"other": other.number, "stays": str(stays.pk), "reason": "同一件", **more}
    )


def test_both_side_by_side_then_merged_then_apart_again() -> None:
    one, other = two()
    client = signed_in()
    start = client.get(f"/issues/{other.pk}/merge/").content.decode()
    assert one.number in start and "可能重复" in start
    shown = client.get(f"/issues/{other.pk}/merge/?other={one.number}").content.decode()
    assert re.search(rf'name="stays" value="{one.pk}" required checked', shown), "the older one is proposed"
    assert "答应客户的时间" in shown
    answer = merge(client, other, one, one)
    assert answer.status_code == 302 and answer["Location"] == f"/issues/{one.pk}/?tab=history"
    made = IssueMerge.objects.get()
    assert (made.merged_id, made.survivor_id) == (other.pk, one.pk)
    page = client.get(f"/issues/{other.pk}/").content.decode()
    assert f"已并入 {one.number}" in page and f'href="/issues/{one.pk}/"' in page
    operations.add_customer_message(
        issue_id=other.pk, text="写给旧编号", channel="email", author_name="吴", now=system_now()
    )
    feed = client.get(f"/issues/{one.pk}/feed/").content.decode()
    assert "写给旧编号" in feed and f"写给 {other.number}" in feed and f"来自 {other.number}" in feed
    tab = client.get(f"/issues/{one.pk}/side/history/").content.decode()
    assert f"/issues/merges/{made.pk}/undo/" in tab
    client.post(f"/issues/merges/{made.pk}/undo/", {"reason": "看错了"})
    assert fresh(other).duplicate_of_id is None
    assert "写给旧编号" not in client.get(f"/issues/{one.pk}/feed/").content.decode()


def test_a_refusal_keeps_what_was_typed() -> None:
    one, other = two()
    client = signed_in()
    merge(client, other, one, one)
    answer = merge(client, one, other, other, reason="我写的原因" * 3)
    text = answer.content.decode()
    assert answer.status_code == 409 and "已由agent 先生并入" in text and "我写的原因" in text
    missing = client.get(f"/issues/{one.pk}/merge/?other={HOSTILE}")
    assert missing.status_code == 422 and "<script>alert" not in missing.content.decode()
    assert client.get(f"/issues/{one.pk}/merge/?other={one.number}").status_code == 200
    blank = merge(client, one, customer_issue(now=system_now()), one, reason=" ")
    assert blank.status_code == 422


@pytest.mark.correctness(69)
def test_two_customers_only_when_confirmed() -> None:
    one, other = two(name="别的客户", email="b@else.example")
    client = signed_in()
    shown = client.get(f"/issues/{other.pk}/merge/?other={one.number}").content.decode()
    assert 'name="foreign"' in shown
    assert merge(client, other, one, one).status_code == 422
    assert merge(client, other, one, one, foreign="yes").status_code == 302
    now = system_now()
    operations.post_entry(issue_id=one.pk, kind="reply", text="只给第一家的话", actor=actor("agent"), now=now)
    link = sign_link(purpose="progress", subject=other.pk, now=now)
    page = client.get(f"/p/{link}/")
    assert page.status_code == 200 and "只给第一家的话" not in page.content.decode()
    client.post(f"/p/{link}/message/", {"text": "第二家补充"})
    assert Entry.objects.get(text="第二家补充").issue_id == one.pk
    first = client.get(f"/p/{sign_link(purpose='progress', subject=one.pk, now=now)}/").content.decode()
    assert "第二家补充" not in first and "只给第一家的话" in first
    assert "第二家补充" in client.get(f"/p/{link}/").content.decode()


@pytest.mark.correctness(66)
def test_the_old_number_still_leads_somewhere() -> None:
    one, other = two()
    client = signed_in()
    merge(client, other, one, one)
    now = system_now()
    answer = client.get(f"/p/{sign_link(purpose='progress', subject=other.pk, now=now)}/")
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert one.number in page and "合在一起处理" in page
    found = client.get(f"/issues/?q={other.number}").content.decode()
    assert f"/issues/{other.pk}/" in found


def test_links_are_made_and_taken_away() -> None:
    one, other = two()
    client = signed_in()
    client.post(f"/issues/{one.pk}/links/", {"number": other.number, "way": "child_of"})
    link = Link.objects.get()
    tab = client.get(f"/issues/{other.pk}/side/history/").content.decode()
    assert "子问题" in tab and one.number in tab
    client.post(f"/issues/{other.pk}/links/{link.pk}/remove/")
    assert not Link.objects.exists()
    assert client.post(f"/issues/{one.pk}/links/", {"number": HOSTILE * 200, "way": HOSTILE}).status_code == 422


@pytest.mark.correctness(61)
def test_a_suggestion_is_dismissed_for_good() -> None:
    one, other = two()
    client = signed_in()
    tab = f"/issues/{one.pk}/side/history/"
    assert "可能重复" in client.get(tab).content.decode()
    client.post(f"/issues/{one.pk}/apart/", {"other": str(other.pk)})
    assert NotDuplicate.objects.count() == 1
    assert "可能重复" not in client.get(tab).content.decode()
    answer = client.post("/issues/alike/", {"email": "wu@hospital.example", "description": one.description})
    assert answer.status_code == 200 and one.number in answer.content.decode()
    assert Client().post("/issues/alike/", {"email": "wu@hospital.example"}).status_code == 302


@pytest.mark.correctness(72)
def test_messages_are_chosen_and_become_an_issue() -> None:
    one, _other = two()
    client = signed_in()
    text = HOSTILE * 50
    entry = operations.add_customer_message(
        issue_id=one.pk, text=text, channel="email", author_name=HOSTILE, now=system_now()
    )
    page = client.get(f"/issues/{one.pk}/split/").content.decode()
    assert f'value="{entry.pk}"' in page and "<script>alert" not in page
    nothing = client.post(f"/issues/{one.pk}/split/", {"reason": "留着的原因"})
    assert nothing.status_code == 422 and "留着的原因" in nothing.content.decode()
    answer = client.post(f"/issues/{one.pk}/split/", {"entry": [entry.pk], "reason": "两件事", "title": "另一件"})
    made = Issue.objects.get(title="另一件")
    assert answer["Location"] == f"/issues/{made.pk}/"
    assert "拆分自" in client.get(f"/issues/{made.pk}/feed/").content.decode()
    assert "拆出的问题" in client.get(f"/issues/{one.pk}/side/history/").content.decode()
    assert signed_in("quality").get(f"/issues/{one.pk}/split/").status_code in (403, 404)


def test_nobody_sees_through_a_merge() -> None:
    one, other = two(title="只给客服看的标题")
    run_to(one, "classify", system_now())
    client = signed_in()
    merge(client, other, one, one)
    engineer = signed_in("engineer")
    for path in ("", "feed/", "side/history/"):
        text = engineer.get(f"/issues/{one.pk}/{path}").content.decode()
        assert "只给客服看的标题" not in text
    assert "另有 1 件您没有查看的权限" in engineer.get(f"/issues/{one.pk}/side/history/").content.decode()
    assert engineer.get(f"/issues/{other.pk}/").status_code == 404
    assert engineer.get(f"/issues/{one.pk}/merge/?other={other.number}").status_code in (403, 422)


def test_twice_as_much_costs_the_same() -> None:
    one, _other = two()
    client = signed_in()
    agent = actor("agent")

    def more(number: int) -> None:
        for _ in range(number):
            now = system_now() + timedelta(seconds=1)
            merged, linked = customer_issue(now=now), customer_issue(now=now)
            operations.merge_issues(merged_id=merged.pk, survivor_id=one.pk, reason="x", actor=agent, now=now)
            operations.link_issues(issue_id=one.pk, number=linked.number, way="related", actor=agent, now=now)

    paths = [f"/issues/{one.pk}/{end}" for end in ("", "feed/", "side/history/", "merge/", "split/")]
    more(2)
    few = [page_cost(client, path) for path in paths]
    more(3)
    assert [page_cost(client, path) for path in paths] == few
    assert few[1] <= 12 and few[2] <= 20


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_a_merged_issue_opens(language: str) -> None:
    one, other = two(title=HOSTILE)
    client = signed_in(language=language)
    step = WorkItem.objects.get(instance=other.instance_id)
    merge(client, other, one, one, reason=HOSTILE)
    tabs = ("chart", "customer", "work", "history", "clock", "knowledge", "log")
    for issue in (one, other):
        pages = [
            f"/issues/{issue.pk}/",
            f"/issues/{issue.pk}/chart/",
            *(f"/issues/{issue.pk}/side/{tab}/" for tab in tabs),
        ]
        for path in (*pages, f"/issues/{issue.pk}/feed/"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert "<script>alert" not in answer.content.decode(), path
    trail = client.get(f"/issues/{other.pk}/side/chart/").content.decode()
    assert re.search(r'class="[^"]*\bnow\b', trail), "the step is where the chart stands, not done"
    assert client.get(f"/steps/{step.pk}/").status_code in (200, 409)
    refused = client.post(f"/steps/{step.pk}/claim/")
    assert refused.status_code == 409
    if language == "en":
        assert "Merged into" in client.get(f"/issues/{other.pk}/side/history/").content.decode()
