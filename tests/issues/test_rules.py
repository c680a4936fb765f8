"""Status, files, forms, replies, likeness, snippets, sentences: the pure rules as tables."""

import itertools
import struct
import zlib
from collections.abc import Mapping

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from bihuan.issues.errors import InvalidForm, TooLong
from bihuan.issues.rules.case import case_body
from bihuan.issues.rules.files import BYTES, clean_name, disposition, sniffed_type
from bihuan.issues.rules.forms import check_form, merged, too_big
from bihuan.issues.rules.html import clean_html
from bihuan.issues.rules.limits import within
from bihuan.issues.rules.replies import is_thanks
from bihuan.issues.rules.sentences import SENTENCES, sentence
from bihuan.issues.rules.similarity import likeness
from bihuan.issues.rules.snippets import highlighted, snippet
from bihuan.issues.rules.status import CLOSED, RANK, Standing, derive
from bihuan.issues.rules.words import change_words, priority_words

# -- status ---------------------------------------------------------------------------------------------------------

CANONICAL = {
    "new", "triage", "claimable", "in_progress", "waiting_customer", "waiting_third_party", "pending_approval",
    "suspended", "resolved", "callback", "closed", "withdrawn", "terminated", "invalid", "merged",
}  # fmt: skip


def test_every_status_of_the_vocabulary_has_one_place_in_the_table() -> None:
    assert sorted(RANK) == sorted(CANONICAL)
    assert CLOSED < CANONICAL


@pytest.mark.parametrize(("one", "other"), list(itertools.product(RANK, RANK)))
def test_of_two_parallel_places_the_one_that_needs_somebody_speaks(one: str, other: str) -> None:
    found = derive([Standing(one, True), Standing(other, False)], before="new")
    assert found == min(one, other, key=RANK.index)
    assert derive([Standing(other, True), Standing(one, False)], before="new") == found


@pytest.mark.parametrize(
    ("standings", "status"),
    [
        ([], "triage"),
        ([Standing("", False)], "claimable"),
        ([Standing("", True)], "in_progress"),
        ([Standing("", True), Standing("", False)], "claimable"),
        ([Standing("", True, True)], "waiting_customer"),
        ([Standing("resolved", True, True)], "resolved"),
        ([Standing("pending_approval", False)], "pending_approval"),
        ([Standing("", True), Standing("", True, True)], "in_progress"),
        ([Standing("own_word", True)], "own_word"),
    ],
)
def test_what_is_not_declared_follows_from_who_has_it(standings: list[Standing], status: str) -> None:
    assert derive(standings, before="triage") == status


# -- files ----------------------------------------------------------------------------------------------------------


def png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return b"\x89PNG\r\n\x1a\n" + chunk


def jpeg(width: int, height: int) -> bytes:
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF"
        + bytes(10)
        + b"\xff\xc0\x00\x11\x08"
        + struct.pack(">HH", height, width)
        + bytes(9)
    )


WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x63\x00\x00\x31\x00\x00"


