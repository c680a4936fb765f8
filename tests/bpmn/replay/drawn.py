"""Drawn charts of tasks, exclusive and parallel blocks and loops, and traces that follow them more or less."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from tests.bpmn.building import flows, process


@dataclass(frozen=True)
class Block:
    """`kind`: task, sequence, exclusive, parallel, loop (body, and what is done before going round again) or nothing."""

    kind: str
    name: str = ""
    parts: tuple["Block", ...] = ()


def block(random: Random, depth: int, names: Iterator[str]) -> Block:
    """A drawn block."""
    kinds = ["task"] if depth == 0 else ["task", "sequence", "sequence", "exclusive", "parallel", "loop"]
    kind = random.choice(kinds)
    if kind == "task":
        return Block("task", next(names))
    parts = [block(random, depth - 1, names) for _ in range(2 if kind == "loop" else random.randint(2, 3))]
    if kind == "exclusive" and random.random() < 0.4:
        parts[-1] = Block("nothing")
    if kind == "loop" and random.random() < 0.5:
        parts[-1] = Block("nothing")
    return Block(kind, parts=tuple(parts))


@dataclass
class _Drawing:
    nodes: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    count: int = 0

    def node(self, kind: str, name: str = "") -> str:
        self.count += 1
        key = f"n{self.count}"
        self.nodes.append(f'<{kind} id="{key}" name="{name}"/>')
        return key

    def add(self, one: Block, before: str) -> str:
        """Draws a block behind an element; gives its last element."""
        if one.kind == "nothing":
            return before
        if one.kind == "task":
            return self.arrow(before, self.node("task", one.name))
        if one.kind == "sequence":
            for part in one.parts:
                before = self.add(part, before)
            return before
        if one.kind == "loop":
            begin = self.arrow(before, self.node("exclusiveGateway"))
            end = self.arrow(self.add(one.parts[0], begin), self.node("exclusiveGateway"))
            self.arrow(self.add(one.parts[1], end), begin)
            return end
        kind = f"{one.kind}Gateway"
        split = self.arrow(before, self.node(kind))
        join = self.node(kind)
        for part in one.parts:
            self.arrow(self.add(part, split), join)
        return join

    def arrow(self, source: str, target: str) -> str:
        self.arrows.append(f"{source}>{target}")
        return target


def xml(one: Block) -> bytes:
    """The chart of a block."""
    drawing = _Drawing()
    last = drawing.add(one, drawing.node("startEvent"))
    drawing.arrow(last, drawing.node("endEvent"))
    return process("".join(drawing.nodes) + flows(*drawing.arrows))


def run(one: Block, random: Random) -> list[str]:
    """A trace of the block."""
    if one.kind == "task":
        return [one.name]
    if one.kind == "sequence":
        return [name for part in one.parts for name in run(part, random)]
    if one.kind == "exclusive":
        return run(random.choice(one.parts), random)
    if one.kind == "parallel":
        return _merged([run(part, random) for part in one.parts], random)
    if one.kind == "loop":
        found = run(one.parts[0], random)
        while random.random() < 0.3:
            found += run(one.parts[1], random) + run(one.parts[0], random)
        return found
    return []


def _merged(lists: list[list[str]], random: Random) -> list[str]:
    found = []
    while any(lists):
        found.append(random.choice([one for one in lists if one]).pop(0))
    return found


def disturbed(trace: list[str], random: Random, most: int) -> list[str]:
    """The trace with up to so many events left out, put in, doubled or swapped."""
    found = list(trace)
    for _ in range(random.randint(0, most)):
        at = random.randrange(len(found) + 1)
        what = random.choice(["drop", "swap", "double", "strange"])
        if what == "drop" and found:
            found.pop(at % len(found))
        elif what == "swap" and len(found) > 1:
            at = at % (len(found) - 1)
            found[at], found[at + 1] = found[at + 1], found[at]
        elif what == "double" and found:
            found.insert(at, random.choice(found))
        elif what == "strange":
            found.insert(at, "?")
    return found
