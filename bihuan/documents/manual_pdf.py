"""Manuals and drawings through Typst: PDF, and PNG where a picture is wanted."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final, Literal

import typst

from bihuan.documents.manual import Chapter, Facts, Legend, Manual, Part, Picture, Points, Warned, Words
from bihuan.documents.manual_pages import Tile, tiles
from bihuan.documents.model import Table
from bihuan.documents.pdf import FontsMissing

_TEMPLATE: Final = Path(__file__).with_name("manual.typ")
_KINDS: Final[dict[type, str]] = {
    Words: "words", Points: "points", Warned: "warned", Facts: "facts", Legend: "legend", Table: "table",
    Picture: "picture",
}  # fmt: skip
_CHINESE: Final = (
    "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei",
)  # fmt: skip
_LARGEST: Final = 8_000.0
"""Pixels of a PNG in a direction at most."""


def render_manual_pdf(manual: Manual, *, font_folders: Sequence[Path]) -> bytes:
    """The manual as PDF bytes, A4. Raises ``FontsMissing`` when no font can set Chinese."""
    fonts, family = _fonts(font_folders)
    data = json.dumps(_plain(manual, family), ensure_ascii=False)
    return _one(typst.compile(_TEMPLATE.read_bytes(), font_paths=fonts, sys_inputs={"manual": data}, format="pdf"))


def render_drawing(
    svg: str, width: float, height: float, *, kind: Literal["pdf", "png"], font_folders: Sequence[Path]
) -> bytes:
    """A drawing as a file of one page of its own size. Raises ``FontsMissing``."""
    return drawn_tile(svg, Tile(0, 0, width * 0.75, height * 0.75, 0.75), width, height, kind, font_folders)


def drawn_tile(
    svg: str, tile: Tile, width: float, height: float, kind: Literal["pdf", "png"], font_folders: Sequence[Path]
) -> bytes:
    """A piece of a drawing of ``width`` by ``height`` pixels."""
    fonts, family = _fonts(font_folders)
    inputs = {"svg": _named(svg, family), "tile": json.dumps(_placed(tile, width, height))}
    fit = _LARGEST / max(tile.width, tile.height, 1.0)
    return _one(typst.compile(_PIECE, font_paths=fonts, sys_inputs=inputs, format=kind, ppi=min(192.0, 72.0 * fit)))


_PIECE: Final = b"""#let tile = json(bytes(sys.inputs.tile))
#set page(width: tile.width * 1pt, height: tile.height * 1pt, margin: 0pt, fill: white)
#place(
  top + left, dx: -tile.x * 1pt, dy: -tile.y * 1pt,
  image(bytes(sys.inputs.svg), format: "svg", width: tile.full_width * 1pt, height: tile.full_height * 1pt),
)
"""


def _one(pages: object) -> bytes:
    if not isinstance(pages, bytes):
        raise TypeError("one page was expected")
    return pages


def _fonts(folders: Sequence[Path]) -> tuple[typst.Fonts, str]:
    """The fonts, and the first of them that can set Chinese."""
    found = typst.Fonts(include_system_fonts=True, font_paths=[str(folder) for folder in folders if folder.is_dir()])
    known = {family.lower() for family in found.families()}
    family = next((name for name in _CHINESE if name.lower() in known), None)
    if family is None:
        raise FontsMissing
    return found, family


def _named(svg: str, family: str) -> str:
    """The drawing in a font that is there: those it names belong to screens."""
    return plain_svg(svg).replace("system-ui, ", f"'{family}', ", 1)


def plain_svg(svg: str) -> str:
    """The drawing without the colours that only a page of ours knows; text cannot look like one, its quotes are escaped."""
    return _COLOUR.sub(r'"\1"', svg)


_COLOUR: Final = re.compile(r'"var\(--[\w-]+,(#[0-9a-fA-F]+)\)"')


def _placed(tile: Tile, width: float, height: float) -> dict[str, float]:
    return {**asdict(tile), "full_width": width * tile.scale, "full_height": height * tile.scale}


def _plain(manual: Manual, family: str) -> dict[str, object]:
    data = asdict(manual)
    data["chapters"] = [_chapter(chapter, family) for chapter in manual.chapters]
    return data


def _chapter(chapter: Chapter, family: str) -> dict[str, object]:
    articles = [
        {"title": one.title, "note": one.note, "parts": [_part(part, family) for part in one.parts]}
        for one in chapter.articles
    ]
    return {"title": chapter.title, "articles": articles, "drawings": is_drawn(chapter)}


def is_drawn(chapter: Chapter) -> bool:
    """Whether it consists of drawings, each with pages of its own."""
    return any(isinstance(part, Picture) for article in chapter.articles for part in article.parts)


def _part(part: Part, family: str) -> dict[str, object]:
    data: dict[str, object] = {**asdict(part), "kind": _KINDS[type(part)]}
    if isinstance(part, Picture):
        data["svg"] = _named(part.svg, family)
        data["tiles"] = [
            {**_placed(tile, part.width, part.height), "first": at == 0, "caption": caption(part, at, count)}
            for count, found in [(len(tiles(part)), tiles(part))]
            for at, tile in enumerate(found)
        ]
    return data


def caption(picture: Picture, at: int, count: int) -> str:
    """The words below a page of a drawing; the first is the whole."""
    if at == 0:
        return picture.whole
    return picture.part.replace("{0}", str(at)).replace("{1}", str(count - 1))
