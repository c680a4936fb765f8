"""Who does what a draft says: its roles, and the people who hold them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from bihuan.accounts import queries as people
from bihuan.bpmn import Chart, ChartRefused
from bihuan.core.actor import Actor
from bihuan.core.errors import NotFound
from bihuan.core.stamps import held
from bihuan.flows.charts import compile_package
from bihuan.flows.operations import Package
from bihuan.flows.shipped import shipped_roles
from bihuan.studio import permissions
from bihuan.studio.models import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNeeded:
    """A role that a draft gives work to: how many ``steps``, and whether it is told when others are late
    (``escalates``). Names in Chinese and English are the company's, else those that came with the chart, else the key.
    ``holders``: names of the people who hold it; nobody means that its steps would wait for ever."""

    key: str
    name: str
    name_en: str
    exists: bool
    steps: int
    escalates: bool
    holders: tuple[str, ...]


def roles_needed(*, actor: Actor, draft: Draft) -> list[RoleNeeded]:
    """The roles of a draft that loads, those with work first, in the order of the chart; else nothing."""
    if not permissions.may_see(actor):
        raise NotFound
    try:
        chart = compile_package(bytes(draft.chart), draft.decisions)
    except ChartRefused:
        return []
    brought = {**shipped_roles(), **carried_roles(draft.origin)}
    with held():
        known = {role.key: (role.name, role.name_en) for role in people.roles()}
        holders = {key: tuple(people.people_of_role(role=key)) for key in known}
    found = [
        RoleNeeded(
            key=key,
            name=(known.get(key) or brought.get(key) or (key, ""))[0],
            name_en=(known.get(key) or brought.get(key) or (key, ""))[1],
            exists=key in known,
            steps=steps,
            escalates=escalates,
            holders=holders.get(key, ()),
        )
        for key, (steps, escalates) in roles_in(chart).items()
    ]
    return sorted(found, key=lambda role: not role.steps)


def role_names(package: Package) -> dict[str, tuple[str, str]]:
    """What the roles of a package are called here, Chinese and English by key; nothing for what does not load."""
    try:
        wanted = roles_in(compile_package(package.chart, package.decisions))
    except ChartRefused:
        return {}
    known = shipped_roles() | {role.key: (role.name, role.name_en) for role in people.roles()}
    return {key: known[key] for key in wanted if key in known}


def roles_in(chart: Chart) -> dict[str, tuple[int, bool]]:
    """By role: how many steps people do, and whether a limit that passed is told to it."""
    found: dict[str, tuple[int, bool]] = {}
    for node in chart.nodes.values():
        for role in dict.fromkeys((node.ext.role, *node.ext.approvers)) if node.kind == "userTask" else ():
            if role:
                steps, escalates = found.get(role, (0, False))
                found[role] = (steps + 1, escalates)
        told = node.ext.deadline.escalate_to if node.ext.deadline is not None else ""
        if told:
            found[told] = (found.get(told, (0, False))[0], True)
    return found


def carried_roles(origin: object) -> dict[str, tuple[str, str]]:
    """What the package that a draft came from calls its roles."""
    roles = origin.get("roles") if isinstance(origin, Mapping) else None
    if not isinstance(roles, Mapping):
        return {}
    return {str(key): cast(tuple[str, str], tuple(words)) for key, words in roles.items() if len(words) == 2}
