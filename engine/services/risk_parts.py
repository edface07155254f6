"""Parts of the risk reports: breakers, sectors, clusters, and what is held by symbol."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.core.money import to_quote
from engine.core.parameters import Parameters
from engine.core.state import DeskState
from engine.execution import valuation
from engine.execution.books import Books
from engine.execution.company import held_of
from engine.market.arrays import Floats
from engine.market.bars import Bars
from engine.market.breadth import Pulse, pulse
from engine.market.correlation import Together, clusters, hourly_returns, together
from engine.market.feature import Setup
from engine.risk.breakers import breaker_limits, losses_of, streak_until
from engine.risk.contract import Held
from engine.risk.portfolio import sector_of
from engine.rules.limits import share_ratio
from engine.services.risk_answers import BreakerRow, ClusterRow, ExposureRow, SectorRow

KEPT = 4  # sets of symbols: all of them, those held, and what was held a moment ago


def breaker_rows(
    state: DeskState, parameters: Parameters, equity: float, now: datetime
) -> tuple[BreakerRow, ...]:
    """The breakers of the day, of the drawdown and of a losing streak."""
    day_start, peak = float(state.breaker_day_quote), float(state.breaker_peak_quote)
    limits = breaker_limits(parameters, day_start, peak)
    losses = losses_of(equity, day_start, peak)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    ends_at = streak_until(state, parameters)
    return (
        BreakerRow(
            name="Day loss",
            used=losses.today_ratio,
            reduces=limits.reduce_day_loss_ratio,
            halts=limits.halt_day_loss_ratio,
            is_ratio=True,
            resets_at=midnight,
        ),
        BreakerRow(
            name="Drawdown",
            used=losses.from_peak_ratio,
            reduces=limits.reduce_drawdown_ratio,
            halts=limits.halt_drawdown_ratio,
            is_ratio=True,
        ),
        BreakerRow(
            name="Losses in a row",
            used=state.losing_streak,
            reduces=parameters.losing_streak,
            halts=None,
            is_ratio=False,
            resets_at=ends_at if ends_at is not None and ends_at > now else None,
        ),
    )


def sector_rows(
    books: Books, held: Sequence[Held], parameters: Parameters, equity: float
) -> tuple[SectorRow, ...]:
    """Exposure and heat by sector, the largest first."""
    exposure: dict[str, float] = {}
    for each in held:
        sector = sector_of(each.instrument, parameters)
        exposure[sector] = exposure.get(sector, 0.0) + each.notional_quote
    heat: dict[str, float] = {}
    for position in books.positions.values():
        sector = sector_of(books.instruments[position.symbol], parameters)
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


def cluster_rows(
    books: Books, groups: Sequence[frozenset[str]], equity: float
) -> tuple[ClusterRow, ...]:
    """Exposure and heat of the groups of held symbols that move together, the largest first."""
    heat: dict[str, float] = {}
    for position in books.positions.values():
        risk_quote = valuation.position_risk_quote(position)
        heat[position.symbol] = heat.get(position.symbol, 0.0) + risk_quote
    gross: dict[str, float] = {}
    for held in held_of(books):
        symbol = held.instrument.symbol
        gross[symbol] = gross.get(symbol, 0.0) + held.notional_quote
    rows = [
        ClusterRow(
            symbols=tuple(sorted(group)),
            exposure_ratio=share_ratio(sum(gross.get(s, 0.0) for s in group), equity),
            heat_ratio=share_ratio(sum(heat.get(s, 0.0) for s in group), equity),
        )
        for group in groups
    ]
    return tuple(sorted(rows, key=lambda row: (-row.exposure_ratio, row.symbols)))


def exposure_rows(books: Books, parameters: Parameters) -> tuple[ExposureRow, ...]:
    """What is held of each symbol, the largest first."""
    filled: dict[str, float] = {}
    for position in books.positions.values():
        value = abs(valuation.value_quote(books, position)) * position.side.sign
        filled[position.symbol] = filled.get(position.symbol, 0.0) + value
    waiting: dict[str, float] = {}
    for order, terms in books.entries_on_their_way():
        value = float(order.leaves_base) * terms.facts.decision_price * terms.side.sign
        symbol = order.request.symbol
        waiting[symbol] = waiting.get(symbol, 0.0) + value
    rows = [
        ExposureRow(
            symbol=symbol,
            sector=sector_of(books.instruments[symbol], parameters),
            net_quote=to_quote(filled.get(symbol, 0.0) + waiting.get(symbol, 0.0)),
            on_the_way_quote=to_quote(waiting.get(symbol, 0.0)),
        )
        for symbol in {**filled, **waiting}
    ]
    return tuple(sorted(rows, key=lambda row: (-abs(row.net_quote), row.symbol)))


@dataclass(frozen=True, slots=True)
class Seen:
    """What closed bars of some symbols say of the market; changes only when one more closes."""

    pulse: Pulse
    returns: Floats  # (symbols, hours), as `hourly_returns` gives them
    moves: Together
    groups: tuple[frozenset[str], ...]  # that move together


class MarketKeeper:
    """Measures a set of symbols once for each closed bar, beside the event loop."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], Seen] = OrderedDict()

    async def of(self, series: Mapping[str, Bars], setup: Setup, beta_to: str = "") -> Seen:
        """What these bars say; betas are to the symbol `beta_to`."""
        ends = ((symbol, int(b.open_at_s[-1]) if len(b) else 0) for symbol, b in series.items())
        key = (setup, beta_to, *ends)
        found = self._kept.get(key)
        if found is None:
            # a hundred symbols take a tenth of a second, in which the desk has to trade
            found = await asyncio.to_thread(_seen, series, setup, beta_to)
        self._kept[key] = found
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found


def _seen(series: Mapping[str, Bars], setup: Setup, beta_to: str) -> Seen:
    returns = hourly_returns(series, setup.timeframe)
    moves = together(returns, list(series), beta_to)
    return Seen(pulse(series, setup), returns, moves, clusters(moves))
