"""Results, pages and exposure of a desk that really ran, on a real database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from math import fsum
from pathlib import Path
from typing import NamedTuple

from engine.analytics.breakdown import Dimension
from engine.core.events import TradeClosed
from engine.core.money import to_quote
from engine.core.positions import Trade
from engine.core.queries import TradeFilter
from engine.execution import valuation
from engine.execution.desk import Desk
from engine.services.answers import Mode
from engine.services.picture_reports import PictureReports
from engine.services.reports import Reports
from engine.services.result_answers import Span
from engine.services.result_reports import ResultReports
from engine.services.risk_reports import RiskReports
from storage.history import History
from storage.journal import DatabaseJournal
from storage.opening import open_database
from storage.outbox import Outbox
from storage.reports import Reports as StoredReports
from storage.trade_record import TradeRecord
from tests.fakes.desk_rig import DeskRig, three_markets
from tests.fakes.scripted_market import BTC


class Ran(NamedTuple):
    """A desk after its market, and what can be asked of it."""

    desk: Desk
    trades: list[Trade]  # in the order of their closing
    reports: Reports
    results: ResultReports
    risks: RiskReports


@asynccontextmanager
async def a_desk_that_ran(tmp_path: Path) -> AsyncIterator[Ran]:
    opened = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'p.db'}", tmp_path / "backups")
    database = opened.database
    try:
        bars = {
            symbol: tuple(type(bar)(bar.open_at, *map(float, bar[1:])) for bar in each)
            for symbol, each in three_markets().items()
        }
        rig = DeskRig(bars=bars, journal=DatabaseJournal(database, Outbox(database)))
        desk = await rig.run()
        closed = [e.trade for e in rig.told(TradeClosed) if isinstance(e, TradeClosed)]
        mode = Mode(
            words="a test",
            badge="PAPER",
            market="scripted",
            symbols=tuple(desk.books.instruments),
            timeframes=(desk.timeframe,),
            speed=1.0,
        )
        history, stored = History(database), StoredReports(database)
        record = PictureReports(desk, TradeRecord(database), "USDT")
        yield Ran(
            desk,
            sorted(closed, key=lambda trade: (trade.closed_at, trade.trade_id)),
            Reports(desk, rig.venue, stored, history, mode, "USDT"),
            ResultReports(desk, history, record, "USDT"),
            RiskReports(desk, stored, "USDT"),
        )
    finally:
        await database.close()


async def test_every_figure_is_that_of_the_trades_and_the_books(tmp_path: Path) -> None:
    async with a_desk_that_ran(tmp_path) as ran:
        assert len(ran.trades) > 20
        await _pages(ran)
        await _periods(ran)
        await _parts(ran)
        await _open(ran)


async def _pages(ran: Ran) -> None:
    newest_first = [trade.trade_id for trade in reversed(ran.trades)]
    seen: list[int] = []
    before = None
    while True:
        page = await ran.reports.trades(before=before, limit=7)
        seen += [trade.trade_id for trade in page.trades]
        before = page.next_before
        if before is None:
            break
    assert seen == newest_first
    assert page.total == len(ran.trades)
    assert page.net_pnl_quote == sum(trade.net_pnl_quote for trade in ran.trades)
    lost = [t for t in ran.trades if t.symbol == BTC and t.net_pnl_quote < 0]
    page = await ran.reports.trades(TradeFilter(symbol=BTC, won=False), limit=3)
    assert (page.total, page.wins) == (len(lost), 0)
    assert list(page.trades) == lost[::-1][:3]
    status = await ran.reports.status()
    assert status.total_trades == len(ran.trades)
    today = [t for t in ran.trades if t.closed_at >= ran.reports.today()]
    assert status.day_trades == len(today)


async def _periods(ran: Ran) -> None:
    found = await ran.results.periods(Span.DAY, 31)
    assert len(found.rows) == 31
    first = found.rows[-1].start
    assert found.rows[0].start - first == timedelta(days=30)
    own = [t for t in ran.trades if t.closed_at.date() >= first]
    assert sum(row.trades for row in found.rows) == len(own)
    assert sum(row.net_quote for row in found.rows) == sum(t.net_pnl_quote for t in own)
    equity = to_quote(valuation.equity_quote(ran.desk.books))
    assert found.rows[0].equity_quote == equity
    months = await ran.results.periods(Span.MONTH, 99)
    assert (len(months.rows), {row.start.day for row in months.rows}) == (24, {1})
    assert sum(row.trades for row in months.rows) == len(ran.trades)
    weeks = await ran.results.periods(Span.WEEK, 0)
    assert [row.start.weekday() for row in weeks.rows] == [0]


async def _parts(ran: Ran) -> None:
    by_symbol = await ran.results.parts(Dimension.SYMBOL)
    assert by_symbol.trades == sum(part.trades for part in by_symbol.parts) == len(ran.trades)
    last_day = await ran.results.parts(Dimension.SIDE, days=1)
    assert last_day.trades == sum(t.closed_at >= ran.reports.today() for t in ran.trades)
    stats = await ran.results.stats()
    assert stats.summary.net_quote == sum(t.net_pnl_quote for t in ran.trades)
    assert stats.record.quality.trades == len(ran.trades)


async def _open(ran: Ran) -> None:
    held = await ran.risks.exposure()
    assert held.long_quote - held.short_quote == sum((r.net_quote for r in held.rows), Decimal(0))
    risk = await ran.risks.risk()
    assert fsum(row.exposure_ratio for row in held.sectors) == held.gross.used
    assert [row.name for row in risk.breakers] == ["Day loss", "Drawdown", "Losses in a row"]
    resets_at = risk.breakers[0].resets_at
    assert resets_at is not None
    assert resets_at == ran.reports.today() + timedelta(days=1)
    glance = await ran.risks.glance()
    assert 0 <= glance.agreeing <= glance.symbols == 3
    for row in await ran.reports.positions():
        assert await ran.reports.position(row.position.position_id) == row
        assert row.price_step == ran.desk.books.instruments[row.position.symbol].price_step
    assert await ran.reports.position(99_999) is None
    trade = ran.trades[-1]
    view = await ran.reports.span(trade.symbol, trade.opened_at, trade.closed_at)
    assert view.bars.open_at_s[0] <= trade.opened_at.timestamp()
