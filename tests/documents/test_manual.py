"""Manuals: pictures spread over pages, blank forms, PDF and DOCX of every shipped chart."""

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from docx import Document as read_docx

from bihuan.bpmn import Text
from bihuan.documents.manual import Manual, Picture, Points, Warned, Words
from bihuan.documents.manual_forms import blank_form
from bihuan.documents.manual_pages import HEIGHT, MOST, WIDTH, tiles
from bihuan.documents.manual_pdf import plain_svg, render_drawing, render_manual_pdf
from bihuan.documents.manual_word import render_manual_docx
from bihuan.documents.model import Table
from bihuan.flows import gallery
from bihuan.flows.charts import compile_package
from bihuan.flows.operations import Package
from bihuan.studio.handbook import Control, Frame, build_manual

FONTS = [Path(__file__).parents[2] / "var" / "fonts"]
KEYS = [package.key for package in gallery.packages()]
HOSTILE = '<script>alert(1)</script> #let x = panic("a") \\ $ * _ @ 💥 שלום \x07 \ufffe ' + "长" * 10_000


def picture(width: float, height: float) -> Picture:
    return Picture("<svg/>", width, height, "whole", "{0}/{1}")


def manual_of(package: Package, language: str = "zh", chart: bytes = b"", control: Sequence[Control] = ()) -> Manual:
    return build_manual(
        compile_package(chart or package.chart, package.decisions),
        frame=Frame(
            company="云溪燃气", name=Text(package.name, package.name_en), version="第 3 版",
            content_hash=package.content_hash(), date="2026-11-26", control=tuple(control),
        ),
        forms=package.forms, tables=(Table("决策", ("一", "二"), (("a", "b"),)),), names={},
        language="en" if language == "en" else "zh",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("width", "height"), [(300, 200), (1000, 500), (2600, 1200), (9000, 300), (300, 9000), (8e4, 4e4)]
)
def test_every_piece_of_a_drawing_is_on_some_page_and_can_be_read(width: float, height: float) -> None:
    whole, *parts = tiles(picture(width, height))
    assert whole.width <= WIDTH + 0.01 and whole.height <= HEIGHT + 0.01
    assert len(parts) <= 2 * MOST
    if not parts:
        assert whole.scale >= 0.52
        return
    scale = parts[0].scale
    assert scale >= 0.5 or width * height > 1e9
    assert all(tile.width <= WIDTH + 0.01 and tile.height <= HEIGHT + 0.01 for tile in parts)
    for at in range(41):
        x, y = width * scale * at / 40, height * scale * at / 40
        assert any(
            one.x - 0.01 <= x <= one.x + one.width + 0.01 and one.y - 0.01 <= y <= one.y + one.height + 0.01
            for one in parts
        ), (x, y)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", KEYS)
def test_a_manual_tells_every_step_of_every_shipped_chart(key: str, language: str) -> None:
    package = gallery.package(key)
    manual = manual_of(package, language)
    chart = compile_package(package.chart, package.decisions)
    steps = [node for node in chart.nodes.values() if node.kind == "userTask"]
    english = language == "en"
    titles = [article.title for chapter in manual.chapters for article in chapter.articles]
    assert all((node.name_en or node.name) in titles if english else node.name in titles for node in steps)
    assert {form.code for form in manual.forms} == set(package.forms)
    said = json.dumps([repr(chapter) for chapter in manual.chapters], ensure_ascii=False)
    for node in steps:
        for text in (*node.ext.methods, *node.ext.cautions, *node.ext.importants, *node.ext.evidence):
            assert repr((text.en or text.zh) if english else text.zh)[1:-1] in said
    articles = [part for chapter in manual.chapters for article in chapter.articles for part in article.parts]
    numbered = [part.number for part in articles if isinstance(part, Words) and part.number]
    assert len(numbered) == len(set(numbered)) >= len(steps), "an article a step"
    assert all(part.entries for part in articles if isinstance(part, Points))


