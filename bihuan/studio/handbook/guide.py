"""Step by step: everything about one step that whoever does it must know."""

from collections.abc import Mapping
from typing import Final, cast

from bihuan.bpmn import Node, Text
from bihuan.bpmn.outline.words import deadline_words
from bihuan.documents.manual import Article, Facts, Part, Points, Warned, Words
from bihuan.documents.manual_forms import field_kind, pick
from bihuan.documents.model import Table
from bihuan.studio.handbook.speech import Speech
from bihuan.studio.handbook.ways import onwards

Forms = Mapping[str, Mapping[str, object]]
BY_HAND: Final = frozenset({"userTask", "manualTask", "task"})


def step_article(speech: Speech, node: Node, forms: Forms) -> Article:
    """One step; ``note``: the article of the rules that it carries out, and its id in the chart."""
    number = speech.numbers.get(node.id, "")
    by = speech.pick(f"依据第 {number} 条 · {node.id}", f"article {number} · {node.id}") if number else node.id
    parts: list[Part] = [Facts(tuple(_facts(speech, node)))]
    parts += [Words(speech.text(one)) for one in node.ext.instructions]
    parts += _points(speech, speech.pick("办理要领", "How it is done"), node.ext.methods, numbered=True)
    important, caution = speech.pick("重要", "Important"), speech.pick("注意", "Caution")
    parts += [Warned("red", important, speech.text(one)) for one in node.ext.importants]
    parts += [Warned("green", caution, speech.text(one)) for one in node.ext.cautions]
    parts += _points(speech, speech.pick("要留下的凭据", "Evidence to keep"), node.ext.evidence)
    parts += _points(speech, speech.pick("案例", "Cases"), node.ext.cases)
    parts += _fields(speech, node, forms)
    parts.append(Points(speech.pick("办完之后", "What happens next"), onwards(speech, node)))
    return Article(speech.voice.name(node), tuple(parts), by)


def _facts(speech: Speech, node: Node) -> list[tuple[str, str]]:
    pick_, ext, voice = speech.pick, node.ext, speech.voice
    found = [(pick_("谁来办", "Who"), voice.who(node) or _automatic(speech, node))]
    if ext.deadline is not None:
        limit = speech.text(deadline_words(ext.deadline))
        found.append((pick_("时限", "Limit"), limit + _since(speech, node)))
        if ext.deadline.escalate_to:
            found.append((pick_("超时告知", "If late, told"), voice.called(ext.deadline.escalate_to)))
    phase = next((one for one in speech.chart.phases if one.id == ext.phase), None)
    if phase is not None:
        found.append((pick_("阶段", "Phase"), speech.text(Text(phase.name, phase.name_en))))
    if ext.form:
        groups = speech.listed([voice.called(f"{ext.form}.{one}") for one in ext.groups]).replace(f"{ext.form}.", "")
        whole = pick_("整张", "all of it")
        found.append(
            (pick_("表单", "Form"), f"{ext.form} {voice.called(ext.form)}" + pick_("：", ": ") + (groups or whole))
        )
    if ext.decision:
        found.append((pick_("决策表", "Decision table"), voice.called(ext.decision)))
    if node.loop is not None:
        one_by_one = node.loop.kind != "parallel"
        said = pick_("逐个办", "one after the other") if one_by_one else pick_("同时各办一份", "at the same time")
        found.append((pick_("办几份", "How often"), said))
    return found


def _since(speech: Speech, node: Node) -> str:
    """From when the limit counts, where it is not from the step itself."""
    anchor = node.ext.deadline.anchor if node.ext.deadline is not None else ""
    if anchor == "start":
        return speech.pick("，从流程开始算起", ", from the start of the process")
    other = speech.chart.nodes.get(anchor.removeprefix("node:"))
    if not anchor.startswith("node:") or other is None:
        return ""
    return speech.pick(f"，从“{speech.voice.name(other)}”算起", f", from “{speech.voice.name(other)}”")


def _automatic(speech: Speech, node: Node) -> str:
    return "—" if node.kind in BY_HAND else speech.pick("系统自动", "The system")


def _points(speech: Speech, label: str, texts: tuple[Text, ...], *, numbered: bool = False) -> list[Part]:
    return [Points(label, tuple(speech.text(one) for one in texts), numbered)] if texts else []


def _fields(speech: Speech, node: Node, forms: Forms) -> list[Part]:
    """The fields that this step fills in."""
    form = forms.get(node.ext.form)
    if not node.ext.form or form is None:
        return []
    properties = _nodes(form.get("properties"))
    rows = []
    for group in _groups(form, node.ext.groups, list(properties)):
        needed = _texts(group.get("required"))
        for name in _texts(group.get("fields")):
            field = properties.get(name)
            if field is None or field.get("x-widget") == "heading":
                continue
            title = pick(field, "title", speech.english) or name
            must = speech.pick("必填", "required") if name in needed else ""
            rows.append((title, field_kind(field, speech.english), must, pick(field, "description", speech.english)))
    columns = (
        speech.pick("字段", "Field"),
        speech.pick("类型", "Type"),
        speech.pick("必填", "Required"),
        speech.pick("说明", "Hint"),
    )
    label = speech.pick(f"填写 {node.ext.form} 的内容", f"What to fill in on {node.ext.form}")
    return [Table(label, columns, tuple(rows), (30, 18, 12, 40))] if rows else []


def _groups(form: Mapping[str, object], wanted: tuple[str, ...], every: list[str]) -> list[Mapping[str, object]]:
    found = form.get("x-groups")
    groups = (
        [cast(Mapping[str, object], one) for one in found if isinstance(one, Mapping)]
        if isinstance(found, list)
        else []
    )
    if not groups:
        return [{"fields": every, "required": form.get("required")}]
    return [one for one in groups if not wanted or one.get("key") in wanted]


def _nodes(value: object) -> dict[str, Mapping[str, object]]:
    return {str(k): one for k, one in value.items() if isinstance(one, Mapping)} if isinstance(value, Mapping) else {}


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
