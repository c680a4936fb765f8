"""The ledger of time against a walker that asks for every minute who has it."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.issues.rules.ledger import Facts, Hold, Labels, Ledger, Pause, Waiting, build_ledger
from bihuan.worktime import Calendar

LABELS = Labels("客户", "非工作时间", "等待时间点")
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
OFFICE = Calendar.from_dict(
    {
        "timezone": "Asia/Shanghai",
        "week": {day: [["08:00", "12:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": ["2026-11-23"],
        "shifts": {"2026-11-21": [["09:00", "11:30"]]},
    }
)
NIGHT = Calendar.from_dict(
    {"timezone": "Asia/Shanghai", "week": dict.fromkeys(("mon", "wed", "fri", "sun"), [["20:00", "24:00"]])}
)
CALENDARS = {0: OFFICE, 7: NIGHT}
MINUTES = 60 * 24 * 5


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def facts_of(
    holds: list[tuple[int, int | None, int, bool, int]],
    waits: list[tuple[int, int | None, str]],
    pauses: list[tuple[int, int | None, int]],
) -> Facts:
    return Facts(
        holds=[
            Hold(
                start=at(start),
                end=None if length is None else at(start + length),
                kind="person" if step % 2 else "department",
                key=f"k{step}",
                label=f"步骤 {step}",
                main=main,
                step=step,
                calendar=calendar,
            )
            for step, (start, length, _, main, calendar) in enumerate(holds)
        ],
        waits=[
            Waiting(start=at(start), end=None if length is None else at(start + length), holder=holder)
            for start, length, holder in waits
        ],
        pauses=[
            Pause(at(start), None if length is None else at(start + length), step) for start, length, step in pauses
        ],
        calendars={name: calendar.intervals for name, calendar in CALENDARS.items()},
    )


def ledger_of(facts: Facts, end: int) -> Ledger:
    return build_ledger(start=START, end=at(end), is_open=True, facts=facts, labels=LABELS)


def walked(facts: Facts, end: int) -> Counter[tuple[str, str]]:
    """Minute by minute, by the words of the rule alone."""
    found: Counter[tuple[str, str]] = Counter()
    for minute in range(end):
        now = at(minute)
        held = [h for h in facts.holds if h.start <= now and (h.end is None or now < h.end)]
        main = [h for h in held if h.main] or held
        lead = min(main, key=lambda h: h.step, default=None)
        if lead is None:
            customer = any(
                w.holder == "customer" and w.start <= now and (w.end is None or now < w.end) for w in facts.waits
            )
            found["customer" if customer else "nobody", ""] += 1
        elif any(p.step == lead.step and p.start <= now and (p.end is None or now < p.end) for p in facts.pauses):
            found["customer", ""] += 1
        elif not CALENDARS.get(lead.calendar, OFFICE).is_open(now):
            found["closed", ""] += 1
        else:
            found[lead.kind, lead.key] += 1
    return found


moments = st.integers(0, MINUTES)
lengths = st.none() | st.integers(0, MINUTES)
hold = st.tuples(moments, lengths, st.just(0), st.booleans(), st.sampled_from([0, 0, 7, 99]))
wait = st.tuples(moments, lengths, st.sampled_from(["customer", "department", "nobody"]))
pause = st.tuples(moments, lengths, st.integers(0, 4))


@pytest.mark.correctness(23, 93)
@settings(max_examples=120, deadline=None)
@given(
    st.lists(hold, max_size=5), st.lists(wait, max_size=3), st.lists(pause, max_size=3), st.integers(0, MINUTES)
)  # fmt: skip
def test_every_minute_has_the_holder_that_a_walker_finds(
    holds: list[tuple[int, int | None, int, bool, int]],
    waits: list[tuple[int, int | None, str]],
    pauses: list[tuple[int, int | None, int]],
    end: int,
) -> None:
    facts = facts_of(holds, waits, pauses)
    ledger = ledger_of(facts, end)
    shares = Counter({(share.kind, share.key): share.micros // 60_000_000 for share in ledger.shares})
    assert shares == walked(facts, end)


instants = st.datetimes(min_value=datetime(2026, 9, 20), max_value=datetime(2026, 12, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime, datetime | None]:
    left, right = sorted((draw(instants), draw(instants)))
    return left, draw(st.sampled_from([right, right, None]))


@pytest.mark.correctness(23)
@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(spans(), st.booleans(), st.sampled_from([0, 7])), max_size=6),
    st.lists(st.tuples(spans(), st.sampled_from(["customer", "nobody"])), max_size=3),
    st.lists(st.tuples(spans(), st.integers(0, 5)), max_size=3),
    instants,
    instants,
)
def test_the_sum_is_exact_to_the_microsecond(
    holds: list[tuple[tuple[datetime, datetime | None], bool, int]],
    waits: list[tuple[tuple[datetime, datetime | None], str]],
    pauses: list[tuple[tuple[datetime, datetime | None], int]],
    one: datetime,
    other: datetime,
) -> None:
    start, end = sorted((one, other))
    facts = Facts(
        holds=[
            Hold(
                start=span[0], end=span[1], kind="person", key=str(step), label="", main=main, step=step, calendar=name
            )
            for step, (span, main, name) in enumerate(holds)
        ],
        waits=[Waiting(start=span[0], end=span[1], holder=holder) for span, holder in waits],
        pauses=[Pause(span[0], span[1], step) for span, step in pauses],
        calendars={name: calendar.intervals for name, calendar in CALENDARS.items()},
    )
    ledger = build_ledger(start=start, end=end, is_open=False, facts=facts, labels=LABELS)
    total = (end - start) // timedelta(microseconds=1)
    assert sum(share.micros for share in ledger.shares) == ledger.total_micros == total
    assert sum(piece.micros for piece in ledger.segments) == total
    edges = [piece.start for piece in ledger.segments] + [piece.end for piece in ledger.segments[-1:]]
    assert edges == sorted(set(edges))
    if ledger.segments:
        assert (edges[0], edges[-1]) == (start, end)
    assert all(left.end == right.start for left, right in zip(ledger.segments, ledger.segments[1:], strict=False))
    neighbours = zip(ledger.segments, ledger.segments[1:], strict=False)
    assert all((a.kind, a.key, a.others) != (b.kind, b.key, b.others) for a, b in neighbours)


def test_parallel_holders_the_earliest_of_the_main_flow_leads_and_the_others_are_named() -> None:
    support, main, later = (
        Hold(start=START, end=None, kind="person", key="s", label="协责", main=False, step=1),
        Hold(start=at(10), end=at(60), kind="person", key="m", label="主责", step=2),
        Hold(start=at(5), end=at(90), kind="department", key="l", label="后来", step=3),
    )
    facts = Facts(holds=[support, main, later], calendars={0: OFFICE.intervals})
    ledger = build_ledger(start=START, end=at(100), is_open=True, facts=facts, labels=LABELS)
    told = [(piece.key, (piece.end - piece.start).seconds // 60, piece.others) for piece in ledger.segments]
    assert told == [
        ("s", 5, ()), ("l", 5, ("协责",)), ("m", 50, ("后来", "协责")), ("l", 30, ("协责",)), ("s", 10, ()),
    ]  # fmt: skip


def test_the_order_of_rules() -> None:
    held = Hold(start=START, end=None, kind="person", key="p", label="人", step=1)
    friday_evening = at(60 * 12)  # 22:00 in Shanghai
    base = Facts(holds=[held], calendars={0: OFFICE.intervals, 7: NIGHT.intervals})

    def kind(facts: Facts) -> str:
        span = {"start": friday_evening, "end": friday_evening + timedelta(minutes=1)}
        ledger = build_ledger(**span, is_open=True, facts=facts, labels=LABELS)
        (piece,) = ledger.segments
        return piece.kind

    waiting = Waiting(start=START, end=None, holder="customer")
    assert kind(base) == "closed"
    assert kind(replace(base, holds=[replace(held, calendar=7)])) == "person"
    assert kind(replace(base, waits=[waiting])) == "closed", "whoever has a step has the time"
    assert kind(replace(base, pauses=[Pause(START, None, 1)])) == "customer"
    assert kind(replace(base, pauses=[Pause(START, None, 2)])) == "closed", "another step's pause"
    assert kind(replace(base, holds=[], waits=[waiting])) == "customer"
    assert kind(replace(base, holds=[], waits=[replace(waiting, holder="nobody")])) == "nobody"
    assert kind(replace(base, holds=[])) == "nobody"


def test_an_issue_that_was_closed_at_once() -> None:
    ledger = build_ledger(start=START, end=START, is_open=False, facts=facts_of([], [], []), labels=LABELS)
    assert (ledger.segments, ledger.shares, ledger.total_seconds, ledger.open) == ((), (), 0, False)
