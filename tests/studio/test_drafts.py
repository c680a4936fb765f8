"""Drafts: made, copied, saved by two people, restored, discarded."""

from datetime import timedelta

import pytest

from bihuan.core.errors import Forbidden, NotFound
from bihuan.flows import queries as flows
from bihuan.studio import operations as studio
from bihuan.studio import queries
from bihuan.studio.errors import DraftClosed, DraftConflict, DraftOpenAlready, FormRefersOut, NameRequired, NotXml
from bihuan.studio.operations.drafts import BLANK
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company() -> None:
    factories.company()


def test_a_copy_of_the_gallery_is_a_chart_of_its_own() -> None:
    manager = factories.actor("manager")
    draft = studio.copy_shipped(shipped="T01", name="热线问题处理", actor=manager, now=NOW)
    shipped = flows.current_version(key="T01")
    assert draft.key == "RXWTCL" and draft.key != "T01"
    assert set(draft.forms) == {"F01", "F02", "F03", "F04", "F05"} and draft.base is None
    assert shipped is not None and queries.next_number(draft) == 1
    again = studio.copy_shipped(shipped="T01", name="热线问题处理", actor=manager, now=NOW)
    assert again.key == "RXWTCL-2"


def test_one_open_draft_a_chart() -> None:
    manager = factories.actor("manager")
    version = flows.current_version(key="T01")
    assert version is not None
    draft = studio.draft_from_version(version_id=version.pk, actor=manager, now=NOW)
    assert queries.next_number(draft) == 2
    with pytest.raises(DraftOpenAlready) as refused:
        studio.draft_from_version(version_id=version.pk, actor=factories.actor("quality"), now=NOW)
    assert refused.value.params["draft"] == draft.pk
    studio.discard_draft(draft_id=draft.pk, actor=manager, now=NOW)
    assert queries.draft_named(actor=manager, key="T01") is None
    studio.draft_from_version(version_id=version.pk, actor=manager, now=NOW)


def test_whoever_saves_second_is_told_and_nothing_is_lost() -> None:
    manager, quality = factories.actor("manager"), factories.actor("quality")
    draft = studio.create_draft(name="新流程", actor=manager, now=NOW)
    theirs = BLANK.replace(b'id="start"', b'id="begin"')
    saved = studio.save_draft(draft_id=draft.pk, revision=1, chart=theirs, actor=quality, now=NOW)
    assert saved.revision == 2
    with pytest.raises(DraftConflict) as refused:
        studio.save_draft(draft_id=draft.pk, revision=1, chart=BLANK + b"\n", actor=manager, now=NOW)
    assert refused.value.params["by"] == quality.name and refused.value.params["revision"] == 2
    assert bytes(queries.draft(actor=manager, draft_id=draft.pk).chart) == theirs
    kept = queries.kept_of(actor=manager, draft_id=draft.pk)
    assert [each.revision for each in kept] == [1], "what the other one overwrote is kept"
    back = studio.restore_kept(draft_id=draft.pk, revision=2, kept_id=kept[0].pk, actor=manager, now=NOW)
    assert bytes(back.chart) == BLANK and back.revision == 3
    assert [each.revision for each in queries.kept_of(actor=manager, draft_id=draft.pk)] == [2, 1]


def test_what_stands_there_already_is_saved_whatever_it_began_from() -> None:
    manager = factories.actor("manager")
    draft = studio.create_draft(name="新流程", actor=manager, now=NOW)
    chart = BLANK.replace(b'id="start"', b'id="begin"')
    for _ in range(2):  # the first answer never arrived
        assert studio.save_draft(draft_id=draft.pk, revision=1, chart=chart, actor=manager, now=NOW).revision == 2
    forms: dict[str, dict[str, object]] = {"A01": {"title": "登记", "properties": {}}}
    for _ in range(2):
        saved = studio.save_parts(draft_id=draft.pk, revision=2, forms=forms, actor=manager, now=NOW)
        assert saved.revision == 3
    assert len(queries.kept_of(actor=manager, draft_id=draft.pk)) == 0
    with pytest.raises(Forbidden):
        studio.save_draft(draft_id=draft.pk, revision=1, chart=chart, actor=factories.actor("agent"), now=NOW)


def test_own_saves_are_kept_every_few_minutes() -> None:
    manager = factories.actor("manager")
    draft = studio.create_draft(name="新流程", actor=manager, now=NOW)
    for n in range(1, 13):
        at = NOW + timedelta(minutes=n)
        chart = BLANK.replace(b'"start"', b'"start%d"' % n)
        studio.save_draft(draft_id=draft.pk, revision=n, chart=chart, actor=manager, now=at)
    assert [each.revision for each in queries.kept_of(actor=manager, draft_id=draft.pk)] == [10, 5]


