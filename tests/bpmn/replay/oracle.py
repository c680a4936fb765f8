"""PM4Py, asked about the same chart and the same traces. Used in tests only: its licence must not reach the product."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pm4py
from pm4py.algo.conformance.alignments.petri_net.variants import dijkstra_no_heuristics as alignments
from pm4py.algo.conformance.tokenreplay import algorithm as token_replay
from pm4py.objects.bpmn.exporter.variants import etree as bpmn_exporter
from pm4py.objects.bpmn.importer.variants import lxml as bpmn_importer
from pm4py.objects.conversion.bpmn import converter
from pm4py.objects.log.obj import Event, EventLog, Trace

SILENT = {"show_progress_bar": False}


@dataclass(frozen=True)
class Theirs:
    """Tokens of one trace, and what PM4Py makes of them."""

    produced: int
    consumed: int
    missing: int
    remaining: int
    fits: bool
    fitness: float


def _log(traces: Sequence[Sequence[str]]) -> EventLog:
    log = EventLog()
    for names in traces:
        trace = Trace()
        for name in names:
            trace.append(Event({"concept:name": name}))
        log.append(trace)
    return log


@cache
def _net(xml: bytes) -> tuple[object, object, object]:
    net, begin, end = converter.apply(bpmn_importer.import_from_string(xml, parameters={"encoding": "utf-8"}))
    return net, begin, end


def replayed(xml: bytes, traces: Sequence[Sequence[str]]) -> list[Theirs]:
    """Token-based replay."""
    found = token_replay.apply(_log(traces), *_net(xml), parameters=SILENT)
    return [
        Theirs(
            one["produced_tokens"],
            one["consumed_tokens"],
            one["missing_tokens"],
            one["remaining_tokens"],
            bool(one["trace_is_fit"]),
            one["trace_fitness"],
        )
        for one in found
    ]


def costs(xml: bytes, traces: Sequence[Sequence[str]]) -> list[int]:
    """How many deviations the best alignment of each trace has."""
    return [alignments.apply(trace, *_net(xml))["cost"] // 10_000 for trace in _log(traces)]


def discovered(log: object, noise: float) -> bytes:
    """The chart that the inductive miner finds in a log."""
    text = bpmn_exporter.get_xml_string(pm4py.discover_bpmn_inductive(log, noise_threshold=noise))
    return text if isinstance(text, bytes) else str(text).encode()
