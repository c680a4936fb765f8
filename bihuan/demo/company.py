"""The invented company: departments, people, issue types, who is responsible for what."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from bihuan.accounts import operations as accounts
from bihuan.accounts.operations import PostGiven
from bihuan.core.actor import SYSTEM
from bihuan.issues import operations as issues
from bihuan.issues.operations import NewPolicy

NAME = "澜库冷链"

DEPARTMENTS = (
    ("company", "澜库冷链", "Lanku Cold Chain", None),
    ("service", "客户服务部", "Customer service", "company"),
    ("device", "设备研发部", "Device engineering", "company"),
    ("cloud", "云平台部", "Cloud platform", "company"),
    ("field", "售后服务部", "Field service", "company"),
    ("finance", "财务部", "Finance", "company"),
    ("product", "产品部", "Product", "company"),
    ("quality", "质量管理部", "Quality", "company"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff with posts (role, department)."""

    username: str
    name: str
    posts: tuple[tuple[str, str], ...]


PEOPLE = (
    Person("admin", "沈知微", (("admin", "company"),)),
    Person("agent", "林知夏", (("agent", "service"),)),
    Person("agent2", "苏晚晴", (("agent", "service"),)),
    Person("agent3", "贺兰亭", (("agent", "service"),)),
    Person("supervisor", "方景行", (("supervisor", "service"), ("head", "service"))),
    Person("manager", "周敬", (("manager", "service"), ("supervisor", "service"))),
    Person("engineer", "韩立群", (("engineer", "device"),)),
    Person("engineer2", "陈牧", (("engineer", "cloud"),)),
    Person("engineer3", "顾一帆", (("engineer", "device"),)),
    Person("engineer4", "陆远洲", (("engineer", "cloud"),)),
    Person("engineer5", "石磊", (("engineer", "field"),)),
    Person("engineer6", "唐棠", (("engineer", "field"),)),
    Person("engineer7", "叶文澜", (("engineer", "finance"),)),
    Person("engineer8", "许未", (("engineer", "product"),)),
    Person("engineer9", "柳青", (("engineer", "quality"),)),
    Person("approver", "宋时雨", (("approver", "device"), ("approver", "cloud"))),
    Person("approver2", "程砚", (("approver", "field"), ("approver", "finance"), ("approver", "product"))),
    Person("head", "顾长风", (("head", "device"), ("head", "cloud"))),
    Person("head2", "秦月", (("head", "field"), ("head", "finance"), ("head", "product"), ("head", "quality"))),
    Person("quality", "温如玉", (("quality", "quality"), ("approver", "quality"))),
)

ISSUE_TYPES = (
    ("fault", "产品功能故障", "Product fault", "device", ()),
    ("data", "数据异常", "Data anomaly", "cloud", ("device",)),
    ("billing", "账务争议", "Billing dispute", "finance", ()),
    ("experience", "服务体验差", "Poor service experience", "service", ()),
    ("inquiry", "技术咨询", "Technical inquiry", "cloud", ()),
    ("repair", "售后维修", "After-sales repair", "field", ()),
    ("complaint", "投诉建议", "Complaint or suggestion", "product", ()),
)


_MINUTE, _HOUR = 60, 3600
_ALARMS = {75: ("holder",), 100: ("holder", "head"), 150: ("supervisor",)}
POLICIES = (
    NewPolicy(
        name="标准时限",
        name_en="Standard",
        position=10,
        targets={
            "first_response": 2 * _HOUR,
            "next_response": 4 * _HOUR,
            "resolution": 40 * _HOUR,
            "department": 24 * _HOUR,
            "approval": 8 * _HOUR,
        },
        alarms=_ALARMS,
        alarm_calendar="default",
    ),
    NewPolicy(
        name="紧急问题",
        name_en="Urgent issues",
        priority="P1",
        targets={
            "first_response": 30 * _MINUTE,
            "next_response": _HOUR,
            "resolution": 8 * _HOUR,
            "department": 6 * _HOUR,
        },
        alarms={50: ("holder",), 75: ("holder", "head"), **_ALARMS},
    ),
)


def found_company(*, password: str, now: datetime) -> None:
    """Departments, people with one shared password, issue types and the responsibility matrix."""
    accounts.ensure_roles(actor=SYSTEM, now=now)
    for key, name, name_en, parent in DEPARTMENTS:
        accounts.create_department(key=key, name=name, name_en=name_en, parent_key=parent, actor=SYSTEM, now=now)
    secret = make_password(password)
    for number, person in enumerate(PEOPLE, 1001):
        accounts.create_user(
            username=person.username,
            name=person.name,
            staff_number=str(number),
            password_hash=secret,
            email=f"{person.username}@lanku.example",
            posts=[
                PostGiven(role=role, department=place, is_primary=not index)
                for index, (role, place) in enumerate(person.posts)
            ],
            actor=SYSTEM,
            now=now,
        )
    for position, (key, name, name_en, department, supports) in enumerate(ISSUE_TYPES):
        issues.save_issue_type(key=key, name=name, name_en=name_en, position=position, actor=SYSTEM, now=now)
        issues.save_responsibility(
            type_key=key, region="", department_key=department, supports=list(supports), actor=SYSTEM, now=now
        )
    for policy in POLICIES:
        issues.save_clock_policy(policy=policy, actor=SYSTEM, now=now)
