"""From grid and tracks to boxes and ways in pixels."""

from collections.abc import Iterable

from bihuan.bpmn.draw.geometry import Box, Point
from bihuan.bpmn.draw.layout.compact import Body, Part, compact
from bihuan.bpmn.draw.layout.graph import EVENT, Graph, Node, Placed
from bihuan.bpmn.draw.layout.grid import Grid
from bihuan.bpmn.draw.layout.read import inner_offset
from bihuan.bpmn.draw.layout.route import DOWN, RIGHT, UP
from bihuan.bpmn.draw.layout.tracks import Run, Tracks, event_offset

_HEAD = 28.0
_ALL = (-1e9, 1e9)


def place(graph: Graph, grid: Grid, tracks: Tracks) -> Placed:
    """Everything in pixels; the upper left corner is (0, 0)."""
    _reserve_labels(graph, tracks)
    heads = _HEAD * ((1 if graph.pools else 0) + (1 if graph.lanes else 0))
    heads += 8.0 if heads else 0.0
    xs = _columns(graph, grid, tracks, heads)
    right = max(body.at + max((part.after for part in body.parts), default=0.0) for body in xs.values())
    middle_x = {key: body.at for key, body in xs.items()}
    ys, borders = _rows(graph, grid, tracks, middle_x)
    placed = Placed(width=right + 14.0 if graph.lanes or graph.pools else right, height=borders[-1][1])
    for key, node in graph.nodes.items():
        _put(placed, graph, node, middle_x[key], ys[grid.place[key][1]])
    _put_bands(placed, graph, borders)
    for edge in graph.edges:
        if edge.id in tracks.of:
            placed.ways[edge.id] = _way(placed, edge.source, edge.target, tracks.of[edge.id], edge.port)
    for key in [key for key, node in graph.nodes.items() if node.kind == "port"]:
        del placed.boxes[key]
    return placed


def _reserve_labels(graph: Graph, tracks: Tracks) -> None:
    """Room for an arrow's text right behind the node it leaves."""
    for edge in graph.edges:
        if not edge.label or edge.id not in tracks.of:
            continue
        node, first = graph.nodes[edge.source], tracks.of[edge.id][0]
        way = next((way for key, way in first.ends if key == edge.source), RIGHT)
        room = edge.label + 8 - (0 if way == RIGHT else node.width / 2)
        node.after = max(node.after, room)
        if way == DOWN:
            node.below = max(node.below, 18.0)
        elif way == UP:
            node.above = max(node.above, 18.0)


def _columns(graph: Graph, grid: Grid, tracks: Tracks, heads: float) -> dict[str, Body]:
    """Bodies by node after setting all horizontal coordinates, those of runs included."""
    body_of = {
        key: Body(grid.place[key][0], 0.0, [_across(node, grid.place[key][1])], align=True, least=heads)
        for key, node in graph.nodes.items()
    }
    uprights = [run for run in tracks.runs if run.upright]
    for run in uprights:  # what stands straight above each other moves as one
        for one, two in zip(run.ends, run.ends[1:], strict=False):
            _unite(body_of, one[0], two[0])
    free: dict[Run, Body] = {}
    for run in uprights:
        part = Part("run", run.low, run.high, -run.offset, run.offset)
        if run.ends:
            body_of[run.ends[0][0]].parts.append(part)
        else:
            free[run] = Body(run.line, run.order, [part], least=heads)
    last = max(
        (high for (_, high), band in zip(grid.borders, graph.bands, strict=True) if band.id),
        default=grid.borders[-1][1],
    )
    seams = [Body(line, 0.0, [Part("edge", 0, last, 0, 0)]) for line in grid.seams]
    compact([*_distinct(body_of.values()), *free.values(), *seams])
    for run in uprights:
        run.at = free[run].at if run in free else body_of[run.ends[0][0]].at + run.offset
    return body_of


def _across(node: Node, line: int) -> Part:
    # Texts above and below are narrower neighbours than the node itself: they may come closer.
    side = max(0.0, node.before - 10.0)
    return Part("node", line, line, node.width / 2 + side, node.width / 2 + max(0.0, node.after - 10.0))


def _unite(body_of: dict[str, Body], one: str, two: str) -> None:
    keep, gone = body_of[one], body_of[two]
    if keep is gone:
        return
    keep.parts += gone.parts
    for key, body in body_of.items():
        if body is gone:
            body_of[key] = keep


