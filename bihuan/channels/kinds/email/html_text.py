"""HTML to text that a person can read: blocks, lists, tables, links, quotes."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from bihuan.channels.kinds.email.html_guard import crude_text, is_tangled

LONGEST_HTML = 5_000_000
LONGEST_TEXT = 2_000_000
DEEPEST_QUOTE = 12

_INLINE = {"a", "b", "i", "u", "s", "em", "strong", "span", "font", "sub", "sup", "code", "tt", "small", "big", "img"}
_BLOCKS = {
    "div",
    "section",
    "article",
    "header",
    "footer",
    "address",
    "center",
    "form",
    "fieldset",
    "dl",
    "dt",
    "dd",
    "figure",
    "figcaption",
    "main",
    "nav",
    "aside",
    "caption",
    "details",
    "summary",
}
_SPACED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "blockquote"}
_TABLE = {"table", "thead", "tbody", "tfoot", "tr", "td", "th"}
_TAGS = _INLINE | _BLOCKS | _SPACED | _TABLE | {"br", "hr", "li"}
_GONE = {"script", "style", "title", "template", "noscript", "object", "svg", "math", "select", "option"}
_INVISIBLE = re.compile("[\u00ad\u034f\u200b-\u200f\u2060\u2066-\u2069\u202a-\u202e\ufeff]")
_QUOTE_CLASS = re.compile(r"quote|cite|moz-|isreplycontent|yahoo_quoted|previous_msg|reply", re.IGNORECASE)
_BORDER = re.compile(r"border-left(?:-style|-width)?\s*:\s*(?!\s*(?:none|0))", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)

_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_GONE,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "cid", "mid", "tel"},
    attributes={
        "a": {"href"},
        "img": {"alt"},
        "blockquote": {"type", "class", "id", "style", "cite"},
        "div": {"style"},
        "span": {"style"},
        "p": {"style"},
        "td": {"style"},
    },
)


@dataclass(slots=True)
class _Box:
    """Text collected for one enclosing block; ``gap`` is how many line ends must stand before the next word."""

    tag: str
    parts: list[str] = field(default_factory=list)
    gap: int = 0
    space: bool = False
    cells: list[str] = field(default_factory=list)
    number: int | None = None

    def text(self) -> str:
        return "".join(self.parts)


def html_to_text(html: str) -> str:
    """The text of HTML. What was hidden by style, scripts and comments are left out. Quotations get ``> ``."""
    html = html[:LONGEST_HTML].replace("\x00", "")
    if is_tangled(html):
        return crude_text(html)[:LONGEST_TEXT]
    reader = _Reader()
    reader.feed(_CLEANER.clean(html))
    reader.close()
    return reader.result()


class _Reader(HTMLParser):
    """Reads what the cleaner wrote: well-formed, few tags, few attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.boxes = [_Box("body")]
        self.links: list[tuple[str, int]] = []
        self.pre = 0
        self.hidden: list[str] = []
        self.quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self.hidden:
            if tag == self.hidden[0]:
                self.hidden.append(tag)
        elif _HIDDEN.search(given.get("style", "")) and tag != "blockquote":
            self.hidden = [tag]
        else:
            self._open(tag, given)

    def _open(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._break()
        elif tag == "hr":
            self._block(1)
            self._write("-" * 20)
            self._block(1)
        elif tag == "img":
            self._image(given.get("alt", "").strip())
        elif tag == "a":
            self.links.append((given.get("href", ""), len(self.boxes[-1].parts)))
        elif tag in _TABLE:
            self._open_table(tag)
        else:
            self._open_block(tag, given)

    def _open_block(self, tag: str, given: dict[str, str]) -> None:
        if tag in _INLINE:
            return
        self._block(2 if tag in _SPACED else 1)
        self.pre += tag == "pre"
        if tag in ("ul", "ol"):
            self.boxes[-1].number = 0 if tag == "ol" else None
        elif tag == "li":
            self._bullet()
        elif tag == "blockquote":
            quoted = _is_quotation(given)
            self.quotes += quoted
            self.boxes.append(_Box("quote" if quoted else "indent"))

    def _bullet(self) -> None:
        box = self.boxes[-1]
        if box.number is not None:
            box.number += 1
        self._write(f"{box.number}. " if box.number is not None else "- ")
        box.gap, box.space = 0, False

    def handle_endtag(self, tag: str) -> None:
        if self.hidden:
            if tag == self.hidden[0]:
                self.hidden.pop()
        elif tag == "a":
            self._close_link()
        elif tag == "blockquote":
            self._close_quote()
        elif tag in _TABLE:
            self._close_table(tag)
        elif tag not in _INLINE and tag not in ("br", "hr"):
            self.pre -= tag == "pre"
            self._block(2 if tag in _SPACED else 1)

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        data = _INVISIBLE.sub("", data.replace("\xa0", " "))
        if self.pre:
            self._write(data, raw=True)
            return
        words = " ".join(data.split())
        box = self.boxes[-1]
        if data[:1].isspace():
            box.space = True
        if words:
            self._write(words)
            box.space = data[-1:].isspace()

    def _write(self, words: str, *, raw: bool = False) -> None:
        box = self.boxes[-1]
        if box.gap and box.parts:
            box.parts.append("\n" * box.gap)
        elif box.space and box.parts and not box.parts[-1].endswith((" ", "\n")) and not raw:
            box.parts.append(" ")
        box.gap, box.space = 0, False
        box.parts.append(words)

    def _block(self, gap: int) -> None:
        """The next word begins a new line; with ``gap`` 2 after an empty one."""
        self.boxes[-1].gap = max(self.boxes[-1].gap, gap)
        self.boxes[-1].space = False

    def _break(self) -> None:
        box = self.boxes[-1]
        box.gap, box.space = min(3, box.gap + 1), False

    def _image(self, alt: str) -> None:
        if alt and len(alt) <= 200:
            self._write(f"[{alt}]")

    def _close_link(self) -> None:
        if not self.links:
            return
        href, since = self.links.pop()
        words = "".join(self.boxes[-1].parts[since:]).strip()
        bare = href.removeprefix("mailto:").removeprefix("tel:")
        if href.startswith(("http:", "https:", "mailto:")) and words and _differs(words, bare) and len(href) < 2_000:
            self._write(f" ({bare})" if not self.boxes[-1].space else f"({bare})")

    def _close_quote(self) -> None:
        box = self.boxes.pop()
        if box.tag not in ("quote", "indent"):
            self.boxes.append(box)
            return
        text = box.text().strip("\n")
        if box.tag == "quote":
            self.quotes -= 1
            mark = "> " if self.quotes < DEEPEST_QUOTE else ""
            text = "\n".join((mark + line).rstrip() for line in text.split("\n"))
        if text.strip():
            self._block(1)
            self._write(text)
        self._block(2)

    def _open_table(self, tag: str) -> None:
        if tag in ("tr", "td", "th"):
            self.boxes.append(_Box(tag))
        else:
            self._block(1)

    def _close_table(self, tag: str) -> None:
        if tag not in ("tr", "td", "th"):
            self._block(1)
        elif len(self.boxes) > 1 and self.boxes[-1].tag == tag:
            box = self.boxes.pop()
            if tag != "tr" and self.boxes[-1].tag == "tr":
                self.boxes[-1].cells.append(box.text().strip())
                return
            row = _row([*box.cells, box.text().strip()])
            self._block(1)
            if row:
                self._write(row)
                self._block(1)

    def result(self) -> str:
        while len(self.boxes) > 1:
            box = self.boxes.pop()
            self.boxes[-1].parts.append("\n" + _row([*box.cells, box.text()]))
        lines = [line.rstrip() for line in self.boxes[0].text().split("\n")]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
        return text[:LONGEST_TEXT]


def _is_quotation(given: dict[str, str]) -> bool:
    """Whether a blockquote quotes a mail; programs also use it for indenting."""
    if given.get("type", "").lower() == "cite" or given.get("cite"):
        return True
    marks = given.get("class", "") + " " + given.get("id", "")
    return bool(_QUOTE_CLASS.search(marks) or _BORDER.search(given.get("style", "")))


def _differs(words: str, target: str) -> bool:
    """Whether the link leads elsewhere than its words say."""

    def bare(text: str) -> str:
        return re.sub(r"^https?://(www\.)?", "", text.strip().lower()).rstrip("/")

    return bare(words) != bare(target)


def _row(cells: list[str]) -> str:
    """A table row as text: cells of one line side by side, longer ones below each other."""
    filled = [cell for cell in cells if cell]
    if any("\n" in cell for cell in filled):
        return "\n".join(filled)
    return " | ".join(filled)
