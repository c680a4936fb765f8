"""What a person who watches an issue hears of."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext_noop

MESSAGES, STATUS, END = "messages", "status", "end"
EVENTS = {MESSAGES: gettext_noop("往来消息"), STATUS: gettext_noop("状态变化"), END: gettext_noop("办结")}
"""What there is to hear of, in the order in which the page offers it."""


def happened(*, kinds: Iterable[str], before: str, after: str, was_open: bool, is_open: bool) -> frozenset[str]:
    """What of it came to pass: the kinds of the timeline's new lines, the status before and after."""
    found = set()
    if {"inbound", "reply", "answer"} & set(kinds):
        found.add(MESSAGES)
    if before != after:
        found.add(STATUS)
    if was_open and not is_open:
        found.add(END)
    return frozenset(found)


def told_of(wanted: Collection[str], found: Collection[str]) -> str | None:
    """The one event of which a person is told, the gravest first; None where they asked for none of them."""
    return next((event for event in (END, STATUS, MESSAGES) if event in wanted and event in found), None)
