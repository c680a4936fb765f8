"""A form in the shape of F02 that uses every widget, and data for it."""

from bihuan.web.ui.forms import FieldError, FileInfo, FormContext, Option

from .samples import ZONE

_ROW = {"type": "object", "additionalProperties": False}

FORM: dict[str, object] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "bihuan:form:F02",
    "title": "问题分析报告",
    "x-titleEn": "Analysis report",
    "x-code": "F02",
    "x-version": 1,
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "phenomenon": {
            "type": "string",
            "title": "现象",
            "x-titleEn": "Phenomenon",
            "x-widget": "textarea",
            "minLength": 10,
            "maxLength": 500,
        },
        "impact": {
            "type": "string",
            "title": "影响范围",
            "x-titleEn": "Impact",
            "x-widget": "textarea",
            "maxLength": 500,
        },
        "timeline": {
            "type": "array",
            "title": "时间线",
            "x-titleEn": "Timeline",
            "x-widget": "timeline",
            "items": {
                **_ROW,
                "required": ["at", "what"],
                "properties": {
                    "at": {
                        "type": "string",
                        "format": "date-time",
                        "title": "时间",
                        "x-titleEn": "When",
                        "x-widget": "datetime",
                    },
                    "what": {"type": "string", "title": "发生了什么", "x-titleEn": "What", "maxLength": 300},
                    "evidence": {"type": "string", "title": "证据", "x-titleEn": "Evidence", "maxLength": 100},
                },
            },
        },
        "five_whys": {
            "type": "array",
            "title": "5Why",
            "x-titleEn": "Five whys",
            "x-widget": "five_whys",
            "maxItems": 5,
            "description": "至少 3 层；每一层接着上一层的回答问",
            "items": {
                **_ROW,
                "properties": {
                    "why": {"type": "string", "title": "为什么", "x-titleEn": "Why", "maxLength": 300},
                    "answer": {"type": "string", "title": "回答", "x-titleEn": "Answer", "maxLength": 300},
                    "evidence": {"type": "string", "title": "证据", "x-titleEn": "Evidence", "maxLength": 100},
                },
            },
        },
        "fishbone": {
            "type": "array",
            "title": "鱼骨图",
            "x-titleEn": "Fishbone",
            "x-widget": "fishbone",
            "items": {
                **_ROW,
                "required": ["branch", "cause"],
                "properties": {
                    "branch": {
                        "type": "string",
                        "title": "类别",
                        "x-titleEn": "Branch",
                        "enum": ["man", "machine", "material", "method", "environment", "measurement"],
                    },
                    "cause": {"type": "string", "title": "原因", "x-titleEn": "Cause", "maxLength": 200},
                    "evidence": {"type": "string", "title": "证据", "x-titleEn": "Evidence", "maxLength": 100},
                    "is_root": {"type": "boolean", "title": "根本原因", "x-titleEn": "Root cause"},
                },
            },
        },
        "cause_class": {
            "type": "string",
            "title": "原因分类",
            "x-titleEn": "Class of cause",
            "x-widget": "select",
            "enum": ["design", "process", "environment", "people", "supplier"],
            "x-enumNames": ["产品设计缺陷", "操作流程漏洞", "外部环境因素", "人员", "供应商"],
            "x-enumNamesEn": ["Design flaw", "Process gap", "Environment", "People", "Supplier"],
        },
        "root_cause": {"type": "string", "title": "根本原因", "x-titleEn": "Root cause", "maxLength": 500},
        "evidence": {
            "type": "array",
            "title": "证据",
            "x-titleEn": "Evidence",
            "x-widget": "files",
            "minItems": 1,
            "items": {"type": "string", "format": "uuid"},
        },
        "products": {
            "type": "array",
            "title": "涉及产品",
            "x-titleEn": "Products",
            "x-widget": "checks",
            "minItems": 1,
            "items": {"type": "string", "enum": ["gateway", "platform", "probe"]},
            "x-enumNames": ["HG-210 网关", "云平台", "HC-320 探头"],
            "x-enumNamesEn": ["HG-210 gateway", "Cloud platform", "HC-320 probe"],
        },
        "contained": {"type": "boolean", "title": "需要临时措施", "x-titleEn": "Containment needed"},
        "containment": {
            "type": "string",
            "title": "临时措施",
            "x-titleEn": "Containment",
            "maxLength": 300,
            "x-visibleWhen": {"field": "contained", "in": [True]},
        },
        "owner": {
            "type": "string",
            "title": "谁来做",
            "x-titleEn": "Who does it",
            "x-widget": "person",
            "x-visibleWhen": {"field": "contained", "in": [True]},
        },
        "until": {
            "type": "string",
            "format": "date",
            "title": "最晚",
            "x-titleEn": "Until",
            "x-visibleWhen": {"field": "contained", "in": [True]},
        },
        "risk": {
            "type": "string",
            "title": "风险等级",
            "x-titleEn": "Risk",
            "x-widget": "choice",
            "enum": ["high", "medium", "low"],
            "x-enumNames": ["高", "中", "低"],
            "x-enumNamesEn": ["High", "Medium", "Low"],
            "x-criteria": ["可能造成重大损失或伤害品牌", "影响部分功能或客户体验", "影响轻微"],
            "x-criteriaEn": [
                "May cause great loss or harm the brand",
                "Some functions or the experience suffer",
                "Slight",
            ],
        },
        "risk_basis": {"type": "string", "title": "风险依据", "x-titleEn": "Basis", "maxLength": 300},
        "lead": {
            "type": "string",
            "title": "主责部门",
            "x-titleEn": "Lead department",
            "x-widget": "department",
            "x-default": "=actor_department",
        },
        "supports": {
            "type": "array",
            "title": "协责部门",
            "x-titleEn": "Supporting departments",
            "x-widget": "departments",
            "items": {"type": "string"},
        },
        "steps": {
            "type": "array",
            "title": "执行步骤",
            "x-titleEn": "Steps",
            "x-widget": "table",
            "maxItems": 30,
            "items": {
                **_ROW,
                "required": ["what", "owner"],
                "properties": {
                    "what": {"type": "string", "title": "步骤", "x-titleEn": "Step", "maxLength": 300},
                    "owner": {"type": "string", "title": "责任人", "x-titleEn": "Owner", "x-widget": "person"},
                    "until": {"type": "string", "format": "date", "title": "截止", "x-titleEn": "Until"},
                    "cost": {
                        "type": "number",
                        "title": "费用",
                        "x-titleEn": "Cost",
                        "x-widget": "money",
                        "minimum": 0,
                        "multipleOf": 0.01,
                    },
                },
            },
        },
        "hours": {"type": "number", "title": "工时", "x-titleEn": "Hours", "minimum": 0, "maximum": 999},
        "amount": {
            "type": "number",
            "title": "补偿金额",
            "x-titleEn": "Compensation",
            "x-widget": "money",
            "minimum": 0,
            "multipleOf": 0.01,
        },
        "phone": {
            "type": "string",
            "title": "现场电话",
            "x-titleEn": "Phone on site",
            "x-widget": "phone",
            "pattern": "^[+0-9 -]{6,20}$",
        },
        "mail": {"type": "string", "format": "email", "title": "抄送邮箱", "x-titleEn": "Copy to", "x-widget": "email"},
        "score": {
            "type": "integer",
            "title": "自评",
            "x-titleEn": "Own score",
            "x-widget": "rating",
            "minimum": 1,
            "maximum": 5,
        },
        "number": {"type": "string", "title": "编号", "x-titleEn": "Number", "x-widget": "readonly"},
    },
    "x-groups": [
        {
            "key": "what",
            "title": "发生了什么",
            "titleEn": "What happened",
            "fields": ["number", "phenomenon", "impact", "timeline"],
            "required": ["phenomenon", "impact", "timeline"],
        },
        {
            "key": "why",
            "title": "为什么",
            "titleEn": "Why",
            "fields": ["five_whys", "cause_class", "root_cause", "fishbone"],
            "required": ["five_whys", "cause_class", "root_cause"],
        },
        {
            "key": "proof",
            "title": "证据和版本",
            "titleEn": "Evidence",
            "fields": ["evidence", "products"],
            "required": ["evidence", "products"],
        },
        {
            "key": "act",
            "title": "怎么处置",
            "titleEn": "What to do",
            "fields": ["contained", "risk", "containment", "owner", "until", "risk_basis", "lead", "supports", "steps"],
            "required": ["risk", "containment", "owner", "until", "lead"],
        },
        {
            "key": "rest",
            "title": "其他",
            "titleEn": "Other",
            "fields": ["hours", "amount", "phone", "mail", "score"],
            "required": [],
        },
    ],
    "allOf": [
        {"if": {"properties": {"risk": {"const": "high"}}, "required": ["risk"]}, "then": {"required": ["risk_basis"]}}
    ],
}

