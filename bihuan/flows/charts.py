"""Compiled charts: once a version and process."""

from bihuan.bpmn import Chart, load_chart
from bihuan.bpmn.decisions import DecisionTable, parse_decision
from bihuan.flows.models import Version

_compiled: dict[int, Chart] = {}
_KEEP = 200


def compile_package(chart: bytes, decisions: dict[str, str]) -> Chart:
    """Reads a chart with its decision tables; raises ``ChartRefused``."""
    tables: dict[str, DecisionTable] = {key: parse_decision(xml.encode()) for key, xml in decisions.items()}
    return load_chart(chart, decisions=tables)


def chart_of(version_id: int) -> Chart:
    """The compiled chart of a stored version. Versions never change, so nothing here ever goes stale."""
    chart = _compiled.get(version_id)
    if chart is None:
        version = Version.objects.get(pk=version_id)
        chart = compile_package(bytes(version.chart), version.decisions)
        if len(_compiled) >= _KEEP:
            _compiled.pop(next(iter(_compiled)))
        _compiled[version_id] = chart
    return chart
