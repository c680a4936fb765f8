"""Publishing: only what is proved, complete and signed, or with a reason; suggestions that a version takes up."""

import re
from dataclasses import replace
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.core.actor import SYSTEM, customer_actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.models import AuditEntry
from bihuan.flows import gallery
from bihuan.flows import queries as flows
from bihuan.flows.errors import PilotNeedsVersion, PilotRunning
from bihuan.flows.models import Version
from bihuan.flows.operations import Pilot, publish_package
from bihuan.studio import operations as studio
from bihuan.studio import queries
from bihuan.studio.errors import (
    ChangeLogRequired,
    DraftConflict,
    NoSuchElement,
    NothingChanged,
    NotReady,
    NotReviewed,
    SuggestionClosed,
    TextRequired,
    WarningsUnseen,
)
from bihuan.studio.models import Draft
from tests import factories
from tests.factories import NOW
from tests.studio.test_reviews import asked, sign
from tests.web.test_pages import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company() -> None:
    factories.company()


def next_version(old: str = "分类分派", new: str = "分类与分派") -> Draft:
    """A draft of the next T01 in which a step has another name."""
    manager, version = factories.actor("manager"), flows.current_version(key="T01")
    assert version is not None
    draft = studio.draft_from_version(version_id=version.pk, actor=manager, now=NOW)
    chart = bytes(draft.chart).replace(old.encode(), new.encode())
    return studio.save_draft(draft_id=draft.pk, revision=1, chart=chart, actor=manager, now=NOW)


def publish(draft: Draft, *, by: str = "manager", log: str = "改了名称", reason: str = "", **more: object) -> Version:
    given = {"warnings_seen": True, **more}
    return studio.publish_draft(
        draft_id=draft.pk,
        revision=Draft.objects.get(pk=draft.pk).revision,
        change_log=log,
        unreviewed_reason=reason,
        actor=factories.actor(by),
        now=NOW,
        **given,  # type: ignore[arg-type]
    )


def test_signed_by_all_it_is_published_and_says_by_whom() -> None:
    draft = next_version()
    with pytest.raises(NotReviewed):
        publish(draft)
    sign(asked(draft, "quality"), "quality")
    with pytest.raises(Forbidden):
        publish(draft, by="quality")
    with pytest.raises(ChangeLogRequired):
        publish(draft, log="  ")
    version = publish(draft)
    assert (version.number, version.stage, version.published_by_name) == (2, "published", "manager 先生")
    assert version.content_hash == queries.package_of(draft).content_hash()
    kept = queries.draft(actor=SYSTEM, draft_id=draft.pk)
    assert kept.stage == "published" and kept.published == version
    with CaptureQueriesContext(connection) as sent:
        origin = queries.origins(actor=SYSTEM, version_ids=[version.pk])[version.pk]
    assert (origin.reviewers, origin.unreviewed, origin.author) == (("quality 先生",), "", "manager 先生")
    assert len(sent) == 3
    detail = AuditEntry.objects.get(action="draft.published").detail
    assert detail["hash"] == version.content_hash and detail["review"]


def test_one_person_alone_says_why() -> None:
    version = publish(next_version(), reason="只有我一个人")
    origin = queries.origins(actor=SYSTEM, version_ids=[version.pk])[version.pk]
    assert (origin.reviewers, origin.unreviewed) == ((), "只有我一个人")
    assert AuditEntry.objects.get(action="draft.published").detail["unreviewed"] == "只有我一个人"


def test_what_was_signed_and_then_changed_is_not_signed() -> None:
    draft, manager = next_version(), factories.actor("manager")
    sign(asked(draft, "quality"), "quality")
    studio.take_back(draft_id=draft.pk, actor=manager, now=NOW)
    chart = bytes(draft.chart).replace("登记".encode(), "记录".encode())
    studio.save_draft(draft_id=draft.pk, revision=draft.revision, chart=chart, actor=manager, now=NOW)
    with pytest.raises(NotReviewed):
        publish(draft)
    version = publish(draft, reason="急")
    assert queries.origins(actor=SYSTEM, version_ids=[version.pk])[version.pk].reviewers == ()


def test_faults_are_named_and_nothing_is_published() -> None:
    manager = factories.actor("manager")
    draft = studio.create_draft(name="空白", actor=manager, now=NOW)
    with pytest.raises(NotReady) as refused:
        publish(draft, reason="试")
    assert refused.value.params["problems"]
    draft = next_version()
    studio.save_parts(draft_id=draft.pk, revision=draft.revision, forms={}, actor=manager, now=NOW)
    fresh = queries.draft(actor=manager, draft_id=draft.pk)
    ready = queries.readiness(actor=manager, draft=fresh)
    assert "F01" in ready.missing_forms and ready.blocked
    with pytest.raises(NotReady, match="F01"):
        publish(draft, reason="试")
    studio.save_parts(draft_id=draft.pk, revision=fresh.revision, decisions={"priority": "<x"}, actor=manager, now=NOW)
    assert queries.readiness(actor=manager, draft=queries.draft(actor=manager, draft_id=draft.pk)).problems
    assert Version.objects.count() == 1 and Draft.objects.get(pk=draft.pk).stage == "draft"


