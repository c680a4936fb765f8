"""Forms on paper: what is put in comes out, whatever it is."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document as open_word

from bihuan.documents import Document, Pair, Table, build_document, render_docx, render_pdf

FORM: dict[str, object] = {
    "title": "问题分析报告",
    "x-titleEn": "Issue analysis report",
    "x-code": "F02",
    "x-version": "1",
    "x-retention": "P3Y",
    "properties": {
        "phenomenon": {"type": "string", "title": "现象", "x-titleEn": "Phenomenon", "x-widget": "textarea"},
        "risk": {
            "type": "string",
            "enum": ["high", "low"],
            "x-enumNames": ["高", "低"],
            "x-enumNamesEn": ["High", "Low"],
            "title": "风险",
            "x-titleEn": "Risk",
        },
        "amount": {"type": "number", "title": "金额", "x-widget": "money"},
        "whys": {
            "type": "array",
            "title": "5Why",
            "x-widget": "five_whys",
            "items": {
                "type": "object",
                "properties": {
                    "why": {"type": "string", "title": "为什么"},
                    "answer": {"type": "string", "title": "回答"},
                },
            },
        },
        "secret": {"type": "string", "title": "不打印", "x-print": False},
    },
    "x-groups": [
        {
            "key": "facts",
            "title": "发生了什么",
            "titleEn": "What happened",
            "fields": ["phenomenon", "risk", "amount", "whys", "secret"],
        }
    ],
}
HOSTILE = '#import "x"; #panic("孤") \\ <script>alert(1)</script> {{7*7}} ‮txet \U0001f600 𠮷 \x00 ]] #set page()'
FONTS = [Path(__file__).resolve().parents[2] / "var" / "fonts"]


def document(data: dict[str, object], language: str = "zh-hans") -> Document:
    return build_document(
        form=FORM,
        data=data,
        company="澜库冷链",
        number="20261120-0042",
        language=language,
        meta=(("客户", "云溪市第二人民医院"),),
        signatures=(("审核", ""), ("批准", "")),
    )


def test_values_are_worded_in_the_readers_language() -> None:
    data: dict[str, object] = {"risk": "high", "amount": 1234.5, "whys": [{"why": "为什么断", "answer": "升级"}]}
    chinese, english = document(data), document(data, "en")
    assert [block.value for block in chinese.sections[0].blocks[1:3] if isinstance(block, Pair)] == [
        "高",
        "¥1,234.50（壹仟贰佰叁拾肆元伍角）",
    ]
    assert english.title == "Issue analysis report"
    assert english.sections[0].blocks[1] == Pair("Risk", "High", False)
    table = chinese.sections[0].blocks[3]
    assert isinstance(table, Table) and table.rows == (("为什么断", "升级"),)


def test_fields_kept_off_paper_stay_off() -> None:
    assert "不打印" not in str(document({"secret": "x"}).sections)


@pytest.mark.parametrize("value", ["", HOSTILE, "长" * 10_000])
def test_pdf_sets_any_text_and_is_a4(value: str) -> None:
    pdf = render_pdf(document({"phenomenon": value, "whys": [{"why": value, "answer": value}]}), font_folders=FONTS)
    assert pdf.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox\s*\[\s*0 0 595\.2\d* 841\.8\d*\s*\]", pdf)


@pytest.mark.parametrize("value", ["", HOSTILE, "长" * 10_000])
def test_docx_keeps_any_text(value: str) -> None:
    content = render_docx(document({"phenomenon": value}))
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    text = "\n".join(cell.text for table in open_word(io.BytesIO(content)).tables for cell in table._cells)
    assert value.replace("\x00", "") in text
    assert "未填写" in text