FILES = [
    FileInfo("6f1c2a9e-6a53-4b3e-9a52-0c7f3f1d0a01", "平台接入日志.csv", 40_960, "#"),
    FileInfo("6f1c2a9e-6a53-4b3e-9a52-0c7f3f1d0a02", "网关日志.txt", 9_120, "#"),
    FileInfo("6f1c2a9e-6a53-4b3e-9a52-0c7f3f1d0a03", "重连时序.png", 421_888, "#"),
]

DATA: dict[str, object] = {
    "number": "20261120-0042",
    "phenomenon": "2 号疫苗库 07:21–08:08 平台没有温度数据，断数短信也没有发出，共缺测 47 分钟。",
    "impact": "2 号库 4 个测点，库内是流感疫苗；实测未超温",
    "timeline": [
        {"at": "2026-11-19T23:20:00Z", "what": "网关升级到 2.8.1，自动重启", "evidence": "证据 2"},
        {"at": "2026-11-19T23:21:00Z", "what": "平台断数，共 47 分钟", "evidence": "证据 1"},
        {"at": "2026-11-20T00:08:00Z", "what": "重连成功，数据恢复", "evidence": "证据 1、2"},
    ],
    "five_whys": [
        {"why": "为什么平台没有数据？", "answer": "网关没有上报，平台收到的最后一条停在 07:20", "evidence": "证据 1"},
        {
            "why": "为什么网关没有上报？",
            "answer": "07:20 升级 2.8.1 后自动重启，MQTT 会话没有恢复",
            "evidence": "证据 2",
        },
        {
            "why": "为什么会话没有恢复？",
            "answer": "首次重连被平台拒绝，之后每次等待加倍，一直等到 08:08",
            "evidence": "证据 2、3",
        },
    ],
    "fishbone": [
        {"branch": "machine", "cause": "重连等待没有上限", "evidence": "证据 3", "is_root": True},
        {"branch": "method", "cause": "升级用例没测首次重连被拒", "is_root": False},
    ],
    "cause_class": "design",
    "root_cause": "2.8.1 的重连等待没有上限；升级用例没测「重启后首次重连被拒」",
    "evidence": [one.id for one in FILES],
    "products": ["gateway", "platform"],
    "contained": True,
    "containment": "退回 2.7.6，停用自动升级",
    "owner": "chenmu",
    "until": "2026-11-20",
    "risk": "high",
    "risk_basis": "疫苗缺测超过 30 分钟",
    "lead": "rd",
    "supports": ["cloud"],
    "steps": [{"what": "给重连等待加上限", "owner": "chenmu", "until": "2026-11-23", "cost": 1200.5}],
    "hours": 6.5,
    "amount": 0.07,
    "phone": "0571-88001234",
    "mail": "wu@example.com",
    "score": 4,
}

ERRORS = [
    FieldError(("evidence",), "「证据」里有文件没有传上，请移除后重新上传。", "证据"),
    FieldError(("steps", 0, "cost"), "「执行步骤 第 1 行 费用」不能小于 0，请改一下。", "执行步骤 第 1 行 费用"),
]

CONTEXT = FormContext(
    people=[Option("chenmu", "陈牧"), Option("hanliqun", "韩立群")],
    departments=[Option("rd", "设备研发部"), Option("cloud", "云平台部"), Option("service", "客服部")],
    files=FILES,
    values={"actor_department": "rd"},
    upload_url="/upload",
    zone=ZONE,
)

CONSEQUENCES = {
    "risk": {"high": "制定方案之后走 部门主管审批", "medium": "走主责负责人审批", "low": "走主责负责人审批"}
}
