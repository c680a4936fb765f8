"""Makes a net smaller without changing what the verifier asks of it. Why each rule is right: docs/adr/0016-verify.md."""

from collections.abc import Iterable
from dataclasses import replace

from bihuan.bpmn.verify.net import START, Move, Net, Split, Step, bits, mask
from bihuan.bpmn.verify.reach import Join, joins_of, set_reach

_SLACK = 3
"""How many moves more a rule may leave behind than it took away."""


class Reducer:
    """Works on one net until no rule fits any more.

    `makes` and `needs`: for each place the moves that give to it and take from it, by number.
    """

    def __init__(self, net: Net) -> None:
        self.net = net
        self.joins = joins_of(net)
        self.fixed = net.frozen | 1 << START
        self.loose = net.loose()
        self.moves: dict[int, Move] = {}
        self.makes: dict[int, set[int]] = {}
        self.needs: dict[int, set[int]] = {}
        self.same: dict[tuple[int, int, bool, int, str, bool], int] = {}
        self.next = 0
        for move in net.moves:
            self._put(move)
        set_reach(net, self.joins)
        self._reset()

    def run(self) -> Net:
        """The net, reduced in place."""
        self._to_rest()
        while self.net.splits:
            self._match_or_write_out()
            self._to_rest()
        self.net.reach = {place: self._reach(place) for place in self.net.reach}
        self.net.moves = list(self.moves.values())
        return self.net

    def _reset(self) -> None:
        """What joins and splits pin down, looked at again. What can reach a join stays the same all the time."""
        self.inputs = mask(place for join in self.joins for place in bits(join.inputs))
        self.pinned = mask(one.place for split in self.net.splits for one in split.branches())
        self.active = self.inputs

    def _put(self, move: Move) -> None:
        key = (move.takes, move.gives, move.double, move.guard, move.join, move.doubt)
        twin = self.same.get(key)
        if twin is not None:
            old = self.moves[twin]
            better = move if len(move.steps) < len(old.steps) else old
            self.moves[twin] = replace(better, fires=move.fires | old.fires)
            return
        number = self.next
        self.next += 1
        self.same[key] = number
        self.moves[number] = move
        for place in bits(move.takes):
            self.needs.setdefault(place, set()).add(number)
        for place in bits(move.gives):
            self.makes.setdefault(place, set()).add(number)

    def _drop(self, number: int) -> Move:
        move = self.moves.pop(number)
        del self.same[move.takes, move.gives, move.double, move.guard, move.join, move.doubt]
        for place in bits(move.takes):
            self.needs[place].discard(number)
        for place in bits(move.gives):
            self.makes[place].discard(number)
        return move

    def _to_rest(self) -> None:
        work = set(range(len(self.net.places)))
        while work:
            place = work.pop()
            work |= self._idle(place) or self._sink(place) or self._pass_on(place) or self._twins(place)

    def _near(self, moves: Iterable[Move]) -> set[int]:
        return {place for move in moves for place in bits(move.takes | move.gives)}

    def _idle(self, place: int) -> set[int]:
        """A move that changes nothing goes, if there is another way out of the same places."""
        for number in list(self.needs.get(place, ())):
            move = self.moves[number]
            if move.takes != move.gives or move.double or move.guard or move.join:
                continue
            others = [one for one in self.needs[place] if one != number and self.moves[one].takes == move.takes]
            others = [one for one in others if not self.moves[one].join and not self.moves[one].guard]
            if not others:
                continue
            self._drop(number)
            for one in others:
                self.moves[one] = replace(self.moves[one], fires=self.moves[one].fires | move.fires)
            return self._near([move])
        return set()

    def _sink(self, place: int) -> set[int]:
        """A token that can only be taken away stays: nobody waits for it, and a second one beside it is still seen."""
        needs = self.needs.get(place)
        if not needs or self.fixed >> place & 1:
            return set()
        found = [self.moves[number] for number in needs]
        if any(
            one.gives or one.takes != 1 << place or one.guard or one.join or one.double or one.doubt for one in found
        ):
            return set()
        if self._takes_from_split(place):
            return set()
        for number in list(needs):
            taken = self._drop(number)
            self.net.place_fires[place] = self.net.place_fires.get(place, 0) | taken.fires
            self.net.place_steps.setdefault(place, taken.steps)
        self.net.sticky |= 1 << place
        return {place} | self._near(self.moves[one] for one in self.makes.get(place, ()))

    def _takes_from_split(self, place: int) -> bool:
        return any(split.takes >> place & 1 for split in self.net.splits)

    def _pass_on(self, place: int) -> set[int]:
        """A token that waits for nobody goes on at once: the place goes, moves into it join with those out of it."""
        if (self.fixed | self.inputs | self.net.sticky) >> place & 1:
            return set()
        outs = [self.moves[number] for number in self.needs.get(place, ())]
        if not outs or self._takes_from_split(place) or not self._is_simple(place, outs):
            return set()
        if self.pinned >> place & 1:
            return self._slide(place, outs)
        ins = list(self.makes.get(place, ()))
        if any(self.moves[one].doubt for one in ins) or len(ins) * len(outs) > len(ins) + len(outs) + _SLACK:
            return set()
        near = self._near(self.moves[one] for one in ins) | self._near(outs)
        for number in list(self.needs[place]):
            self._drop(number)
        for number in ins:
            move = self._drop(number)
            for out in outs:
                self._put(_joined(move, out, place, self.loose))
        return near

    def _is_simple(self, place: int, outs: list[Move]) -> bool:
        if any(one.takes != 1 << place or one.guard or one.join or one.doubt or one.gives >> place & 1 for one in outs):
            return False
        if not any(one.gives for one in outs):
            return False
        return all(self._keeps_reach(one) for one in outs)

    def _keeps_reach(self, move: Move) -> bool:
        """Whether no inclusive join can tell if the move has happened."""
        before = {self._reach(place) for place in bits(move.takes)}
        after = {self._reach(place) for place in bits(move.gives)} or {(0, 0)}
        return before == after and len(before) == 1

    def _reach(self, place: int) -> tuple[int, int]:
        anything, sure = self.net.reach.get(place, (0, 0))
        return anything & self.active, sure & self.active

    def _slide(self, place: int, outs: list[Move]) -> set[int]:
        """The branch of a split that begins with a single way begins behind it."""
        branches = [one for split in self.net.splits for one in split.branches() if one.place == place]
        if len(outs) != 1 or outs[0].gives.bit_count() != 1 or outs[0].double or self.makes.get(place):
            return set()
        behind = next(bits(outs[0].gives))
        if len(branches) != 1 or self.fixed >> behind & 1 or self._begins_branch(behind, branches[0].place):
            return set()
        self._drop(next(iter(self.needs[place])))
        branches[0].place = behind
        branches[0].steps += outs[0].steps
        branches[0].fires |= outs[0].fires
        self.pinned |= 1 << behind
        return {behind, place}

    def _begins_branch(self, behind: int, place: int) -> bool:
        split = next(one for one in self.net.splits if any(each.place == place for each in one.branches()))
        return any(each.place == behind for each in split.branches())

    def _twins(self, place: int) -> set[int]:
        """Places that are always filled and emptied together are one."""
        makes, needs = self.makes.get(place), self.needs.get(place)
        if not makes or not needs or (self.fixed | self.inputs | self.pinned | self.net.sticky) >> place & 1:
            return set()
        if not self._keep_together(makes, needs):
            return set()
        some = self.moves[next(iter(makes))].gives & self.moves[next(iter(needs))].takes & ~(1 << place)
        for other in bits(some & ~(self.fixed | self.inputs | self.pinned)):
            if self.makes.get(other) == makes and self.needs.get(other) == needs:
                near = self._near(self.moves[one] for one in makes | needs)
                for number in makes | needs:
                    move = self._drop(number)
                    keep = ~(1 << other)
                    self._put(replace(move, takes=move.takes & keep, gives=move.gives & keep))
                return near
        return set()

    def _keep_together(self, makes: set[int], needs: set[int]) -> bool:
        return not any(self.moves[one].join or self.moves[one].guard or self.moves[one].double for one in makes | needs)

    def _match_or_write_out(self) -> None:
        blocks = [(split, join) for split in self.net.splits if (join := self._block(split)) is not None]
        for split, join in blocks:
            self._close_block(split, join)
        if not blocks:
            self._write_out(self.net.splits[0])
        self._reset()

    def _block(self, split: Split) -> Join | None:
        """The inclusive join whose inputs are exactly the branches of the split, reached by nothing else."""
        branches = split.branches()
        places = mask(one.place for one in branches)
        join = next((join for join in self.joins if join.inputs == places), None)
        if join is None or places.bit_count() < len(branches) or any(self.makes.get(place) for place in bits(places)):
            return None
        others = (one for other in self.net.splits if other is not split for one in other.branches())
        return None if places & mask(one.place for one in others) else join

    def _close_block(self, split: Split, join: Join) -> None:
        self.net.splits.remove(split)
        self.joins.remove(join)
        first = next(split.selections())
        step = self.net.step(
            Step(
                split.node,
                split.path,
                tuple(bits(split.takes)),
                tuple(self._origin(one.steps, one.place) for one in first),
                split.fires,
            )
        )
        through = (step, *(number for one in first for number in one.steps))
        fires = split.fires
        for one in split.branches():
            fires |= one.fires
        for number in [number for number, move in self.moves.items() if move.join == join.node]:
            move = self._drop(number)
            whole = replace(move, takes=split.takes, steps=through + move.steps, fires=fires | move.fires, join="")
            self._put(whole)

    def _origin(self, steps: tuple[int, ...], place: int) -> int:
        return self.net.steps[steps[0]].takes[0] if steps else place

    def _write_out(self, split: Split) -> None:
        self.net.splits.remove(split)
        self.net.partial = self.net.partial or split.is_large
        takes = tuple(bits(split.takes))
        for chosen in split.selections():
            gives = tuple(self._origin(one.steps, one.place) for one in chosen)
            steps = [self.net.step(Step(split.node, split.path, takes, gives, split.fires))]
            fires, marked, double = split.fires, 0, False
            for one in chosen:
                steps += one.steps
                fires |= one.fires
                double = double or bool((marked & ~self.loose) >> one.place & 1)
                marked |= 1 << one.place
            self._put(Move(split.takes, marked, tuple(steps), fires, double))


def _joined(move: Move, out: Move, place: int, loose: int) -> Move:
    rest = move.gives & ~(1 << place)
    return Move(
        move.takes,
        rest | out.gives,
        move.steps + out.steps,
        move.fires | out.fires,
        move.double or out.double or bool(rest & out.gives & ~loose),
        move.guard,
        move.join,
    )
