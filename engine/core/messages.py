"""What passes between people and the desk, and the durable values around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

from engine.core.clockwork import require_utc
from engine.core.kinds import Role
from engine.core.people import Actor

# What a payload holds for ourselves; the call leaves it out.
GIST = "gist"  # what happened, for a digest
THREAD = "thread"  # messages of one name in a chat answer the first of them
PAGE = "page"  # a critical alert that waits for somebody's word
OURS = frozenset({GIST, THREAD, PAGE})


class Priority(IntEnum):
    """Which message of a chat goes first; the lower, the sooner."""

    SAFETY = 0  # panic and its answers
    REPLY = 1
    ALERT = 2
    LIVE = 3  # edits of the live card: the newest is enough


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """One Bot API call on its way to a chat. The same key is never sent twice."""

    key: str  # names the message: an event's key and the chat, an update's id and a number
    chat_id: int
    method: str  # "sendMessage", "sendPhoto", "editMessageText", ...
    payload: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    # ^ the call's arguments as JSON: text, parse_mode, reply_markup as a dict, ...
    priority: Priority = Priority.ALERT
    coalesce_key: str | None = None  # a newer message of this chat and key replaces a waiting one
    file_name: str | None = None
    file_bytes: bytes | None = None
    once: bool = False  # do not repeat when nobody knows whether it arrived
    expires_at: datetime | None = None  # not sent from this moment on

    def __post_init__(self) -> None:
        if self.expires_at is not None:
            require_utc(self.expires_at)


class InboxState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    STALE = "stale"  # too old to be done as said; the person was told
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxUpdate:
    """One update as the Bot API delivered it."""

    bot_id: int
    update_id: int
    user_id: int
    chat_id: int
    said_at: datetime  # the sender's clock at Telegram
    received_at: datetime
    payload: Mapping[str, Any]  # the update's JSON

    def __post_init__(self) -> None:
        require_utc(self.said_at)
        require_utc(self.received_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A change that somebody made or was refused; rows are chained by hash and never changed."""

    at: datetime
    actor: Actor
    action: str  # the command's name
    subject: str = ""  # what was changed: a parameter, a symbol, a person
    before: str = ""
    after: str = ""
    result: str = ""
    update_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may talk to the desk."""

    person_id: int  # Telegram's numeric id
    name: str
    role: Role
    added_at: datetime
    added_by: str
    chat_id: int | None = None  # the private chat; None until the person has written


@dataclass(frozen=True, slots=True)
class Revert:
    """A change that ends by itself: at `due_at` the parameter goes back, if it is still so."""

    name: str
    back_to: bool | int | float | str
    meanwhile: bool | int | float | str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterVersion:
    """The whole set of parameters as somebody left it."""

    version: int
    values: Mapping[str, bool | int | float | str]
    config_hash: str
    author: str
    why: str
    at: datetime
    undo_of: int | None = None  # the version that this one takes back
    reverts: tuple[Revert, ...] = ()  # what is to go back by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalCommand:
    """Something asked from a terminal through the database; the running desk picks it up."""

    command_id: str
    kind: str  # "panic", "pause", ...
    actor: str
    at: datetime
    answer: str | None = None  # None: not done yet
