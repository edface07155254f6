"""What the desk shows: every figure from the books and the database, none made up."""

import difflib
from datetime import UTC, datetime
from math import fsum

from engine.core.clockwork import from_ms
from engine.core.errors import Temporary, UserError
from engine.core.money import ZERO, to_quote
from engine.core.ports import Holdings, Venue
from engine.core.positions import Position, Trade
from engine.core.queries import EVERY_TRADE, TradeFilter
from engine.core.state import EquityPoint
from engine.core.timeframes import Timeframe
from engine.execution import valuation
from engine.execution.booking import guard_of
from engine.execution.desk import Desk
from engine.execution.guarding import plan_of
from engine.rules import ledger
from engine.services.answers import (
    Balance,
    Mode,
    PositionRow,
    PriceView,
    Status,
    TradePage,
)
from engine.services.levels import next_levels
from engine.services.ports import Archive, TradeHistory

CHART_BARS = 120
TRADE_SHARE = 0.7  # of a picture's width that one trade may take


class Reports:
    """Reads only."""

    def __init__(
        self,
        desk: Desk,
        venue: Venue,
        archive: Archive,
        history: TradeHistory,
        mode: Mode,
        quote: str,
    ) -> None:
        self._desk = desk
        self._venue = venue
        self._archive = archive
        self._history = history
        self._mode = mode
        self._quote = quote

    async def status(self) -> Status:
        """The whole desk on one card."""
        books, state = self._desk.books, self._desk.books.state
        equity = valuation.equity_quote(books)
        exact = to_quote(equity)
        days = await self._history.days(EVERY_TRADE)
        today = days.get(self._desk.clock.now().date())
        rows = await self.positions()
        day_base = float(state.day_base_quote)
        return Status(
            mode=self._mode,
            trading=state.trading,
            cause=state.cause,
            why=state.why,
            quote=self._quote,
            equity_quote=exact,
            cash_quote=state.cash_quote,
            unrealised_quote=sum((row.unrealised_quote for row in rows), ZERO),
            start_cash_quote=state.start_cash_quote,
            moved_quote=state.moved_quote,
            day_pnl_quote=exact - state.day_start_equity_quote if state.day else ZERO,
            day_pnl_ratio=equity / day_base - 1.0 if day_base > 0.0 else 0.0,
            day_result_r=0.0 if today is None else today.result_r,
            day_trades=0 if today is None else today.trades,
            total_trades=sum(day.trades for day in days.values()),
            net_pnl_quote=sum((day.net_pnl_quote for day in days.values()), ZERO),
            drawdown_ratio=ledger.drawdown_ratio(equity, float(state.peak_equity_quote) or equity),
            exposure_ratio=_share(valuation.gross_quote(books), equity),
            heat_ratio=_share(valuation.open_risk_quote(books), equity),
            open_positions=rows,
            stale_symbols=tuple(sorted(books.stale)),
            frozen_symbols=tuple(sorted(books.frozen())),
            last_decision=books.last_decision,
            market_at=state.cursor_at,
            config_hash=self._desk.dial.config_hash,
        )

    async def positions(self) -> tuple[PositionRow, ...]:
        """Open positions at the marks, in the order in which they were opened."""
        books = self._desk.books
        ordered = sorted(books.positions.values(), key=lambda position: position.position_id)
        frozen = books.frozen()
        return tuple(self._row(p, frozen=p.symbol in frozen) for p in ordered)

    def _row(self, position: Position, *, frozen: bool) -> PositionRow:
        books = self._desk.books
        mark = books.mark_price(position.symbol) or float(position.entry_price)
        value = to_quote(valuation.value_quote(books, position))
        net_quote = float(position.cash_quote + value)
        guard = guard_of(position)
        away = (mark - position.stop_price) * position.side.sign
        return PositionRow(
            position=position,
            mark_price=mark,
            unrealised_quote=valuation.unrealised_quote(books, position),
            result_r=ledger.in_r(net_quote, position.risk_quote),
            stop_distance_ratio=away / mark if position.stop_price > 0.0 else 0.0,
            notional_quote=abs(value),
            open_risk_quote=to_quote(ledger.open_risk_quote(guard)),
            frozen=frozen,
            not_traded=books.not_traded.get(position.symbol, ""),
            protected=self._desk.protector.is_protected(position),
            levels=next_levels(position, plan_of(position, self._desk.dial.parameters)),
            price_step=books.instruments[position.symbol].price_step,
        )

    async def position(self, position_id: int) -> PositionRow | None:
        """One open position at the mark; None when it is not open (any more)."""
        books = self._desk.books
        found = books.positions.get(position_id)
        return None if found is None else self._row(found, frozen=found.symbol in books.frozen())

    def as_of(self) -> datetime | None:
        """The market's clock; None before the first price."""
        return self._desk.books.state.cursor_at

    async def trades(
        self, wanted: TradeFilter = EVERY_TRADE, *, before: int | None = None, limit: int = 8
    ) -> TradePage:
        """Such closed trades, newest first, with the sums over all of them."""
        found = await self._history.page(wanted, before=before, limit=limit + 1)
        shown = found[:limit]
        days = (await self._history.days(wanted)).values()
        return TradePage(
            trades=shown,
            total=sum(day.trades for day in days),
            net_pnl_quote=sum((day.net_pnl_quote for day in days), ZERO),
            wins=sum(day.wins for day in days),
            next_before=shown[-1].trade_id if len(found) > limit else None,
            quote=self._quote,
            result_r=fsum(day.result_r for day in days),
            wanted=wanted,
        )

    async def trade(self, trade_id: int) -> Trade | None:
        """The closed trade of this number."""
        return await self._history.trade(trade_id)

    async def strategies(self) -> tuple[str, ...]:
        """The names under which trades were made."""
        return await self._history.strategies()

    def today(self) -> datetime:
        """The start of the market's present day (UTC)."""
        return _day_start(self._desk.clock.now())

    async def balance(self) -> Balance:
        """Cash and holdings, ours against the venue's."""
        books = self._desk.books
        held = tuple(
            (
                position.symbol,
                position.qty_base * position.side.sign,
                to_quote(valuation.value_quote(books, position)),
            )
            for position in sorted(books.positions.values(), key=lambda p: p.symbol)
        )
        holdings = await self._venue_holdings()
        ours = {symbol: base for symbol, base, _ in held}
        return Balance(
            quote=self._quote,
            cash_quote=books.state.cash_quote,
            equity_quote=to_quote(valuation.equity_quote(books)),
            start_cash_quote=books.state.start_cash_quote,
            moved_quote=books.state.moved_quote,
            holdings=held,
            venue_cash_quote=None if holdings is None else holdings.cash_quote,
            agrees=None
            if holdings is None
            else holdings.cash_quote == books.state.cash_quote
            and ours == dict(holdings.base_by_symbol),
        )

    async def _venue_holdings(self) -> Holdings | None:
        try:
            return await self._venue.holdings()
        except Temporary:
            return None

    async def equity(self, *, points: int = 600) -> tuple[EquityPoint, ...]:
        """The equity curve, oldest first, its last point now."""
        stored = await self._archive.equity(points=points)
        waiting = tuple(self._desk.books.points)
        last_at = stored[-1].at if stored else None
        fresh = tuple(point for point in waiting if last_at is None or point.at > last_at)
        return (*stored, *fresh)

    async def price(self, symbol: str, timeframe: str | None = None) -> PriceView:
        """The last bars of a symbol with the desk's entries and exits on them."""
        frame = self._timeframe(timeframe)
        bars = self._desk.bars.view(symbol, frame).tail(CHART_BARS)
        trades = await self._archive.trades(before=None, limit=CHART_BARS, symbol=symbol)
        first_at = from_ms(int(bars.open_at_s[0]) * 1000) if len(bars) else None
        return PriceView(
            symbol=symbol,
            timeframe=frame,
            bars=bars,
            trades=tuple(t for t in trades if first_at is not None and t.closed_at >= first_at),
            position=self._desk.books.position_on(symbol),
        )

    async def span(self, symbol: str, opened_at: datetime, closed_at: datetime) -> PriceView:
        """The bars around a trade: the shortest bars on which it is a part of the picture."""
        frames = self._mode.timeframes
        lasted_s = (closed_at - opened_at).total_seconds()
        roomy = (f for f in frames if lasted_s <= f.seconds * CHART_BARS * TRADE_SHARE)
        frame = next(roomy, frames[-1])
        return PriceView(
            symbol=symbol,
            timeframe=frame,
            bars=self._desk.bars.view(symbol, frame).tail(CHART_BARS),
            trades=(),
            position=None,
        )

    async def symbol(self, text: str) -> str:
        """The symbol a person means by `text` ("btc", "BTC/USDT"); raises UserError."""
        wanted = text.strip().upper()
        symbols = self._desk.books.instruments
        exact = [s for s, i in symbols.items() if wanted in {s.upper(), i.base, s.split(":")[0]}]
        if exact:
            return exact[0]
        bases = {instrument.base: symbol for symbol, instrument in symbols.items()}
        close = difflib.get_close_matches(wanted[:24], bases, n=3, cutoff=0.5)
        names = ", ".join(close or sorted(bases)[:8])
        raise UserError("That symbol is not traded here.", hint=f"Try one of: {names}.")

    def _timeframe(self, text: str | None) -> Timeframe:
        frames = self._mode.timeframes
        if text is None:
            return frames[0]
        for frame in frames:
            if frame.value == text.strip().lower():
                return frame
        names = ", ".join(frame.value for frame in frames)
        raise UserError("That timeframe is not loaded.", hint=f"Loaded: {names}.")


def _share(part_quote: float, equity_quote: float) -> float:
    return part_quote / equity_quote if equity_quote > 0.0 else 0.0


def _day_start(now: datetime) -> datetime:
    return datetime(now.year, now.month, now.day, tzinfo=UTC)
