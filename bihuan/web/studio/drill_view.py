"""What the pages of practice show."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.accounts import queries as accounts
from bihuan.bpmn import Chart, Node, Text
from bihuan.bpmn.outline.words import name_of
from bihuan.core.actor import Actor
from bihuan.flows.forms import step_schema
from bihuan.studio.drilling import Wait, Work, World, card_step, card_steps
from bihuan.studio.models import Drill, DrillCard
from bihuan.studio.queries import Ground
from bihuan.web.desk.panel import way
from bihuan.web.present.words import role_name
from bihuan.web.studio.drill_words import result_rows, said_rows
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import instant
from bihuan.web.ui.forms import FieldError, FormContext, FormView, Option, build_form

Context = dict[str, object]
Schema = dict[str, object]
_BY_FILE: Final = frozenset({"files", "signature"})


def whole(text: str) -> int:
    """A number from a page; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def addresses(ground: Ground) -> dict[str, str]:
    """Where the pages of this ground are."""
    if ground.draft is not None:
        number = ground.draft.pk
        return {
            "index": reverse("web:studio_drills", args=[number]),
            "start": reverse("web:studio_drill_start", args=[number]),
            "new": reverse("web:studio_drill_card_new", args=[number]),
            "make": reverse("web:studio_drill_cards_make", args=[number]),
            "back": reverse("web:studio_editor", args=[number]),
        }
    return {
        "index": reverse("web:drills", args=[ground.key]),
        "start": reverse("web:drill_start", args=[ground.key]),
        "new": reverse("web:drill_card_new", args=[ground.key]),
        "make": reverse("web:drill_cards_make", args=[ground.key]),
        "back": reverse("web:chart", args=[ground.key]),
    }


def index_context(ground: Ground, cards: Sequence[DrillCard], rows: Sequence[Drill]) -> Context:
    """Cards and results."""
    return {
        "name": in_language(ground.name, ground.name_en),
        "is_draft": ground.draft is not None,
        "to": addresses(ground),
        "cards": [
            {
                "id": card.pk,
                "title": card.title,
                "story": card.story,
                "count": sum(one.kind == "work" for one in card_steps(card.steps)),
                "edit": _card_address(ground, card.pk),
            }
            for card in cards
        ],
        "rows": [
            {
                "id": row.pk,
                "who": row.user_name,
                "title": row.title or _("自由练习"),
                "at": row.started_at,
                "score": row.score,
                "over": row.ended_at is not None,
                "steps": len(row.results),
            }
            for row in rows
        ],
    }


def _card_address(ground: Ground, card_id: int) -> str:
    if ground.draft is not None:
        return reverse("web:studio_drill_card", args=[ground.draft.pk, card_id])
    return reverse("web:drill_card", args=[ground.key, card_id])


def _world(drill: Drill) -> World:
    return World.from_document(drill.world)


def _work(world: World, item: int) -> Work | None:
    return next((one for one in world.work if one.item == item), world.work[0] if world.work and not item else None)


def schema_of(ground: Ground, drill: Drill, item: int) -> Schema | None:
    """The step's form without files and signatures: nothing is stored in practice."""
    work = _work(_world(drill), item)
    node = ground.chart.nodes[work.node] if work is not None else None
    form = ground.forms.get(node.ext.form) if node is not None and node.ext.form else None
    if node is None or form is None:
        return None
    schema = step_schema(form, node.ext.groups)
    properties = cast(Mapping[str, Mapping[str, object]], schema["properties"])
    kept = {name: one for name, one in properties.items() if one.get("x-widget") not in _BY_FILE}
    schema["properties"] = kept
    schema["required"] = [name for name in cast(list[str], schema["required"]) if name in kept]
    return schema


def record_of(ground: Ground, drill: Drill, item: int) -> dict[str, object]:
    """What this case has written on the step's form so far."""
    work = _work(_world(drill), item)
    code = ground.chart.nodes[work.node].ext.form if work is not None else ""
    return dict(cast(Mapping[str, object], drill.record.get(code) or {}))