def test_the_same_content_is_no_new_revision() -> None:
    manager = factories.actor("manager")
    draft = studio.create_draft(name="新流程", actor=manager, now=NOW)
    assert studio.save_draft(draft_id=draft.pk, revision=1, chart=BLANK, actor=manager, now=NOW).revision == 1
    parts = studio.save_parts(draft_id=draft.pk, revision=1, forms={"F99": {"x": 1}}, actor=manager, now=NOW)
    assert parts.revision == 2 and parts.forms == {"F99": {"x": 1}} and parts.decisions == {}


@pytest.mark.parametrize("chart", [b"", b"<a>", b"\xff\xfe\x00", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_is_no_xml_is_refused_and_nothing_saved(chart: bytes) -> None:
    manager = factories.actor("manager")
    draft = studio.create_draft(name="新流程", actor=manager, now=NOW)
    with pytest.raises(NotXml):
        studio.save_draft(draft_id=draft.pk, revision=1, chart=chart, actor=manager, now=NOW)
    assert queries.draft(actor=manager, draft_id=draft.pk).revision == 1


def test_forms_refer_to_nothing_outside() -> None:
    manager = factories.actor("manager")
    draft = studio.create_draft(name="新流程", actor=manager, now=NOW)
    outside: list[dict[str, object]] = [
        {"properties": {"a": {"items": [{"$ref": "http://10.0.0.1/x"}]}}},
        {"$dynamicRef": "file:///x"},
    ]
    for form in outside:
        with pytest.raises(FormRefersOut):
            studio.save_parts(draft_id=draft.pk, revision=1, forms={"F1": form}, actor=manager, now=NOW)
    own: dict[str, object] = {"properties": {"$ref": {"type": "string"}, "a": {"$ref": "#/$defs/x"}}}
    assert studio.save_parts(draft_id=draft.pk, revision=1, forms={"F1": own}, actor=manager, now=NOW).revision == 2


@pytest.mark.parametrize("name", ["", "   ", "长" * 201])
def test_a_chart_has_a_name(name: str) -> None:
    with pytest.raises(NameRequired):
        studio.create_draft(name=name, actor=factories.actor("manager"), now=NOW)


def test_keys_of_hostile_names_are_plain() -> None:
    manager = factories.actor("manager")
    keys = [
        studio.create_draft(name=name, actor=manager, now=NOW).key
        for name in ("🙂🙂", "../../etc", "שלום", "退货 (R2)")
    ]
    assert keys == ["CHART", "ETC", "CHART-2", "THR2"]


def test_who_may_not_draw_reads_only() -> None:
    manager, agent = factories.actor("manager"), factories.actor("agent")
    draft = studio.create_draft(name="新流程", actor=manager, now=NOW)
    assert queries.draft(actor=agent, draft_id=draft.pk).name == "新流程"
    assert not queries.may_edit(agent, draft) and queries.may_edit(manager, draft)
    with pytest.raises(Forbidden):
        studio.save_draft(draft_id=draft.pk, revision=1, chart=BLANK, actor=agent, now=NOW)
    with pytest.raises(Forbidden):
        studio.create_draft(name="另一张", actor=agent, now=NOW)
    with pytest.raises(NotFound):
        studio.copy_shipped(shipped="no such", actor=manager, now=NOW)
    studio.discard_draft(draft_id=draft.pk, actor=manager, now=NOW)
    with pytest.raises(DraftClosed):
        studio.save_draft(draft_id=draft.pk, revision=1, chart=BLANK + b"\n", actor=manager, now=NOW)


def test_the_chart_and_its_draft_have_one_name() -> None:
    manager = factories.actor("manager")
    draft = studio.copy_shipped(shipped="T02", name="门店反馈", actor=manager, now=NOW)
    chart = bytes(draft.chart).decode()
    assert chart.count('name="门店反馈"') == 2 and "通用反馈七步" not in chart  # the process and its pool
    renamed = chart.replace('name="门店反馈"', 'name="门店与网点反馈"')
    draft = studio.save_draft(draft_id=draft.pk, revision=1, chart=renamed.encode(), actor=manager, now=NOW)
    assert (draft.name, draft.name_en) == ("门店与网点反馈", "")
    nameless = renamed.replace('name="门店与网点反馈"', 'name=""')
    draft = studio.save_draft(draft_id=draft.pk, revision=2, chart=nameless.encode(), actor=manager, now=NOW)
    assert draft.name == "门店与网点反馈"
    endless = renamed.replace("门店与网点反馈", "名" * 10_000)
    draft = studio.save_draft(draft_id=draft.pk, revision=3, chart=endless.encode(), actor=manager, now=NOW)
    assert draft.name == "名" * 200
    blank = studio.create_draft(name="空白", actor=manager, now=NOW)
    drawn = BLANK.replace(b'isExecutable="true"', b'isExecutable="true" bihuan:version="2"')
    assert studio.save_draft(draft_id=blank.pk, revision=1, chart=drawn, actor=manager, now=NOW).name == "空白"
