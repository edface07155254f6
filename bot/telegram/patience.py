"""What a failed call means. The one place that knows Telegram's error sentences.

"Not modified", "query is too old" and "can't parse entities" are all a 400 and told apart by their
words only; a reset connection may have delivered (facts/telegram.md section 4, reliability.md 3).
"""

from dataclasses import dataclass
from enum import StrEnum

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError


class Meaning(StrEnum):
    """What is to be done about a failed call."""

    DONE = "done"  # a harmless refusal: what was asked is already so, or too late to matter
    PLAIN = "plain"  # the markup was refused: once more without it
    LATER = "later"  # told to wait
    AGAIN = "again"  # may work when tried again; nothing arrived, or repeating does no harm
    MAYBE = "maybe"  # it may have arrived: never blindly again when it must come only once
    MOVED = "moved"  # the group has another chat id now
    DEAD = "dead"  # this chat does not take messages from us
    GONE = "gone"  # the message to edit is not there any more
    KEY = "key"  # the token was refused
    NEVER = "never"  # refused for good


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed call: its meaning, with what the mend needs."""

    meaning: Meaning
    text: str
    wait_s: float = 0.0  # LATER
    chat_id: int = 0  # MOVED


_SENTENCES = (
    ("message is not modified", Meaning.DONE),
    ("query is too old", Meaning.DONE),
    ("message to delete not found", Meaning.DONE),
    ("message to unpin not found", Meaning.DONE),
    ("can't parse entities", Meaning.PLAIN),
    ("message to edit not found", Meaning.GONE),
    ("message can't be edited", Meaning.GONE),
    ("message to pin not found", Meaning.GONE),
    ("chat not found", Meaning.DEAD),
    ("peer_id_invalid", Meaning.DEAD),
    ("not enough rights to send", Meaning.DEAD),
)

_CLASSES: tuple[tuple[type[AiogramError], Meaning], ...] = (
    (TelegramForbiddenError, Meaning.DEAD),
    (TelegramUnauthorizedError, Meaning.KEY),
    (TelegramEntityTooLarge, Meaning.NEVER),  # before its parent, the network error
    (TelegramNetworkError, Meaning.MAYBE),
    (ClientDecodeError, Meaning.MAYBE),  # a proxy's HTML page instead of an answer
    (TelegramServerError, Meaning.MAYBE),
)


def meaning_of(error: AiogramError) -> Failure:
    """What a failed call means; every error of aiogram has an answer."""
    text = error.message if isinstance(error, TelegramAPIError) else type(error).__name__
    if isinstance(error, TelegramRetryAfter):
        return Failure(Meaning.LATER, text, wait_s=float(error.retry_after))
    if isinstance(error, TelegramMigrateToChat):
        return Failure(Meaning.MOVED, text, chat_id=error.migrate_to_chat_id)
    if isinstance(error, TelegramBadRequest):
        return Failure(_by_sentence(text), text)
    if isinstance(error.__cause__, ClientConnectorError):
        return Failure(Meaning.AGAIN, text)  # no connection: nothing can have arrived
    for kind, meaning in _CLASSES:
        if isinstance(error, kind):
            return Failure(meaning, text)
    return Failure(Meaning.NEVER, text)


def _by_sentence(text: str) -> Meaning:
    lowered = text.lower()
    return next((meaning for words, meaning in _SENTENCES if words in lowered), Meaning.NEVER)
