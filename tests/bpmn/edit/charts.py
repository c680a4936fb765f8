"""Charts to change."""

from pathlib import Path
from typing import Final

from lxml import etree

from bihuan.bpmn import Chart
from bihuan.bpmn.verify.reading import read
from tests.bpmn.building import flows, process, variables
from tests.bpmn.draw.charts import T01

GALLERY: Final = sorted(T01.parent.parent.glob("*/chart.bpmn"))
T01_SOURCE: Final = T01.read_bytes()

LINE: Final = process(
    '<startEvent id="s"/><userTask id="a" name="登记" bihuan:role="agent"/><userTask id="b" name="办理" bihuan:role="head"/>'
    '<endEvent id="e"/>' + flows("s>a", "a>b", "b>e"),
    said=variables(n="number", ok="boolean"),
)


def name_of(path: Path) -> str:
    return path.parent.name


def chart(source: bytes) -> Chart:
    return read(source)[0].chart


def by_hand(source: bytes) -> bytes:
    """The chart with everything drawn half as large again, as nobody's layout draws it."""
    root = etree.fromstring(source)
    for one in root.iter("{*}Bounds", "{*}waypoint"):
        for name in ("x", "y", "width", "height"):
            if one.get(name):
                one.set(name, f"{float(str(one.get(name))) * 1.5:g}")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
