"""Our own attributes and elements (docs/reference/chart-extensions.md) to values of the model."""

from itertools import zip_longest
from typing import Final

from lxml import etree

from bihuan.bpmn.model import Deadline, Extension, Phase, Text, Variable
from bihuan.bpmn.timing import seconds_of
from bihuan.bpmn.xml.reading import Reading
from bihuan.bpmn.xml.vocabulary import BIHUAN, child, either, ours

_APPROVALS: Final = ("single", "any", "all", "vote", "sequential")
_TYPES: Final = frozenset({"string", "number", "boolean", "choice", "list", "object"})


def extension_elements(element: etree._Element) -> dict[str, list[etree._Element]]:
    """Our elements in the extensionElements of `element`, by local name, in document order."""
    found: dict[str, list[etree._Element]] = {}
    holder = child(element, "extensionElements")
    for one in holder if holder is not None else ():
        name = etree.QName(one)
        if name.namespace == BIHUAN:
            found.setdefault(name.localname, []).append(one)
    return found


def texts(element: etree._Element, name: str) -> tuple[Text, ...]:
    """The sentences `<bihuan:name>` with their `nameEn` twins: a twin belongs to the sentence right before it."""
    holder = child(element, "extensionElements")
    words = {f"{{{BIHUAN}}}{name}": False, f"{{{BIHUAN}}}{name}En": True}
    given = [
        ("".join(one.itertext()).strip(), words[one.tag])
        for one in (holder if holder is not None else ())
        if one.tag in words
    ]
    apart = any(twin and (at == 0 or given[at - 1][1]) for at, (_text, twin) in enumerate(given))
    return _in_two_lists(given) if apart else _one_by_one(given)


def _one_by_one(given: list[tuple[str, bool]]) -> tuple[Text, ...]:
    found: list[Text] = []
    for text, twin in given:
        if twin:
            found[-1] = Text(found[-1].zh, text)
        else:
            found.append(Text(text))
    return tuple(found)


def _in_two_lists(given: list[tuple[str, bool]]) -> tuple[Text, ...]:
    # A twin that follows no sentence: then all twins stand together, in the order of the sentences.
    chinese = [text for text, twin in given if not twin]
    english = [text for text, twin in given if twin]
    return tuple(Text(zh, en) for zh, en in zip_longest(chinese, english, fillvalue=""))


def first_text(element: etree._Element, name: str) -> Text:
    """The first such sentence, or an empty one."""
    found = texts(element, name)
    return found[0] if found else Text("")


def read_extension(reading: Reading, element: etree._Element) -> Extension:
    """Everything we say on a node."""
    choice = ours(element, "choice")
    if choice not in ("", "person"):
        reading.refuse(element, "bad_value", f"bihuan:choice 的值 {choice} 无效", f"bihuan:choice: not {choice}")
    holder = ours(element, "holder")
    if holder not in ("", "department", "customer", "nobody"):
        reading.refuse(element, "bad_value", f"bihuan:holder 的值 {holder} 无效", f"bihuan:holder: not {holder}")
    approval, quorum = _approval(reading, element)
    return Extension(
        role=ours(element, "role"),
        department=ours(element, "department"),
        assign=ours(element, "assign"),
        form=ours(element, "form"),
        groups=tuple(ours(element, "groups").split()),
        operation=ours(element, "operation"),
        decision=ours(element, "decision"),
        phase=ours(element, "phase"),
        status=ours(element, "status"),
        holder=holder,
        choice=choice == "person",
        approval=approval,
        approval_quorum=quorum,
        approvers=tuple(dict.fromkeys(ours(element, "approvers").split())),
        deadline=_deadline(reading, element),
        instructions=texts(element, "instruction"),
        methods=texts(element, "method"),
        cautions=texts(element, "caution"),
        importants=texts(element, "important"),
        cases=texts(element, "case"),
        evidence=texts(element, "evidence"),
        criterion=texts(element, "criterion"),
    )


