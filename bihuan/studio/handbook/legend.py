"""The signs of a chart, drawn small, and what they mean."""

from typing import Final

from bihuan.documents.manual import Legend, Sign
from bihuan.studio.handbook.speech import Speech

_INK: Final = 'fill="none" stroke="#4a4d55" stroke-width="1.4"'
_SIGNS: Final = (
    (f'<circle cx="30" cy="16" r="11" {_INK}/>', "细圈：流程从这里开始", "Thin circle: the process begins here"),
    (
        '<circle cx="30" cy="16" r="11" fill="none" stroke="#4a4d55" stroke-width="3.2"/>',
        "粗圈：到这里结束",
        "Thick circle: it ends here",
    ),
    (
        f'<circle cx="30" cy="16" r="11" {_INK}/><circle cx="30" cy="16" r="8" {_INK}/>',
        "双圈：等一件事或一个时间；在步骤边上时，表示办理中会发生",
        "Double circle: waits for an event or a time; on the edge of a step, what may happen meanwhile",
    ),
    (f'<rect x="8" y="5" width="44" height="22" rx="5" {_INK}/>', "圆角框：一个步骤", "Rounded box: a step"),
    (
        f'<path d="M30 3L45 16L30 29L15 16Z" {_INK}/><path d="M25 11L35 21M35 11L25 21" {_INK}/>',
        "菱形：判断，只走符合的一条",
        "Diamond: a decision; one way is taken",
    ),
    (
        f'<path d="M30 3L45 16L30 29L15 16Z" {_INK}/><path d="M30 9V23M23 16H37" {_INK}/>',
        "带加号的菱形：同时进行，或都办完再往下",
        "Diamond with a plus: at the same time, or all must be done",
    ),
    (
        f'<path d="M6 16H46" {_INK}/><path d="M46 11L54 16L46 21Z" fill="#4a4d55"/>',
        "箭头：下一步",
        "Arrow: what comes next",
    ),
    (
        '<path d="M6 16H46" fill="none" stroke="#4a4d55" stroke-width="1.4" stroke-dasharray="5 4"/>'
        '<path d="M46 11L54 16L46 21Z" fill="#4a4d55"/>',
        "虚线箭头：退回",
        "Dashed arrow: sent back",
    ),
    (
        '<circle cx="30" cy="16" r="11" fill="#4b9b66"/><path d="M30 9V12M30 14.500V23" stroke="#fff" stroke-width="3"/>',
        "绿色圆标“注意”：容易疏忽的地方",
        "Green disc “Caution”: what is easily overlooked",
    ),
    (
        '<path d="M30 4L44 28H16Z" fill="#cf4a3f"/><path d="M30 12V20M30 22.500V25.500" stroke="#fff" stroke-width="3"/>',
        "红色三角“重要”：必须做到，错了后果严重",
        "Red triangle “Important”: must be done; a mistake has grave consequences",
    ),
)


def legend(speech: Speech) -> Legend:
    """All signs."""
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 32" width="60" height="32">'
    return Legend(tuple(Sign(f"{head}{drawn}</svg>", speech.pick(zh, en)) for drawn, zh, en in _SIGNS))
