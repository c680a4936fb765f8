"""Breaking lines as Chinese and English typography want it."""

from hypothesis import given
from hypothesis import strategies as st

from bihuan.bpmn.draw import wrap
from bihuan.bpmn.draw.text import cut, wide

CLOSING = "，。、；：？！）】》」』”’"


@given(st.text(alphabet="问题处理，。（）「」？ab c1", max_size=40), st.integers(3, 12), st.integers(1, 5))
def test_lines_fit_and_begin_well(text: str, width: int, most: int) -> None:
    lines = wrap(text, width, most)
    assert len(lines) <= most
    for line in lines[1:]:
        assert line[0] not in CLOSING
    whole = "".join(lines).replace(" ", "")
    if "…" not in whole:
        assert whole == "".join(text.split())


def test_examples() -> None:
    assert wrap("登记受理，分类分派", 4, 3) == ["登记受", "理，分类", "分派"]
    assert wrap("请客户（书面）确认", 4, 3) == ["请客户", "（书面）", "确认"]
    assert wrap("Several departments involved", 12, 3) == ["Several departments", "involved"]
    assert wrap("一二三四五六七八九十", 3, 2) == ["一二三", "四五…"]
    assert wrap("", 5, 2) == []


@given(st.text(max_size=60), st.integers(2, 20))
def test_cut_fits(text: str, width: int) -> None:
    found = cut(text, width)
    assert wide(found) <= width
    assert found == " ".join(text.split()) or found.endswith("…")
