"""The database goes away while a mail is taken in: the mail is not parked as if it were at fault."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection

from bihuan.channels import operations as channels
from bihuan.channels.models import InboundMessage
from bihuan.issues.models import Issue
from tests.channels.test_mail import mail, receive
from tests.factories import NOW, company

pytestmark = pytest.mark.django_db(transaction=True)


class Cut:
    """Ends the connection from the server's side, once, when a statement with these words is about to run."""

    def __init__(self, words: str) -> None:
        self.words, self.done = words, False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if self.words in str(sql) and not self.done:
            self.done = True
            return execute("SELECT pg_terminate_backend(pg_backend_pid())", None, many, context)
        return execute(sql, params, many, context)


@pytest.mark.correctness(47, 56)
@pytest.mark.parametrize(
    "words", ["INTO channels_inboundmessage", 'INTO "issues_issue"', '"channels_inboundmessage" SET']
)
def test_the_sender_tries_again_and_the_mail_counts_once(words: str) -> None:
    company()
    cut = Cut(words)
    with pytest.raises(OperationalError), connection.execute_wrapper(cut):
        channels.receive_mail(raw=mail(), recipients=["service@bihuan.local"], mailbox="service@bihuan.local", now=NOW)
    assert cut.done
    assert not InboundMessage.objects.exists() and not Issue.objects.exists()
    assert receive(mail()).status == "opened"
    assert receive(mail()).status == "duplicate"
    assert Issue.objects.count() == 1
