"""The log and what instances are pinned to cannot be rewritten, not even past the operations."""

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.core.models import AuditEntry
from bihuan.flows.models import StepRecord, Version
from tests.factories import company, customer_issue

pytestmark = [pytest.mark.django_db, pytest.mark.foreign_write("what the database itself refuses is the question")]


@pytest.mark.correctness(118)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE flows_steprecord SET events = '[]'",
        "DELETE FROM flows_steprecord",
        "UPDATE flows_version SET chart = ''",
        "UPDATE core_auditentry SET action = 'x'",
        "DELETE FROM core_auditentry",
    ],
)
def test_the_database_refuses(statement: str) -> None:
    company()
    customer_issue()
    assert StepRecord.objects.exists() and AuditEntry.objects.exists() and Version.objects.exists()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_version_may_be_retired() -> None:
    company()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE flows_version SET retired_at = now()")
        assert cursor.rowcount == 1
