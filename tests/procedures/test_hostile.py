"""Texts made to hurt: the time grows with the length and no faster."""

import time

import pytest

from bihuan.procedures import TextRefused, clean, draft, gaps, read_text, source_of, understand

_SHORT, _LONG = 30_000, 240_000
_PIECES = {
    "one line": "客户投诉处理",
    "if": "如果客户",
    "if and else": "若客户不满意,则返回重新登记,否则回访。",
    "numbers": "1.",
    "chinese numbers": "一、",
    "circled numbers": "①登记。",
    "dotted numbers": "。1.1",
    "brackets": "((())",
    "book marks": "《登记表",
    "arrows": "登记→",
    "lists": "包括登记、",
    "labels": "登记:\n",
    "units": "由客服部、",
    "limits": "在24小时内,",
    "pinyin": "环(huán",
    "accents": "a\u0301\u0316",
    "question marks": "客??蛻艨",
    "emoji and right to left": "😀登记\u202eשלום",
    "blank lines": "\n",
    "table": "步骤\t负责人\n",
    "titles": "客户投诉处理流程:\n1.登记。2.回访。\n",
    "two classes": "高风险由部门审批;低风险由客服审批;",
    "slides": "目录01流程02",
    "graded": "重大投诉",
    "steps": "第一步 登记\n如果客户不满意，则返回重新登记。必要时请技术部协助处理。\n",
}


def _seconds(text: str) -> float:
    began = time.process_time()
    understand(clean(source_of(text)))
    return time.process_time() - began


@pytest.mark.parametrize("piece", _PIECES.values(), ids=_PIECES)
def test_time_is_linear(piece: str) -> None:
    def of(length: int) -> str:
        return (piece * (length // len(piece) + 1))[:length] + "完"

    short = min(_seconds(of(_SHORT)) for _ in range(2))
    long = min(_seconds(of(_LONG)) for _ in range(2))
    # Eight times the length: quadratic work would take sixty-four times as long. CPU time alone, the better of two, and
    # half way between: a busy machine must not fail it.
    assert long < 32 * max(short, 0.03)


@pytest.mark.parametrize(
    "piece", ["若客户不满意,则返回重新登记,否则回访。", "登记。如有问题,通知主管。", "①登记。", "步骤\t负责人\n"]
)
def test_drafts_of_endless_texts_stay_small(piece: str) -> None:
    found = understand(clean(source_of(piece * 2000)))
    drafts = draft(found)
    assert drafts
    assert all(len(one.sketch.nodes) < 400 for one in drafts)


@pytest.mark.slow
def test_a_line_of_a_million_characters() -> None:
    found = understand(clean(read_text(("客服部登记客户的问题并且回访" * 80_000)[:1_000_000].encode(), "x")))
    assert len(found.cleaned.text) >= 1_000_000
    gaps(found, draft(found))


def test_a_text_that_is_nothing_but_marks() -> None:
    for text in (
        "\u202e\u200b\ufeffx",
        "。。。",
        "((((",
        "《》",
        "→→→",
        "一、",
        "1.",
        "第一步",
        ":",
        "目录01",
        "\t\t\nx\ty",
    ):
        found = understand(clean(source_of(text)))
        gaps(found, draft(found))


def test_halves_of_surrogate_pairs() -> None:
    cleaned = clean(source_of("登记\ud800客户"))
    assert cleaned.text == "登记客户"


def test_marks_alone_are_refused() -> None:
    with pytest.raises(TextRefused) as caught:
        read_text(b"\n\n\t", "x")
    assert caught.value.kind == "empty"
