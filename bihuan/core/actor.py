"""Who acts: a value that operations and queries take, so that rights are judged without the database."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    USER = "user"
    CUSTOMER = "customer"
    SYSTEM = "system"


class Scope(StrEnum):
    """How far a role's sight reaches (数据权限)."""

    ALL = "all"
    DEPARTMENT_TREE = "department_tree"
    CUSTOM = "custom"
    DEPARTMENT = "department"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """``departments`` are those the person belongs to; ``visible_departments`` those whose issues may be seen.

    ``posts`` holds (role key, department id) pairs: a role counts in the department it was given in and in all
    below it. ``may`` holds permission keys (see ``bihuan.accounts.rules.PERMISSIONS``).
    """

    kind: ActorKind
    user_id: int | None = None
    username: str = ""
    name: str = ""
    language: str = "zh-hans"
    roles: frozenset[str] = frozenset()
    departments: frozenset[int] = frozenset()
    posts: frozenset[tuple[str, int]] = frozenset()
    scope: Scope = Scope.OWN
    visible_departments: frozenset[int] = frozenset()
    may: frozenset[str] = frozenset()
    customer_id: int | None = None

    def can(self, permission: str) -> bool:
        """Whether the actor holds the permission; the system may do everything."""
        return self.kind is ActorKind.SYSTEM or permission in self.may


SYSTEM = Actor(kind=ActorKind.SYSTEM, name="系统", scope=Scope.ALL)


def customer_actor(*, customer_id: int, name: str) -> Actor:
    """The customer at the other end of a signed link or a verified message."""
    return Actor(kind=ActorKind.CUSTOMER, name=name, customer_id=customer_id)
