"""A figure with how sure it is, and what two of them say together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from bihuan.bpmn.simulate.intervals import interval


@dataclass(frozen=True, slots=True)
class Figure:
    """`runs`: one value for each replication. `low` and `high`: the 95 % interval of the mean; None of a single run."""

    mean: float
    low: float | None
    high: float | None
    runs: tuple[float, ...]

    def to_json(self) -> dict[str, object]:
        """Plain JSON."""
        return {"mean": self.mean, "low": self.low, "high": self.high, "runs": list(self.runs)}


def figure(runs: Sequence[float], *, least: float | None = None, most: float | None = None) -> Figure:
    """Mean and interval of at least one run, the interval cut where values beyond make no sense."""
    mean = fmean(runs)
    found = interval(runs, mean)
    if found is None:
        return Figure(mean, None, None, tuple(runs))
    low = found[0] if least is None else max(least, found[0])
    high = found[1] if most is None else min(most, found[1])
    return Figure(mean, low, high, tuple(runs))


def share(runs: Sequence[float]) -> Figure:
    """A figure from 0 to 1."""
    return figure(runs, least=0.0, most=1.0)


def read_figure(value: object) -> Figure | None:
    """What `to_json` wrote; None where there is none."""
    if not isinstance(value, Mapping):
        return None
    runs = value.get("runs")
    values = tuple(float(one) for one in runs) if isinstance(runs, Sequence) else ()
    return Figure(float(value["mean"]), _maybe(value["low"]), _maybe(value["high"]), values)


def _maybe(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def difference(first: Figure, other: Figure) -> Figure | None:
    """`other` less `first`, run by run: both faced the same issues. None where the runs are not the same ones."""
    if len(first.runs) != len(other.runs) or len(first.runs) < 2:
        return None
    return figure([there - here for here, there in zip(first.runs, other.runs, strict=True)])
