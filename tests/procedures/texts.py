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


RULES = """某公司客户投诉管理制度
第一章 总则
第一条 为规范客户投诉处理工作，提高客户满意度，特制定本制度。
第二条 本制度适用于公司各部门。
第二章 职责
第三条 客服中心负责投诉的受理与回访。
第三章 处理程序
第四条 客服中心接到投诉后，应当在30分钟内登记《客户投诉登记表》，并向客户发送受理短信。
第五条 客服主管对投诉进行分级：一般投诉由客服专员处理，重大投诉应立即上报总经理。
第六条 质量管理部应在3个工作日内完成原因调查，形成《投诉调查报告》。
第七条 责任部门根据调查报告制定整改措施，报质量管理部审批。审批未通过的，退回责任部门重新制定。
第八条 客服中心在措施实施完毕后2个工作日内回访客户，客户不满意的，重新启动调查程序。
第九条 投诉处理完毕后，客服中心将资料归档，保存期限三年。
第四章 附则
第十条 本制度自发布之日起施行。
"""
