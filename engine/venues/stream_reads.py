"""What feeds ask a venue beside its listings, bars and quotes: the tape, and funding."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from engine.core.clockwork import from_ms, to_ms
from engine.core.market import FundingSettled
from engine.venues.ccxt_client import Reader
from engine.venues.stream_words import Print, print_of

PAGE_PRINTS = 1000
PAGES = 5  # of prints after one hole; what is older is in the bars
PAGE_FUNDINGS = 100
WHOLE = timedelta(minutes=1)  # venues stamp a settlement some milliseconds beside it


class Forecast(NamedTuple):
    """What a perpetual will pay next: longs pay shorts where the ratio is positive."""

    settles_at: datetime
    funding_ratio: float


class Reads:
    """Raises Temporary when the venue is away. The client's markets must be loaded."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._client = reader.client

    @property
    def tells_history(self) -> bool:
        """Whether the venue remembers what was paid."""
        return bool(self._client.has.get("fetchFundingRateHistory"))

    def contract_base(self, symbol: str) -> float:
        """What one contract of the symbol holds; 1 on spot."""
        return float(self._client.market(symbol).get("contractSize") or 1.0)

    async def prints(self, symbol: str, since_ms: int) -> list[Print]:
        """The public tape since a moment of the venue's clock, oldest first."""
        found: dict[str, Print] = {}
        for _ in range(PAGES):
            page = await self._prints(symbol, since_ms)
            fresh = {told.print_id: told for told in page if told.print_id not in found}
            found.update(fresh)
            if len(page) < PAGE_PRINTS or not fresh:
                break
            since_ms = max(told.at_ms for told in page)
        return sorted(found.values(), key=lambda told: told.at_ms)

    async def forecasts(self, symbols: Sequence[str]) -> Mapping[str, Forecast]:
        """The next settlement of each perpetual; nothing where the venue does not tell."""
        if self._client.has.get("fetchFundingRates"):
            rates = await self._reader.ask(lambda: self._rates(symbols), "funding", waits_s=())
        elif self._client.has.get("fetchFundingRate"):
            rates = await self._reader.ask(lambda: self._each_rate(symbols), "funding", waits_s=())
        else:
            return {}
        return {symbol: told for symbol in symbols if (told := rates.get(symbol)) is not None}

    async def settled(self, symbol: str, after: datetime, until: datetime) -> list[FundingSettled]:
        """What was paid after `after`, up to `until`, oldest first."""

        async def page() -> list[FundingSettled]:
            rows = await self._client.fetch_funding_rate_history(
                symbol, to_ms(after + WHOLE), PAGE_FUNDINGS
            )
            return [_settled(symbol, row) for row in rows]

        found: list[FundingSettled] = await self._reader.ask(page, "funding history", waits_s=())
        return sorted(
            (told for told in found if after < told.at <= until), key=lambda told: told.at
        )

    async def _prints(self, symbol: str, since_ms: int) -> list[Print]:
        contract_base = self.contract_base(symbol)

        async def page() -> list[Print]:
            trades = await self._client.fetch_trades(symbol, since_ms, PAGE_PRINTS)
            told = (print_of(trade, contract_base) for trade in trades)
            return [each for each in told if each is not None]

        found: list[Print] = await self._reader.ask(page, "tape", waits_s=())
        return found

    async def _rates(self, symbols: Sequence[str]) -> dict[str, Forecast | None]:
        rates = await self._client.fetch_funding_rates(list(symbols))
        return {symbol: forecast_of(rate) for symbol, rate in rates.items()}

    async def _each_rate(self, symbols: Sequence[str]) -> dict[str, Forecast | None]:
        fetch = self._client.fetch_funding_rate
        return {symbol: forecast_of(await fetch(symbol)) for symbol in symbols}


def forecast_of(rate: Mapping[str, Any]) -> Forecast | None:
    """The next settlement of a ccxt funding rate, or None for one without a moment or a ratio."""
    ratio, moment_ms = rate.get("fundingRate"), rate.get("fundingTimestamp")
    if ratio is None or moment_ms is None:
        return None
    return Forecast(_whole_minute(int(moment_ms)), float(ratio))


def _settled(symbol: str, row: Mapping[str, Any]) -> FundingSettled:
    at = _whole_minute(int(row["timestamp"]))
    return FundingSettled(at=at, symbol=symbol, funding_ratio=float(row["fundingRate"]))


def _whole_minute(moment_ms: int) -> datetime:
    return from_ms((moment_ms + 30_000) // 60_000 * 60_000)
