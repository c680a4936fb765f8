"""How a measurement is printed."""

import json
import statistics
from collections.abc import Mapping, Sequence


def line(
    name: str,
    value: float,
    unit: str,
    *,
    baseline: tuple[str, float] | None = None,
    goal: float | None = None,
    lower_is_better: bool = False,
    detail: Mapping[str, object] | None = None,
) -> str:
    """One JSON line. ``ratio`` is how many times better than the baseline."""
    answer: dict[str, object] = {"name": name, "value": round(value, 3), "unit": unit}
    if baseline is not None:
        answer["baseline"] = {"name": baseline[0], "value": round(baseline[1], 3)}
        better = (baseline[1] / value) if lower_is_better else (value / baseline[1])
        answer["ratio"] = round(better, 3)
    if goal is not None:
        answer["goal"] = goal
    answer["detail"] = dict(detail or {})
    return json.dumps(answer, ensure_ascii=False)


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds, and how many."""
    ordered = sorted(seconds)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 2),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000, 2),
        "n": len(ordered),
    }
