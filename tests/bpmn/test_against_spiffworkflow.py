"""SpiffWorkflow on the same charts: the same work lies ready after the same completions, and both end together."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions import timer as spiff_timer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from bihuan.bpmn import commands, load_chart

from .blocks import Drawn, blocks, draw_chart
from .building import NOW, Player

_STEPS = 25


class _Clock(datetime):
    """The clock that SpiffWorkflow asks."""

    current = NOW

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_Clock":
        at = cls.current.astimezone(tz or UTC)
        return cls(at.year, at.month, at.day, at.hour, at.minute, at.second, tzinfo=at.tzinfo)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(spiff_timer, "datetime", _Clock)
    yield


class _Spiff:
    def __init__(self, source: bytes) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(io.BytesIO(source)))
        self.flow = BpmnWorkflow(parser.get_spec("main"), parser.get_subprocess_specs("main"))
        self.run()

    def run(self) -> None:
        self.flow.do_engine_steps()
        self.flow.refresh_timers()
        self.flow.do_engine_steps()

    def _ready(self) -> list[Any]:
        found: list[Any] = self.flow.get_tasks(state=TaskState.READY, manual=True)
        return found

    def ready(self) -> list[str]:
        return sorted(str(task.task_spec.bpmn_id) for task in self._ready())

    def complete(self, name: str, values: dict[str, int]) -> None:
        task = next(task for task in self._ready() if task.task_spec.bpmn_id == name)
        task.data.update(values)
        task.run()
        self.run()


class _Ours:
    def __init__(self, source: bytes) -> None:
        self.player = Player(load_chart(source, open_variables=True)).start()

    def ready(self) -> list[str]:
        nodes = self.player.chart.nodes
        return sorted(one for one in self.player.open() if nodes[one].kind == "userTask")

    def complete(self, name: str, values: dict[str, int]) -> None:
        self.player.do(commands.CompleteTask(item=self.player.item(name), variables=values))

    def pass_time(self) -> None:
        assert self.player.state is not None
        for number in list(self.player.state.timers):
            # One that fires may put others away.
            if number in self.player.state.timers:
                self.player.do(commands.FireTimer(timer=number))


def _compare(drawn: Drawn, data: st.DataObject) -> None:
    _Clock.current = NOW
    ours, theirs = _Ours(drawn.source), _Spiff(drawn.quoted)
    for _ in range(_STEPS):
        ready = ours.ready()
        assert ready == theirs.ready()
        assert ours.player.ended == bool(theirs.flow.completed)
        assert not ours.player.incidents()
        if ours.player.ended:
            return
        choices = [*dict.fromkeys(ready), *(["…"] if ours.player.state and ours.player.state.timers else [])]
        chosen = data.draw(st.sampled_from(choices))
        note(f"{ready}: {chosen}")
        if chosen == "…":
            _Clock.current += timedelta(hours=2)
            ours.pass_time()
            theirs.run()
            continue
        values = {name: data.draw(st.integers(0, most)) for name, most in drawn.asks.get(chosen, {}).items()}
        note(f"{values}")
        ours.complete(chosen, values)
        theirs.complete(chosen, values)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(block=blocks(ours=False), data=st.data())
def test_the_same_work_is_ready_after_the_same_steps(block: Any, data: st.DataObject) -> None:
    drawn = draw_chart(block)
    note(drawn.source.decode())
    _compare(drawn, data)
