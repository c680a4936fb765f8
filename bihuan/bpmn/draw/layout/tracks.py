"""From ways in the grid to runs (straight pieces, merged where arrows share them), their order side by side, and ports."""

from dataclasses import dataclass, field
from typing import Final

from bihuan.bpmn.draw.layout.graph import Edge, Graph
from bihuan.bpmn.draw.layout.grid import Grid
from bihuan.bpmn.draw.layout.route import DOWN, LEFT, RIGHT, UP, Way

_ROUNDS: Final = 3
_PORT_STEP: Final = 18.0


@dataclass(slots=True, eq=False)
class Run:
    """A straight piece on one grid line, from `low` to `high` across it.

    `ends`: where it meets a node: (node, direction seen from the node). `turns`: runs that it meets at a corner.
    `order` is its place among the runs on its line, `offset` its distance from the middle of the nodes it ends at.
    """

    upright: bool
    line: int
    low: int
    high: int
    merge: str
    ends: list[tuple[str, int]] = field(default_factory=list)
    turns: list["Run"] = field(default_factory=list)
    ports: set[str] = field(default_factory=set)
    order: int = 0
    offset: float = 0.0
    at: float = 0.0

    @property
    def pinned(self) -> bool:
        """Whether its place follows from that of a node."""
        return bool(self.ends)


@dataclass(slots=True)
class Tracks:
    """All runs, and for every arrow the runs it consists of."""

    runs: list[Run] = field(default_factory=list)
    of: dict[str, list[Run]] = field(default_factory=dict)


def make_tracks(graph: Graph, grid: Grid, ways: dict[str, Way]) -> Tracks:
    """Runs in their order on each line and with their ports set."""
    tracks = Tracks()
    edges = {edge.id: edge for edge in graph.edges}
    for key, way in ways.items():
        tracks.of[key] = _pieces(edges[key], way)
    _merge(tracks)
    for runs in tracks.of.values():
        for one, two in zip(runs, runs[1:], strict=False):
            one.turns.append(two)
            two.turns.append(one)
    tracks.runs = list(dict.fromkeys(run for runs in tracks.of.values() for run in runs))
    for _ in range(_ROUNDS):
        _set_ports(graph, tracks)
        _set_orders(tracks)
    return tracks


def _pieces(edge: Edge, way: Way) -> list[Run]:
    runs = []
    for (x, y), (to_x, to_y) in zip(way, way[1:], strict=False):
        upright = x == to_x
        low, high = sorted((y, to_y) if upright else (x, to_x))
        runs.append(Run(upright, x if upright else y, low, high, edge.merge))
    forwards = [to > at for at, to in zip(way, way[1:], strict=False)]
    out, into = (DOWN, UP) if runs[0].upright else (RIGHT, LEFT)
    runs[0].ends.append((edge.source, out if forwards[0] else into))
    if edge.port:
        runs[0].ports.add(edge.port)
    out, into = (DOWN, UP) if runs[-1].upright else (RIGHT, LEFT)
    runs[-1].ends.append((edge.target, into if forwards[-1] else out))
    return runs


def _merge(tracks: Tracks) -> None:
    """Pieces of one line and word that touch become one run."""
    lines: dict[tuple[bool, int, str], list[Run]] = {}
    for runs in tracks.of.values():
        for run in runs:
            lines.setdefault((run.upright, run.line, run.merge), []).append(run)
    whole: dict[int, Run] = {}
    for pieces in lines.values():
        pieces.sort(key=lambda run: (run.low, run.high))
        last = pieces[0]
        for piece in pieces[1:]:
            if piece.low <= last.high:
                last.high = max(last.high, piece.high)
                last.ends += [end for end in piece.ends if end not in last.ends]
                last.ports |= piece.ports
                whole[id(piece)] = last
            else:
                last = piece
    for key, runs in tracks.of.items():
        tracks.of[key] = [whole.get(id(run), run) for run in runs]


# ports ---------------------------------------------------------------------------------------------------------------


def _set_ports(graph: Graph, tracks: Tracks) -> None:
    sides: dict[tuple[str, int], list[Run]] = {}
    for run in tracks.runs:
        for end in run.ends:
            sides.setdefault(end, []).append(run)
    for (key, way), runs in sides.items():
        node = graph.nodes[key]
        if node.pointed or node.kind == "port":
            continue
        _set_events(graph, key, runs)
        runs = [run for run in runs if not run.ports]
        length = node.width if way in (DOWN, UP) else node.height
        _spread(runs, key, min(_PORT_STEP, (length - 20) / max(1, len(runs))))