@pytest.mark.correctness(125)
@pytest.mark.parametrize(
    ("data", "media_type", "inline"),
    [
        (png(800, 600), "image/png", True),
        (jpeg(4000, 3000), "image/jpeg", True),
        (b"GIF89a" + struct.pack("<HH", 10, 10), "image/gif", True),
        (WEBP, "image/webp", True),
        (png(50_000, 50_000), "image/png", False),
        (jpeg(65_000, 65_000), "image/jpeg", False),
        (png(0, 10), "image/png", False),
        (b"\x89PNG\r\n\x1a\n", "image/png", False),
        (b"\xff\xd8\xff\xe0", "image/jpeg", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", BYTES, False),
        (b"<!doctype html><script>alert(1)</script>", BYTES, False),
        (b"\xef\xbb\xbf<html>", BYTES, False),
        (b"MZ\x90\x00", BYTES, False),
        (b"PK\x03\x04" + bytes(100), "application/zip", False),
        (b"%PDF-1.7", "application/pdf", False),
        (b"", BYTES, False),
    ],
)
def test_a_file_leaves_as_what_its_bytes_are(data: bytes, media_type: str, inline: bool) -> None:
    decided = disposition(data, size=len(data))
    assert (decided.media_type, decided.inline) == (media_type, inline)


@given(st.binary(max_size=200))
def test_any_bytes_have_a_type_and_nothing_that_runs_is_shown(data: bytes) -> None:
    decided = disposition(data, size=len(data))
    assert decided.media_type in {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf",
                                  "application/zip", BYTES}  # fmt: skip
    assert not decided.inline or sniffed_type(data).startswith("image/")


@pytest.mark.correctness(125)
@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("照片.jpg", "照片.jpg"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\temp\\a.txt", "C_temp_a.txt"),
        ("a\x00b\r\n.txt", "a_b_.txt"),
        ("\u202egpj.exe", "gpj.exe"),
        ("", "file"),
        ("...", "file"),
        ("CON.txt", "_CON.txt"),
        ('x"; filename="y.html', "x_; filename=_y.html"),
    ],
)
def test_names_lead_nowhere(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@given(st.text(max_size=500))
def test_any_name_is_short_and_printable(name: str) -> None:
    kept = clean_name(name)
    assert 0 < len(kept) <= 200
    assert not set(kept) & set('\\/:*?"<>|\x00\r\n')


# -- forms ----------------------------------------------------------------------------------------------------------

SCHEMA: Mapping[str, object] = {
    "$id": "bihuan:form:X",
    "type": "object",
    "properties": {
        "compensates": {"type": "boolean"},
        "amount": {
            "type": "number", "minimum": 0, "title": "金额", "x-visibleWhen": {"field": "compensates", "in": [True]},
        },
        "text": {"type": "string", "maxLength": 10, "title": "说明"},
        "rows": {"type": "array", "items": {"type": "object", "required": ["step"]}, "title": "步骤"},
        "on": {"type": "string", "format": "date"},
    },
    "required": ["text", "amount"],
    "additionalProperties": False,
}  # fmt: skip


def test_a_field_that_is_not_shown_is_neither_required_nor_kept() -> None:
    assert check_form(SCHEMA, {"text": "x", "compensates": False, "amount": -5}) == {"text": "x", "compensates": False}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"compensates": False}, ("text",)),
        ({"text": "x", "compensates": True}, ("amount",)),
        ({"text": "x", "compensates": True, "amount": -1}, ("amount",)),
        ({"text": "12345678901"}, ("text",)),
        ({"text": 5}, ("text",)),
        ({"text": "x", "rows": [{"step": "1"}, {}]}, ("rows", 1, "step")),
        ({"text": "x", "unknown": 1}, ()),
        ({"text": "x", "on": "2026-13-01"}, ("on",)),
    ],
)
def test_what_does_not_fit_is_named(data: Mapping[str, object], path: tuple[str | int, ...]) -> None:
    with pytest.raises(InvalidForm) as refused:
        check_form(SCHEMA, data)
    assert [problem.path for problem in refused.value.problems] == [path]
    assert refused.value.problems[0].message


def test_too_much_is_refused_before_it_is_looked_at() -> None:
    for value in ("x" * 20_001, [{}] * 501, {"k": ["y" * 20_001]}, _nested(30)):
        assert too_big(value)
        with pytest.raises(InvalidForm):
            check_form(SCHEMA, {"text": value})


def _nested(depth: int) -> object:
    return [_nested(depth - 1)] if depth else 1


def test_nul_is_dropped_and_none_is_blank() -> None:
    assert check_form(SCHEMA, {"text": "a\x00b", "on": None}) == {"text": "ab"}


def test_fifty_problems_are_enough() -> None:
    rows: list[dict[str, object]] = [{} for _ in range(300)]
    with pytest.raises(InvalidForm) as refused:
        check_form(SCHEMA, {"text": "x", "rows": rows})
    assert len(refused.value.problems) == 50


