"""What is wrong with a row of a sheet of customers."""

import re
from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_noop

from bihuan.customers.rules.sheet import COLUMNS, LOST
from bihuan.customers.rules.ways import normalise_identity, normalise_phone

_LIMITS = {
    "name": 200,
    "code": 64,
    "tier": 32,
    "region": 64,
    "address": 300,
    "needs": 2000,
    "contact": 200,
    "position": 100,
    "email": 254,
    "wechat": 254,
    "contract": 64,
    "product": 100,
    "model": 100,
    "serial": 100,
}
KINDS = {
    "企业": "organisation",
    "单位": "organisation",
    "公司": "organisation",
    "organisation": "organisation",
    "个人": "person",
    "person": "person",
}
_TITLES = {column.key: column.title for column in COLUMNS}
FAULTS = {
    "missing": gettext_noop("缺少%(field)s"),
    "too_long": gettext_noop("%(field)s超过 %(limit)s 个字"),
    "lost": gettext_noop("%(field)s是长数字，表格已经把它四舍五入，请把这一列设为文本后重填"),
    "kind": gettext_noop("类别只能是“企业”或“个人”"),
    "phone": gettext_noop("电话“%(value)s”不是完整的号码"),
    "email": gettext_noop("邮箱“%(value)s”不是完整的地址"),
    "date": gettext_noop("%(field)s“%(value)s”不是日期，请写成 2026-12-31"),
    "order": gettext_noop("合同终止早于合同开始"),
    "dates_missing": gettext_noop("有合同号，请同时写合同开始和合同终止"),
    "contract_taken": gettext_noop("合同号“%(value)s”已经属于别的客户"),
    "asset_taken": gettext_noop("序列号“%(value)s”已经属于别的客户"),
    "contract_twice": gettext_noop("合同号“%(value)s”在表里属于两个客户"),
    "asset_twice": gettext_noop("序列号“%(value)s”在表里属于两个客户"),
}
Fault = dict[str, str]


def day_of(text: str) -> date | None:
    """2026-12-31, 2026/12/31, 2026.12.31, 2026年12月31日, 20261231; None when it is none of these."""
    found = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", text.strip()) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", text.strip()
    )
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def fault(code: str, field: str = "", value: str = "", limit: int = 0) -> Fault:
    """One fault: its code in ``FAULTS`` and the places of that sentence."""
    return {"code": code, "field": _TITLES.get(field, ""), "value": value[:40], "limit": str(limit)}


def faults_of(row: Mapping[str, str]) -> list[Fault]:
    """Everything that is wrong with the row as such; an empty list when it can be taken over."""
    found = [] if row.get("name", "").strip() else [fault("missing", "name")]
    found += [fault("lost", key) for key, text in row.items() if text.startswith(LOST)]
    found += [fault("too_long", key, limit=limit) for key, limit in _LIMITS.items() if len(row.get(key, "")) > limit]
    if row.get("kind") and row["kind"] not in KINDS:
        found.append(fault("kind"))
    if row.get("phone") and not row["phone"].startswith(LOST) and not normalise_phone(row["phone"]):
        found.append(fault("phone", value=row["phone"]))
    if row.get("email") and not normalise_identity("email", row["email"]):
        found.append(fault("email", value=row["email"]))
    return found + _dates(row)


def _dates(row: Mapping[str, str]) -> list[Fault]:
    given = {key: row[key] for key in ("starts_on", "ends_on", "warranty_until") if row.get(key)}
    found = [fault("date", key, text) for key, text in given.items() if day_of(text) is None]
    if found:
        return found
    if row.get("contract") and not ("starts_on" in given and "ends_on" in given):
        return [fault("dates_missing")]
    starts, ends = day_of(given.get("starts_on", "")), day_of(given.get("ends_on", ""))
    return [fault("order")] if starts and ends and ends < starts else []


def owner_of(row: Mapping[str, str]) -> str:
    """What makes two rows the same customer: its number, else its name."""
    return f"#{row['code'].casefold()}" if row.get("code") else row.get("name", "").casefold()
