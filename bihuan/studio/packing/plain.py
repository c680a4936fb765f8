"""A chart in the words of the standard alone."""

from typing import Final

from lxml import etree

from bihuan.bpmn.xml.reader import read_xml
from bihuan.bpmn.xml.vocabulary import BIHUAN

_EXTENSIONS: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}extensionElements"
_OURS: Final = f"{{{BIHUAN}}}"


def without_extensions(chart: bytes) -> bytes:
    """The chart without ours; other vendors' extensions, the diagram and comments stay. ChartRefused for no XML."""
    read_xml(chart)  # what is dangerous in XML is refused there
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(chart, parser)
    for element in list(root.iter(etree.Element)):
        for name in [one for one in element.attrib if str(one).startswith(_OURS)]:
            del element.attrib[name]
        if str(element.tag).startswith(_OURS):
            _drop(element)
    for element in list(root.iter(_EXTENSIONS)):
        if len(element) == 0 and not (element.text or "").strip():
            _drop(element)
    # Prefixes also stand in values (xsd:string), so only ours may go.
    prefixes = {prefix for one in root.iter(etree.Element) for prefix, uri in one.nsmap.items() if uri != BIHUAN}
    etree.cleanup_namespaces(root, keep_ns_prefixes=[prefix for prefix in prefixes if prefix])
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
