"""What keeps a live venue true between orders: its clock measured, its orders read again.

Streams are hints and lose messages; this sweep by REST is what nothing is lost by.
"""

import asyncio

from loguru import logger

from engine.core.errors import Temporary
from engine.venues.ccxt_venue import CcxtVenue

COLLECT_S = 60.0  # how long a funding payment or a liquidation may go unheard
SWEEP_S = 10.0  # how long a fill of a resting order may go unheard
TICK_S = 1.0


class Watch:
    """Runs beside the desk until it is cancelled."""

    def __init__(
        self, venue: CcxtVenue, *, sweep_s: float = SWEEP_S, collect_s: float = COLLECT_S
    ) -> None:
        self._venue = venue
        self._sweep_s = sweep_s
        self._collect_s = collect_s
        self._hinted: dict[str, None] = {}
        self._gap = False
        self._woken = asyncio.Event()

    def hint(self, order_id: str) -> None:
        """Something happened to this order, by our id or the venue's: it is read again at once.

        One that nobody knows may be what a stop of ours became: then all are.
        """
        cid = self._venue.known_as(order_id)
        if cid:
            self._hinted[cid] = None
            self._woken.set()
        elif cid is None:
            self.gap()

    def gap(self) -> None:
        """Something may have been missed: every working order is read again, within a second."""
        self._gap = True

    async def run(self) -> None:
        """Reads again what was hinted at, sweeps, collects payments, measures the clock."""
        monotonic_s = self._venue.account.wall.monotonic_s
        swept_s = collected_s = monotonic_s()
        while True:
            await self._wait()
            had_gap, now_s = self._gap, monotonic_s()
            try:
                await self._read_hinted()
                if now_s - swept_s >= (TICK_S if had_gap else self._sweep_s):
                    self._gap = False
                    await self._venue.reread()
                    swept_s = now_s
                if now_s - collected_s >= (TICK_S if had_gap else self._collect_s):
                    await self._venue.collect()
                    collected_s = now_s
            except Temporary as error:
                logger.warning("orders could not be read again: {}", error.log_text)
                self._gap = True  # with the next tick: the venue is away
            if self._venue.account.needs_measuring:
                await self._venue.account.measure()

    async def _read_hinted(self) -> None:
        hinted = tuple(self._hinted)
        self._hinted.clear()
        if hinted:
            await self._venue.reread(hinted)

    async def _wait(self) -> None:
        tick = asyncio.ensure_future(self._venue.account.wall.sleep(TICK_S))
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait((tick, woken), return_when=asyncio.FIRST_COMPLETED)
        finally:
            tick.cancel()
            woken.cancel()
        self._woken.clear()
