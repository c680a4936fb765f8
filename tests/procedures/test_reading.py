"""Files are read whatever their encoding, and refused by name."""

import io
import os
import zipfile

import opencc
import pytest
import typst
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from bihuan.procedures import TextRefused, read_text
from bihuan.procedures.reading.numbering import chinese
from bihuan.procedures.refusals import KINDS
from tests.procedures.texts import COMPLAINTS


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("text", [COMPLAINTS, "一、受理", "客户投诉处理流程", "第一步 登记\r\n第二步 回访\r\n"])
def test_simplified_text_in_any_encoding(text: str, encoding: str) -> None:
    assert read_text(text.encode(encoding), "流程.txt").text == text.replace("\r\n", "\n")


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "gb18030", "utf-8", "utf-16"])
def test_traditional_text_in_any_encoding(encoding: str) -> None:
    text = opencc.OpenCC("s2t").convert(COMPLAINTS)
    assert read_text(text.encode(encoding, "strict"), "流程.txt").text == text


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    data = COMPLAINTS.encode("utf-8")
    source = read_text(data[:100] + b"\xff\xfe" + data[100:], "x")
    assert source.encoding == "utf-8"
    assert source.text.count("\ufffd") >= 1
    assert "回访客户" in source.text


def test_english_and_latin_text_is_text() -> None:
    assert "register" in read_text("Step 1. Café register.".encode("latin-1"), "x").text


def test_paragraphs_are_the_lines_that_are_not_blank() -> None:
    source = read_text("  登记 \n\n\t回访\x0c完".encode(), "x")
    assert [source.text[slice(*one.span)] for one in source.paragraphs] == ["登记", "回访", "完"]


def _word() -> bytes:
    word = Document()
    word.add_heading("客户投诉处理流程", level=1)
    word.add_paragraph("接到投诉后登记。", style="List Number")
    word.add_paragraph("两小时内回访。", style="List Number")
    table = word.add_table(rows=2, cols=2)
    for cell, text in zip(
        [cell for row in table.rows for cell in row.cells], ["步骤", "负责人", "登记", "客服部\n一组"], strict=True
    ):
        cell.text = text
    word.add_paragraph("完。")
    data = io.BytesIO()
    word.save(data)
    return data.getvalue()


def test_word_headings_numbers_and_tables() -> None:
    source = read_text(_word(), "x.docx")
    lines = [source.text[slice(*one.span)] for one in source.paragraphs]
    assert lines == [
        "客户投诉处理流程",
        "1.接到投诉后登记。",
        "2.两小时内回访。",
        "步骤\t负责人",
        "登记\t客服部 一组",
        "完。",
    ]
    assert [one.level for one in source.paragraphs] == [1, 0, 0, 0, 0, 0]
    assert source.format == "word"


def test_word_numbers_in_chinese() -> None:
    assert [chinese(one) for one in (1, 9, 10, 11, 20, 21, 99, 100)] == "一 九 十 十一 二十 二十一 九十九 100".split()


def _pdf(markup: str) -> bytes:
    return typst.compile(markup.encode())


def test_pdf_lines_are_joined_to_paragraphs() -> None:
    sentence = "The agent writes down what the customer says and who reports it and when it happened. " * 3
    source = read_text(_pdf(f"#set page(width: 12cm)\n{sentence}\n\nStep two is the call back."), "x.pdf")
    lines = [source.text[slice(*one.span)] for one in source.paragraphs]
    assert len(lines) == 2
    assert " ".join(lines[0].split()) == sentence.strip()
    assert {one.page for one in source.paragraphs} == {1}


def test_a_locked_pdf_and_one_of_pictures_are_refused() -> None:
    blank = PdfWriter()
    blank.add_blank_page(200, 200)
    assert _refused(_saved(blank)) == "picture"
    blank.encrypt("secret", algorithm="RC4-128")
    assert _refused(_saved(blank)) == "locked"


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    many = PdfWriter()
    for _ in range(301):
        many.add_blank_page(20, 20)
    assert _refused(_saved(many)) == "too_many_pages"


def _saved(pdf: PdfWriter) -> bytes:
    data = io.BytesIO()
    pdf.write(data)
    return data.getvalue()


def _refused(data: bytes) -> str:
    with pytest.raises(TextRefused) as caught:
        read_text(data, "x")
    assert caught.value.message_zh and caught.value.message_en
    return caught.value.kind


def _zip(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "old_word"),
        (b"{\\rtf1 x}", "rich_text"),
        (b"<!DOCTYPE html><html>", "web_page"),
        (b"PK\x03\x04 nothing", "bad_word"),
        (b"%PDF-1.7\nnothing", "bad_pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "not_text"),
        (b"\x00" * 1000, "not_text"),
        (b"x" * 20_000_001, "too_large"),
        ("登记\n".encode() * 1_500_000, "too_long"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_read_is_refused_by_name(data: bytes, kind: str) -> None:
    assert _refused(data) == kind


def test_archives_that_are_no_word_files() -> None:
    assert _refused(_zip({"a.txt": b"x"})) == "not_text"
    assert _refused(_zip({"word/document.xml": b"<x/>", "[Content_Types].xml": b"<Types/>"})) == "bad_word"
    assert _refused(_zip({"word/document.xml": b" " * 41_000_000})) == "bomb"


def test_a_word_file_that_tells_less_than_it_holds_is_refused() -> None:
    data = bytearray(_word())
    data[len(data) // 2] ^= 0xFF
    data[len(data) // 3] ^= 0xFF
    try:
        read_text(bytes(data), "x")
    except TextRefused as refused:
        assert refused.kind in KINDS


def test_random_bytes_are_refused() -> None:
    for _ in range(20):
        assert _refused(os.urandom(5000)) == "not_text"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"%PDF-1.4\n"):
        try:
            source = read_text(start + data, "x")
        except TextRefused as refused:
            assert refused.kind in KINDS
        else:
            assert source.paragraphs


def test_every_refusal_is_told_in_both_languages() -> None:
    for kind in KINDS:
        refused = TextRefused(kind)
        assert refused.message_zh != refused.message_en
