"""The record of versions that stands in front of a manual."""

from dataclasses import dataclass

from bihuan.documents.model import Table
from bihuan.studio.handbook.speech import Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A line of the record; "" for what is not known. ``date``: as it is to be printed."""

    version: str
    date: str
    change: str = ""
    author: str = ""
    reviewers: tuple[str, ...] = ()
    approver: str = ""


def control_table(speech: Speech, lines: tuple[Control, ...]) -> Table:
    """The record as a table."""
    pick = speech.pick
    columns = (
        pick("版本", "Version"),
        pick("日期", "Date"),
        pick("修订内容", "Change"),
        pick("编制", "Author"),
        pick("评审", "Reviewed"),
        pick("批准", "Approved"),
    )
    rows = tuple(
        (one.version, one.date, one.change, one.author, speech.listed(list(one.reviewers)), one.approver)
        for one in lines
    )
    blank = ("", "", "", "", "", "")
    return Table(pick("文件制修订记录", "Record of versions"), columns, rows or (blank,), (12, 18, 34, 16, 18, 16))
