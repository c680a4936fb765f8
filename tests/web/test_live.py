"""Live updates: what a page is told, and when."""

import asyncio
from collections.abc import Iterator

from bihuan.web.live import EVERYBODY, Broadcaster, Page, pause

HEARD = frozenset({EVERYBODY, "issue:12"})


class _Quiet(Broadcaster):
    """Without the listening connection: announcements are handed out by the test."""

    async def _listen(self) -> None:
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
