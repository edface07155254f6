"""What the desk could lose, what kind of market it sees, and what it made of its signals."""

import math
from collections import Counter
from collections.abc import Iterable

import numpy as np

from engine.analytics.tail import Tail, diversification_ratio, results, tail
from engine.core.events import ProposalDecided
from engine.core.kinds import Regime
from engine.core.money import to_quote
from engine.execution import valuation
from engine.execution.books import Books
from engine.execution.company import BITCOIN, held_of
from engine.execution.desk import Desk
from engine.market.arrays import Floats
from engine.market.bars import Bars
from engine.market.feature import Setup
from engine.risk.breakers import breaker_limits, streak_until
from engine.risk.contract import Held
from engine.rules import portfolio
from engine.rules.limits import share_ratio
from engine.services.ports import Archive
from engine.services.risk_answers import (
    Exposure,
    Gap,
    Glance,
    MarketRow,
    MarketState,
    Risk,
    Signals,
)
from engine.services.risk_parts import (
    MarketKeeper,
    Seen,
    breaker_rows,
    cluster_rows,
    exposure_rows,
    sector_rows,
)

LEVELS = (0.95, 0.99)
DAY_S = 86_400
HOUR_S = 3600


class RiskReports:
    """Reads only."""

    def __init__(self, desk: Desk, archive: Archive, quote: str) -> None:
        self._desk = desk
        self._archive = archive
        self._quote = quote
        self._market = MarketKeeper()

    async def risk(self) -> Risk:
        """Losses, limits and breakers at the marks."""
        books, parameters = self._desk.books, self._desk.dial.parameters
        state, equity = books.state, valuation.equity_quote(books)
        day_start, peak = float(state.breaker_day_quote), float(state.breaker_peak_quote)
        limits = breaker_limits(parameters, day_start, peak)
        held = held_of(books)
        seen = await self._seen(dict.fromkeys(each.instrument.symbol for each in held))
        moves, signed = seen.returns, _signed(held)
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
            ratios=self._ratios(held, equity),
            counts=self._counts(margined, equity - spot),
            breakers=breaker_rows(state, parameters, equity, self._desk.clock.now()),
            liquidation_ratio=portfolio.liquidation_ratio(
                margined, equity - spot, parameters.maintenance_ratio
            ),
            sectors=sector_rows(books, held, parameters, equity),
            clusters=cluster_rows(books, seen.groups, equity),
            diversification_ratio=diversification_ratio(moves, signed) if held else math.nan,
            tails=self._tails(moves, signed) if held else (),
            market_at=state.cursor_at,
        )

    def _ratios(self, held: tuple[Held, ...], equity: float) -> tuple[Gap, ...]:
        books, chosen = self._desk.books, self._desk.dial.parameters
        heat = share_ratio(valuation.open_risk_quote(books), equity)
        gross = share_ratio(valuation.gross_quote(books), equity)
        net = share_ratio(abs(sum(each.notional_quote * each.sign for each in held)), equity)
        return (
            Gap(name="Heat", used=heat, limit=chosen.max_heat_ratio),
            Gap(name="Exposure", used=gross, limit=chosen.max_exposure_ratio),
            Gap(name="Net", used=net, limit=chosen.max_net_ratio),
        )

    def _counts(self, margined_quote: float, margin_quote: float) -> tuple[Gap, ...]:
        books, chosen = self._desk.books, self._desk.dial.parameters
        now = self._desk.clock.now()
        leverage = share_ratio(margined_quote, margin_quote)
        last_hour = books.entries_last_hour(now)
        return (
            Gap(name="Leverage", used=leverage, limit=chosen.max_leverage),
            Gap(name="Positions", used=len(books.positions), limit=chosen.max_positions),
            Gap(name="Entries, hour", used=last_hour, limit=chosen.trades_per_hour),
        )

    async def exposure(self) -> Exposure:
        """What is held, by symbol, side and sector."""
        books, chosen = self._desk.books, self._desk.dial.parameters
        equity, held = valuation.equity_quote(books), held_of(books)
        longs = sum(each.notional_quote for each in held if each.sign > 0)
        shorts = sum(each.notional_quote for each in held if each.sign < 0)
        margined = sum(each.notional_quote for each in held if each.instrument.is_margined)
        spot = sum(h.notional_quote * h.sign for h in held if not h.instrument.is_margined)
        gross_ratio = share_ratio(longs + shorts, equity)
        net_ratio = share_ratio(abs(longs - shorts), equity)
        leverage = share_ratio(margined, equity - spot)
        return Exposure(
            quote=self._quote,
            equity_quote=to_quote(equity),
            long_quote=to_quote(longs),
            short_quote=to_quote(shorts),
            gross=Gap(name="Exposure", used=gross_ratio, limit=chosen.max_exposure_ratio),
            net=Gap(name="Net", used=net_ratio, limit=chosen.max_net_ratio),
            leverage=Gap(name="Leverage", used=leverage, limit=chosen.max_leverage),
            rows=exposure_rows(books, chosen),
            sectors=sector_rows(books, held, chosen, equity),
            sector_limit_ratio=chosen.max_sector_ratio,
            market_at=books.state.cursor_at,
        )

    async def glance(self) -> Glance:
        """The regime of most symbols, and the breakers: what changes slowly, and is cheap."""
        books, parameters = self._desk.books, self._desk.dial.parameters
        seen = await self._all_seen()
        found = Counter(seen.pulse.regimes.values()).most_common()
        known = [(regime, count) for regime, count in found if regime is not Regime.UNDEFINED]
        regime, agreeing = known[0] if known else (Regime.UNDEFINED, 0)
        return Glance(
            regime=regime,
            agreeing=agreeing,
            symbols=len(books.instruments),
            breakers=breaker_rows(
                books.state, parameters, valuation.equity_quote(books), self._desk.clock.now()
            ),
        )

    async def _seen(self, symbols: Iterable[str], beta_to: str = "") -> Seen:
        setup = Setup(self._desk.timeframe, self._desk.dial.parameters.atr_window_bars)
        series = {symbol: self._bars(symbol) for symbol in symbols}
        return await self._market.of(series, setup, beta_to)

    async def _all_seen(self) -> Seen:
        instruments = self._desk.books.instruments
        bitcoin = [symbol for symbol, each in instruments.items() if each.base == BITCOIN]
        return await self._seen(instruments, "".join(bitcoin[:1]))

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
        found = await self._all_seen()
        seen, moves = found.pulse, found.moves
        rows = (
            MarketRow(symbol=symbol, regime=seen.regimes[symbol], week=seen.weekly[symbol], beta=b)
            for symbol, b in zip(moves.symbols, moves.beta.tolist(), strict=True)
        )
        return MarketState(
            timeframe=desk.timeframe,
            rows=tuple(rows),
            breadth=seen.breadth,
            clusters=tuple(tuple(sorted(group)) for group in found.groups),
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


def _signed(held: tuple[Held, ...]) -> Floats:
    """What is held of each symbol, in the order in which they were first met; short: negative."""
    signed: dict[str, float] = {}
    for each in held:
        symbol = each.instrument.symbol
        signed[symbol] = signed.get(symbol, 0.0) + each.sign * each.notional_quote
    return np.array(list(signed.values()), dtype=np.float64)


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