def _distinct(bodies: Iterable[Body]) -> list[Body]:
    return list(dict.fromkeys(bodies))


def _rows(
    graph: Graph, grid: Grid, tracks: Tracks, middle_x: dict[str, float]
) -> tuple[dict[int, float], list[tuple[float, float]]]:
    """The middle of every row, and where each band begins and ends; sets the coordinates of level runs."""
    rows: dict[int, Body] = {}
    for key, node in graph.nodes.items():
        line, x = grid.place[key][1], middle_x[key]
        left, right = x - node.width / 2 - node.before, x + node.width / 2 + max(node.before, 4.0)
        part = Part("node", left, right, node.height / 2 + node.above, node.height / 2 + node.below)
        rows.setdefault(line, Body(line, 0.0)).parts.append(part)
    free: dict[Run, Body] = {}
    level = [run for run in tracks.runs if not run.upright]
    for run in level:
        if run.pinned:
            rows[run.line].parts.append(Part("run", *_reach(run, middle_x), -run.offset, run.offset))
        else:
            free[run] = Body(run.line, run.order, [Part("run", *_reach(run, middle_x), 0, 0)])
    borders = {line: Body(line, 0.0, [Part("edge", *_ALL, 0, 0)]) for pair in grid.borders for line in pair}
    _separate_pools(graph, grid, borders)
    compact([*rows.values(), *free.values(), *borders.values()], {("node", "node"): 22.0, ("edge", "edge"): 0.0})
    for run in level:
        run.at = free[run].at if run in free else rows[run.line].at + run.offset
    return (
        {line: body.at for line, body in rows.items()},
        [(borders[top].at, borders[end].at) for top, end in grid.borders],
    )


def _reach(run: Run, middle_x: dict[str, float]) -> tuple[float, float]:
    """From where to where a level run goes, in pixels."""
    spots = [turn.at for turn in run.turns] + [middle_x[node] for node, _ in run.ends]
    return min(spots) - 3.0, max(spots) + 3.0


def _separate_pools(graph: Graph, grid: Grid, borders: dict[int, Body]) -> None:
    for number, band in enumerate(graph.bands):
        top, end = grid.borders[number]
        if band.closed:
            borders[end].parts[0] = Part("edge", *_ALL, 26.0, 0)
        if number and graph.bands[number - 1].pool != band.pool:
            borders[top].parts[0] = Part("edge", *_ALL, 34.0, 0)


def _put(placed: Placed, graph: Graph, node: Node, x: float, y: float) -> None:
    box = Box(x - node.width / 2, y - node.height / 2, node.width, node.height)
    placed.boxes[node.id] = box
    if node.inner is not None:
        dx, dy = inner_offset(node)
        placed.add(node.inner, box.x + dx, box.y + dy)
    for event in node.attached:
        left = x + event_offset(graph, node.id, event) - EVENT / 2
        placed.boxes[event] = Box(left, box.bottom - EVENT / 2, EVENT, EVENT)


def _put_bands(placed: Placed, graph: Graph, borders: list[tuple[float, float]]) -> None:
    left = _HEAD if graph.pools else 0.0
    for found, start in ((graph.pools, 0.0), (graph.lanes, left)):
        for key, bands in found.items():
            top, bottom = borders[bands[0]][0], borders[bands[-1]][1]
            placed.boxes[key] = Box(start, top, placed.width - start, bottom - top)


def _way(placed: Placed, source: str, target: str, runs: list[Run], port: str) -> list[Point]:
    points = [(one.at, two.at) if one.upright else (two.at, one.at) for one, two in zip(runs, runs[1:], strict=False)]
    first = _end(placed.boxes[port or source], runs[0], points[0] if points else _middle(placed, target))
    last = _end(placed.boxes[target], runs[-1], points[-1] if points else first)
    return [first, *points, last]


def _middle(placed: Placed, key: str) -> Point:
    return placed.boxes[key].middle


def _end(box: Box, run: Run, towards: Point) -> Point:
    """Where a run meets the border of a box."""
    if run.upright:
        return run.at, box.bottom if towards[1] > box.middle[1] else box.y
    return box.right if towards[0] > box.middle[0] else box.x, run.at
