"""``bihuan chart verify``: does a chart always come to its end, and does it say what people need."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bihuan.bpmn.verify import Finding, Report

_LONGEST_PATH: Final = 14
"""Elements of a path that are printed; of a longer one the last."""
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "zh": {
        "sound": "健全",
        "unsound": "不健全",
        "open": "未能判定",
        "counts": "{error} 个错误、{warning} 个警告、{info} 个提示；看了 {states} 个状态",
        "error": "错误",
        "warning": "警告",
        "info": "提示",
        "path": "走法：",
        "suggestion": "建议：",
        "marks": "质量",
    },
    "en": {
        "sound": "sound",
        "unsound": "not sound",
        "open": "not decided",
        "counts": "errors: {error}, warnings: {warning}, notes: {info}; states: {states}",
        "error": "error",
        "warning": "warning",
        "info": "note",
        "path": "path: ",
        "suggestion": "do: ",
        "marks": "quality",
    },
}


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers ``verify``."""
    verify = actions.add_parser(
        "verify", help="proves that a chart cannot get stuck; 1: findings of level error, 2: a file cannot be read"
    )
    verify.add_argument("files", nargs="+", type=Path, metavar="FILE")
    verify.add_argument("--json", action="store_true")
    verify.add_argument("--lang", choices=["zh", "en"], help="of what is printed; else what the terminal speaks")
    verify.set_defaults(run=_verify)


def _verify(args: argparse.Namespace) -> int:
    answers = [_answer(path) for path in args.files]
    if args.json:
        documents = [answer.document for answer in answers]
        print(json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False))
    else:
        language = args.lang or _spoken()
        print("\n\n".join("\n".join(answer.lines(language)) for answer in answers if answer.report is not None))
    for answer in answers:
        if answer.refused is not None:
            print(f"bihuan chart verify: {answer.path}: {answer.refused}", file=sys.stderr)
    if any(answer.refused is not None for answer in answers):
        return 2
    return 1 if any(answer.report is not None and answer.report.has_errors for answer in answers) else 0


def _spoken() -> str:
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if said.lower().startswith("zh") else "en"


def _answer(path: Path) -> "_Answer":
    from bihuan.bpmn.problems import ChartRefused
    from bihuan.bpmn.verify import verify

    try:
        source = path.read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return _Answer(path, None, why, {})
    try:
        return _Answer(path, verify(source), None, _names(source))
    except ChartRefused as refused:
        return _Answer(path, None, str(refused), {})


def _names(source: bytes) -> dict[str, tuple[str, str]]:
    """What the elements of a file are called, in Chinese and English."""
    from bihuan.bpmn.xml.reader import read_xml
    from bihuan.bpmn.xml.vocabulary import ours

    found: dict[str, tuple[str, str]] = {}
    for one in read_xml(source).iter():
        key, name = one.get("id"), " ".join((one.get("name") or "").split())
        if key:
            found[key] = (name or key, ours(one, "nameEn") or name or key)
    return found


class _Answer:
    """What is said about one file: a report, or why it cannot be read."""

    def __init__(
        self, path: Path, report: "Report | None", refused: str | None, names: Mapping[str, tuple[str, str]]
    ) -> None:
        self.path = path
        self.report = report
        self.refused = refused
        self.names = names

    @property
    def document(self) -> dict[str, object]:
        """The answer as JSON."""
        if self.report is None:
            return {"file": str(self.path), "refused": self.refused}
        return {"file": str(self.path), **self.report.to_document()}

    def lines(self, language: str) -> Iterator[str]:
        """The answer for people: the verdict, what was found (the worst first), the marks."""
        report, words = self.report, _WORDS[language]
        assert report is not None
        counts = {
            level: sum(one.severity == level for one in report.findings) for level in ("error", "warning", "info")
        }
        said = words[{True: "sound", False: "unsound", None: "open"}[report.sound]]
        counted = words["counts"].format(states=report.states, **counts)
        yield f"{self.path}: {said} ({counted})" if language == "en" else f"{self.path}：{said}（{counted}）"
        for level in counts:
            kinds = dict.fromkeys(one.kind for one in report.findings if one.severity == level)
            for kind in kinds:
                found = [one for one in report.findings if (one.severity, one.kind) == (level, kind)]
                yield from self._kind(found, language)
        if report.marks:
            yield ""
        for mark in report.marks:
            name = mark.name.zh if language == "zh" else mark.name.en
            reasons = [one.zh if language == "zh" else one.en for one in mark.reasons]
            yield f"  {words['marks']} {mark.score:>3}  {name}"
            yield from (f"         - {reason}" for reason in reasons)

    def _kind(self, found: "list[Finding]", language: str) -> Iterator[str]:
        """The findings of one kind, each with its path; what to do is said once where it is the same for all."""
        words = _WORDS[language]
        yield ""
        yield f"  {words[found[0].severity]}  {found[0].kind}"
        for at, one in enumerate(found):
            yield f"    {one.message.zh if language == 'zh' else one.message.en}"
            if one.path:
                yield f"      {words['path']}{self._path(one.path, language)}"
            suggestions = {each.suggestion.en for each in found[at + 1 :]}
            if one.suggestion.en not in suggestions:
                yield f"      {words['suggestion']}{one.suggestion.zh if language == 'zh' else one.suggestion.en}"

    def _path(self, path: tuple[str, ...], language: str) -> str:
        names = [self.names.get(key, (key, key))[0 if language == "zh" else 1] for key in path]
        shown = names if len(names) <= _LONGEST_PATH else ["…", *names[-_LONGEST_PATH + 1 :]]
        return " → ".join(shown)
