"""Live updates: what a page is told, and when."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from bihuan.web import here as here_module
from bihuan.web.here import Here, Person, Told
from bihuan.web.live import EVERYBODY, Broadcaster, Page, pause

HEARD = frozenset({EVERYBODY, "issue:12"})


class _Quiet(Broadcaster):
    """Without the listening connection: announcements are handed out by the test."""

    async def _listen(self) -> None:
        await asyncio.sleep(3600)

    async def _speak(self) -> None:
        await asyncio.sleep(3600)


def _page(pages: int = 1) -> Iterator[tuple[Page, float]]:
    page = Page(HEARD | {"user:3"})
    yield page, asyncio.get_running_loop().time()


def test_what_concerns_the_page_alone_is_told_at_once() -> None:
    async def story() -> None:
        for page, now in _page():
            page.hear(frozenset({"issue:12", "issue:13", "user:4"}), 50)
            assert page.take(now, 50) == ["issue:12"]
            assert page.take(now, 50) == []

    asyncio.run(story())


def test_what_concerns_everybody_waits_for_its_turn_and_comes_once() -> None:
    async def story() -> None:
        for page, now in _page():
            for _each in range(300):
                page.hear(HEARD, 50)
            assert page.take(now - 1, 50) == ["issue:12"]
            assert page.take(now + pause(50) / 4 + 1, 50) == [EVERYBODY]
            told = now + pause(50) / 4 + 1
            page.hear(HEARD, 50)
            assert page.take(told + pause(50) * 0.7, 50) == ["issue:12"]
            assert page.take(told + pause(50) * 1.3, 50) == [EVERYBODY]

    asyncio.run(story())


def test_a_lost_line_is_made_good() -> None:
    async def story() -> None:
        for page, now in _page():
            page.hear(frozenset({"*"}), 1)
            assert page.take(now + 100, 1) == ["issue:12", EVERYBODY, "user:3"]

    asyncio.run(story())


def test_the_load_of_everybody_fetching_stays_the_same() -> None:
    assert pause(1) == pause(5) == 1.0
    assert 200 / pause(200) == 50 / pause(50) == 5.0


def test_waiting_ends_when_something_is_heard_also_while_lines_were_sent() -> None:
    async def story() -> None:
        broadcaster = _Quiet()
        page = broadcaster.join(HEARD)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        loop.call_later(0.01, broadcaster.hand_out, frozenset({"issue:12"}))
        await page.wait(20)
        assert page.take(loop.time(), 1) == ["issue:12"]
        broadcaster.hand_out(frozenset({"issue:12"}))  # before it waits again
        await page.wait(20)
        broadcaster.hand_out(frozenset({EVERYBODY}))
        page.take(loop.time(), 1)
        while not page.take(loop.time(), 1):
            await page.wait(20)
        assert loop.time() - begun < 5
        broadcaster.leave(page)
        assert broadcaster.pages == set()

    asyncio.run(story())


# -- who is there ----------------------------------------------------------------------------------------------------


class _Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


ANN, BOB = Person(3, "安"), Person(4, "波 <b>")


@pytest.mark.correctness(74)
def test_who_is_there_expires_by_itself() -> None:
    clock = _Seconds()
    there = Here(clock)
    assert there.hear(Told(12, ANN, "open")) and there.hear(Told(12, BOB, "open"))
    assert not there.hear(Told(12, ANN, "open")), "a repetition is no news"
    assert there.hear(Told(12, BOB, "typing"))
    assert there.people(12) == [(ANN, False), (BOB, True)] and there.people(13) == []
    assert not there.hear(Told(12, BOB, "nonsense"))
    clock.now += 11
    assert there.fading() == [12] and there.fading() == []
    assert there.people(12) == [(ANN, False), (BOB, False)]
    assert there.hear(Told(12, BOB, "gone"))
    clock.now += 60
    assert there.fading() == [12] and there.people(12) == []


def test_announcements_are_written_and_read_whatever_the_names() -> None:
    many = [Told(number, Person(number, "名" * 60), "open") for number in range(400)]
    payloads = here_module.write(many)
    assert len(payloads) > 1 and all(len(each.encode()) < 8000 for each in payloads)
    back = [told for payload in payloads for told in here_module.read(json.loads(payload))]
    assert [told.issue_id for told in back] == list(range(400)) and back[0].person.name == "名" * 40
    assert here_module.read(["issue:12"]) == [] and here_module.read({"here": 1}) == []


@pytest.mark.correctness(74)
def test_fifty_pages_cost_one_announcement_and_a_page_hears_of_the_others_alone() -> None:
    async def story() -> None:
        broadcaster = _Quiet()
        pages = [broadcaster.join(HEARD, Person(number, f"客服 {number}")) for number in range(50)]
        told = broadcaster.due_to_say(1000.0)
        assert len(told) == 50 and broadcaster.due_to_say(1010.0) == [], "nothing is said in between"
        assert len(broadcaster.due_to_say(1021.0)) == 50 and len(here_module.write(told)) == 1
        broadcaster.heard(here_module.write([Told(12, BOB, "typing")])[0])
        assert "here:12" in pages[0].take(asyncio.get_running_loop().time(), 50)
        broadcaster.leave(pages[0])
        assert [(each.person.user_id, each.state) for each in broadcaster.due_to_say(1022.0)] == [(0, "gone")]
        second = broadcaster.join(HEARD, Person(1, "客服 1"))
        broadcaster.due_to_say(1023.0)
        broadcaster.leave(second)
        assert broadcaster.due_to_say(1024.0) == [], "their other page is still there"

    asyncio.run(story())


def test_a_page_without_a_reader_shows_nobody_and_hears_of_nobody() -> None:
    async def story() -> None:
        broadcaster = _Quiet()
        page = broadcaster.join(HEARD)
        assert broadcaster.due_to_say(1000.0) == []
        broadcaster.heard(here_module.write([Told(12, ANN, "open")])[0])
        assert page.take(asyncio.get_running_loop().time(), 1) == []

    asyncio.run(story())
