"""Sets of states that a run, once in, never leaves."""

from collections.abc import Collection, Iterable, Mapping, Sequence


def backwards(after: Sequence[Collection[int]]) -> list[list[int]]:
    """For each state those from which one step leads to it."""
    found: list[list[int]] = [[] for _ in after]
    for state, nexts in enumerate(after):
        for one in nexts:
            found[one].append(state)
    return found


def reaching(before: Sequence[Iterable[int]], goals: Iterable[int]) -> set[int]:
    """The states from which one of `goals` can be reached."""
    found = set(goals)
    work = list(found)
    while work:
        for state in before[work.pop()]:
            if state not in found:
                found.add(state)
                work.append(state)
    return found


def final_sets(after: Sequence[Collection[int]], among: Collection[int]) -> list[list[int]]:
    """The strongly connected sets of `among` that no step leaves. `among` is closed: its steps stay in it."""
    return _Components({state: list(after[state]) for state in among}).final


def components(after: Sequence[Collection[int]]) -> list[list[int]]:
    """All strongly connected sets."""
    return _Components({state: list(nexts) for state, nexts in enumerate(after)}).every


class _Components:
    """Tarjan's algorithm without recursion: all components, and those that have no way out."""

    def __init__(self, after: Mapping[int, Sequence[int]]) -> None:
        self.after = after
        self.index: dict[int, int] = {}
        self.low: dict[int, int] = {}
        self.stack: list[int] = []
        self.on_stack: set[int] = set()
        self.final: list[list[int]] = []
        self.every: list[list[int]] = []
        for state in sorted(after):
            if state not in self.index:
                self._visit(state)

    def _enter(self, state: int) -> None:
        self.index[state] = self.low[state] = len(self.index)
        self.stack.append(state)
        self.on_stack.add(state)

    def _visit(self, root: int) -> None:
        self._enter(root)
        work = [(root, iter(self.after[root]))]
        while work:
            state, nexts = work[-1]
            following = next(nexts, None)
            if following is None:
                work.pop()
                if work:
                    self.low[work[-1][0]] = min(self.low[work[-1][0]], self.low[state])
                if self.low[state] == self.index[state]:
                    self._close(state)
            elif following not in self.index:
                self._enter(following)
                work.append((following, iter(self.after[following])))
            elif following in self.on_stack:
                self.low[state] = min(self.low[state], self.index[following])

    def _close(self, state: int) -> None:
        found: list[int] = []
        while True:
            one = self.stack.pop()
            self.on_stack.discard(one)
            found.append(one)
            if one == state:
                break
        self.every.append(sorted(found))
        inside = set(found)
        if all(following in inside for one in found for following in self.after[one]):
            self.final.append(sorted(found))
