"""Customers: finding them, and everything we know of one."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.core.actor import Actor
from bihuan.core.clock import system_now
from bihuan.customers import queries as customers
from bihuan.customers.models import Contact, Customer
from bihuan.customers.queries import CustomerFile, CustomerFilter
from bihuan.customers.rules import mask_email, mask_phone
from bihuan.customers.rules.masking import mask_address
from bihuan.issues import queries as issues
from bihuan.issues.models import Issue
from bihuan.issues.queries import Happening
from bihuan.web.customers import words
from bihuan.web.present.cards import line
from bihuan.web.present.people import WAYS, blocked_words, cover_tag, hidden_fields, kind_word
from bihuan.web.request import actor_of, is_partial

PAGE = 50
_SCOPES = ("", "organisation", "person", "mine", "ending")
Row = dict[str, object]


def today_of(now: datetime) -> date:
    """The date in the company's zone."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _filter(request: HttpRequest, actor: Actor, today: date) -> CustomerFilter:
    scope = request.GET.get("scope", "")
    return CustomerFilter(
        text=request.GET.get("q", "").strip()[:200],
        kind=scope if scope in ("organisation", "person") else "",
        tier=request.GET.get("tier", "")[:32],
        region=request.GET.get("region", "")[:64],
        manager=actor.user_id if scope == "mine" else None,
        ending=customers.SOON if scope == "ending" else None,
        today=today,
    )


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Customers, the latest first, or those that fit; with how many issues of theirs the reader may see."""
    actor, now = actor_of(request), system_now()
    today = today_of(now)
    wanted = _filter(request, actor, today)
    sort = request.GET.get("sort", "") if request.GET.get("sort", "") in customers.ORDERS else customers.ORDERS[0]
    found = customers.search_customers(
        actor=actor, filter=wanted, sort=sort, cursor=request.GET.get("cursor"), limit=PAGE
    )
    tallies = issues.customer_tallies(actor=actor, customer_ids=[customer.pk for customer in found.items])
    given = {name: request.GET.get(name, "")[:200] for name in ("q", "scope", "tier", "region")}
    filtered = any(given.values())
    given["sort"] = sort if sort != customers.ORDERS[0] else ""
    kept = {name: value for name, value in given.items() if value}
    counts = customers.customer_counts(actor=actor, today=today)
    tiers, regions = customers.tiers_and_regions(actor=actor)
    numbers = {"": counts.all, "organisation": counts.organisation, "person": counts.person, "mine": counts.mine,
               "ending": counts.ending}  # fmt: skip
    names = {"": _("全部客户"), "organisation": _("企业"), "person": _("个人"), "mine": _("我负责的"),
             "ending": _("60 天内到期")}  # fmt: skip
    context = {
        "rows": [_row(customer, tallies.get(customer.pk), today) for customer in found.items],
        "given": given,
        "filtered": filtered,
        "orders": [("", _("最近往来的在前")), ("name", _("按名称拼音"))],
        "scopes": [(key, f"{names[key]} {numbers[key]:,}") for key in _SCOPES],
        "tiers": tiers,
        "regions": regions,
        "following": f"{reverse('web:customers')}?{urlencode({**kept, 'cursor': found.next})}" if found.next else "",
        "area": words.area(actor),
        "may_edit": actor.can("customers.edit"),
        "now": now,
        "foot": _("本页 %(n)d 位") % {"n": len(found.items)},
    }
    return render(request, "customers/list.html", context)


def _row(customer: Customer, tally: issues.CustomerTally | None, today: date) -> Row:
    contact = next(iter(customer.contacts.all()), None)
    cover, tone = cover_tag(customer, today)
    return {
        "id": customer.pk,
        "name": customer.name,
        "contact": contact.name if contact and contact.name != customer.name else "",
        "phone": mask_phone(contact.phone) if contact and contact.phone else "",
        "blocked": bool(contact and contact.blocked),
        "kind": kind_word(customer.kind),
        "tier": customer.tier,
        "region": customer.region,
        "cover": cover,
        "cover_tone": tone,
        "open": tally.open if tally else 0,
        "total": tally.total if tally else 0,
        "last_at": tally.last_at if tally else None,
    }


# -- one customer ---------------------------------------------------------------------------------------------------


@require_GET
@login_required
def page(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Everything of one customer that the person may see; a merged one leads to its survivor. For htmx the earlier part
    of the timeline."""
    actor, now = actor_of(request), system_now()
    found = customers.customer_file(actor=actor, customer_id=customer_id)
    if found.customer.merged_into_id is not None and "kept" not in request.GET:
        return redirect("web:customer", found.customer.merged_into_id)
    happened = issues.customer_timeline(actor=actor, customer_id=customer_id, cursor=request.GET.get("cursor"))
    ids = [each.visit.pk for each in happened.items if each.visit is not None]
    gone_on = issues.issues_of_visits(actor=actor, visit_ids=ids) if ids else {}
    timeline = {
        "happened": [_happening(each, gone_on) for each in happened.items],
        "earlier": f"{reverse('web:customer', args=[customer_id])}?{urlencode({'cursor': happened.next})}"
        if happened.next
        else "",
        "now": now,
    }
    if is_partial(request):
        return render(request, "customers/timeline.html", timeline)
    history = issues.history_of_customer(actor=actor, customer_id=customer_id, but=None)
    tally = issues.customer_tallies(actor=actor, customer_ids=[customer_id]).get(customer_id)
    return render(
        request,
        "customers/page.html",
        {
            **timeline,
            **_file(found, actor, today_of(now)),
            "area": words.area(actor),
            "history": [line(issue, now) for issue in history[:8]],
            "tally": {"open": tally.open if tally else 0, "total": tally.total if tally else 0},
        },
    )


