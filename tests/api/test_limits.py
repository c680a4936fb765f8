"""Token buckets."""

import pytest

from bihuan.api.limits import RateLimit


@pytest.mark.correctness(133)
def test_a_burst_then_the_rate() -> None:
    limit = RateLimit(rate=2, burst=3)
    assert [limit.take("a", at=0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert limit.take("a", at=0.0) == pytest.approx(0.5)
    assert limit.take("a", at=0.25) == pytest.approx(0.25)
    assert limit.take("a", at=0.5) == 0.0
    assert limit.take("a", at=0.5) > 0


def test_callers_do_not_share() -> None:
    limit = RateLimit(rate=1, burst=1)
    assert limit.take("a", at=0.0) == 0.0
    assert limit.take("b", at=0.0) == 0.0


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    limit = RateLimit(rate=1, burst=1)
    assert limit.take("a", at=10.0) == 0.0
    assert limit.take("a", at=5.0) > 0


def test_memory_is_bounded() -> None:
    limit = RateLimit(rate=1, burst=1)
    for number in range(10_500):
        limit.take(f"caller-{number}", at=0.0)
    assert len(limit._buckets) == 10_000


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (1, 0)])
def test_nonsense_limits_are_refused(rate: float, burst: float) -> None:
    with pytest.raises(ValueError):
        RateLimit(rate=rate, burst=burst)
