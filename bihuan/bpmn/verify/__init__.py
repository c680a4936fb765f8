"""Proves that a chart cannot get stuck, or shows how it does. Definitions: docs/reference/verify.md."""

from bihuan.bpmn.verify.check import verify
from bihuan.bpmn.verify.report import Finding, Mark, Report

__all__ = ["Finding", "Mark", "Report", "verify"]
