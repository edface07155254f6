"""What pictures of the record are made of: the archive's trades, the books' last point."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from engine.analytics.facts import TradeFacts
from engine.core.state import EquityPoint
from engine.services.picture_reports import MOST_TRADES, PictureReports
from tests.engine.analytics.trades import MONDAY, a_trade
from tests.fakes.desk_rig import DeskRig


class Archive:
    """A record of these trades and points."""

    def __init__(
        self, facts: tuple[TradeFacts, ...] = (), points: tuple[EquityPoint, ...] = ()
    ) -> None:
        self._facts = facts
        self._points = points
        self.limits: list[int] = []
        self.since: list[datetime | None] = []

    async def facts(self, limit: int, since: datetime | None = None) -> tuple[TradeFacts, ...]:
        self.limits.append(limit)
        self.since.append(since)
        late = [f for f in self._facts if since is None or f.trade.closed_at >= since]
        return tuple(late[-limit:])

    async def day_ends(self) -> tuple[EquityPoint, ...]:
        return self._points


def a_point(days: float, equity: str) -> EquityPoint:
    """A point so many days before the market of the rig begins."""
    return EquityPoint(
        at=MONDAY - timedelta(days=2000 - days),
        equity_quote=Decimal(equity),
        cash_quote=Decimal(equity),
        unrealised_quote=Decimal(0),
        drawdown_ratio=0.0,
        open_positions=0,
    )


async def test_the_record_is_that_of_the_last_trades() -> None:
    desk = await DeskRig().run_until(lambda desk: bool(desk.books.state.cursor_at))
    archive = Archive((TradeFacts(trade=a_trade(1, "10"), tokens_usd=0.5),))
    found = await PictureReports(desk, archive, "USDT").record()
    assert archive.limits == [MOST_TRADES]
    assert found.columns.result_r.tolist() == [1.0]
    assert (found.quality.trades, found.costs.tokens_usd, found.quote) == (1, 0.5, "USDT")
    assert found.patterns == ()


async def test_the_calendar_ends_with_the_points_that_are_not_stored_yet() -> None:
    desk = await DeskRig().run_until(lambda desk: bool(desk.books.points))
    stored = (a_point(0, "100"), a_point(1, "110"))
    answers = PictureReports(desk, Archive(points=stored), "USDT")
    found = await answers.calendar()
    last = float(desk.books.points[-1].equity_quote)
    assert found.performance.return_ratio == pytest.approx(last / 100.0 - 1.0)
    again = PictureReports(desk, Archive(points=(*stored, *desk.books.points)), "USDT")
    assert (await again.calendar()).performance == found.performance


async def test_every_market_of_the_desk_is_compared() -> None:
    desk = await DeskRig().run_until(lambda desk: bool(desk.books.state.cursor_at))
    moves = await PictureReports(desk, Archive(), "USDT").moves()
    assert moves.symbols == tuple(desk.books.instruments)
    assert moves.correlation.shape == (len(moves.symbols),) * 2


async def test_what_was_read_once_is_not_read_again_and_no_late_trade_is_missed() -> None:
    desk = DeskRig().boot()
    first, second, twin = (
        TradeFacts(trade=replace(a_trade(number, "1"), closed_at=MONDAY + hours))
        for number, hours in ((1, timedelta(0)), (3, timedelta(hours=1)), (2, timedelta(hours=1)))
    )
    archive = Archive((first, second))
    reports = PictureReports(desk, archive, "USDT")
    known = await reports.facts()
    assert known == (first, second)
    record = await reports.record()
    assert await reports.record() is record
    archive._facts = (first, twin, second)
    assert {fact.trade.trade_id for fact in await reports.facts()} == {1, 2, 3}
    assert archive.since[1:] == [MONDAY + timedelta(hours=1)] * 3
    assert (await reports.record()).quality.trades == 3
