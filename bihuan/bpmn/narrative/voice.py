"""Sentences about single elements, in one language."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from bihuan.bpmn.model import Chart, Deadline, Node, Text
from bihuan.bpmn.outline.read import event_words
from bihuan.bpmn.outline.words import deadline_words, name_of, spaced
from bihuan.bpmn.xml.vocabulary import SUB_PROCESSES

Language: TypeAlias = Literal["zh", "en"]

_BY_HAND: Final = frozenset({"userTask", "manualTask", "task"})
_AUTOMATIC: Final = {
    "serviceTask": Text("系统自动办，不用人动手。", "The system does this by itself."),
    "sendTask": Text("由系统发出。", "The system sends this."),
    "scriptTask": Text("系统自动计算。", "The system computes this."),
}


class Voice:
    """Speaks one language about one chart. `names`: what keys (roles, forms, tables, departments) are called."""

    def __init__(self, chart: Chart, language: Language, names: Mapping[str, Text]) -> None:
        self.chart = chart
        self.zh = language == "zh"
        self.names = names

    def pick(self, zh: str, en: str) -> str:
        """The one in the reader's language."""
        return spaced(zh) if self.zh else en

    def text(self, text: Text) -> str:
        """A sentence in the reader's language, in the other where there is none."""
        return (text.zh or text.en) if self.zh else (text.en or text.zh)

    def name(self, node: Node) -> str:
        """What an element is called."""
        return self.text(name_of(node))

    def called(self, key: str) -> str:
        """What a key is called."""
        return self.text(self.names[key]) if key in self.names else key

    def listed(self, words: list[str]) -> str:
        """Several words."""
        return ("、" if self.zh else ", ").join(words)

    def who(self, node: Node) -> str:
        """Who is responsible; "" if the chart does not say."""
        lane = self.chart.lanes.get(node.lane or "")
        if lane is not None and lane.name and node.ext.role not in self.names:
            return self.text(Text(lane.name, lane.name_en))
        return self._in_department(node, self.called(node.ext.role)) if node.ext.role else ""

    def _in_department(self, node: Node, role: str) -> str:
        key = node.ext.department
        if not key:
            return role
        known = self.chart.variables.get(key[1:]) if key.startswith("=") else None
        where = self.text(Text(known.label or known.name, known.label_en)) if known else self.called(key.lstrip("="))
        return f"{where}的{role}" if self.zh else f"{role} of {where}"

    # steps ------------------------------------------------------------------------------------------------------------

    def step(self, node: Node) -> str:
        """Everything about a step, as one paragraph."""
        parts = [self._doing(node), self._repeated(node), self._form(node), *self._notes(node), self._late(node)]
        return ("" if self.zh else " ").join(part for part in parts if part)

    def _doing(self, node: Node) -> str:
        name = self.name(node)
        if node.kind in _BY_HAND:
            return self._by_hand(node, name)
        if node.kind in _AUTOMATIC:
            return self.pick(f"{name}：{_AUTOMATIC[node.kind].zh}", f"{name}: {_lower(_AUTOMATIC[node.kind].en)}")
        if node.kind == "businessRuleTask":
            table = self.called(node.ext.decision)
            return self.pick(f"{name}：系统查决策表“{table}”得出。", f"{name}: read from the decision table “{table}”.")
        if node.kind in SUB_PROCESSES:
            return self.pick(f"{name}，分几步办：", f"{name}, in these steps:")
        if node.kind == "callActivity":
            return self.pick(
                f"{name}：转到另一条流程去办，办完回来。", f"{name}: another process takes over and comes back."
            )
        return self._event(node, name)

    def _by_hand(self, node: Node, name: str) -> str:
        who, limit = self.who(node), node.ext.deadline
        time = self.text(deadline_words(limit)) if limit is not None else ""
        since = self._since(limit) if limit is not None else ""
        if self.zh:
            by = f"，由{who}办理" if who else ""
            within = f"，{since}{time}内完成" if time else ""
            return spaced(f"{name}{by}{within}。")
        by = f", done by {who}" if who else ""
        within = f", within {time}{since}" if time else ""
        return f"{name}{by}{within}."

    def _since(self, limit: Deadline) -> str:
        if limit.anchor == "start":
            return self.pick("从开始算起", " of the start")
        if limit.anchor.startswith("node:") and limit.anchor[5:] in self.chart.nodes:
            other = self.name(self.chart.nodes[limit.anchor[5:]])
            return self.pick(f"从“{other}”算起", f" of “{other}”")
        return ""

    def _event(self, node: Node, name: str) -> str:
        words = self.text(event_words(node))
        if node.kind == "receiveTask":
            return self.pick(f"{name}：等对方答复。", f"{name}: waits for an answer.")
        if node.kind == "intermediateCatchEvent":
            return self._waiting(node, name, words)
        if node.trigger in ("message", "signal", "escalation"):
            return self.pick(f"{name}：发出通知。", f"{name}: a notice goes out.")
        return self.pick(f"{name}。", f"{name}.")

    def _waiting(self, node: Node, name: str, words: str) -> str:
        if node.trigger == "timer":
            told = node.event.timer if node.event is not None else None
            if told is not None and told.kind == "date":
                return self.pick(f"{name}：等到{words}。", f"{name}: waits until {words}.")
            return self.pick(f"{name}：等 {words}。", f"{name}: waits {words}.")
        return self.pick(f"{name}。", f"{name}.")

    def _repeated(self, node: Node) -> str:
        loop = node.loop
        if loop is None:
            return ""
        if loop.collection is not None:
            known = self.chart.variables.get(loop.collection)
            whom = self.text(Text(known.label or known.name, known.label_en)) if known else loop.collection
            if loop.kind == "sequential":
                return self.pick(f"{whom}逐个办一份。", f"Once for each of {whom}, one after the other.")
            return self.pick(f"{whom}各办一份，同时进行。", f"Once for each of {whom}, at the same time.")
        return self.pick("可能要办几遍。", "It may be done several times.")

    def _form(self, node: Node) -> str:
        if not node.ext.form:
            return ""
        form = self.called(node.ext.form)
        groups = self.listed([self.called(f"{node.ext.form}.{one}") for one in node.ext.groups])
        groups = groups.replace(f"{node.ext.form}.", "")
        if self.zh:
            return spaced(f"填写{form}" + (f"（{groups}）" if groups else "") + "。")
        return f"Fill in {form}" + (f" ({groups})" if groups else "") + "."

    def _notes(self, node: Node) -> list[str]:
        ext = node.ext
        found = [self._sentence(self.text(one)) for one in ext.instructions]
        found += [self.pick(f"务必：{self.text(one)}。", f"Never forget: {self.text(one)}.") for one in ext.importants]
        if ext.evidence:
            kept = self.listed([self.text(one).rstrip("。.") for one in ext.evidence])
            found.append(self.pick(f"要留下：{kept}。", f"To be kept: {kept}."))
        return [one.replace("。。", "。").replace("..", ".") for one in found]

    def _sentence(self, words: str) -> str:
        stop = "。" if self.zh else "."
        return words if words.endswith(("。", ".", "！", "？")) else words + stop

    def _late(self, node: Node) -> str:
        limit = node.ext.deadline
        if limit is None or not limit.escalate_to:
            return ""
        told = self.called(limit.escalate_to)
        return self.pick(f"超时告知{told}。", f"If it is late, {told} is told.")

    # events on steps --------------------------------------------------------------------------------------------------

    def side(self, event: Node) -> str:
        """When something happens while a step is being done."""
        words = self.text(event_words(event))
        zh, en = {
            "timer": (f"满 {words}还没办完", f"After {words} without being done"),
            "error": ("办理出错", "If it fails"),
            "compensation": ("以后要撤销这一步", "If this is undone later"),
            "cancel": ("整件事取消", "If the whole is cancelled"),
        }.get(event.trigger, (f"办理期间发生“{self.name(event)}”", f"If “{self.name(event)}” happens meanwhile"))
        if event.trigger == "compensation":
            return self.pick(f"{zh}：", f"{en}:")
        if event.interrupting:
            return self.pick(f"{zh}，就停下这一步：", f"{en}, this step stops:")
        return self.pick(f"{zh}，这一步照办，同时：", f"{en}, this step goes on and:")

    def end(self, node: Node) -> str:
        """An end."""
        name = self.name(node) if node.name else ""
        if node.trigger == "terminate":
            return self.pick(f"全部结束{_so(name)}。", f"Everything ends{_so_en(name)}.")
        if node.trigger == "error":
            return self.pick(f"报错结束{_so(name)}。", f"It ends with an error{_so_en(name)}.")
        return self.pick(f"到此结束{_so(name)}。", f"It ends here{_so_en(name)}.")


def _so(name: str) -> str:
    return f"：{name}" if name and name != "结束" else ""


def _so_en(name: str) -> str:
    return f": {name}" if name and name != "End" else ""


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
