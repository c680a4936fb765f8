"""What a round comes to: cases worked out by hand, and every small round against rules written down another way."""

import itertools
from collections.abc import Sequence

import pytest

from bihuan.issues.rules import approvals as rules
from bihuan.issues.rules.approvals import Seat

A, R, N = "approve", "reject", ""


def row(*decisions: str) -> list[Seat]:
    """Seats of their own, numbered from 1."""
    return [Seat(key, decision) for key, decision in enumerate(decisions, 1)]


@pytest.mark.parametrize(
    ("mode", "quorum", "decisions", "expected"),
    [
        ("single", 1, (N,), ""),
        ("single", 1, (A,), "approved"),
        ("single", 1, (R,), "rejected"),
        ("any", 1, (N, N, N), ""),
        ("any", 1, (N, A, N), "approved"),
        ("any", 1, (N, N, R), "rejected"),
        ("all", 3, (A, A, N), ""),
        ("all", 3, (A, A, A), "approved"),
        ("all", 3, (A, R, N), "rejected"),
        ("vote", 2, (R, N, N), ""),
        ("vote", 2, (R, A, N), ""),
        ("vote", 2, (R, A, A), "approved"),
        ("vote", 2, (R, R, N), "rejected"),
        ("vote", 3, (A, A, R, N, N), ""),
        ("vote", 3, (A, A, R, R, R), "rejected"),
        ("sequential", 3, (A, A, N), ""),
        ("sequential", 3, (A, R, N), "rejected"),
        ("sequential", 3, (A, A, A), "approved"),
    ],
)
def test_by_hand(mode: str, quorum: int, decisions: Sequence[str], expected: str) -> None:
    assert rules.outcome(mode, quorum, row(*decisions)) == expected


def told_by_hopes(mode: str, quorum: int, decisions: Sequence[str]) -> str:
    """The oracle: a round is settled when everything that may still be decided ends alike. It knows only what a finished
    round means; all and sequential besides end at once with a refusal."""

    def finished(voices: Sequence[str]) -> str:
        if mode == "vote":
            return "approved" if voices.count(A) >= quorum else "rejected"
        return "rejected" if R in voices else "approved"

    open_places = [at for at, each in enumerate(decisions) if each == N]
    ends = set()
    for hopes in itertools.product((A, R), repeat=len(open_places)):
        voices = list(decisions)
        for at, hope in zip(open_places, hopes, strict=True):
            voices[at] = hope
        ends.add(finished(voices))
    return ends.pop() if len(ends) == 1 else ""


@pytest.mark.parametrize("mode", ["all", "sequential", "vote"])
@pytest.mark.parametrize("people", [1, 2, 3, 4, 5])
def test_every_round_of_up_to_five_against_the_oracle(mode: str, people: int) -> None:
    for quorum in range(1, people + 1):
        for decisions in itertools.product((A, R, N), repeat=people):
            found = rules.outcome(mode, quorum, row(*decisions))
            assert found == told_by_hopes(mode, quorum, decisions), (quorum, decisions)


def test_any_is_the_first_voice_whoever_it_is() -> None:
    for people in range(1, 6):
        for at in range(people):
            for decision, expected in ((A, "approved"), (R, "rejected")):
                decisions = [N] * people
                decisions[at] = decision
                assert rules.outcome("any", 1, row(*decisions)) == expected


@pytest.mark.parametrize("mode", rules.MODES)
def test_somebody_is_waited_for_exactly_as_long_as_the_round_is_open(mode: str) -> None:
    """And whoever's turn it is has not decided; in a sequence it is one, the first without a decision."""
    for people in range(1, 5):
        for decisions in itertools.product((A, R, N), repeat=people):
            seats = row(*decisions)
            turn = rules.waiting(mode, people, seats)
            assert bool(turn) == (rules.outcome(mode, people, seats) == "")
            assert all(seats[key - 1].decision == N for key in turn)
            if mode == "sequential" and turn:
                assert turn == {decisions.index(N) + 1}


def added(before: str, host: str, after: str) -> list[Seat]:
    return [Seat(1, host), Seat(2, before, host=1, place="before"), Seat(3, after, host=1, place="after")]


