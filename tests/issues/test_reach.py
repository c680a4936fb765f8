"""Whoever can do an open step finds its issue; where nobody can, that is said aloud."""

import pytest

from bihuan.accounts.models import User
from bihuan.flows import queries as flow_queries
from bihuan.issues import operations, queries
from bihuan.issues.models import Entry, Notice
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do

pytestmark = pytest.mark.django_db


def test_a_step_for_anybody_with_the_role_is_found_and_claimed_by_them() -> None:
    """The service department leads and has no engineers: the step is for all engineers, and each of them sees it."""
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    do(issue, "classify", NOW, lead_department="service")
    step = flow_queries.open_steps(instance_ids=[issue.instance_id])[issue.instance_id][0]
    assert (step.node, step.department_id, step.assignee_id) == ("contact", None, None)
    for username in ("engineer", "engineer2", "outsider"):
        page = queries.queue(actor=actor(username), name="claimable", cursor=None, limit=10, now=NOW)
        assert [found.pk for found in page.items] == [issue.pk], username
    assert operations.claim_step(work_item_id=step.pk, actor=actor("outsider"), now=NOW)


def test_a_step_of_a_department_stays_with_it() -> None:
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    do(issue, "classify", NOW, lead_department="device")
    assert queries.queue(actor=actor("engineer"), name="claimable", cursor=None, limit=10, now=NOW).items
    assert not queries.queue(actor=actor("engineer2"), name="claimable", cursor=None, limit=10, now=NOW).items


@pytest.mark.correctness(86)
@pytest.mark.foreign_write("people leave by no operation yet")
def test_a_step_that_nobody_can_do_is_an_alarm() -> None:
    company()
    issue = customer_issue()
    do(issue, "register", NOW)
    User.objects.filter(posts__role__key="engineer").update(is_active=False)
    do(issue, "classify", NOW)
    assert Entry.objects.filter(issue=issue, code="step.nobody").count() == 1
    assert Notice.objects.filter(issue=issue, code="step.nobody").exists()
