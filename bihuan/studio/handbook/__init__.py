"""A chart as a manual: what stands in it, from the chart, its forms and its tables. Pure."""

from bihuan.studio.handbook.build import Frame, build_manual
from bihuan.studio.handbook.control import Control

__all__ = ["Control", "Frame", "build_manual"]
