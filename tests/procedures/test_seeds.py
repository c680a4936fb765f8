"""The four texts that the product must cope with; what each of them tells was listed by people who read them."""

from bihuan.bpmn import load_chart
from bihuan.bpmn.sketch import write_sketch
from bihuan.bpmn.verify import verify
from bihuan.procedures import Draft, Gap, Procedure, Understood, clean, draft, gaps, read_text, totals, understand
from tests.procedures.texts import seed


def _read(number: str) -> tuple[Understood, tuple[Draft, ...], tuple[Gap, ...]]:
    found = understand(clean(read_text(seed(number), f"{number}.txt")))
    drafts = draft(found)
    return found, drafts, gaps(found, drafts)


def _all_are_judged(drafts: tuple[Draft, ...]) -> None:
    assert drafts
    for one in drafts:
        data = write_sketch(one.sketch)
        assert load_chart(data).name == one.sketch.name
        report = verify(data)
        assert report.decided and report.sound


def _named(found: Understood, title: str) -> Procedure:
    (one,) = [each for each in found.procedures if each.title == title]
    return one


def _steps(one: Procedure) -> list[str]:
    return [step.name for step in one.steps]


def _units(one: Procedure) -> list[str]:
    return ["、".join(unit.text for unit in step.units) for step in one.steps]


def test_000_the_article() -> None:
    found, drafts, gap = _read("000")
    _all_are_judged(drafts)
    # The reference flow, its decision on quality and its way back; and how one draws a chart.
    flow = found.procedures[1]
    assert _steps(flow) == ["问题接收", "初步处理", "技术诊断", "制定解决方案", "客户反馈"]
    assert flow.starts is not None and flow.starts.text == "客户首次提交问题"
    assert flow.ends is not None and "客户满意" in flow.ends.text
    (back,) = [each for each in drafts[1].sketch.flows if each.kind == "return"]
    names = {node.id: node.name for node in drafts[1].sketch.nodes}
    assert names[back.target] == "制定解决方案"
    assert "问题涉及产品质量？" in names.values()
    assert _steps(found.procedures[0]) == ["接收客户投诉", "调查问题原因", "提供解决方案", "后续跟进"]
    design = found.procedures[2]
    for words in ("目标", "起点和终点", "关键步骤", "关系", "说明和注释", "审查和测试", "收集反馈"):
        assert any(words in name for name in _steps(design)), words
    kinds = {one.kind for one in gap}
    assert {"list_missing", "loop_without_bound", "chart:unbounded_loop"} <= kinds


def test_001_the_slides() -> None:
    found, drafts, gap = _read("001")
    _all_are_judged(drafts)
    report = {one.kind: one for one in found.cleaned.report}
    assert report["gloss"].count > 100 and not report["gloss"].lost
    assert report["traditional"].count > 300
    assert report["garbled"].count == 4 and report["garbled"].lost
    assert report["lost_character"].count == 1
    assert report["truncated"].count == 1
    text = found.cleaned.text
    assert "huán" not in text and "戶" not in text and "下载本文档" not in text and "本站" not in text
    (flow,) = found.procedures
    said = "".join(_steps(flow))
    for words in (
        "受理客户请求",
        "记录客户请求",
        "反馈",
        "分类",
        "识别",
        "制定",
        "执行解决方案",
        "跟进",
        "收集客户",
        "分享",
    ):
        assert words in said, words
    assert {"text_lost", "text_truncated"} <= {one.kind for one in gap}


def test_002_the_five_phases() -> None:
    found, drafts, gap = _read("002")
    _all_are_judged(drafts)
    (flow,) = found.procedures
    assert [stage.name for stage in flow.stages] == [
        "问题接收与初步分类", "问题深度分析与根因定位", "解决方案制定与执行", "结果反馈与客户确认", "复盘总结与流程优化",
    ]  # fmt: skip
    assert _steps(flow) == [
        "统一入口登记", "初步分类与分派", "信息收集与验证", "根因分析会议", "责任划分与优先级确认", "方案设计", "方案审批",
        "协同执行", "主动反馈", "告知客户处理结果", "满意度回访", "案例归档", "复盘会议",
    ]  # fmt: skip
    hours = {step.name: step.limits[0].seconds for step in flow.steps if step.limits}
    assert {name: (seconds or 0) // 3600 for name, seconds in hours.items()} == {
        "初步分类与分派": 1, "信息收集与验证": 2, "根因分析会议": 4, "方案设计": 8, "方案审批": 2, "主动反馈": 1,
        "告知客户处理结果": 2, "满意度回访": 24,
    }  # fmt: skip
    assert [[unit.text for unit in stage.units] for stage in flow.stages] == [
        ["客服团队", "一线服务人员"], ["牵头处理部门", "协作部门"], ["主责部门", "协责部门"], ["客服团队", "主责部门"],
        ["客服主管", "质量管理部门"],
    ]  # fmt: skip
    assert [[paper.code for paper in stage.papers] for stage in flow.stages] == [["F01"], ["F02"], ["F03"], ["F04"], []]
    assert [one.name for one in flow.steps[0].fields] == [
        "姓名/公司", "联系方式", "客户ID", "具体事件", "时间", "影响范围", "问题来源", "紧急程度",
    ]  # fmt: skip
    assert "影响核心业务/造成重大损失" in flow.steps[0].fields[-1].criteria
    assert flow.steps[3].meeting and flow.steps[10].evaluation
    names = {node.name for node in drafts[0].sketch.nodes}
    assert {"通知相关负责人", "部门主管审批", "主责部门负责人审批", "问题涉及多部门？"} <= names