def test_what_comes_next_is_said_for_each_answer() -> None:
    manual = manual_of(gallery.package("T01"))
    steps = next(chapter for chapter in manual.chapters if chapter.title == "逐步办理")
    register = next(article for article in steps.articles if article.title == "登记受理")
    after = next(part for part in register.parts if isinstance(part, Points) and part.label == "办完之后")
    assert [entry.split("→")[0].strip() for entry in after.entries] == ["选“受理”", "选“重复来件”", "选“无效”"]
    assert after.entries[0].endswith("分类分派") and "关联原问题" in after.entries[1]
    warned = [part for part in register.parts if isinstance(part, Warned)]
    assert {(one.tone, one.word) for one in warned} == {("red", "重要"), ("green", "注意")}
    assert register.note.startswith("依据第 ") and register.note.endswith("register")


def test_blank_forms_show_every_field_also_those_a_screen_would_hide() -> None:
    form: dict[str, object] = {
        "title": "表", "x-titleEn": "Form", "x-code": "F9", "x-version": "2", "x-retention": "P3Y", "required": ["a"],
        "properties": {
            "a": {"type": "string", "title": "甲", "enum": ["x", "y"], "x-enumNames": ["一", "二"], "x-enumNamesEn": ["One", "Two"]},
            "b": {"type": "boolean", "title": "乙", "x-visibleWhen": {"field": "a", "in": ["x"]}},
            "c": {"type": "array", "title": "丙", "items": {"type": "object", "properties": {"d": {"title": "丁"}}}},
            "e": {"type": "string", "title": "戊", "x-print": False},
        },
    }  # fmt: skip
    blank = blank_form(form, "zh")
    fields = blank.groups[0][1]
    assert [(one.label, one.required, one.options, one.columns) for one in fields] == [
        ("甲", True, ("一", "二"), ()), ("乙", False, ("是", "否"), ()), ("丙", False, (), ("丁",)),
    ]  # fmt: skip
    assert blank.foot == "v2 · 保存 3 年" and blank_form(form, "en").groups[0][1][0].options == ("One", "Two")


def test_the_colours_of_a_page_become_plain_and_texts_stay() -> None:
    svg = '<path fill="var(--surface,#fff)"/><text>var(--a,#000) &quot;var(--a,#000)&quot;</text>'
    assert plain_svg(svg) == '<path fill="#fff"/><text>var(--a,#000) &quot;var(--a,#000)&quot;</text>'


@pytest.mark.parametrize(("key", "language"), [("T01", "zh"), ("T01", "en"), ("T16", "zh")])
def test_pdf_and_docx_are_files_of_their_kind(key: str, language: str) -> None:
    control = [
        Control(version="1", date="2026-01-02", change="首版", author="张三", reviewers=("李四",), approver="王五")
    ]
    manual = manual_of(gallery.package(key), language, control=control)
    pdf = render_manual_pdf(manual, font_folders=FONTS)
    assert (
        pdf.startswith(b"%PDF-")
        and pdf.count(b"/Type /Page\n") + pdf.count(b"/Type/Page") + pdf.count(b"/Type /Page") > 5
    )
    word = read_docx(io.BytesIO(render_manual_docx(manual, font_folders=FONTS)))
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert all(chapter.title in text for chapter in manual.chapters)
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert {"首版", "张三", "李四", "王五"} <= set(cells)
    widths = {int(section.page_width or 0) > int(section.page_height or 0) for section in word.sections}
    assert widths == {True, False}, "the drawing lies on its side"


def test_hostile_texts_are_set_and_not_run() -> None:
    package = gallery.package("T02")
    name = (
        HOSTILE.replace("\x07", "")
        .replace("\ufffe", "")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace('"', "&quot;")
    )
    chart = package.chart.decode().replace("<bihuan:method>", f"<bihuan:method>{name}", 1)
    manual = manual_of(package, chart=chart.encode(), control=[Control(version="1", date="x", change=HOSTILE)])
    assert render_manual_pdf(manual, font_folders=FONTS).startswith(b"%PDF-")
    data = render_manual_docx(manual, font_folders=FONTS)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = archive.read("word/document.xml").decode()
    assert "<script>" not in body and "&lt;script&gt;" in body and "\x07" not in body


def test_a_drawing_becomes_a_picture() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="var(--red,#c00)"/></svg>'
    png = render_drawing(svg, 40, 20, kind="png", font_folders=FONTS)
    assert png.startswith(b"\x89PNG") and render_drawing(svg, 40, 20, kind="pdf", font_folders=FONTS).startswith(
        b"%PDF-"
    )
    huge = render_drawing(svg, 40_000, 20, kind="png", font_folders=FONTS)
    assert int.from_bytes(huge[16:20], "big") <= 8_001
