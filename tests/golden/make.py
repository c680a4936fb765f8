"""Makes the golden logs that are missing: ``python -m tests.golden.make``. Files that exist are left alone."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bihuan.bpmn import State, commands, load_chart
from bihuan.bpmn.decisions import parse_decision
from tests.bpmn.building import Player, flows, process, variables

FOLDER: Final = Path(__file__).parent
_T01: Final = FOLDER.parents[1] / "bihuan" / "flows" / "gallery" / "T01"
_TIMER: Final = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
_M: Final = '<message id="M" name="m"/>'


def five_phases() -> Player:
    """T01, with a return, from the first message to the archive."""
    tables = {"priority": parse_decision((_T01 / "priority.dmn").read_bytes())}
    player = Player(load_chart((_T01 / "chart.bpmn").read_bytes(), decisions=tables))
    player.start(support_departments=[], risk="high", urgency="high")
    player.answer("acknowledge").complete("register", "to_classify").complete("classify")
    player.complete("contact", "return_classify").complete("classify").complete("contact", "to_analysis")
    player.complete("analyse", "submit_analysis").complete("plan")
    while player.state is not None and not player.state.ended:
        _next(player, player.state)
    return player


def _next(player: Player, state: State) -> None:
    token = state.tokens()[0]
    node = player.chart.nodes[token.node]
    if node.kind == "userTask":
        offered = player.chart.outcomes(node.id, {}, state)
        player.do(commands.CompleteTask(item=token.item, outcome=offered[0].id if offered else None))
    elif node.kind in ("serviceTask", "sendTask"):
        player.answer(node.id)
    else:
        player.message(next(sub["node"] for sub in state.subs.values() if sub["act"] == token.item))


def joins() -> Player:
    """Parallel and inclusive, in a loop that counts."""
    body = (
        '<startEvent id="a"/><exclusiveGateway id="m"/><parallelGateway id="f"/><userTask id="u"/><userTask id="v"/>'
        '<parallelGateway id="j"/><inclusiveGateway id="i"/><userTask id="x"/><userTask id="y"/>'
        '<inclusiveGateway id="k"/><exclusiveGateway id="g" default="g_z"/><endEvent id="z"/>'
        + flows("a>m", "m>f", "f>u", "f>v", "u>j", "v>j", "j>i", "i>x", "i>y:both == true", "x>k", "y>k", "k>g")
        + flows("g>m:times.u < 2 and times.j < 9", "g>z")
    )
    player = Player(process(body, variables(both="boolean"))).start(both=True)
    for task in ("v", "u", "y", "x", "u", "v"):
        player.complete(task)
    return player


def timers() -> Player:
    """Boundary timers of both kinds, a cycle, and a catch event."""
    body = (
        f'<startEvent id="a"/><userTask id="u"/><boundaryEvent id="b" attachedToRef="u">{_TIMER}</boundaryEvent>'
        '<boundaryEvent id="c" attachedToRef="u" cancelActivity="false"><timerEventDefinition><timeCycle>R/PT5M'
        f'</timeCycle></timerEventDefinition></boundaryEvent><userTask id="w"/><intermediateCatchEvent id="i">{_TIMER}'
        '</intermediateCatchEvent><userTask id="v"/>' + flows("a>u", "b>i", "c>w", "i>v")
    )
    return Player(process(body)).start().fire("c").fire("c").fire("b").fire("i")


def taken_over() -> Player:
    """An interrupting event sub-process empties its scope: tokens, joins, incidents."""
    body = (
        '<startEvent id="a"/><subProcess id="s"><startEvent id="ss"/><parallelGateway id="f"/><userTask id="u"/>'
        '<exclusiveGateway id="g"/><task id="t"/><parallelGateway id="j"/>'
        + flows("ss>f", "f>u", "f>g", "f>t", "t>j", "u>j", "g>u:no > 1")
        + '<subProcess id="e" triggeredByEvent="true"><startEvent id="es"><messageEventDefinition messageRef="M"/>'
        '</startEvent><userTask id="v"/>'
        + flows("es>v")
        + '</subProcess></subProcess><userTask id="after"/>'
        + flows("a>s", "s>after")
    )
    return Player(process(body, variables(no="number"), before=_M)).start().message("es").complete("v")


def root_taken_over() -> Player:
    """The same on top; then the instance is cancelled."""
    body = (
        '<startEvent id="a"/><userTask id="u"/><subProcess id="e" triggeredByEvent="true"><startEvent id="es">'
        '<messageEventDefinition messageRef="M"/></startEvent><userTask id="v"/>'
        + flows("es>v")
        + "</subProcess>"
        + flows("a>u")
    )
    player = Player(process(body, before=_M)).start().message("es")
    player.do(commands.Cancel(reason="wrong issue"))
    return player


def multi_instance() -> Player:
    """Parallel over a collection with a completion condition, sequential, and one with nothing to do."""

    def many(element: str, inside: str) -> str:
        loop = f"<multiInstanceLoopCharacteristics {inside}</multiInstanceLoopCharacteristics>"
        return f'<userTask id="{element}">{loop}</userTask>'

    body = (
        '<startEvent id="a"/>'
        + many("p", 'bihuan:collection="who" bihuan:elementVariable="one"><completionCondition>nrOfCompletedInstances '
                    "== 2</completionCondition>")
        + many("n", "><loopCardinality>0</loopCardinality>")
        + many("q", 'isSequential="true"><loopCardinality>3</loopCardinality>')
        + flows("a>p", "p>n", "n>q")
    )  # fmt: skip
    player = Player(process(body, variables(who="list"), key="main")).start(who=["A", "B", "C"])
    return player.complete("p", nth=1).complete("p").complete("q")


def compensation() -> Player:
    """A transaction is cancelled while a sub-process in it has completed."""
    body = (
        '<startEvent id="a"/><transaction id="t"><startEvent id="ts"/><subProcess id="s"><startEvent id="ss"/>'
        '<userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/></boundaryEvent>'
        '<userTask id="undo" isForCompensation="true"/><association id="as" sourceRef="b" targetRef="undo"/>'
        '<subProcess id="e" triggeredByEvent="true"><startEvent id="es"><compensateEventDefinition/></startEvent>'
        '<intermediateThrowEvent id="inner"><compensateEventDefinition/></intermediateThrowEvent>'
        + flows("es>inner", "ss>u")
        + '</subProcess></subProcess><userTask id="w"/><endEvent id="te"><cancelEventDefinition/></endEvent>'
        + flows("ts>s", "s>w", "w>te")
        + '</transaction><boundaryEvent id="c" attachedToRef="t"><cancelEventDefinition/></boundaryEvent>'
        '<userTask id="sorry"/>' + flows("a>t", "c>sorry")
    )
    return Player(process(body)).start().complete("u").complete("w").complete("undo")


def compensation_pending() -> Player:
    """What can be undone is remembered, and part of the undoing is done."""
    body = (
        '<startEvent id="a"/><userTask id="u"/><boundaryEvent id="b" attachedToRef="u"><compensateEventDefinition/>'
        '</boundaryEvent><userTask id="undo" isForCompensation="true"/><association id="as" sourceRef="b" '
        'targetRef="undo"/><exclusiveGateway id="m"/><userTask id="w"/><exclusiveGateway id="g" default="g_t"/>'
        '<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent>'
        + flows("a>m", "m>u", "u>w", "w>g", "g>m:times.u < 3", "g>t", "t>m")
    )
    player = Player(process(body)).start()
    for task in ("u", "w", "u", "w", "u", "w", "undo"):
        player.complete(task)
    return player


def called() -> Player:
    """A call with variables of its own, and a second one still open."""
    body = (
        '<startEvent id="a"/><callActivity id="c" calledElement="q"><extensionElements><bihuan:in source="x" target="y"/>'
        '<bihuan:out source="y" target="x"/></extensionElements><standardLoopCharacteristics loopMaximum="2"/>'
        "</callActivity>" + flows("a>c")
    )
    inner = f'</process><process id="q"><extensionElements>{variables(y="number")}</extensionElements>'
    inner += '<startEvent id="qs"/><userTask id="u"/>' + flows("qs>u") + "</process>"
    source = process(body, variables(x="number")).replace(b"</process>", inner.encode())
    return Player(load_chart(source, "p")).start(x=1).complete("q:u", y=2)


def incidents() -> Player:
    """Raised, retried, skipped; one is left."""
    body = (
        '<startEvent id="a"/><parallelGateway id="f"/><exclusiveGateway id="g"/><serviceTask id="s"/><userTask id="u"/>'
        '<exclusiveGateway id="h"/>' + flows("a>f", "f>g", "f>s", "f>h", "g>u:x > 1", "h>u:x > 1")
    )
    player = Player(process(body, variables(x="number"))).start().fail("s", "down")
    assert player.state is not None
    for number, one in list(player.state.incidents.items()):
        if one["node"] == "s":
            player.do(commands.RetryIncident(incident=number))
        elif one["node"] == "g":
            player.do(commands.SkipIncident(incident=number, reason="agreed"))
    return player


def events_and_signals() -> Player:
    """An event-based gateway, a signal, a condition."""
    body = (
        f'<startEvent id="a"/><parallelGateway id="f"/><eventBasedGateway id="e"/><intermediateCatchEvent id="t">{_TIMER}'
        '</intermediateCatchEvent><intermediateCatchEvent id="m"><messageEventDefinition messageRef="M"/>'
        '</intermediateCatchEvent><intermediateCatchEvent id="s"><signalEventDefinition signalRef="S"/>'
        '</intermediateCatchEvent><intermediateCatchEvent id="c"><conditionalEventDefinition><condition>x &gt; 1'
        '</condition></conditionalEventDefinition></intermediateCatchEvent><userTask id="u"/>'
        + flows("a>f", "f>e", "e>t", "e>m", "f>s", "f>c", "m>u", "s>u", "c>u")
    )
    player = Player(process(body, variables(x="number"), before=f'{_M}<signal id="S" name="s"/>')).start(x=0)
    player.message("m", x=1)
    player.do(commands.ReceiveSignal(name="s", variables={"x": 2}))
    return player


def ad_hoc() -> Player:
    """An ad-hoc sub-process, one activity of it begun again."""
    body = (
        '<startEvent id="a"/><adHocSubProcess id="h"><userTask id="x"/><userTask id="y"/><completionCondition>n &gt; 2'
        '</completionCondition></adHocSubProcess><userTask id="u"/>' + flows("a>h", "h>u")
    )
    player = Player(process(body, variables(n="number"))).start().complete("x", n=1)
    player.do(commands.BeginActivity(item=player.item("h"), node="x"))
    return player


def jumped_and_migrated() -> Player:
    """A jump, then another version, then an end."""

    def version(task: str) -> bytes:
        return process(
            f'<startEvent id="a"/><userTask id="u"/><parallelGateway id="f"/><userTask id="{task}"/><userTask id="w"/>'
            f'<parallelGateway id="j"/><boundaryEvent id="b" attachedToRef="{task}">{_TIMER}</boundaryEvent>'
            '<endEvent id="z"/>' + flows("a>u", "u>f", f"f>{task}", "f>w", f"{task}>j", "w>j", "j>z", "b>z")
        )

    player = Player(version("old")).start()
    player.do(commands.Jump(item=player.item("u"), target="f", reason="known already"))
    player.complete("w")
    chart = load_chart(version("new"))
    player.do(commands.Migrate(chart=chart, mapping={"old": "new", "j": "j"}, reason="version 2"))
    player.chart = chart
    return player.fire("b")


LOGS: Final[dict[str, Callable[[], Player]]] = {
    one.__name__: one
    for one in (
        five_phases, joins, timers, taken_over, root_taken_over, multi_instance, compensation, compensation_pending,
        called, incidents, events_and_signals, ad_hoc, jumped_and_migrated,
    )
}  # fmt: skip


def main() -> None:
    """Writes the missing files."""
    for name, play in LOGS.items():
        path = FOLDER / f"{name}.json"
        if not path.exists():
            player = play()
            assert player.state is not None
            log = {"process": player.state.process, "events": player.events, "state": player.state.to_document()}
            path.write_text(json.dumps(log, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            sys.stdout.write(f"made {path.name}\n")


if __name__ == "__main__":
    main()
