"""Which conversation a mail belongs to (correctness 40, 41).

In this order: a name that we signed, in the recipient's address or in any Message-ID that the mail refers to · the
others' own Message-IDs, all of them · an issue number in the subject. The last two count only when the sender takes part
in that conversation: such things can be guessed or seen by others, a signature cannot. What the customer writes is the
customer's, whatever it answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.channels import queries, rules, threads
from bihuan.channels.threads import Named
from bihuan.issues.models import Issue, ThirdPartyThread


@dataclass(frozen=True, slots=True)
class Match:
    """``third_party_id``: the conversation with a third party, None for the customer's. ``how``: token, references,
    in_reply_to, subject; '' when none. ``hint``: the number of an issue that the mail speaks of without a right to it."""

    issue_id: int | None = None
    how: str = ""
    hint: str = ""
    third_party_id: int | None = None


def match_thread(
    *, sender: str, recipients: Sequence[str], references: Sequence[str], in_reply_to: str, subject: str
) -> Match:
    """The conversation that the mail continues. ``sender`` and ``recipients`` in lower case."""
    return (
        _by_token(recipients, [*references[::-1], in_reply_to], sender)
        or _by_their_ids(references[::-1], sender, "references")
        or _by_their_ids([in_reply_to] if in_reply_to else [], sender, "in_reply_to")
        or _by_number(subject, sender)
    )


def _match(named: Named, how: str, sender: str) -> Match:
    """A customer who was copied in by a third party speaks for himself."""
    if named.third_party_id is not None and sender in _customer(named.issue_id):
        return Match(named.issue_id, how)
    return Match(named.issue_id, how, third_party_id=named.third_party_id)


def _customer(issue_id: int) -> frozenset[str]:
    address = Issue.objects.filter(pk=issue_id).values_list("contact__email", flat=True).first()
    return frozenset({address.lower()} if address else ())


def _by_token(recipients: Sequence[str], message_ids: Sequence[str], sender: str) -> Match | None:
    named = next((found for found in map(threads.named_in, recipients) if found is not None), None)
    if named is None:
        named = queries.named_by_our_ids(message_ids=message_ids)
    return _match(named, "token", sender) if named is not None and _exists(named) else None


def _exists(named: Named) -> bool:
    if named.third_party_id is None:
        return Issue.objects.filter(pk=named.issue_id).exists()
    return ThirdPartyThread.objects.filter(pk=named.third_party_id, issue_id=named.issue_id).exists()


def _by_their_ids(message_ids: Sequence[str], sender: str, how: str) -> Match | None:
    for named in queries.named_by_their_ids(message_ids=message_ids):
        if sender in queries.participants(named=named):
            return _match(named, how, sender)
    return None


def _by_number(subject: str, sender: str) -> Match:
    hint = ""
    for number in rules.numbers_in(subject):
        issue_id = Issue.objects.filter(number=number).values_list("pk", flat=True).first()
        if issue_id is None:
            continue
        if sender in queries.participants(named=Named(issue_id)):
            return Match(issue_id, "subject")
        outside = queries.third_party_at(issue_id=issue_id, address=sender)
        if outside is not None:
            return Match(issue_id, "subject", third_party_id=outside)
        hint = hint or number
    return Match(hint=hint)
