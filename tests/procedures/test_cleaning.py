"""What is taken away is told with its place; what is lost is marked and never guessed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.procedures import LOST, Cleaned, Paragraph, Source, Span, clean, source_of


def _clean(text: str) -> Cleaned:
    return clean(source_of(text))


def _counts(text: str) -> dict[str, int]:
    return {one.kind: one.count for one in _clean(text).report}


@pytest.mark.parametrize(
    ("text", "clean_text"),
    [
        ("環(huán)節(jié)完成。", "环节完成。"),
        ("服务內（nèi）容，現[xiàn]有。", "服务内容,现有。"),
        ("环「huán」节", "环节"),
        ("客户(kèhù)登记", "客户登记"),
        ("环(huan2)节", "环节"),
        ("环(huan)节", "环节"),
    ],
)
def test_pinyin_behind_characters_is_taken_out(text: str, clean_text: str) -> None:
    cleaned = _clean(text)
    assert cleaned.text == clean_text
    assert cleaned.damage("gloss") is not None


@pytest.mark.parametrize("text", ["指标(KPIs)", "附件(A)", "流转单(SKY001)", "客户(can)登记", "质量(QC)", "门诊(初诊)"])
def test_other_brackets_stay(text: str) -> None:
    assert _clean(text).text == text
    assert not _counts(text)


def test_a_letter_before_a_gloss_is_a_lost_character() -> None:
    cleaned = _clean("满意度下降。F(xiàn)有的渠道。")
    assert cleaned.text == f"满意度下降。{LOST}有的渠道。"
    damage = cleaned.damage("lost_character")
    assert damage is not None and damage.lost
    assert damage.places[0].excerpt == "F(xiàn)"


def test_shifted_bytes_are_marked_as_far_as_they_go() -> None:
    cleaned = _clean("確??蛻艨梢酝ㄟ^電話提交。怎么办??先登记。")
    assert cleaned.text == f"确{LOST}电话提交。怎么办??先登记。"
    damage = cleaned.damage("garbled")
    assert damage is not None and damage.count == 1
    assert cleaned.source.text[slice(*damage.places[0].span)] == "??蛻艨梢酝ㄟ^"


@pytest.mark.parametrize("text", ["登记锟斤拷锟斤拷回访", "登记\ufffd\ufffd回访", "登记å®¢æˆ·å®¢回访"])
def test_known_damage_is_marked(text: str) -> None:
    assert _clean(text).text == f"登记{LOST}回访"


def test_wide_forms_and_traditional_characters() -> None:
    assert _clean("１．接收ＣＲＭ（電話）①登記").text == "1.接收CRM(电话)①登记"
    assert _counts("客戶支持") == {"traditional": 1}


def test_what_cannot_be_seen_is_taken_out() -> None:
    assert _clean("登\u200b记\u202e客户\ufeff\x07").text == "登记客户"


@pytest.mark.parametrize(
    "line",
    [
        "下载本文档",
        "第 3 页 共 9 页",
        "- 3 -",
        "3/9",
        "已阅读5页，还剩24页未读 继续免费阅读",
        "相关文章",
        "您可能关注的文档",
        "文档评论(0)",
        "© 2024 某某公司 版权所有",
        "京ICP备12345678号",
        "分享到：微信 微博",
        "- 格式:docx",
        "上一页",
        "• 约4.08千字",
        "1亿VIP精品文档",
        "• 本站不保证下载资源的准确性",
    ],
)
def test_lines_of_web_pages_are_taken_out(line: str) -> None:
    cleaned = _clean(f"登记客户的问题。\n{line}\n回访客户。")
    assert cleaned.text == "登记客户的问题。\n回访客户。"
    assert cleaned.damage("boilerplate") is not None


@pytest.mark.parametrize(
    "line",
    ["客户扫码提交问题。", "会员由管家接待。", "1.登记", "关注公众号的客户登记。", "评论由客服回复。", "步骤\t3"],
)
def test_lines_that_a_procedure_may_have_stay(line: str) -> None:
    assert line in _clean(f"登记客户的问题。\n{line}\n回访客户。").text


def test_running_heads_of_pages() -> None:
    lines = [
        text for page in range(1, 5) for text in ("某公司制度", f"第{page}部分内容由客服部登记。", f"版本A {page}")
    ]
    text = "\n".join(lines)
    spans = []
    at = 0
    for number, line in enumerate(lines):
        spans.append(Paragraph(Span(at, at + len(line)), 0, number // 3 + 1))
        at += len(line) + 1
    cleaned = clean(Source("x", "pdf", "", text, tuple(spans)))
    assert cleaned.text.count("某公司制度") == 1
    assert "版本A" not in cleaned.text
    assert cleaned.text.count("客服部登记") == 4


_BLOCK = "客服部登记客户提出的问题并确认收到。\n技术部核实情况并制定解决方案。\n客服部回访客户并记录满意程度的结果。\n"


def test_repeated_paragraphs() -> None:
    assert _clean("标题\n标题\n登记。").text == "标题\n登记。"
    assert _clean(f"甲\n{_BLOCK}乙\n{_BLOCK}").text.count("技术部核实") == 1
    assert _counts(f"甲\n{_BLOCK}乙\n{_BLOCK}") == {"duplicate": 3}


def test_the_end_of_a_second_list_is_no_repetition() -> None:
    rest = "2、投诉的客户由客服部负责接待并做好登记。\n3、其他的客户由客服部负责转给有关部门。\n4、所有的客户都由客服部在事后进行回访。\n"
    text = f"甲\n1、咨询\n{rest}乙\n1、查询\n{rest}".strip()
    assert _clean(text).text == text


def test_sentences_that_break_off() -> None:
    cleaned = _clean("每月末召开会议,分析问题类型,识别流程瓶颈,提出优")
    assert cleaned.text.endswith(f"提出优{LOST}")
    assert cleaned.damage("truncated") is not None
    assert _clean("登记客户的问题……\n回访").text == f"登记客户的问题……{LOST}\n回访"
    assert not _counts("登记客户的问题,并且在当天回访客户,做好有关的记录。")


_PIECES = st.sampled_from(
    [
        "客户",
        "環(huán)節(jié)",
        "１２",
        "\u200b",
        "\ufffd",
        "確??蛻艨梢",
        "\n",
        "下载本文档\n",
        "F(xiàn)",
        "a\u0301",
        "。",
        "😀",
        "שלום",
        "\t",
        "……\n",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=30))
def test_places_lead_back_to_the_original(pieces: list[str]) -> None:
    text = "".join(pieces) + "完"
    cleaned = _clean(text)
    assert len(cleaned.origins) == len(cleaned.text)
    assert list(cleaned.origins) == sorted(cleaned.origins)
    for one in cleaned.report:
        assert one.count >= len(one.places) > 0
        for place in one.places:
            assert 0 <= place.span.start <= place.span.end <= len(cleaned.source.text)
    for paragraph in cleaned.paragraphs:
        origin = cleaned.origin(paragraph.span)
        assert 0 <= origin.start < origin.end <= len(cleaned.source.text)
    untouched = [at for at, one in enumerate(cleaned.text) if one in "客户完😀"]
    assert all(
        cleaned.text[at] == cleaned.source.text[cleaned.origins[at]] for at in untouched if cleaned.text[at] != "户"
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=20))
def test_a_clean_text_stays_as_it_is(pieces: list[str]) -> None:
    once = _clean("".join(pieces) + "完").text
    again = _clean(once)
    assert again.text.replace(LOST, "") == once.replace(LOST, "") or again.damage("duplicate") is not None
