"""Changing a customer's file: each change is one short page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.accounts import queries as accounts
from bihuan.core.clock import system_now
from bihuan.core.errors import Forbidden, NotFound, Refused
from bihuan.customers import operations
from bihuan.customers import queries as customers
from bihuan.customers.models import Contact
from bihuan.customers.queries import CustomerFile
from bihuan.customers.rules import mask_phone
from bihuan.customers.rules.zones import OFFERED
from bihuan.issues import queries as issues
from bihuan.web.customers import words
from bihuan.web.customers.forms import Field, Sheet, answer, must_day, read_day
from bihuan.web.present.people import WAYS, kind_word
from bihuan.web.refusals import refusal_text
from bihuan.web.request import actor_of, number_of

Typed = dict[str, str]
both = require_http_methods(["GET", "POST"])


def _back(customer_id: int) -> str:
    return reverse("web:customer", args=[customer_id])


def _opened(request: HttpRequest, customer_id: int) -> CustomerFile:
    """The file, for who may change it."""
    if not actor_of(request).can("customers.edit"):
        raise Forbidden
    return customers.customer_file(actor=actor_of(request), customer_id=customer_id)


def _person(found: CustomerFile, contact_id: int) -> Contact:
    contact = next((each for each in found.contacts if each.pk == contact_id), None)
    if contact is None:
        raise NotFound
    return contact


@both
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A file before anybody wrote or called."""
    if not actor_of(request).can("customers.edit"):
        raise Forbidden
    sheet = Sheet(
        title=_("新建客户"),
        back=reverse("web:customers"),
        fields=(
            Field(name="name", label=_("名称"), required=True, limit=200, full=True, focus=True),
            Field(name="kind", label=_("类别"), kind="select", value="organisation", options=words.options(words.KINDS)),
            Field(name="contact", label=_("联系人"), limit=200, hint=_("企业请写与我们联系的人")),
            Field(name="phone", label=_("电话"), kind="tel", limit=64),
            Field(name="email", label=_("邮箱"), kind="email", limit=254),
        ),
    )  # fmt: skip

    def act(typed: Typed) -> str:
        made = operations.create_customer(actor=actor_of(request), now=system_now(), **typed)
        return _back(made.pk)

    return answer(request, sheet, act)


@both
@login_required
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The customer's own data."""
    one = _opened(request, customer_id).customer
    people = [(person.username, person.name) for person in accounts.people(actor=actor_of(request))]
    sheet = Sheet(
        title=_("修改客户资料"),
        back=_back(customer_id),
        fields=(
            Field(name="name", label=_("名称"), value=one.name, required=True, limit=200, full=True),
            Field(name="kind", label=_("类别"), kind="select", value=one.kind, options=words.options(words.KINDS)),
            Field(name="code", label=_("客户编号"), value=one.code, limit=64),
            Field(name="tier", label=_("等级"), value=one.tier, limit=32, placeholder=_("如 金牌服务")),
            Field(name="region", label=_("地区"), value=one.region, limit=64),
            Field(name="manager", label=_("客户经理"), kind="select",
                  value=one.manager.username if one.manager else "", options=[("", _("没有指定")), *people]),
            Field(name="address", label=_("地址"), value=one.address, full=True),
            Field(name="needs", label=_("需要注意"), kind="area", value=one.needs, limit=2000, full=True,
                  hint=_("打开这位客户的问题时，客服先看到这一段：偏好、忌讳、特别约定。")),
            Field(name="note", label=_("备注"), kind="area", value=one.note, limit=20_000, full=True),
        ),
    )  # fmt: skip

    def act(typed: Typed) -> str:
        operations.update_customer(customer_id=customer_id, actor=actor_of(request), now=system_now(), **typed)
        return _back(customer_id)

    return answer(request, sheet, act)


def _zones(own: str) -> list[str]:
    """The zones on offer, with the person's own where it is another one."""
    return [*OFFERED, *([own] if own and own not in OFFERED else [])]


