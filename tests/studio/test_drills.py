"""Practice: played to the end in a sandbox, judged step by step, and nothing else touched."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from django.apps import apps

from bihuan.core.errors import Forbidden, NotFound
from bihuan.flows import gallery
from bihuan.flows import queries as flows
from bihuan.flows.charts import compile_package
from bihuan.studio import operations as studio
from bihuan.studio import queries
from bihuan.studio.drilling import CardStep, Facts, World, card_step, card_steps, make_cards, result_of, total
from bihuan.studio.drilling.scoring import same
from bihuan.studio.errors import CardBad, DrillMoved, DrillOver, DrillStale
from bihuan.studio.models import Drill, DrillCard
from bihuan.studio.operations.drafts import BLANK
from tests import factories
from tests.factories import NOW

MINUTE = timedelta(minutes=1)


def facts(**more: object) -> Facts:
    plain: dict[str, object] = {"item": 1, "node": "n", "nth": 1, "at": NOW, "due": None}
    return Facts(**{**plain, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "score", "parts"),
    [
        ({}, None, []),
        ({"wanted": "a", "chosen": "a"}, 100, ["decision"]),
        ({"wanted": "a", "chosen": "b"}, 0, ["decision"]),
        ({"asked": {"x": 1}, "given": {"x": 1}, "wanted": "a", "chosen": "b"}, 50, ["decision"]),
        ({"faults": []}, 100, ["form"]),
        ({"faults": ["a", "b"]}, 60, ["form"]),
        ({"faults": ["a"] * 9}, 0, ["form"]),
        ({"due": NOW}, 100, ["limit"]),
        ({"due": NOW - MINUTE}, 0, ["limit"]),
        ({"warned": 4, "heeded": 2}, 50, ["cautions"]),
        ({"wanted": "a", "chosen": "a", "faults": [], "due": NOW - MINUTE, "warned": 1, "heeded": 1}, 85, None),
    ],
)
def test_a_step_is_judged_by_what_applies_to_it(
    given: dict[str, object], score: int | None, parts: list[str] | None
) -> None:
    result = result_of(facts(**given))
    assert result.score == score
    assert parts is None or [mark.part for mark in result.marks] == parts


@pytest.mark.parametrize(
    ("given", "wanted", "equal"),
    [
        (1, 1.0, True), (1, True, False), (None, False, True), ("", None, True), ("a", None, False),
        (["x"], ["—"], True), ([], ["—"], False), (None, [], True), (["b", "a"], ["a", "b"], True), ("a", ["a"], True),
    ],
)  # fmt: skip
def test_answers_are_compared_as_on_a_form(given: object, wanted: object, equal: bool) -> None:
    assert same(given, wanted) is equal


def test_the_total_leaves_out_what_was_not_judged() -> None:
    assert total([100, None, 50]) == 75 and total([None]) is None and total([]) is None


def test_a_later_time_at_a_node_goes_by_the_last_that_the_card_speaks_of() -> None:
    steps = (CardStep("a", 1, outcome="x"), CardStep("a", 2, outcome="y"), CardStep("b", 2, outcome="z"))
    assert [found.outcome if (found := card_step(steps, "a", nth)) else None for nth in (1, 2, 5)] == ["x", "y", "y"]
    assert card_step(steps, "b", 1) is None


@pytest.mark.parametrize("key", [package.key for package in gallery.packages()])
def test_cards_of_every_shipped_chart_can_be_made_and_speak_of_real_arrows(key: str) -> None:
    package = gallery.package(key)
    chart = compile_package(package.chart, package.decisions)
    cards = make_cards(chart, package.forms, english=False)
    assert cards and cards == make_cards(chart, package.forms, english=False), "the same chart, the same cards"
    assert len({title for title, _steps in cards}) == len(cards)
    for _title, steps in cards:
        for step in steps:
            gateway = chart.nodes[step.node].choice
            assert step.outcome == "" or (gateway and step.outcome in chart.nodes[gateway].outgoing)
            assert step.fact or not (step.outcome or step.values) or step.kind != "work"


@pytest.fixture
def _company(db: None) -> None:
    factories.company()


def ground(username: str = "agent") -> queries.Ground:
    current = flows.current_version(key="T01")
    assert current is not None
    version = flows.version_of(key="T01", number=current.number)
    return queries.ground_of_version(actor=factories.actor(username), version=version)


def cards(username: str = "manager") -> list[DrillCard]:
    made = studio.generate_cards(ground=ground(), english=False, actor=factories.actor(username), now=NOW)
    assert made
    return queries.drill_cards(actor=factories.actor(username), key="T01")


def world(drill: Drill) -> World:
    return World.from_document(drill.world)


def play(drill: Drill, *, right: bool, now: datetime = NOW, heeded: bool = True) -> Drill:
    """Plays a card to its end as it says, or always choosing another arrow."""
    trainee, there = factories.actor("agent"), ground()
    for turn in range(80):
        now += MINUTE
        drill.refresh_from_db()
        if drill.ended_at is not None:
            return drill
        state = world(drill)
        if not state.work:
            told = [one.node for one in card_steps(drill.plan) if one.kind != "work"]
            wait = next((one for one in state.waits if one.node in told), state.waits[0])
            studio.let_happen(drill_id=drill.pk, kind=wait.kind, number=wait.number, actor=trainee, now=now)
            continue
        work = state.work[0]
        node = there.chart.nodes[work.node]
        step = card_step(card_steps(drill.plan), work.node, work.nth)
        assert step is not None
        arrows = there.chart.nodes[node.choice].outgoing if node.choice else ()
        other = next((one for one in arrows if one != step.outcome), "")
        warned = len(node.ext.cautions) + len(node.ext.importants)
        studio.complete_drill_step(
            drill_id=drill.pk, item=work.item, outcome=step.outcome if right else other,
            data=dict(step.values) if right else {}, faults=[], heeded=warned if heeded else 0, actor=trainee, now=now,
        )  # fmt: skip
    raise AssertionError(f"not over after {turn} turns")


def everything() -> dict[str, list[Mapping[str, object]]]:
    """Every row of every table but those of practice."""
    own = (Drill, DrillCard)
    found: dict[str, list[Mapping[str, object]]] = {}
    for model in apps.get_models():
        if model not in own:
            rows = model._default_manager.order_by("pk").values()
            found[model._meta.label] = list(rows)
    return found


@pytest.mark.usefixtures("_company")
def test_a_card_played_right_scores_full_marks_and_touches_nothing_else() -> None:
    factories.customer_issue()
    made = cards()
    before = everything()
    for card in made:
        drill = studio.start_drill(ground=ground(), card=card, actor=factories.actor("agent"), now=NOW)
        done = play(drill, right=True)
        assert done.score is not None and done.score >= 95, (card.title, done.score, done.results)
        assert [one["node"] for one in done.results] == [s.node for s in card_steps(card.steps) if s.kind == "work"]
    after = everything()
    assert after == before and sum(len(rows) for rows in before.values()) > 30


@pytest.mark.usefixtures("_company")
def test_a_card_played_wrong_goes_on_as_the_card_says_and_says_what_was_wrong() -> None:
    card = cards()[0]
    drill = studio.start_drill(ground=ground(), card=card, actor=factories.actor("agent"), now=NOW)
    done = play(drill, right=False, heeded=False)
    first = done.results[0]
    assert first["chosen"] != first["wanted"] and first["marks"][0]["got"] == 0 and first["marks"][0]["names"] == [""]
    assert [one["node"] for one in done.results] == [s.node for s in card_steps(card.steps) if s.kind == "work"]
    assert done.score is not None and done.score < 75


@pytest.mark.usefixtures("_company")
def test_the_first_try_counts_and_nothing_moves_until_the_form_is_right() -> None:
    trainee = factories.actor("agent")
    drill = studio.start_drill(ground=ground(), card=None, actor=trainee, now=NOW)
    item = world(drill).work[0].item

    def hand_in(faults: list[str]) -> Drill:
        return studio.complete_drill_step(
            drill_id=drill.pk, item=item, outcome="to_classify", data={"customer_name": "甲"}, faults=faults, heeded=0,
            actor=trainee, now=NOW,
        )  # fmt: skip

    assert [one.item for one in world(hand_in(["客户名称", "现象"])).work] == [item]
    hand_in(["现象"])
    done = hand_in([])
    assert world(done).work[0].node == "classify" and done.record["F01"]["customer_name"] == "甲"
    done.refresh_from_db()
    form = next(mark for mark in done.results[0]["marks"] if mark["part"] == "form")
    assert form["names"] == ["客户名称", "现象"] and form["got"] == 15
    assert not any(mark["part"] == "decision" for mark in done.results[0]["marks"]), "without a card nothing is right"
    with pytest.raises(DrillMoved):
        hand_in([])


@pytest.mark.usefixtures("_company")
def test_time_is_moved_by_hand_and_the_limit_is_judged_by_it() -> None:
    trainee = factories.actor("agent")
    drill = studio.start_drill(ground=ground(), card=None, actor=trainee, now=NOW)
    work = world(drill).work[0]
    assert work.due == NOW + timedelta(minutes=15)
    late = NOW + timedelta(minutes=16)
    done = studio.complete_drill_step(
        drill_id=drill.pk, item=work.item, outcome="to_classify", data={}, faults=[], heeded=0, actor=trainee, now=late
    )
    limit = next(mark for mark in done.results[0]["marks"] if mark["part"] == "limit")
    assert limit["got"] == 0 and world(done).now == late
    # Whoever goes to lunch is not punished: a step counts half an hour at most.
    item = world(done).work[0].item
    kept = studio.complete_drill_step(
        drill_id=drill.pk, item=item, outcome="", data={"urgency": "low", "impact": "low", "complexity": "low"},
        faults=[], heeded=0, actor=trainee, now=late + timedelta(hours=5),
    )  # fmt: skip
    assert world(kept).now == late + timedelta(minutes=30)


@pytest.mark.usefixtures("_company")
def test_a_timer_moves_the_clock_to_where_it_is_due() -> None:
    trainee, there = factories.actor("agent"), ground()
    card = next(c for c in cards() if any(s.kind == "timer" for s in card_steps(c.steps)))
    drill = studio.start_drill(ground=there, card=card, actor=trainee, now=NOW)
    play(drill, right=True)
    drill.refresh_from_db()
    happened = [one for one in world(drill).said if one.what == "happened"]
    timers = [one for one in happened if there.chart.nodes[one.node].trigger == "timer"]
    assert timers and all(one.at > NOW + timedelta(hours=1) for one in timers)


@pytest.mark.usefixtures("_company")
def test_who_sees_and_does_what() -> None:
    agent, other, manager = (factories.actor(name) for name in ("agent", "engineer", "manager"))
    with pytest.raises(Forbidden):
        studio.generate_cards(ground=ground(), english=False, actor=agent, now=NOW)
    card = cards()[0]
    drill = studio.start_drill(ground=ground(), card=card, actor=agent, now=NOW)
    item = world(drill).work[0].item
    with pytest.raises(NotFound):
        studio.complete_drill_step(
            drill_id=drill.pk, item=item, outcome="", data={}, faults=[], heeded=0, actor=manager, now=NOW
        )
    with pytest.raises(NotFound):
        queries.drill(actor=other, drill_id=drill.pk)
    assert queries.drill(actor=manager, drill_id=drill.pk).pk == drill.pk
    assert queries.drill_results(actor=other, key="T01", everybody=True) == ([], None)
    assert [one.pk for one in queries.drill_results(actor=manager, key="T01", everybody=True)[0]] == [drill.pk]
    assert queries.drill_results(actor=manager, key="T01")[0] == []
    studio.remove_card(card_id=card.pk, actor=manager, now=NOW)
    assert card.pk not in [one.pk for one in queries.drill_cards(actor=agent, key="T01")]
    with pytest.raises(NotFound):
        studio.remove_card(card_id=card.pk, actor=manager, now=NOW)


@pytest.mark.usefixtures("_company")
def test_results_come_a_page_at_a_time() -> None:
    agent = factories.actor("agent")
    for _turn in range(33):
        studio.start_drill(ground=ground(), card=None, actor=agent, now=NOW)
    first, cursor = queries.drill_results(actor=agent, key="T01")
    rest, last = queries.drill_results(actor=agent, key="T01", cursor=cursor)
    assert (len(first), len(rest), last) == (30, 3, None) and first[-1].pk > rest[0].pk


@pytest.mark.usefixtures("_company")
def test_a_draft_that_changed_asks_for_a_new_beginning() -> None:
    manager = factories.actor("manager")
    draft = studio.copy_shipped(shipped="T01", name="热线", actor=manager, now=NOW)
    there = queries.ground_of_draft(actor=manager, draft=draft)
    drill = studio.start_drill(ground=there, card=None, actor=manager, now=NOW)
    assert world(drill).work[0].node == "register"
    saved = studio.save_draft(draft_id=draft.pk, revision=1, chart=BLANK, actor=manager, now=NOW)
    item = world(drill).work[0].item
    with pytest.raises(DrillStale):
        studio.complete_drill_step(
            drill_id=drill.pk, item=item, outcome="", data={}, faults=[], heeded=0, actor=manager, now=NOW
        )
    blank = studio.start_drill(
        ground=queries.ground_of_draft(actor=manager, draft=saved), card=None, actor=manager, now=NOW
    )
    blank.refresh_from_db()
    with pytest.raises((DrillOver, DrillMoved)):
        studio.let_happen(drill_id=blank.pk, kind="timer", number=1, actor=manager, now=NOW)


@pytest.mark.usefixtures("_company")
@pytest.mark.parametrize(("title", "story"), [("", "故事"), ("名称", " "), ("长" * 201, "故事")])
def test_a_card_has_a_name_and_a_story(title: str, story: str) -> None:
    manager = factories.actor("manager")
    with pytest.raises(CardBad):
        studio.save_card(ground=ground(), card_id=None, title=title, story=story, steps=[], actor=manager, now=NOW)
    assert not DrillCard.objects.exists()


@pytest.mark.usefixtures("_company")
def test_a_card_of_another_chart_is_not_played_here() -> None:
    manager = factories.actor("manager")
    draft = studio.copy_shipped(shipped="T02", actor=manager, now=NOW)
    there = queries.ground_of_draft(actor=manager, draft=draft)
    card = studio.save_card(ground=there, card_id=None, title="一", story="二", steps=[], actor=manager, now=NOW)
    with pytest.raises(NotFound):
        studio.start_drill(ground=ground(), card=card, actor=manager, now=NOW)