def test_warnings_are_to_be_seen() -> None:
    draft = next_version()
    chart = re.sub(rb"<bihuan:deadline [^>]*/>", b"", bytes(draft.chart))
    manager = factories.actor("manager")
    studio.save_draft(draft_id=draft.pk, revision=draft.revision, chart=chart, actor=manager, now=NOW)
    fresh = queries.draft(actor=manager, draft_id=draft.pk)
    assert queries.readiness(actor=manager, draft=fresh).warnings
    with pytest.raises(WarningsUnseen):
        publish(draft, reason="急", warnings_seen=False)
    assert publish(draft, reason="急").number == 2


def test_somebody_saved_meanwhile() -> None:
    draft, manager = next_version(), factories.actor("manager")
    with pytest.raises(DraftConflict):
        studio.publish_draft(draft_id=draft.pk, revision=1, change_log="x", actor=manager, now=NOW)


def test_the_same_content_is_no_new_version() -> None:
    draft = next_version(new="分类分派")
    with pytest.raises(NothingChanged):
        publish(draft, reason="急")
    assert Draft.objects.get(pk=draft.pk).stage == "draft"


def test_a_draft_as_pilot() -> None:
    manager = factories.actor("manager")
    new = studio.copy_shipped(shipped="T01", name="另一张", actor=manager, now=NOW)
    with pytest.raises(PilotNeedsVersion):
        publish(new, reason="急", pilot=Pilot(percent=10))
    version = publish(next_version(), reason="急", pilot=Pilot(percent=10))
    assert (version.stage, version.pilot_percent) == ("pilot", 10)
    current = flows.current_version(key="T01")
    assert current is not None and current.number == 1
    with pytest.raises(PilotRunning):
        publish(next_version(new="再改"), reason="急")


def test_what_ships_does_not_overwrite_the_companys_own() -> None:
    version = publish(next_version(), reason="急")
    again = publish_package(package=gallery.package("T01"), actor=SYSTEM, now=NOW)
    assert again.pk == version.pk and Version.objects.count() == 2
    newer = replace(gallery.package("T01"), name="别的名字")
    assert publish_package(package=newer, actor=SYSTEM, now=NOW).pk == version.pk


def test_suggestions_are_voted_for_once_and_answered() -> None:
    agent, manager, version = factories.actor("agent"), factories.actor("manager"), flows.current_version(key="T01")
    assert version is not None
    suggest = partial(studio.suggest, version_id=version.pk, actor=agent, now=NOW)
    first = suggest(element="register", text=HOSTILE)
    second = suggest(element="", text="长" * 10_000)
    with pytest.raises(NoSuchElement):
        suggest(element="nowhere", text="x")
    with pytest.raises(TextRequired):
        suggest(element="", text="\x00")
    with pytest.raises(NotFound):
        suggest(actor=customer_actor(customer_id=1, name="客户"), element="", text="x")
    for _ in range(2):
        studio.vote_suggestion(suggestion_id=second.pk, agrees=True, actor=manager, now=NOW)
    found = queries.open_suggestions(actor=manager, key="T01")
    assert [(each.row.pk, each.votes, each.mine) for each in found] == [(second.pk, 2, True), (first.pk, 1, False)]
    assert [each.row.pk for each in queries.open_suggestions(actor=agent, key="T01", element="register")] == [first.pk]
    assert queries.open_suggestions(actor=customer_actor(customer_id=1, name="客户"), key="T01") == []
    studio.vote_suggestion(suggestion_id=second.pk, agrees=False, actor=manager, now=NOW)
    with pytest.raises(Forbidden):
        studio.decline_suggestion(suggestion_id=first.pk, reason="不", actor=agent, now=NOW)
    with pytest.raises(TextRequired):
        studio.decline_suggestion(suggestion_id=first.pk, reason=" ", actor=manager, now=NOW)
    studio.decline_suggestion(suggestion_id=first.pk, reason="成本太高", actor=manager, now=NOW)
    with pytest.raises(SuggestionClosed):
        studio.vote_suggestion(suggestion_id=first.pk, agrees=True, actor=manager, now=NOW)
    draft = next_version()
    with pytest.raises(SuggestionClosed):
        publish(draft, reason="急", taken_up=[first.pk])
    assert Version.objects.count() == 1, "all or nothing"
    made = publish(draft, reason="急", taken_up=[second.pk])
    answered, following = queries.answered_suggestions(actor=agent, key="T01", cursor=None)
    assert [(each.row.status, each.row.taken_in) for each in answered] == [("taken_up", made), ("declined", None)]
    assert following is None and queries.suggestion_count(actor=agent, key="T01") == 0


def test_answered_suggestions_come_in_pages() -> None:
    agent, manager, version = factories.actor("agent"), factories.actor("manager"), flows.current_version(key="T01")
    assert version is not None
    for n in range(60):
        row = studio.suggest(version_id=version.pk, element="", text=f"第 {n} 条", actor=agent, now=NOW)
        studio.decline_suggestion(suggestion_id=row.pk, reason="不", actor=manager, now=NOW)
    first, following = queries.answered_suggestions(actor=agent, key="T01", cursor=None)
    with CaptureQueriesContext(connection) as sent:
        rest, end = queries.answered_suggestions(actor=agent, key="T01", cursor=following)
    assert (len(first), len(rest), end, len(sent)) == (50, 10, None, 1)
    assert {each.row.pk for each in first}.isdisjoint(each.row.pk for each in rest)
