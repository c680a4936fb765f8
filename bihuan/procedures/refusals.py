"""Why a file is not read."""

from typing import Final

_WORDS: Final = {
    "empty": ("文件里没有文字。", "The file has no text."),
    "too_large": ("文件太大，最多 20 MB。", "The file is too large: at most 20 MB."),
    "too_long": ("文字太长，最多 400 万字。请只选流程的部分。", "The text is too long: at most 4 million characters."),
    "too_many_pages": ("页数太多，最多 300 页。请只选流程的部分。", "Too many pages: at most 300."),
    "not_text": (
        "这不是能读的文字文件。请用 TXT、DOCX 或 PDF。",
        "This is no text that can be read. Use TXT, DOCX or PDF.",
    ),
    "old_word": (
        "这是旧版 Word 或 WPS 文件。请另存为 DOCX 再上传。",
        "This is a file of an old Word or WPS version. Save it as DOCX.",
    ),
    "rich_text": ("这是 RTF 文件。请另存为 DOCX 再上传。", "This is an RTF file. Save it as DOCX."),
    "web_page": ("这是网页文件。请复制网页里的文字，粘贴进来。", "This is a web page. Copy its text and paste it."),
    "bad_word": ("这个 DOCX 打不开，可能已损坏。", "This DOCX cannot be opened; it may be damaged."),
    "bad_pdf": ("这个 PDF 打不开，可能已损坏。", "This PDF cannot be opened; it may be damaged."),
    "locked": ("文件有密码。请取消密码再上传。", "The file has a password. Remove it first."),
    "picture": (
        "这个 PDF 里只有图片，没有文字。请先做文字识别。",
        "This PDF holds pictures only, no text. Recognise its text first.",
    ),
    "bomb": ("文件展开后过大，没有打开。", "The file would unpack to too much; it was not opened."),
}
KINDS: Final = frozenset(_WORDS)


class TextRefused(ValueError):
    """A file cannot be read. `kind` is one of `KINDS`; the messages say what to do."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.message_zh, self.message_en = _WORDS[kind]
        super().__init__(f"{kind}: {self.message_en}")
