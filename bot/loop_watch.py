"""How the event loop and the processor fare: held up, by how much, and for how long."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass

LAG_STEP_S = 0.25
SLICE_S = 5.0
SLICES = 24  # two minutes
SLOW_MS = 250.0
LASTING = 3  # slices in a row: a single pause harms nobody, and a probe must not end the desk


@dataclass(slots=True)
class _Slice:
    """Some seconds of the loop's life."""

    worst_ms: float = 0.0
    wall_s: float = 0.0
    busy_s: float = 0.0  # of the processor, by this process


class LoopWatch:
    """Measures the loop's lag and the processor's share over the last two minutes."""

    def __init__(self) -> None:
        self._slices: deque[_Slice] = deque([_Slice()], maxlen=SLICES)

    async def run(self) -> None:
        """Measures for ever."""
        wall_s, busy_s = time.perf_counter(), time.process_time()
        while True:
            await asyncio.sleep(LAG_STEP_S)
            now_s, used_s = time.perf_counter(), time.process_time()
            self.note(now_s - wall_s, used_s - busy_s)
            wall_s, busy_s = now_s, used_s

    def note(self, took_s: float, busy_s: float) -> None:
        """A sleep of LAG_STEP_S took `took_s`, in which the process computed for `busy_s`."""
        lag_ms = max(0.0, took_s - LAG_STEP_S) * 1e3
        # a hold-up that lasted for several slices stands in each of them
        for _ in range(min(SLICES, int(took_s / SLICE_S))):
            self._slices.append(_Slice(worst_ms=lag_ms))
        now = self._slices[-1]
        if now.wall_s >= SLICE_S:
            now = _Slice()
            self._slices.append(now)
        now.worst_ms = max(now.worst_ms, lag_ms)
        now.wall_s += took_s
        now.busy_s += busy_s

    @property
    def worst_ms(self) -> float:
        """The longest hold-up of the last two minutes."""
        return max(each.worst_ms for each in self._slices)

    @property
    def is_held_up(self) -> bool:
        """Whether the loop is held up again and again: in each of the last LASTING slices."""
        last = list(self._slices)[-LASTING:]
        return len(last) == LASTING and all(each.worst_ms >= SLOW_MS for each in last)

    @property
    def busy_ratio(self) -> float:
        """The share of one processor that this process took; over 1 with several threads."""
        wall_s = sum(each.wall_s for each in self._slices)
        return sum(each.busy_s for each in self._slices) / wall_s if wall_s > 0.0 else 0.0
