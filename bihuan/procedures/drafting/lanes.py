"""Lanes from units."""

from collections.abc import Iterable, Sequence

from bihuan.bpmn.sketch import SketchLane
from bihuan.procedures.drafting.words import shown
from bihuan.procedures.understanding.model import Fact, Procedure, Step

UNKNOWN = "lane_unknown"
_JOINED = 4


def _key(name: str) -> str:
    return name.replace("工作", "").replace("服务", "")


class Lanes:
    """The units of a procedure: names that differ by a filler word, or of which one is the other's end, are one."""

    def __init__(self, procedure: Procedure) -> None:
        self._stages = procedure.stages
        self._names = _all_names(procedure)
        self._lanes: dict[str, str] = {}

    def of(self, step: Step) -> str:
        """The lane's id: of the step's units, else of its phase's, else `UNKNOWN`."""
        units: Sequence[Fact] = step.units
        if not units and 0 <= step.phase < len(self._stages):
            units = self._stages[step.phase].units
        return self.named([one.text for one in units])

    def named(self, names: Sequence[str]) -> str:
        """The lane of these units together."""
        if not names:
            self._lanes.setdefault("", UNKNOWN)
            return UNKNOWN
        name = "、".join(dict.fromkeys(self._one(one) for one in names[:_JOINED]))
        return self._lanes.setdefault(name, f"lane_{len(self._lanes) + 1}")

    def _one(self, name: str) -> str:
        same = [one for one in self._names if _key(one) == _key(name)]
        if same:
            return same[0]
        longer = [one for one in self._names if len(one) > len(name) and one.endswith(name)]
        return longer[0] if len(longer) == 1 else name

    def made(self) -> tuple[SketchLane, ...]:
        """The lanes that were asked for, in that order."""
        return tuple(
            SketchLane(id=key, name=shown(name)[:60] if name else "待确认", name_en="" if name else "To be confirmed")
            for name, key in self._lanes.items()
        )


def _all_names(procedure: Procedure) -> list[str]:
    """Longest first, so that `团队` finds `客户服务团队`."""
    units: Iterable[Fact] = (
        *(one for step in procedure.steps for one in step.units),
        *(one for stage in procedure.stages for one in stage.units),
    )
    names = dict.fromkeys(one.text for one in units)
    kept = [one for one in names if sum(other != one and other.endswith(one) for other in names) != 1]
    return kept
