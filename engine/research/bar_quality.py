"""What may be wrong with a file of bars, counted."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from engine.core.clockwork import from_ms
from engine.core.errors import UserError
from engine.core.timeframes import Timeframe
from engine.market.arrays import Flags
from engine.market.quality import SPIKE_BARS, SPIKE_RATIO, is_spike
from engine.venues.replay_files import unchecked
from engine.venues.resample import Columns

JUMP_TIMES = 20.0  # the median absolute change from close to close


@dataclass(frozen=True, slots=True, kw_only=True)
class BarQuality:
    """One file. Only the first three make it unfit to be read; the rest is the market's."""

    symbol: str
    timeframe: Timeframe
    bars: int
    first_at: datetime
    last_at: datetime  # opening of the last bar
    misaligned: int  # bars that do not start where a bar of the timeframe starts
    disordered: int  # bars not after the one before them: doubles, too
    impossible: int  # NaN, not positive, or high and low out of order
    gaps: int  # runs of missing bars
    missing_bars: int
    longest_gap_bars: int
    longest_gap_at: datetime | None  # where its first missing bar would open
    zero_volume_bars: int
    jumps: int  # changes over JUMP_TIMES the usual one, and over SPIKE_RATIO
    spikes: int  # bars that shot out of all proportion and came back

    @property
    def is_sound(self) -> bool:
        """Whether backtests and replays read it."""
        return not (self.misaligned or self.disordered or self.impossible)


def examined(path: Path, symbol: str, timeframe: Timeframe) -> BarQuality:
    """The report on one file; raises UserError where there is nothing to report on."""
    columns = unchecked(path)
    if not columns.size:
        raise UserError(f"{path.name} holds no bars.")
    length_ms = timeframe.seconds * 1000
    anchor_ms = int(timeframe.open_at(from_ms(0)).timestamp() * 1000)  # weeks start on Monday
    steps_ms = np.diff(columns.open_ms)
    holes = np.maximum(steps_ms // length_ms - 1, 0)
    longest = int(holes.argmax()) if holes.size else 0
    longest_bars = int(holes[longest]) if holes.size else 0
    return BarQuality(
        symbol=symbol,
        timeframe=timeframe,
        bars=columns.size,
        first_at=from_ms(int(columns.open_ms[0])),
        last_at=from_ms(int(columns.open_ms[-1])),
        misaligned=int(np.count_nonzero((columns.open_ms - anchor_ms) % length_ms)),
        disordered=int(np.count_nonzero(steps_ms <= 0)),
        impossible=int(np.count_nonzero(~_possible(columns))),
        gaps=int(np.count_nonzero(holes)),
        missing_bars=int(holes.sum()),
        longest_gap_bars=longest_bars,
        longest_gap_at=from_ms(int(columns.open_ms[longest]) + length_ms) if longest_bars else None,
        zero_volume_bars=int(np.count_nonzero(columns.volume_base == 0.0)),
        jumps=_jumps(columns),
        spikes=_spikes(columns),
    )


def _possible(columns: Columns) -> Flags:
    low_end = np.minimum(columns.open, columns.close)
    high_end = np.maximum(columns.open, columns.close)
    found = (columns.low > 0.0) & (columns.low <= low_end) & (columns.high >= high_end)
    sound: Flags = found & (columns.high < np.inf) & (columns.volume_base >= 0.0)
    return sound


def _jumps(columns: Columns) -> int:
    if columns.size < SPIKE_BARS:
        return 0
    change = np.abs(np.diff(np.log(np.maximum(columns.close, 1e-300))))
    usual = float(np.median(change))
    return int(np.count_nonzero((change > JUMP_TIMES * usual) & (change > SPIKE_RATIO)))


def _spikes(columns: Columns) -> int:
    # the desk's own judgement, asked where a bar is wide enough for it
    wide = columns.high - columns.low >= SPIKE_RATIO / 2 * columns.close
    return sum(
        is_spike(columns.high[part], columns.low[part], columns.close[part])
        for index in np.flatnonzero(wide).tolist()
        if index > SPIKE_BARS
        for part in [slice(index - SPIKE_BARS - 1, index + 1)]
    )
