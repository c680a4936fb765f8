"""What a text says of procedures: steps, who, until when, on which condition, with which documents."""

from bihuan.procedures.understanding.understand import understand

__all__ = ["understand"]
