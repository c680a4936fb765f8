"""What may be answered, when to try again, how a customer is reached."""

from datetime import UTC, datetime, timedelta

import pytest

from bihuan.channels.rules import Answered, auto_reply_refusal, bare_subject, next_attempt, numbers_in, route

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def answered(count: int, *, minutes: int = 1, subject: str = "无法登录") -> list[Answered]:
    return [Answered(f"{subject} {number}", NOW - timedelta(minutes=minutes)) for number in range(count)]


@pytest.mark.correctness(45)
@pytest.mark.parametrize(
    ("before", "subject", "by_mail", "expected"),
    [
        ([], "无法登录", True, ""),
        (answered(9), "另一件事", True, ""),
        (answered(10), "另一件事", True, "sender_cap"),
        (answered(10), "另一件事", False, "sender_cap"),
        (answered(10, minutes=180), "另一件事", True, ""),
        ([Answered("无法登录", NOW - timedelta(minutes=170))], "Re: 无法登录", True, "same_subject"),
        (
            [Answered("无法登录", NOW - timedelta(minutes=170))],
            "回复：Re: 无法登录 [#20261124-0042]",
            True,
            "same_subject",
        ),
        ([Answered("无法登录", NOW - timedelta(minutes=170))], "无法登录", False, ""),
        ([Answered("无法登录", NOW - timedelta(minutes=181))], "无法登录", True, ""),
    ],
)
def test_automatic_answers_are_capped(before: list[Answered], subject: str, by_mail: bool, expected: str) -> None:
    assert auto_reply_refusal(subject=subject, by_mail=by_mail, before=before, now=NOW) == expected


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: Fwd: 回复: 转发：登录 失败", "登录 失败"),
        ("AW: SV: Login  Failed", "login failed"),
        ("Re[2]: x", "x"),
        ("Regarding: x", "regarding: x"),
        ("", ""),
    ],
)
def test_reply_marks_do_not_count(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


def test_numbers_are_read_whole() -> None:
    assert numbers_in("Re: [20261120-0042] 与 20261121-12345，订单 120261120-00421 ") == [
        "20261120-0042",
        "20261121-12345",
    ]


def test_tries_get_rarer_and_end() -> None:
    waits = [next_attempt(attempts=attempts, now=NOW) for attempts in range(1, 10)]
    assert all(wait is not None for wait in waits)
    assert waits == sorted(waits, key=lambda wait: wait or NOW)
    assert next_attempt(attempts=10, now=NOW) is None


@pytest.mark.parametrize(
    ("preferred", "email", "phone", "automatic", "expected"),
    [
        ("email", "a@example.com", "+8613800000000", False, ("email", "a@example.com", "queued", "")),
        ("", "a@example.com", "", False, ("email", "a@example.com", "queued", "")),
        ("phone", "a@example.com", "+8613800000000", False, ("phone", "+8613800000000", "manual", "")),
        ("phone", "a@example.com", "+8613800000000", True, ("email", "a@example.com", "queued", "")),
        ("phone", "a@example.com", "", False, ("email", "a@example.com", "queued", "")),
        ("", "", "+8613800000000", False, ("phone", "+8613800000000", "manual", "")),
        ("", "", "+8613800000000", True, ("phone", "+8613800000000", "dropped", "no_address")),
        ("", "", "", False, ("phone", "", "manual", "no_address")),
    ],
)
def test_the_way_to_the_customer(
    preferred: str, email: str, phone: str, automatic: bool, expected: tuple[str, str, str, str]
) -> None:
    found = route(preferred=preferred, email=email, phone=phone, automatic=automatic)
    assert (found.channel, found.recipient, found.status, found.reason) == expected
