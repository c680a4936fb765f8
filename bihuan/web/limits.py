"""Rate limits of pages that anybody may open: a leaky bucket a key, in this process."""

import threading
import time
from collections import OrderedDict

from django.utils.translation import gettext_noop

from bihuan.core.errors import Refused

_MOST_KEYS = 20_000
_lock = threading.Lock()
_levels: "OrderedDict[str, tuple[float, float]]" = OrderedDict()


class TooMany(Refused):
    code = "too_fast"
    text = gettext_noop("操作太频繁，请一分钟后再试；已提交的内容没有丢失。")
    status = 429


def allow(key: str, *, per_minute: int) -> None:
    """Counts one use of the key; refuses when the minute's share is used up."""
    present = time.monotonic()
    with _lock:
        level, at = _levels.get(key, (0.0, present))
        level = max(0.0, level - (present - at) * per_minute / 60) + 1
        if level > per_minute:
            raise TooMany
        _levels[key] = (level, present)
        _levels.move_to_end(key)
        while len(_levels) > _MOST_KEYS:
            _levels.popitem(last=False)
