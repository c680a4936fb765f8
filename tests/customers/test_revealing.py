"""Hidden data of a person: shown for a reason, to who may, not too often, and noted without the value."""

import pytest
from django.urls import reverse

from bihuan.core.errors import Forbidden, NotFound
from bihuan.core.models import AuditEntry
from bihuan.core.settings import change_settings
from bihuan.customers import operations
from bihuan.customers.models import Reveal
from bihuan.customers.operations.revealing import PER_HOUR
from bihuan.customers.rules.masking import mask_address, mask_number
from bihuan.issues.models import Issue
from tests.factories import NOW, actor, company, customer_issue
from tests.issues.test_story import do
from tests.web.test_pages import signed_in

pytestmark = pytest.mark.django_db
PHONE = "+8613800006620"


def world() -> Issue:
    company()
    issue = customer_issue(phone="13800006620")
    do(issue, "register", NOW)
    do(issue, "classify", NOW, lead_department="device")
    return Issue.objects.get(pk=issue.pk)


def show(issue: Issue, username: str, *, field: str = "phone", reason: str = "回电核实") -> str:
    return operations.reveal_contact(
        contact_id=issue.contact_id or 0, field=field, reason=reason, actor=actor(username), now=NOW
    )


@pytest.mark.correctness(121)
def test_it_is_masked_until_a_reason_is_given() -> None:
    issue = world()
    client = signed_in("agent")
    for url in (f"/issues/{issue.pk}/side/customer/", f"/customers/{issue.customer_id}/", f"/issues/{issue.pk}/"):
        body = client.get(url).content.decode()
        assert "138****6620" in body and "13800006620" not in body, url
    url = reverse("web:reveal_contact", args=[issue.contact_id])
    refused = client.post(url, {"field": "phone", "reason": " "})
    assert refused.status_code == 422 and PHONE not in refused.content.decode()
    shown = client.post(url, {"field": "phone", "reason": "回电核实地址"})
    assert PHONE in shown.content.decode() and shown["Cache-Control"] == "no-store"
    assert PHONE not in client.get(f"/customers/{issue.customer_id}/").content.decode()


@pytest.mark.correctness(118, 119, 121)
def test_who_what_and_whose_is_noted_and_never_the_value() -> None:
    issue = world()
    assert show(issue, "engineer") == PHONE
    noted = AuditEntry.objects.get(action="contact.revealed")
    kept = Reveal.objects.get()
    assert (noted.actor_name, noted.object_id) == ("engineer", issue.contact_id)
    assert noted.detail == {"field": "phone", "reveal": kept.pk}
    assert (kept.reason, kept.field) == ("回电核实", "phone")
    assert not [row for row in AuditEntry.objects.all() if "6620" in str(row.detail) or "核实" in str(row.detail)]


@pytest.mark.correctness(121, 129)
def test_only_who_may_and_only_of_customers_one_sees() -> None:
    issue = world()
    with pytest.raises(Forbidden):
        show(issue, "quality")
    with pytest.raises(NotFound):
        show(issue, "outsider")
    with pytest.raises(NotFound):
        show(issue, "agent", field="note")
    with pytest.raises(operations.NothingToReveal):
        show(issue, "agent", field="address")
    for reason in ("", "x", "字" * 201):
        with pytest.raises(operations.NoReason):
            show(issue, "agent", reason=reason)
    assert not Reveal.objects.exists()


@pytest.mark.correctness(133)
def test_not_too_often() -> None:
    issue = world()
    change_settings(values={PER_HOUR: 2}, actor=actor("admin"), now=NOW)
    for _look in range(2):
        show(issue, "agent")
    with pytest.raises(operations.TooManyReveals):
        show(issue, "agent")
    assert show(issue, "engineer") == PHONE
    assert Reveal.objects.count() == 3


def test_masks() -> None:
    assert mask_address("浙江省杭州市余杭区文一西路 969 号") == "浙江省杭州市****"
    assert (mask_address("杭州"), mask_address("")) == ("****", "")
    assert mask_number("330106199001011234") == "3301**********1234"
    assert mask_number("1234567") == "*******"
