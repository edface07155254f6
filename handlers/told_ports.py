"""What handlers need of those who tell: wishes, price alerts, people. `bot/` implements it."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Protocol

from engine.core.kinds import Role
from engine.core.messages import AuditEntry, Person
from engine.core.price_alerts import PriceAlert
from engine.core.telling import Place, Topic, Wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Who gave the first word on a critical alert."""

    by: str
    at: datetime
    is_first: bool  # it was this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A one-time way in."""

    code: str
    link: str  # a deep link; empty while Telegram has not told the bot's name
    role: Role
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A row of the audit with its number."""

    number: int
    entry: AuditEntry


class Notices(Protocol):
    """How people are told. Every method may raise StorageError."""

    async def wishes(self, person_id: int) -> Wishes: ...

    async def wish(self, person_id: int, wishes: Wishes) -> None: ...

    def zone(self, wishes: Wishes) -> tzinfo:
        """The person's zone, or the desk's where none is set."""
        ...

    async def seen(self, page_id: str, by: str, card: tuple[int, int]) -> Seen | None:
        """The first word on the page, or on all that waited; None when there is no such page.

        card: chat and message of the tapped card, which the caller redraws.
        """
        ...

    async def later(self, page_id: str, until: datetime) -> bool:
        """Whether the page is still unseen, and told again at `until`."""
        ...

    async def topics(self) -> dict[Topic, Place]: ...

    async def bind(self, topic: Topic, place: Place | None) -> None:
        """Tells the topic at this place from now on; None: nowhere."""
        ...


class PriceWatch(Protocol):
    """The price alerts of people. Every method may raise StorageError."""

    async def mine(self, person_id: int) -> tuple[PriceAlert, ...]: ...

    async def add(
        self, person_id: int, symbol: str, level_price: Decimal, *, is_above: bool, repeats: bool
    ) -> PriceAlert:
        """The new alert; raises UserError when the person has too many."""
        ...

    async def remove(self, alert_id: int, person_id: int) -> bool: ...

    def price(self, symbol: str) -> float | None:
        """The last price; None before the first."""
        ...


class Staff(Protocol):
    """Who may talk to the desk. Every method may raise StorageError."""

    async def everybody(self) -> tuple[Person, ...]: ...

    async def change(self, person_id: int, was: Role, role: Role | None) -> Person:
        """The person as they were; from now on they have `role`, or none.

        Raises UserError when they have another role than `was`, or when no owner would be left.
        """
        ...

    async def invite(self, role: Role) -> Invitation: ...

    async def audit(self, before: int, limit: int) -> tuple[AuditLine, ...]:
        """Rows of the audit before number `before` (0: the newest), newest first."""
        ...
