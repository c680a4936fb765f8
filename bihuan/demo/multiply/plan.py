"""Which issue is copied when, for whom and under which number."""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bihuan.core.text import search_vector
from bihuan.customers.rules.naming import named
from bihuan.demo.multiply import words
from bihuan.demo.multiply.catalog import Connection

WEEKS = 156  # over so many weeks the closed copies are spread
_RECENT = timedelta(days=30)
_OPEN_SHARE = 0.02
_OLDEST_OPEN = timedelta(days=9)
_ISSUES_A_CUSTOMER = 30


@dataclass(frozen=True, slots=True)
class Source:
    """An issue that was played. ``goes_on``: its chart has not ended (also behind a closed one a step may wait, e.g. to
    file it). ``latest`` and ``next``: its last instant before the present and its first after it."""

    id: int
    customer: int
    goes_on: bool
    created: datetime
    latest: datetime
    next: datetime | None


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: everything in it happened ``shift`` earlier than in its source."""

    source: Source
    shift: timedelta

    @property
    def created(self) -> datetime:
        """When it came in."""
        return self.source.created - self.shift


def _of_closed(random: Random, sources: Sequence[Source]) -> Copy:
    source = random.choice(sources)
    # Whole weeks, so that working hours stay working hours; some minutes more, so that no two are at one instant.
    return Copy(source, timedelta(days=7 * random.randint(1, WEEKS), seconds=random.uniform(0, 2400)))


def _of_open(random: Random, sources: Sequence[Source], now: datetime) -> Copy:
    """Nothing that lies ahead may fall due by the shift, and nothing that happened may move past the present."""
    source = random.choice(sources)
    least, most = -(now - source.latest), _OLDEST_OPEN
    if source.next is not None:
        most = min(most, source.next - now)
    return Copy(source, least + (most - least) * random.random())


def copies(*, random: Random, sources: Sequence[Source], count: int, now: datetime) -> list[Copy]:
    """So many copies in the order of time; two in a hundred of them of open issues."""
    closed = [source for source in sources if not source.goes_on]
    still = [source for source in sources if source.goes_on]
    share = 1.0 if not closed else _OPEN_SHARE if still else 0.0
    made = [
        _of_open(random, still, now) if number < count * share else _of_closed(random, closed)
        for number in range(count)
    ]
    return sorted(made, key=lambda copy: copy.created)


def last_numbers(connection: Connection) -> dict[str, int]:
    """The last running number of every day that has one."""
    rows = connection.execute(
        "SELECT split_part(number, '-', 1), max(split_part(number, '-', 2)::bigint) FROM issues_issue GROUP BY 1"
    ).fetchall()
    return {str(day): int(str(last)) for day, last in rows}


def numbered(chosen: Sequence[Copy], last: dict[str, int], zone: ZoneInfo) -> Iterator[tuple[Copy, str]]:
    """Each copy with its number, day by day behind those that are taken; ``last`` is brought up to date."""
    running = defaultdict(int, last)
    for copy in chosen:
        day = f"{copy.created.astimezone(zone):%Y%m%d}"
        running[day] += 1
        yield copy, f"{day}-{running[day]:04d}"
    last.update(running)


def write_customers(connection: Connection, random: Random, templates: Sequence[int], count: int) -> int:
    """Fills ``demo_copy.customer``; returns how many there are for each of the templates."""
    each = max(1, count // _ISSUES_A_CUSTOMER // len(templates))
    known = connection.execute(
        "SELECT id, contact IN (name, ''), email <> '', phone <> '' FROM demo_copy.customer_old"
    ).fetchall()
    like = {row[0]: row[1:] for row in known}
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY demo_copy.customer (ordinal, source, name, contact, email, phone, words, initials, sounds) FROM STDIN"
        ) as stream,
    ):
        for ordinal in range(each * len(templates)):
            source = templates[ordinal % len(templates)]
            person, mailed, phoned = like[source]
            one = words.customer(random, ordinal, person=bool(person))
            email, phone = one.email if mailed else "", one.phone if phoned else ""
            found = search_vector(one.name, one.contact, phone, email)
            spelled = named(one.name)
            stream.write_row(
                (ordinal, source, one.name, one.contact, email, phone, found, spelled["initials"], spelled["sounds"])
            )
    return each


def write_words(connection: Connection) -> tuple[int, int]:
    """Fills ``demo_copy.site`` and ``demo_copy.remark``; returns how many there are of each. With the remark go the
    words that stand in every copy."""
    places, remarks = words.sites(), words.remarks()
    for table, texts, everywhere in (("site", places, ()), ("remark", list(remarks), ("设备编号", "地点"))):
        with connection.cursor() as cursor, cursor.copy(f"COPY demo_copy.{table} (id, text, words) FROM STDIN") as out:
            for number, text in enumerate(texts):
                out.write_row((number, text, search_vector(*everywhere, text)))
    return len(places), len(remarks)


def write_plan(
    connection: Connection,
    *,
    random: Random,
    chosen: Iterator[tuple[Copy, str]],
    templates: Sequence[int],
    customers_each: int,
    now: datetime,
) -> None:
    """Fills ``demo_copy.plan``: the ordinals follow the order of time, as keys of issues do."""
    places, remarks = write_words(connection)
    place_of = {customer: index for index, customer in enumerate(templates)}
    devices = words.serials(random)
    with connection.cursor() as cursor, cursor.copy("COPY demo_copy.plan FROM STDIN") as stream:
        for ordinal, (copy, number) in zip(itertools.count(), chosen, strict=False):
            serial = next(devices)
            source = copy.source
            # Some customers have many issues, most have few.
            customer = place_of[source.customer] + len(templates) * int(random.random() ** 2 * customers_each)
            stream.write_row(
                (
                    ordinal,
                    source.id,
                    customer,
                    random.randrange(places),
                    random.randrange(remarks),
                    number,
                    serial,
                    copy.shift,
                    source.goes_on or now - copy.created < _RECENT,
                    search_vector(number, number.rpartition("-")[2], serial),
                )
            )
