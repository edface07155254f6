"""A simulated month at the live venue: hourly bars drive the loopback exchange and the desk."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.core.kinds import Role
from engine.core.market import (
    Bar,
    BarClosed,
    FundingSettled,
    Instrument,
    MarketEvent,
    PriceMoved,
    TimePassed,
)
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.execution.bus import Bus
from engine.execution.clocks import MarketClock
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.venues.ccxt_setup import made_ready, unopened
from handlers.announce import Recipient, announce
from storage.journal import DatabaseJournal
from storage.opening import Opened, open_database
from storage.outbox import Outbox
from tests.conformance.live_venues import KEYS
from tests.engine.venues.live_bench import HastyClock
from tests.fakes.desk_rig import Agreeing, AlwaysYes
from tests.fakes.exchange.exchange import Exchange
from tests.fakes.scripted_market import wandering_bars

if TYPE_CHECKING:
    from engine.core.events import Event
    from engine.venues.ccxt_venue import CcxtVenue

HOUR = timedelta(hours=1)
HOUR_MS = 3_600_000
WARMUP = 160  # bars that the desk reads before the month begins
FUNDING_HOURS = 8
OWNER = Recipient(1001, Role.OWNER)
PREFIX = "abcde"
TIMEOUT_S = 0.25
START = {"BTC/USDT:USDT": 40_000.0, "ETH/USDT:USDT": 2_500.0, "SOL/USDT:USDT": 100.0}


class Month:
    """The market of a month, hour by hour; `tell` makes the exchange live through one."""

    step_s = 3600.0

    def __init__(self, exchange: Exchange, clock: MarketClock, seed: int, hours: int) -> None:
        self.hours = hours
        self.listed: tuple[Instrument, ...] = ()
        self._exchange = exchange
        self._clock = clock
        self._began_at = clock.now()
        self._chance = np.random.default_rng(seed)
        self._bars = {
            symbol: [
                self._on_steps(symbol, bar, self._began_at + (index - WARMUP) * HOUR)
                for index, bar in enumerate(wandering_bars(seed + number, WARMUP + hours, price))
            ]
            for number, (symbol, price) in enumerate(START.items())
        }

    async def instruments(self) -> tuple[Instrument, ...]:
        return self.listed

    async def history(
        self, symbol: str, timeframe: Timeframe, *, before: datetime | None, bars: int
    ) -> tuple[Bar, ...]:
        until_at = self._began_at if before is None else before
        return tuple(b for b in self._bars[symbol] if b.open_at + HOUR <= until_at)[-bars:]

    async def funding_ratio(self, symbol: str, *, before: datetime | None) -> float | None:
        return None

    async def events(self, after: datetime | None) -> AsyncGenerator[MarketEvent, None]:
        for hour in range(self.hours):
            for event in self.live_through(hour):
                yield event

    def begin(self) -> None:
        """The prices before the first hour."""
        for symbol in START:
            self._exchange.price(symbol, self._bars[symbol][WARMUP].open)

    def live_through(self, hour: int) -> list[MarketEvent]:
        """The exchange trades the whole hour; what the desk's feed then tells of it."""
        here = {symbol: bars[WARMUP + hour] for symbol, bars in self._bars.items()}
        for symbol, bar in here.items():
            prices = (bar.open, bar.high, bar.low, bar.close)
            self._exchange.bar(symbol, bar.open_at, prices, length_ms=HOUR_MS)
        at = self._began_at + (hour + 1) * HOUR
        self._clock.move_to(at)
        told: list[MarketEvent] = [price_of(symbol, bar, at) for symbol, bar in here.items()]
        if (hour + 1) % FUNDING_HOURS == 0:
            told += [self._funded(symbol, at) for symbol in here]
        told += [
            BarClosed(at=at, symbol=symbol, timeframe=Timeframe.H1, bar=bar)
            for symbol, bar in here.items()
        ]
        return [*told, TimePassed(at=at)]

    def _funded(self, symbol: str, at: datetime) -> FundingSettled:
        ratio = round(float(self._chance.normal(0.0001, 0.0003)), 8)
        self._exchange.fund(symbol, str(ratio))
        return FundingSettled(at=at, symbol=symbol, funding_ratio=ratio)

    def _on_steps(self, symbol: str, bar: Bar, open_at: datetime) -> Bar:
        digits = 1 if symbol.startswith("BTC") else 2
        opened, high, low, close = (
            round(float(each), digits) for each in (bar.open, bar.high, bar.low, bar.close)
        )
        return Bar(open_at, opened, high, low, close, bar.volume_base)


def price_of(symbol: str, bar: Bar, at: datetime) -> PriceMoved:
    """The hour's range at its end."""
    return PriceMoved(
        at=at,
        symbol=symbol,
        open_price=bar.open,
        high_price=bar.high,
        low_price=bar.low,
        close_price=bar.close,
        volume_base=bar.volume_base,
    )


class Office:
    """Database, exchange and month; and one desk after the other on top of them."""

    def __init__(
        self, exchange: Exchange, month: Month, clock: MarketClock, opened: Opened
    ) -> None:
        self.exchange = exchange
        self.month = month
        self.clock = clock
        self.opened = opened
        self.wall = HastyClock(lambda _: None)
        self.events: list[Event] = []
        outbox = Outbox(opened.database)
        self.journal = DatabaseJournal(
            opened.database, outbox, lambda event: announce(event, (OWNER,), badge="LIVE")
        )
        self.desk: Desk | None = None
        self.venue: CcxtVenue | None = None

    async def boot(self) -> Desk:
        """A fresh process that has recovered."""
        symbols = list(START)
        account = unopened(
            "binance", symbols, KEYS, self.wall, api_base=self.exchange.base, timeout_s=TIMEOUT_S
        )
        account.row = replace(account.row, burst_s=600.0)  # a month of requests in seconds
        self.venue = await made_ready(account, symbols, 5)
        listings = self.venue._listings.values()
        self.month.listed = tuple(listing.instrument for listing in listings)
        bus = Bus()
        bus.subscribe(self.events.append)
        self.desk = Desk(
            Doors(
                feed=self.month,
                venue=self.venue,
                observers=(),
                advisor=Agreeing(),
                confirmer=AlwaysYes(),
                journal=self.journal,
                publisher=bus,
                clock=self.clock,
                wall=self.wall,
                order_prefix=PREFIX,
                timeframes=(Timeframe.H1,),
            ),
            Dial(Parameters()),
        )
        await self.desk.start()
        return self.desk

    async def die(self) -> None:
        """The process is gone without a word; what ran beside its loop ends in the middle."""
        if self.desk is not None:
            await self.desk.protector.close()
            await self.desk.executor.close()
        if self.venue is not None:
            await self.venue.close()

    async def settled(self) -> None:
        """An hour is long: what runs beside the loop has time to finish."""
        desk = self.desk
        assert desk is not None
        async with asyncio.timeout(30):
            while work := [*desk.protector._tending.values(), *desk.executor._asking.values()]:
                await asyncio.wait(work)


async def an_office(folder: Path, exchange: Exchange, clock: MarketClock, month: Month) -> Office:
    """The office of a desk that keeps its books in a file."""
    path = folder / "parley.db"
    opened = await open_database(f"sqlite+aiosqlite:///{path}", folder / "backups")
    return Office(exchange, month, clock, opened)
