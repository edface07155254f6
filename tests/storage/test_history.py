"""Trades by filter, sums by day, equity of a moment: exact, and not read twice."""

from decimal import Decimal

import pytest

from engine.core.kinds import PositionSide
from engine.core.ports import Record
from engine.core.queries import EVERY_TRADE, TradeFilter
from storage.database import Database
from storage.history import History
from storage.journal import DatabaseJournal
from storage.outbox import Outbox
from storage.tallies import Tallies
from tests.storage.samples import a_trade, an_equity_point, an_order, at


@pytest.fixture
def history(database: Database) -> History:
    return History(database)


@pytest.fixture
def journal(database: Database) -> DatabaseJournal:
    return DatabaseJournal(database, Outbox(database))


async def test_pages_of_a_filter_miss_no_trade_of_the_same_moment(
    history: History, journal: DatabaseJournal
) -> None:
    closed = {1: 50, 2: 10, 3: 20, 4: 20, 5: 20, 6: 60}
    trades = tuple(a_trade(number, closed_at=at(end)) for number, end in closed.items())
    await journal.append(Record(trades=trades))
    seen: list[int] = []
    before = None
    while page := await history.page(TradeFilter(symbol="BTC/USDT"), before=before, limit=2):
        seen += [trade.trade_id for trade in page]
        before = seen[-1]
    assert seen == [6, 1, 5, 4, 3, 2]
    assert await history.trade(3) == trades[2]
    assert await history.trade(7) is None


async def test_a_filter_takes_the_trades_that_pass_every_part_of_it(
    history: History, journal: DatabaseJournal
) -> None:
    short = PositionSide.SHORT
    trades = (
        a_trade(1, strategy="squeeze", net_pnl_quote=Decimal("-0.00000001")),
        a_trade(2, symbol="ETH/USDT", net_pnl_quote=Decimal(0)),
        a_trade(3, side=short, net_pnl_quote=Decimal("0.00000001")),
        a_trade(4, symbol="ETH/USDT", side=short, net_pnl_quote=Decimal(-12)),
    )
    await journal.append(Record(trades=trades))
    wanted = {
        TradeFilter(): [4, 3, 2, 1],
        TradeFilter(won=True): [3],
        TradeFilter(won=False): [4, 1],
        TradeFilter(side=short): [4, 3],
        TradeFilter(side=short, symbol="ETH/USDT", won=False): [4],
        TradeFilter(strategy="squeeze"): [1],
        TradeFilter(strategy="squeeze", won=True): [],
        TradeFilter(since=trades[2].closed_at): [4, 3],
    }
    for each, numbers in wanted.items():
        found = await history.page(each)
        assert [trade.trade_id for trade in found] == numbers, each
        days = await history.days(each)
        assert sum(day.trades for day in days.values()) == len(numbers)
        assert sum(day.net_pnl_quote for day in days.values()) == sum(
            trade.net_pnl_quote for trade in found
        )
    assert await history.strategies() == ("sma_5_15", "squeeze")


@pytest.mark.parametrize("portion", [1, 2, 1000])
async def test_the_sums_of_days_are_those_of_all_trades_however_late_they_are_asked_for(
    database: Database, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr("storage.tallies.PORTION", portion)
    day_s = 86_400.0
    # two close at one moment, and the one of the lower number becomes durable last
    closings = {2: 0.0, 3: 1.0, 5: day_s, 4: day_s, 6: 3 * day_s}
    kept = Tallies(database)
    found = await kept.days(EVERY_TRADE)
    for number, end in closings.items():
        trade = a_trade(number, closed_at=at(end), net_pnl_quote=Decimal(f"0.{number}"))
        await journal.append(Record(trades=(trade,)))
        found = await kept.days(EVERY_TRADE)
        assert found == await Tallies(database).days(EVERY_TRADE)
        assert list(found) == sorted(found)
    assert [(f"{day:%m-%d}", each.trades) for day, each in found.items()] == [
        ("03-01", 2),
        ("03-02", 2),
        ("03-04", 1),
    ]
    assert found[at(day_s).date()].net_pnl_quote == Decimal("0.9")


async def test_sums_of_many_filters_are_not_remembered_for_ever(
    database: Database, journal: DatabaseJournal
) -> None:
    await journal.append(Record(trades=(a_trade(1),)))
    kept = Tallies(database)
    for number in range(80):
        assert await kept.days(TradeFilter(strategy=f"s{number}")) == {}
    assert len(kept._kept) == 64


async def test_the_equity_of_a_moment_is_that_of_the_last_point_before_it(
    history: History, journal: DatabaseJournal
) -> None:
    points = tuple(an_equity_point(number * 10.0) for number in range(3))
    await journal.append(Record(equity=points))
    found = await history.equity_at([at(-1), at(0), at(9.9), at(10), at(999)])
    assert found == (None, points[0], points[0], points[1], points[2])


async def test_the_time_that_answers_took_is_told_newest_first(
    history: History, journal: DatabaseJournal
) -> None:
    took_ms = (12.5, None, 3.0)
    orders = tuple(
        an_order(number, latency_ms=each) for number, each in enumerate(took_ms, start=1)
    )
    await journal.append(Record(orders=orders))
    assert await history.order_latencies_ms(10) == (3.0, 12.5)
    assert await history.order_latencies_ms(1) == (3.0,)
