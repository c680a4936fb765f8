"""In which row of its band every node stands: the main line straight, side branches where they cross least."""

from dataclasses import dataclass, field

from bihuan.bpmn.draw.layout.graph import Edge, Graph
from bihuan.bpmn.draw.layout.ranks import Ranks

_SWEEPS = 4
_NEW_ROW, _CROSS, _THROUGH, _OFF_LINE = 4.0, 1.2, 3.0, 60.0


@dataclass(slots=True, eq=False)
class _Chain:
    """Nodes that stand side by side in one row."""

    nodes: list[str]
    band: int
    first: int
    last: int
    row: int = 0
    main: bool = False


@dataclass(slots=True)
class _Table:
    graph: Graph
    ranks: Ranks
    chains: list[_Chain] = field(default_factory=list)
    chain_of: dict[str, _Chain] = field(default_factory=dict)
    placed: dict[_Chain, None] = field(default_factory=dict)
    edges_of: dict[str, list[Edge]] = field(default_factory=dict)
    height: dict[tuple[int, int], float] = field(default_factory=dict)

    def levels(self) -> None:
        """How far down each row of each band is, counted in rows."""
        level, self.height = 0, {}
        for band in range(len(self.graph.bands)):
            rows = [chain.row for chain in self.placed if chain.band == band] or [0]
            for row in range(min(rows) - 1, max(rows) + 2):
                self.height[band, row] = level + row - min(rows)
            level += max(rows) - min(rows) + 1

    def at(self, key: str) -> tuple[int, float] | None:
        """Column and level of a node; None while it has none."""
        chain = self.chain_of[key]
        level = self.height.get((chain.band, chain.row))
        return None if level is None or chain not in self.placed else (self.ranks.columns[key], level)


def assign_rows(graph: Graph, ranks: Ranks) -> dict[str, int]:
    """The row of every node within its band, from 0 on; no two nodes share a place."""
    table = _Table(graph, ranks)
    for edge in graph.edges:
        for key in {edge.source, edge.target}:
            table.edges_of.setdefault(key, []).append(edge)
    _find_chains(table)
    for chain in table.chains:
        _place(table, chain)
    for _ in range(_SWEEPS):
        before = [chain.row for chain in table.chains]
        for chain in table.chains:
            del table.placed[chain]
            _place(table, chain)
        if before == [chain.row for chain in table.chains]:
            break
    return _packed(table)


def _find_chains(table: _Table) -> None:
    for chain in _spine_chains(table):
        _add(table, chain)
    follow: dict[str, list[str]] = {}
    for edge in table.graph.edges:
        if edge.style in ("flow", "return") and edge.id not in table.ranks.back:
            follow.setdefault(edge.source, []).append(edge.target)
    columns, nodes = table.ranks.columns, table.graph.nodes
    for key in sorted(nodes, key=lambda key: (nodes[key].artifact, columns[key])):
        if key in table.chain_of:
            continue
        chain = _Chain([key], nodes[key].band, columns[key], columns[key])
        while True:
            step = next((one for one in follow.get(chain.nodes[-1], []) if _continues(table, chain, one)), None)
            if step is None:
                break
            chain.nodes.append(step)
            chain.last = columns[step]
        _add(table, chain)


def _spine_chains(table: _Table) -> list[_Chain]:
    """The main line, cut where it leaves a band."""
    found: list[_Chain] = []
    for key in table.ranks.spine:
        band, column = table.graph.nodes[key].band, table.ranks.columns[key]
        if found and found[-1].band == band and found[-1].last < column:
            found[-1].nodes.append(key)
            found[-1].last = column
        else:
            found.append(_Chain([key], band, column, column, main=True))
    return found


def _add(table: _Table, chain: _Chain) -> None:
    table.chains.append(chain)
    table.chain_of.update(dict.fromkeys(chain.nodes, chain))


