"""What the operations of this room have in common."""

from django.utils.translation import gettext_noop

from bihuan.core.actor import Actor, ActorKind
from bihuan.core.errors import Conflict, Forbidden, NotFound, Refused
from bihuan.customers.models import Contact, Customer
from bihuan.customers.permissions import visible

SHORT = 200


class CustomerTextTooLong(Refused):
    code = "customer_text_too_long"
    text = gettext_noop("%(field)s太长：最多 %(limit)s 个字，现在 %(length)s 个；请缩短后再保存。")


class CustomerTextMissing(Refused):
    code = "customer_text_missing"
    text = gettext_noop("请填写%(field)s。")


class NotAmong(Refused):
    code = "customer_choice"
    text = gettext_noop("“%(value)s”不是%(field)s的可选值，请重新选择。")


class CustomerGone(Conflict):
    code = "customer_gone"
    text = gettext_noop("这份客户档案已并入“%(name)s”，请在那里修改。")


def clean(text: str, limit: int) -> str:
    """One line of at most so many characters; for what machines bring. People are told (``line``)."""
    return " ".join(text.replace("\x00", "").split())[:limit]


def line(field: str, text: str, limit: int = SHORT, *, required: bool = False) -> str:
    """One line as a person typed it; refuses one that is too long, or missing where it is ``required``."""
    return _kept(field, " ".join(text.replace("\x00", "").split()), limit, required)


def prose(field: str, text: str, limit: int = 20_000, *, required: bool = False) -> str:
    """A text of several lines, under the same refusals."""
    return _kept(field, text.replace("\x00", "").strip(), limit, required)


def _kept(field: str, text: str, limit: int, required: bool) -> str:
    if len(text) > limit:
        raise CustomerTextTooLong(params={"field": field, "limit": limit, "length": len(text)})
    if required and not text:
        raise CustomerTextMissing(params={"field": field})
    return text


def among(field: str, value: str, values: tuple[str, ...] | list[str]) -> str:
    """The value, where it is one of those; refuses any other."""
    if value not in values:
        raise NotAmong(params={"field": field, "value": value[:50]})
    return value


def staff_only(actor: Actor) -> None:
    """Customers change nothing here."""
    if actor.kind is ActorKind.CUSTOMER:
        raise Forbidden


def locked_customer(customer_id: int, actor: Actor) -> Customer:
    """The customer, locked; not found where the actor may not see it, refused where it was merged into another."""
    rows = Customer.objects.select_for_update(of=("self",), no_key=True).select_related("merged_into")
    found = rows.filter(visible(actor), pk=customer_id).first()
    if found is None:
        raise NotFound
    if found.merged_into is not None:
        raise CustomerGone(params={"name": found.merged_into.name})
    return found


def locked_contact(contact_id: int, actor: Actor) -> Contact:
    """The contact, locked, with its customer; not found where the actor may not see that."""
    seen = Customer.objects.filter(visible(actor)).values("pk")
    rows = Contact.objects.select_for_update(of=("self",), no_key=True).select_related("customer")
    found = rows.filter(pk=contact_id, customer__in=seen).first()
    if found is None:
        raise NotFound
    return found
