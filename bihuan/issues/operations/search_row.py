"""The row by which full-text search finds an issue."""

from collections.abc import Iterable

from bihuan.core.rows import Prepared, write
from bihuan.core.text import search_vector
from bihuan.issues.models import Entry, Issue, IssueSearch

_SEARCHED = 20_000  # characters of one text
_LARGEST = 20_000  # lexemes after which a conversation's further words are not added
_TEXTS = 2000  # texts of one issue
_INSERT = Prepared("INSERT INTO issues_issuesearch (issue_id, vector) VALUES (%s, %s::tsvector)")
_EXTEND = Prepared(
    "UPDATE issues_issuesearch SET vector = vector || %s::tsvector WHERE issue_id = %s AND length(vector) < %s"
)


def index_issue(*, issue: Issue, texts: Iterable[str]) -> None:
    """Makes the row of a new issue: its number (also the part after the dash), its title, the texts."""
    numbers = [issue.number, issue.number.rpartition("-")[2]]
    vector = search_vector(*numbers, issue.title, *[text[:_SEARCHED] for text in texts if text])
    write(_INSERT, [issue.pk, vector])


def index_more(*, issue_id: int, texts: Iterable[str]) -> None:
    """Adds the words of new lines behind those that are there, so that phrases do not run from one into the other."""
    vector = search_vector(*[text[:_SEARCHED] for text in texts if text])
    if vector:
        write(_EXTEND, [vector, issue_id, _LARGEST])


def index_anew(issue: Issue) -> None:
    """Makes the row again from what the issue holds now: words of messages that have left it must not lead to it."""
    texts = Entry.objects.filter(issue_id=issue.pk).exclude(text="").order_by("id").values_list("text", flat=True)
    contact = issue.contact
    names = [issue.customer_name, *((contact.name, contact.phone, contact.email) if contact else ())]
    IssueSearch.objects.filter(issue_id=issue.pk).delete()
    index_issue(issue=issue, texts=[issue.description, *names, *texts[:_TEXTS]])
