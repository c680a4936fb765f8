"""The grid of channels and cells that arrows run on.

Lines of both directions are of three kinds: `cell` (through the middles of nodes), `gap` (between them, where arrows
run) and `edge` (a border of a lane or a phase: may be crossed, nothing runs along it).
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bihuan.bpmn.draw.layout.graph import Graph
from bihuan.bpmn.draw.layout.ranks import Ranks

Kind: TypeAlias = Literal["cell", "gap", "edge"]


@dataclass(slots=True)
class Grid:
    """`place`: x and y line of every node. `borders`: y lines before and after each band; `seams`: x lines between phases."""

    xs: list[Kind] = field(default_factory=list)
    ys: list[Kind] = field(default_factory=list)
    place: dict[str, tuple[int, int]] = field(default_factory=dict)
    borders: list[tuple[int, int]] = field(default_factory=list)
    seams: list[int] = field(default_factory=list)


def make_grid(graph: Graph, ranks: Ranks, rows: dict[str, int]) -> Grid:
    """Lines for all columns and rows."""
    grid = Grid()
    column_line: list[int] = []
    for column, phase in enumerate(ranks.phase_of):
        if column and ranks.phase_of[column - 1] != phase:
            grid.xs += ["gap", "edge"]
            grid.seams.append(len(grid.xs) - 1)
        column_line.append(len(grid.xs) + 1)
        grid.xs += ["gap", "cell"]
    grid.xs.append("gap")
    row_line: dict[tuple[int, int], int] = {}
    for band in range(len(graph.bands)):
        top = len(grid.ys)
        grid.ys.append("edge")
        last = max((rows[key] for key, node in graph.nodes.items() if node.band == band), default=0)
        for row in range(last + 1):
            row_line[band, row] = len(grid.ys) + 1
            grid.ys += ["gap", "cell"]
        grid.ys += ["gap", "edge"]
        grid.borders.append((top, len(grid.ys) - 1))
    for key, node in graph.nodes.items():
        grid.place[key] = column_line[ranks.columns[key]], row_line[node.band, rows[key]]
    return grid
