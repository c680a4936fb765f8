"""Invented company, people, devices and numbers for the gallery; the arithmetic is meant to be right."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bihuan.core.actor import Actor, ActorKind
from bihuan.web.ui.ledger import Segment
from bihuan.web.ui.trail import Branch, TrailNode

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 14, 5, tzinfo=ZONE)
ACTOR = Actor(
    kind=ActorKind.USER, user_id=1, username="agent", name="林知夏", may=frozenset({"issues.create", "settings.edit"})
)


def at(hour: int, minute: int = 0, day: int = 20) -> datetime:
    """An instant of November 2026 in Shanghai."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def _issue(
    number: str,
    title: str,
    customer: str,
    priority: str,
    status: str,
    due: datetime | None,
    left: int,
    percent: int,
    clock: str,
    *,
    unread: bool = False,
    kind: str = "",
    step: str = "",
    who: str = "",
) -> dict[str, object]:
    return {
        "number": number,
        "title": title,
        "customer": customer,
        "priority": priority,
        "status": status,
        "due_at": due,
        "left": left,
        "percent": percent,
        "clock": clock,
        "unread": unread,
        "type": kind,
        "step": step,
        "who": who,
        "updated": NOW - timedelta(minutes=7),
    }


ISSUES = [
    _issue(
        "20261119-0117",
        "冷库门禁报警后无人回电",
        "鲜汇连锁超市（华东）有限公司",
        "P2",
        "in_progress",
        at(13, 39),
        -26 * 60,
        121,
        "breach",
        kind="报警通知",
        step="告知客户",
        who="林知夏",
    ),
    _issue(
        "20261120-0042",
        "疫苗冷库温度数据中断 47 分钟",
        "云溪市第二人民医院",
        "P1",
        "in_progress",
        at(14, 43),
        38 * 60,
        84,
        "warn",
        unread=True,
        kind="数据中断",
        step="分析定因",
        who="韩立群",
    ),
    _issue(
        "20261120-0051",
        "批量导出的温度报表缺 11 月 3 日数据",
        "海棠生物医药冷链物流股份有限公司苏州分公司",
        "P2",
        "in_progress",
        at(14, 57),
        52 * 60,
        81,
        "warn",
        unread=True,
        kind="数据异常",
        step="分析定因",
        who="陈牧",
    ),
    _issue(
        "20261120-0038",
        "HC-320 探头线缆破损，申请更换",
        "赵记卤味中央厨房",
        "P3",
        "claimable",
        at(15, 10),
        65 * 60,
        80,
        "warn",
        kind="设备故障",
        step="分析定因",
    ),
    _issue(
        "20261120-0029",
        "发票抬头写错，需要重开",
        "禾味餐饮管理有限公司",
        "P3",
        "pending_approval",
        at(16, 45),
        160 * 60,
        55,
        "ok",
        kind="账单发票",
        step="主责负责人审批",
        who="周敬",
    ),
    _issue(
        "20261119-0098",
        "短信报警重复发送，夜里收到 14 条",
        "钱江茶业冷藏中心",
        "P3",
        "in_progress",
        at(17, 15),
        190 * 60,
        42,
        "ok",
        unread=True,
        kind="报警通知",
        step="制定方案",
        who="陈牧",
    ),
    _issue(
        "20261118-0076",
        "新增 6 个监测点，手机端看不到",
        "北辰乳品（天津）有限公司",
        "P3",
        "waiting_customer",
        None,
        0,
        30,
        "paused",
        kind="配置开通",
        step="登记",
        who="林知夏",
    ),
    _issue(
        "20261118-0061",
        "希望温度曲线能按班次分色",
        "欧阳静",
        "P4",
        "in_progress",
        at(14, 5, 23),
        8 * 3600,
        20,
        "ok",
        kind="功能建议",
        step="制定方案",
        who="陈牧",
    ),
    _issue(
        "20261117-0144",
        "培训资料下载链接失效",
        "远山渔港冷链",
        "P4",
        "callback",
        at(15, 0, 23),
        8 * 3600 + 55 * 60,
        18,
        "ok",
        kind="使用咨询",
        step="24 小时回访",
        who="林知夏",
    ),
]

