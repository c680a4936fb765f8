"""Small random charts: well nested blocks, then damaged a little."""

import random
from dataclasses import dataclass, field

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test">'
    '<error id="err" errorCode="E"/><error id="other" errorCode="F"/>'
    '<message id="msg" name="m"/><signal id="sig" name="g"/><escalation id="esc" escalationCode="S"/>'
)
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
ERROR = '<errorEventDefinition errorRef="err"/>'
MESSAGE = '<messageEventDefinition messageRef="msg"/>'
SIGNAL = '<signalEventDefinition signalRef="sig"/>'
ESCALATION = '<escalationEventDefinition escalationRef="esc"/>'
CONDITION = "<conditionalEventDefinition><condition>x</condition></conditionalEventDefinition>"
COMPENSATION = "<compensateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"
WAITING = (TIMER, MESSAGE, SIGNAL, CONDITION)
MARKERS = (
    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>",
    '<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>x</loopCardinality>'
    "</multiInstanceLoopCharacteristics>",
    "<standardLoopCharacteristics><loopCondition>x</loopCondition></standardLoopCharacteristics>",
)
TASKS = ("task", "task", "userTask", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask")


RARE = ("passing", "passing", "call", "link", "undone", "transaction", "ad_hoc")
SUBS = ("subProcess", "transaction", "adHocSubProcess")


@dataclass
class Drawn:
    id: str
    kind: str
    scope: str
    attributes: str = ""
    inner: str = ""
    marker: str = ""


@dataclass
class Maker:
    """Draws one chart. `budget` is about how many blocks it has."""

    rng: random.Random
    budget: int
    els: dict[str, Drawn] = field(default_factory=dict)
    flows: list[list[str]] = field(default_factory=list)
    count: int = 0
    associations: list[tuple[str, str]] = field(default_factory=list)

    def el(self, kind: str, scope: str, attributes: str = "", inner: str = "") -> str:
        self.count += 1
        key = f"{kind[:3]}{self.count}"
        self.els[key] = Drawn(key, kind, scope, attributes, inner)
        return key

    def flow(self, source: str, target: str, condition: str = "") -> None:
        self.flows.append([source, target, condition])

    def chart(self, damage: int) -> bytes:
        self.scope("p", top=True)
        for _ in range(damage):
            if self._may_bend():
                self.damage()
        return self.xml()

    def scope(self, key: str, top: bool = False) -> None:
        start = self.el("startEvent", key)
        last = self.block(start, key, 0)
        if top and self.rng.random() < 0.1:
            other, merge = self.el("startEvent", key, inner=MESSAGE), self.el("exclusiveGateway", key)
            self.flow(last, merge)
            self.flow(self.block(other, key, 2), merge)
            last = merge
        self.flow(last, self.end(key, top))

    def end(self, scope: str, top: bool = False) -> str:
        roll = self.rng.random()
        if roll < 0.08:
            return self.el("endEvent", scope, inner="<terminateEventDefinition/>")
        if roll < (0.10 if top else 0.22):
            return self.el("endEvent", scope, inner=ERROR)
        if roll > 0.9:
            return self.el("endEvent", scope, inner=self.rng.choice((MESSAGE, SIGNAL, ESCALATION, COMPENSATION)))
        return self.el("endEvent", scope)

    def block(self, before: str, scope: str, depth: int) -> str:
        """Draws something behind `before`; gives its last element."""
        for _ in range(self.rng.choice((1, 1, 2)) if depth else self.rng.choice((1, 2, 3))):
            self.budget -= 1
            kinds = ["task", "task", "xor", "and", "or", "loop", "events", "event_based", "sub", "task", *RARE]
            kind = self.rng.choice(kinds) if self.budget > 0 and depth < 3 else "task"
            before = getattr(self, f"_{kind}")(before, scope, depth)
        return before

    def _task(self, before: str, scope: str, depth: int) -> str:
        task = self.el(self.rng.choice(TASKS), scope)
        self.mark(task)
        self.flow(before, task)
        return task

    def mark(self, key: str) -> None:
        """Now and then: done several times."""
        if self.rng.random() < 0.08:
            self.els[key].marker = self.rng.choice(MARKERS)

    def _passing(self, before: str, scope: str, depth: int) -> str:
        thrown = self.rng.choice(("", MESSAGE, SIGNAL, ESCALATION, COMPENSATION))
        event = self.rng.choice(
            (("intermediateThrowEvent", thrown), ("intermediateCatchEvent", self.rng.choice(WAITING)))
        )
        key = self.el(event[0], scope, inner=event[1])
        self.flow(before, key)
        return key

    def _call(self, before: str, scope: str, depth: int) -> str:
        key = self.el("callActivity", scope, 'calledElement="elsewhere"')
        self.mark(key)
        self.flow(before, key)
        return key

    def _link(self, before: str, scope: str, depth: int) -> str:
        inner = f'<linkEventDefinition name="l{self.count}"/>'
        away, back = (
            self.el("intermediateThrowEvent", scope, inner=inner),
            self.el("intermediateCatchEvent", scope, inner=inner),
        )
        self.flow(before, away)
        return back

    def _undone(self, before: str, scope: str, depth: int) -> str:
        host = self.el("userTask", scope)
        event = self.el("boundaryEvent", scope, f'attachedToRef="{host}"', COMPENSATION)
        self.associations.append((event, self.el("task", scope, 'isForCompensation="true"')))
        self.flow(before, host)
        return host

    def _transaction(self, before: str, scope: str, depth: int) -> str:
        key, merge = self.el("transaction", scope), self.el("exclusiveGateway", scope)
        self.flow(before, key)
        start, split = self.el("startEvent", key), self.el("exclusiveGateway", key)
        self.flow(self.block(start, key, depth + 1), split)
        self.flow(split, self.end(key), "default")
        self.flow(split, self.el("endEvent", key, inner=CANCEL), "x")
        event = self.el("boundaryEvent", scope, f'attachedToRef="{key}"', CANCEL)
        self.flow(key, merge)
        self.flow(self.block(event, scope, depth + 1) if self.rng.random() < 0.4 else event, merge)
        return merge

    def _ad_hoc(self, before: str, scope: str, depth: int) -> str:
        key = self.el("adHocSubProcess", scope)
        self.flow(before, key)
        for _ in range(self.rng.choice((1, 2))):
            first = self.el("userTask", key)
            if self.rng.random() < 0.4:
                self.flow(first, self.el("task", key))
        return key

    def _gates(self, before: str, scope: str, depth: int, kind: str) -> str:
        split, join = self.el(kind, scope), self.el(kind, scope)
        self.flow(before, split)
        for at in range(self.rng.choice((2, 2, 3))):
            condition = "" if kind == "parallelGateway" else "default" if at == 0 and self.rng.random() < 0.7 else "x"
            if kind == "inclusiveGateway" and not condition:
                condition = "x"
            if self.rng.random() < 0.2:
                self.flow(split, join, condition)
                continue
            first = self.el(self.rng.choice(TASKS), scope)
            self.flow(split, first, condition)
            last = self.block(first, scope, depth + 1) if self.rng.random() < 0.5 else first
            if self.rng.random() < 0.12:
                self.flow(last, self.end(scope))
            else:
                self.flow(last, join)
        return join

    def _xor(self, before: str, scope: str, depth: int) -> str:
        return self._gates(before, scope, depth, "exclusiveGateway")

    def _and(self, before: str, scope: str, depth: int) -> str:
        return self._gates(before, scope, depth, "parallelGateway")

    def _or(self, before: str, scope: str, depth: int) -> str:
        return self._gates(before, scope, depth, "inclusiveGateway")

    def _loop(self, before: str, scope: str, depth: int) -> str:
        merge = self.el("exclusiveGateway", scope)
        self.flow(before, merge)
        last = self.block(merge, scope, depth + 1)
        split = self.el("exclusiveGateway", scope)
        self.flow(last, split)
        self.flow(split, merge, "x")
        out = self.el("task", scope)
        self.flow(split, out, "default")
        return out

    def _events(self, before: str, scope: str, depth: int) -> str:
        host = self.el("userTask", scope)
        self.flow(before, host)
        merge = self.el("exclusiveGateway", scope)
        self.flow(host, merge)
        for _ in range(self.rng.choice((1, 1, 2))):
            self._event(host, merge, scope, depth)
        return merge

    def _event(self, host: str, merge: str, scope: str, depth: int) -> None:
        interrupting = self.rng.random() < 0.5
        inner = ERROR if interrupting and self.rng.random() < 0.4 else self.rng.choice((*WAITING, ESCALATION))
        attributes = f'attachedToRef="{host}"' + ("" if interrupting else ' cancelActivity="false"')
        event = self.el("boundaryEvent", scope, attributes, inner)
        last = self.block(event, scope, depth + 1) if self.rng.random() < 0.4 else event
        self.flow(last, merge if interrupting and self.rng.random() < 0.7 else self.end(scope))

    def _event_based(self, before: str, scope: str, depth: int) -> str:
        gateway, merge = self.el("eventBasedGateway", scope), self.el("exclusiveGateway", scope)
        self.flow(before, gateway)
        for inner in self.rng.sample(WAITING, 2):
            event = self.el("intermediateCatchEvent", scope, inner=inner)
            self.flow(gateway, event)
            self.flow(self.block(event, scope, depth + 1) if self.rng.random() < 0.4 else event, merge)
        return merge

    def _sub(self, before: str, scope: str, depth: int) -> str:
        sub = self.el("subProcess", scope)
        self.flow(before, sub)
        self.mark(sub)
        self.scope(sub)
        if self.rng.random() < 0.25:
            self._event_sub(sub)
        merge = self.el("exclusiveGateway", scope)
        self.flow(sub, merge)
        while self.rng.random() < 0.45:
            self._event(sub, merge, scope, depth)
        return merge

    def _event_sub(self, scope: str) -> None:
        sub = self.el("subProcess", scope, 'triggeredByEvent="true"')
        interrupting = self.rng.random() < 0.6
        inner = (
            ERROR if interrupting and self.rng.random() < 0.5 else self.rng.choice((*WAITING, ESCALATION, COMPENSATION))
        )
        interrupting = interrupting or inner == COMPENSATION
        start = self.el("startEvent", sub, "" if interrupting else 'isInterrupting="false"', inner)
        self.flow(self.block(start, sub, 2), self.end(sub))

    def damage(self) -> None:
        getattr(self, self.rng.choice(("_turn", "_turn", "_bend", "_bend", "_cut", "_add", "_unlink")))()

    def _turn(self) -> None:
        gates = [
            one for one in self.els.values() if one.kind in ("exclusiveGateway", "parallelGateway", "inclusiveGateway")
        ]
        if gates:
            one = self.rng.choice(gates)
            one.kind = self.rng.choice(("exclusiveGateway", "parallelGateway", "inclusiveGateway"))

    def _may_bend(self) -> list[list[str]]:
        waits = {flow[1] for flow in self.flows if self.els[flow[0]].kind == "eventBasedGateway"}
        return [flow for flow in self.flows if self.els[flow[0]].kind != "eventBasedGateway" and flow[1] not in waits]

    def _targets(self, source: str) -> list[str]:
        waits = {flow[1] for flow in self.flows if self.els[flow[0]].kind == "eventBasedGateway"}
        scope = self.els[source].scope
        return [
            one.id
            for one in self.els.values()
            if one.scope == scope
            and one.kind not in ("startEvent", "boundaryEvent")
            and one.id not in waits
            and "triggered" not in one.attributes
            and "isFor" not in one.attributes
            and not (one.kind == "intermediateCatchEvent" and "link" in one.inner)
        ]

    def _bend(self) -> None:
        flow = self.rng.choice(self._may_bend())
        flow[1] = self.rng.choice(self._targets(flow[0]))

    def _cut(self) -> None:
        if self.rng.random() < 0.4:
            self.flows.remove(self.rng.choice(self._may_bend()))

    def _unlink(self) -> None:
        ends = [flow for flow in self._may_bend() if self.els[flow[1]].kind == "endEvent"]
        if ends and self.rng.random() < 0.3:
            self.flows.remove(self.rng.choice(ends))

    def _add(self) -> None:
        flow = self.rng.choice(self._may_bend())
        kind = self.els[flow[0]].kind
        self.flow(flow[0], self.rng.choice(self._targets(flow[0])), "" if kind in ("task", "parallelGateway") else "x")

    def xml(self) -> bytes:
        return f'{HEAD}<process id="p">{self._inside("p")}</process></definitions>'.encode()

    def _inside(self, scope: str) -> str:
        found = []
        for one in self.els.values():
            if one.scope == scope:
                default = next(
                    (f"f{at}" for at, f in enumerate(self.flows) if f[0] == one.id and f[2] == "default"), ""
                )
                said = f' default="{default}"' if default and one.kind != "parallelGateway" else ""
                body = one.inner or (self._inside(one.id) if one.kind in SUBS else "") + one.marker
                found.append(f'<{one.kind} id="{one.id}" {one.attributes}{said}>{body}</{one.kind}>')
        for at, (source, target, condition) in enumerate(self.flows):
            if self.els[source].scope == scope:
                inner = "<conditionExpression>x</conditionExpression>" if condition == "x" else ""
                found.append(
                    f'<sequenceFlow id="f{at}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
                )
        for event, undo in self.associations:
            if self.els[event].scope == scope:
                found.append(f'<association id="as_{event}" sourceRef="{event}" targetRef="{undo}"/>')
        return "".join(found)


def random_chart(seed: int) -> bytes:
    """The chart of a seed; about one in three is not damaged."""
    rng = random.Random(seed)
    return Maker(rng, rng.choice((2, 4, 6, 9))).chart(rng.choice((0, 0, 1, 1, 2, 3)))
