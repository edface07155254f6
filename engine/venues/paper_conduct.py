"""How the paper venue behaves where real venues differ. The defaults are what a backtest knows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from engine.venues.interruptions import Interruption, interruption_at


class Conduct(NamedTuple):
    """The choices of one paper venue.

    What needs no choice follows from what the feed knows: where it tells the book, takers walk
    its levels and limit orders stand in its queue.
    """

    # Stops and targets rest here and trigger by themselves. Off for the desk on paper: the venue
    # dies with the desk, so a stop here would protect nothing, and a backtest has only the
    # guard's own stops: with both, a replay and a backtest of the same bars would differ.
    rests_stops: bool = False
    latency_ms: float = 0.0  # market time that an order travels; it meets the price after that
    share_ratio: float = 0.0  # of what trades, what a resting limit order gets; 0: all it wants
    fees_in_base: bool = False  # spot purchases pay in the coins they bring, as at most venues
    interruptions: Sequence[Interruption] = ()

    def arrives_at(self, sent_at: datetime) -> datetime | None:
        """When an order that is sent now is at the venue; None: it is there."""
        if not self.latency_ms > 0.0:
            return None
        return sent_at + timedelta(milliseconds=self.latency_ms)

    def is_halted(self, symbol: str, at: datetime) -> bool:
        """Whether the symbol does not trade at that moment."""
        return interruption_at(self.interruptions, symbol, at) is not None

    def is_delisted(self, symbol: str, at: datetime) -> bool:
        """Whether the symbol will not trade again."""
        found = interruption_at(self.interruptions, symbol, at)
        return found is not None and found.is_for_good
