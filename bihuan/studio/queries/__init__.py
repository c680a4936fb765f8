"""Reading charts in the making."""

from bihuan.studio.queries.drafts import draft, draft_named, drafts, kept_of, may_draw, may_edit, next_number

__all__ = ["draft", "draft_named", "drafts", "kept_of", "may_draw", "may_edit", "next_number"]