def _approval(reading: Reading, element: etree._Element) -> tuple[str, str]:
    """How an approval is decided, and how many must agree in a vote."""
    mode, quorum = ours(element, "approval"), ours(element, "approvalQuorum")
    if mode not in ("", *_APPROVALS):
        reading.refuse(element, "bad_value", f"bihuan:approval 的值 {mode} 无效", f"bihuan:approval: not {mode}")
    number = quorum.removesuffix("%")
    most = 100 if quorum.endswith("%") else 99
    if (mode == "vote" or quorum) and not (number.isascii() and number.isdecimal() and 1 <= int(number) <= most):
        reading.refuse(
            element,
            "bad_value",
            "票签要写几人同意算通过:bihuan:approvalQuorum 如 2 或 60%",
            "a vote says how many must agree: bihuan:approvalQuorum, such as 2 or 60%",
        )
    return mode, quorum


def _deadline(reading: Reading, element: etree._Element) -> Deadline | None:
    found = extension_elements(element).get("deadline", [])
    if not found:
        return None
    one = found[0]
    if len(found) > 1:
        reading.refuse(one, "structure", "一个节点只能有一个时限", "a node may have one deadline")
    duration, workdays = either(one, "duration"), either(one, "workdays")
    seconds = seconds_of(duration) if duration else None
    days = int(workdays) if workdays.isdecimal() else None
    if (seconds is None) == (days is None) or not (seconds or days):
        reading.refuse(
            one,
            "bad_value",
            "时限须写 duration(如 PT2H,不用年和月)或 workdays 之一,且大于 0",
            "a deadline has either duration (like PT2H, no years or months) or workdays, above 0",
        )
        return None
    return Deadline(
        anchor=either(one, "anchor") or "entered",
        seconds=seconds,
        workdays=days,
        calendar=either(one, "calendar"),
        warn=_warn(reading, one),
        escalate_to=either(one, "escalateTo"),
    )


def _warn(reading: Reading, one: etree._Element) -> tuple[int, ...]:
    words = either(one, "warn").replace("%", " ").split()
    if not all(word.isdecimal() and 0 < int(word) < 1000 for word in words):
        reading.refuse(one, "bad_value", "warn 应为百分数,如 50 75 90", "warn: percentages such as 50 75 90")
        return ()
    return tuple(sorted({int(word) for word in words}))


def read_phases(process: etree._Element) -> tuple[Phase, ...]:
    """The declared stages, in order."""
    return tuple(
        Phase(
            either(one, "id"),
            either(one, "name"),
            either(one, "nameEn"),
            either(one, "customerName"),
            either(one, "customerNameEn"),
            either(one, "customerText"),
            either(one, "customerTextEn"),
        )
        for one in extension_elements(process).get("phase", [])
    )


def read_variables(reading: Reading, process: etree._Element) -> dict[str, Variable]:
    """The declared names."""
    found: dict[str, Variable] = {}
    for one in extension_elements(process).get("variable", []):
        name, kind = either(one, "name"), either(one, "type") or "string"
        if not name.isidentifier() or name == "times" or name in found:
            reading.refuse(one, "bad_value", f"变量名 “{name}” 无效或重复", f"variable {name!r}: bad or double name")
            continue
        values = tuple(either(one, "values").split())
        if kind not in _TYPES or (kind == "choice") != bool(values):
            reading.refuse(one, "bad_value", f"变量 {name} 的类型或选项有误", f"variable {name}: bad type or values")
            continue
        found[name] = Variable(name, kind, values, either(one, "label"), either(one, "labelEn"))
    return found


def check_phases(reading: Reading, element: etree._Element, phases: tuple[Phase, ...]) -> None:
    """Notes a node that names a stage which is not declared."""
    phase = ours(element, "phase")
    if phase and phase not in {one.id for one in phases}:
        reading.refuse(element, "missing_reference", f"阶段 {phase} 未声明", f"the phase {phase} is not declared")
