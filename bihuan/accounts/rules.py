"""The built-in roles, their permissions and sight."""

from dataclasses import dataclass

from bihuan.core.actor import Scope

PERMISSIONS = (
    "issues.create",  # record an issue for a customer
    "issues.reply",  # write to the customer
    "issues.correct",  # change the classification
    "issues.assign",  # give a step to somebody else
    "issues.act_for_others",  # claim or complete a step without holding its role
    "issues.archive",  # turn a closed case into an article
    "flows.draw",  # make and change drafts of charts
    "flows.publish",
    "flows.steer",  # mend a stuck chart; leave the drawn way (jump, stop, another version), with a reason
    "settings.edit",
    "audit.read",
    "people.edit",  # people, departments, roles, how one signs in
    "customers.edit",  # contracts, devices, contacts, consents, imports
    "customers.merge",  # two files of one customer become one, and two again
    "customers.privacy",  # answer what people demand about their data; erase
    "customers.reveal",  # see a customer's telephone, address and number in full, with a reason
)
ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class BuiltInRole:
    """A role every installation starts with."""

    key: str
    name: str
    name_en: str
    scope: Scope
    permissions: tuple[str, ...]


BUILT_IN_ROLES = (
    BuiltInRole(
        "agent",
        "客服代表",
        "Agent",
        Scope.ALL,
        ("issues.create", "issues.reply", "issues.correct", "customers.edit", "customers.reveal"),
    ),
    BuiltInRole(
        "supervisor",
        "客服主管",
        "Service supervisor",
        Scope.ALL,
        (
            "issues.create",
            "issues.reply",
            "issues.correct",
            "issues.assign",
            "issues.act_for_others",
            "flows.steer",
            "customers.edit",
            "customers.merge",
            "customers.reveal",
        ),
    ),
    BuiltInRole(
        "engineer", "技术工程师", "Engineer", Scope.DEPARTMENT, ("issues.create", "issues.reply", "customers.reveal")
    ),
    BuiltInRole(
        "approver",
        "主责负责人",
        "Owner approver",
        Scope.DEPARTMENT,
        ("issues.reply", "issues.assign", "customers.reveal"),
    ),
    BuiltInRole(
        "head",
        "部门主管",
        "Department head",
        Scope.DEPARTMENT_TREE,
        ("issues.reply", "issues.correct", "issues.assign", "customers.reveal"),
    ),
    BuiltInRole(
        "quality",
        "质量管理",
        "Quality manager",
        Scope.ALL,
        ("issues.archive", "flows.draw", "audit.read", "customers.privacy"),
    ),
    BuiltInRole(
        "manager",
        "服务经理",
        "Service manager",
        Scope.ALL,
        (
            "issues.create",
            "issues.reply",
            "issues.correct",
            "issues.assign",
            "issues.act_for_others",
            "flows.draw",
            "flows.publish",
            "flows.steer",
            "settings.edit",
            "audit.read",
            "customers.edit",
            "customers.merge",
            "customers.privacy",
            "customers.reveal",
        ),
    ),
    BuiltInRole("admin", "系统管理员", "Administrator", Scope.ALL, PERMISSIONS),
)
