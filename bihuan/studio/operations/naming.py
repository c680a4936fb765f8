"""The name of a chart stands in its file and on its draft: whoever changes one changes both."""

from typing import Final

from lxml import etree

from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import BIHUAN, BPMN

_EN: Final = f"{{{BIHUAN}}}nameEn"


def title_of(chart: bytes) -> tuple[str, str]:
    """What the file calls the process, in Chinese and English; "" where it says nothing."""
    process = read_xml(chart).find(f"{{{BPMN}}}process")
    if process is None:
        return "", ""
    return (process.get("name") or "").strip(), (process.get(_EN) or "").strip()


def entitled(chart: bytes, name: str) -> bytes:
    """The file with another name for the process and its pool; the English one, which meant the old name, goes."""
    root = read_xml(chart)
    process = root.find(f"{{{BPMN}}}process")
    if process is None:
        return chart
    pools = [one for one in root.iter(f"{{{BPMN}}}participant") if one.get("processRef") == process.get("id")]
    for element in (process, *pools):
        element.set("name", name)
        if element.get(_EN):
            element.set(_EN, "")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