def test_steps_fill_in_one_form_and_departments_stand_side_by_side() -> None:
    own: dict[str, Mapping[str, object]] = {"support_work": {}, "proof": {}}
    before = {"measures": "回退", "support_work": "旧"}
    assert merged(before, {"support_work": "新"}, own=own) == {"measures": "回退", "support_work": "新"}
    assert merged(before, {}, own=own) == {"measures": "回退"}, "what is blank now is blank"
    once = merged({"measures": "回退"}, {"support_work": "已配合", "proof": ["a"]}, own=own, by="财务部")
    twice = merged(once, {"support_work": "已核对", "proof": ["b", "a"]}, own=own, by="数据部")
    assert twice == {"measures": "回退", "support_work": "【财务部】已配合\n【数据部】已核对", "proof": ["a", "b"]}


# -- texts ----------------------------------------------------------------------------------------------------------


def test_texts_that_are_too_long_are_refused_with_both_numbers() -> None:
    with pytest.raises(TooLong) as refused:
        within("标题", "长" * 10_001, 300)
    assert refused.value.params == {"field": "标题", "limit": 300, "length": 10_001}
    assert within("标题", "a\x00b", 300) == "ab"


@pytest.mark.correctness(124)
@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>1</script>'>x</a>",
        "<div style='position:fixed;background:url(http://x)'>x</div>",
        "<iframe src='http://x'></iframe>",
        "<svg><script>1</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<form action='http://x'><input name=p></form>",
        "<meta http-equiv=refresh content='0;url=http://x'>",
    ],
)
def test_html_of_strangers_carries_nothing_that_acts(html: str) -> None:
    cleaned = clean_html(html).lower()
    for sign in ("<script", "onerror", "javascript:", "data:", "style=", "<iframe", "<svg", "<img", "<form", "<input",
                 "<meta", "url("):  # fmt: skip
        assert sign not in cleaned


@pytest.mark.correctness(35)
@pytest.mark.parametrize(
    "text",
    [
        "谢谢",
        "好的，谢谢！",
        "收到。",
        "非常感谢您的帮忙",
        "Thanks!",
        "thank you very much",
        "OK",
        "謝謝你們",
        "已解决，谢谢",
    ],
)
def test_thanks_are_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.correctness(35)
@pytest.mark.parametrize(
    "text",
    ["", "   ", "谢谢，但是还是不行", "又断了", "好的，什么时候能来？", "收到了吗?", "谢谢 2 号库", "thanks, but it fails again at night",
     "不可以", "没有解决", "谢" * 100],
)  # fmt: skip
def test_more_than_thanks_is_more(text: str) -> None:
    assert not is_thanks(text)


@pytest.mark.correctness(61)
def test_likeness() -> None:
    one = "疫苗冷库温度数据中断，平台没有温度数据"
    assert likeness(one, one) == 1
    assert likeness(one, "疫苗冷庫溫度數據中斷 平台没有温度数据！") == 1
    assert likeness(one, "疫苗冷库温度数据又中断了，平台上没有数据") > 0.4
    assert likeness(one, "发票抬头开错了，请重开") < 0.05
    assert likeness(one, "") == likeness("", "") == likeness("。", "，") == 0


@given(st.text(max_size=300), st.text(max_size=300))
def test_likeness_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1


@pytest.mark.correctness(138)
@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("今早平台没有温度数据", "温度", (("今早平台没有", False), ("温度", True), ("数据", False))),
        ("疫苗冷庫溫度", "冷库温度", (("疫苗", False), ("冷庫溫度", True))),
        ("我的ｉＰｈｏｎｅ坏了", "iphone", (("我的", False), ("ｉＰｈｏｎｅ", True), ("坏了", False))),
        ("重 5 ㎏ 左右", "kg", (("重 5 ", False), ("㎏", True), (" 左右", False))),
        ("没有", "温度", ()),
        ("温度温度", "温度", (("温度温度", True),)),
        ("😀温度😀", "温度", (("😀", False), ("温度", True), ("😀", False))),
        ("𠀀温度𠀀", "𠀀温", (("𠀀温", True), ("度𠀀", False))),
    ],
)
def test_hits_are_marked_in_the_text_as_it_was_written(
    text: str, query: str, shown: tuple[tuple[str, bool], ...]
) -> None:
    assert highlighted(text, query) == shown


