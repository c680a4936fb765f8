"""Ids for what a sketch leaves without one."""

import re
from collections.abc import Iterable

from bihuan.bpmn.sketch.model import Sketch

_WORD = re.compile(r"[\w.-]+")


class Ids:
    """Stable ids beside those given: of arrows from their ends, of messages and errors from their names.

    `flows` in the order of the sketch; `notes` pairs of a note's id and that of its line.
    """

    def __init__(self, sketch: Sketch) -> None:
        self.taken = {sketch.process_id, *(lane.id for lane in sketch.lanes), *(node.id for node in sketch.nodes)}
        self.taken |= {flow.id for flow in sketch.flows if flow.id}
        self.flows = [one.id or self.fresh(f"flow_{one.source}_{one.target}") for one in sketch.flows]
        self.messages = self._named("msg", (node.message for node in sketch.nodes))
        self.errors = self._named("err", (node.error for node in sketch.nodes))
        self.notes = [(self.fresh(f"note_{about}"), self.fresh(f"line_{about}")) for about, _ in sketch.notes]

    def fresh(self, wish: str) -> str:
        """`wish`, with a number where it is taken."""
        found, number = wish, 2
        while found in self.taken:
            found, number = f"{wish}_{number}", number + 1
        self.taken.add(found)
        return found

    def _named(self, prefix: str, names: Iterable[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in names:
            if name and name not in found:
                found[name] = self.fresh(f"{prefix}_{name if _WORD.fullmatch(name) else len(found) + 1}")
        return found
