"""Fields of the company's own, and time spent."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bihuan.core.errors import Forbidden, NotFound
from bihuan.issues import operations, queries
from bihuan.issues.errors import BadChoice, IssueClosed, TooLong
from bihuan.issues.models import Entry, FieldDefinition, TimeRecord
from bihuan.issues.operations import Intake, IntakeCustomer, NewField
from bihuan.issues.operations.fields import BadField, FieldMissing, FieldMissingAtStep, FieldWrong, TooManyFields
from bihuan.issues.operations.time import BadMinutes, TimerRuns
from bihuan.issues.rules.fields import Field, Wrong, clean, words
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do, fresh

pytestmark = pytest.mark.django_db


def a(kind: str, **more: object) -> Field:
    plain: dict[str, object] = {
        "id": 1, "key": "k", "type_id": None, "name": "字段", "name_en": "", "kind": kind, "options": ("甲", "乙"),
        "required": "", "help": "", "unit": "", "least": None, "most": None, "position": 0, "version": 1,
        "is_active": True,
    }  # fmt: skip
    return Field(**{**plain, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "  卷帘 \x00", "卷帘"),
        ("text", " ", None),
        ("long_text", "行一\n行二", "行一\n行二"),
        ("number", "12.50", 12.5),
        ("number", "12.00", 12),
        ("number", 3, 3),
        ("date", "2026-11-20", "2026-11-20"),
        ("datetime", "2026-11-20T14:05", "2026-11-20T14:05:00"),
        ("yes_no", "no", False),
        ("yes_no", True, True),
        ("choice", "乙", "乙"),
        ("choices", ["乙", "甲", "乙"], ["乙", "甲"]),
        ("choices", [], None),
        ("phone", "+86 138-0013 8000", "+86 138-0013 8000"),
        ("phone", "0571-88001234转802", "0571-88001234转802"),
        ("url", "https://例子.公司/图?a=1", "https://例子.公司/图?a=1"),
    ],
)
def test_what_fits_is_kept_as_what_it_is(kind: str, given: object, kept: object) -> None:
    found = clean(a(kind), given)
    assert found == kept and type(found) is type(kept)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", "字" * 501),
        ("long_text", "字" * 10_001),
        ("number", "十二"),
        ("number", "NaN"),
        ("number", "1e400"),
        ("number", "Infinity"),
        ("number", True),
        ("date", "2026-02-30"),
        ("datetime", "今天"),
        ("yes_no", "或许"),
        ("choice", "丙"),
        ("choice", ["甲", "乙"]),
        ("choices", ["甲", "丙"]),
        ("phone", "电话"),
        ("url", "javascript:alert(1)"),
        ("url", "https://"),
        ("url", "http://[::1"),
    ],
)
def test_what_does_not_fit_is_refused(kind: str, given: object) -> None:
    with pytest.raises(Wrong):
        clean(a(kind), given)


def test_numbers_keep_within_their_bounds() -> None:
    bounded = a("number", least=Decimal("0.5"), most=Decimal("10"), unit="小时")
    assert clean(bounded, "0.5") == 0.5 and clean(bounded, "10") == 10
    for given in ("0.49", "10.01"):
        with pytest.raises(Wrong):
            clean(bounded, given)
    assert (
        words(bounded, 2) == "2 小时"
        and words(a("yes_no"), False) == "否"
        and words(a("choices"), ["甲", "乙"]) == "甲、乙"
    )


def made(key: str, **more: object) -> FieldDefinition:
    given = NewField(**{"name": f"字段 {key}", "kind": "text", "key": key, **more})  # type: ignore[arg-type]
    return operations.save_field(given=given, actor=actor("admin"), now=NOW)


def intake(fields: dict[str, object] | None, type_key: str = "fault") -> Intake:
    customer = IntakeCustomer(name="云溪市第二人民医院", email="wu@hospital.example")
    return Intake(
        title="冷库", description="没有数据", channel="api", type_key=type_key, customer=customer, fields=fields
    )


def test_fields_are_required_at_creation_only_where_somebody_was_asked() -> None:
    company()
    made("device", required="create", type_key="fault")
    with pytest.raises(FieldMissing):
        operations.open_issue(intake=intake({}), actor=actor("agent"), now=NOW)
    issue = operations.open_issue(intake=intake({"device": "A-1"}), actor=actor("agent"), now=NOW)
    assert queries.field_values(fresh(issue)) == {"device": "A-1"}
    assert operations.open_issue(intake=intake(None), actor=actor("agent"), now=NOW).fields == {}, (
        "a customer's message"
    )
    assert operations.open_issue(intake=intake({}, "data"), actor=actor("agent"), now=NOW).fields == {}, "another type"
    with pytest.raises(BadChoice):
        operations.open_issue(intake=intake({"device": "x", "unknown": 1}), actor=actor("agent"), now=NOW)
    with pytest.raises(FieldMissing):
        operations.set_fields(issue_id=issue.pk, values={"device": ""}, actor=actor("agent"), now=NOW)


def test_a_step_waits_for_its_field() -> None:
    company()
    made("cause", name="现场原因", required="register")
    issue = customer_issue()
    with pytest.raises(FieldMissingAtStep) as refused:
        do(issue, "register", NOW)
    assert refused.value.params == {"name": "现场原因"}
    operations.set_fields(issue_id=issue.pk, values={"cause": "断电"}, actor=actor("agent"), now=NOW)
    do(issue, "register", NOW)
    assert fresh(issue).step_node == "classify"


def test_values_outlive_a_changed_definition_and_say_by_which_version_they_were_accepted() -> None:
    company()
    field = made("colour", kind="choice", options=["红", "绿"])
    issue = customer_issue()
    operations.set_fields(issue_id=issue.pk, values={"colour": "红"}, actor=actor("agent"), now=NOW)
    changed = NewField(name="颜色", kind="number", key="other", options=["蓝"])
    operations.save_field(field_id=field.pk, given=changed, actor=actor("admin"), now=NOW)
    field.refresh_from_db()
    assert (field.kind, field.key, field.version) == ("choice", "colour", 2), "what it is does not change"
    assert fresh(issue).fields == {"colour": {"value": "红", "version": 1}}
    made("size")
    operations.set_fields(issue_id=issue.pk, values={"size": "大"}, actor=actor("agent"), now=NOW)
    assert queries.field_values(fresh(issue)) == {"colour": "红", "size": "大"}
    with pytest.raises(FieldWrong):
        operations.set_fields(issue_id=issue.pk, values={"colour": "绿"}, actor=actor("agent"), now=NOW)


def test_a_change_is_a_line_and_no_change_is_none() -> None:
    company()
    made("device", name="设备编号")
    issue = customer_issue()
    for _ in range(2):
        operations.set_fields(issue_id=issue.pk, values={"device": "A-1"}, actor=actor("agent"), now=NOW)
    line = Entry.objects.get(issue=issue, code="issue.fields")
    assert line.params["what"] == "设备编号 A-1"
    operations.set_fields(issue_id=issue.pk, values={"device": None}, actor=actor("agent"), now=NOW)
    assert fresh(issue).fields == {}
    with pytest.raises(NotFound):
        operations.set_fields(issue_id=issue.pk, values={"device": "x"}, actor=actor("outsider"), now=NOW)
    operations.withdraw_issue(issue_id=issue.pk, reason="不用了", actor=actor("agent"), now=NOW)
    with pytest.raises(IssueClosed):
        operations.set_fields(issue_id=issue.pk, values={"device": "x"}, actor=actor("agent"), now=NOW)


def test_definitions_that_make_no_sense_are_refused() -> None:
    company()
    made("one")
    wrong: tuple[dict[str, object], ...] = (
        {"key": "one"}, {"key": "One"}, {"key": ""}, {"key": "two", "name": " "},
        {"key": "two", "kind": "choice"}, {"key": "two", "kind": "choice", "options": ["甲", "甲"]},
        {"key": "two", "kind": "number", "least": Decimal(2), "most": Decimal(1)}, {"key": "two", "help": "字" * 201},
    )  # fmt: skip
    for each in wrong:
        with pytest.raises(BadField):
            made(**{"key": "two", **each})  # type: ignore[arg-type]
    with pytest.raises(BadChoice):
        made("two", kind="formula")
    with pytest.raises(Forbidden):
        operations.save_field(given=NewField(name="x", kind="text", key="x"), actor=actor("agent"), now=NOW)


def test_two_hundred_fields_are_the_most_and_cost_no_statement_more() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    company()
    made("f0")
    issue = customer_issue()

    def sent(key: str, value: str) -> int:
        with CaptureQueriesContext(connection) as found:
            operations.set_fields(issue_id=issue.pk, values={key: value}, actor=actor("agent"), now=NOW)
        return len([each for each in found.captured_queries if "PREPARE" not in each["sql"]])

    sent("f0", "0")
    few = sent("f0", "1")
    for n in range(1, 200):
        made(f"f{n}")
    sent("f199", "0")
    assert sent("f199", "1") <= few
    with pytest.raises(TooManyFields):
        made("f200")


# -- time --------------------------------------------------------------------------------------------------------------


def test_minutes_are_written_down_corrected_by_whose_they_are_and_summed() -> None:
    company()
    issue = customer_issue()
    first = operations.record_time(
        issue_id=issue.pk, minutes=50, kind="travel", text="去现场", billable=True, actor=actor("agent"), now=NOW
    )
    operations.record_time(issue_id=issue.pk, minutes=25, actor=actor("supervisor"), now=NOW)
    spent = queries.time_spent(actor=actor("agent"), issue_id=issue.pk)
    assert (spent.total, spent.billable) == (75, 50)
    assert spent.people == [("agent 先生", 50), ("supervisor 先生", 25)]
    given = {"kind": "travel", "text": "来回", "billable": False, "day": date(2026, 11, 19)}
    with pytest.raises(NotFound):
        operations.correct_time(record_id=first.pk, minutes=40, actor=actor("supervisor"), now=NOW, **given)  # type: ignore[arg-type]
    operations.correct_time(record_id=first.pk, minutes=40, actor=actor("agent"), now=NOW, **given)  # type: ignore[arg-type]
    spent = queries.time_spent(actor=actor("agent"), issue_id=issue.pk)
    assert (spent.total, spent.billable) == (65, 0)
    operations.correct_time(record_id=first.pk, minutes=0, actor=actor("agent"), now=NOW, **given)  # type: ignore[arg-type]
    assert TimeRecord.objects.count() == 1
    codes = Entry.objects.filter(issue=issue, code__startswith="time.").order_by("id").values_list("code", flat=True)
    assert list(codes) == ["time.recorded", "time.recorded", "time.corrected", "time.removed"]
    with pytest.raises(NotFound):
        operations.record_time(issue_id=issue.pk, minutes=5, actor=actor("outsider"), now=NOW)
    assert queries.time_spent(actor=actor("outsider"), issue_id=issue.pk).total == 0, "nothing to be seen there"


def test_one_timer_a_person_and_begun_minutes_count_whole() -> None:
    company()
    one, other = customer_issue(), customer_issue(email="b@x.example")
    timer = operations.start_timer(issue_id=one.pk, actor=actor("agent"), now=NOW)
    with pytest.raises(TimerRuns) as refused:
        operations.start_timer(issue_id=other.pk, actor=actor("agent"), now=NOW)
    assert refused.value.params == {"number": one.number}
    operations.start_timer(issue_id=other.pk, actor=actor("supervisor"), now=NOW)
    stopped = operations.stop_timer(record_id=timer.pk, actor=actor("agent"), now=NOW + timedelta(seconds=61))
    assert stopped is not None and stopped.minutes == 2
    short = operations.start_timer(issue_id=one.pk, actor=actor("agent"), now=NOW)
    assert operations.stop_timer(record_id=short.pk, actor=actor("agent"), now=NOW + timedelta(seconds=29)) is None
    long = operations.start_timer(issue_id=one.pk, actor=actor("agent"), now=NOW)
    day = operations.stop_timer(record_id=long.pk, actor=actor("agent"), now=NOW + timedelta(days=3))
    assert day is not None and day.minutes == 1440


def test_minutes_that_make_no_sense_are_refused() -> None:
    company()
    issue = customer_issue()
    for minutes, day in ((0, None), (1441, None), (5, date(2026, 11, 21)), (5, date(2025, 1, 1))):
        with pytest.raises(BadMinutes):
            operations.record_time(issue_id=issue.pk, minutes=minutes, day=day, actor=actor("agent"), now=NOW)
    with pytest.raises(BadChoice):
        operations.record_time(issue_id=issue.pk, minutes=5, kind="sleeping", actor=actor("agent"), now=NOW)
    with pytest.raises(TooLong):
        operations.record_time(issue_id=issue.pk, minutes=5, text="字" * 501, actor=actor("agent"), now=NOW)