@both
@login_required
def contact(request: HttpRequest, customer_id: int, contact_id: int | None = None) -> HttpResponse:
    """A person who speaks for the customer: a new one, or how one is reached. Numbers that are masked stay as they are
    where nothing is typed over them."""
    found = _opened(request, customer_id)
    one = _person(found, contact_id) if contact_id is not None else None
    ways = [("email", _("邮件")), ("phone", _("电话")), ("sms", _("短信"))]
    fields = [
        Field(name="name", label=_("姓名"), value=one.name if one else "", required=True, limit=200, focus=True),
        Field(name="position", label=_("职务"), value=one.position if one else "", limit=100),
        Field(name="phone", label=_("电话"), kind="tel", limit=64,
              hint=_("现在是 %(phone)s；不改请留空") % {"phone": mask_phone(one.phone)} if one and one.phone else ""),
        Field(name="email", label=_("邮箱"), kind="email", limit=254,
              hint=_("已有邮箱；不改请留空") if one and one.email else ""),
    ]  # fmt: skip
    if one is not None:
        fields += [
            Field(name="preferred", label=_("偏好渠道"), kind="select", value=one.preferred,
                  options=[("", _("没有说过")), *ways]),
            Field(name="preferred_hours", label=_("方便的时间"), value=one.preferred_hours, limit=100,
                  placeholder=_("如 工作日 14:00–17:00")),
            Field(name="language", label=_("语言"), kind="select", value=one.language,
                  options=[("zh-hans", "简体中文"), ("en", "English")]),
            Field(name="zone", label=_("时区"), kind="select", value=one.zone, hint=_("答应他的时间按这个时区写；时限照公司的日历算。"),
                  options=[("", _("与公司相同")), *((each, each.replace("_", " ")) for each in _zones(one.zone))]),
        ]  # fmt: skip
    sheet = Sheet(title=_("修改联系人") if one else _("添加联系人"), back=_back(customer_id), fields=fields)

    def act(typed: Typed) -> str:
        actor, now = actor_of(request), system_now()
        if one is None:
            operations.add_contact(customer_id=customer_id, actor=actor, now=now, **typed)
        else:
            kept = {name: text for name, text in typed.items() if text or name not in ("phone", "email")}
            operations.update_contact(contact_id=one.pk, actor=actor, now=now, **kept)
        return _back(customer_id)

    return answer(request, sheet, act)


@both
@login_required
def identity(request: HttpRequest, customer_id: int, contact_id: int) -> HttpResponse:
    """Another number, address or account by which the person is recognised."""
    one = _person(_opened(request, customer_id), contact_id)
    sheet = Sheet(
        title=_("给 %(name)s 加联系方式") % {"name": one.name},
        lead=_("从这个号码、邮箱或账号来的消息会认作他。同一个电话可以属于几个人。"),
        back=_back(customer_id),
        fields=(
            Field(name="kind", label=_("种类"), kind="select", value="phone", options=words.options(words.IDENTITIES)),
            Field(name="value", label=_("号码、地址或账号"), required=True, limit=254, focus=True),
            Field(name="verified", label=_("已核实是本人"), kind="check"),
        ),
    )

    def act(typed: Typed) -> str:
        operations.add_identity(
            contact_id=one.pk, kind=typed["kind"], value=typed["value"], verified=bool(typed["verified"]),
            actor=actor_of(request), now=system_now(),
        )  # fmt: skip
        return _back(customer_id)

    return answer(request, sheet, act)