def test_002_what_it_leaves_open() -> None:
    found, _, gap = _read("002")
    kinds = [one.kind for one in gap]
    # G1: no limit has a calendar; three have an anchor, one says how long its step lasts; 18 or 20 hours, and 24 more.
    assert kinds.count("limit_without_calendar") == 8
    assert kinds.count("limit_without_anchor") == 4
    found_totals = totals(found.procedures[0])
    assert found_totals is not None
    assert (found_totals.shared, found_totals.in_turn, found_totals.after) == (18 * 3600, 20 * 3600, 24 * 3600)
    (total,) = [one for one in gap if one.kind == "limits_total"]
    assert "18–20 小时" in total.message.zh and "2.25–2.5 个工作日" in total.message.zh
    (without,) = [one for one in gap if one.kind == "no_limit"]
    assert "协同执行" in without.message.zh and "责任划分与优先级确认" in without.message.zh
    assert {"chart:no_deadline", "chart:deadline_without_calendar"} <= set(kinds)
    # G2
    ways = {"no_reject", "no_unreachable", "no_not_authentic", "no_unsolvable", "no_withdrawal", "no_duplicate"}
    assert ways <= set(kinds)
    # G3, G4, G9, G10
    assert {"no_way_if_dissatisfied", "order_undefined", "text_truncated", "end_without_check"} <= set(kinds)
    (order,) = [one for one in gap if one.kind == "order_undefined"]
    assert order.elements == ("step_3", "step_4")


def test_003_the_procedures_in_it() -> None:
    found, drafts, _ = _read("003")
    _all_are_judged(drafts)
    assert len(drafts) == len(found.procedures) == 12
    assert _steps(_named(found, "客户反馈处理流程")) == [
        "接收反馈", "记录反馈", "分类与优先级", "分配责任", "分析和解决", "反馈给客户", "监控和改进",
    ]  # fmt: skip
    first = _named(found, "门诊(初诊)服务流程")
    assert _steps(first) == [
        "信息录入",
        "健康咨询",
        "缴费",
        "专家问诊",
        "大医亲诊",
        "针对性检查",
        "依方取药",
        "健康管理",
    ]
    assert _units(first) == ["前台", "健康管理部", "前台", "医务部", "医务部", "医务部", "药剂科", "健康管理部"]
    assert [one.name for one in first.steps[0].fields] == ["人脸信息", "姓名", "性别", "年龄", "体重", "病史"]
    again = _named(found, "门诊(复诊)服务流程")
    assert _steps(again) == ["健康管家接待与咨询", "缴费", "专家问诊", "大医亲诊"]
    assert _units(again)[0] == "前台、健康管理部"
    service = _named(found, "售后服务管理办法及工作流程")
    assert _steps(service) == ["售后服务申请", "预约服务", "派单", "处理维修", "完工确认", "质检矫正", "售后评价"]
    complaints = _named(found, "客服部投诉处理管理制度")
    assert _steps(complaints) == ["听清楚", "问清楚", "跟清楚", "复清楚", "记清楚", "报告"]
    reception = _named(found, "客服部工作流程说明")
    assert [one.name for one in reception.steps[1].choices] == ["咨询", "投诉", "日常服务管理工作"]
    assert [one.name for one in reception.steps[1].papers] == ["客服电话记录"]
    assert len(_named(found, "回访流程").steps) == 5
    assert len(found.duties) >= 2


def test_003_gas_repairs_and_surveys() -> None:
    found, _, _ = _read("003")
    gas = _named(found, "户内置换")
    assert _steps(gas) == ["接收置换任务", "登录置换台帐", "落实置换内容", "制定置换方案"]
    assert {(one.code, one.number) for step in gas.steps for one in step.papers} >= {
        ("F19", "SKY001"),
        ("F20", "KFT005"),
    }
    assert any("财务部门公章" in one.text for one in gas.steps[0].evidence)
    repairs = _named(found, "售后服务管理办法")
    assert {one.code for step in repairs.steps for one in step.papers} >= {"F13", "F14", "F15", "F16", "F17"}
    assert len(repairs.steps) == 4
    assert [one.name for one in repairs.steps[0].fields] == ["名称", "地址", "电话", "现场情况"]
    assert _steps(_named(found, "售后服务的工作流程"))[0] == "签订合同注册客户档案"
    survey = _named(found, "满意度调查")
    assert {one.code for step in survey.steps for one in step.papers} == {"F08", "F09", "F10"}
    assert _units(survey)[:2] == ["业务单位", "客服单位"]
    visits = _named(found, "客户服务")
    assert sum(len(step.conditions) for step in visits.steps) >= 3


def test_003_what_it_leaves_open() -> None:
    found, _, gap = _read("003")
    by_kind: dict[str, list[Gap]] = {}
    for one in gap:
        by_kind.setdefault(one.kind, []).append(one)
    titles = [one.title for one in found.procedures]

    def about(kind: str) -> set[str]:
        return {titles[one.draft] for one in by_kind.get(kind, [])}

    # G5
    assert "客服部投诉处理管理制度" in about("term_undefined")
    assert "客服部投诉处理管理制度" in about("time_without_maximum")
    # G6
    for kind in ("no_parts", "no_show", "no_quotation"):
        assert "售后服务管理办法及工作流程" in about(kind), kind
    assert "售后服务管理办法" in about("no_return")
    # G7
    (missing,) = by_kind["announced_missing"]
    assert "8 项" in missing.message.zh and "入户安检" in missing.message.zh
    assert "户内置换" in about("no_leftover")
    # G8
    for kind in ("payment_first", "no_refund", "no_consent"):
        assert "门诊(初诊)服务流程" in about(kind), kind
    # Near duplicates, and several words for one thing.
    assert {one.message.zh[1:6] for one in by_kind["told_twice"]} >= {"客服部工作", "回访流程”"}
    assert any("满意程度" in one.message.zh for one in by_kind["several_words"])
