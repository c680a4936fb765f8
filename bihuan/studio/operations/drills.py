"""Practising on a chart. Nothing but rows of ``Drill`` and ``DrillCard`` is ever written here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Final, cast

from django.db import transaction

from bihuan.bpmn import CommandRefused, Deadline, Node, commands, effects
from bihuan.calendars import queries as calendars
from bihuan.core.actor import Actor
from bihuan.core.errors import Forbidden, NotFound
from bihuan.flows.operations.opening import timer_due
from bihuan.studio import permissions
from bihuan.studio.drilling import (
    CardStep,
    Facts,
    Work,
    World,
    act,
    asked_values,
    begin,
    card_step,
    card_steps,
    fields_of,
    happen,
    make_cards,
    plain_steps,
    result_of,
    start_values,
    total,
)
from bihuan.studio.errors import CardBad, DrillMoved, DrillOver
from bihuan.studio.models import Drill, DrillCard
from bihuan.studio.operations.words import said
from bihuan.studio.queries.drills import Ground, ground_of

_LONGEST_STEP: Final = timedelta(minutes=30)
"""What a step counts at most of the time that passed at the desk: whoever went to lunch is not late."""
_RESULTS: Final = 300


class _Calendars:
    """Working time as for real issues."""

    def limit(self, deadline: Deadline, since: datetime) -> datetime:
        calendar = calendars.calendar(deadline.calendar)
        if deadline.workdays:
            return calendar.end_of_workday(since, deadline.workdays)
        return calendar.add(since, int(deadline.seconds or 0))

    def timer(self, spec: effects.TimerSpec, now: datetime) -> datetime:
        return timer_due(spec, now)


@transaction.atomic
def start_drill(*, ground: Ground, card: DrillCard | None, actor: Actor, now: datetime) -> Drill:
    """A practice case, on a card or free. ``DrillMoved`` where the chart cannot even begin."""
    if actor.user_id is None or not permissions.may_see(actor):
        raise Forbidden
    if card is not None and card.key != ground.key:
        raise NotFound
    try:
        world = begin(ground.chart, start_values(ground.chart, ground.forms), now, _Calendars())
    except CommandRefused as refused:
        raise DrillMoved from refused
    return Drill.objects.create(
        key=ground.key,
        version=ground.version,
        draft=ground.draft,
        revision=ground.revision,
        card=card,
        title=card.title if card is not None else "",
        story=card.story if card is not None else "",
        plan=card.steps if card is not None else [],
        user_id=actor.user_id,
        user_name=actor.name[:200],
        started_at=now,
        touched_at=now,
        ended_at=now if world.state.ended else None,
        world=world.to_document(),
    )


@transaction.atomic
def complete_drill_step(
    *,
    drill_id: int,
    item: int,
    outcome: str,
    data: Mapping[str, object],
    faults: Sequence[str],
    heeded: int,
    actor: Actor,
    now: datetime,
) -> Drill:
    """Hands a step in. ``faults``: labels of fields that are wrong: then only the first try is noted and nothing moves.

    On a card the case goes on as the card says, whatever was chosen: what was chosen is judged. ``heeded``: how many
    cautions were acknowledged. Refuses ``DrillOver``, ``DrillMoved``, ``DrillStale``.
    """
    drill, ground, world = _open(drill_id, actor, now)
    work = next((one for one in world.work if one.item == item), None)
    if work is None:
        raise DrillMoved
    if faults:
        drill.faults = {str(item): list(faults)[:50], **drill.faults}
        return _kept(drill, world, now)
    node = ground.chart.nodes[work.node]
    wanted = card_step(card_steps(drill.plan), work.node, work.nth)
    handed = _declared(ground, node, data)
    facts = _facts(drill, ground, world, work, wanted, outcome, handed, heeded)
    values, arrow = (handed, outcome) if wanted is None else ({**handed, **wanted.values}, wanted.outcome or outcome)
    command = commands.CompleteTask(item=item, variables=values, outcome=arrow or None)
    try:
        world = act(ground.chart, world, command, _Calendars())
    except CommandRefused as refused:
        raise DrillMoved from refused
    form = node.ext.form
    if form:
        drill.record = {**drill.record, form: {**drill.record.get(form, {}), **_json(data)}}
    result = {**_json(asdict(facts)), **result_of(facts).to_document(), "values": dict(values)}
    drill.results = [*drill.results, result][-_RESULTS:]
    return _kept(drill, world, now)


@transaction.atomic
def let_happen(*, drill_id: int, kind: str, number: int, actor: Actor, now: datetime) -> Drill:
    """A timer runs out, a message comes: the clock moves on, or what the card says arrives. Refuses as above."""
    drill, ground, world = _open(drill_id, actor, now)
    wait = next((one for one in world.waits if (one.kind, one.number) == (kind, number)), None)
    if wait is None:
        raise DrillMoved
    plan = [one for one in card_steps(drill.plan) if one.node == wait.node and one.kind == wait.kind]
    before = sum(one.what == "happened" and one.node == wait.node for one in world.said)
    values = plan[min(before, len(plan) - 1)].values if plan else {}
    try:
        world = happen(ground.chart, world, wait, values, _Calendars())
    except CommandRefused as refused:
        raise DrillMoved from refused
    return _kept(drill, world, now)


@transaction.atomic
def save_card(
    *,
    ground: Ground,
    card_id: int | None,
    title: str,
    story: str,
    steps: Sequence[CardStep],
    actor: Actor,
    now: datetime,
) -> DrillCard:
    """A card by hand, new or changed. Refuses ``CardBad``, ``TextTooLong``."""
    if not permissions.may_draw(actor):
        raise Forbidden
    title, story = said(title), said(story)
    if not title or not story or len(title) > 200:
        raise CardBad
    told = [replace(one, fact=said(one.fact)) for one in steps]
    card = DrillCard(key=ground.key)
    if card_id is not None:
        known = DrillCard.objects.select_for_update().filter(pk=card_id, key=ground.key, removed_at__isnull=True)
        card = known.first() or _missing()
    card.title, card.story, card.steps = title, story, plain_steps(told)
    card.by_id, card.by_name, card.at = actor.user_id, actor.name[:200], now
    card.save()
    return card


@transaction.atomic
def generate_cards(*, ground: Ground, english: bool, actor: Actor, now: datetime) -> list[DrillCard]:
    """Cards made from paths through the chart, beside those that are there; one of the same title is not made again."""
    if not permissions.may_draw(actor):
        raise Forbidden
    made = make_cards(ground.chart, ground.forms, english=english)
    purpose = ground.chart.starts_when if ground.chart.starts_when.zh else ground.chart.purpose
    story = (purpose.en or purpose.zh if english else purpose.zh or purpose.en) or ground.name
    taken = set(DrillCard.objects.filter(key=ground.key, removed_at__isnull=True).values_list("title", flat=True))
    return DrillCard.objects.bulk_create(
        DrillCard(
            key=ground.key,
            title=title,
            story=story,
            steps=plain_steps(steps),
            by_id=actor.user_id,
            by_name=actor.name[:200],
            at=now,
        )
        for title, steps in made
        if title not in taken
    )


@transaction.atomic
def remove_card(*, card_id: int, actor: Actor, now: datetime) -> None:
    """Nobody practises on it any more; results stay."""
    if not permissions.may_draw(actor):
        raise Forbidden
    if not DrillCard.objects.filter(pk=card_id, removed_at__isnull=True).update(removed_at=now):
        raise NotFound


def _missing() -> DrillCard:
    raise NotFound


def _open(drill_id: int, actor: Actor, now: datetime) -> tuple[Drill, Ground, World]:
    """The case with its sandbox, whose clock has gone on with the time at the desk."""
    drill = Drill.objects.select_for_update(of=("self",)).select_related("draft").filter(pk=drill_id).first()
    if drill is None or drill.user_id != actor.user_id:
        raise NotFound
    if drill.ended_at is not None:
        raise DrillOver
    world = World.from_document(drill.world)
    passed = min(max(now - drill.touched_at, timedelta(0)), _LONGEST_STEP)
    return drill, ground_of(actor=actor, drill=drill), replace(world, now=world.now + passed)


def _kept(drill: Drill, world: World, now: datetime) -> Drill:
    drill.world, drill.touched_at = world.to_document(), now
    if world.state.ended or world.stuck:
        drill.ended_at = now
        drill.score = total([cast("int | None", one["score"]) for one in drill.results])
    drill.save(update_fields=["world", "touched_at", "ended_at", "score", "record", "results", "faults"])
    return drill


def _declared(ground: Ground, node: Node, data: Mapping[str, object]) -> dict[str, object]:
    """What enters the chart of what was written: declared names, blank where the field was left blank."""
    found: dict[str, object] = {}
    for name in fields_of(node, ground.forms):
        variable = ground.chart.variables.get(name)
        if variable is not None:
            value = data.get(name)
            found[name] = {"list": [], "boolean": False}.get(variable.type) if value is None else value
    return {name: value for name, value in _json(found).items() if value is not None}


def _json(found: Mapping[str, object]) -> dict[str, object]:
    return cast(dict[str, object], json.loads(json.dumps(dict(found), default=str)))


def _facts(
    drill: Drill,
    ground: Ground,
    world: World,
    work: Work,
    wanted: CardStep | None,
    outcome: str,
    handed: Mapping[str, object],
    heeded: int,
) -> Facts:
    node = ground.chart.nodes[work.node]
    asked = dict(wanted.values) if wanted is not None else {}
    known = asked_values(ground.chart, node, ground.forms)
    return Facts(
        item=work.item,
        node=work.node,
        nth=work.nth,
        at=world.now,
        due=work.due,
        chosen=outcome,
        wanted=wanted.outcome if wanted is not None else "",
        given={name: handed.get(name) for name in asked},
        asked={name: value for name, value in asked.items() if name in known},
        faults=drill.faults.get(str(work.item), []) if node.ext.form else None,
        heeded=heeded,
        warned=len(node.ext.cautions) + len(node.ext.importants),
    )