def page_context(
    actor: Actor,
    ground: Ground,
    drill: Drill,
    *,
    item: int,
    data: dict[str, object] | None,
    errors: list[FieldError],
    heeded: Sequence[str],
) -> Context:
    """The step that waits with what the trainee must know, what may happen, and how the last step was judged."""
    world, chart = _world(drill), ground.chart
    work = _work(world, item) or _work(world, 0)
    results = result_rows(ground, drill.results)
    return {
        "id": drill.pk,
        "name": in_language(ground.name, ground.name_en),
        "title": drill.title or _("自由练习"),
        "story": drill.story,
        "has_card": bool(drill.plan),
        "card": drill.card_id,
        "to": addresses(ground),
        "clock": instant(world.now),
        "said": said_rows(chart, world.said),
        "results": results,
        "last": results[-1] if results else None,
        "score": drill.score,
        "who": drill.user_name,
        "stuck": world.stuck,
        "works": [_tab(chart, one, one is work) for one in world.work],
        "step": _step(ground, drill, world, work) if work is not None else None,
        "heeded": list(heeded),
        "view": _form(actor, ground, drill, work, data, errors) if work is not None else None,
        "waits": _waits(chart, drill, world),
    }


def _tab(chart: Chart, work: Work, on: bool) -> Context:
    node = chart.nodes[work.node]
    return {"item": work.item, "name": in_language(node.name, node.name_en), "on": on}


def _texts(texts: Sequence[Text]) -> list[str]:
    return [in_language(one.zh, one.en) for one in texts]


def _step(ground: Ground, drill: Drill, world: World, work: Work) -> Context:
    chart, node = ground.chart, ground.chart.nodes[work.node]
    wanted = card_step(card_steps(drill.plan), work.node, work.nth)
    after = chart.nodes[chart.flows[node.outgoing[0]].target] if node.outgoing else None
    role = role_name(node.ext.role) if node.ext.role else ""
    return {
        "item": work.item,
        "name": in_language(node.name, node.name_en),
        "line": " · ".join(part for part in (role, _due(world, work)) if part),
        "late": work.due is not None and world.now > work.due,
        "fact": wanted.fact if wanted is not None else "",
        "ways": [way(one) for one in chart.outcomes(node.id, {}, world.state)],
        "after": _named(after) if after is not None else "",
        "instructions": _texts(node.ext.instructions),
        "methods": _texts(node.ext.methods),
        "warnings": [
            *({"tone": "red", "text": one} for one in _texts(node.ext.importants)),
            *({"tone": "green", "text": one} for one in _texts(node.ext.cautions)),
        ],
        "evidence": _texts(node.ext.evidence),
        "cases": _texts(node.ext.cases),
    }


def _due(world: World, work: Work) -> str:
    if work.due is None:
        return _("没有时限")
    if world.now > work.due:
        return _("已过时限 %(at)s") % {"at": instant(work.due)}
    return _("时限 %(at)s") % {"at": instant(work.due)}


def _named(node: Node) -> str:
    text = name_of(node)
    return in_language(text.zh, text.en)


def _form(
    actor: Actor, ground: Ground, drill: Drill, work: Work, data: dict[str, object] | None, errors: list[FieldError]
) -> FormView | None:
    schema = schema_of(ground, drill, work.item)
    if schema is None:
        return None
    surroundings = FormContext(
        people=[Option(person.username, person.name) for person in accounts.people(actor=actor)],
        departments=[Option(place.key, in_language(place.name, place.name_en)) for place in accounts.departments()],
        values={"now": datetime.fromisoformat(cast(str, drill.world["now"])), "actor": actor.username},
    )
    shown = data if data is not None else record_of(ground, drill, work.item)
    return build_form(schema, shown, errors, context=surroundings)


def _waits(chart: Chart, drill: Drill, world: World) -> list[Context]:
    """What may happen; while nobody has anything to do, on a card only what the card tells."""
    found = [one for one in world.waits if one.kind != "service"]
    if not world.work:
        plan = [one for one in card_steps(drill.plan) if one.kind != "work"]
        told = [one for one in found if _is_told(world, plan_nodes=[each.node for each in plan], wait=one)]
        usual = [one for one in found if chart.nodes[one.node].kind != "startEvent"]
        found = told or usual or found
    return [_wait(chart, one) for one in sorted(found, key=lambda one: (one.due is None, one.due, one.number))]


def _is_told(world: World, *, plan_nodes: Sequence[str], wait: Wait) -> bool:
    before = sum(one.what == "happened" and one.node == wait.node for one in world.said)
    return plan_nodes.count(wait.node) > before


def _wait(chart: Chart, wait: Wait) -> Context:
    node = chart.nodes[wait.node]
    name = _named(node)
    text = _("时间快进到 %(at)s") % {"at": instant(wait.due)} if wait.due is not None else name
    return {
        "kind": wait.kind,
        "number": wait.number,
        "text": text,
        "more": name if wait.due is not None else "",
        "icon": "timer" if wait.due is not None else "mail",
    }
