"""What the desk could lose, what kind of market it sees, and what it made of its signals."""

import math

import numpy as np

from engine.analytics.tail import Tail, diversification_ratio, results, tail
from engine.core.events import ProposalDecided
from engine.core.money import to_quote
from engine.execution import valuation
from engine.execution.books import Books
from engine.execution.company import BITCOIN, held_of
from engine.execution.desk import Desk
from engine.market.arrays import Floats
from engine.market.bars import Bars
from engine.market.breadth import pulse
from engine.market.correlation import clusters, hourly_returns, together
from engine.market.feature import Setup
from engine.risk.breakers import breaker_limits, losses_of, streak_until
from engine.risk.contract import Held
from engine.risk.portfolio import sector_of
from engine.rules import portfolio
from engine.rules.limits import BreakerLimits, share_ratio
from engine.services.ports import Archive
from engine.services.risk_answers import Gap, MarketRow, MarketState, Risk, SectorRow, Signals

LEVELS = (0.95, 0.99)
DAY_S = 86_400
HOUR_S = 3600


class RiskReports:
    """Reads only."""

    def __init__(self, desk: Desk, archive: Archive, quote: str) -> None:
        self._desk = desk
        self._archive = archive
        self._quote = quote

    async def risk(self) -> Risk:
        """Losses, limits and breakers at the marks."""
        books, parameters = self._desk.books, self._desk.dial.parameters
        state, equity = books.state, valuation.equity_quote(books)
        day_start, peak = float(state.breaker_day_quote), float(state.breaker_peak_quote)
        limits = breaker_limits(parameters, day_start, peak)
        held = held_of(books)
        moves, signed = self._past(held)
        margined = sum(each.notional_quote for each in held if each.instrument.is_margined)
        spot = sum(h.notional_quote * h.sign for h in held if not h.instrument.is_margined)
        return Risk(
            quote=self._quote,
            trading=state.trading,
            cause=state.cause,
            why=state.why,
            ends_at=streak_until(state, parameters),
            equity_quote=to_quote(equity),
            stops_quote=to_quote(lost_at_stops_quote(books)),
            room_quote=to_quote(_room(equity, day_start, limits.reduce_day_loss_ratio)),
            halt_quote=to_quote(_room(equity, day_start, limits.halt_day_loss_ratio)),
            ratios=self._ratios(held, equity, limits),
            counts=self._counts(margined, equity - spot),
            liquidation_ratio=portfolio.liquidation_ratio(
                margined, equity - spot, parameters.maintenance_ratio
            ),
            sectors=self._sectors(held, equity),
            diversification_ratio=diversification_ratio(moves, signed) if held else math.nan,
            tails=self._tails(moves, signed) if held else (),
            market_at=state.cursor_at,
        )

    def _ratios(
        self, held: tuple[Held, ...], equity: float, limits: BreakerLimits
    ) -> tuple[Gap, ...]:
        books, chosen = self._desk.books, self._desk.dial.parameters
        state = books.state
        losses = losses_of(equity, float(state.breaker_day_quote), float(state.breaker_peak_quote))
        heat = share_ratio(valuation.open_risk_quote(books), equity)
        gross = share_ratio(valuation.gross_quote(books), equity)
        net = share_ratio(abs(sum(each.notional_quote * each.sign for each in held)), equity)
        return (
            Gap(name="Lost today", used=losses.today_ratio, limit=limits.reduce_day_loss_ratio),
            Gap(name="Below peak", used=losses.from_peak_ratio, limit=limits.reduce_drawdown_ratio),
            Gap(name="Heat", used=heat, limit=chosen.max_heat_ratio),
            Gap(name="Exposure", used=gross, limit=chosen.max_exposure_ratio),
            Gap(name="Net", used=net, limit=chosen.max_net_ratio),
        )

    def _counts(self, margined_quote: float, margin_quote: float) -> tuple[Gap, ...]:
        books, chosen = self._desk.books, self._desk.dial.parameters
        now = self._desk.clock.now()
        leverage = share_ratio(margined_quote, margin_quote)
        last_hour = books.entries_last_hour(now)
        streak = books.state.losing_streak
        return (
            Gap(name="Leverage", used=leverage, limit=chosen.max_leverage),
            Gap(name="Positions", used=len(books.positions), limit=chosen.max_positions),
            Gap(name="Entries, hour", used=last_hour, limit=chosen.trades_per_hour),
            Gap(name="Losses in a row", used=streak, limit=chosen.losing_streak),
        )

    def _sectors(self, held: tuple[Held, ...], equity: float) -> tuple[SectorRow, ...]:
        books, chosen = self._desk.books, self._desk.dial.parameters
        exposure: dict[str, float] = {}
        for each in held:
            sector = sector_of(each.instrument, chosen)
            exposure[sector] = exposure.get(sector, 0.0) + each.notional_quote
        heat: dict[str, float] = {}
        for position in books.positions.values():
            sector = sector_of(books.instruments[position.symbol], chosen)
            heat[sector] = heat.get(sector, 0.0) + valuation.position_risk_quote(position)
        rows = [
            SectorRow(
                sector=sector,
                exposure_ratio=share_ratio(notional, equity),
                heat_ratio=share_ratio(heat.get(sector, 0.0), equity),
            )
            for sector, notional in exposure.items()
        ]
        return tuple(sorted(rows, key=lambda row: (-row.exposure_ratio, row.sector)))

    def _past(self, held: tuple[Held, ...]) -> tuple[Floats, Floats]:
        """The returns of the held symbols by step, and what is held of each, signed."""
        series = {each.symbol: self._bars(each.symbol) for each in held}
        signed = dict.fromkeys(series, 0.0)
        for each in held:
            signed[each.symbol] += each.sign * each.notional_quote
        moves = hourly_returns(series, self._desk.timeframe)
        return moves, np.array([signed[symbol] for symbol in series], dtype=np.float64)

    def _tails(self, moves: Floats, signed: Floats) -> tuple[Tail, ...]:
        steps = DAY_S / max(HOUR_S, self._desk.timeframe.seconds)
        made = results(moves, signed)
        found = (tail(made, level, steps) for level in LEVELS)
        return tuple(each for each in found if each is not None)

    def _bars(self, symbol: str) -> Bars:
        return self._desk.bars.view(symbol, self._desk.timeframe)

    async def market(self) -> MarketState:
        """Regime, week and beta of every symbol, breadth, and what moves together."""
        desk = self._desk
        series = {symbol: self._bars(symbol) for symbol in desk.books.instruments}
        setup = Setup(desk.timeframe, desk.dial.parameters.atr_window_bars)
        seen = pulse(series, setup)
        symbols = list(series)
        bitcoin = [s for s in symbols if desk.books.instruments[s].base == BITCOIN]
        moves = together(hourly_returns(series, desk.timeframe), symbols, "".join(bitcoin[:1]))
        rows = (
            MarketRow(symbol=symbol, regime=seen.regimes[symbol], week=seen.weekly[symbol], beta=b)
            for symbol, b in zip(symbols, moves.beta.tolist(), strict=True)
        )
        return MarketState(
            timeframe=desk.timeframe,
            rows=tuple(rows),
            breadth=seen.breadth,
            clusters=tuple(tuple(sorted(group)) for group in clusters(moves)),
            market_at=desk.books.state.cursor_at,
        )

    async def signals(self, limit: int = 8) -> Signals:
        """The last proposals and what became of them, newest first."""
        books = self._desk.books
        waiting = [each for each in books.remarks if isinstance(each, ProposalDecided)]
        stored = await self._archive.last_events(limit, kinds=(ProposalDecided.__name__,))
        told = [each for each in stored if isinstance(each, ProposalDecided)]
        known = {each.key() for each in told}
        fresh = [each for each in reversed(waiting) if each.key() not in known]
        return Signals(decisions=tuple((fresh + told)[:limit]), market_at=books.state.cursor_at)


def lost_at_stops_quote(books: Books) -> float:
    """What is lost from the marks if every stop is hit; a position without one loses all of it."""
    lost = 0.0
    for position in books.positions.values():
        mark = books.mark_price(position.symbol) or float(position.entry_price)
        away = (mark - position.stop_price) * position.side.sign
        if not position.stop_price > 0.0:
            away = mark
        lost += max(0.0, away) * float(position.qty_base)
    return lost


def _room(equity: float, day_start: float, limit_ratio: float) -> float:
    return max(0.0, equity - day_start * (1.0 - limit_ratio))
