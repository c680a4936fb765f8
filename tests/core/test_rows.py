"""Gathered writes: one message, in the right order, undone together; keys are never given twice; stamps are never stale."""

import threading
from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bihuan.accounts import operations as accounts
from bihuan.accounts import queries as people
from bihuan.accounts.operations import PostGiven
from bihuan.core import rows
from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Refused
from bihuan.core.models import AuditEntry, Heartbeat
from bihuan.core.rows import Prepared, Select, apart, gathered, insert_rows, new_key, update_row
from bihuan.core.stamps import operation, stamps
from bihuan.flows import operations as flows
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do, open_step

pytestmark = pytest.mark.django_db


def beat(name: str) -> Heartbeat:
    return Heartbeat(name=name, at=NOW, detail={"深": ["100 %", {"a": None}]})


def names() -> list[str]:
    return list(Heartbeat.objects.order_by("id").values_list("name", flat=True))


def test_rows_are_what_the_orm_reads_and_writes() -> None:
    one, two = beat("百分之 100% %s"), beat("‮'; DROP TABLE x; --")
    insert_rows([one, two])
    assert [Heartbeat.objects.get(pk=each.pk).detail for each in (one, two)] == [one.detail, two.detail]
    one.at += timedelta(hours=1)
    update_row(one, ["at"])
    read = Select(Heartbeat, "WHERE t.id = %s").first(one.pk)
    assert read is not None and (read.name, read.at, read.detail) == (one.name, NOW + timedelta(hours=1), one.detail)
    assert Select(Heartbeat, "WHERE t.id = %s").first(0) is None
    assert names() == [one.name, two.name]


def test_a_prepared_question_outlives_refusals_and_undone_transactions() -> None:
    divide = Prepared("SELECT 10 / %s")
    with pytest.raises(DataError), transaction.atomic():
        divide.rows(0)
    assert divide.rows(5) == [(2,)]
    with transaction.atomic(), CaptureQueriesContext(connection) as sent:
        assert divide.rows(2) == [(5,)]
        transaction.set_rollback(True)
    asked = [each["sql"] for each in sent.captured_queries if "bihuan_" in each["sql"]]
    assert len(asked) == 1 and asked[0].startswith("EXECUTE"), "planned already"
    with pytest.raises(Refused), transaction.atomic():
        assert Prepared("SELECT 1").rows() == [(1,)]
        raise Refused


def test_what_waits_goes_out_before_the_next_statement_and_in_one_message() -> None:
    new_key(Heartbeat)  # the block is there
    with transaction.atomic(), CaptureQueriesContext(connection) as sent, gathered():
        insert_rows([beat("a")])
        row = beat("b")
        insert_rows([row])
        row.detail = {"x": 1}
        update_row(row, ["detail"])
        assert not [each for each in sent.captured_queries if "heartbeat" in each["sql"]]
        assert names() == ["a", "b"], "a question finds what was written before it"
        insert_rows([beat("c")])
    assert names() == ["a", "b", "c"]
    assert len([each for each in sent.captured_queries if each["sql"].startswith("EXECUTE")]) == 2


@pytest.mark.django_db(transaction=True)
def test_a_transaction_begins_with_its_first_message_or_not_at_all() -> None:
    asked = Prepared("SELECT count(*) FROM core_heartbeat WHERE id > %s")
    with pytest.raises(Refused), transaction.atomic():
        assert asked.rows(0) == [(0,)]
        insert_rows([beat("undone")])
        raise Refused
    assert names() == []
    with transaction.atomic():
        with pytest.raises(ProgrammingError):
            rows.write("NOT SQL", [])  # refused as a whole: nothing has begun
        insert_rows([beat("undone")])
        transaction.set_rollback(True)
    assert names() == []
    with pytest.raises(DataError), operation():
        Prepared("SELECT 1 / %s").rows(0)
    with operation():
        assert asked.rows(0) == [(0,)]
        insert_rows([beat("stays")])
    assert names() == ["stays"]


def test_questions_apart_do_not_send_what_waits() -> None:
    new_key(Heartbeat)
    with transaction.atomic(), gathered():
        insert_rows([beat("a")])
        with apart():
            assert Heartbeat.objects.count() == 0
        assert Heartbeat.objects.count() == 1


