"""What the desk itself did: started, stopped, changed its state, lost a task."""

from dataclasses import dataclass
from decimal import Decimal

from engine.core.events.base import Event
from engine.core.kinds import TradingState
from engine.core.people import Actor
from engine.core.state import CashMove, Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskStarted(Event):
    """The desk is up: recovered, and trading as `trading` allows."""

    mode: str  # words for the person: "paper on a simulated market"
    trading: TradingState
    open_positions: int
    resolved_orders: int  # orders whose outcome recovery had to find out
    boot_id: str

    def key(self) -> str:
        return f"DeskStarted|{self.boot_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskStopped(Event):
    why: str
    boot_id: str

    def key(self) -> str:
        return f"DeskStopped|{self.boot_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingStateChanged(Event):
    before: TradingState
    after: TradingState
    cause: Cause
    why: str
    actor: Actor

    def key(self) -> str:
        return f"TradingStateChanged|{self.after}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMoved(Event):
    """The owner moved money into the account or out of it; no result of the desk."""

    move: CashMove
    cash_quote: Decimal  # afterwards
    quote: str  # currency, "USDT"

    def key(self) -> str:
        return f"CashMoved|{self.move.move_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParametersChanged(Event):
    version: int
    changes: tuple[tuple[str, str, str], ...]  # (name, old, new) as a person reads them
    config_hash: str
    actor: Actor
    why: str

    def key(self) -> str:
        return f"ParametersChanged|{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonActed(Event):
    """A person closed, moved or opened something by hand; what followed has events of its own."""

    command_id: str
    act: str  # the class of the command
    subject: str  # the symbol
    text: str  # as it was answered
    actor: Actor

    def key(self) -> str:
        return f"PersonActed|{self.command_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFailed(Event):
    """A long task of the desk died and was started again."""

    task: str
    text: str
    failures: int

    def key(self) -> str:
        return f"TaskFailed|{self.task}|{self.at.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangerSeen(Event):
    """Somebody without a role wrote to the bot; told once a day per person."""

    person_id: int
    name: str

    def key(self) -> str:
        return f"StrangerSeen|{self.person_id}|{self.at.date().isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinSeen(Event):
    """Another process polls Telegram with our token."""

    conflicts: int

    def key(self) -> str:
        return f"TwinSeen|{self.at.date().isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanicReported(Event):
    """What a panic's second step found at the venue, per symbol."""

    incident_id: str
    flat: tuple[str, ...]
    still_open: tuple[str, ...]
    unknown: tuple[str, ...]

    def key(self) -> str:
        states = ",".join((*self.flat, "/", *self.still_open, "/", *self.unknown))
        return f"PanicReported|{self.incident_id}|{states}"
