"""Charts of tasks, exclusive and parallel gateways with one end are workflow nets: PM4Py judges the same."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bihuan.bpmn.verify import verify
from tests.bpmn.verify.charts import Maker

GATES = ("exclusiveGateway", "parallelGateway")


class Plain(Maker):
    """Draws only what a workflow net knows."""

    def chart(self, damage: int) -> bytes:
        start = self.el("startEvent", "p")
        self.flow(self._blocks(start, 0), self.el("endEvent", "p"))
        gates = [one for one in self.els.values() if one.kind in GATES]
        for one in self.rng.sample(gates, k=min(damage, len(gates))):
            one.kind = GATES[1 - GATES.index(one.kind)]
        return self.xml()

    def _blocks(self, before: str, depth: int) -> str:
        for _ in range(self.rng.choice((1, 2))):
            self.budget -= 1
            kind = self.rng.choice(("task", *GATES, "loop")) if self.budget > 0 and depth < 3 else "task"
            before = self._branches(before, depth, kind) if kind in GATES else self._one(before, depth, kind)
        return before

    def _one(self, before: str, depth: int, kind: str) -> str:
        if kind == "task":
            return self._on(before, "task")
        merge = self._on(before, GATES[0])
        split = self._on(self._blocks(merge, depth + 1), GATES[0])
        self.flow(split, merge, "x")
        return self._on(split, "task", "default")

    def _branches(self, before: str, depth: int, kind: str) -> str:
        split, join = self._on(before, kind), self.el(kind, "p")
        for at in range(2):
            first = self._on(split, "task", "" if kind == GATES[1] else ("x", "default")[at])
            self.flow(self._blocks(first, depth + 1), join)
        return join

    def _on(self, before: str, kind: str, condition: str = "") -> str:
        key = self.el(kind, "p")
        self.flow(before, key, condition)
        return key


def _is_workflow_sound(source: bytes, folder: Path) -> bool:
    # Its import takes seconds: only who runs this test pays for it.
    import pm4py
    from pm4py.algo.analysis.woflan import algorithm as woflan

    path = folder / "chart.bpmn"
    path.write_bytes(source)
    drawing: Any = pm4py.read_bpmn(str(path))
    net, first, last = pm4py.convert_to_petri_net(drawing)
    said: Any = woflan.apply(
        net, first, last, parameters={"print_diagnostics": False, "return_asap_when_not_sound": True}
    )
    return bool(said)


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")  # within PM4Py
@pytest.mark.slow
@pytest.mark.correctness(80)
@pytest.mark.filterwarnings("ignore:solution from scipy may be unstable")
@pytest.mark.filterwarnings("ignore:`method='revised simplex'` is deprecated")
def test_the_same_as_woflan(tmp_path: Path) -> None:
    verdicts: Counter[bool] = Counter()
    for seed in range(40):
        rng = random.Random(seed)
        source = Plain(rng, rng.choice((2, 4, 6))).chart(rng.choice((0, 0, 1, 2)))
        expected = _is_workflow_sound(source, tmp_path)
        assert verify(source).behaviour_sound is expected, seed
        verdicts[expected] += 1
    assert min(verdicts[True], verdicts[False]) >= 10, verdicts
