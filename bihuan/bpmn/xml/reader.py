"""Bytes to an element tree, with everything dangerous in XML turned off."""

import re
from typing import Final

from lxml import etree

from bihuan.bpmn.problems import ChartRefused, Problem

LARGEST: Final = 5_000_000
"""Bytes a chart or decision file may have."""
DEEPEST: Final = 200
"""Levels of elements."""

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def _refused(line: int, zh: str, en: str) -> ChartRefused:
    return ChartRefused((Problem("", line, "syntax", zh, en),))


def read_xml(source: bytes) -> etree._Element:
    """The root element; ChartRefused (`syntax`) for what is too large, not well-formed or carries a DTD.

    No DTD is loaded, no entity expanded, nothing fetched; comments and processing instructions are dropped.
    """
    if len(source) > LARGEST:
        raise _refused(0, f"文件超过 {LARGEST} 字节", f"the file is larger than {LARGEST} bytes")
    if _DOCTYPE.search(source.replace(b"\0", b"")):
        raise _refused(0, "文件含有 DTD 或实体声明,不予读取", "the file declares a DTD or entities; that is not read")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None) or 0
        raise _refused(line, f"不是格式正确的 XML:{error}", f"not well-formed XML: {error}") from None
    if root.getroottree().docinfo.doctype:
        raise _refused(0, "文件含有 DTD,不予读取", "the file declares a DTD; that is not read")
    _check_depth(root)
    return root


def _check_depth(root: etree._Element) -> None:
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return
    raise _refused(level[0].sourceline or 0, "元素嵌套过深", "elements are nested too deep")
