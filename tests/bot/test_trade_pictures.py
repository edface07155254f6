"""Pictures of trades: behind the words, on the wire, and never in the way."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from bot.audience import Audience
from bot.trade_pictures import MOST_WAITING, TradePictures
from charts.story import PriceStory
from engine.core.errors import Temporary
from engine.core.events import DeskStopped, TradeClosed, TradeOpened
from engine.core.messages import OutboxMessage, Priority
from storage.topics import Topics
from storage.wishes import WishBook
from tests.bot.localchat.wire import png
from tests.bot.telegram.conftest import migrated, rig
from tests.bot.telegram.rig import OWNER, TRADER, VIEWER, Rig
from tests.handlers import answers
from tests.handlers.asking import FakeDesk
from tests.handlers.samples import NOW, a_position, a_trade

if TYPE_CHECKING:
    from bot.pictures import PictureRoom
    from engine.services.reports import Reports

__all__ = ["migrated", "rig"]


class Room:
    """Draws at once, or fails, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.drawn: list[PriceStory] = []
        self.fails = False
        self.failed = asyncio.Event()

    async def draw(self, name: str, values: object) -> bytes:
        assert isinstance(values, PriceStory)
        self.drawn.append(values)
        if self.fails:
            self.failed.set()
            raise Temporary("no worker", chat_text="no picture")
        return png(600, 400)


class Shown:
    """The pictures of a rig's desk, while the context lasts."""

    def __init__(self, rig: Rig) -> None:
        fake = FakeDesk()
        fake.reports.card = answers.a_status(rows=50)
        self.room, self.wanted = Room(), True
        self.audience = Audience(
            rig.stores.people, "PAPER", WishBook(rig.database), Topics(rig.database)
        )
        self.pictures = TradePictures(
            cast("Reports", fake.reports),
            cast("PictureRoom", self.room),
            rig.stores.outbox,
            self.audience,
            lambda: self.wanted,
        )

    async def __aenter__(self) -> TradePictures:
        await self.audience.refresh()
        self._task = asyncio.create_task(self.pictures.run())
        return self.pictures

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


OPENED = TradeOpened(at=NOW, position=a_position(42))
CLOSED = TradeClosed(at=NOW, trade=a_trade(42))


async def test_the_picture_follows_the_words_to_everybody_who_hears_of_trades(rig: Rig) -> None:
    shown = Shown(rig)
    async with rig.running(), shown as pictures:
        since = rig.world.calls.last_seq
        await rig.stores.outbox.put(shown.audience.announce(OPENED))
        pictures.heard(OPENED)
        photos = await rig.calls("sendPhoto", 3, since)
    assert all(call["ok"] for call in photos)
    assert {call["params"]["chat_id"] for call in photos} == {OWNER, TRADER, VIEWER}
    assert "<b>BTC long</b> #42 · PAPER" in photos[0]["params"]["caption"]
    owner = [call for call in rig.world.calls.since(since) if call.method.startswith("send")]
    first = {call.params["chat_id"]: call.method for call in reversed(owner)}
    assert set(first.values()) == {"sendMessage"}
    assert len(shown.room.drawn) == 1
    assert shown.room.drawn[0].stop_price == OPENED.position.stop_price


async def test_a_closed_trade_shows_its_own_candles(rig: Rig) -> None:
    shown = Shown(rig)
    async with rig.running(), shown as pictures:
        pictures.heard(CLOSED)
        (photo, *_) = await rig.calls("sendPhoto", 3)
    assert "+12.34 = +2.43 R" in photo["params"]["caption"]
    (mark,) = shown.room.drawn[0].marks
    assert (mark.exit_price, mark.won) == (float(CLOSED.trade.exit_price), True)


async def test_a_picture_that_fails_costs_nothing_but_itself(rig: Rig) -> None:
    shown = Shown(rig)
    async with rig.running(), shown as pictures:
        shown.room.fails = True
        pictures.heard(OPENED)
        await shown.room.failed.wait()
        shown.room.fails = False
        pictures.heard(CLOSED)
        await rig.calls("sendPhoto", 3)
    assert len(shown.room.drawn) == 2


@pytest.mark.parametrize("reason", ["crowded", "off", "another event"])
async def test_no_picture_is_drawn_that_nobody_could_look_at(rig: Rig, reason: str) -> None:
    shown = Shown(rig)
    if reason == "crowded":
        crowd = [
            OutboxMessage(key=f"k{n}", chat_id=OWNER, method="sendMessage", payload={"text": "x"})
            for n in range(21)
        ]
        await rig.stores.outbox.put(crowd)
    shown.wanted = reason != "off"
    stopped = DeskStopped(at=NOW, why="asked", boot_id="b")
    async with shown as pictures:
        pictures.heard(stopped if reason == "another event" else OPENED)
        await rig.stores.outbox.waiting()
        await rig.stores.outbox.waiting()
    waiting = await rig.stores.outbox.waiting()
    assert waiting.get(Priority.LIVE, 0) == 0
    assert shown.room.drawn == []


async def test_in_a_storm_the_newest_trades_are_drawn(rig: Rig) -> None:
    shown = Shown(rig)
    for number in range(20):
        trade = replace(CLOSED.trade, trade_id=number, exit_price=a_trade().exit_price + number)
        shown.pictures.heard(TradeClosed(at=NOW, trade=trade))
    async with rig.running(), shown:
        await rig.calls("sendPhoto", 3 * MOST_WAITING)
    exits = [story.marks[0].exit_price for story in shown.room.drawn]
    assert exits == [float(a_trade().exit_price + number) for number in range(16, 20)]
