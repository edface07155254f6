"""What the desk's closed trades say, by regime, symbol and hour of day: sums of the rules."""

import math
from dataclasses import dataclass, field
from datetime import datetime

from engine.core.kinds import Regime
from engine.core.positions import PastTrade
from engine.rules.evidence import NO_TALLY, RegimeCode, Tally, noted, win_ratio
from engine.rules.stakes import StakeFacts

EVEN_RATIO = 0.5  # the win rate that is assumed without trades


@dataclass(slots=True)
class Evidence:
    """Tallies of closed trades. Their order does not matter: the sums are whole numbers."""

    desk: Tally = NO_TALLY
    by_regime: dict[Regime, Tally] = field(default_factory=dict)
    by_symbol: dict[str, Tally] = field(default_factory=dict)
    by_hour: dict[int, Tally] = field(default_factory=dict)  # of the entry, UTC

    def note(self, past: PastTrade) -> None:
        """Counts one more closed trade."""
        hour = past.opened_at.hour
        self.desk = noted(self.desk, past.result_r)
        self.by_regime[past.regime] = noted(self._regime(past.regime), past.result_r)
        self.by_symbol[past.symbol] = noted(self._symbol(past.symbol), past.result_r)
        self.by_hour[hour] = noted(self._hour(hour), past.result_r)

    def facts(
        self,
        symbol: str,
        regime: Regime,
        at: datetime,
        confidence_ratio: float,
        expansion_ratio: float,
        add_base: float = math.inf,
    ) -> StakeFacts:
        """What is known about a trade that would be opened, or added to, at `at`."""
        return StakeFacts(
            confidence_ratio=confidence_ratio,
            expansion_ratio=expansion_ratio,
            desk=self.desk,
            regime=self._regime(regime),
            symbol=self._symbol(symbol),
            hour=self._hour(at.hour),
            add_base=add_base,
        )

    def win_ratio(self, symbol: str, prior_trades: int) -> float:
        """The share of winners on the symbol, drawn to one half."""
        return win_ratio(self._symbol(symbol), EVEN_RATIO, float(prior_trades))

    def _regime(self, regime: Regime) -> Tally:
        return self.by_regime.get(regime, NO_TALLY)

    def _symbol(self, symbol: str) -> Tally:
        return self.by_symbol.get(symbol, NO_TALLY)

    def _hour(self, hour: int) -> Tally:
        return self.by_hour.get(hour, NO_TALLY)


def regime_code(regime: Regime) -> int:
    """The regime as the rules count it."""
    return int(RegimeCode[regime.name])
