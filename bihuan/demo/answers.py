"""What people fill into a step's form: from the story where a field is known, else something fitting its schema."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, cast

from bihuan.core.actor import Actor
from bihuan.demo import stories

if TYPE_CHECKING:
    from bihuan.demo.run import Case

Schema = Mapping[str, object]
_SHORT = {"phone": "电话核实", "verify_method": "record"}


def _known(name: str, case: "Case", now: datetime, random: Random) -> object:
    """Values by the names of T01's fields; None where the story says nothing."""
    story = case.story
    values: dict[str, object] = {
        "type": story.type,
        "urgency": story.urgency,
        "impact": story.impact,
        "complexity": story.complexity,
        "description": story.text.format(n=case.n),
        "details": "客户补充了截图和时间段。",
        "verify_result": "true",
        "attendees": "韩立群、陈牧、周敬",
        "meeting_result": "主责牵头排查，协责提供日志，当日汇总。",
        "phenomenon": story.title.format(n=case.n),
        "root_cause": story.cause,
        "cause_class": "design",
        "whys": [{"why": why, "answer": answer, "evidence": "日志"} for why, answer in story.whys],
        "measures": story.measure,
        "solution_type": "repair",
        "expected": "同样情况不再出现，客户确认。",
        "steps": [{"step": part, "owner": "engineer"} for part in story.measure.split("，")],
        "risk": story.risk,
        "risk_basis": "按影响范围判定",
        "opinion": "同意，注意按时反馈。",
        "progress": f"已完成：{story.measure}。",
        "acceptance": "验收通过。",
        "feasible": True,
        "support_work": "已提供日志并配合验证。",
        "summary": f"{story.measure}，已恢复正常。",
        "informed_way": "phone",
        "informed_text": f"已告知客户：{story.measure}。",
        "ruling": "按规定关闭并说明。",
        "tries": "上午、下午各拨打一次，均未接通。",
        "explanation": "经核实与本公司产品无关，已说明依据。",
        "lesson": "同类问题按此处理。",
        "publish": True,
        "occurred_at": now.isoformat(),
    }
    if name == "satisfied":
        content = case.dissatisfied == 0
        case.dissatisfied = max(0, case.dissatisfied - 1)
        return content
    if name == "confirmed":
        return "solved" if case.dissatisfied == 0 else "unsolved"
    if name in ("efficiency", "communication", "effectiveness"):
        return random.choices((5, 4, 3, 2), (50, 32, 12, 6))[0] if case.dissatisfied == 0 else random.choice((1, 2))
    if name == "comment":
        return random.choice(stories.COMMENTS) or None
    return values.get(name)


def _any(node: Schema, now: datetime) -> object:
    """Something that the schema takes, for a required field no story speaks of."""
    options = node.get("enum")
    if isinstance(options, list) and options:
        return options[0]
    kinds: dict[object, object] = {
        "boolean": True,
        "integer": node.get("minimum", 1),
        "number": node.get("minimum", 0),
        "array": [],
    }
    if node.get("type") in kinds:
        return kinds[node.get("type")]
    formats: dict[object, object] = {"date-time": now.isoformat(), "date": now.date().isoformat()}
    return formats.get(node.get("format"), "已办理。")


def fill_in(
    *,
    schema: Schema | None,
    case: "Case",
    node: str,
    actor: Actor,
    random: Random,
    now: datetime,
    record: Mapping[str, object],
    departments: Mapping[str, str],
) -> dict[str, object]:
    """The data of one step. ``record`` is what the form starts from; ``departments`` lead department by type."""
    if schema is None:
        return {}
    properties = cast(Mapping[str, Schema], schema.get("properties") or {})
    required = schema.get("required")
    needed = set(required) if isinstance(required, list) else set()
    data: dict[str, object] = {}
    for name, field in properties.items():
        value = record.get(name)
        if value in (None, "", []):
            value = _known(name, case, now, random)
        if value is None and name == "lead_department":
            value = departments.get(case.story.type, "service")
        if value is None and name == "support_departments":
            value = list(case.story.supports)
        if value is None and name in needed:
            value = _any(field, now)
        if value is not None:
            data[name] = value
    return data