@both
@login_required
def block(request: HttpRequest, customer_id: int, contact_id: int) -> HttpResponse:
    """Do not contact: by which way, and why."""
    found = customers.customer_file(actor=actor_of(request), customer_id=customer_id)
    one = _person(found, contact_id)
    sheet = Sheet(
        title=_("勿扰：%(name)s") % {"name": one.name},
        lead=_("登记后，这种方式的消息都不会发出，包括自动回执；原因会写进问题的往来记录。"),
        back=_back(customer_id),
        button=_("登记勿扰"),
        danger=True,
        fields=(
            Field(name="channel", label=_("不要用哪种方式"), kind="select", value="phone",
                  options=words.options(WAYS)),
            Field(name="reason", label=_("原因"), required=True, full=True, placeholder=_("如 客户来电要求不再发邮件")),
        ),
    )  # fmt: skip

    def act(typed: Typed) -> str:
        operations.block_contact(contact_id=one.pk, actor=actor_of(request), now=system_now(), **typed)
        return _back(customer_id)

    return answer(request, sheet, act)


@both
@login_required
def consent(request: HttpRequest, customer_id: int, contact_id: int) -> HttpResponse:
    """What the person agreed to."""
    one = _person(_opened(request, customer_id), contact_id)
    sheet = Sheet(
        title=_("登记 %(name)s 的同意") % {"name": one.name},
        back=_back(customer_id),
        fields=(
            Field(name="purpose", label=_("目的"), kind="select", options=words.options(words.PURPOSES)),
            Field(name="basis", label=_("合法性基础"), kind="select", options=words.options(words.BASES)),
            Field(name="how", label=_("方式"), required=True, limit=100, placeholder=_("如 通话录音中口头同意")),
            Field(name="evidence", label=_("凭证"), hint=_("录音号、单号、文件名")),
        ),
    )

    def act(typed: Typed) -> str:
        operations.record_consent(contact_id=one.pk, actor=actor_of(request), now=system_now(), **typed)
        return _back(customer_id)

    return answer(request, sheet, act)


@both
@login_required
def contract(request: HttpRequest, customer_id: int, contract_id: int | None = None) -> HttpResponse:
    """A contract: a new one, or a change of one."""
    found = _opened(request, customer_id)
    one = next((each for each in found.contracts if each.pk == contract_id), None)
    if contract_id is not None and one is None:
        raise NotFound
    sheet = Sheet(
        title=_("修改合同") if one else _("添加合同"),
        back=_back(customer_id),
        fields=(
            Field(name="number", label=_("合同号"), value=one.number if one else "", required=True, limit=64, focus=True),
            Field(name="tier", label=_("服务等级"), value=one.tier if one else found.customer.tier, limit=32,
                  placeholder=_("如 金牌服务 7×24")),
            Field(name="starts_on", label=_("开始"), kind="date", value=str(one.starts_on) if one else "", required=True),
            Field(name="ends_on", label=_("终止"), kind="date", value=str(one.ends_on) if one else "", required=True),
            Field(name="covers", label=_("服务内容"), value=one.covers if one else "", full=True),
            Field(name="policy", label=_("约定的时限策略"), value=one.policy if one else "", limit=64,
                  hint=_("这份合同约定的时限策略代号，没有请留空")),
        ),
    )  # fmt: skip

    def act(typed: Typed) -> str:
        operations.save_contract(
            customer_id=customer_id, contract_id=contract_id, number=typed["number"], tier=typed["tier"],
            covers=typed["covers"], policy=typed["policy"], starts_on=must_day(typed["starts_on"]),
            ends_on=must_day(typed["ends_on"]), actor=actor_of(request), now=system_now(),
        )  # fmt: skip
        return _back(customer_id)

    return answer(request, sheet, act)


