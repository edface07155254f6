"""The funding of perpetuals, as a feed tells it: each settlement once, at its own moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.core.errors import SettingsError, Temporary
from engine.core.market import FundingSettled, is_margined
from engine.core.ports import Clock
from engine.venues.stream_reads import Forecast, Reads

REFRESH = timedelta(seconds=30)  # a forecast moves until it is paid
LONGEST_INTERVAL = timedelta(hours=24)  # between two settlements, on any venue of ours


class Fundings:
    """Watches the forecasts of the perpetuals among `symbols`, and learns what was paid.

    What was paid is the venue's history; where it has none, or is away, the last forecast.
    """

    def __init__(self, reads: Reads, symbols: Sequence[str], clock: Clock) -> None:
        self._reads = reads
        self._symbols = tuple(symbol for symbol in symbols if is_margined(symbol))
        self._clock = clock
        self._next: dict[str, Forecast] = {}
        self._due: dict[tuple[str, datetime], float] = {}  # not told yet: the last forecast of it
        self._refreshed_at: datetime | None = None

    def due_at(self, now_at: datetime) -> datetime | None:
        """The latest settlement at or before `now_at` that is not told yet."""
        self._pass(now_at)
        moments = [at for _, at in self._due if at <= now_at]
        return max(moments, default=None)

    async def refresh(self) -> None:
        """Asks for the forecasts, when they are old; a venue that is away changes nothing."""
        now_at = self._clock.now()
        if not self._symbols:
            return
        if self._refreshed_at is not None and now_at - self._refreshed_at < REFRESH:
            return
        self._refreshed_at = now_at
        self._pass(now_at)
        try:
            told = await self._reads.forecasts(self._symbols)
        except (Temporary, SettingsError):
            return
        self._next.update(told)

    async def missed(self, after: datetime, until: datetime) -> list[FundingSettled]:
        """What was paid after `after`, up to `until`, by the venue's history."""
        if not self._reads.tells_history:
            return []
        found = [await self._reads.settled(symbol, after, until) for symbol in self._symbols]
        return [told for each in found for told in each]

    async def learned(self, until: datetime) -> list[FundingSettled]:
        """The settlements due, as the venue's history has them; those it does not have are out."""
        if not self._reads.tells_history:
            return []
        found: list[FundingSettled] = []
        for symbol, at in sorted(self._due, key=lambda due: due[1]):
            if at <= until:
                found += await self._reads.settled(symbol, at - timedelta(minutes=1), at)
        return found

    def taken(self, learned: Sequence[FundingSettled], until: datetime) -> list[FundingSettled]:
        """The settlements due at or before `until`: as learned, else as forecast. They are told."""
        paid = {(funding.symbol, funding.at): funding for funding in learned}
        due = sorted((due for due in self._due if due[1] <= until), key=lambda due: due[1])
        found = []
        for symbol, at in due:
            guessed = FundingSettled(
                at=at, symbol=symbol, funding_ratio=self._due.pop((symbol, at))
            )
            found.append(paid.get((symbol, at), guessed))
        return found

    def is_complete(self, told: Sequence[FundingSettled], until: datetime) -> bool:
        """Whether every settlement that is due at or before `until` is among `told`."""
        known = {(funding.symbol, funding.at) for funding in told}
        return all(due in known for due in self._due if due[1] <= until)

    def _pass(self, now_at: datetime) -> None:
        # a forecast whose moment has come is due
        for symbol, forecast in list(self._next.items()):
            if forecast.settles_at <= now_at:
                del self._next[symbol]
                self._due[symbol, forecast.settles_at] = forecast.funding_ratio


async def last_ratio(reads: Reads, symbol: str, until: datetime) -> float | None:
    """What was paid last at or before `until`; None where the venue does not tell, or is away."""
    if not is_margined(symbol) or not reads.tells_history:
        return None
    try:
        told = await reads.settled(symbol, until - LONGEST_INTERVAL, until)
    except (Temporary, SettingsError):
        return None
    return told[-1].funding_ratio if told else None
