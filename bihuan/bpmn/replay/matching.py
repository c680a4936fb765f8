"""Which events of a log are the doing of which elements of a chart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bihuan.bpmn.model import Node
from bihuan.bpmn.replay.logs.model import Label
from bihuan.bpmn.verify.scopes import Plan
from bihuan.bpmn.xml.vocabulary import SUB_PROCESSES, TASKS


@dataclass(frozen=True, slots=True)
class Matching:
    """`nodes`: by label number the elements that it can mean, () for none.

    `seen`: what else than tasks and calls the log names; `unseen`: tasks and calls that it never names.
    """

    nodes: tuple[tuple[str, ...], ...]
    seen: frozenset[str]
    unseen: tuple[str, ...]


_BY_ENGINE: Final = frozenset({"scriptTask", "businessRuleTask"})


def is_work(node: Node) -> bool:
    """Whether a log is expected to show the element: tasks and calls, but for what the engine calculates in passing."""
    return (node.kind in TASKS and node.kind not in _BY_ENGINE) or node.kind == "callActivity"


def match(plan: Plan, labels: Sequence[Label]) -> Matching:
    """Matches labels by element id first, then by name (Chinese or English; large and small letters alike at last)."""
    names = _Names(node for node in plan.nodes.values() if not plan.ignored(node) or is_work(node))
    nodes = tuple(names.meant(one) for one in labels)
    named = {key for found in nodes for key in found}
    seen = frozenset(key for key in named if not is_work(plan.nodes[key]))
    unseen = [key for key, node in plan.nodes.items() if is_work(node) and not plan.ignored(node) and key not in named]
    return Matching(nodes, seen, tuple(unseen))


class _Names:
    def __init__(self, nodes: Iterable[Node]) -> None:
        self.ids: dict[str, tuple[str, ...]] = {}
        self.exact: dict[str, tuple[str, ...]] = {}
        self.loose: dict[str, tuple[str, ...]] = {}
        for node in sorted(nodes, key=lambda node: (not is_work(node), node.kind not in SUB_PROCESSES)):
            self.ids[node.id] = self.ids[node.element_id] = (node.id,)
            for name in {" ".join(each.split()) for each in (node.name, node.name_en)} - {""}:
                self._add(self.exact, name, node)
                self._add(self.loose, name.casefold(), node)

    @staticmethod
    def _add(names: dict[str, tuple[str, ...]], name: str, node: Node) -> None:
        names[name] = (*names.get(name, ()), node.id)

    def meant(self, label: Label) -> tuple[str, ...]:
        """The elements that a label can mean."""
        found = self.ids.get(label.element) if label.element else None
        if found is None and label.activity:
            found = self.exact.get(label.activity) or self.loose.get(label.activity.casefold())
            found = found or self.ids.get(label.activity)
        return found or ()