@pytest.mark.parametrize(
    ("before", "host", "after", "turn", "expected"),
    [
        (N, N, N, {2}, ""),
        (A, N, N, {1}, ""),
        (A, A, N, {3}, ""),
        (A, A, A, set(), "approved"),
        (R, N, N, set(), "rejected"),
        (A, R, N, set(), "rejected"),
        (A, A, R, set(), "rejected"),
    ],
)
def test_those_added_have_one_voice_with_their_host(
    before: str, host: str, after: str, turn: set[int], expected: str
) -> None:
    seats = added(before, host, after)
    assert rules.waiting("all", 1, seats) == turn
    assert rules.outcome("all", 1, seats) == expected


def test_in_a_vote_a_refusal_among_those_added_costs_one_voice() -> None:
    seats = [*added(R, N, N), Seat(4), Seat(5)]
    assert rules.outcome("vote", 2, seats) == ""
    assert rules.waiting("vote", 2, seats) == {4, 5}
    assert rules.outcome("vote", 2, [*added(R, N, N), Seat(4, A), Seat(5, A)]) == "approved"


@pytest.mark.parametrize(
    ("mode", "wanted", "seats", "expected"),
    [
        ("any", "", 5, 1),
        ("all", "", 5, 5),
        ("sequential", "", 2, 2),
        ("vote", "2", 5, 2),
        ("vote", "60%", 5, 3),
        ("vote", "60%", 3, 2),  # 1.8
        ("vote", "51%", 2, 2),
        ("vote", "1%", 7, 1),
        ("vote", "100%", 7, 7),
        ("vote", "9", 3, 3),  # never more than there are
        ("vote", "2", 0, 1),
    ],
)
def test_how_many_must_agree(mode: str, wanted: str, seats: int, expected: int) -> None:
    assert rules.needed(mode, wanted, seats) == expected


@pytest.mark.parametrize("text", ["1", "99", "1%", "100%", "60%"])
def test_what_says_how_many(text: str) -> None:
    assert rules.is_share(text)


@pytest.mark.parametrize(
    "text", ["", "0", "0%", "100", "101%", "-1", "２", "1.5", "%", "60%%", "1000%", "all", "9" * 50]
)
def test_what_does_not(text: str) -> None:
    assert not rules.is_share(text)


# -- what is approved ------------------------------------------------------------------------------------------------


def test_the_hash_is_of_the_content_and_not_of_its_order_or_blanks() -> None:
    one = rules.content({"F03": {"a": 1, "b": ["x"], "opinion": "好"}}, "F03", {"F03": ["opinion"]})
    other = rules.content(
        {"F03": {"opinion": "不好", "b": ["x"], "a": 1, "c": "", "d": None}}, "F03", {"F03": ["opinion"]}
    )
    assert one == {"F03": {"a": 1, "b": ["x"]}}
    assert rules.fingerprint(rules.parts(one)) == rules.fingerprint(rules.parts(other))


@pytest.mark.parametrize("data", [{"a": 2}, {"a": "1"}, {"b": 1}, {"a": 1, "b": 0}, {"a": [1]}, {"a": True}, {}])
def test_every_other_content_has_another_hash(data: dict[str, object]) -> None:
    before = rules.parts({"F03": {"a": 1}})
    after = rules.parts({"F03": data})
    assert rules.fingerprint(before) != rules.fingerprint(after)
    assert rules.changed(before, after)


def test_without_a_form_of_its_own_everything_filled_in_is_approved() -> None:
    records: dict[str, dict[str, object]] = {"F01": {"x": 1}, "F02": {"y": 2, "opinion": "好"}}
    assert rules.content(records, "", {"F02": ["opinion"]}) == {"F01": {"x": 1}, "F02": {"y": 2}}
    assert rules.content(records, "F02", {"F02": ["y", "opinion"]}) == {"F01": {"x": 1}}
    assert rules.content(records, "F02", {"F02": ["opinion"]}) == {"F02": {"y": 2}}


def test_what_changed_is_named() -> None:
    before = rules.parts({"F03": {"a": 1, "b": 2, "c": 3}})
    after = rules.parts({"F03": {"a": 1, "b": 5, "d": 3}})
    assert rules.changed(before, after) == ["F03.b", "F03.c", "F03.d"]
