"""`narrate`: the way in."""

from collections.abc import Iterable, Mapping

from bihuan.bpmn.model import Chart, Node, Text
from bihuan.bpmn.narrative.model import Paragraph, Section
from bihuan.bpmn.narrative.voice import Language, Voice
from bihuan.bpmn.outline import Arm, Block, Jump, Line, Outline, read_outline


def narrate(chart: Chart, lang: Language, names: Mapping[str, Text] | None = None) -> tuple[Section, ...]:
    """The chart told in plain words: what it is for, who takes part, then the steps by stage.

    `names`: what keys of roles, forms (`F01`), groups (`F01.contact`), departments and decision tables are called;
    without it lanes and keys are named.
    """
    return _Teller(chart, lang, names or {}).all()


class _Teller:
    def __init__(self, chart: Chart, lang: Language, names: Mapping[str, Text]) -> None:
        self.chart = chart
        self.voice = Voice(chart, lang, names)
        self.outline: Outline = read_outline(chart)
        self.numbers: dict[str, str] = {}
        self.nearest: dict[str, str] = {}
        self._number()

    def _number(self) -> None:
        """Numbers in reading order; what has none itself is spoken of by the next step behind it."""
        waiting: list[str] = []
        before: Block | None = None
        for block in self.outline.blocks():
            waiting.append(block.node)
            if self._is_numbered(block, before):
                self.numbers[block.node] = str(len(self.numbers) + 1)
                self.nearest.update(dict.fromkeys(waiting, block.node))
                waiting = []
            elif block.shape == "end":
                self.nearest.update(dict.fromkeys(waiting, block.node))
                waiting = []
            before = block

    def _is_numbered(self, block: Block, before: Block | None) -> bool:
        node = self.chart.nodes[block.node]
        if block.shape in ("start", "end", "join") or node.kind == "boundaryEvent" or node.event_sub:
            return False
        # A person's choice belongs to the step that makes it.
        return not (block.by_person and before is not None and before.node in self._before(node))

    def _before(self, node: Node) -> set[str]:
        return {self.chart.flows[one].source for one in node.incoming}

    # sections ---------------------------------------------------------------------------------------------------------

    def all(self) -> tuple[Section, ...]:
        found = [self._purpose(), self._people()]
        for at, line in enumerate(self.outline.lines):
            found += self._stages(line, first=at == 0)
        for key, lines in self.outline.apart:
            title = self._apart(key)
            found.append(Section(title, tuple(p for line in lines for p in self._line(line, 0)), key.rstrip(":")))
        return tuple(section for section in found if section.paragraphs)

    def _purpose(self) -> Section:
        chart, pick = self.chart, self.voice.pick
        said = [self.voice.text(chart.purpose)]
        if chart.starts_when.zh or chart.starts_when.en:
            starts = self.voice.text(chart.starts_when)
            said.append(pick(f"什么时候开始：{starts}", f"It starts when: {starts}"))
        if chart.ends_when.zh or chart.ends_when.en:
            ends = self.voice.text(chart.ends_when)
            said.append(pick(f"办到什么程度算完：{ends}", f"It is over when: {ends}"))
        if chart.owner:
            owner = self.voice.called(chart.owner)
            review = (
                pick(f"，下次评审 {chart.review_by}", f"; next review {chart.review_by}") if chart.review_by else ""
            )
            said.append(pick(f"负责人：{owner}{review}。", f"Owner: {owner}{review}."))
        title = pick("这条流程做什么", "What this process is for")
        return Section(title, tuple(Paragraph("", one) for one in said if one))

    def _people(self) -> Section:
        pick = self.voice.pick
        found = []
        for lane in self.chart.lanes.values():
            steps = [
                self.voice.name(node)
                for node in self.chart.nodes.values()
                if node.lane == lane.id and node.kind in ("userTask", "manualTask", "task")
            ]
            name = self.voice.text(Text(lane.name or lane.id, lane.name_en))
            if steps:
                found.append(
                    Paragraph(
                        lane.id, pick(f"{name}：{self.voice.listed(steps)}。", f"{name}: {self.voice.listed(steps)}.")
                    )
                )
        warned = self._warnings()
        if warned:
            found.append(Paragraph("", warned))
        return Section(pick("谁来办", "Who does what"), tuple(found))

    def _warnings(self) -> str:
        """Said once where it is the same everywhere."""
        kinds = {node.ext.deadline.warn for node in self.chart.nodes.values() if node.ext.deadline is not None}
        if len(kinds) != 1 or not (marks := kinds.pop()):
            return ""
        listed = self.voice.listed([f"{one} %" for one in marks])
        return self.voice.pick(
            f"每一步用时到 {listed} 时提醒办理人。", f"Whoever does a step is reminded at {listed} of its time."
        )

    def _stages(self, line: Line, *, first: bool) -> list[Section]:
        """The main line by stages; other lines as one section each."""
        pick = self.voice.pick
        phases = {phase.id: phase for phase in self.chart.phases}
        order = list(phases)
        groups: list[tuple[str, list[Block]]] = []
        for block in line.blocks:
            phase = self.chart.nodes[block.node].ext.phase if first else ""
            forward = (
                not groups or not groups[-1][0] or (phase in phases and order.index(phase) > order.index(groups[-1][0]))
            )
            if not groups or (phase and forward and phase != groups[-1][0]):
                groups.append((phase if phase in phases else "", []))
            groups[-1][1].append(block)
        if len(groups) > 1 and not groups[0][0]:
            groups[1] = (groups[1][0], [*groups[0][1], *groups[1][1]])
            groups.pop(0)
        found = []
        for at, (key, blocks) in enumerate(groups):
            jump = line.jump if at == len(groups) - 1 else None
            title = self.voice.text(Text(phases[key].name, phases[key].name_en)) if key else self._title(blocks, first)
            paragraphs = self._line(Line(tuple(blocks), jump), 0, bare=not first)
            found.append(Section(title or pick("怎么办", "Steps"), tuple(paragraphs), key))
        return found

    def _title(self, blocks: list[Block], first: bool) -> str:
        node = self.chart.nodes[blocks[0].node]
        if node.event_sub:
            return self.voice.pick(f"随时可能：{self.voice.name(node)}", f"At any time: {self.voice.name(node)}")
        return "" if first else self.voice.pick("另外", "Besides")

    def _apart(self, key: str) -> str:
        name = self.voice.name(self.chart.nodes[key]) if key in self.chart.nodes else key.rstrip(":")
        return self.voice.pick(f"其中：{name}", f"In detail: {name}")

    # lists ------------------------------------------------------------------------------------------------------------

    def _line(self, line: Line, depth: int, *, bare: bool = False, quiet: bool = False) -> list[Paragraph]:
        """The paragraphs of a list. `bare`: an event sub-process is told by its inside; `quiet`: meeting goes unsaid."""
        found: list[Paragraph] = []
        for block in line.blocks:
            found += self._block(block, depth, bare=bare)
        if line.jump is not None and found and not (quiet and line.jump.where == "below"):
            last, onwards = found[-1], self._onwards(line.jump)
            onwards = onwards[:1].upper() + onwards[1:]
            if last.depth == depth:
                joint = "" if self.voice.zh else " "
                found[-1] = Paragraph(last.element, last.text + joint + onwards, last.number, depth)
            else:
                found.append(Paragraph(line.blocks[-1].node, onwards, "", depth))
        return found

    def _block(self, block: Block, depth: int, *, bare: bool) -> list[Paragraph]:
        node = self.chart.nodes[block.node]
        if block.shape == "join":
            return []
        if node.event_sub and bare:
            return [p for line in block.inside for p in self._line(line, depth)]
        if block.shape == "start":
            return self._start(node, depth) + (self._arms(block, depth) if block.arms else [])
        if block.shape == "end":
            return [Paragraph(node.id, self.voice.end(node), "", depth)]
        if node.kind == "boundaryEvent":
            return self._arms(block, depth) if block.arms else []
        return self._step(block, node, depth) + (self._arms(block, depth) if block.arms else [])

    def _step(self, block: Block, node: Node, depth: int) -> list[Paragraph]:
        found: list[Paragraph] = []
        if block.shape != "branch" or not node.kind.endswith("Gateway"):
            found.append(Paragraph(node.id, self.voice.step(node), self.numbers.get(node.id, ""), depth))
        for line in block.inside:
            found += self._line(line, depth + 1)
        for side in block.sides:
            found.append(Paragraph(side.node, self.voice.side(self.chart.nodes[side.node]), "", depth + 1))
            found += self._led(side.node, side.line, depth + 1)
        return found

    def _start(self, node: Node, depth: int) -> list[Paragraph]:
        if not node.name:
            return []
        name = self.voice.name(node)
        return [Paragraph(node.id, self.voice.pick(f"从“{name}”开始。", f"It begins with “{name}”."), "", depth)]

    def _arms(self, block: Block, depth: int) -> list[Paragraph]:
        node = self.chart.nodes[block.node]
        number = self.numbers.get(node.id, "") if node.kind.endswith("Gateway") else ""
        found = [Paragraph(node.id, self._question(block, node), number, depth)]
        together = node.kind in ("parallelGateway", "inclusiveGateway") and bool(block.meets)
        for arm in block.arms:
            found += self._arm(block, arm, depth + 1, together=together)
        return found

    def _question(self, block: Block, node: Node) -> str:
        pick, said = self.voice.pick, self.voice.text(block.criterion).rstrip("。.")
        name = self.voice.name(node) if node.name else ""
        if block.by_person:
            why = pick(f"（{said}）", f" ({said})") if said else ""
            return pick(f"办完后由办理人选择{why}：", f"Whoever did it then chooses{why}:")
        if node.kind == "parallelGateway":
            return pick("以下各项同时进行", "All of these happen at the same time") + (
                pick("，都办完再往下走：", "; it goes on when all are done:") if block.meets else pick("：", ":")
            )
        if node.kind == "eventBasedGateway":
            who = f"{name}，" if name else ""
            return pick(f"{who}以下哪件事先发生就按哪件办：", f"{name or 'Waiting'}: whichever happens first decides:")
        if node.kind == "inclusiveGateway":
            return pick(
                f"{name or '按条件分开'}：符合哪几条就办哪几条：", f"{name or 'By condition'}: every arm that applies:"
            )
        if not node.kind.endswith("Gateway"):
            return pick("之后：", "Then:")
        return self._decision(name, said)

    def _decision(self, name: str, said: str) -> str:
        """What the system decides by itself: a name that asks is asked."""
        pick = self.voice.pick
        if not name:
            name = pick("判断", "Decision")
        asked = name.rstrip("?？")
        if asked == name:
            return pick(f"{name}：{said}" + ("。" if said else ""), f"{name}: {said}" + ("." if said else "")).rstrip()
        return pick(f"是否{asked}：{said}" + ("。" if said else ""), f"{name} {said}" + ("." if said else "")).rstrip()

    def _arm(self, block: Block, arm: Arm, depth: int, *, together: bool) -> list[Paragraph]:
        label = self._label(block, arm)
        lead = self._led(arm.flow, arm.line, depth, quiet=together)
        if len(lead) == 1 and not lead[0].number:
            return [Paragraph(arm.flow, label + lead[0].text if label else lead[0].text, "", depth)]
        if not label:
            return lead
        return [Paragraph(arm.flow, label.rstrip(), "", depth), *lead]

    def _label(self, block: Block, arm: Arm) -> str:
        name, condition = self.voice.text(arm.name), self.voice.text(arm.condition)
        if arm.is_default and not name:
            name = self.voice.pick("其他情况", "Otherwise")
        if condition and block.by_person:
            condition = self.voice.pick(f"{condition}时可选", f"on offer when {condition}")
        if name and condition:
            return self.voice.pick(f"{name}（{condition}）：", f"{name} ({condition}): ")
        said = name or condition
        return self.voice.pick(f"{said}：", f"{said}: ") if said else ""

    def _led(self, element: str, line: Line, depth: int, *, quiet: bool = False) -> list[Paragraph]:
        """What an arm or event leads to; at least one paragraph."""
        found = self._line(line, depth + 1 if self._has_steps(line) else depth, quiet=quiet)
        if found or line.jump is None:
            return found or [Paragraph(element, self.voice.pick("没有下文。", "nothing follows."), "", depth)]
        if quiet and line.jump.where == "below":
            return [Paragraph(element, self.voice.pick("不用另外办什么。", "nothing more to do."), "", depth)]
        return [Paragraph(element, self._onwards(line.jump), "", depth)]

    def _has_steps(self, line: Line) -> bool:
        return any(block.node in self.numbers or block.arms for block in line.blocks)

    def _onwards(self, jump: Jump) -> str:
        target = self.nearest.get(jump.target, jump.target)
        number = self.numbers.get(target)
        pick = self.voice.pick
        if number is None:
            end = self.chart.nodes.get(target)
            if end is not None and end.kind == "endEvent":
                return self.voice.end(end)
            return pick(f"转到“{self.voice.text(jump.name)}”。", f"go to “{self.voice.text(jump.name)}”.")
        name = self.voice.name(self.chart.nodes[target])
        if jump.where == "back":
            return pick(f"回到第 {number} 步“{name}”。", f"back to step {number}, “{name}”.")
        if jump.where == "below":
            return pick(f"接着办第 {number} 步。", f"on to step {number}.")
        return pick(f"转到第 {number} 步“{name}”。", f"go to step {number}, “{name}”.")


def told(sections: Iterable[Section]) -> str:
    """All of it as plain text, indented."""
    lines = []
    for section in sections:
        lines.append(section.title)
        for one in section.paragraphs:
            lines.append("  " * (one.depth + 1) + (f"{one.number}. " if one.number else "") + one.text)
        lines.append("")
    return "\n".join(lines)
