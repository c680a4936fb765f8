"""An installation as it starts: the bundled years and the two built-in calendars."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bihuan.calendars import events, operations, queries

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


@pytest.fixture
def installed(db: None) -> Iterator[None]:
    """`load_bundled_years` has run."""
    queries.forget_compiled()
    operations.load_bundled_years(now=NOW)
    yield
    queries.forget_compiled()


@pytest.fixture
def heard() -> Iterator[list[events.CalendarChanged]]:
    """What a listener is told."""
    changes: list[events.CalendarChanged] = []
    events.listen("test", lambda change, _now: changes.append(change))
    yield changes
    events.stop_listening("test")
