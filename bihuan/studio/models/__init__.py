"""Charts in the making."""

from bihuan.studio.models.drafts import OPEN_STAGES, Draft, Kept, Stage

__all__ = ["OPEN_STAGES", "Draft", "Kept", "Stage"]
