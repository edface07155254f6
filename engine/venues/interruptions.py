"""When a symbol does not trade: halts, and the moment from which it is gone for good.

A recording or a simulated market has them written down beforehand, so that the feed that falls
silent and the venue that refuses go by the same moments, also after a restart.
"""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from engine.core.errors import SettingsError

COLUMNS = ("symbol", "from", "until")


class Interruption(NamedTuple):
    """No trading of `symbol` from `from_at` on, and before `until_at`."""

    symbol: str
    from_at: datetime
    until_at: datetime | None = None  # None: for good, the symbol is delisted

    @property
    def is_for_good(self) -> bool:
        return self.until_at is None


def interruption_at(
    interruptions: Sequence[Interruption], symbol: str, at: datetime
) -> Interruption | None:
    """What keeps `symbol` from trading at that moment; None: it trades. A delisting is the last."""
    found = None
    for each in interruptions:
        if each.symbol != symbol or at < each.from_at:
            continue
        if each.until_at is None:
            return each
        if at < each.until_at:
            found = each
    return found


def is_silent(
    interruptions: Sequence[Interruption], symbol: str, after: datetime, until: datetime
) -> bool:
    """Whether a part of the span after `after` up to `until` was without trading."""
    return any(
        each.symbol == symbol
        and until > each.from_at
        and (each.until_at is None or after < each.until_at)
        for each in interruptions
    )


def interruptions_in(path: Path) -> tuple[Interruption, ...]:
    """What the file says: a head `symbol,from,until`, moments as 2021-05-19T13:00, UTC.

    An empty `until` is a delisting. Without the file there are none. Raises SettingsError for one
    that cannot be read so.
    """
    if not path.is_file():
        return ()
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise ValueError(f"its head is not {','.join(COLUMNS)}")
            return tuple(_interruption(row) for row in rows)
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise SettingsError(
            f"MARKET: '{path}' cannot be read: {error}",
            hint="Each line reads BTC/USDT,2021-05-19T13:00,2021-05-19T15:00 in UTC.",
        ) from error


def _interruption(row: dict[str, str]) -> Interruption:
    from_at = _moment(row["from"])
    until_at = _moment(row["until"]) if row["until"] else None
    if until_at is not None and until_at <= from_at:
        raise ValueError(f"it ends at {until_at} before it begins")
    return Interruption(row["symbol"], from_at, until_at)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
