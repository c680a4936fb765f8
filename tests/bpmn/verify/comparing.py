"""Verifier against brute force: kinds, elements, and every path played by the oracle."""

from bihuan.bpmn.verify import Finding, Report, verify
from tests.bpmn.verify.oracle import Explored, Played, Verdict, covers, is_safe, verdict_of

GROUPS = {
    "deadlock": "joins", "improper_completion": "joins", "loop_without_exit": "rounds", "livelock": "rounds",
    "lack_of_synchronisation": "unsafe", "unbounded": "unsafe", "no_path_to_end": "no_path_to_end",
    "dead_element": "dead_element",
}  # fmt: skip


def differences(source: bytes) -> tuple[list[str], Verdict]:
    """What the verifier says otherwise than the definitions; empty if nothing."""
    seen = Explored(source)
    verdict = verdict_of(seen)
    report = verify(source)
    if not report.decided:
        return ["not decided"], verdict
    said = _elements(report, verdict)
    if report.behaviour_sound != verdict.sound:
        said.append(f"behaviour_sound {report.behaviour_sound}, but {verdict.kinds}")
    for finding in report.findings:
        said += _kind(finding, verdict)
        if finding.path is not None and not _shows(seen, finding):
            said.append(f"{finding.kind} {finding.elements} is not shown by {finding.path}")
    return said, verdict


def _elements(report: Report, verdict: Verdict) -> list[str]:
    found: dict[str, set[str]] = {}
    for finding in report.findings:
        if finding.kind in GROUPS:
            found.setdefault(GROUPS[finding.kind], set()).update(finding.elements)
    # Behind a second token the oracle does not look on: what rests there, the verifier may name.
    expected = {"no_path_to_end": verdict.rest | (found.get("no_path_to_end", set()) if verdict.unsafe else set())}
    if "unsafe" not in verdict.kinds:
        # Behind a second token the oracle does not look on, and the verifier only for what can be executed.
        scopes = {verdict.scope_of[key] for key in found.get("rounds", ())}
        rounds = {one for one in verdict.rounds if verdict.scope_of[one] in scopes}
        expected |= {"joins": verdict.joins, "rounds": rounds, "dead_element": verdict.dead}
    said = [
        f"{name} {sorted(found.get(name, set()))}, but {sorted(elements)}"
        for name, elements in expected.items()
        if found.get(name, set()) != elements
    ]
    # Beside what hangs an event sub-process can be begun again and again: that is no loop of its own.
    again = "joins" in found and verdict.rounds <= verdict.in_event_subs
    telling = {"unsafe"} if again or "unsafe" in verdict.kinds else {"unsafe", "rounds"}
    if set(found) & telling != verdict.kinds & telling:
        said.append(f"{sorted(found)}, but {sorted(verdict.kinds)}")
    return said


def _kind(finding: Finding, verdict: Verdict) -> list[str]:
    if (
        finding.kind == "lack_of_synchronisation"
        and not set(finding.elements) <= verdict.unsafe | verdict.after_inclusive
    ):
        return [f"lack_of_synchronisation {finding.elements}, but {verdict.unsafe}"]
    if finding.kind == "unbounded" and not verdict.grows:
        return ["unbounded, but nothing grows"]
    return []


def _shows(seen: Explored, finding: Finding) -> bool:
    """Whether a run enters just the elements of the path, and ends where the finding shows."""
    path = finding.path or ()
    ends = seen.plays(path)
    if finding.kind == "no_path_to_end" and seen.clashes:
        return True
    if finding.kind in ("exclusive_gap", "no_role"):
        return path[-1] == finding.elements[0] and bool(ends or seen.clashes)
    if finding.kind == "no_path_to_end":
        return any(("rest", finding.elements[0]) in _items(one.contents) for one in ends)
    if finding.kind == "unbounded":
        return any(one.clashed or _has_grown(one) or _is_near(seen, one) for one in ends)
    if finding.kind == "lack_of_synchronisation":
        return any(one.clashed or _is_near(seen, one) for one in ends)
    if GROUPS.get(finding.kind) in ("joins", "rounds"):
        return any(one.clashed or seen.known[one.contents] not in seen.ending for one in ends)
    return bool(ends)


def _has_grown(end: Played) -> bool:
    """Whether a point before held only part of what lies there."""
    before = end.before
    while before is not None and (before.contents == end.contents or not covers(before.contents, end.contents)):
        before = before.before
    return before is not None


def _items(contents: tuple[object, ...]) -> set[object]:
    found: set[object] = set()
    for item in contents:
        if isinstance(item, tuple):
            found.add(item[:2])
            if item[0] in ("run", "sub") and item[-1]:
                found |= _items(item[-1])
    return found


def _is_near(seen: Explored, end: Played) -> bool:
    """Whether two tokens meet at once, or after one step more."""
    nexts = [after for _, after in seen.nexts(end.contents)]
    return any(not is_safe(one) or any(not is_safe(two) for _, two in seen.nexts(one)) for one in nexts)
