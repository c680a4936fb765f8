"""Token buckets in the process's own memory: a runaway client is told to slow down (correctness 133).

The bound is per process: with n web processes a caller may reach n times the rate. It protects against loops and
guessing, it does not meter usage.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

_MOST_BUCKETS = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimit:
    """``rate`` requests a second in the long run, ``burst`` at once, for each key."""

    def __init__(self, *, rate: float, burst: float) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError("a rate limit needs rate > 0 and burst >= 1")
        self._rate = rate
        self._burst = burst
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, *, at: float) -> float:
        """Takes one request at the monotonic instant ``at``; 0.0 when it may go on, else the seconds to wait."""
        with self._lock:
            bucket = self._buckets.get(key)
            if bucket is None:
                bucket = self._buckets[key] = _Bucket(self._burst, at)
                if len(self._buckets) > _MOST_BUCKETS:
                    self._buckets.popitem(last=False)
            self._buckets.move_to_end(key)
            bucket.tokens = min(self._burst, bucket.tokens + max(0.0, at - bucket.at) * self._rate)
            bucket.at = at
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0.0
            return (1 - bucket.tokens) / self._rate
