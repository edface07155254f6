"""A month at the live venue with faults from a seed: the books are the exchange's, to the digit.

Scaled so that it ends within a minute: the market tells hourly bars (each four prices at the
exchange), the minute's comparison is made each third hour, waits are a hundredth of what they are,
a silent exchange is given up after a quarter of a second, and requests have no limit a minute.
Everything else is as in production: unmodified ccxt over real sockets, SQLite, the alerts' outbox,
stops at the venue, funding each eight hours, and a process that is killed some thirty times.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from loguru import logger
from sqlalchemy import text

from engine.core.errors import Temporary
from engine.core.events import OrderResolved, OrderUnknown, TradeClosed
from engine.core.kinds import OrderState
from engine.core.market import FundingSettled, PriceMoved
from engine.core.orders import OPEN, WORKING
from engine.execution.clocks import MarketClock
from tests.fakes.exchange.exchange import Exchange
from tests.fakes.exchange.faults import Fault, Kind, Lottery, any_lost_answer
from tests.scenarios.live_month import START, Month, Office, an_office

SEED = 7
HOURS = 30 * 24
START_QUOTE = Decimal(10_000)
COMPARED_HOURS = 3
DIES_RATIO = 0.04  # of the hours
HINTED_RATIO = 0.7  # of the hours have a stream that works


def unreadable(chance: np.random.Generator) -> Fault:
    """A question that is not answered; tried again by the client, or a while later by the desk."""
    kinds = (Fault(Kind.RESET), Fault(Kind.STATUS, status=503), Fault(Kind.HTML))
    return kinds[int(chance.integers(len(kinds)))]


def spoil(exchange: Exchange) -> None:
    """A tenth of what is sent loses its answer, a twentieth of the questions too."""
    lotteries = [
        Lottery(SEED, 0.1, any_lost_answer, method="POST", path="rder"),
        Lottery(SEED + 1, 0.1, any_lost_answer, method="DELETE", path="rder"),
        Lottery(SEED + 2, 0.05, unreadable, method="GET", path="rder"),
    ]
    for lottery in lotteries:
        exchange.faults.draw_from(lottery)


async def an_hour(office: Office, hour: int, chance: np.random.Generator) -> None:
    """The market first; then the desk hears of it, acts, and compares its books."""
    desk, venue = office.desk, office.venue
    assert desk is not None
    assert venue is not None
    told = office.month.live_through(hour)
    try:
        if chance.random() < HINTED_RATIO:
            await venue.reread()
        if any(isinstance(event, FundingSettled) for event in told):
            # what `collect` does, which asks by the wall's time; this market runs ahead of it
            for report in await venue.reports_since(office.clock.now() - timedelta(days=1)):
                await desk.executor.hear(report)
    except Temporary:
        pass  # the sweep of the next hour finds it
    for event in told:
        await desk.digest(event)
        if isinstance(event, PriceMoved):
            await office.settled()
    await office.settled()
    if hour % COMPARED_HOURS == 0:
        await desk.compare_books()
        await office.settled()


async def a_month(office: Office) -> None:
    """Every hour of it; now and then the process dies between two of them."""
    chance = np.random.default_rng(SEED)
    for hour in range(office.month.hours):
        if chance.random() < DIES_RATIO:
            office.exchange.faults.clear()
            await office.die()
            await office.boot()
            spoil(office.exchange)
        await an_hour(office, hour, chance)


async def calmed(office: Office) -> None:
    """The line is good again: what is open is found, and what was paid is heard."""
    office.exchange.faults.clear()
    await office.settled()
    await office.die()
    desk = await office.boot()
    await office.settled()
    desk.protector.tend()
    await office.settled()


async def books_are_the_exchanges(office: Office) -> None:
    """Cash, positions, orders, fills and funding: ours against the exchange's own ledger."""
    assert office.desk is not None
    books, ledger = office.desk.books, office.exchange.ledger()
    flows = [
        (fill.notional_quote if fill.side == "SELL" else -fill.notional_quote) - fill.fee
        for fill in ledger.fills
    ]
    paid = [income.flow_quote for income in ledger.income]
    assert books.state.cash_quote == START_QUOTE + sum(flows) + sum(paid)
    held = {p.symbol: p.qty_base * p.side.sign for p in books.positions.values()}
    assert held == ledger.positions
    stops = {o.want.listing.symbol: o.want.qty_base for o in ledger.open_orders}
    assert stops == {symbol: abs(base) for symbol, base in held.items()}
    theirs = sorted(f"{fill.symbol}#{fill.trade_id}" for fill in ledger.fills)
    assert await column(office, "SELECT fill_id FROM fills ORDER BY fill_id") == sorted(theirs)
    assert len(await column(office, "SELECT payment_id FROM payments")) == len(
        [each for each in ledger.income if each.flow_quote]
    )
    states = {OrderState(each) for each in await column(office, "SELECT state FROM orders")}
    assert not states & (OPEN - WORKING)


async def column(office: Office, query: str) -> list[str]:
    return await office.opened.database.read(
        lambda db: [str(row[0]) for row in db.execute(text(query))]
    )


async def every_unknown_was_shown_and_resolved(office: Office) -> int:
    unknown = {e.order.client_order_id: e for e in office.events if isinstance(e, OrderUnknown)}
    resolved = {e.order.client_order_id for e in office.events if isinstance(e, OrderResolved)}
    assert set(unknown) <= resolved
    shown = await column(office, "SELECT key FROM outbox")
    assert {f"{event.key()}|1001" for event in unknown.values()} <= set(shown)
    return len(unknown)


@pytest.mark.timeout(180)
async def test_after_a_month_of_faults_the_books_are_the_exchanges_to_the_last_digit(
    tmp_path: Path,
) -> None:
    logger.disable("engine")
    clock = MarketClock(datetime.now(UTC).replace(minute=0, second=0, microsecond=0))
    async with Exchange(now=clock.now) as exchange:
        exchange.deposit("USDT", START_QUOTE, to_swap=True)
        exchange.gate.weight_limit = 10**9  # a month's requests come within a minute
        month = Month(exchange, clock, SEED, HOURS)
        month.begin()
        office = await an_office(tmp_path, exchange, clock, month)
        try:
            await office.boot()
            spoil(exchange)
            await a_month(office)
            met = len(exchange.faults.met)
            await calmed(office)
            await books_are_the_exchanges(office)
            unknown = await every_unknown_was_shown_and_resolved(office)
            trades = sum(isinstance(event, TradeClosed) for event in office.events)
            assert trades > 10 * len(START), "the month must trade"
            assert unknown > trades // 10, "and be a bad one"
            assert met > unknown
        finally:
            await office.die()
            await office.wall.close()
            await office.opened.database.close()
            logger.enable("engine")
