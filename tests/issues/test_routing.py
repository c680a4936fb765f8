"""Issues of a type run on the chart that the company chose for it."""

import pytest

from bihuan.core.actor import SYSTEM
from bihuan.core.errors import Forbidden
from bihuan.flows import gallery
from bihuan.flows import operations as flows
from bihuan.flows import queries as reading
from bihuan.flows.errors import NoSuchDefinition
from bihuan.flows.shipped import shipped
from bihuan.issues import operations as issues
from bihuan.issues.errors import BadChoice
from bihuan.issues.models import Issue
from bihuan.issues.operations import Intake, IntakeCustomer
from tests.factories import NOW, actor, company

pytestmark = pytest.mark.django_db


def opened(kind: str) -> Issue:
    intake = Intake(
        title="冷柜不制冷",
        description="今天早上开始不制冷。",
        channel="phone",
        type_key=kind,
        urgency="high",
        customer=IntakeCustomer(name="王女士", phone="13800000000"),
    )
    return issues.open_issue(intake=intake, actor=actor("agent"), now=NOW)


def flow_of(issue: Issue) -> str:
    return issue.instance.version.definition.key


@pytest.mark.parametrize("key", sorted(each.key for each in shipped()))
def test_an_issue_begins_on_every_chart_of_the_gallery_and_waits_for_somebody(key: str) -> None:
    company()
    flows.publish_package(package=gallery.package(key), actor=SYSTEM, now=NOW)
    issues.route_types(flow=key, type_keys=["fault"], actor=actor("manager"), now=NOW)
    issue = opened("fault")
    assert flow_of(issue) == key
    assert not issue.instance.incidents.exists()
    assert reading.open_steps(instance_ids=[issue.instance_id])[issue.instance_id] or issue.instance.waits.exists()
    assert flow_of(opened("data")) == "T01", "other types go on as before"


def test_a_type_is_taken_back_and_a_retired_chart_keeps_nobody_out() -> None:
    company()
    flows.publish_package(package=gallery.package("T06"), actor=SYSTEM, now=NOW)
    manager = actor("manager")
    issues.route_types(flow="T06", type_keys=["fault", "data"], actor=manager, now=NOW)
    issues.route_types(flow="T06", type_keys=["data"], actor=manager, now=NOW)
    assert (flow_of(opened("fault")), flow_of(opened("data"))) == ("T01", "T06")
    flows.retire_definition(key="T06", reason="不用了", actor=manager, now=NOW)
    assert flow_of(opened("data")) == "T01"


def test_what_cannot_be_is_refused_and_changes_nothing() -> None:
    company()
    manager = actor("manager")
    with pytest.raises(Forbidden):
        issues.route_types(flow="T01", type_keys=["fault"], actor=actor("agent"), now=NOW)
    with pytest.raises(NoSuchDefinition):
        issues.route_types(flow="nothing", type_keys=["fault"], actor=manager, now=NOW)
    with pytest.raises(BadChoice):
        issues.route_types(flow="T01", type_keys=["fault", "'; DROP"], actor=manager, now=NOW)
    assert flow_of(opened("fault")) == "T01"