QUEUES = [
    {
        "title": "我的",
        "entries": [
            {"text": "我的待办", "href": "#", "sign": "desk", "count": 12, "current": True},
            {"text": "待认领", "href": "#", "sign": "status-claim", "count": 5},
            {"text": "即将超时", "href": "#", "sign": "clock", "count": 3, "tone": "gold"},
            {"text": "已超时", "href": "#", "sign": "alert", "count": 1, "tone": "red"},
            {"text": "待客户", "href": "#", "sign": "status-wait", "count": 8},
            {"text": "待我审批", "href": "#", "sign": "status-approve", "count": 2},
            {"text": "待回访", "href": "#", "sign": "callback", "count": 4},
        ],
    },
    {
        "title": "关注",
        "entries": [
            {"text": "我关注的", "href": "#", "sign": "star", "count": 9},
            {"text": "抄送我的", "href": "#", "sign": "at", "count": 21},
            {"text": "我的已办", "href": "#", "sign": "check"},
        ],
    },
    {
        "title": "服务组",
        "entries": [
            {"text": "医药冷链组", "href": "#", "sign": "people", "count": 17},
            {"text": "商超餐饮组", "href": "#", "sign": "people", "count": 34},
            {"text": "组内未分配", "href": "#", "sign": "user", "count": 6},
        ],
    },
]

PHASES = [
    {"name": "登记受理", "state": "done"},
    {"name": "分类分派", "state": "done"},
    {"name": "分析定因", "state": "now"},
    {"name": "方案执行", "state": "ahead"},
    {"name": "回访关闭", "state": "ahead"},
]


def _entry(kind: str, author: str, when: datetime, text: str, **more: object) -> dict[str, object]:
    base: dict[str, object] = {
        "kind": kind,
        "author": author,
        "at": when,
        "text": text,
        "html": "",
        "channel": "",
        "detail": "",
        "files": [],
        "fate": None,
        "sign": "bolt",
    }
    return {**base, **more}


FEED = [
    _entry(
        "inbound",
        "吴桂芳",
        at(9, 8),
        "2 号疫苗库今早 07:21 到 08:08 平台上没有温度数据，短信也没收到。库里是流感疫苗，按规定缺测超过 30 分钟要上报。"
        "请马上确认这段时间实际温度有没有超，今天中午前要给疾控回话。",
        channel="email",
        files=[
            {"name": "曲线截图.png", "size": 421888, "media_type": "image/png", "href": "#"},
            {"name": "2 号库巡检表.xlsx", "size": 38912, "href": "#"},
        ],
    ),
    _entry("event", "系统", at(9, 9), "自动回执已发送，按「紧急」同步通知负责人周敬"),
    _entry(
        "call",
        "林知夏",
        at(9, 20),
        "已告知吴老师：终端有本地缓存，断网时段的数据可以补传。约定 11:30 前给出补传曲线与书面说明。",
        channel="phone",
        detail="呼出 4 分 12 秒",
    ),
    _entry("event", "周敬", at(9, 31), "完成「分类分派」→ 分析定因，主责：设备研发部", sign="arrow"),
    _entry(
        "note",
        "韩立群",
        at(10, 52),
        "",
        html=Markup(
            "<p>缓存已读出：缺测期间 3.1–4.6 ℃，<b>未超温</b>。网关 07:20 升级重启，MQTT 会话没恢复。"
            "<a href='#'>@陈牧</a> 看下 2.8.1 的重连退避。</p>"
        ),
    ),
]

OUTCOMES = [
    {"id": "f1", "name": "提交分析", "target": "制定方案", "kind": "ordinary", "href": "#"},
    {"id": "f2", "name": "退回分派", "target": "分类分派", "kind": "return", "href": "#"},
]

