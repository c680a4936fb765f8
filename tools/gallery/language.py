"""A chart in lines of text: what stands at the margin is an element, what is indented is said about it.

``in LANE PHASE [SUB-PROCESS]`` places what follows. Elements: ``start | user | auto | send | rule | if | choose | split |
join | wait | hear | pause | alarm | end | sub``, each with id and ``中文 | English``; ``withdrawal`` and
``duplicate`` let the customer, or a double, end it at any moment. About an element: ``form CODE group…``,
``limit PT2H | 3d [up=ROLE] [calendar=KEY] [from=ANCHOR]``, ``do how mind must case proof by`` (sentences), ``role dept
status holder assign op table each on after message`` (one word or more), and arrows: ``-> id: 中文 | English ? condition``,
``=>`` the default, ``<-`` a return, ``x>`` a refusal. An element without arrows leads to the next one.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from bihuan.bpmn import Deadline, Extension, Phase, Text, Variable
from bihuan.bpmn.sketch import Sketch, SketchFlow, SketchLane, SketchNode
from bihuan.bpmn.timing import parse_duration
from tools.gallery.words import Unreadable, both, first, lines

_KINDS: Final = {
    "start": "startEvent",
    "user": "userTask",
    "auto": "serviceTask",
    "send": "sendTask",
    "rule": "businessRuleTask",
    "if": "exclusiveGateway",
    "choose": "exclusiveGateway",
    "split": "parallelGateway",
    "join": "parallelGateway",
    "wait": "eventBasedGateway",
    "hear": "intermediateCatchEvent",
    "pause": "intermediateCatchEvent",
    "alarm": "boundaryEvent",
    "end": "endEvent",
    "sub": "subProcess",
}
_SENTENCES: Final = {
    "do": "instructions",
    "how": "methods",
    "mind": "cautions",
    "must": "importants",
    "case": "cases",
    "proof": "evidence",
    "by": "criterion",
}
_ARROWS: Final = {"->": "ordinary", "=>": "ordinary", "<-": "return", "x>": "refuse"}
_EXTENSION: Final = {"role": "role", "dept": "department", "status": "status", "holder": "holder", "assign": "assign"}
_MORE: Final = {"op": "operation", "table": "decision"}
_ARROW: Final = re.compile(r"(?P<target>\w+)(?:: (?P<name>.*?))?(?: \? (?P<condition>.*))?")
_WARN: Final = (50, 75, 90)


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane with what goes for its steps: role, who is told of a limit, department."""

    lane: SketchLane
    role: str
    up: str
    department: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """A message that ends a chart from outside, and what is done then."""

    key: str
    message: str
    name: Text
    task: Text
    operation: str
    end: Text
    status: str


LEAVING: Final = {
    "withdrawal": Leaving(
        "withdrawal",
        "customer_withdraws",
        Text("客户撤回", "Withdrawal"),
        Text("确认撤回", "Confirm withdrawal"),
        "confirm_withdrawal",
        Text("已撤销", "Withdrawn"),
        "withdrawn",
    ),
    "duplicate": Leaving(
        "duplicate",
        "marked_duplicate",
        Text("发现重复", "Found duplicate"),
        Text("按重复关闭", "Close as duplicate"),
        "close_as_duplicate",
        Text("已合并", "Merged"),
        "merged",
    ),
}


