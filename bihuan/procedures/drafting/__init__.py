"""Drafts of charts, their forms, and the questions that a person must answer."""

from bihuan.procedures.drafting.draft import draft
from bihuan.procedures.drafting.model import Draft, DraftForm, Question

__all__ = ["Draft", "DraftForm", "Question", "draft"]
