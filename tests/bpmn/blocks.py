"""Charts made of blocks in blocks, for tests that draw them at random.

Right before every decision stands a user task that sets the names it asks for: then both engines decide on the same
values, however each of them merges data behind a join.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from hypothesis import strategies as st

Block: TypeAlias = tuple[str, tuple["Block", ...]]
"""A kind and the blocks inside."""

_LEAVES: Final = ("task", "empty", "timer", "timed")
_OURS: Final = ("service", "message", "listening")
_GROUPS: Final = {"seq": (1, 3), "xor": (2, 3), "and": (2, 3), "or": (2, 3), "loop": (1, 1), "sub": (1, 1)}
_OUR_GROUPS: Final = {"many": (1, 1), "watched": (1, 1), "taken": (1, 1), "adhoc": (1, 2)}


def blocks(*, ours: bool) -> st.SearchStrategy[Block]:
    """Blocks that both engines run; `ours`: with what only ours is tried on."""
    leaves = (*_LEAVES, *_OURS) if ours else _LEAVES
    groups = _GROUPS | _OUR_GROUPS if ours else _GROUPS

    def around(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
        return st.one_of(
            [
                st.tuples(st.just(kind), st.lists(inner, min_size=low, max_size=high).map(tuple))
                for kind, (low, high) in groups.items()
            ]
        )

    leaf: st.SearchStrategy[Block] = st.sampled_from(leaves).map(lambda kind: (kind, ()))
    found = st.recursive(leaf, around, max_leaves=9)
    return found if ours else found.map(_parted)


def _parted(block: Block) -> Block:
    """SpiffWorkflow counts the tokens of earlier rounds at a join in a loop: there a sub-process stands around it."""
    kind, inner = block
    parts = tuple(_parted(one) for one in inner)
    if kind == "loop" and _joins(parts[0]):
        parts = (("sub", parts),)
    return kind, parts


def _joins(block: Block) -> bool:
    kind, inner = block
    return kind in ("and", "or") or (kind != "sub" and any(_joins(one) for one in inner))


@dataclass
class Drawn:
    """A chart as text. `asks`: the names that a user task sets, with the values that matter; `source`: the file."""

    asks: dict[str, dict[str, int]]
    source: bytes
    quoted: bytes


@dataclass
class _Writer:
    elements: list[str] = field(default_factory=list)
    asks: dict[str, dict[str, int]] = field(default_factory=dict)
    count: int = 0

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def node(self, kind: str, inside: str = "", attributes: str = "") -> str:
        name = self.fresh(kind[0])
        self.elements.append(f'<{kind} id="{name}" {attributes}>{inside}</{kind}>')
        return name

    def arrow(self, source: str, target: str, condition: str = "") -> None:
        name = self.fresh("f")
        inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        self.elements.append(
            f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
        )

    def within(self, block: Block) -> str:
        """The contents of a sub-process around `block`."""
        outer, self.elements = self.elements, []
        last = self.draw(block, self.node("startEvent"))
        self.arrow(last, self.node("endEvent"))
        found, self.elements = "".join(self.elements), outer
        return found

    def draw(self, block: Block, source: str, condition: str = "") -> str:
        """Adds `block` behind `source`; gives its last node."""
        kind, inner = block
        if kind in ("xor", "or", "loop", "and"):
            return self.gateways(kind, inner, source, condition)
        if kind == "seq":
            for one in inner:
                source, condition = self.draw(one, source, condition), ""
            return source
        last = self.plain(kind, inner)
        self.arrow(source, last, condition)
        return self.merged(last) if kind in ("timed", "watched") else last

    def plain(self, kind: str, inner: tuple[Block, ...]) -> str:
        if kind == "sub" or kind == "watched":
            return self.node("subProcess", self.within(inner[0]))
        if kind == "many":
            loop = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
            return self.node("subProcess", self.within(inner[0]) + loop)
        if kind == "taken":
            listening = (
                f'<subProcess id="{self.fresh("e")}" triggeredByEvent="true"><startEvent id="{self.fresh("s")}">'
            )
            listening += f"{_MESSAGE}</startEvent></subProcess>"
            return self.node("subProcess", self.within(inner[0]) + listening)
        if kind == "adhoc":
            parts = "".join(f'<userTask id="{self.fresh("u")}"/>' for _ in inner)
            return self.node("adHocSubProcess", parts)
        element, inside = _PLAIN[kind]
        return self.node(element, inside)

    def merged(self, host: str) -> str:
        """A timer watches over `host`; its way and the ordinary one meet."""
        event = self.node("boundaryEvent", _TIMER, f'attachedToRef="{host}"')
        merge = self.node("exclusiveGateway")
        late = self.node("userTask")
        self.arrow(host, merge)
        self.arrow(event, late)
        self.arrow(late, merge)
        return merge

    def asked(self, source: str, condition: str, names: Iterable[str], largest: int) -> str:
        task = self.node("userTask")
        self.arrow(source, task, condition)
        self.asks[task] = dict.fromkeys(names, largest)
        return task

    def gateways(self, kind: str, inner: tuple[Block, ...], source: str, condition: str) -> str:
        if kind == "loop":
            return self.loop(inner[0], source, condition)
        if kind == "and":
            split, join = self.node("parallelGateway"), self.node("parallelGateway")
            self.arrow(source, split, condition)
            for one in inner:
                self.arrow(self.draw(one, split), join)
            return join
        name = self.fresh("d")
        default = self.fresh("f")
        element = "exclusiveGateway" if kind == "xor" else "inclusiveGateway"
        names = [name] if kind == "xor" else [f"{name}_{at}" for at in range(len(inner) - 1)]
        task = self.asked(source, condition, names, len(inner) - 1 if kind == "xor" else 1)
        split, join = self.node(element, "", f'default="{default}"'), self.node(element)
        self.arrow(task, split)
        for at, one in enumerate(inner[:-1]):
            test = f"{name} == {at}" if kind == "xor" else f"{name}_{at} == 1"
            self.arrow(self.draw(one, split, test), join)
        first = self.node("intermediateThrowEvent")
        self.elements.append(f'<sequenceFlow id="{default}" sourceRef="{split}" targetRef="{first}"/>')
        self.arrow(self.draw(inner[-1], first), join)
        return join

    def loop(self, inner: Block, source: str, condition: str) -> str:
        merge = self.node("exclusiveGateway")
        self.arrow(source, merge, condition)
        name, default = self.fresh("d"), self.fresh("f")
        task = self.asked(self.draw(inner, merge), "", [name], 1)
        split, after = self.node("exclusiveGateway", "", f'default="{default}"'), self.node("intermediateThrowEvent")
        self.arrow(task, split)
        self.arrow(split, merge, f"{name} == 1")
        self.elements.append(f'<sequenceFlow id="{default}" sourceRef="{split}" targetRef="{after}"/>')
        return after


_TIMER: Final = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
_MESSAGE: Final = '<messageEventDefinition messageRef="M"/>'
_PLAIN: Final = {
    "task": ("userTask", ""),
    "timed": ("userTask", ""),
    "empty": ("intermediateThrowEvent", ""),
    "timer": ("intermediateCatchEvent", _TIMER),
    "service": ("serviceTask", ""),
    "message": ("intermediateCatchEvent", _MESSAGE),
    "listening": ("receiveTask", ""),
}
_HEAD: Final = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">'
    '<message id="M" name="m"/><process id="main" isExecutable="true">'
)


def draw_chart(block: Block) -> Drawn:
    """The chart with `block` between its start and its end."""
    writer = _Writer()
    text = writer.within(block)
    source = f"{_HEAD}{text}</process></definitions>".encode()
    # SpiffWorkflow takes the text of a timer for Python.
    return Drawn(writer.asks, source, source.replace(b">PT1H<", b">'PT1H'<"))
