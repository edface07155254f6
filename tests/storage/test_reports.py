"""Numbers of the past: exact, paged, thinned."""

import math
from decimal import Decimal

import pytest

from engine.core.events import DeskStopped, TradeOpened
from engine.core.ports import Record
from storage.database import Database
from storage.journal import DatabaseJournal
from storage.outbox import Outbox
from storage.reports import Reports
from storage.tallies import TradeTotals
from tests.storage.samples import (
    a_fill,
    a_position,
    a_record,
    a_state,
    a_trade,
    an_equity_point,
    an_order,
    at,
)


@pytest.fixture
def reports(database: Database) -> Reports:
    return Reports(database)


@pytest.fixture
def journal(database: Database) -> DatabaseJournal:
    return DatabaseJournal(database, Outbox(database))


async def test_a_new_desk_has_nothing_to_tell(reports: Reports) -> None:
    assert await reports.state() is None
    assert await reports.trades() == ()
    assert await reports.totals() == TradeTotals()
    assert await reports.equity() == ()
    assert await reports.max_drawdown_ratio() == 0.0
    assert await reports.trade(1) is None
    assert await reports.position(1) is None


async def test_pages_follow_the_closing_and_miss_no_trade_of_the_same_moment(
    reports: Reports, journal: DatabaseJournal
) -> None:
    closed = {1: 50, 2: 10, 3: 20, 4: 20, 5: 20, 6: 60}
    trades = tuple(a_trade(number, closed_at=at(end)) for number, end in closed.items())
    await journal.append(Record(trades=trades))
    seen: list[int] = []
    before = None
    while page := await reports.trades(before=before, limit=2):
        seen += [trade.trade_id for trade in page]
        before = seen[-1]
    assert seen == [6, 1, 5, 4, 3, 2]
    onward: list[int] = []
    while page := await reports.trades_after(onward[-1] if onward else None, limit=4):
        onward += [trade.trade_id for trade in page]
    assert onward == seen[::-1]
    assert await reports.trade(3) == trades[2]


async def test_trades_of_one_symbol_are_paged_by_themselves(
    reports: Reports, journal: DatabaseJournal
) -> None:
    symbols = ("BTC/USDT", "ETH/USDT", "BTC/USDT", "BTC/USDT")
    trades = [a_trade(number, symbol=symbol) for number, symbol in enumerate(symbols, start=1)]
    await journal.append(Record(trades=tuple(trades)))
    assert await reports.trades(symbol="BTC/USDT", limit=2) == (trades[3], trades[2])
    assert await reports.trades(symbol="BTC/USDT", before=3) == (trades[0],)


@pytest.mark.parametrize("portion", [1, 2, 4, 1000])
async def test_totals_are_exact_in_whatever_portions_they_are_read(
    reports: Reports, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr("storage.reports.PORTION", portion)
    results = ("0.1", "0.2", "-0.30000000000000000001", "0")
    trades = tuple(
        a_trade(number, net_pnl_quote=Decimal(result), commission_quote=Decimal("0.1"))
        for number, result in enumerate(results, start=1)
    )
    await journal.append(Record(trades=trades))
    assert await reports.totals() == TradeTotals(
        trades=4,
        wins=2,
        losses=1,
        net_pnl_quote=Decimal("-0.00000000000000000001"),
        won_quote=Decimal("0.3"),
        lost_quote=Decimal("0.30000000000000000001"),
        commission_quote=Decimal("0.4"),
        result_r=2.0,
    )
    assert (await reports.totals(since=at(104))).trades == 1


@pytest.mark.parametrize(("stored", "wanted"), [(1, 5), (7, 10), (100, 10), (101, 10), (99, 1)])
async def test_a_curve_is_thinned_and_keeps_its_ends(
    reports: Reports, journal: DatabaseJournal, stored: int, wanted: int
) -> None:
    points = tuple(an_equity_point(number) for number in range(stored))
    await journal.append(Record(equity=points))
    found = await reports.equity(points=wanted)
    assert (found[0], found[-1]) == (points[0], points[-1])
    assert len(found) <= wanted + 1
    assert list(found) == sorted(found, key=lambda point: point.at)


async def test_a_result_that_is_not_known_in_r_is_left_out_of_its_sum(
    reports: Reports, journal: DatabaseJournal
) -> None:
    await journal.append(Record(trades=(a_trade(1, result_r=math.nan), a_trade(2, result_r=0.5))))
    assert (await reports.totals()).result_r == 0.5


async def test_the_deepest_drawdown_is_found_though_the_curve_skips_it(
    reports: Reports, journal: DatabaseJournal
) -> None:
    points = [an_equity_point(number) for number in range(100)]
    points[42] = an_equity_point(42, "9000", drawdown_ratio=0.1)
    await journal.append(Record(equity=tuple(points)))
    assert await reports.max_drawdown_ratio() == 0.1
    assert await reports.max_drawdown_ratio(since=at(43)) == 0.0
    assert (await reports.equity(since=at(43)))[0] == points[43]


async def test_a_position_can_be_followed_to_its_fills(
    reports: Reports, journal: DatabaseJournal
) -> None:
    await journal.append(a_record(1))
    await journal.append(a_record(2))
    await journal.append(Record(fills=(a_fill(an_order(2), 9),), state=a_state()))
    assert await reports.state() == a_state()
    assert await reports.open_positions() == (a_position(1), a_position(2))
    assert await reports.position(2) == a_position(2)
    assert await reports.orders_of(2) == (an_order(2),)
    assert await reports.fills_of(2) == (a_fill(an_order(2), 1), a_fill(an_order(2), 9))


async def test_the_newest_events_come_first_and_by_kind(
    reports: Reports, journal: DatabaseJournal
) -> None:
    await journal.append(a_record(1))
    stopped = DeskStopped(at=at(5), why="asked", boot_id="b")
    await journal.append(Record(events=(stopped,)))
    opened = TradeOpened(at=at(1), position=a_position(1))
    assert (await reports.last_events(1)) == (stopped,)
    assert (await reports.last_events(5, kinds=["TradeOpened"])) == (opened,)
    assert len(await reports.last_events(5)) == 3
