"""What the chat asks about approvals, and what it is answered."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from engine.core.approvals import Approval, Shadow


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The trades that wait for a word, the oldest first."""

    approvals: tuple[Approval, ...]
    market_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowRow:
    """A refused trade and what it would have brought so far."""

    shadow: Shadow
    net_quote: Decimal  # at the mark while it is open
    result_r: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetoes:
    """What refusing earned or cost. Sums are over closed shadows alone."""

    rows: tuple[ShadowRow, ...]  # the newest first
    quote: str
    closed: int
    net_quote: Decimal  # they would have earned this: a veto's worth is its negative
    result_r: float
    market_at: datetime | None


class ApprovalArchive(Protocol):
    """The memory of approvals. Raises StorageError."""

    async def approval(self, number: int) -> Approval | None: ...

    async def shadows(self) -> tuple[Shadow, ...]:
        """All of them, the newest first."""
        ...