def event_offset(graph: Graph, host: str, event: str) -> float:
    """How far right of its host's middle a boundary event sits."""
    attached = graph.nodes[host].attached
    return graph.nodes[host].width / 2 - 25.0 - 40.0 * (len(attached) - 1 - attached.index(event))


def _set_events(graph: Graph, host: str, runs: list[Run]) -> None:
    for run in runs:
        for event in run.ports:
            run.offset = event_offset(graph, host, event)


def _spread(runs: list[Run], node: str, step: float) -> None:
    """Straight runs in the middle, others beside them on the side they turn to."""
    straight = [run for run in runs if len(run.ends) > 1]
    rest = [run for run in runs if len(run.ends) == 1]
    for run in straight:
        run.offset = 0.0
    ranked = sorted(rest, key=_turns_to)
    if not straight:
        for number, run in enumerate(ranked):
            run.offset = step * (number - (len(ranked) - 1) / 2)
        return
    lower = [run for run in ranked if _turns_to(run)[0] < 0]
    upper = [run for run in ranked if _turns_to(run)[0] >= 0]
    for number, run in enumerate(reversed(lower)):
        run.offset = -step * (number + 1)
    for number, run in enumerate(upper):
        run.offset = step * (number + 1)


def _turns_to(run: Run) -> tuple[int, float]:
    """To which side a run turns away from its node, and how far along: those that turn sooner lie further out."""
    if not run.turns:
        return 0, 0.0
    turn = run.turns[0]
    side = -1 if turn.low < run.line and turn.high <= run.line else 1 if turn.low >= run.line else 0
    far = abs(turn.line + turn.order / 100 - (run.low if run.ends[0][1] in (DOWN, RIGHT) else run.high))
    return side, -side * far if side > 0 else far


# order ---------------------------------------------------------------------------------------------------------------


def _set_orders(tracks: Tracks) -> None:
    lines: dict[tuple[bool, int], list[Run]] = {}
    for run in tracks.runs:
        if not run.pinned:
            lines.setdefault((run.upright, run.line), []).append(run)
    for runs in lines.values():
        # What a run turns into lies on lines of the other direction: nothing here moves while this line is ordered.
        ordered: list[_Seen] = []
        for seen in sorted(
            map(_seen, runs), key=lambda seen: (seen.run.high - seen.run.low, seen.run.low, seen.run.merge)
        ):
            ordered.insert(_best_place(ordered, seen), seen)
        for number, seen in enumerate(ordered):
            seen.run.order = number


@dataclass(frozen=True, slots=True)
class _Seen:
    """A run with its span, and where it turns to lower and to higher lines: (place, word of what it turns into)."""

    run: Run
    low: float
    high: float
    lower: list[tuple[float, str]]
    higher: list[tuple[float, str]]


def _seen(run: Run) -> _Seen:
    spots = [_position(turn) for turn in run.turns]
    lower, higher = [], []
    for spot, turn in zip(spots, run.turns, strict=True):
        if turn.high > run.line:
            higher.append((spot, turn.merge))
        if turn.high <= run.line or turn.low < run.line:
            lower.append((spot, turn.merge))
    if run.pinned or not spots:
        spots += [float(run.low), float(run.high)]
    return _Seen(run, min(spots), max(spots), lower, higher)


def _best_place(ordered: list[_Seen], new: _Seen) -> int:
    """Where the new one crosses least; the first of several."""
    cost = sum(_cost(new, one) for one in ordered)
    costs = [cost]
    for one in ordered:
        cost += _cost(one, new) - _cost(new, one)
        costs.append(cost)
    return costs.index(min(costs))


def _cost(first: _Seen, second: _Seen) -> int:
    """Crossings if the first run lies left of (above) the second."""
    return _met(first.higher, second) + _met(second.lower, first)


def _met(turns: list[tuple[float, str]], other: _Seen) -> int:
    return sum(other.low < spot < other.high and merge != other.run.merge for spot, merge in turns)


def _position(run: Run) -> float:
    return run.line + (run.offset / 1000 if run.pinned else (run.order - 20) / 100)