SIDE = [
    {"key": "customer", "text": "客户", "href": "#"},
    {"key": "history", "text": "历史", "href": "#"},
    {"key": "chart", "text": "流程图", "href": "#"},
    {"key": "clock", "text": "时限账本", "href": "#"},
    {"key": "knowledge", "text": "知识", "href": "#", "count": 3},
]

TRAIL = [
    TrailNode(name="登记", state="done", who="林知夏", at=at(9, 12), used=240, limit=900),
    TrailNode(name="分类分派", state="done", who="周敬", at=at(9, 31), used=19 * 60, limit=3600),
    TrailNode(name="涉及多部门？", state="done", kind="decision", answer="是", reason="设备研发部、云平台部"),
    TrailNode(
        name="分析定因",
        state="now",
        who="主责 韩立群 · 协责 陈牧",
        due_at=at(14, 43),
        clock="warn",
        used=12120,
        limit=4 * 3600,
        left=38 * 60,
        percent=84,
        deliver="问题分析报告（5Why、根本原因）",
    ),
    TrailNode(name="制定方案", state="ahead", who="主责部门", limit=8 * 3600),
    TrailNode(
        name="风险高？",
        state="ahead",
        kind="decision",
        branches=(Branch("是", "部门主管审批"), Branch("否", "主责负责人审批")),
    ),
    TrailNode(name="执行方案", state="ahead", who="按计划，每日更新进度"),
    TrailNode(name="告知客户，24 小时回访", state="ahead", who="客服 · 最多拨打 3 次"),
    TrailNode(name="关闭", state="ahead", kind="end"),
]

SEGMENTS = [
    Segment(start=at(9, 31), end=at(12), kind="worked", label="上午", counted=8940),
    Segment(start=at(12), end=at(13), kind="rest", label="午休"),
    Segment(start=at(13), end=at(13, 20), kind="worked", counted=1200),
    Segment(start=at(13, 20), end=at(13, 32), kind="hold", label="等客户"),
    Segment(start=at(13, 32), end=at(14, 43), kind="worked", counted=4260),
]
LEDGER = [
    {"from": "09:31", "to": "12:00", "label": "上午", "value": "2 小时 29 分", "kind": "worked"},
    {"from": "12:00", "to": "13:00", "label": "午休", "value": "不计", "kind": "rest"},
    {"from": "13:00", "to": "14:43", "label": "下午到截止", "value": "1 小时 43 分", "kind": "worked"},
    {"from": "13:20", "to": "13:32", "label": "其中等客户，暂停", "value": "− 12 分", "kind": "hold"},
]

DESK: dict[str, object] = {
    "queues": QUEUES,
    "issues": ISSUES,
    "issue": ISSUES[1],
    "phases": PHASES,
    "feed": FEED,
    "outcomes": OUTCOMES,
    "side": SIDE,
    "trail": TRAIL,
    "now": NOW,
}


def pages() -> dict[str, dict[str, object]]:
    """Context of every gallery page by its name."""
    from bihuan.web.ui.forms import build_form

    from . import sample_form as sample

    form = build_form(sample.FORM, sample.DATA, sample.ERRORS, context=sample.CONTEXT, consequences=sample.CONSEQUENCES)
    shown = build_form(sample.FORM, sample.DATA, context=sample.CONTEXT, read_only=True)
    company = {"name": "澜库冷链", "phone": "400-820-3310", "brand": "blue"}
    ways = [{**way, "href": ""} for way in OUTCOMES]
    return {
        "desk": DESK,
        "step": {
            "form": form,
            "now": NOW,
            "due_at": at(14, 43),
            "outcomes": ways,
            "trail": TRAIL,
            "segments": SEGMENTS,
            "ledger": LEDGER,
        },
        "list": {"issues": ISSUES, "now": NOW},
        "record": {"form": shown, "now": NOW},
        "progress": {"company": company, "now": NOW},
        "resolved": {"company": company, "now": NOW},
        "login": {},
        "index": {**DESK, "form": form, "segments": SEGMENTS, "ledger": LEDGER},
    }
