"""Customers and their contacts, as pages show them: telephone numbers masked."""

from datetime import date

from django.utils.translation import gettext, gettext_noop

from bihuan.customers.models import Contact, Customer
from bihuan.customers.rules import mask_email, mask_phone
from bihuan.customers.rules.masking import mask_address

_KINDS = {"person": gettext_noop("个人"), "organisation": gettext_noop("企业")}
_CHANNELS = {"email": gettext_noop("邮件"), "phone": gettext_noop("电话"), "sms": gettext_noop("短信")}


def kind_word(kind: str) -> str:
    """个人, 企业."""
    return gettext(_KINDS.get(kind, kind))


WAYS = {
    "all": gettext_noop("所有方式"),
    "email": gettext_noop("邮件"),
    "phone": gettext_noop("电话"),
    "sms": gettext_noop("短信"),
    "wechat": gettext_noop("微信"),
}


def cover_tag(customer: Customer, today: date) -> tuple[str, str]:
    """在保至 2027-06-30 and its tone; ('', '') where nothing ever covered it."""
    until = customer.covered_until
    if until is None:
        return "", ""
    if until < today:
        return gettext("已过保 %(day)s") % {"day": until}, "red"
    soon = (until - today).days <= 60
    return gettext("在保至 %(day)s") % {"day": until}, "gold" if soon else "green"


def blocked_words(contact: Contact) -> list[str]:
    """电话（客户要求不再来电）, one a way that may not be used."""
    found = []
    for key, entry in contact.blocked.items():
        reason = str(entry.get("reason", "")) if isinstance(entry, dict) else ""
        found.append(gettext("%(way)s（%(why)s）") % {"way": gettext(WAYS.get(key, key)), "why": reason})
    return found


def customer_view(customer: Customer, contact: Contact | None, today: date) -> dict[str, object]:
    """Head and facts of the customer; ``blocked``: by which ways the contact may not be reached."""
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
        (gettext("地址"), mask_address(customer.address)),
        (gettext("备注"), customer.note),
    ]
    cover, tone = cover_tag(customer, today)
    return {
        "id": customer.pk,
        "name": customer.name,
        "contact": " · ".join(parts),
        "tags": tags,
        "cover": cover,
        "cover_tone": tone,
        "needs": customer.needs,
        "blocked": blocked_words(contact) if contact else [],
        "facts": [(label, value) for label, value in facts if value],
        "contact_id": contact.pk if contact else None,
        "hidden": hidden_fields(customer, contact),
    }


def hidden_fields(customer: Customer, contact: Contact | None) -> list[tuple[str, str]]:
    """What is masked and can be shown for a reason."""
    kept = {
        "phone": (contact.phone if contact else "", gettext("电话")),
        "email": (contact.email if contact else "", gettext("邮箱")),
        "address": (customer.address, gettext("地址")),
    }
    return [(field, words) for field, (found, words) in kept.items() if found] if contact else []
