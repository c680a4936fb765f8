"""`replay`: the way in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from bihuan.bpmn.model import Chart
from bihuan.bpmn.replay.build import build
from bihuan.bpmn.replay.deviations import Found, deviations
from bihuan.bpmn.replay.explain import LEAST_STATES, MOST_OF_A_LOG, MOST_STATES, Explanation, Move, explain
from bihuan.bpmn.replay.logs.model import Done, Log
from bihuan.bpmn.replay.matching import Matching, match
from bihuan.bpmn.replay.net import Game
from bihuan.bpmn.replay.play import MOST_MARKINGS, Counts, Player, fitness
from bihuan.bpmn.replay.report import Deviation, Replay
from bihuan.bpmn.replay.times import Times, causes, enabled_at
from bihuan.bpmn.verify.reading import Source, read
from bihuan.bpmn.verify.scopes import Plan
from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import LOOPS, local

Trace: TypeAlias = tuple[int, ...]
"""The labels of a case in order."""


def replay(chart: Chart | bytes, log: Log, *, states: int = MOST_STATES, markings: int = MOST_MARKINGS) -> Replay:
    """Plays a log on a chart. Of a file with several processes the one that knows most of the events.

    `states`: looked at for the explanation of one case; `markings`: looked at for the silent steps before one event.
    ChartRefused for a chart that cannot be played.
    """
    source = chart if isinstance(chart, bytes) else chart.source
    counts = _label_counts(log)
    plan, matching = max(_candidates(read(source), log), key=lambda one: _known(one[1], counts))
    return _Replayer(plan, matching, _repeated(source), log, states, markings).run(counts)


def _label_counts(log: Log) -> list[int]:
    counts = [0] * len(log.labels)
    for rows in log.cases.values():
        for row in rows:
            counts[row.label] += 1
    return counts


def _candidates(sources: Sequence[Source], log: Log) -> Iterable[tuple[Plan, Matching]]:
    for source in sources:
        plan = Plan(source.chart)
        yield plan, match(plan, log.labels)


def _known(matching: Matching, counts: Sequence[int]) -> int:
    return sum(count for nodes, count in zip(matching.nodes, counts, strict=True) if nodes)


def _repeated(source: bytes) -> set[str]:
    """Activities with a marker of repetition; reading for the game puts the markers aside."""
    found = set()
    for one in read_xml(source).iter():
        around = one.getparent()
        if isinstance(one.tag, str) and around is not None and local(one) in LOOPS:
            found.add(_id(around))
    return found


def _id(element: etree._Element) -> str:
    return str(element.get("id") or "")


@dataclass(slots=True)
class _Sum:
    """Deviations of one kind and element as they add up."""

    count: int = 0
    cases: int = 0
    example: str = ""
    path: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Totals:
    """What adds up over the cases."""

    counts: Counts = field(default_factory=Counts)
    sum_of_fitness: float = 0.0
    fitting: int = 0
    unexplained: int = 0
    cut: int = 0

    def add(self, counts: Counts, times: int) -> None:
        """So many cases with these counts."""
        self.counts.produced += counts.produced * times
        self.counts.consumed += counts.consumed * times
        self.counts.missing += counts.missing * times
        self.counts.remaining += counts.remaining * times
        self.sum_of_fitness += counts.fitness * times
        self.fitting += counts.fits * times
        self.cut += counts.cut * times


class _Replayer:
    def __init__(
        self, plan: Plan, matching: Matching, repeated: set[str], log: Log, states: int, markings: int
    ) -> None:
        self.plan = plan
        self.matching = matching
        self.log = log
        self.states = states
        self.left = MOST_OF_A_LOG
        game = Game(build(plan, repeated, matching.seen))
        self.player = Player(game, most=markings)
        self.nodes = [tuple(key for key in keys if key in game.of_node) for keys in matching.nodes]
        self.names = [label.activity or label.element for label in log.labels]
        self.totals = _Totals()
        self.found: dict[tuple[str, str], _Sum] = {}
        self.times: dict[str, Times] = {}

    def run(self, label_counts: Sequence[int]) -> Replay:
        """Each sequence of labels is played once, whatever number of cases have it."""
        variants = self._variants()
        for (trace, running), cases in variants.items():
            self._variant(trace, running, cases)
        self._open()
        totals = self.totals
        size = len(self.log.cases)
        counts = totals.counts
        return Replay(
            process=self.plan.chart.process_id,
            cases=size,
            events=self.log.events,
            running=len(self.log.open),
            variants=len(variants),
            fitness=fitness(counts.produced, counts.consumed, counts.missing, counts.remaining),
            average_fitness=totals.sum_of_fitness / size if size else 1.0,
            fitting_cases=totals.fitting,
            produced=counts.produced,
            consumed=counts.consumed,
            missing=counts.missing,
            remaining=counts.remaining,
            deviations=self._deviations(),
            elements=self._elements(),
            names={key: node.name or node.name_en for key, node in self.plan.nodes.items()},
            unmatched=self._unmatched(label_counts),
            unseen=self.matching.unseen,
            unexplained=totals.unexplained,
            cut=totals.cut,
            left_out=self.log.left_out,
            case_type=self.log.case_type,
            case_types=self.log.case_types,
        )

    def _variants(self) -> dict[tuple[Trace, bool], list[str]]:
        found: dict[tuple[Trace, bool], list[str]] = {}
        for case, rows in self.log.cases.items():
            found.setdefault((tuple([row[0] for row in rows]), case in self.log.open), []).append(case)
        return found

    def _variant(self, trace: Trace, running: bool, cases: list[str]) -> None:
        asked = [self.nodes[label] for label in trace]
        counts = self.player.play(asked, running=running)
        if not counts.fits or () in asked:
            counts = self._explained(trace, asked, running, cases, counts)
        self.totals.add(counts, len(cases))
        self._measure(asked, cases)

    def _explained(
        self, trace: Trace, asked: Sequence[tuple[str, ...]], running: bool, cases: list[str], counts: Counts
    ) -> Counts:
        explanation = explain(self.player.game, asked, most=min(self.states, max(self.left, LEAST_STATES)))
        self.left -= explanation.looked
        names = [self.names[label] for label in trace]
        if not explanation.found:
            self.totals.unexplained += len(cases)
            self._add([Found("unexplained", "", -1)], cases, ())
            return counts
        found = deviations(explanation.moves, names)
        if running:
            found = [one for one in found if one.kind != "unfinished"]
        if found:
            self._add(found, cases, tuple(_told(explanation, names)))
        # The nearest silent steps may have led astray where others fit.
        return counts if found or running or counts.fits else self.player.counted(explanation.moves)

    def _add(self, found: Sequence[Found], cases: list[str], path: tuple[tuple[str, str], ...]) -> None:
        for one in found:
            total = self.found.setdefault((one.kind, one.element), _Sum(example=cases[0], path=path))
            total.count += len(cases)
        for key in {(one.kind, one.element) for one in found}:
            self.found[key].cases += len(cases)

    def _measure(self, asked: Sequence[tuple[str, ...]], cases: list[str]) -> None:
        kept = [self.times.setdefault(nodes[0], Times()) if nodes else None for nodes in asked]
        before: list[tuple[int, ...]] | None = None
        for case in cases:
            rows = self.log.cases[case]
            for number, (row, times) in enumerate(zip(rows, kept, strict=True)):
                if times is None:
                    continue
                enabled = row.enabled
                if enabled is None:
                    before = before if before is not None else causes(self.player, asked)
                    enabled = enabled_at(rows, number, before[number])
                times.add(enabled, row.start, row.end)

    def _open(self) -> None:
        """Work not done yet lasts at least until the last moment of the log: it is told, and not left out."""
        last = max(
            (end for rows in self.log.cases.values() for row in rows if (end := row.end) is not None), default=None
        )
        for rows in self.log.open.values():
            for row in rows:
                nodes = self.nodes[row.label]
                if nodes:
                    self._one_open(self.times.setdefault(nodes[0], Times()), row, last)

    @staticmethod
    def _one_open(times: Times, row: Done, last: float | None) -> None:
        times.open_count += 1
        since = row.start if row.enabled is None else row.enabled
        if since is not None and last is not None and last >= since:
            times.open.append(last - since)

    def _deviations(self) -> tuple[Deviation, ...]:
        ordered = sorted(self.found.items(), key=lambda item: (-item[1].count, item[0]))
        return tuple(
            Deviation(kind, element, self._name(element), one.count, one.cases, one.example, one.path)
            for (kind, element), one in ordered
        )

    def _name(self, element: str) -> str:
        node = self.plan.nodes.get(element)
        return "" if node is None else node.name or node.name_en

    def _elements(self) -> dict[str, Times]:
        return {key: self.times[key] for key in self.plan.nodes if key in self.times}

    def _unmatched(self, counts: Sequence[int]) -> dict[str, int]:
        found: dict[str, int] = {}
        for nodes, name, count in zip(self.nodes, self.names, counts, strict=True):
            if not nodes:
                found[name] = found.get(name, 0) + count
        return found


def _told(explanation: Explanation, names: Sequence[str]) -> Iterable[tuple[str, str]]:
    for move in explanation.moves:
        if move.kind != "silent":
            yield move.kind, _element(move, names)


def _element(move: Move, names: Sequence[str]) -> str:
    return move.node or (names[move.event] if move.event >= 0 else "")
