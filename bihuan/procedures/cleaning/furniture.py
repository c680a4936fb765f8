"""What belongs to the page and not to the procedure: lines of web sites, page numbers, running heads, repetitions."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bihuan.procedures.cleaning.marked import Edit
from bihuan.procedures.model import Paragraph

_LONGEST = 200
_BULLET = r"(?:[•·●▪■\-*]\s{0,3})?"
# Whole lines. Words that a procedure may use itself (扫码, 会员, 公众号) are not among them.
_LINE = re.compile(
    "|".join(
        (
            rf"{_BULLET}\d{{1,6}}",
            rf"{_BULLET}约\s?[\d.]{{1,8}}[千万]?字",
            rf"{_BULLET}约?\s{{0,2}}\d{{1,5}}\s?页",
            rf"{_BULLET}\d{{4}}-\d{{2}}-\d{{2}}\s{{0,3}}发布于.{{0,20}}",
            rf"{_BULLET}(?:格式|大小|文档页数|上传人|上传时间|下载次数|浏览次数|收藏次数|文件类型|页数):.{{0,30}}",
            rf"{_BULLET}(?:举报|分享|收藏|点赞|打印|复制链接|返回顶部|首页|上一[页篇]|下一[页篇]|登录|注册|评论|提交评论|发表评论|文档简介|展开全文|收起全文)",
            r"(?:首页|当前位置)\s{0,2}[>»/:].{0,80}",
            r"\d{1,4}/\d{1,5}",
            r"[-—]\s{0,2}\d{1,4}\s{0,2}[-—]",
            r"第\s{0,2}\d{1,4}\s{0,2}页(?:[,\s/]{0,3}共\s{0,2}\d{1,4}\s{0,2}页)?",
            r"(?i:page)\s{0,2}\d{1,4}(?:\s{0,2}(?:of|/)\s{0,2}\d{1,4})?",
            r"(?:您?可能(?:关注的|感兴趣的|还喜欢).{0,10}|猜你喜欢.{0,10}|相关(?:文档|文章|推荐|阅读|搜索|资讯|下载).{0,20}|热门(?:文章|推荐|标签).{0,20})",
            r"文档评论\s?\(\d{0,6}\)",
            r".{0,12}VIP.{0,12}文档.{0,6}|.{0,10}(?:开通|加入)VIP.{0,20}",
            r"已阅读\d{1,4}页.{0,40}",
            r"(?:继续)?(?:免费)?(?:阅读全文|下载本?文档|查看全文|点击(?:下载|查看|阅读)).{0,20}",
            r"(?:版权(?:说明|声明|所有)|免责声明|转载请注明|未经(?:许可|授权|书面)).{0,180}",
            r"(?i:copyright|©|\(c\)\s?\d{4}).{0,120}|.{0,40}All [Rr]ights [Rr]eserved.{0,40}",
            r".{0,30}ICP备.{0,40}|.{0,30}公网安备.{0,40}",
            r"分享(?:到|至)[:\s].{0,60}|(?:微信|微博|QQ空间|朋友圈)(?:[\s、|]{1,3}(?:微信|微博|QQ空间|朋友圈|豆瓣|QQ)){1,6}",
            r"(?:责任编辑|本文来源|文章来源|来源网站):.{0,40}",
            r"(?:关注|扫描).{0,12}二维码.{0,10}关注.{0,10}|长按.{0,6}二维码.{0,20}",
            r"温馨提示",
        )
    )
)
# Sentences of sites that lend documents, in a list under the text.
_SITE = re.compile(r"本站|上传(?:用户|者)|下载资源|侵权|商业或盈利用途|文库|安装OFFICE|WinRAR|网页内容里面")
_SITE_LINE = re.compile(r"[•·●▪■\-*]?\s{0,3}\d{0,2}\.?\s?.{4,180}")
_TAIL = re.compile(r"_第\s?\d{1,4}\s?页$|\.(?:docx?|pdf|pptx?)\s?(?:VIP)?$")
_NUMBER = re.compile(r"\d+")
_ITEM = re.compile(r"\(?[一二三四五六七八九十\d]{1,3}[)、.]\D")
_LONGEST_HEAD = 60


def furniture(text: str, paragraphs: Sequence[Paragraph]) -> Iterator[Edit]:
    """Takes whole lines out, and the tails that sites put behind a title."""
    heads = _running_heads(text, paragraphs)
    for number, one in enumerate(paragraphs):
        line = text[one.span.start : one.span.end]
        tail = _TAIL.search(line) if len(line) <= _LONGEST else None
        if tail:
            yield Edit(one.span.start + tail.start(), one.span.end, "", "boilerplate")
        elif number in heads:
            yield _without(text, one, "repeated_line")
        elif len(line) <= _LONGEST and _is_furniture(line):
            yield _without(text, one, "boilerplate")


def _is_furniture(line: str) -> bool:
    if "\t" in line:
        return False
    return bool(_LINE.fullmatch(line) or (_SITE.search(line) and line[0] in "•·●▪■-*" and _SITE_LINE.fullmatch(line)))


def _without(text: str, one: Paragraph, kind: str) -> Edit:
    end = one.span.end + (1 if text[one.span.end : one.span.end + 1] == "\n" else 0)
    return Edit(one.span.start, end, "", kind)


def _may_be_head(line: str) -> bool:
    """Short, no sentence and no item of a list."""
    return len(line) <= _LONGEST_HEAD and line[-1] not in "。;:" and not _ITEM.match(line)


def _running_heads(text: str, paragraphs: Sequence[Paragraph]) -> frozenset[int]:
    """Lines at the top or the foot of a page that stand on most pages; where each first stands it stays."""
    pages: dict[int, list[int]] = {}
    for number, one in enumerate(paragraphs):
        if one.page and _may_be_head(text[slice(*one.span)]):
            pages.setdefault(one.page, []).append(number)
    edges = [number for numbers in pages.values() for number in {*numbers[:2], *numbers[-2:]}]
    keys = {number: _NUMBER.sub("#", text[slice(*paragraphs[number].span)]) for number in edges}
    often = {key for key, count in Counter(keys.values()).items() if count >= max(3, len(pages) // 2)}
    seen: set[str] = set()
    found: set[int] = set()
    for number in sorted(keys):
        key = keys[number]
        if key in often and (key in seen or "#" in key):
            found.add(number)
        seen.add(key)
    return frozenset(found)


_SHORTEST_BLOCK = 3
_SHORTEST_RUN = 40
# A run that begins in the middle of a list is part of a second list, not a repetition to take out.
_LATER_ITEM = re.compile(r"\(?(?:[二三四五六七八九十]|1?[2-9]|1[01]|[②-⑳])[一二三四五六七八九十\d]{0,2}[)、.]")


def duplicates(text: str, paragraphs: Sequence[Paragraph]) -> Iterator[Edit]:
    """Takes out a line that stands twice in a row, and runs of three lines or more that have stood before."""
    lines = [text[one.span.start : one.span.end] for one in paragraphs]
    gone = {at for at in range(1, len(lines)) if lines[at] == lines[at - 1] and "\t" not in lines[at]}
    for start, end in _runs(lines):
        if not _LATER_ITEM.match(lines[start]):
            gone.update(range(start, end))
    for at in sorted(gone):
        yield _without(text, paragraphs[at], "duplicate")


def _runs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Ranges of lines each of which stands, with the two behind it, earlier in the text."""
    first: dict[tuple[str, ...], int] = {}
    start = end = -1
    for at in range(len(lines) - _SHORTEST_BLOCK + 1):
        block = tuple(lines[at : at + _SHORTEST_BLOCK])
        if first.setdefault(block, at) > at - _SHORTEST_BLOCK or sum(map(len, block)) < _SHORTEST_RUN:
            continue
        if at > end:
            if end > start:
                yield start, end
            start = at
        end = at + _SHORTEST_BLOCK
    if end > start:
        yield start, end
