"""A chart judged scope by scope, from the inside out: what happens inside a scope does not depend on what is around."""

from collections.abc import Iterable, Sequence

from bihuan.bpmn.model import Node
from bihuan.bpmn.verify.build import Builder, Result, Trouble
from bihuan.bpmn.verify.explore import Budget, Explorer
from bihuan.bpmn.verify.judge import Judge
from bihuan.bpmn.verify.net import mask
from bihuan.bpmn.verify.reduce import Reducer
from bihuan.bpmn.verify.scopes import Plan
from bihuan.bpmn.verify.ways import Ways
from bihuan.bpmn.xml.vocabulary import SUB_PROCESSES


class Modules:
    """Judges the scopes of one chart within one budget of states.

    `ways`: for each element the net that it is played in, and the element by which one comes into that net.
    """

    def __init__(self, plan: Plan, budget: Budget) -> None:
        self.plan = plan
        self.budget = budget
        self.ways: dict[str, tuple[Ways, str | None]] = {}
        self.asked: set[str] = set()

    def way_to(self, element: str) -> tuple[str, ...] | None:
        """The elements entered on a short run up to `element`; None if no run was found."""
        if element not in self.ways:
            return self._way_to_event_sub(element)
        ways, host = self.ways[element]
        before = () if host is None else self.way_to(host)
        if before is not None and host is not None and host != self.plan.nodes[element].parent:
            before += self._begun(host)
        inside = ways.to(element)
        return None if before is None or inside is None else (*before, *inside)

    def _begun(self, host: str | None) -> tuple[str, ...]:
        """What is entered inside an element as soon as it is entered itself."""
        return self.plan.scope(host).starts[:1] if host is None or host in self.plan.inside else ()

    def _way_to_event_sub(self, element: str) -> tuple[str, ...] | None:
        node = self.plan.nodes[element]
        if not node.event_sub:
            return None
        around = () if node.parent is None else self.way_to(node.parent)
        throwing = [end for end, catcher in self.plan.catcher.items() if catcher and self._starts(node, catcher)]
        if throwing:
            before = self._way_to_one_of(throwing, element)
        elif around is None:
            return None
        else:
            before = (*around, *self._begun(node.parent))
        return None if before is None else (*before, element)

    def _way_to_one_of(self, ends: list[str], element: str) -> tuple[str, ...] | None:
        """A way to an end that begins `element`, and that does not lead through `element` itself."""
        if element in self.asked:
            return None
        self.asked.add(element)
        ways = [self.way_to(end) for end in ends]
        self.asked.remove(element)
        return next((way for way in ways if way is not None), None)

    def _starts(self, node: Node, start: str) -> bool:
        return self.plan.nodes[start].parent == node.id

    def scope(self, parent: str | None) -> Result:
        """What is known of a sub-process, or (None) of the process."""
        inside = self.plan.inside.get(parent, [])
        scope = self.plan.scope(parent)
        results = {node.id: self.scope(node.id) for node in inside if node.kind in SUB_PROCESSES}
        members = [node.id for node in inside if not self.plan.ignored(node)]
        starts = [[key] for key in scope.starts] or [list(scope.entries)]
        main = self._play(parent, members, starts, results, parent)
        self._add_event_subs(main, inside, results)
        return main

    def _play(
        self,
        parent: str | None,
        members: Sequence[str],
        starts: list[list[str]],
        results: dict[str, Result],
        host: str | None,
    ) -> Result:
        apart = self._apart(parent, members, starts, results)
        gone = {key for event in apart for key in self.plan.branch(self.plan.nodes[event])}
        rest = [key for key in members if key not in gone or self._is_shared(key, gone)]
        if not any(starts):
            return Result(complete=())
        builder = Builder(self.plan, parent, rest, results, apart)
        net = builder.build(starts)
        ends = self._end_arrows(builder, rest) if parent is None else 0
        ways = Ways(net)
        self.ways.update(dict.fromkeys((key for key in rest if not self.plan.nodes[key].event_sub), (ways, host)))
        net = Reducer(net).run()
        space = Explorer(net, self.budget).run()
        inner = {**{key: results[key] for key in rest if key in results}, **apart}
        result = Judge(self.plan, net, space, inner, rest, ends).result()
        for key, one in inner.items():
            if not self.plan.nodes[key].event_sub:
                self._add_inner(result, key, one)
        return result

    def _is_shared(self, key: str, branches: set[str]) -> bool:
        """Whether an element of the branches, which can only be an end event, is come to from elsewhere too."""
        incoming = self.plan.nodes[key].incoming
        return any(self.plan.flow(flow).source not in branches for flow in incoming)

    def _end_arrows(self, builder: Builder, members: Iterable[str]) -> int:
        nodes = [self.plan.nodes[key] for key in members]
        return mask(builder.arrow(flow) for node in nodes if node.kind == "endEvent" for flow in node.incoming)

    def _apart(
        self, parent: str | None, members: Sequence[str], starts: list[list[str]], results: dict[str, Result]
    ) -> dict[str, Result]:
        """The branches that are judged by themselves, by their event. Those inside others are left to the others."""
        found: dict[str, set[str]] = {}
        for key in members:
            event = self.plan.nodes[key]
            if event.kind == "boundaryEvent" and not event.interrupting and [key] not in starts:
                branch = self.plan.branch(event)
                if self.plan.is_detached(event, branch) and self.plan.stands_apart(branch):
                    found[key] = branch
        inner = {key for key in found for other, branch in found.items() if other != key and key in branch}
        return {
            key: self._play(parent, self._ordered(branch), [[key]], results, self.plan.nodes[key].attached_to)
            for key, branch in found.items()
            if key not in inner
        }

    def _ordered(self, keys: Iterable[str]) -> list[str]:
        return sorted(keys, key=self.plan.bit.__getitem__)

    def _add_inner(self, result: Result, key: str, inner: Result) -> None:
        """What was found inside of a sub-process or a branch, if a run comes there."""
        host = self.plan.nodes[key].attached_to or key
        if not result.fires & self.plan.bit[host]:
            return
        result.decided = result.decided and inner.decided
        way = self.ways[host][0].to(host) or ()
        if host != key:
            way += self._begun(host)
        result.troubles += [after(way, trouble) for trouble in inner.troubles]
        held = [set(trouble.elements) for trouble in result.stuck]
        freed = [one for one in inner.stuck if not any(set(one.elements) <= elements for elements in held)]
        result.rescued += [after(way, trouble) for trouble in (*inner.rescued, *freed)]

    def _add_event_subs(self, main: Result, inside: Sequence[Node], results: dict[str, Result]) -> None:
        """What event sub-processes change: errors that they catch, and states that they take a run out of."""
        subs: list[tuple[Node, Result, tuple[str, ...]]] = []
        for node in inside:
            way = None if not node.event_sub or self.plan.ignored(node) else self._way_of_event_sub(main, node)
            if way is not None:
                subs.append((node, results[node.id], way))
        freeing = [
            result for node, result, _ in subs if self.plan.is_free(self._start(node)) and self._takes_over(node)
        ]
        leaving = [result for node, result, _ in subs if self.plan.is_free(self._start(node)) and result.throws]
        if main.hangs is not None and (freeing or leaving):
            ends = leaving or any(result.complete is not None for result in freeing)
            main.rescued += main.stuck if ends else []
            main.hangs, main.stuck = None, []
        for node, result, way in subs:
            others = any(one is not result for one in (*freeing, *leaving))
            self._add_event_sub(main, node, result, way)
            if result.hangs is not None:
                rest = () if self._takes_over(node) else None if others else main.unstopped
                self._add_hang(main, result, way, rest if rest is None else rest[len(self._begun(node.parent)) :])

    def _start(self, node: Node) -> Node:
        subs = self.plan.scope(node.parent).event_subs
        return next(self.plan.nodes[sub.start] for sub in subs if sub.node == node.id)

    def _takes_over(self, node: Node) -> bool:
        return self._start(node).interrupting

    def _way_of_event_sub(self, main: Result, node: Node) -> tuple[str, ...] | None:
        """The elements entered until the event sub-process begins; None if it never does."""
        start = self._start(node)
        thrown = [main.throws.pop(end) for end in list(main.throws) if self.plan.catcher[end] == start.id]
        if not thrown and not self.plan.is_free(start):
            return None
        return (*(thrown[0] if thrown else self._begun(node.parent)), node.id)

    def _add_event_sub(self, main: Result, node: Node, inner: Result, way: tuple[str, ...]) -> None:
        main.fires |= inner.fires | self.plan.bit[node.id]
        main.decided = main.decided and inner.decided
        main.troubles += [after(way, trouble) for trouble in inner.troubles]
        main.rescued += [after(way, trouble) for trouble in inner.rescued]
        for end, path in inner.throws.items():
            main.throws.setdefault(end, (*way, *path))
        if self._takes_over(node) and main.complete is None and inner.complete is not None:
            main.complete = (*way, *inner.complete)

    def _add_hang(self, main: Result, inner: Result, way: tuple[str, ...], rest: tuple[str, ...] | None) -> None:
        """An event sub-process that can never go on. `rest`: how the scope goes on beside it; None: it is freed."""
        if rest is None:
            main.rescued += [after(way, trouble) for trouble in inner.stuck]
            return
        main.hangs = main.hangs or (*way, *(inner.hangs or ()), *rest)
        main.stuck += [Trouble(one.kind, one.elements, (*way, *one.path, *rest)) for one in inner.stuck]


def after(way: tuple[str, ...], trouble: Trouble) -> Trouble:
    """The same trouble, found behind `way`."""
    return Trouble(trouble.kind, trouble.elements, (*way, *trouble.path))
