"""What a strategy may see: closed bars, and nothing after them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from engine.core.clockwork import from_ms
from engine.core.kinds import Regime
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats
from engine.market.bars import Bars, BarStore
from engine.market.features import FEATURES, Setup, at_close, last_value
from engine.market.regime import MEASURES, MEMORY_BARS, regime_along, regime_at
from engine.market.resample import HIGHER, resampled


class Known(NamedTuple):
    """Features that were computed over a whole history, and the row of one of its bars."""

    columns: Mapping[str, Floats]  # those of FEATURES that are not `on_tail`
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
        if self.known is not None and name in self.known.columns:
            return float(self.known.columns[name][self.known.row])
        return last_value(FEATURES[name], self.bars, self._setup(parameters))

    def features(self, parameters: Parameters) -> Mapping[str, float]:
        """Every row of FEATURES at the last bar, by name."""
        if self.known is not None:
            return MappingProxyType({name: self.feature(name, parameters) for name in FEATURES})
        return at_close(self.bars, self._setup(parameters))

    def regime(self, parameters: Parameters) -> Regime:
        """The regime at the last bar; UNDEFINED where the history is too short."""
        if self.known is None:
            return regime_at(self.bars, self._setup(parameters))
        last = self.known.row + 1
        rows = slice(max(0, last - MEMORY_BARS), last)
        return regime_along([self.known.columns[name][rows] for name in MEASURES])

    def higher(self) -> "View | None":
        """The next longer timeframe (HIGHER), made of these bars and closed ones only.

        None above a week, and while no longer bar has closed.
        """
        timeframe = HIGHER.get(self.timeframe)
        if timeframe is None:
            return None
        bars = resampled(self.bars, self.timeframe, timeframe)
        return View(self.symbol, timeframe, bars) if len(bars) else None

    def _setup(self, parameters: Parameters) -> Setup:
        return Setup(self.timeframe, parameters.atr_window_bars)


def view_of(store: BarStore, symbol: str, timeframe: Timeframe) -> View | None:
    """The view on what the store holds; None where it holds no bar."""
    bars = store.view(symbol, timeframe)
    return View(symbol, timeframe, bars) if len(bars) else None
