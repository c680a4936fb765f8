"""Everything that changes charts in the making."""

from bihuan.studio.operations.drafts import (
    Content,
    copy_shipped,
    create_draft,
    discard_draft,
    draft_from_version,
    rename_draft,
    restore_kept,
    save_draft,
    save_parts,
)

__all__ = [
    "Content",
    "copy_shipped",
    "create_draft",
    "discard_draft",
    "draft_from_version",
    "rename_draft",
    "restore_kept",
    "save_draft",
    "save_parts",
]