def _continues(table: _Table, chain: _Chain, key: str) -> bool:
    return (
        key not in table.chain_of
        and key not in chain.nodes
        and table.graph.nodes[key].band == chain.band
        and table.ranks.columns[key] > chain.last
    )


def _place(table: _Table, chain: _Chain) -> None:
    """Into the row that costs least."""
    taken = [one for one in table.placed if one.band == chain.band]
    rows = [one.row for one in taken] or [0]
    table.placed[chain] = None
    table.levels()
    best: tuple[float, int, int] | None = None
    ways = _ways(table, chain)
    for row in range(min(rows) - 1, max(rows) + 2) if taken else [0]:
        if any(one.row == row and one.first <= chain.last and chain.first <= one.last for one in taken):
            continue
        chain.row = row
        cost = _cost(table, chain, ways) + (0.0 if row in rows else _NEW_ROW) + 0.01 * abs(row)
        cost += _OFF_LINE if chain.main and row else 0.0
        if best is None or (cost, abs(row), row) < best:
            best = (cost, abs(row), row)
    chain.row = best[2] if best else 0


_Line = tuple[int, float, int, float]


def _ways(table: _Table, chain: _Chain) -> list[tuple[Edge, list[_Line]]]:
    """The arrows of a chain to what has a place, each with the other arrows that it could cross in some row."""
    others = []
    for edge in table.graph.edges:
        if table.chain_of[edge.source] is not chain and table.chain_of[edge.target] is not chain:
            start, end = table.at(edge.source), table.at(edge.target)
            if start and end:
                others.append((*start, *end) if start[0] <= end[0] else (*end, *start))
    found = []
    for key in chain.nodes:
        for edge in table.edges_of.get(key, []):
            if table.chain_of[edge.source] in table.placed and table.chain_of[edge.target] in table.placed:
                one, two = table.ranks.columns[edge.source], table.ranks.columns[edge.target]
                low, high = (one, two) if one <= two else (two, one)
                found.append((edge, [line for line in others if line[0] <= high and low <= line[2]]))
    return found


def _cost(table: _Table, chain: _Chain, ways: list[tuple[Edge, list[_Line]]]) -> float:
    cost = 0.0
    for edge, others in ways:
        start, end = table.at(edge.source), table.at(edge.target)
        if start is None or end is None:
            continue
        cost += abs(start[1] - end[1]) * (0.6 if edge.id in table.ranks.back else 1.0)
        line = (*start, *end)
        cost += _CROSS * _crossed(line, others)
        cost += _THROUGH * _passed(table, line)
    return cost


def _crossed(line: _Line, others: list[_Line]) -> int:
    """How many of the others cross it. Written out: nearly all the time of the rows is spent here."""
    x, y, to_x, to_y = line
    dx, dy = to_x - x, to_y - y
    found = 0
    for at_x, at_y, other_x, other_y in others:
        if (dx * (at_y - y) - dy * (at_x - x)) * (dx * (other_y - y) - dy * (other_x - x)) < 0:
            far_x, far_y = other_x - at_x, other_y - at_y
            if (far_x * (y - at_y) - far_y * (x - at_x)) * (far_x * (to_y - at_y) - far_y * (to_x - at_x)) < 0:
                found += 1
    return found


def _passed(table: _Table, line: _Line) -> int:
    """How many nodes stand on a straight way."""
    if line[1] != line[3]:
        return 0
    low, high = min(line[0], line[2]), max(line[0], line[2])
    return sum(
        low < table.ranks.columns[key] < high
        for chain in table.placed
        if table.height[chain.band, chain.row] == line[1]
        for key in chain.nodes
    )


def _packed(table: _Table) -> dict[str, int]:
    """Rows counted from 0 within each band, empty ones left out."""
    found: dict[str, int] = {}
    for band in range(len(table.graph.bands)):
        rows = sorted({chain.row for chain in table.chains if chain.band == band})
        for chain in table.chains:
            if chain.band == band:
                found.update(dict.fromkeys(chain.nodes, rows.index(chain.row)))
    return found
