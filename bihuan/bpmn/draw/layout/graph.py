"""What a layout has to place: nodes with their sizes, arrows, and the bands (lanes, pools) they stand in."""

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from bihuan.bpmn.draw.geometry import Box, Point

Style: TypeAlias = Literal["flow", "return", "message", "association"]
Side: TypeAlias = Literal["right", "bottom", "left", "top"]

TASK: Final = (88.0, 50.0)
EVENT: Final = 32.0
GATEWAY: Final = 36.0
SIZES: Final = {
    "dataObjectReference": (36.0, 46.0),
    "dataStoreReference": (50.0, 46.0),
    "textAnnotation": (110.0, 40.0),
    "port": (0.0, 0.0),
}


@dataclass(slots=True)
class Node:
    """Something with a place of its own in the grid.

    `band` is the row of lanes it stands in, `phase` the number of its stage (-1: none). `before`, `after`, `above` and
    `below` are the room its texts need around it. `inner` is the finished layout of a sub-process. `attached` are the
    events on its edge, with the name's width of each. `artifact`: no part of the flow, stands beside its partner.
    """

    id: str
    kind: str
    width: float
    height: float
    band: int = 0
    phase: int = -1
    before: float = 0.0
    after: float = 0.0
    above: float = 0.0
    below: float = 0.0
    artifact: bool = False
    inner: "Placed | None" = None
    attached: list[str] = field(default_factory=list)

    @property
    def pointed(self) -> bool:
        """Whether arrows can only meet it at its four tips."""
        return self.kind.endswith(("Gateway", "Event"))


@dataclass(slots=True)
class Edge:
    """An arrow between two nodes of the same grid.

    `port`: the boundary event it leaves from (its host is `source`). `merge`: arrows with the same word may run in one
    line. `label`: the width of its text in pixels.
    """

    id: str
    source: str
    target: str
    style: Style
    merge: str
    label: float = 0.0
    default: bool = False
    port: str = ""
    refuse: bool = False


@dataclass(slots=True)
class Band:
    """A lane, a pool without lanes, or (`id` empty) the room of what stands in no lane. `pool` "" if there is none."""

    id: str
    pool: str
    closed: bool = False


@dataclass(slots=True)
class Graph:
    """Everything to place in one grid. `lanes` lists for every lane or pool the bands it covers."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    lanes: dict[str, list[int]] = field(default_factory=dict)
    pools: dict[str, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Placed:
    """The answer: where everything is, from (0, 0) on."""

    boxes: dict[str, Box] = field(default_factory=dict)
    ways: dict[str, list[Point]] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0

    def add(self, other: "Placed", dx: float, dy: float) -> None:
        """Takes over another layout, moved."""
        self.boxes.update({key: box.moved(dx, dy) for key, box in other.boxes.items()})
        for key, way in other.ways.items():
            self.ways[key] = [(x + dx, y + dy) for x, y in way]
