"""What the paper venue has seen of the market."""

import math

from engine.core.kinds import Side
from engine.core.market import PriceMoved
from engine.venues.paper_fills import Executions
from engine.venues.paper_levels import left_after


class Prices:
    """The latest event of each symbol, less what was taken from its book, and the marks."""

    def __init__(self) -> None:
        self.marks: dict[str, float] = {}
        self._latest: dict[str, PriceMoved] = {}

    def latest(self, symbol: str) -> PriceMoved | None:
        return self._latest.get(symbol)

    def mark(self, symbol: str, price: float) -> None:
        """The last known price of a symbol that did not move since the start."""
        self.marks.setdefault(symbol, price)

    def note(self, event: PriceMoved) -> bool:
        """Takes the event in; False where its prices are none."""
        if not 0.0 < event.low_price <= event.close_price <= event.high_price < math.inf:
            return False
        self._latest[event.symbol] = event
        self.marks[event.symbol] = event.close_price
        return True

    def is_latest(self, event: PriceMoved) -> bool:
        """Whether the event was noted, and none of the symbol after it."""
        latest = self._latest.get(event.symbol)
        return latest is not None and latest.at == event.at

    def took(self, symbol: str, side: Side, executions: Executions) -> None:
        """The next order finds what this one left: nothing is sold twice before the next event."""
        event = self._latest.get(symbol)
        trades = [(e.level_price, e.qty_base) for e in executions if e.level_price is not None]
        if event is not None and trades:
            self._latest[symbol] = left_after(event, side, trades)