@both
@login_required
def asset(request: HttpRequest, customer_id: int, asset_id: int | None = None) -> HttpResponse:
    """A device: a new one, or a change of one."""
    found = _opened(request, customer_id)
    one = next((each for each in found.assets if each.pk == asset_id), None)
    if asset_id is not None and one is None:
        raise NotFound
    until = str(one.warranty_until) if one and one.warranty_until else ""
    sheet = Sheet(
        title=_("修改设备") if one else _("添加设备"),
        back=_back(customer_id),
        fields=(
            Field(name="product", label=_("产品"), value=one.product if one else "", required=True, limit=100, focus=True),
            Field(name="model", label=_("型号"), value=one.model if one else "", limit=100),
            Field(name="serial", label=_("序列号"), value=one.serial if one else "", limit=100),
            Field(name="warranty_until", label=_("保修至"), kind="date", value=until),
            Field(name="address", label=_("安装地址"), value=one.address if one else "", full=True),
        ),
    )  # fmt: skip

    def act(typed: Typed) -> str:
        operations.save_asset(
            customer_id=customer_id, asset_id=asset_id, product=typed["product"], model=typed["model"],
            serial=typed["serial"], address=typed["address"], warranty_until=read_day(typed["warranty_until"]),
            actor=actor_of(request), now=system_now(),
        )  # fmt: skip
        return _back(customer_id)

    return answer(request, sheet, act)


@require_POST
@login_required
def take_back(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Removes or takes back one thing: ``act`` says which kind, ``id`` which one."""
    actor, now = actor_of(request), system_now()
    act, pk = request.POST.get("act", ""), number_of(request.POST.get("id")) or 0
    if act == "unblock":
        operations.unblock_contact(contact_id=pk, channel=request.POST.get("channel", "")[:16], actor=actor, now=now)
    elif act == "identity":
        operations.remove_identity(identity_id=pk, actor=actor, now=now)
    elif act == "consent":
        operations.withdraw_consent(consent_id=pk, how=request.POST.get("how", ""), actor=actor, now=now)
    elif act == "contract":
        operations.remove_contract(customer_id=customer_id, contract_id=pk, actor=actor, now=now)
    elif act == "asset":
        operations.remove_asset(customer_id=customer_id, asset_id=pk, actor=actor, now=now)
    elif act == "merge":
        undone = operations.undo_merge(merge_id=pk, actor=actor, now=now)
        return redirect("web:customer", undone.survivor_id)
    else:
        raise NotFound
    return redirect("web:customer", customer_id)


@both
@login_required
def merge(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Both files side by side; which one stays is chosen, never guessed."""
    actor = actor_of(request)
    if not actor.can("customers.merge"):
        raise Forbidden
    one = customers.customer(actor=actor, customer_id=customer_id)
    other_id = number_of(request.POST.get("other") or request.GET.get("other"))
    refusal, status = "", 200
    if request.method == "POST" and other_id:
        stays = number_of(request.POST.get("stays"))
        try:
            if stays not in (customer_id, other_id):
                raise operations.WhoStays
            made = operations.merge_customers(
                survivor_id=stays,
                gone_id=other_id if stays == customer_id else customer_id,
                reason=request.POST.get("reason", ""),
                actor=actor,
                now=system_now(),
            )
            return redirect("web:customer", made.survivor_id)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            refusal, status = refusal_text(refused), refused.status
    text = request.GET.get("q", "").strip()[:200]
    found = (
        customers.search_customers(actor=actor, text=text, limit=20).items
        if text
        else customers.look_alikes(actor=actor, customer_id=customer_id)
    )
    other = customers.customer(actor=actor, customer_id=other_id) if other_id else None
    pair = [each for each in (one, other) if each is not None]
    tallies = issues.customer_tallies(actor=actor, customer_ids=[each.pk for each in (*pair, *found)])
    shown = {
        each.pk: {
            "id": each.pk, "name": each.name, "kind": kind_word(each.kind), "code": each.code, "region": each.region,
            "people": "、".join(person.name for person in each.contacts.all()[:5]),
            "total": tallies[each.pk].total if each.pk in tallies else 0, "made": each.created_at,
        }
        for each in (*pair, *found)
    }  # fmt: skip
    context = {
        "one": shown[one.pk],
        "other": shown[other.pk] if other else None,
        "found": [shown[each.pk] for each in found if each.pk != customer_id],
        "q": text,
        "stays": request.POST.get("stays", ""),
        "reason": request.POST.get("reason", "")[:2000],
        "refusal": refusal,
    }
    return render(request, "customers/merge.html", context, status=status)
