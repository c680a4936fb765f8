"""Many customers at once, from a sheet: read, looked at, taken over; what cannot be taken stays out, by line."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Greatest
from django.utils.translation import gettext_noop

from bihuan.core import audit
from bihuan.core.actor import Actor
from bihuan.core.errors import Conflict, NotFound, Refused
from bihuan.customers.models import Asset, Contact, Contract, Customer, CustomerImport, Identity
from bihuan.customers.permissions import EDIT, need, visible
from bihuan.customers.rules import normalise_email, normalise_phone
from bihuan.customers.rules.naming import named
from bihuan.customers.rules.sheet import SheetProblem, read_rows
from bihuan.customers.rules.sheet_rows import KINDS, Fault, day_of, fault, faults_of, owner_of

_WORDS = {
    "not_xlsx": gettext_noop("这个文件不是能读的 XLSX 表格；请另存为 .xlsx 再上传。"),
    "too_large": gettext_noop("文件太大：最大 10 MB。请拆成几份。"),
    "too_many": gettext_noop("行数太多：一次最多 5,000 行。请拆成几份。"),
    "no_titles": gettext_noop("前 10 行里没有找到“客户名称”等列名；请用下载的模板。"),
    "empty": gettext_noop("表格里没有数据行。"),
}
Row = dict[str, str]


class SheetRefused(Refused):
    code = "sheet_refused"


class ImportDone(Conflict):
    code = "import_done"
    text = gettext_noop("这份表格已经导入过了。")


@transaction.atomic
def read_import(*, name: str, data: bytes, actor: Actor, now: datetime) -> CustomerImport:
    """Reads the sheet and notes what is wrong with each row; takes nothing over yet. Refuses what is no sheet."""
    need(actor, EDIT)
    try:
        rows = read_rows(data)
    except SheetProblem as error:
        raise SheetRefused(text=_WORDS[error.code]) from error
    checked = [{"row": row, "faults": faults} for row, faults in _checked(rows)]
    # What the same person looked at before and left is no longer of use.
    CustomerImport.objects.filter(by_id=actor.user_id, status="read").update(status="dropped", rows=[])
    return CustomerImport.objects.create(
        name=name.replace("\x00", "")[:300], rows=checked, by_id=actor.user_id or 0, at=now
    )


def _checked(rows: list[Row]) -> Iterable[tuple[Row, list[Fault]]]:
    """Each row with its own faults, and those that other rows or other customers make of it."""
    owners: dict[tuple[str, str], str] = {}
    for row in rows:
        faults = faults_of(row)
        for key, code in (("contract", "contract_twice"), ("serial", "asset_twice")):
            value = row.get(key, "")
            if value and owners.setdefault((key, value.casefold()), owner_of(row)) != owner_of(row):
                faults.append(fault(code, value=value))
        yield row, faults


@dataclass(slots=True)
class _Known:
    """What is there already, looked up once for all rows."""

    by_code: dict[str, Customer] = field(default_factory=dict)
    by_name: dict[str, Customer] = field(default_factory=dict)
    people: dict[int, list[Contact]] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    assets: dict[tuple[str, str], Asset] = field(default_factory=dict)

    def customer(self, row: Row) -> Customer | None:
        if row.get("code"):
            return self.by_code.get(row["code"].casefold())
        return self.by_name.get(row["name"].casefold())


def _look_up(rows: list[Row], actor: Actor) -> _Known:
    known = _Known()
    live = Customer.objects.filter(visible(actor), merged_into__isnull=True)
    codes = {row["code"] for row in rows if row.get("code")}
    names = {row["name"] for row in rows if not row.get("code")}
    for customer in live.filter(code__in=codes):
        known.by_code.setdefault(customer.code.casefold(), customer)
    for customer in live.filter(name__in=names).order_by("pk"):
        known.by_name.setdefault(customer.name.casefold(), customer)
    ids = [customer.pk for customer in (*known.by_code.values(), *known.by_name.values())]
    for contact in Contact.objects.filter(customer_id__in=ids).order_by("pk"):
        known.people.setdefault(contact.customer_id, []).append(contact)
    known.contracts = {
        each.number: each for each in Contract.objects.filter(number__in={row.get("contract", "") for row in rows})
    }
    serials = {row["serial"] for row in rows if row.get("serial")}
    known.assets = {(each.product, each.serial): each for each in Asset.objects.filter(serial__in=serials)}
    return known


@transaction.atomic
def take_import(*, import_id: int, actor: Actor, now: datetime) -> CustomerImport:
    """Takes over every row that has no fault; the report says of each other one why not.

    A row of a known customer (by number, else by name) adds what is missing: a person, a contract, a thing; what stands
    there already stays. A second time is refused.
    """
    need(actor, EDIT)
    found = CustomerImport.objects.select_for_update().filter(pk=import_id, by_id=actor.user_id).first()
    if found is None:
        raise NotFound
    if found.status != "read":
        raise ImportDone
    good = [each["row"] for each in found.rows if not each["faults"]]
    taker = _Taker(known=_look_up(good, actor), now=now)
    refused = [
        {"line": each["row"]["line"], "name": each["row"].get("name", ""), "faults": each["faults"]}
        for each in found.rows
        if each["faults"]
    ]
    for row in good:
        faults = taker.take(row)
        if faults:
            refused.append({"line": row["line"], "name": row["name"], "faults": faults})
    taker.cover()
    refused.sort(key=lambda each: int(each["line"]))
    found.report = {**taker.counts, "refused": refused}
    found.status, found.rows, found.done_at = "done", [], now
    found.save(update_fields=["report", "status", "rows", "done_at"])
    audit.record(
        actor=actor,
        action="customers.imported",
        object_type="customer_import",
        object_id=found.pk,
        now=now,
        detail={**taker.counts, "refused": len(refused)},
    )
    return found


@dataclass(slots=True)
class _Taker:
    known: _Known
    now: datetime
    touched: set[int] = field(default_factory=set)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("customers", "known", "contacts", "contracts", "assets"), 0)
    )

    def take(self, row: Row) -> list[Fault]:
        """Takes one row over, or says why it cannot be."""
        customer = self.known.customer(row)
        faults = self._strangers(row, customer)
        if faults:
            return faults
        if customer is None:
            customer = self._make(row)
        elif customer.pk not in self.touched:
            self.counts["known"] += 1
        self.touched.add(customer.pk)
        self._person(row, customer)
        self._contract(row, customer)
        self._asset(row, customer)
        return []

    def _strangers(self, row: Row, customer: Customer | None) -> list[Fault]:
        contract = self.known.contracts.get(row.get("contract", "")) if row.get("contract") else None
        asset = self.known.assets.get((row.get("product", ""), row.get("serial", ""))) if row.get("serial") else None
        own = customer.pk if customer else None
        found = []
        if contract is not None and contract.customer_id != own:
            found.append(fault("contract_taken", value=contract.number))
        if asset is not None and asset.customer_id != own:
            found.append(fault("asset_taken", value=asset.serial))
        return found

    def _make(self, row: Row) -> Customer:
        made = Customer.objects.create(
            **named(row["name"]),
            kind=KINDS.get(row.get("kind", ""), "organisation" if row.get("contact") else "person"),
            created_at=self.now,
            updated_at=self.now,
            **{key: row.get(key, "") for key in ("code", "tier", "region", "address", "needs")},
        )
        if made.code:
            self.known.by_code[made.code.casefold()] = made
        else:
            self.known.by_name[made.name.casefold()] = made
        self.counts["customers"] += 1
        return made

    def _person(self, row: Row, customer: Customer) -> None:
        phone, email = normalise_phone(row.get("phone", "")), normalise_email(row.get("email", ""))
        if not (row.get("contact") or phone or email or row.get("wechat")):
            return
        name = row.get("contact") or customer.name
        people = self.known.people.setdefault(customer.pk, [])
        for each in people:
            if (email and each.email == email) or (each.name == name and (not phone or each.phone in ("", phone))):
                return
        made = Contact.objects.create(
            customer=customer,
            name=name,
            position=row.get("position", ""),
            email=email,
            phone=phone,
            phone_raw=row.get("phone", "")[:64],
            preferred="email" if email else "phone" if phone else "",
            created_at=self.now,
        )
        if row.get("wechat"):
            wechat = row["wechat"]
            Identity.objects.create(contact=made, kind="wechat", value=wechat, raw=wechat, created_at=self.now)
        people.append(made)
        self.counts["contacts"] += 1

    def _contract(self, row: Row, customer: Customer) -> None:
        number = row.get("contract", "")
        starts, ends = day_of(row.get("starts_on", "")), day_of(row.get("ends_on", ""))
        if not number or number in self.known.contracts or starts is None or ends is None:
            return
        self.known.contracts[number] = Contract.objects.create(
            customer=customer,
            number=number,
            tier=row.get("tier", ""),
            starts_on=starts,
            ends_on=ends,
            created_at=self.now,
        )
        self.counts["contracts"] += 1

    def _asset(self, row: Row, customer: Customer) -> None:
        key = (row.get("product", ""), row.get("serial", ""))
        if not key[0] or (key[1] and key in self.known.assets):
            return
        made = Asset.objects.create(
            customer=customer,
            product=key[0],
            serial=key[1],
            model=row.get("model", ""),
            address=row.get("address", ""),
            warranty_until=day_of(row.get("warranty_until", "")),
            created_at=self.now,
        )
        if key[1]:
            self.known.assets[key] = made
        self.counts["assets"] += 1

    def cover(self) -> None:
        """The last covered day of everybody who was touched, by one statement."""
        ends = Contract.objects.filter(customer_id=OuterRef("pk")).order_by("-ends_on").values("ends_on")[:1]
        warranty = (
            Asset.objects.filter(customer_id=OuterRef("pk"), warranty_until__isnull=False)
            .order_by("-warranty_until")
            .values("warranty_until")[:1]
        )
        last = Greatest(Subquery(ends), Subquery(warranty))  # PostgreSQL: the greatest of those that are known
        Customer.objects.filter(pk__in=self.touched).update(covered_until=last, updated_at=self.now)
