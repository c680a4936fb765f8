"""What stands in the demo customers' files: contracts, devices, consents, visits and calls, and the register books."""

from datetime import date, datetime, timedelta
from random import Random

from bihuan.accounts import queries as accounts
from bihuan.core.actor import SYSTEM, Actor
from bihuan.customers import operations as customers
from bihuan.customers import queries as files
from bihuan.customers.models import Customer
from bihuan.customers.operations import Record
from bihuan.issues import operations as issues

_TIERS = (
    ("金牌服务", "7×24 电话支持，4 小时到场"),
    ("银牌服务", "工作日支持，次日到场"),
    ("标准服务", "工作日电话支持"),
)
_REGIONS = ("云南", "上海", "天津", "浙江", "广东")
_DEVICES = (("温湿度记录仪", "TH-200"), ("冷链网关", "GW-8"), ("疫苗冷库探头", "HC-320"))
_NEEDS = (
    "夜间报警先打值班室，不要打主任手机。报告要盖章原件。",
    "对停机时间敏感：现场作业前必须书面约定时段。",
    "财务每月 25 日对账，发票问题请在此前答复。",
)
_CALLS = (
    ("call", "inquiry", "询问探头校准周期", "客户问校准证书多久换一次。", "每 12 个月一次，已告知送检流程。"),
    ("call", "complaint", "安装人员迟到两小时", "约定上午 9 点，11 点才到，冷库门一直开着。", ""),
    ("visit", "routine", "来访领取备用探头", "领取 HC-320 备用探头 2 只。", "已核对序列号并签收。"),
    ("call_out", "routine", "回访夜间报警是否恢复", "客户确认短信和电话都收到。", "报警已恢复，客户满意。"),
    ("visit_out", "other", "季度拜访", "介绍新版平台，客户希望增加导出模板。", "需求已带回，月底前答复。"),
)
_CLEARS = {
    "listen": "全程记录",
    "ask": "问清时间、库号",
    "follow": "已转安装组",
    "repeat": "复述并得到确认",
    "record": "录音可查",
}


def _actor(username: str) -> Actor:
    return next(accounts.actor_for_user(user) for user in accounts.people(actor=SYSTEM) if user.username == username)


def furnish(*, random: Random, now: datetime) -> None:
    """Fills in the files of the customers who wrote or called so far; books since the beginning of the history."""
    manager = _actor("manager")
    found = files.search_customers(actor=SYSTEM, limit=60).items
    for number, customer in enumerate(found):
        _equip(customer, number, random, manager, now)
    _books(now)
    agents = [_actor(name) for name in ("agent", "agent2", "agent3")]
    for number, customer in enumerate(found[:14]):
        day = now - timedelta(days=number * 1.7 + 1)
        at = day.replace(hour=random.choice((1, 2, 3, 6, 7, 8)), minute=random.randint(0, 59))  # UTC: in working hours
        customers.record_visit(record=_call(customer, number, at), actor=agents[number % 3], now=at)
    issues.fill_registers(now=now)


def _equip(customer: Customer, number: int, random: Random, manager: Actor, now: datetime) -> None:
    today = now.date()
    changes = {"region": _REGIONS[number % len(_REGIONS)], "code": f"KH{1001 + number}", "manager": "manager"}
    if number % 4 == 0:
        changes["needs"] = _NEEDS[number // 4 % len(_NEEDS)]
    customers.update_customer(customer_id=customer.pk, actor=manager, now=now, **changes)
    if customer.kind == "organisation":
        _contract(customer, number, random, manager, now, today)
    contact = customer.contacts.first()
    if contact is not None and number % 3 == 0:
        customers.record_consent(
            contact_id=contact.pk, purpose="callback", basis="consent", how="通话中口头同意",
            evidence=f"录音 {20261100 + number}", actor=manager, now=now,
        )  # fmt: skip
    if contact is not None and number in (2, 9):
        customers.block_contact(
            contact_id=contact.pk, channel="sms", reason="客户要求不再发短信", actor=manager, now=now
        )


def _contract(customer: Customer, number: int, random: Random, manager: Actor, now: datetime, today: date) -> None:
    tier, covers = _TIERS[number % len(_TIERS)]
    ends = today + timedelta(days=(21, 47, 210, 330, 400, -12)[number % 6])
    customers.save_contract(
        customer_id=customer.pk, number=f"LK-2026-{number + 1:03d}", tier=tier, covers=covers,
        starts_on=ends - timedelta(days=365), ends_on=ends, actor=manager, now=now,
    )  # fmt: skip
    for index in range(1 + number % 3):
        product, model = _DEVICES[(number + index) % len(_DEVICES)]
        customers.save_asset(
            customer_id=customer.pk, product=product, model=model,
            serial=f"{model.replace('-', '')}{random.randrange(10**7, 10**8)}",
            warranty_until=ends + timedelta(days=90 * index), actor=manager, now=now,
        )  # fmt: skip


def _call(customer: Customer, number: int, at: datetime) -> Record:
    kind, category, topic, content, answer = _CALLS[number % len(_CALLS)]
    open_complaint = category == "complaint" and number < 5
    return Record(
        kind=kind, category=category, topic=topic, content=content,
        answer=answer or ("" if open_complaint else "已致歉并补偿一次免费巡检。"), customer_id=customer.pk, at=at,
        minutes=4 + number % 9, clears={} if open_complaint else _CLEARS,
        next_reply_at=at + timedelta(days=1) if open_complaint else None, settled=not open_complaint,
    )  # fmt: skip


def _books(now: datetime) -> None:
    since = now - timedelta(days=60)
    for key, name, name_en, source, wanted, keeper in (
        ("calls", "客服电话记录台帐", "Telephone register", "visits", {"kind": "call"}, "agent"),
        ("visits", "来访接待登记簿", "Reception register", "visits", {"kind": "visit"}, "agent"),
        ("complaints", "投诉登记簿", "Complaint register", "issues", {"type": "complaint"}, "quality"),
        ("repairs", "报修登记簿", "Repair register", "issues", {"type": "repair"}, "agent2"),
    ):
        issues.save_register_book(
            key=key, name=name, name_en=name_en, source=source, filter=wanted, keeper=keeper, since=since,
            actor=SYSTEM, now=now,
        )  # fmt: skip
