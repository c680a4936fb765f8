"""The database goes away while a mail is taken in or sent: nothing is parked, lost or doubled."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from bihuan.channels import operations as channels
from bihuan.channels.models import Delivery, InboundMessage
from bihuan.channels.operations.claiming import LEASE
from bihuan.issues.models import Issue
from tests.channels.test_mail import mail, receive, sent
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
    connection.close()  # the next one knows no prepared statement: their words are seen again
    cut = Cut(words)
    with pytest.raises(OperationalError), connection.execute_wrapper(cut):
        channels.receive_mail(raw=mail(), recipients=["service@bihuan.local"], mailbox="service@bihuan.local", now=NOW)
    assert cut.done
    assert not InboundMessage.objects.exists() and not Issue.objects.exists()
    assert receive(mail()).status == "opened"
    assert receive(mail()).status == "duplicate"
    assert Issue.objects.count() == 1


@pytest.mark.correctness(63)
def test_a_delivery_that_could_not_be_noted_goes_out_again_under_its_message_id(tmp_path: Path) -> None:
    company()
    receive(mail())
    cut = Cut("UPDATE channels_delivery SET status")
    with pytest.raises(OperationalError), connection.execute_wrapper(cut):
        channels.deliver_due(now=NOW)
    connection.close()  # as the worker does after a tick that failed
    first = sent(tmp_path / "outbox")
    assert cut.done and len(first) == 1 and Delivery.objects.get().status == "queued"
    assert channels.deliver_due(now=NOW) == 0, "within the lease nobody else sends it"
    assert channels.deliver_due(now=NOW + LEASE) == 1
    assert Delivery.objects.get().status == "sent" and sent(tmp_path / "outbox") == first
