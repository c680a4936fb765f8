"""Texts of our own, and what every test does with them."""

from pathlib import Path

import pytest

from bihuan.procedures import Draft, Gap, Procedure, Understood, clean, draft, gaps, source_of, understand

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"

COMPLAINTS = """客户投诉处理流程
一、登记（责任部门：客服部）
客服专员在接到投诉后1小时内填写《客户投诉处理表》，内容包括：投诉人、联系电话、投诉时间、是否重复、投诉描述。
二、核实（责任部门：质量部）
质检员在2个工作日内核实情况。如果情况紧急，需同步通知值班经理。
三、处理（责任部门：技术部）
技术部制定解决方案。如果客户不满意，则返回重新核实，最多2次。
注意不得向客户承诺赔偿金额。
四、回访（责任部门：客服部）
客服专员在问题解决后24小时内回访客户，并记录满意度（1-5分）。
"""


def understood(text: str) -> Understood:
    """The text as it is understood."""
    return understand(clean(source_of(text)))


def only(text: str) -> Procedure:
    """The one procedure of a text."""
    (found,) = understood(text).procedures
    return found


def drafted(text: str) -> Draft:
    """The draft of a text's one procedure."""
    (found,) = draft(understood(text))
    return found


def gaps_of(text: str) -> tuple[Gap, ...]:
    """All gaps of a text."""
    found = understood(text)
    return gaps(found, draft(found))


def seed(number: str) -> bytes:
    """A text that is kept outside of the project; the test is skipped where it is missing."""
    found = sorted(SEEDS.glob(f"{number}_*.txt")) if SEEDS.is_dir() else []
    if not found:
        pytest.skip("the seed texts are not there (../shared/seeds)")
    return found[0].read_bytes()