def test_what_fails_leaves_nothing() -> None:
    with pytest.raises(Refused), operation():
        insert_rows([beat("a")])
        raise Refused
    assert names() == []
    insert_rows([beat("taken")])
    with pytest.raises(IntegrityError), operation():
        insert_rows([beat("new")])
        insert_rows([beat("taken")])
    assert names() == ["taken"]


def test_a_savepoint_undoes_what_was_given_within_it() -> None:
    with operation():
        insert_rows([beat("before")])
        with pytest.raises(RuntimeError), transaction.atomic():
            insert_rows([beat("within")])
            raise RuntimeError
        insert_rows([beat("after")])
    assert names() == ["before", "after"]


@pytest.mark.django_db(transaction=True)
def test_keys_are_given_once_to_all_threads() -> None:
    given: list[int] = []

    def take() -> None:
        given.extend(new_key(Heartbeat) for _ in range(rows.BLOCK + 20))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == len(set(given)) == 4 * (rows.BLOCK + 20)


@pytest.mark.django_db(transaction=True)
def test_keys_of_a_lost_connection_are_not_given_any_more() -> None:
    connection.close()
    with pytest.raises(OperationalError), operation():
        first = new_key(Heartbeat)
        assert new_key(Heartbeat) == first + 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert new_key(Heartbeat) == first + rows.BLOCK


def test_audit_ids_follow_the_order_of_writing() -> None:
    company()
    customer_issue()
    ids = list(AuditEntry.objects.order_by("at", "id").values_list("id", flat=True))
    assert ids == sorted(ids)


# -- stamps ---------------------------------------------------------------------------------------------------------


def test_a_change_of_people_is_seen_at_once_and_undone_with_its_transaction() -> None:
    company()
    before = people.holders(role="engineer", department_id=None, now=NOW)
    with pytest.raises(RuntimeError), transaction.atomic():
        accounts.create_user(
            username="new",
            name="新",
            password_hash="!",
            posts=[PostGiven(role="engineer", department="device")],
            actor=SYSTEM,
            now=NOW,
        )
        assert len(people.holders(role="engineer", department_id=None, now=NOW)) == len(before) + 1
        raise RuntimeError
    assert people.holders(role="engineer", department_id=None, now=NOW) == before
    accounts.create_user(
        username="new",
        name="新",
        password_hash="!",
        posts=[PostGiven(role="head", department="device")],
        actor=SYSTEM,
        now=NOW,
    )
    assert people.holders(role="engineer", department_id=None, now=NOW) == before
    assert "head" in actor("new").roles


def test_a_stamp_is_new_for_every_change_of_what_it_stands_for() -> None:
    company()
    seen = [stamps()["accounts"]]
    accounts.create_department(key="extra", name="新部门", actor=SYSTEM, now=NOW)
    seen.append(stamps()["accounts"])
    accounts.change_preferences(actor=actor("agent"), now=NOW, language="en")
    seen.append(stamps()["accounts"])
    assert len(set(seen)) == 3
    accounts.change_preferences(actor=actor("agent"), now=NOW, theme="dark")
    assert people.actor_for_user(people.person(username="agent")).language == "en"  # type: ignore[arg-type]


# -- what a step and an intake cost ---------------------------------------------------------------------------------


def statements(sent: CaptureQueriesContext) -> int:
    once = ("nextval(pg_get_serial_sequence", "PREPARE ")
    return len([each for each in sent.captured_queries if not any(word in each["sql"] for word in once)])


def test_an_intake_is_a_handful_of_statements() -> None:
    company()
    customer_issue()
    with CaptureQueriesContext(connection) as sent:
        customer_issue()
    assert statements(sent) <= 7, [each["sql"][:90] for each in sent.captured_queries]


@pytest.mark.correctness(89)
def test_a_stored_step_is_a_handful_of_statements_however_long_its_history() -> None:
    company()
    issue = customer_issue()
    costs: list[int] = []
    for node in ("register", "classify", "contact", "analyse", "plan"):
        do(issue, node, NOW)
    for _ in range(2):
        with CaptureQueriesContext(connection) as sent:
            flows.complete_work_item(
                work_item_id=open_step(issue).pk, outcome="reject_o", variables={}, actor=SYSTEM, now=NOW
            )
        costs.append(statements(sent))
        do(issue, "plan", NOW)
    assert len(costs) == 2 and max(costs) <= 10, costs
