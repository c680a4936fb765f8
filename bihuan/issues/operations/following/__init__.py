"""The issue follows its chart: row, timeline and notices change in the transaction of the step."""

from bihuan.issues.operations.following.observer import FollowChart

__all__ = ["FollowChart"]
