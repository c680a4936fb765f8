"""PDF through Typst: a typesetter in a wheel, with no system libraries. Text reaches it as data, never as markup."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import typst

from bihuan.documents.model import Document, Pair, Remark, Table

_TEMPLATE = Path(__file__).with_name("form.typ")


class FontsMissing(Exception):
    """No font with Chinese characters was found in the folders given."""


def _plain(document: Document) -> str:
    data = asdict(replace(document, images={}))
    data["images"] = {name: list(content) for name, content in document.images.items() if name in _pictured(document)}
    for section, source in zip(data["sections"], document.sections, strict=True):
        for block, origin in zip(section["blocks"], source.blocks, strict=True):
            block["kind"] = _KINDS.get(type(origin), "pair")
    return json.dumps(data, ensure_ascii=False)


_KINDS = {Table: "table", Remark: "remark"}


def _pictured(document: Document) -> set[str]:
    blocks = [block for section in document.sections for block in section.blocks]
    return {name for block in blocks if isinstance(block, Pair) for name in block.pictures}


def render_pdf(document: Document, *, font_folders: Sequence[Path]) -> bytes:
    """The document as PDF bytes, A4. Fonts come from ``font_folders`` and from the system.

    Raises ``FontsMissing`` when none of them can set Chinese.
    """
    folders = [str(folder) for folder in font_folders if folder.is_dir()]
    fonts = typst.Fonts(include_system_fonts=True, font_paths=list(folders))
    families = {family.lower() for family in fonts.families()}
    if not families & _CHINESE_FAMILIES:
        raise FontsMissing
    return typst.compile(
        _TEMPLATE.read_bytes(), font_paths=fonts, sys_inputs={"document": _plain(document)}, format="pdf"
    )


_CHINESE_FAMILIES = frozenset(
    {"noto sans sc", "noto sans cjk sc", "source han sans sc", "pingfang sc", "hiragino sans gb", "microsoft yahei"}
)
