"""What anybody could have had: holding all the while, or entering at random.

Random entries come in two ways. `placed_at_random` puts each trade, with its side, its holding
time and its costs, elsewhere in the bars: thousands of draws in a second, but exits become those of
the clock. `random_entries` is a strategy that enters by a coin and then runs through the whole desk
with its exits, limits and costs: exact, and slower.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.analytics.equity import EquityCurve, measured
from engine.core.errors import UserError
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.core.positions import Trade
from engine.market.arrays import Flags, Floats, Ints
from engine.market.bars import Bars
from engine.research.backtest import Job
from engine.research.outcome import UNWATCHED, Outcome, Watch
from engine.research.variants import Play, with_strategies
from engine.strategies.contract import Idea, Strategy
from engine.strategies.stops import atr_stop
from engine.strategies.view import View

DRAWS = 2000
AT_ONCE = 250


@dataclass(frozen=True, slots=True)
class AgainstRandom:
    """What was seen against what chance did."""

    seen: float  # mean result of a trade
    drawn: Floats  # (draws,) the same of random entries, sorted
    p_ratio: float  # chance of doing as well by luck: (1 + as good) / (1 + draws)
    measure: str  # "ratio" of the notional, or "r"


def holding(job: Job) -> EquityCurve:
    """Equal parts of the start cash in every symbol, bought at the first close and kept.

    One taker fee and half a spread are paid at the start. A symbol without a bar keeps its price.
    """
    step_s = job.timeframe.seconds
    start_s, end_s = int(job.starts_at.timestamp()), int(job.ends_at.timestamp())
    at_s = np.arange(start_s + step_s, end_s + 1, step_s, dtype=np.int64)
    if at_s.size == 0:
        raise UserError("The span holds no bar.")
    cash_quote = float(job.start_cash_quote) / len(job.series)
    equity_quote = np.zeros(at_s.size)
    for series in job.series:
        close_at_s = series.bars.open_at_s + step_s
        place = np.searchsorted(close_at_s, at_s, side="right") - 1
        before = int(np.searchsorted(close_at_s, at_s[0], side="right")) - 1
        first_price = series.bars.close[max(before, 0)]
        cost_ratio = series.costs.taker_fee_ratio + series.costs.spread_bps / 20_000.0
        worth = np.where(place >= 0, series.bars.close[np.maximum(place, 0)], first_price)
        equity_quote += cash_quote * (1.0 - cost_ratio) * worth / first_price
    return measured(at_s.astype(np.float64), equity_quote, job.series[0].instrument.quote)


def placed_at_random(
    bars: Mapping[str, Bars],
    trades: Sequence[Trade],
    rng: np.random.Generator,
    draws: int = DRAWS,
    watch: Watch = UNWATCHED,
) -> AgainstRandom:
    """The trades against the same ones begun at other bars of their symbols; mean ratio a trade.

    `bars` by symbol, of the span that was traded. Each draw keeps side, holding time in bars and
    costs of every trade. Raises UserError without a trade that can be placed.
    """
    placed = [trade for trade in trades if len(bars[trade.symbol]) > _held(trade, bars) + 1]
    if not placed:
        raise UserError("There are no closed trades to set against chance.")
    total = np.zeros(draws)
    for done, trade in enumerate(placed):
        watch.at(done, len(placed), "trades placed at random")
        log_close = np.log(bars[trade.symbol].close)
        held = _held(trade, bars)
        entry: Ints = rng.integers(0, log_close.size - held, draws, dtype=np.int64)
        moved = np.expm1(log_close[entry + held] - log_close[entry])
        total += trade.side.sign * moved - _cost_ratio(trade)
    drawn = np.sort(total / len(placed))
    seen = float(np.mean([trade.pnl_ratio for trade in placed]))
    return AgainstRandom(seen, drawn, _p(seen, drawn), "ratio")


def against_random_entries(
    job: Job, play: Play, seen: Outcome, seeds: Sequence[int], watch: Watch = UNWATCHED
) -> AgainstRandom:
    """The trades against a coin's through the same desk: same exits, sizes, limits and costs.

    The coin enters as often as was entered, and long as often. In R a trade.
    """
    if not seen.trades:
        raise UserError("There are no closed trades to set against chance.")
    share_ratio, long_ratio = _habits(job, seen.trades)
    drawn = []
    for done, seed in enumerate(seeds):
        watch.at(done, len(seeds), "random strategies")
        coin = random_entries(seed, share_ratio, long_ratio)
        outcome = play(with_strategies(job, (coin,)))
        results = [trade.result_r for trade in outcome.trades]
        drawn.append(float(np.mean(results)) if results else 0.0)
    mean_r = float(np.mean([trade.result_r for trade in seen.trades]))
    ordered = np.sort(np.array(drawn))
    return AgainstRandom(mean_r, ordered, _p(mean_r, ordered), "r")


def random_entries(seed: int, share_ratio: float, long_ratio: float = 0.5) -> Strategy:
    """A strategy that enters on `share_ratio` of all bars, by a coin that only knows the time.

    The stop is the desk's usual one, so that all exits are, too.
    """

    def decide(view: View, parameters: Parameters) -> Idea | None:
        at_s = view.bars.open_at_s[-1:]
        if not _coin(at_s, seed)[0] < share_ratio:
            return None
        is_long = _coin(at_s, seed + 1)[0] < long_ratio
        side = PositionSide.LONG if is_long else PositionSide.SHORT
        stop_price = atr_stop(view, side, parameters)
        return None if stop_price is None else Idea(side, "a coin", stop_price)

    def candidates(bars: Bars, _: Parameters) -> Flags:
        return _coin(bars.open_at_s, seed) < share_ratio

    return Strategy("random", str(seed), _always, _warmup_bars, decide, candidates)


def _always(_: Parameters) -> bool:
    return True


def _warmup_bars(parameters: Parameters) -> int:
    return parameters.atr_window_bars + 1


def _coin(at_s: Ints, seed: int) -> Floats:
    # (bars,) in [0, 1): the finaliser of SplitMix64 (Steele, Lea, Flood 2014) of time and seed
    mixed = at_s.astype(np.uint64) + np.uint64((seed * 0x9E3779B97F4A7C15) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    found: Floats = (mixed >> np.uint64(11)).astype(np.float64) / 2.0**53
    return found


def _habits(job: Job, trades: Sequence[Trade]) -> tuple[float, float]:
    # on which share of the free bars was entered, and which share of that was long
    span_bars = (job.ends_at - job.starts_at) / job.timeframe.delta * len(job.series)
    held_bars = sum((trade.closed_at - trade.opened_at) / job.timeframe.delta for trade in trades)
    longs = sum(trade.side is PositionSide.LONG for trade in trades)
    share_ratio = len(trades) / max(1.0, span_bars - held_bars)
    return min(1.0, share_ratio), longs / len(trades)


def _held(trade: Trade, bars: Mapping[str, Bars]) -> int:
    at_s = bars[trade.symbol].open_at_s
    opened, closed = trade.opened_at.timestamp(), trade.closed_at.timestamp()
    return max(1, int(np.searchsorted(at_s, closed) - np.searchsorted(at_s, opened)))


def _cost_ratio(trade: Trade) -> float:
    # all that was lost between the price's own move and the net result
    move = float(trade.exit_price / trade.entry_price - 1) * trade.side.sign
    return move - trade.pnl_ratio


def _p(seen: float, drawn: Floats) -> float:
    return (1.0 + float((drawn >= seen).sum())) / (1.0 + drawn.size)
