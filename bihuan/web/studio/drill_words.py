"""Scores and the protocol of practice, in the reader's words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.bpmn import Chart
from bihuan.bpmn.outline.words import name_of
from bihuan.studio.drilling import fields_of, steering
from bihuan.studio.drilling.world import Said
from bihuan.studio.queries import Ground
from bihuan.web.ui.environment import in_language
from bihuan.web.ui.filters import instant

_PARTS: Final = {
    "decision": gettext_noop("判断"),
    "form": gettext_noop("表单"),
    "limit": gettext_noop("时限"),
    "cautions": gettext_noop("注意事项"),
}
_SAID: Final = {
    "done": (gettext_noop("办完“%(name)s”"), "check"),
    "dropped": (gettext_noop("“%(name)s”不用办了"), "slash"),
    "system": (gettext_noop("系统办了“%(name)s”（演练，没有真的发出）"), "auto"),
    "sent": (gettext_noop("发出“%(name)s”（演练，没有真的发出）"), "send"),
    "happened": (gettext_noop("发生“%(name)s”"), "bolt"),
    "ended": (gettext_noop("到此结束：%(name)s"), "flag"),
    "stuck": (gettext_noop("在“%(name)s”走不下去了"), "alert"),
}


def named(chart: Chart, node: str) -> str:
    """What a node is called."""
    found = chart.nodes.get(node)
    if found is None:
        return node
    text = name_of(found)
    return in_language(text.zh, text.en)


def said_rows(chart: Chart, lines: Sequence[Said]) -> list[dict[str, object]]:
    """The protocol, the newest first."""
    found: list[dict[str, object]] = []
    for one in reversed(lines):
        text, icon = _SAID[one.what]
        found.append({"at": instant(one.at), "text": _(text) % {"name": named(chart, one.node)}, "icon": icon})
    return found


def result_rows(ground: Ground, results: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    """The judged steps with marks and reasons."""
    return [
        {
            "name": named(ground.chart, str(one["node"])),
            "nth": one["nth"],
            "score": one["score"],
            "marks": [_mark(ground, one, mark) for mark in cast(list[Mapping[str, object]], one["marks"])],
        }
        for one in results
    ]


def _mark(ground: Ground, result: Mapping[str, object], mark: Mapping[str, object]) -> dict[str, object]:
    part = str(mark["part"])
    why = {"decision": _decided, "form": _filled, "limit": _in_time, "cautions": _heeded}[part]
    return {
        "part": _(_PARTS[part]),
        "got": mark["got"],
        "of": mark["of"],
        "full": mark["got"] == mark["of"],
        "why": why(ground, result, cast(Sequence[str], mark["names"])),
    }


def _decided(ground: Ground, result: Mapping[str, object], wrong: Sequence[str]) -> str:
    if not wrong:
        return _("判断正确")
    given = cast(Mapping[str, object], result["given"])
    asked = cast(Mapping[str, object], result["asked"])
    found = []
    for name in wrong:
        if not name:
            chosen, wanted = arrow(ground.chart, str(result["chosen"])), arrow(ground.chart, str(result["wanted"]))
            found.append(_("选了“%(chosen)s”，这个案例应当选“%(wanted)s”") % {"chosen": chosen, "wanted": wanted})
            continue
        node = str(result["node"])
        words = {
            "field": field_label(ground, node, name),
            "given": value_text(ground, node, name, given.get(name)),
            "wanted": value_text(ground, node, name, asked.get(name)),
        }
        found.append(_("“%(field)s”填的是“%(given)s”，应当是“%(wanted)s”") % words)
    return "；".join(found)


def arrow(chart: Chart, flow_id: str) -> str:
    """The words of an arrow."""
    flow = chart.flows.get(flow_id)
    if flow is None:
        return _("没有选")
    return in_language(flow.name, flow.name_en) or named(chart, flow.target)


def field_label(ground: Ground, node: str, name: str) -> str:
    """The label of a field of a step."""
    field = fields_of(ground.chart.nodes[node], ground.forms).get(name, {})
    known = steering(ground.chart).get(name)
    label = in_language(str(field.get("title") or ""), str(field.get("x-titleEn") or ""))
    return label or (in_language(known.label, known.label_en) if known is not None else "") or name


def value_text(ground: Ground, node: str, name: str, value: object) -> str:
    """A value of a field as it reads on the form."""
    field = fields_of(ground.chart.nodes[node], ground.forms).get(name, {})
    options = field.get("enum")
    if isinstance(options, list) and value in options:
        at = options.index(value)
        zh, en = field.get("x-enumNames"), field.get("x-enumNamesEn")
        words = [one[at] if isinstance(one, list) and at < len(one) else "" for one in (zh, en)]
        return in_language(str(words[0]), str(words[1])) or str(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return _("有") if value else _("没有")
    return _("没有填") if value in (None, "") else str(value)


def _filled(_ground: Ground, _result: Mapping[str, object], wrong: Sequence[str]) -> str:
    if not wrong:
        return _("一次填好")
    words = {"n": len(wrong), "fields": "、".join(wrong[:6])}
    return _("第一次提交有 %(n)d 处没有填好：%(fields)s") % words


def _in_time(_ground: Ground, result: Mapping[str, object], _wrong: Sequence[str]) -> str:
    at, due = datetime.fromisoformat(str(result["at"])), datetime.fromisoformat(str(result["due"]))
    words = {"due": instant(due), "at": instant(at)}
    if at <= due:
        return _("在时限 %(due)s 之前办完") % words
    return _("时限是 %(due)s，%(at)s 才办完") % words


def _heeded(_ground: Ground, result: Mapping[str, object], _wrong: Sequence[str]) -> str:
    words = {"n": result["warned"], "m": result["heeded"]}
    if result["heeded"] == result["warned"]:
        return _("%(n)s 条都确认看过") % words
    return _("%(n)s 条里确认看过 %(m)s 条") % words
