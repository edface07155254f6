"""How a command, a button and an answer are described. Described once; read by the router, the
access gate, /help, Telegram's menu and docs/commands.md."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.core.kinds import Role, Severity
from engine.core.messages import Priority as Priority
from engine.core.people import Actor
from engine.core.telling import AlertClass

if TYPE_CHECKING:
    from aiogram.filters.callback_data import CallbackData

    from engine.core.events import Event
    from handlers.desk import Desk


class Group(StrEnum):
    """The tabs of /help."""

    WATCH = "Watch"
    CONTROL = "Control"
    RESEARCH = "Research"
    TUNE = "Tune"
    ADMIN = "Admin"


class Effect(StrEnum):
    """What a command does to risk; decides what becomes of it when it arrives late."""

    READS = "reads"  # late: answered
    REDUCES = "reduces"  # late: done, with a note of its age
    RAISES = "raises"  # late: refused, "repeat it"


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks; the role is the one in force when the update is worked off."""

    person_id: int
    name: str
    role: Role

    def as_actor(self) -> Actor:
        return Actor(self.name, self.role, self.person_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One thing a person asked: a command's words, or a tap on a button."""

    person: Person
    chat_id: int
    command_id: str  # a function of the update's id: the same asking has the same id
    words: tuple[str, ...] = ()  # what follows the command's name
    button: "CallbackData | None" = None  # the tapped button's payload
    message_id: int | None = None  # the tapped card, or the person's message
    said_at: datetime | None = None
    age_s: float = 0.0
    thread_id: int | None = None  # the topic of a group in which it was said
    just_paired: bool = False  # the code that came with it gave the person a role


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One inline button. `payload` None makes a disabled one that only states something."""

    label: str
    payload: "CallbackData | None"
    style: str = ""  # "", "primary", "success", "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG with its caption (HTML, at most 1024 UTF-16 units)."""

    png: bytes
    caption: str
    name: str = "chart.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back. Long text is split between lines; `edit` redraws the tapped card."""

    text: str = ""  # HTML
    keys: tuple[tuple[Key, ...], ...] = ()
    picture: Picture | None = None
    toast: str = ""  # the answer to a tap, at most 200 characters, plain text
    edit: bool = False
    pin_as: str = ""  # a pinned live card of this name: sent once, edited from then on
    priority: Priority = Priority.REPLY
    unsay: bool = False  # the person's message is deleted: it held what must not stay in a chat


Handler = Callable[["Desk", Request], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    name: str
    help: str  # one line, under 60 characters
    group: Group
    role: Role
    effect: Effect
    handler: Handler
    usage: str = ""  # what may follow the name: "[equity|drawdown|price] [symbol]"
    examples: tuple[str, ...] = ()
    safety: bool = False  # never throttled, first in line
    in_groups: bool = False  # answers in a group, though it changes things in private


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A typed button; its access check is that of the command it belongs to."""

    payload: "type[CallbackData]"
    command: str
    effect: Effect
    handler: Handler
    safety: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """The wording of an event. `text` None: not told, and `silent_because` says why."""

    event: "type[Event]"
    severity: Severity
    kind: AlertClass  # a person sets the loudness of each class
    text: "Callable[..., str] | None"  # event -> HTML
    silent_because: str = ""
    roles: frozenset[Role] = field(default_factory=lambda: frozenset(Role))
    when: "Callable[..., bool] | None" = None  # told only when this holds of the event
