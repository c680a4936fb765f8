"""Issues that are one: merged, taken apart again, ended with their survivor (ADR 0036)."""

from bihuan.issues.operations.merging.ending import end_merged
from bihuan.issues.operations.merging.merge import merge_issues
from bihuan.issues.operations.merging.preview import ClockBefore, MergePreview, rehearse_merge
from bihuan.issues.operations.merging.undo import undo_merge

__all__ = ["ClockBefore", "MergePreview", "end_merged", "merge_issues", "rehearse_merge", "undo_merge"]
