"""What a strategy may see: closed bars, and nothing after them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from engine.core.clockwork import from_ms
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats
from engine.market.bars import Bars, BarStore
from engine.market.features import FEATURES, Setup, at_close, last_value


class Known(NamedTuple):
    """Features that were computed over a whole history, and the row of one of its bars."""

    columns: Mapping[str, Floats]
    row: int


@dataclass(frozen=True, slots=True)
class View:
    """One symbol on one timeframe at the close of its last bar."""

    symbol: str
    timeframe: Timeframe
    bars: Bars  # closed, oldest first, at least one
    known: Known | None = None  # research's short cut; the same numbers to the last bit

    @property
    def at(self) -> datetime:
        """The close of the last bar."""
        return from_ms((int(self.bars.open_at_s[-1]) + self.timeframe.seconds) * 1000)

    @property
    def close_price(self) -> float:
        return float(self.bars.close[-1])

    def feature(self, name: str, parameters: Parameters) -> float:
        """A row of FEATURES at the last bar; NaN in its warm-up."""
        if self.known is not None:
            return float(self.known.columns[name][self.known.row])
        return last_value(FEATURES[name], self.bars, self._setup(parameters))

    def features(self, parameters: Parameters) -> Mapping[str, float]:
        """Every row of FEATURES at the last bar, by name."""
        if self.known is not None:
            return MappingProxyType({name: self.feature(name, parameters) for name in FEATURES})
        return at_close(self.bars, self._setup(parameters))

    def _setup(self, parameters: Parameters) -> Setup:
        return Setup(self.timeframe, parameters.atr_window_bars)


def view_of(store: BarStore, symbol: str, timeframe: Timeframe) -> View | None:
    """The view on what the store holds; None where it holds no bar."""
    bars = store.view(symbol, timeframe)
    return View(symbol, timeframe, bars) if len(bars) else None
