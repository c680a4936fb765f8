"""Reviews: named people sign one content; remarks are pinned; the table of stages is walked pair by pair."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial

import pytest

from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.core.models import AuditEntry
from bihuan.studio import operations as studio
from bihuan.studio import queries
from bihuan.studio.errors import (
    AuthorReviews,
    BadDue,
    ChangesUnnamed,
    ChecklistOpen,
    DraftClosed,
    DraftConflict,
    NobodySuch,
    NoSuchElement,
    NotAReviewer,
    ReviewClosed,
    ReviewersNeeded,
    TextRequired,
    TextTooLong,
)
from bihuan.studio.models import Draft, Review
from bihuan.studio.rules import ACTS, CHECKLIST, MOVES
from tests import factories
from tests.factories import NOW
from tests.web.test_pages import HOSTILE

pytestmark = pytest.mark.django_db
CLEAN = dict.fromkeys(CHECKLIST, "ok")
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _company() -> None:
    factories.company()


def drawn() -> Draft:
    return studio.copy_shipped(shipped="T01", name="热线问题处理", actor=factories.actor("manager"), now=NOW)


def asked(draft: Draft, *reviewers: str) -> Review:
    return studio.ask_review(
        draft_id=draft.pk,
        revision=Draft.objects.get(pk=draft.pk).revision,
        reviewers=reviewers,
        actor=factories.actor("manager"),
        now=NOW,
    )


def sign(
    review: Review, username: str, verdict: str = "agree", *, note: str = "", checklist: Mapping[str, str] = CLEAN
) -> Review:
    return studio.sign_review(
        review_id=review.pk,
        content_hash=review.content_hash,
        verdict=verdict,
        checklist=checklist,
        note=note,
        actor=factories.actor(username),
        now=NOW,
    )


def stage(draft: Draft) -> str:
    return Draft.objects.get(pk=draft.pk).stage


def test_the_last_agreement_leads_to_the_test() -> None:
    draft = drawn()
    review = asked(draft, "quality", "agent")
    assert stage(draft) == "review"
    assert [each.pk for each in queries.waiting_reviews(actor=factories.actor("agent"))] == [review.pk]
    sign(review, "agent")
    assert stage(draft) == "review" and queries.waiting_count(actor=factories.actor("agent")) == 0
    sign(review, "quality")
    assert stage(draft) == "test"
    (round_,) = queries.reviews(actor=factories.actor("agent"), draft_id=draft.pk)
    assert round_.state == "agreed" and [each.user_name for each in round_.signatures.all()] == [
        "quality 先生",
        "agent 先生",
    ]
    actions = list(AuditEntry.objects.filter(object_type="draft").order_by("id").values_list("action", flat=True))
    assert actions == ["draft.created", "draft.review_asked", "draft.signed", "draft.signed", "draft.review_agreed"]


def test_one_who_wants_changes_sends_it_back_with_what_is_open() -> None:
    draft = drawn()
    review = asked(draft, "quality", "agent")
    quality = factories.actor("quality")
    with pytest.raises(ChangesUnnamed):
        sign(review, "quality", "changes")
    studio.add_comment(draft_id=draft.pk, element="classify", text="急的先分", actor=quality, now=NOW)
    sign(review, "quality", "changes")
    assert stage(draft) == "draft" and queries.open_comments(actor=quality, draft_id=draft.pk) == 1
    with pytest.raises(ReviewClosed):
        sign(review, "agent")
    assert asked(draft, "quality").pk != review.pk, "the next round asks again"


def test_a_signature_stands_for_one_content() -> None:
    draft, manager = drawn(), factories.actor("manager")
    review = asked(draft, "quality")
    with pytest.raises(ReviewClosed):
        studio.sign_review(
            review_id=review.pk,
            content_hash="0" * 64,
            verdict="agree",
            checklist=CLEAN,
            actor=factories.actor("quality"),
            now=NOW,
        )
    sign(review, "quality")
    assert queries.readiness(actor=manager, draft=draft).signed
    studio.take_back(draft_id=draft.pk, actor=manager, now=NOW)
    fresh = queries.draft(actor=manager, draft_id=draft.pk)
    assert queries.readiness(actor=manager, draft=fresh).signed, "unchanged it is still what was signed"
    chart = bytes(fresh.chart).replace("分类分派".encode(), "分类与分派".encode())
    assert chart != bytes(fresh.chart)
    studio.save_draft(draft_id=draft.pk, revision=1, chart=chart, actor=manager, now=NOW)
    changed = queries.draft(actor=manager, draft_id=draft.pk)
    assert not queries.readiness(actor=manager, draft=changed).signed


def test_authors_do_not_sign_their_own() -> None:
    draft = drawn()
    for name in ("manager", "MANAGER "):
        with pytest.raises(AuthorReviews):
            asked(draft, "quality", name)
    studio.rename_draft(draft_id=draft.pk, revision=1, name="另一个名字", actor=factories.actor("quality"), now=NOW)
    with pytest.raises(AuthorReviews):
        asked(draft, "quality")
    assert stage(draft) == "draft"


@pytest.mark.parametrize(
    ("reviewers", "refusal"),
    [
        ([], ReviewersNeeded),
        (["  "], ReviewersNeeded),
        (["agent"] * 30, None),
        ([f"a{n}" for n in range(21)], ReviewersNeeded),
        (["nobody"], NobodySuch),
        (["\x00" + HOSTILE * 200], NobodySuch),
    ],
)
def test_reviewers_are_people(reviewers: list[str], refusal: type[Refused] | None) -> None:
    draft = drawn()
    if refusal is None:
        assert asked(draft, *reviewers).signatures.count() == 1
        return
    with pytest.raises(refusal):
        asked(draft, *reviewers)
    assert stage(draft) == "draft" and not Review.objects.exists()


def test_who_may_do_what() -> None:
    draft = drawn()
    review = asked(draft, "quality")
    for username in ("agent", "manager", "admin"):
        with pytest.raises(NotAReviewer):
            sign(review, username)
    with pytest.raises(Forbidden):
        studio.take_back(draft_id=draft.pk, actor=factories.actor("agent"), now=NOW)
    with pytest.raises(Forbidden):
        studio.take_back(draft_id=draft.pk, actor=factories.actor("quality"), now=NOW)
    assert queries.may_sign(actor=factories.actor("quality"), draft=Draft.objects.get(), review=review)
    with pytest.raises(DraftClosed):
        studio.save_draft(draft_id=draft.pk, revision=1, chart=b"<a/>", actor=factories.actor("manager"), now=NOW)
    studio.take_back(draft_id=draft.pk, actor=factories.actor("admin"), now=NOW)
    with pytest.raises(Forbidden):
        studio.ask_review(draft_id=draft.pk, revision=1, reviewers=["quality"], actor=factories.actor("agent"), now=NOW)
    with pytest.raises(DraftConflict):
        studio.ask_review(
            draft_id=draft.pk, revision=7, reviewers=["quality"], actor=factories.actor("manager"), now=NOW
        )


def test_a_day_in_the_past_is_no_limit() -> None:
    draft, manager = drawn(), factories.actor("manager")
    ask = partial(studio.ask_review, draft_id=draft.pk, revision=1, reviewers=["quality"], actor=manager, now=NOW)
    with pytest.raises(BadDue):
        ask(due=TODAY - timedelta(days=1))
    assert ask(due=TODAY).due == TODAY


@pytest.mark.parametrize(
    "checklist",
    [{}, {**CLEAN, "steps": "missing"}, {**CLEAN, "forms": "wrong"}, {**CLEAN, "x": "ok"}, {**CLEAN, "steps": "fine"}],
)
def test_who_agrees_has_looked_at_everything(checklist: dict[str, str]) -> None:
    review = asked(drawn(), "quality")
    with pytest.raises(ChecklistOpen):
        sign(review, "quality", checklist=checklist)


def test_remarks_are_pinned_answered_and_resolved() -> None:
    draft, agent, manager = drawn(), factories.actor("agent"), factories.actor("manager")
    pinned = studio.add_comment(draft_id=draft.pk, element="register", text=HOSTILE, actor=agent, now=NOW)
    studio.add_comment(draft_id=draft.pk, element="", text="整体清楚", actor=agent, now=NOW)
    with pytest.raises(NoSuchElement):
        studio.add_comment(draft_id=draft.pk, element="nowhere", text="x", actor=agent, now=NOW)
    with pytest.raises(TextRequired):
        studio.add_comment(draft_id=draft.pk, element="", text=" \x00 ", actor=agent, now=NOW)
    with pytest.raises(TextTooLong):
        studio.add_comment(draft_id=draft.pk, element="", text="长" * 10_001, actor=agent, now=NOW)
    answer = studio.answer_comment(comment_id=pinned.pk, text="好" * 10_000, actor=manager, now=NOW)
    with pytest.raises(NotFound):
        studio.answer_comment(comment_id=answer.pk, text="再答", actor=agent, now=NOW)
    with pytest.raises(Forbidden):
        studio.resolve_comment(comment_id=pinned.pk, resolved=True, actor=factories.actor("engineer"), now=NOW)
    studio.resolve_comment(comment_id=pinned.pk, resolved=True, actor=manager, now=NOW)
    first, second = queries.comments(actor=agent, draft_id=draft.pk)
    assert (first.text, first.resolved_by_name) == (HOSTILE, manager.name) and second.resolved_at is None
    assert [each.text for each in first.replies.all()] == ["好" * 10_000]
    studio.resolve_comment(comment_id=pinned.pk, resolved=False, actor=agent, now=NOW)
    assert queries.open_comments(actor=agent, draft_id=draft.pk) == 2
    studio.discard_draft(draft_id=draft.pk, actor=manager, now=NOW)
    with pytest.raises(DraftClosed):
        studio.add_comment(draft_id=draft.pk, element="", text="太晚了", actor=agent, now=NOW)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("start", ["draft", "review", "test", "published", "discarded"])
@pytest.mark.foreign_write("the draft is put into every stage by hand, to try every act from it")
def test_every_stage_and_act(start: str, act: str) -> None:
    """What the table names happens; what it does not name is refused and changes nothing."""
    draft, manager = drawn(), factories.actor("manager")
    review = asked(draft, "quality")
    if start != "review":
        Draft.objects.filter(pk=draft.pk).update(stage=start)

    def publish() -> object:
        return studio.publish_draft(
            draft_id=draft.pk,
            revision=1,
            change_log="首版",
            warnings_seen=True,
            unreviewed_reason="试",
            actor=manager,
            now=NOW,
        )

    acts: dict[str, Callable[[], object]] = {
        "ask": lambda: asked(draft, "agent"),
        "agree": lambda: sign(review, "quality"),
        "change": lambda: sign(review, "quality", "changes", note="改"),
        "take_back": lambda: studio.take_back(draft_id=draft.pk, actor=manager, now=NOW),
        "publish": publish,
        "discard": lambda: studio.discard_draft(draft_id=draft.pk, actor=manager, now=NOW),
    }
    if (start, act) == ("draft", "ask"):
        Review.objects.all().update(state="taken_back")
    expected = MOVES.get((start, act))
    if expected is None:
        with pytest.raises((DraftClosed, ReviewClosed)):
            acts[act]()
        assert stage(draft) == start
    else:
        acts[act]()
        assert stage(draft) == expected
