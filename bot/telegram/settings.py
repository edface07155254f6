"""What the composition root says about Telegram, and what it hears back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import SecretStr

from bot.telegram.catchup import Digest
from bot.telegram.figures import CallFigures
from bot.telegram.pace import CHAT, Limit
from engine.core.events import Event
from engine.core.messages import OutboxMessage
from storage.inbox import Inbox
from storage.live_messages import LiveMessages
from storage.outbox import Outbox
from storage.people import People


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSettings:
    """Boot settings, and the hot parameters as questions."""

    token: SecretStr
    api_base: str = ""  # empty: Telegram
    webhook_url: str = ""  # empty: long polling
    webhook_secret: SecretStr = field(default_factory=lambda: SecretStr(""))
    poll_s: int = 30
    handler_s: float = 30.0  # how long a command may take
    live_card_s: Callable[[], float] = lambda: 10.0
    chat_limit: Limit = CHAT  # a server of one's own may take more
    digest_over: Callable[[], int] = lambda: 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """The rooms of the memory that the chat writes to."""

    inbox: Inbox
    outbox: Outbox
    people: People
    live: LiveMessages


Arrived = Callable[[OutboxMessage, int], Awaitable[None]]  # a message, and the id it got


async def nobody(_message: OutboxMessage, _message_id: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How the desk's events are told and merged."""

    tell: Callable[[Event], None]
    digest: Digest
    arrived: Arrived = nobody


class Link(StrEnum):
    """Where the link to Telegram stands."""

    STOPPED = "stopped"
    CONNECTING = "connecting"
    POLLING = "polling"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """The health of the link, for /health, metrics and the doctor."""

    link: Link
    poll_age_s: float | None  # since the last successful getUpdates; None: never
    conflicts: int  # in a row: a twin polls with our token
    token_refused: bool
    last_error: str
    is_away: bool  # sending gets no answer
    dead_chats: frozenset[int]
    undelivered_critical: int
    stranger_updates: int
    calls: dict[str, CallFigures]

    @property
    def is_healthy(self) -> bool:
        """Whether people can reach the desk, and the desk them."""
        up = self.link in {Link.POLLING, Link.WEBHOOK}
        return up and not (self.conflicts or self.token_refused or self.is_away or self.last_error)