def _happening(each: Happening, gone_on: dict[int, Issue]) -> Row:
    if each.entry is not None:
        entry = each.entry
        return {
            "at": each.at, "kind": entry.kind, "who": entry.author_name, "text": entry.text[:600],
            "channel": entry.channel, "title": entry.issue.title, "number": entry.issue.number,
            "href": f"{reverse('web:issue', args=[entry.issue_id])}#entry-{entry.pk}",
        }  # fmt: skip
    visit = each.visit
    assert visit is not None
    issue = gone_on.get(visit.pk)
    return {
        "at": each.at, "kind": "visit", "who": visit.host.name, "text": visit.answer[:600] or visit.content[:600],
        "channel": "", "title": visit.topic,
        "number": f"{issues.kind_of_visit(visit.kind)} · {issues.category_of_visit(visit.category)}",
        "href": reverse("web:visit", args=[visit.pk]), "issue": issue.number if issue else "",
        "open": visit.settled_at is None,
    }  # fmt: skip


def _file(found: CustomerFile, actor: Actor, today: date) -> Row:
    customer = found.customer
    cover, tone = cover_tag(customer, today)
    tags = [tag for tag in (customer.tier, customer.region) if tag]
    return {
        "customer": {
            "id": customer.pk, "name": customer.name, "kind": kind_word(customer.kind), "code": customer.code,
            "tags": tags, "cover": cover, "cover_tone": tone, "needs": customer.needs, "note": customer.note,
            "address": mask_address(customer.address), "manager": customer.manager.name if customer.manager else "",
            "organisation": customer.kind == "organisation", "merged": customer.merged_into_id is not None,
        },
        "contacts": [_contact(contact, found) for contact in found.contacts],
        "contracts": [
            {
                "id": each.pk, "number": each.number, "tier": each.tier, "covers": each.covers,
                "starts": each.starts_on, "ends": each.ends_on, "state": _state(each.starts_on, each.ends_on, today),
            }
            for each in found.contracts
        ],
        "assets": [
            {
                "id": each.pk, "product": each.product, "model": each.model, "serial": each.serial,
                "address": mask_address(each.address), "until": each.warranty_until,
                "state": _state(None, each.warranty_until, today) if each.warranty_until else None,
            }
            for each in found.assets
        ],
        "merges": [
            {"id": each.pk, "name": each.merged.name, "at": each.at, "by": each.by.name if each.by else "",
             "reason": each.reason, "undone": each.undone_at is not None}
            for each in found.merges
        ],
        "may_edit": actor.can("customers.edit"),
        "may_merge": actor.can("customers.merge"),
        "may_privacy": actor.can("customers.privacy") or actor.can("customers.edit"),
        "may_block": actor.can("issues.reply"),
        "may_record": actor.can("issues.create"),
        "may_copy": actor.can("customers.privacy"),
    }  # fmt: skip


def _state(starts: date | None, ends: date, today: date) -> tuple[str, str]:
    """What the last day means today: words and tone."""
    if starts is not None and starts > today:
        return _("未开始"), "grey"
    if ends < today:
        return _("已到期"), "red"
    left = (ends - today).days
    return (_("剩 %(n)d 天") % {"n": left}, "gold") if left <= 60 else (_("有效"), "green")


def _contact(contact: Contact, found: CustomerFile) -> Row:
    consents = [each for each in found.consents if each.contact_id == contact.pk]
    return {
        "id": contact.pk,
        "name": contact.name,
        "position": contact.position,
        "phone": mask_phone(contact.phone),
        "email": mask_email(contact.email),
        "hidden": hidden_fields(found.customer, contact),
        "preferred": _(WAYS[contact.preferred]) if contact.preferred in WAYS else "",
        "hours": contact.preferred_hours,
        "language": "English" if contact.language.startswith("en") else "",
        "erased": contact.erased_at is not None,
        "blocked": [
            {"key": key, "words": text}
            for key, text in zip(contact.blocked, blocked_words(contact), strict=True)
        ],
        "identities": [
            {"id": each.pk, "kind": _(words.IDENTITIES.get(each.kind, each.kind)),
             "value": words.mask_identity(each.kind, each.value), "verified": each.verified_at is not None}
            for each in contact.identities.all()
        ],
        "consents": [
            {"id": each.pk, "purpose": _(words.PURPOSES.get(each.purpose, each.purpose)),
             "basis": _(words.BASES.get(each.basis, each.basis)), "how": each.how, "evidence": each.evidence,
             "at": each.given_at, "withdrawn": each.withdrawn_at}
            for each in consents
        ],
    }  # fmt: skip


@require_GET
@login_required
def endings(request: HttpRequest) -> HttpResponse:
    """Contracts and warranties that end within 30 or 60 days, and those that ended in the last 30."""
    actor, now = actor_of(request), system_now()
    today = today_of(now)
    days = 30 if request.GET.get("days") == "30" else 60
    ended = request.GET.get("days") == "ended"
    since, until = (
        (date.fromordinal(today.toordinal() - 30), date.fromordinal(today.toordinal() - 1))
        if ended
        else (today, date.fromordinal(today.toordinal() + days))
    )
    found = customers.endings(actor=actor, since=since, until=until)
    rows = [
        {
            "id": each.customer.pk, "name": each.customer.name, "what": each.what, "contract": each.is_contract,
            "day": each.day, "left": (each.day - today).days,
            "manager": each.customer.manager.name if each.customer.manager else "",
        }
        for each in found
    ]  # fmt: skip
    context = {
        "rows": rows,
        "area": words.area(actor),
        "spans": [("60", _("60 天内")), ("30", _("30 天内")), ("ended", _("近 30 天已到期"))],
        "span": "ended" if ended else str(days),
    }
    return render(request, "customers/endings.html", context)
