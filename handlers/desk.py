"""What a handler may reach: the services, by name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.core.kinds import Role
    from engine.services.acting import Acting
    from engine.services.answers import About, Gauge, Light, Mode
    from engine.services.approving import Approving
    from engine.services.controls import Controls
    from engine.services.model_answers import ModelDesk
    from engine.services.order_reports import OrderReports
    from engine.services.parley_reports import ParleyReports
    from engine.services.pauses import Pauses
    from engine.services.picture_reports import PictureReports
    from engine.services.reports import Reports
    from engine.services.research import Research
    from engine.services.result_reports import ResultReports
    from engine.services.risk_reports import RiskReports
    from engine.services.tuning import Tuning
    from handlers.contract import Answer
    from handlers.told_ports import Notices, PriceWatch, Staff


class Pictures(Protocol):
    """Draws a chart off the event loop: a name of charts.CHARTS and its values -> PNG bytes."""

    async def draw(self, name: str, values: object) -> bytes: ...


class HealthCheck(Protocol):
    async def gauges(self) -> "tuple[Gauge, ...]": ...

    def lights(self) -> "tuple[Light, ...]":
        """Whether each part of the desk works, without asking anybody."""
        ...

    async def about(self) -> "About":
        """What runs, since when, and on what."""
        ...

    def log_lines(self, count: int, level: str = "") -> tuple[str, ...]:
        """The last lines of the log, oldest first, redacted; `level`: that bad or worse."""
        ...


class Pairing(Protocol):
    """One-time codes that give a person a role."""

    async def redeem(self, code: str, person_id: int, name: str, chat_id: int) -> "Role | None": ...


class CodeCheck(Protocol):
    """The second factor of a person who raises risk."""

    @property
    def is_on(self) -> bool: ...

    async def require(self, person_id: int) -> None:
        """Raises UserError where a code is needed first."""
        ...

    def last_word(self, person_id: int) -> str: ...

    async def attempt(self, person_id: int, code: str, update_id: int) -> None: ...


class NoCodes:
    """A desk that asks for no code."""

    is_on = False

    async def require(self, person_id: int) -> None:
        """Nothing is asked for."""

    def last_word(self, person_id: int) -> str:  # noqa: ARG002
        return ""

    async def attempt(self, person_id: int, code: str, update_id: int) -> None:
        """Nothing is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    controls: "Controls"
    pauses: "Pauses"
    acting: "Acting"
    reports: "Reports"
    risks: "RiskReports"
    results: "ResultReports"
    orders: "OrderReports"
    tuning: "Tuning"
    approvals: "Approving"
    models: "ModelDesk"
    parley: "ParleyReports"
    record: "PictureReports"
    research: "Research"
    pictures: Pictures
    health: HealthCheck
    pairing: Pairing
    notices: "Notices"
    price_watch: "PriceWatch"
    staff: "Staff"
    mode: "Mode"
    now: Callable[[], datetime]  # the wall clock, aware UTC
    nonce: Callable[[], str]  # a fresh unguessable word of at most 8 characters
    redraw: "Callable[[int, int, Answer], None]"  # chat and message: shows it in place, soon
    codes: CodeCheck = field(default_factory=NoCodes)
    secret: bytes = field(repr=False)  # signs confirmations; 32 bytes of the database's identity
