"""The breakers once more, slow and obvious: what the trading state must be after each moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.core.kinds import TradingState
from engine.core.parameters import Parameters
from engine.core.state import Cause

STATES = (TradingState.ACTIVE, TradingState.REDUCING, TradingState.HALTED)
ENDS_BY_ITSELF = (Cause.NONE, Cause.BREAKER, Cause.STREAK)


def lost_ratio(now_quote: float, from_quote: float) -> float:
    """The share of `from_quote` that is gone; 0.0 where there is a gain, 1.0 where none was."""
    if from_quote <= 0.0:
        return 1.0
    return max(0.0, 1.0 - now_quote / from_quote)


@dataclass
class SlowBreaker:
    """Reads equity at the end of each moment, and says what must be allowed."""

    parameters: Parameters
    day_start_quote: float
    peak_quote: float
    day: str = ""
    strictness: int = 0  # place in STATES
    cause: Cause = Cause.NONE
    streak: int = 0
    last_loss_at: datetime | None = None

    @property
    def trading(self) -> TradingState:
        return STATES[self.strictness]

    def trade_closed(self, net_quote: float, at: datetime) -> None:
        """Counts the losing trades in a row."""
        self.streak = self.streak + 1 if net_quote < 0.0 else 0
        if net_quote < 0.0:
            self.last_loss_at = at

    def liquidated(self) -> None:
        """A forced order ended a position: entries wait for a person."""
        if self.cause in ENDS_BY_ITSELF:
            self.strictness, self.cause = max(self.strictness, 1), Cause.LIQUIDATION

    def resumed(self, equity_quote: float) -> None:
        """A person said "go on": a breaker measures anew from here, a streak is forgotten."""
        if self.cause is Cause.BREAKER:
            self.day_start_quote = self.peak_quote = equity_quote
        self.strictness, self.cause, self.streak = 0, Cause.NONE, 0

    def moment_over(self, equity_quote: float, at: datetime) -> None:
        """The state after the moment at `at`."""
        day_began = self.day != f"{at:%Y-%m-%d}"
        if day_began:
            self.day, self.day_start_quote = f"{at:%Y-%m-%d}", equity_quote
        self.peak_quote = max(self.peak_quote, equity_quote)
        called_for = self._called_for(equity_quote)
        if self.cause is Cause.STREAK:
            self.strictness, self.cause = 0, Cause.NONE  # judged anew below
        if called_for > self.strictness:
            self.strictness = called_for
            if self.cause in ENDS_BY_ITSELF:
                self.cause = Cause.BREAKER
        elif day_began and self.cause is Cause.BREAKER:
            self.strictness = called_for
            if called_for == 0:
                self.cause = Cause.NONE
        if self.strictness == 0 and self._pauses(at):
            self.strictness, self.cause = 1, Cause.STREAK

    def _called_for(self, equity_quote: float) -> int:
        chosen = self.parameters
        day_ratio = lost_ratio(equity_quote, self.day_start_quote)
        fallen_ratio = lost_ratio(equity_quote, self.peak_quote)
        scale = 1.0
        if chosen.adaptive_day_loss:
            already_ratio = lost_ratio(self.day_start_quote, self.peak_quote)
            scale = max(0.25, 1.0 - already_ratio / chosen.drawdown_halt_ratio)
        if day_ratio >= chosen.daily_loss_halt_ratio * scale:
            return 2
        if fallen_ratio >= chosen.drawdown_halt_ratio:
            return 2
        if day_ratio >= chosen.daily_loss_reduce_ratio * scale:
            return 1
        return int(fallen_ratio >= chosen.drawdown_reduce_ratio)

    def _pauses(self, at: datetime) -> bool:
        if self.last_loss_at is None or self.streak < self.parameters.losing_streak:
            return False
        return at < self.last_loss_at + timedelta(seconds=self.parameters.streak_pause_s)
