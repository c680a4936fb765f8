"""What a text leaves open."""

from bihuan.procedures.gaps.find import gaps
from bihuan.procedures.gaps.limits import totals
from bihuan.procedures.gaps.model import Gap, Totals

__all__ = ["Gap", "Totals", "gaps", "totals"]
