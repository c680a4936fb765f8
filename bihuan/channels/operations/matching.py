"""Which issue a mail belongs to (correctness 40, 41).

In this order: a name that we signed, in the recipient's address or in any Message-ID that the mail refers to · the
customers' own Message-IDs, all of them · an issue number in the subject. The last two count only when the sender
takes part in that issue's conversation: such things can be guessed or seen by others, a signature cannot.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.channels import queries, rules, threads
from bihuan.issues.models import Issue


@dataclass(frozen=True, slots=True)
class Match:
    """``how``: token, references, in_reply_to, subject; '' when none. ``hint``: the number of an issue that the mail
    speaks of without a right to it."""

    issue_id: int | None = None
    how: str = ""
    hint: str = ""


def match_thread(
    *, sender: str, recipients: Sequence[str], references: Sequence[str], in_reply_to: str, subject: str
) -> Match:
    """The issue that the mail continues. ``sender`` and ``recipients`` in lower case."""
    return (
        _by_token(recipients, [*references[::-1], in_reply_to])
        or _by_their_ids(references[::-1], sender, "references")
        or _by_their_ids([in_reply_to] if in_reply_to else [], sender, "in_reply_to")
        or _by_number(subject, sender)
    )


def _by_token(recipients: Sequence[str], message_ids: Sequence[str]) -> Match | None:
    named = next((found for found in map(threads.issue_named_in, recipients) if found is not None), None)
    if named is None:
        named = queries.issue_by_our_ids(message_ids=message_ids)
    if named is None or not Issue.objects.filter(pk=named).exists():
        return None
    return Match(named, "token")


def _by_their_ids(message_ids: Sequence[str], sender: str, how: str) -> Match | None:
    for issue_id in queries.issues_by_their_ids(message_ids=message_ids):
        if sender in queries.participants(issue_id=issue_id):
            return Match(issue_id, how)
    return None


def _by_number(subject: str, sender: str) -> Match:
    hint = ""
    for number in rules.numbers_in(subject):
        issue_id = Issue.objects.filter(number=number).values_list("pk", flat=True).first()
        if issue_id is None:
            continue
        if sender in queries.participants(issue_id=issue_id):
            return Match(issue_id, "subject")
        hint = hint or number
    return Match(hint=hint)
