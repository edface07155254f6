"""How fast a live desk gets out: a tick that hits a stop, and a panic with fifty positions.

Unmodified ccxt on the loopback exchange, in one process with it: its answers cost the same core.
Run from the repository: `.venv/bin/python -m benchmarks.live_orders`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from loguru import logger

from benchmarks.tables import row, spread, table
from engine.core.kinds import PositionSide, Regime
from engine.core.market import PriceMoved, TimePassed
from engine.core.parameters import Parameters
from engine.core.positions import EntryFacts, EntryTerms
from engine.core.timeframes import Timeframe
from engine.execution.bus import Bus
from engine.execution.clocks import SystemClock
from engine.execution.desk import Desk, Doors
from engine.execution.dial import Dial
from engine.execution.drafts import Want
from engine.venues.ccxt_account import Account
from engine.venues.ccxt_limiter import LANE, Lane
from engine.venues.ccxt_setup import made_ready, unopened
from engine.venues.quirks import live_row
from tests.conformance.live_venues import KEYS
from tests.engine.execution.live_desk import QuietFeed
from tests.fakes.desk_rig import Agreeing, AlwaysYes
from tests.fakes.exchange.exchange import Exchange
from tests.fakes.exchange.listings import Listing
from tests.fakes.memory_journal import MemoryJournal

POSITIONS = 50
ROUNDS = 3
PRICE, STOP, HIT = 100.0, 95.0, 94.0
QTY = Decimal("0.5")
FLAT_WITHIN_S = 60.0


def report() -> str:
    """The table of this benchmark, as markdown."""
    logger.disable("engine")
    sent, filled, panics = asyncio.run(_measured())
    flat_s, booked_s = [each.flat_s for each in panics], [each.booked_s for each in panics]
    floor_s = max(each.floor_s for each in panics)
    rows = [
        row("tick → exit order on the wire", *spread(sent, "ms", 2)),
        row("tick → exit filled and booked", *spread(filled, "ms", 2)),
        row(f"panic with {POSITIONS} open → all flat at the venue", *spread(flat_s, "s", 2)),
        row(f"panic with {POSITIONS} open → all fills booked", *spread(booked_s, "s", 2)),
    ]
    figures = table("from … to …", "p50", "p99", "worst", rows=rows)
    return (
        f"{figures}\n\nThe exits of that panic take {floor_s:.2f} s at Binance's pace (the rate"
        f" limit's floor): flat {max(flat_s) - floor_s:+.2f} s beyond it at worst, 2 s are"
        f" allowed. Their fills are read behind them, in a lane of their own."
        f" {len(sent)} ticks, {len(panics)} panics."
    )


class Panicked(NamedTuple):
    """One panic: until the venue held nothing, until all was booked, and the limit's floor."""

    flat_s: float
    booked_s: float
    floor_s: float


async def _measured() -> tuple[list[float], list[float], list[Panicked]]:
    sent: list[float] = []
    filled: list[float] = []
    panics: list[Panicked] = []
    for _ in range(ROUNDS):
        async with _a_desk(hasty=True) as (desk, wire, exchange):
            await _tick_through(desk, wire, exchange, sent, filled)
        async with _a_desk(hasty=False) as (desk, wire, exchange):
            panics.append(await _panicked(desk, wire, exchange))
    return sent, filled, panics


class Wire:
    """When the last order left, and what the closing requests cost at the venue's pace."""

    def __init__(self, account: Account) -> None:
        self.left_s = 0.0
        self.closing_s = 0.0
        self.burst_s = live_row("binance", ["BTC/USDT:USDT"]).burst_s
        client: Any = account.client
        fetch, throttle = client.fetch, client.throttle
        ms_per_weight = float(client.rateLimit)

        async def stamped(
            url: str, method: str = "GET", headers: Any = None, body: Any = None
        ) -> Any:
            if method == "POST":
                self.left_s = time.perf_counter()
            return await fetch(url, method, headers, body)

        def weighed(cost: float | None = None) -> Any:
            if LANE.get() is Lane.CLOSE:
                self.closing_s += (1.0 if cost is None else float(cost)) * ms_per_weight / 1e3
            return throttle(cost)

        client.fetch, client.throttle = stamped, weighed


