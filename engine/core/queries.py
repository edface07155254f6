"""What can be asked of the desk's memory: which closed trades are meant."""

from dataclasses import dataclass
from datetime import datetime

from engine.core.clockwork import require_utc
from engine.core.kinds import PositionSide


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeFilter:
    """The trades that pass every part that is set. Equal filters mean equal trades."""

    symbol: str = ""
    strategy: str = ""
    side: PositionSide | None = None
    won: bool | None = None  # True: closed above zero; False: below zero
    since: datetime | None = None  # closed at or after it

    def __post_init__(self) -> None:
        if self.since is not None:
            require_utc(self.since)


EVERY_TRADE = TradeFilter()
