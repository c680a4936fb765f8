"""The kinds of soundness.md: what the token game shows, and what makes `sound`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bihuan.bpmn.model import Node
from bihuan.bpmn.verify.build import Trouble
from bihuan.bpmn.verify.explore import Budget
from bihuan.bpmn.verify.modules import Modules
from bihuan.bpmn.verify.scopes import Plan

BEHAVIOUR: Final = frozenset(
    {
        "deadlock", "improper_completion", "lack_of_synchronisation", "unbounded", "dead_element", "no_path_to_end",
        "loop_without_exit", "livelock",
    }
)  # fmt: skip
"""Kinds that make `behaviour_sound` false."""


@dataclass(frozen=True, slots=True)
class Played:
    """What the game showed. `troubles` make the behaviour unsound, `rescued` do not; `modules` knows ways to elements."""

    troubles: tuple[Trouble, ...]
    rescued: tuple[Trouble, ...]
    dead: tuple[str, ...]
    decided: bool
    modules: Modules

    @property
    def sound(self) -> bool | None:
        """Whether the behaviour is sound; None: not decided."""
        if self.troubles or self.dead:
            return False
        return True if self.decided else None


def play(plan: Plan, budget: Budget) -> Played:
    """Plays one process."""
    modules = Modules(plan, budget)
    result = modules.scope(None)
    dead = [key for key, node in plan.nodes.items() if not plan.bit[key] & result.fires and not plan.ignored(node)]
    troubles = _distinct([*result.troubles, *result.stuck])
    shown = {(one.kind, one.elements) for one in troubles}
    rescued = tuple(one for one in _distinct(result.rescued) if (one.kind, one.elements) not in shown)
    return Played(troubles, rescued, tuple(dead) if result.decided else (), result.decided, modules)


def _distinct(troubles: Iterable[Trouble]) -> tuple[Trouble, ...]:
    """One trouble for each kind and set of elements, with its shortest path; deadlock before improper completion."""
    found: dict[tuple[str, frozenset[str]], Trouble] = {}
    for one in troubles:
        key = (one.kind, frozenset(one.elements))
        if key not in found or len(one.path) < len(found[key].path):
            found[key] = one
    early = {elements for kind, elements in found if kind == "deadlock"}
    return tuple(
        one for (kind, elements), one in found.items() if kind != "improper_completion" or elements not in early
    )


def gaps(plan: Plan) -> list[str]:
    """Exclusive gateways with two or more ways out and no default.

    Where a person chooses, no default is needed if some arrow is always on offer.
    """
    return [
        node.id
        for node in plan.nodes.values()
        if node.kind == "exclusiveGateway"
        and len(node.outgoing) > 1
        and node.default is None
        and not _chosen(plan, node)
    ]


def _chosen(plan: Plan, gateway: Node) -> bool:
    return gateway.ext.choice and any(plan.flow(one).condition is None for one in gateway.outgoing)


def without_role(plan: Plan, owned: frozenset[str]) -> list[str]:
    """User tasks that nobody is responsible for. `owned`: elements that name a performer in BPMN's own words."""
    return [
        node.id
        for node in plan.nodes.values()
        if node.kind == "userTask" and not node.ext.role and node.id not in owned and not _has_lane(plan, node)
    ]


def _has_lane(plan: Plan, node: Node) -> bool:
    lane = None if node.lane is None else plan.chart.lanes[node.lane]
    while lane is not None and not lane.name:
        lane = None if lane.parent is None else plan.chart.lanes[lane.parent]
    return lane is not None


def has_roles(plan: Plan, owned: frozenset[str]) -> bool:
    """Whether the chart says anything about who does what; a chart that does not is judged by its behaviour alone."""
    return bool(owned or plan.chart.lanes) or any(node.ext.role for node in plan.nodes.values())
