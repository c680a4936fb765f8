"""Texts without pinyin, wide forms, lines of web pages; with a report of what was changed and what was lost."""

from bihuan.procedures.cleaning.clean import clean

__all__ = ["clean"]
