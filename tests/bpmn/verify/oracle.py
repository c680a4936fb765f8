"""The token game by brute force: the definitions of soundness taken literally, on the XML, without any reduction.

Written apart from the verifier and sharing nothing with it. A state is the contents of the process: a sorted tuple of
items ("arrow", id), ("run", id, events that may still happen, contents or None), ("rest", id) and ("sub", id, contents)
for a running event sub-process; equal items may stand side by side. DONE is the state without tokens.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from typing import Any, TypeAlias

from lxml import etree

NS = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
TASKS = {"task", "manualTask", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask"}
SUBS = {"subProcess", "transaction", "adHocSubProcess"}
Contents: TypeAlias = tuple[Any, ...]
DONE: Contents = ()


class TooMany(Exception):
    """More states than the test wants to wait for."""


@dataclass
class El:
    id: str
    kind: str
    scope: str
    xml: Any
    ins: list[str] = field(default_factory=list)
    outs: list[str] = field(default_factory=list)
    default: str | None = None
    boundary: list[str] = field(default_factory=list)
    host: str | None = None
    interrupting: bool = True
    trigger: str = "none"
    code: str | None = None
    event_sub: bool = False
    undo: bool = False
    link: str | None = None

    @property
    def awaits_link(self) -> bool:
        return self.kind == "intermediateCatchEvent" and self.trigger == "link"


@dataclass
class Step:
    """`after`: the contents of the scope; `out`: an error that leaves it (the end event), or "terminate"."""

    node: str
    executed: frozenset[str]
    after: Contents
    out: str | None = None


class Game:
    def __init__(self, source: bytes) -> None:
        root = etree.fromstring(source)
        codes: dict[Any, Any] = {one.get("id"): one.get("errorCode") for one in root.iter(NS + "error")}
        self.process = next(one for one in root.iter(NS + "process"))
        self.els: dict[str, El] = {}
        self.flows: dict[str, tuple[str, str, bool]] = {}
        self.scopes: dict[str, list[str]] = {}
        self._read(self.process, codes)
        for flow, (source_id, target, _) in self.flows.items():
            self.els[source_id].outs.append(flow)
            self.els[target].ins.append(flow)
        for el in self.els.values():
            if el.host and el.trigger != "compensate":
                self.els[el.host].boundary.append(el.id)
        self.has_end = {
            key: any(self.els[one].kind == "endEvent" for one in inside) for key, inside in self.scopes.items()
        }
        self.errors = {
            el.id: self._catcher(el)
            for el in self.els.values()
            if el.kind == "endEvent" and el.trigger in ("error", "cancel")
        }

    def _read(self, container: Any, codes: dict[Any, Any]) -> None:
        key = container.get("id")
        self.scopes[key] = []
        for one in container:
            name = etree.QName(one).localname
            if name == "sequenceFlow":
                conditioned = one.find(NS + "conditionExpression") is not None
                self.flows[one.get("id")] = (one.get("sourceRef"), one.get("targetRef"), conditioned)
            elif name in TASKS | SUBS or name.endswith(("Gateway", "Event")) or name == "callActivity":
                el = El(one.get("id"), name, key, one, default=one.get("default"), host=one.get("attachedToRef"))
                el.interrupting = one.get("cancelActivity", one.get("isInterrupting", "true")) != "false"
                el.event_sub = one.get("triggeredByEvent") == "true"
                el.undo = one.get("isForCompensation") == "true"
                for inner in one:
                    word = etree.QName(inner).localname
                    if word.endswith("EventDefinition"):
                        el.trigger = word.removesuffix("EventDefinition")
                        el.code = codes.get(inner.get("errorRef"))
                        el.link = inner.get("name")
                self.els[el.id] = el
                self.scopes[key].append(el.id)
                if name in SUBS:
                    self._read(one, codes)

    def _catcher(self, end: El) -> str | None:
        scope, inner = end.scope, None
        while True:
            subs = [self.els[one] for one in self.scopes[scope] if self.els[one].event_sub and one != inner]
            starts = [el for sub in subs for el in self._members(sub.id) if el.kind == "startEvent"]
            taken = inner is not None and self.els[inner].event_sub and self._start(inner).interrupting
            for group in (
                [] if taken else starts,
                [self.els[b] for b in self.els[scope].boundary] if scope in self.els else [],
            ):
                fits = [
                    el
                    for el in group
                    if el.trigger == end.trigger and (el.code == end.code or not el.code or not end.code)
                ]
                fits.sort(key=lambda el: (el.code != end.code, el.code is not None))
                if fits:
                    return fits[0].id
            if scope not in self.els:
                return None
            inner, scope = scope, self.els[scope].scope

    def _members(self, scope: str) -> Iterator[El]:
        return (self.els[one] for one in self.scopes[scope])

    def _start(self, sub: str) -> El:
        return next(el for el in self._members(sub) if el.kind == "startEvent")

    def begin(self, scope: str, start: El | None = None) -> Iterator[tuple[frozenset[str], Contents]]:
        """Contents with which the scope may begin."""
        starts = [start] if start else [el for el in self._members(scope) if el.kind == "startEvent"]
        if starts:
            for one in starts:
                for gives in self.ways(one):
                    yield frozenset({one.id}), _with((), gives)
            return
        apart = ("boundaryEvent", "startEvent")
        begins = [
            el
            for el in self._members(scope)
            if not el.ins and el.kind not in apart and not el.event_sub and not el.undo and not el.awaits_link
        ]
        yield frozenset(), _with((), [("arrow", f"begin {el.id}") for el in begins])

    def ways(self, el: El) -> list[list[Any]]:
        """What a token that leaves the element may become."""
        if linked := self.linked(el):
            return self.ways(self.els[linked[0]])
        if not el.outs:
            return [[("rest", el.id)]] if self.has_end[el.scope] else [[]]
        if el.kind in ("exclusiveGateway", "eventBasedGateway"):
            return [[("arrow", flow)] for flow in el.outs]
        if el.kind == "parallelGateway":
            return [[("arrow", flow) for flow in el.outs]]
        certain = [f for f in el.outs if not self.flows[f][2] and f != el.default]
        perhaps = [f for f in el.outs if self.flows[f][2] and f != el.default]
        if el.kind == "inclusiveGateway" and len(el.outs) > 1 and not perhaps:
            certain, perhaps = [], [f for f in el.outs if f != el.default]
        found = [
            [("arrow", f) for f in (*certain, *some)]
            for n in range(len(perhaps) + 1)
            for some in combinations(perhaps, n)
            if certain or some
        ]
        return found + ([[("arrow", el.default)]] if el.default and not certain else [])

    def undoing(self) -> set[str]:
        """What is there for compensation alone, with what lies inside."""
        found = {el.id for el in self.els.values() if el.undo or (el.host and el.trigger == "compensate")}
        found |= {el.scope for el in self.els.values() if el.kind == "startEvent" and el.trigger == "compensate"}
        return self.within(found)

    def within(self, found: set[str]) -> set[str]:
        """These elements, and all that lie in them."""
        while more := {el.id for el in self.els.values() if el.scope in found} - found:
            found = found | more
        return found

    def linked(self, el: El) -> list[str]:
        """Where a link leads."""
        if el.trigger != "link" or el.kind != "intermediateThrowEvent":
            return []
        return [o.id for o in self._members(el.scope) if o.awaits_link and o.link == el.link]

    def onwards(self, el: El) -> list[str]:
        """The elements that the drawing leads to next."""
        return [self.flows[f][1] for f in el.outs] + el.boundary + self.linked(el)

    @cache
    def branch(self, event: str) -> frozenset[str]:
        found, work = {event}, [event]
        while work:
            for one in self.onwards(self.els[work.pop()]):
                if one not in found:
                    found.add(one)
                    work.append(one)
        return frozenset(found)

    def comes_again(self, key: str, among: frozenset[str]) -> bool:
        """Whether the drawing has a way from an element back to itself, along these elements."""
        found: set[str] = set()
        work = [key]
        while work:
            for one in self.onwards(self.els[work.pop()]):
                if one in among and one not in found:
                    found.add(one)
                    work.append(one)
        return key in found

    @cache
    def detached(self, event: str) -> bool:
        inside = self.branch(event)
        return self.els[event].host not in inside and not any(
            self.flows[f][0] not in inside
            for one in inside
            if self.els[one].kind != "endEvent"
            for f in self.els[one].ins
        )

    @cache
    def arrows_from(self, flow: str, join: str) -> frozenset[str]:
        """The arrows that can be reached from an arrow without a visit to the join; itself included."""
        found, work = {flow}, [flow]
        while work:
            target = self.flows[work.pop()][1]
            if target == join:
                continue
            for node in (target, *self.els[target].boundary, *self.linked(self.els[target])):
                for out in self.els[node].outs:
                    if out not in found:
                        found.add(out)
                        work.append(out)
        return frozenset(found)

    def held_up(self, join: El, contents: Contents) -> bool:
        here = {item[1] for item in contents if item[0] == "arrow"} & set(join.ins)
        empty = set(join.ins) - here
        for item in contents:
            if item[0] == "arrow" and item[1] in self.flows and item[1] not in join.ins:
                every = sure = self.arrows_from(item[1], join.id)
            elif item[0] == "run":
                el = self.els[item[1]]
                events = [self.els[b] for b in el.boundary if self.els[b].interrupting]
                sure = self._out(join, [el, *events])
                every = sure | self._out(join, [self.els[b] for b in item[2]])
            else:
                continue
            if every & empty and not sure & here:
                return True
        return False

    def _out(self, join: El, els: list[El]) -> frozenset[str]:
        return frozenset(a for el in els for f in el.outs for a in self.arrows_from(f, join.id))

    @cache
    def steps(self, scope: str, contents: Contents) -> tuple[Step, ...]:
        """Everything that can happen next in the scope."""
        found: list[Step] = []
        for at, item in enumerate(contents):
            if at and contents[at - 1] == item:
                continue
            rest = contents[:at] + contents[at + 1 :]
            if item[0] == "arrow":
                found += self._enter(scope, item, rest, contents)
            elif item[0] == "run":
                found += self._running(item, rest)
            elif item[0] == "sub":
                found += self._in_event_sub(item, rest)
        if contents and not any(item[0] == "sub" and self._start(item[1]).interrupting for item in contents):
            found += self._event_subs(scope, contents)
        return tuple(self._caught(scope, found))

    def _enter(self, scope: str, item: Any, rest: Contents, contents: Contents) -> Iterator[Step]:
        alone = item[1].startswith("begin ")
        el = self.els[item[1][6:] if alone else self.flows[item[1]][1]]
        me = frozenset({el.id})
        if el.kind == "endEvent":
            if el.trigger == "terminate":
                yield Step(el.id, me, (), "terminate")
            elif el.trigger in ("error", "cancel"):
                yield Step(el.id, me, (), el.id)
            else:
                yield Step(el.id, me, rest)
        elif el.kind in SUBS or ((el.kind in TASKS or el.kind == "callActivity") and el.boundary):
            left = frozenset(b for b in el.boundary if not self.els[b].interrupting)
            for executed, inner in self.begin(el.id) if el.kind in SUBS else [(frozenset(), None)]:
                yield Step(el.id, me | executed, _with(rest, [("run", el.id, tuple(sorted(left)), inner)]))
        elif el.kind in ("parallelGateway", "inclusiveGateway") and len(el.ins) > 1 and not alone:
            yield from self._join(el, item, contents)
        else:
            for gives in self.ways(el):
                yield Step(el.id, me | frozenset(self.linked(el)), _with(rest, gives))

    def _join(self, el: El, item: Any, contents: Contents) -> Iterator[Step]:
        there = [flow for flow in el.ins if ("arrow", flow) in contents]
        if item[1] != there[0]:
            return
        if el.kind == "parallelGateway" and len(there) < len(el.ins):
            return
        if el.kind == "inclusiveGateway" and len(there) < len(el.ins) and self.held_up(el, contents):
            return
        rest = list(contents)
        for flow in there:
            rest.remove(("arrow", flow))
        for gives in self.ways(el):
            yield Step(el.id, frozenset({el.id}), _with(tuple(rest), gives))

    def _running(self, item: Any, rest: Contents) -> Iterator[Step]:
        _, key, left, inner = item
        el = self.els[key]
        if inner is None or inner == ():
            yield from (Step(key, frozenset(), _with(rest, gives)) for gives in self.ways(el))
            if inner == ():
                return
        for event in el.boundary:
            yield from self._event(self.els[event], item, rest)
        for step in self.steps(key, inner) if inner else ():
            catcher = self.errors.get(step.out or "")
            if step.out in (None, "terminate"):
                yield Step(step.node, step.executed, _with(rest, [("run", key, left, step.after)]))
            elif catcher in el.boundary:
                yield from (
                    Step(step.node, step.executed | {catcher}, _with(rest, g)) for g in self.ways(self.els[catcher])
                )
            else:
                yield Step(step.node, step.executed, (), step.out)

    def _event(self, event: El, item: Any, rest: Contents) -> Iterator[Step]:
        _, key, left, inner = item
        if event.id in self.errors.values() or event.trigger == "cancel":
            return
        if event.interrupting:
            yield from (Step(event.id, frozenset({event.id}), _with(rest, gives)) for gives in self.ways(event))
        elif event.id in left and not (self.detached(event.id) and self._is_open(event, rest)):
            same = ("run", key, tuple(one for one in left if one != event.id), inner)
            yield from (
                Step(event.id, frozenset({event.id}), _with(rest, [same, *gives])) for gives in self.ways(event)
            )

    def _is_open(self, event: El, contents: Contents) -> bool:
        owners = (
            self.flows[item[1]][0] if item[0] == "arrow" and item[1] in self.flows else item[1] for item in contents
        )
        return any(owner in self.branch(event.id) for owner in owners)

    def _event_subs(self, scope: str, contents: Contents) -> Iterator[Step]:
        for sub in self._members(scope):
            start = self._start(sub.id) if sub.event_sub else None
            if start is None or start.id in self.errors.values() or start.trigger == "compensate":
                continue
            if not start.interrupting and any(item[:2] == ("sub", sub.id) for item in contents):
                continue
            for executed, inner in self.begin(sub.id, start):
                rest = () if start.interrupting else contents
                yield Step(sub.id, executed | {sub.id}, _with(rest, [("sub", sub.id, inner)]))

    def _in_event_sub(self, item: Any, rest: Contents) -> Iterator[Step]:
        _, key, inner = item
        if inner == ():
            yield Step(key, frozenset(), rest)
        for step in self.steps(key, inner) if inner else ():
            if step.out in (None, "terminate"):
                yield Step(step.node, step.executed, _with(rest, [("sub", key, step.after)]))
            else:
                yield Step(step.node, step.executed, (), step.out)

    def _caught(self, scope: str, steps: list[Step]) -> Iterator[Step]:
        """Errors that an event sub-process of the scope itself catches begin it in place of everything else."""
        for step in steps:
            catcher = self.els.get(self.errors.get(step.out or "") or "")
            sub = self.els.get(catcher.scope) if catcher and catcher.kind == "startEvent" else None
            if catcher is None or sub is None or sub.scope != scope:
                yield step
                continue
            for executed, inner in self.begin(sub.id, catcher):
                yield Step(step.node, step.executed | executed | {sub.id}, (("sub", sub.id, inner),))


def forget() -> None:
    """Lets go of the games that were played: their caches hold them."""
    for cached in (Game.branch, Game.detached, Game.arrows_from, Game.steps):
        cached.cache_clear()


def _with(contents: Contents, more: list[Any]) -> Contents:
    return tuple(sorted((*contents, *more), key=repr))


@dataclass
class Verdict:
    """What the definitions say. `unsafe`: the elements whose steps put the second token.

    `after_inclusive`: where an inclusive join can hold a token back until the other has passed, so that the ways of two
    tokens run together earlier than where both lie at once.
    """

    kinds: set[str]
    unsafe: set[str]
    grows: bool
    joins: set[str]
    rounds: set[str]
    rest: set[str]
    dead: set[str]
    states: int
    scope_of: dict[str, str]
    after_inclusive: set[str]
    in_event_subs: set[str]

    @property
    def sound(self) -> bool:
        return not self.kinds


def is_safe(contents: Contents) -> bool:
    """Whether no arrow carries two tokens and no activity runs twice in the same scope."""
    keys = [item[:2] for item in contents if item[0] in ("arrow", "run")]
    inner = [item[-1] for item in contents if item[0] in ("run", "sub") and item[-1]]
    return len(set(keys)) == len(keys) and all(is_safe(one) for one in inner)


def covers(small: Contents, large: Contents) -> bool:
    """Whether every token of `small` is in `large` too, with what is inside."""
    left = list(large)
    for item in small:
        twin = next((one for one in left if one[:2] == item[:2] and (one == item or _inner_covers(item, one))), None)
        if twin is None:
            return False
        left.remove(twin)
    return True


def _inner_covers(item: Any, one: Any) -> bool:
    return (
        item[0] in ("run", "sub")
        and item[-1] is not None
        and one[-1] is not None
        and item[2:-1] == one[2:-1]
        and covers(item[-1], one[-1])
    )


class Explored:
    """Everything that can be reached, up to the first second token on each way."""

    def __init__(self, source: bytes, limit: int = 4_000) -> None:
        self.game = Game(source)
        self.key = str(self.game.process.get("id"))
        self.limit = limit
        self.known: dict[Contents, int] = {}
        self.order: list[Contents] = []
        self.edges: list[list[tuple[int, Step]]] = []
        self.clashes: list[tuple[int, Step]] = []
        self.first = list(self.game.begin(self.key))
        self.executed = {name for names, _ in self.first for name in names}
        for _, contents in self.first:
            self._number(contents)
        at = 0
        while at < len(self.order):
            self._look(at)
            at += 1
        self.before: list[list[int]] = [[] for _ in self.order]
        for state, found in enumerate(self.edges):
            for to, _ in found:
                self.before[to].append(state)
        good = [self.known[DONE]] if DONE in self.known else []
        self.ending = back(self.before, good)
        self.good = back(self.before, good + [state for state, _ in self.clashes])

    def _number(self, contents: Contents) -> int:
        if contents not in self.known:
            if len(self.known) > self.limit:
                raise TooMany
            self.known[contents] = len(self.order)
            self.order.append(contents)
            self.edges.append([])
        return self.known[contents]

    def _look(self, at: int) -> None:
        for step, after in self.nexts(self.order[at]):
            self.executed |= step.executed
            if is_safe(after):
                self.edges[at].append((self._number(after), step))
            else:
                self.clashes.append((at, step))

    def nexts(self, contents: Contents) -> Iterator[tuple[Step, Contents]]:
        """Every step, with what lies where after it."""
        for step in self.game.steps(self.key, contents):
            yield step, DONE if step.out is not None else step.after

    def plays(self, path: tuple[str, ...]) -> list["Played"]:
        """Where a run may be that entered just these elements; second tokens are played on. Nothing: no such run."""
        begun = [Played(contents, len(names)) for names, contents in self.first if names == set(path[: len(names)])]
        found = {(one.contents, one.at, one.clashed): one for one in begun}
        work = list(found.values())
        for here in work:
            for step, after in self.nexts(here.contents):
                at = here.at + len(step.executed)
                if step.executed != set(path[here.at : at]):
                    continue
                there = Played(after, at, here.clashed or not is_safe(after), here)
                if (key := (after, at, there.clashed)) not in found:
                    found[key] = there
                    work.append(there)
        return [one for one in work if one.at == len(path)]


@dataclass
class Played:
    """A point of a run: what lies where, how many elements were entered, whether two tokens met on the way."""

    contents: Contents
    at: int
    clashed: bool = False
    before: "Played | None" = None


def judge(source: bytes, limit: int = 4_000) -> Verdict:
    """Explores everything, then applies the definitions one by one."""
    return verdict_of(Explored(source, limit))


def verdict_of(seen: Explored) -> Verdict:
    """What the definitions say of what was seen."""
    joins, rounds = _finals(seen)
    rest = {item for contents in seen.order for item in _resting(contents)}
    grows = any(
        covers(seen.order[one], step.after) and seen.order[one] != step.after
        for state, step in seen.clashes
        for one in back(seen.before, [state])
    )
    ignored = seen.game.undoing()
    dead = set(seen.game.els) - seen.executed - ignored
    kinds = {
        name
        for name, there in (
            ("unsafe", seen.clashes), ("joins", joins), ("rounds", rounds), ("no_path_to_end", rest), ("dead_element", dead),
        )
        if there
    }  # fmt: skip
    return Verdict(
        kinds,
        {one for _, step in seen.clashes for one in (step.node, *seen.game.linked(seen.game.els[step.node]))},
        grows,
        joins,
        rounds,
        rest,
        dead,
        len(seen.order),
        {el.id: el.scope for el in seen.game.els.values()},
        _after_inclusive(seen.game),
        seen.game.within({el.id for el in seen.game.els.values() if el.event_sub}),
    )


def _finals(seen: Explored) -> tuple[set[str], set[str]]:
    joins: set[str] = set()
    rounds: set[str] = set()
    for state in set(range(len(seen.order))) - seen.good:
        ahead = _ahead(seen.edges, state)
        if not all(state in _ahead(seen.edges, one) for one in ahead):
            continue
        nodes = {step.node for one in ahead for _, step in seen.edges[one]}
        joins |= _waiting(seen.game, seen.order[state]) - nodes
        moving = {name for one in ahead for _, step in seen.edges[one] for name in step.executed}
        rounds |= {name for name in moving if seen.game.comes_again(name, frozenset(moving))}
    return joins, rounds


def _after_inclusive(game: Game) -> set[str]:
    joins = any(el.kind == "inclusiveGateway" and len(el.ins) > 1 for el in game.els.values())
    return {el.id for el in game.els.values() if joins and len(el.ins) > 1}


def back(before: list[list[int]], goals: list[int]) -> set[int]:
    found, work = set(goals), list(goals)
    while work:
        for one in before[work.pop()]:
            if one not in found:
                found.add(one)
                work.append(one)
    return found


def _ahead(edges: list[list[tuple[int, Step]]], state: int) -> set[int]:
    found, work = {state}, [state]
    while work:
        for one, _ in edges[work.pop()]:
            if one not in found:
                found.add(one)
                work.append(one)
    return found


def _waiting(game: Game, contents: Contents) -> set[str]:
    found = set()
    for item in contents:
        if item[0] == "arrow" and item[1] in game.flows:
            el = game.els[game.flows[item[1]][1]]
            if el.kind in ("parallelGateway", "inclusiveGateway") and len(el.ins) > 1:
                found.add(el.id)
        elif item[0] in ("run", "sub") and item[-1]:
            found |= _waiting(game, item[-1])
    return found


def _resting(contents: Contents) -> Iterator[str]:
    for item in contents:
        if item[0] == "rest":
            yield item[1]
        elif item[0] in ("run", "sub") and item[-1]:
            yield from _resting(item[-1])
