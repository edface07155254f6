"""A ForecastBook in memory; it can refuse, as a database does."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.core.errors import StorageError
from engine.core.forecasts import Forecast


class MemoryForecasts:
    def __init__(self) -> None:
        self.learned: Mapping[str, Any] | None = None
        self.by_key: dict[str, Forecast] = {}
        self.refuses = False

    async def load(self) -> tuple[Mapping[str, Any] | None, tuple[Forecast, ...]]:
        return self.learned, tuple(f for f in self.by_key.values() if f.outcome is None)

    async def keep(self, forecasts: Sequence[Forecast], learned: Mapping[str, Any]) -> None:
        if self.refuses:
            raise StorageError("away", chat_text="The database does not answer.")
        self.by_key |= {forecast.key: forecast for forecast in forecasts}
        self.learned = learned
