"""Distributions, each drawn by turning one uniform number around.

The same uniform number gives a comparable draw when only a parameter changes: that is what makes two scenarios with the
same seed comparable case by case. Amounts are seconds and never negative.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from statistics import NormalDist
from typing import Final, Protocol, cast

from bihuan.bpmn.simulate.errors import ScenarioRefused
from bihuan.bpmn.simulate.reading import MOST, Part, list_in, number_in
from bihuan.bpmn.values import JsonValue, is_json

_NORMAL: Final = NormalDist()
_log = math.log
_SMALLEST: Final = 2.0**-60
_TENTH: Final = _NORMAL.inv_cdf(0.9)


class Distribution(Protocol):
    """Amounts of seconds."""

    mean: float

    def at(self, u: float) -> float:
        """The amount below which the share `u` (0 <= u < 1) of all draws lies."""
        ...


class Fixed:
    """Always the same."""

    __slots__ = ("mean",)

    def __init__(self, seconds: float) -> None:
        self.mean = seconds

    def at(self, u: float) -> float:
        """The amount."""
        return self.mean


class Exponential:
    """Without memory, by its mean."""

    __slots__ = ("_scale", "mean")

    def __init__(self, mean: float) -> None:
        self.mean = mean
        self._scale = -mean

    def at(self, u: float) -> float:
        """The quantile."""
        return self._scale * _log(1.0 - u)


class Lognormal:
    """The logarithm is normal with mean `mu` and standard deviation `sigma`; what is beyond all measure is cut."""

    __slots__ = ("_mu", "_sigma", "mean")

    def __init__(self, mu: float, sigma: float) -> None:
        self._mu, self._sigma = mu, sigma
        self.mean = math.exp(mu + sigma * sigma / 2)

    def at(self, u: float) -> float:
        """The quantile."""
        value = math.exp(self._mu + self._sigma * _NORMAL.inv_cdf(u if u > 0.0 else _SMALLEST))
        return value if value < MOST else MOST


class Uniform:
    """Evenly between two amounts."""

    __slots__ = ("_low", "_width", "mean")

    def __init__(self, low: float, high: float) -> None:
        self._low, self._width = low, high - low
        self.mean = (low + high) / 2

    def at(self, u: float) -> float:
        """The quantile."""
        return self._low + self._width * u


class Triangular:
    """Between two amounts, most often around a third."""

    __slots__ = ("_high", "_low", "_mode", "_turn", "mean")

    def __init__(self, low: float, mode: float, high: float) -> None:
        self._low, self._mode, self._high = low, mode, high
        self._turn = (mode - low) / (high - low)
        self.mean = (low + mode + high) / 3

    def at(self, u: float) -> float:
        """The quantile."""
        width = self._high - self._low
        if u < self._turn:
            return self._low + math.sqrt(u * width * (self._mode - self._low))
        return self._high - math.sqrt((1.0 - u) * width * (self._high - self._mode))


class Empirical:
    """One of the amounts seen, with weights."""

    __slots__ = ("_upto", "_values", "mean")

    def __init__(self, values: Sequence[float], weights: Sequence[float]) -> None:
        pairs = sorted(zip(values, weights, strict=True))
        total = math.fsum(weights)
        self._values = [value for value, _ in pairs]
        self._upto = [one / total for one in accumulate(weight for _, weight in pairs)][:-1]
        self.mean = math.fsum(value * weight for value, weight in pairs) / total

    def at(self, u: float) -> float:
        """The quantile."""
        return self._values[bisect_right(self._upto, u)]


class Choice:
    """One of several JSON values, with weights. `texts` are the values as JSON text."""

    __slots__ = ("_upto", "texts", "values")

    def __init__(self, values: Sequence[JsonValue], weights: Sequence[float]) -> None:
        total = math.fsum(weights)
        self.values = tuple(values)
        self.texts = tuple(json.dumps(value, ensure_ascii=False) for value in values)
        self._upto = [one / total for one in accumulate(weights)][:-1]

    def pick(self, u: float) -> tuple[JsonValue, str]:
        """The value, and its JSON text."""
        index = bisect_right(self._upto, u)
        return self.values[index], self.texts[index]


class Amount:
    """A number as a variable, drawn from a distribution; `digits` after the point."""

    __slots__ = ("_digits", "_of")

    def __init__(self, of: Distribution, digits: int) -> None:
        self._of, self._digits = of, digits

    def pick(self, u: float) -> tuple[JsonValue, str]:
        """The value, and its JSON text."""
        value = round(self._of.at(u), self._digits)
        plain = int(value) if self._digits == 0 else value
        return plain, json.dumps(plain)


_MEAN: Final = ("mean", "seconds", "mean_seconds")
_SPREAD: Final = ("sd", "std", "stdev", "sd_seconds")

ValueDraw = Choice | Amount


def read_distribution(part: Part) -> Distribution:
    """The distribution of amounts that an object describes; ScenarioRefused where it describes none."""
    kind = part.text("kind")
    reader = _KINDS.get(kind)
    if reader is None:
        raise ScenarioRefused(f"{part.place('kind')}: {kind!r} is none of {', '.join(_KINDS)}")
    found = reader(part)
    part.done()
    return found


def _amount(part: Part, *keys: str) -> float:
    return number_in(part.one_of(*keys), part.place(keys[0]))


def _fixed(part: Part) -> Distribution:
    return Fixed(_amount(part, "seconds", "value", "mean", "mean_seconds"))


def _exponential(part: Part) -> Distribution:
    return Exponential(_amount(part, *_MEAN))


def _lognormal(part: Part) -> Distribution:
    if "mu" in part:
        return Lognormal(number_in(part.get("mu"), part.place("mu"), -20.0, 20.0), _sigma(part))
    if "median" in part:
        median = part.number("median", least=1e-6)
        if "p90" in part:
            tail = part.number("p90", least=median)
            return Lognormal(math.log(median), math.log(tail / median) / _TENTH)
        return Lognormal(math.log(median), _sigma(part))
    mean = number_in(part.one_of(*_MEAN), part.place("mean"), 1e-6)
    if "sigma" in part:
        square = _sigma(part) ** 2
    else:
        spread = part.number("cv") if "cv" in part else number_in(part.one_of(*_SPREAD), part.place("sd")) / mean
        square = math.log1p(spread * spread)
    return Lognormal(math.log(mean) - square / 2, math.sqrt(square))


def _sigma(part: Part) -> float:
    return number_in(part.get("sigma"), part.place("sigma"), 0.0, 20.0)


def _uniform(part: Part) -> Distribution:
    low = _amount(part, "low", "min")
    return Uniform(low, number_in(part.one_of("high", "max"), part.place("high"), low))


def _triangular(part: Part) -> Distribution:
    low = _amount(part, "low", "min")
    mode = part.number("mode", least=low)
    high = number_in(part.one_of("high", "max"), part.place("high"), mode)
    return Triangular(low, mode, high) if high > low else Fixed(low)


def _empirical(part: Part) -> Distribution:
    given = list_in(part.one_of("values", "seconds"), part.place("values"))
    values = [number_in(one, part.place("values")) for one in given]
    return Empirical(values, read_weights(part.get("weights"), len(values), part.place("weights")))


def read_weights(given: object, count: int, place: str) -> list[float]:
    """Weights, one for each; all the same where none are given."""
    if given is None:
        return [1.0] * count
    weights = [number_in(one, place) for one in list_in(given, place)]
    if len(weights) != count or math.fsum(weights) <= 0.0:
        raise ScenarioRefused(f"{place}: give {count} weights, not all of them 0")
    return weights


_KINDS: Final = {
    "exponential": _exponential,
    "lognormal": _lognormal,
    "fixed": _fixed,
    "empirical": _empirical,
    "uniform": _uniform,
    "triangular": _triangular,
}


def read_value(part: Part) -> ValueDraw:
    """How a variable is drawn: `choice` (values with weights), `fixed` (value), or a distribution with `digits`."""
    kind = part.text("kind")
    if kind == "choice":
        return _choice(part)
    if kind == "fixed" and "value" in part:
        value = _json(part.get("value"), part.place("value"))
        part.done()
        return Choice((value,), (1.0,))
    digits = part.whole("digits", 2)
    return Amount(read_distribution(part), digits)


def _choice(part: Part) -> ValueDraw:
    given = part.get("values")
    if isinstance(given, dict):
        values: list[JsonValue] = [str(key) for key in given]
        weights = read_weights(list(given.values()), len(values), part.place("values"))
    else:
        values = [_json(one, part.place("values")) for one in list_in(given, part.place("values"))]
        weights = read_weights(part.get("weights"), len(values), part.place("weights"))
    part.done()
    return Choice(values, weights)


def _json(value: object, place: str) -> JsonValue:
    if not is_json(value):
        raise ScenarioRefused(f"{place}: not a plain JSON value, or too large")
    return cast("JsonValue", value)
