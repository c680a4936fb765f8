"""What the worker does for the calendars: once a day it says which year is missing."""

import logging
from datetime import datetime

from bihuan.calendars import queries
from bihuan.core.ticks import Tick

_log = logging.getLogger(__name__)
_LEVELS = {"error": logging.ERROR, "warning": logging.WARNING}


def say_coverage(now: datetime) -> int:
    """Writes a log line for every finding; 0, because there is never more to do at once."""
    for finding in queries.coverage_findings(now):
        _log.log(_LEVELS[finding.severity], "%s %s", finding.zh, finding.en)
    return 0


coverage_tick = Tick(name="calendars.coverage", every=86_400.0, run=say_coverage)