@pytest.mark.correctness(138)
@given(
    st.text(alphabet="温度数据冷库iPhone㎏ＡＢ😀𠀀 \n。", max_size=300),
    st.text(alphabet="温度冷库iphone", min_size=1, max_size=4),
)
def test_pieces_are_parts_of_the_text(text: str, query: str) -> None:
    pieces = highlighted(text, query)
    body = [part for part, _ in pieces if part != "…"]
    joined = "".join("".join(body).split())
    assert joined in "".join(text.split())
    assert all(part for part, _ in pieces)
    assert snippet(text, query) == "".join(part for part, _ in pieces).strip()


def test_a_long_text_is_cut_around_the_first_hit() -> None:
    shown = snippet("前" * 500 + "温度" + "后" * 500, "温度")
    assert shown == "…" + "前" * 40 + "温度" + "后" * 40 + "…"


# -- words ----------------------------------------------------------------------------------------------------------


def test_every_sentence_has_its_english_with_the_same_places() -> None:
    for code, text in SENTENCES.items():
        words = "step to reason number next outcome what names end why percent role title keywords"
        places = dict.fromkeys(words.split(), "x")
        with translation.override("en"):
            english = sentence(code, places)
        with translation.override("zh-hans"):
            chinese = sentence(code, places)
        assert chinese != english, code
        assert not any("\u4e00" <= c <= "\u9fff" for c in english), text


def test_places_have_the_readers_language_and_may_be_missing() -> None:
    params = {
        "step": "登记",
        "step_en": "Register",
        "next": "分类",
        "next_en": "Classify",
        "outcome": "",
        "outcome_en": "",
    }
    with translation.override("en"):
        assert "Register" in sentence("step.completed", params) and "登记" not in sentence("step.completed", params)
    assert sentence("step.completed", {}) == "完成「」 → "
    assert sentence("no.such.code", {}) == "no.such.code"
    assert sentence("alarm.breach", {"step": "登记", "role": ""}) == "「登记」已超时"
    assert sentence("alarm.warning", {"step": "登记", "percent": 50}) == "「登记」的时限已用 50%"


def test_corrections_in_words() -> None:
    changes = [["urgency", "", "high"], ["priority", "P3", "P1"], ["type", "fault", "data"]]
    assert change_words(changes) == "紧急程度 — → 高、优先级 P3 中 → P1 紧急、类型 fault → data"
    assert change_words("nonsense") == change_words([["x"]]) == ""
    assert priority_words("P9") == "P9"


def test_a_case_as_prose_leaves_blank_parts_out() -> None:
    body = case_body(
        " 没有温度数据 ",
        {
            "F02": {"whys": [{"why": "为什么断", "answer": "固件"}, "x"], "root_cause": "没有重连上限",
                    "fishbone": [{"cause": "固件缺陷", "is_root": True}, {"cause": "天气"}]},
            "F03": {"measures": "回退", "steps": [{"step": "停用"}, {"step": "回退"}], "acceptance": ""},
            "F04": {"lesson": "升级前验证"},
        },
    )  # fmt: skip
    assert body == (
        "【客户反映】\n没有温度数据\n\n【分析】\n1. 为什么断 固件\n\n【根本原因】\n没有重连上限\n固件缺陷\n\n"
        "【解决措施】\n回退\n1. 停用\n2. 回退\n\n【经验与改进】\n升级前验证"
    )
    assert case_body("", {}) == ""


def test_a_picture_of_a_mail_keeps_its_name_and_one_that_lies_nowhere_goes() -> None:
    assert clean_html('<img alt="a>b" data-cid="x1" onerror="x()">') == '<img alt="a&gt;b" data-cid="x1">'
    for nowhere in ("<img src=cid:x>", "<img alt=' data-cid=\"x\"'>", '<img alt="a>b" src="http://x/">'):
        assert "<img" not in clean_html(f"<p>{nowhere}</p>")
