"""The past that is tuned on: recorded bars of some symbols, and runs on them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

from engine.core.advice import Snapshot, Verdict
from engine.core.clockwork import from_ms
from engine.core.errors import SettingsError, UserError
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.market.bars import KEEP_BARS, bars_of
from engine.research.advice import agreed
from engine.research.backtest import Advise, Job, Series, run
from engine.research.outcome import Outcome, Stop, Stopped
from engine.venues.catalogue import costs_of, instrument_of
from engine.venues.replay_files import BarFolder


@dataclass(frozen=True, slots=True)
class Market:
    """Bars with what trading them costs, read once and run on many times."""

    series: tuple[Series, ...]
    timeframe: Timeframe
    cash_quote: Decimal
    compiled_dir: Path | None  # keeps the compiled loop; None runs it as plain Python
    advise: Advise = agreed

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From where every symbol has its warm-up to the end of the last bar."""
        step = self.timeframe.delta
        first_s = max(_warmed_up_s(series) for series in self.series)
        last_s = max(int(series.bars.open_at_s[-1]) for series in self.series)
        return from_ms(first_s * 1000), from_ms(last_s * 1000) + step

    @property
    def digest(self) -> str:
        """Twelve hex digits that name these bars."""
        found = hashlib.sha256(self.timeframe.value.encode())
        for series in self.series:
            found.update(series.instrument.symbol.encode())
            for column in (series.bars.open_at_s, series.bars.close):
                found.update(np.ascontiguousarray(column).tobytes())
        return found.hexdigest()[:12]

    def until(self, ends_at: datetime) -> "Market":
        """The same without what came later: bars that were added since make no other market."""
        end_s = int(ends_at.timestamp())
        places = (int(np.searchsorted(one.bars.open_at_s, end_s)) for one in self.series)
        cut = zip(self.series, places, strict=True)
        return replace(
            self,
            series=tuple(replace(one, bars=one.bars.until(place)) for one, place in cut if place),
        )

    def heeding(self, stop: Stop) -> "Market":
        """The same, whose runs raise Stopped soon after `stop` says so.

        Asked at each proposal: most of a run's time goes into them.
        """
        advise = self.advise

        def asking(snapshot: Snapshot) -> Verdict:
            if stop():
                raise Stopped
            return advise(snapshot)

        return replace(self, advise=asking)

    def run(self, parameters: Parameters, from_at: datetime, to_at: datetime) -> Outcome:
        """A Run. It is shown the bars that a desk would have kept, and none after the span."""
        job = Job(
            series=[_cut(series, from_at, to_at) for series in self.series],
            timeframe=self.timeframe,
            parameters=parameters,
            advise=self.advise,
            start_cash_quote=self.cash_quote,
            starts_at=from_at,
            ends_at=to_at,
        )
        return run(job, self.compiled_dir)


def market_of(
    folder: Path,
    symbols: Sequence[str],
    timeframe: Timeframe,
    cash_quote: Decimal,
    compiled_dir: Path | None,
) -> Market:
    """The market in a folder of bar files; raises UserError with one sentence."""
    try:
        files = BarFolder(folder)
        series = tuple(_series(files, symbol, timeframe) for symbol in symbols)
    except SettingsError as error:
        text = error.log_text.partition(": ")[2] or error.log_text
        raise UserError(text[:1].upper() + text[1:], hint=error.hint) from error
    return Market(series, timeframe, cash_quote, compiled_dir)


def _series(files: BarFolder, symbol: str, timeframe: Timeframe) -> Series:
    columns = files.columns(symbol, timeframe)
    bars = bars_of(columns.open_ms // 1000, *columns[1:])
    instrument = instrument_of(symbol, float(columns.close[0]))
    return Series(instrument, costs_of(instrument), bars, files.funding(symbol))


def _cut(series: Series, from_at: datetime, to_at: datetime) -> Series:
    # features look at tails of fixed length: older bars would only be computed over and thrown away
    edges = (int(from_at.timestamp()), int(to_at.timestamp()))
    first, last = np.searchsorted(series.bars.open_at_s, edges).tolist()
    return replace(series, bars=series.bars.until(last).tail(last - max(0, first - KEEP_BARS)))


def _warmed_up_s(series: Series) -> int:
    # a desk has kept so many bars; of a short history, a tenth
    warm_up = min(KEEP_BARS, len(series.bars) // 10)
    return int(series.bars.open_at_s[warm_up])