@asynccontextmanager
async def _a_desk(*, hasty: bool) -> AsyncIterator[tuple[Desk, Wire, Exchange]]:
    """A desk with POSITIONS longs, each with its stop at the venue."""
    rows = [
        Listing(f"C{number:03}/USDT:USDT", Decimal("0.01"), Decimal("0.001"))
        for number in range(POSITIONS)
    ]
    wall = SystemClock(lambda _: None)
    async with Exchange(rows) as exchange:
        exchange.deposit("USDT", 1_000_000, to_swap=True)
        exchange.gate.weight_limit = 10**9
        for listing in rows:
            exchange.price(listing.symbol, PRICE)
        symbols = [listing.symbol for listing in rows]
        account = unopened("binance", symbols, KEYS, wall, api_base=exchange.base)
        pace_s = account.row.burst_s
        account.row = replace(account.row, burst_s=600.0)
        venue = await made_ready(account, symbols, 3)
        desk = _desk(venue, wall, [venue._listings[symbol].instrument for symbol in symbols])
        await desk.start()
        try:
            await _filled_up(desk, symbols)
            if not hasty:  # from here on the pace is the venue's
                limiter: Any = account._limiter
                limiter._most_ms = max(pace_s * 1e3, float(account.client.rateLimit))
                limiter._allowance_ms = limiter._most_ms
            yield desk, Wire(account), exchange
        finally:
            await desk.stop()
            await venue.close()
            await wall.close()


def _desk(venue: Any, wall: SystemClock, instruments: list[Any]) -> Desk:
    return Desk(
        Doors(
            feed=QuietFeed(tuple(instruments)),
            venue=venue,
            observers=(),
            advisor=Agreeing(),
            confirmer=AlwaysYes(),
            journal=MemoryJournal(),
            publisher=Bus(),
            clock=wall,
            wall=wall,
            order_prefix="abcde",
            timeframes=(Timeframe.H1,),
        ),
        Dial(Parameters(target_1_r=50.0, target_2_r=60.0)),
    )


async def _filled_up(desk: Desk, symbols: list[str]) -> None:
    for number, symbol in enumerate(symbols, start=1):
        await desk.digest(_tick(symbol, PRICE))
        await desk.executor.enter(number, _terms(), Want(symbol, QTY))
    await desk.digest(TimePassed(at=desk.clock.now()))
    while desk.protector._tending:
        await asyncio.wait([*desk.protector._tending.values()])
    bare = [p for p in desk.books.positions.values() if not desk.protector.is_protected(p)]
    if len(desk.books.positions) != POSITIONS or bare:
        raise SystemExit(f"{len(desk.books.positions)} positions, {len(bare)} bare")


async def _tick_through(
    desk: Desk, wire: Wire, exchange: Exchange, sent: list[float], filled: list[float]
) -> None:
    # the price reaches the desk, and not the exchange: its own stop would be first
    for symbol in [position.symbol for position in desk.books.positions.values()]:
        tick = _tick(symbol, HIT)
        began_s = time.perf_counter()
        await desk.digest(tick)
        filled.append((time.perf_counter() - began_s) * 1e3)
        sent.append((wire.left_s - began_s) * 1e3)
    if desk.books.positions or exchange.ledger().positions:
        raise SystemExit("a stop did not close its position")


async def _panicked(desk: Desk, wire: Wire, exchange: Exchange) -> Panicked:
    began_s = time.perf_counter()
    desk.panic.start_closing("panic-benchmark")
    flat_s = await _until(lambda: not exchange.ledger().positions, began_s)
    floor_s = max(0.0, wire.closing_s - wire.burst_s)  # what may be spent at once is free
    return Panicked(flat_s, await _until(lambda: not desk.books.positions, began_s), floor_s)


async def _until(is_so: Callable[[], bool], began_s: float) -> float:
    while not is_so():
        await asyncio.sleep(0.005)
        if time.perf_counter() - began_s > FLAT_WITHIN_S:
            raise SystemExit("the panic did not end")
    return time.perf_counter() - began_s


def _tick(symbol: str, price: float) -> PriceMoved:
    return PriceMoved(
        at=datetime.now(UTC) + timedelta(seconds=1),
        symbol=symbol,
        open_price=price,
        high_price=price,
        low_price=price,
        close_price=price,
        volume_base=1e6,
    )


def _terms() -> EntryTerms:
    facts = EntryFacts(
        proposal_key="benchmark",
        strategy="benchmark",
        strategy_version="1",
        config_hash="benchmark",
        confidence_ratio=0.6,
        predicted=PositionSide.LONG,
        regime=Regime.RANGE,
        atr_price=1.0,
        spread_bps=1.0,
        volume_24h_quote=1e9,
        decision_price=PRICE,
    )
    return EntryTerms(side=PositionSide.LONG, stop_price=STOP, facts=facts)


if __name__ == "__main__":
    print(report())
