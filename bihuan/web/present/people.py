"""Customers and their contacts, as pages show them: telephone numbers masked."""

from django.utils.translation import gettext, gettext_noop

from bihuan.customers.models import Contact, Customer
from bihuan.customers.rules import mask_email, mask_phone

_KINDS = {"person": gettext_noop("个人"), "organisation": gettext_noop("企业")}
_CHANNELS = {"email": gettext_noop("邮件"), "phone": gettext_noop("电话"), "sms": gettext_noop("短信")}


def kind_word(kind: str) -> str:
    """个人, 企业."""
    return gettext(_KINDS.get(kind, kind))


def customer_view(customer: Customer, contact: Contact | None) -> dict[str, object]:
    """Head and facts of the customer."""
    phone = mask_phone(contact.phone) if contact and contact.phone else ""
    email = mask_email(contact.email) if contact and contact.email else ""
    name = contact.name if contact else ""
    parts = [part for part in (contact.position if contact else "", name, phone or email) if part]
    tags = [tag for tag in (customer.tier, customer.region) if tag]
    facts = [
        (gettext("类别"), kind_word(customer.kind)),
        (gettext("联系人"), name),
        (gettext("电话"), phone),
        (gettext("邮箱"), email),
        (gettext("偏好渠道"), gettext(_CHANNELS[contact.preferred]) if contact and contact.preferred else ""),
        (gettext("偏好时段"), contact.preferred_hours if contact else ""),
        (gettext("地区"), customer.region),
        (gettext("地址"), customer.address),
        (gettext("备注"), customer.note),
    ]
    return {"id": customer.pk, "name": customer.name, "contact": " · ".join(parts), "tags": tags, "facts": facts}