@dataclass(slots=True)
class Reader:
    """What is known of a chart while it is read."""

    head: dict[str, Text] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    phases: list[Phase] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    lanes: dict[str, Lane] = field(default_factory=dict)
    nodes: list[SketchNode] = field(default_factory=list)
    flows: list[SketchFlow] = field(default_factory=list)
    lane: str = ""
    phase: str = ""
    inside: str = ""

    def read(self, text: str) -> None:
        """Every line of a chart."""
        for indented, line in lines(text):
            word, rest = first(line)
            if indented:
                self._about(word, rest)
            elif word in _KINDS:
                self._element(word, rest)
            else:
                self._whole(word, rest)

    def _whole(self, word: str, rest: str) -> None:
        if word == "chart":
            self.plain["key"], name = first(rest)
            self.head["name"] = both(name)
        elif word in ("summary", "purpose", "starts", "ends"):
            self.head[word] = both(rest)
        elif word in ("owner", "review", "template", "group"):
            self.plain[word] = rest
        elif word == "in":
            self.lane, self.phase, self.inside = (*rest.split(), "")[:3]
        elif word in LEAVING:
            self._leave(LEAVING[word])
        else:
            self._declaration(word, rest)

    def _declaration(self, word: str, rest: str) -> None:
        key, said = first(rest)
        if word == "phase":
            name, customer, words = (both(part) for part in said.split(" ; "))
            phase = Phase(key, name.zh, name.en, customer.zh, customer.en, words.zh, words.en)
            self.phases.append(phase)
        elif word == "var":
            kind, label = said.split(" ; ")
            first_word, *values = kind.split()
            text = both(label)
            self.variables.append(Variable(key, first_word, tuple(values), text.zh, text.en))
        elif word == "lane":
            options, name_text = _options(said)
            name = both(name_text)
            lane = SketchLane(id=f"lane_{key}", name=name.zh, name_en=name.en)
            self.lanes[key] = Lane(lane, options.get("role", ""), options.get("up", ""), options.get("dept", ""))
        else:
            raise Unreadable(f"{word} {rest}")

    def _element(self, word: str, rest: str) -> None:
        key, said = first(rest)
        name = both(said) if said else Text("")
        place = self.lanes[self.lane]
        ext = Extension(phase=self.phase, choice=word == "choose")
        if word == "user":
            ext = replace(ext, role=place.role, department=place.department)
        node = SketchNode(
            id=key,
            kind=_KINDS[word],
            name=name.zh,
            name_en=name.en,
            lane="" if word == "alarm" or self.inside else place.lane.id,
            ext=ext,
            parent=self.inside,
        )
        self.nodes.append(node)

    def _about(self, word: str, rest: str) -> None:
        node = self.nodes[-1]
        if word in _ARROWS:
            self.flows.append(_arrow(node.id, word, rest))
        elif word in _SENTENCES or word in _EXTENSION or word in _MORE or word in ("form", "limit"):
            self.nodes[-1] = replace(node, ext=self._extended(node.ext, word, rest))
        elif word == "each":
            collection, _, name = rest.split()
            self.nodes[-1] = replace(node, collection=collection, element_variable=name)
        elif word == "on":
            self.nodes[-1] = replace(node, attached_to=rest, interrupting=False)
        elif word == "after":
            timer, calendar, *kind = rest.split()
            calendar = "" if calendar == "-" else calendar
            self.nodes[-1] = replace(node, timer=timer, timer_calendar=calendar, timer_kind="".join(kind))
        elif word == "message":
            self.nodes[-1] = replace(node, message=rest)
        else:
            raise Unreadable(f"{node.id}: {word} {rest}")

    def _extended(self, ext: Extension, word: str, rest: str) -> Extension:
        if word in _SENTENCES:
            said: tuple[Text, ...] = getattr(ext, _SENTENCES[word])
            return _with(ext, _SENTENCES[word], (*said, both(rest)))
        if word == "form":
            code, *groups = rest.split()
            return replace(ext, form=code, groups=tuple(groups))
        if word == "limit":
            return replace(ext, deadline=_limit(rest, self.lanes[self.lane].up))
        return _with(ext, (_EXTENSION | _MORE)[word], "" if rest == "-" else rest)

    def _leave(self, way: Leaving) -> None:
        """A way out of the whole chart that a message opens at any moment."""
        for key, kind, name, message, ext in (
            (way.key, "subProcess", way.name, "", Extension()),
            (f"{way.key}_start", "startEvent", way.name, way.message, Extension()),
            (f"{way.key}_task", "serviceTask", way.task, "", Extension(operation=way.operation)),
            (f"{way.key}_end", "endEvent", way.end, "", Extension(status=way.status)),
        ):
            outer = kind == "subProcess"
            node = SketchNode(id=key, kind=kind, name=name.zh, name_en=name.en, message=message, ext=ext)
            self.nodes.append(replace(node, parent="" if outer else way.key, event_sub=outer))

    def sketch(self) -> Sketch:
        """The whole chart."""
        head = self.head
        return Sketch(
            process_id=self.plain["key"],
            name=head["name"].zh,
            name_en=head["name"].en,
            template=self.plain.get("template", self.plain["key"]),
            purpose=head["purpose"],
            starts_when=head["starts"],
            ends_when=head["ends"],
            owner=self.plain["owner"],
            review_by=self.plain["review"],
            phases=tuple(self.phases),
            variables=tuple(self.variables),
            lanes=tuple(lane.lane for lane in self.lanes.values()),
            nodes=tuple(self.nodes),
            flows=(*self.flows, *self._straight_on()),
        )

    def _straight_on(self) -> list[SketchFlow]:
        leaving = {flow.source for flow in self.flows}
        found = []
        for scope in dict.fromkeys(node.parent for node in self.nodes):
            row = [node for node in self.nodes if node.parent == scope and _in_line(node)]
            found += [
                SketchFlow(source=node.id, target=following.id)
                for node, following in zip(row, row[1:], strict=False)
                if node.id not in leaving and node.kind != "endEvent"
            ]
        return found


def _arrow(source: str, word: str, rest: str) -> SketchFlow:
    found = _ARROW.fullmatch(rest)
    if found is None:
        raise Unreadable(f"{source} {word} {rest}")
    name = both(found["name"]) if found["name"] else Text("")
    return SketchFlow(
        source=source,
        target=found["target"],
        name=name.zh,
        name_en=name.en,
        condition=found["condition"] or "",
        default=word == "=>",
        kind=_ARROWS[word],
    )


def _options(text: str) -> tuple[dict[str, str], str]:
    """``a=b c=d rest`` as the options and the rest."""
    found: dict[str, str] = {}
    while match := re.match(r"(\w+)=(\S+) ", text):
        found[match[1]] = match[2]
        text = text[match.end() :]
    return found, text


def _limit(text: str, up: str) -> Deadline:
    amount, rest = first(text + " ")
    options, _ = _options(rest + " ")
    days = int(amount[:-1]) if amount.endswith("d") else None
    return Deadline(
        anchor=options.get("from", "entered"),
        seconds=None if days is not None else parse_duration(amount),
        workdays=days,
        calendar=options.get("calendar", "default"),
        warn=_WARN,
        escalate_to=options.get("up", up),
    )


def _with(ext: Extension, name: str, value: str | tuple[Text, ...]) -> Extension:
    return replace(ext, **{name: value})  # type: ignore[arg-type]


def _in_line(node: SketchNode) -> bool:
    return node.kind != "boundaryEvent" and not node.event_sub
