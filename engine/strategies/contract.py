"""What a strategy is: a name, a version, and a pure function of closed bars and parameters."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.core.advice import Signal
from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.arrays import Flags
from engine.market.bars import Bars
from engine.strategies.view import View


@dataclass(frozen=True, slots=True)
class Idea:
    """What a strategy would do on the last closed bar."""

    side: PositionSide
    why: str
    stop_price: float
    confidence_ratio: float = 0.5


@dataclass(frozen=True, slots=True)
class Strategy:
    """One row of STRATEGIES. Every row passes tests/engine/strategies/kit.py."""

    name: str
    version: str  # changed whenever the decisions change: trades are stamped with it
    enabled: Callable[[Parameters], bool]
    warmup_bars: Callable[[Parameters], int]  # fewer give no idea, more change none
    decide: Callable[[View, Parameters], Idea | None]
    candidates: Callable[[Bars, Parameters], Flags]
    # ^ (bars,) where an idea is possible: lets research skip the rest; never misses one

    def signal(self, view: View, parameters: Parameters) -> Signal | None:
        """What the strategy says on the view's last bar; None when off, silent or warming up."""
        warmup_bars = self.warmup_bars(parameters)
        if not self.enabled(parameters) or len(view.bars) < warmup_bars:
            return None
        # it is shown no more than its warm-up: history before that cannot change its mind
        recent = view.bars.tail(warmup_bars)
        seen = View(view.symbol, view.timeframe, recent, view.known)
        idea = self.decide(seen, parameters)
        if idea is None:
            return None
        return Signal(
            side=idea.side,
            strategy=self.name,
            version=self.version,
            why=idea.why,
            stop_price=idea.stop_price,
            confidence_ratio=idea.confidence_ratio,
        )
