"""Reads an aiogram update: what was asked and by whom, or nothing when nobody with a name asked.

Authority is a person's own message or tap. A forward, a channel's or an anonymous admin's post, a
message through another bot and an edited message are not (reliability.md section 8).
"""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from aiogram.types import CallbackQuery, Chat, Message, Update, User

from bot.telegram.asked import Asked, Said, Tapped
from bot.telegram.redact import holds_secret, redact

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
NEVER_AUTHORITY = frozenset({
    1087968824,  # GroupAnonymousBot: some admin, nobody knows which
    136817688,  # Channel_Bot: a channel speaking
    777000,  # Telegram itself, and forwards of linked channels
})  # fmt: skip
TEXT_KEPT = 1000  # characters; no command is longer
NAME_KEPT = 64
PRIVATE = "private"
_CODE = re.compile(r"/pin(?:@\w+)?\s+(.+)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One asking, as it came."""

    update_id: int
    person_id: int
    name: str
    chat_id: int
    is_private: bool
    said_at: datetime | None  # None: a tap carries no time
    asked: Asked
    code: str = field(default="", repr=False)  # of a /pin: stored nowhere, not even in `asked`


@dataclass(frozen=True, slots=True)
class ChatChanged:
    """A person blocked or unblocked the bot, or a group removed or added it."""

    chat_id: int
    is_open: bool


def incoming(update: Update) -> Incoming | None:
    """What a person asked, or None when the update is nobody's word."""
    if update.message is not None:
        return _from_message(update.update_id, update.message)
    if update.callback_query is not None:
        return _from_tap(update.update_id, update.callback_query)
    return None


def chat_changed(update: Update) -> ChatChanged | None:
    """What a `my_chat_member` update says about a chat, None for every other update."""
    change = update.my_chat_member
    if change is None:
        return None
    return ChatChanged(change.chat.id, change.new_chat_member.status not in {"kicked", "left"})


def _from_message(update_id: int, message: Message) -> Incoming | None:
    person = message.from_user
    if person is None or not _is_person(person) or not _is_own_word(message):
        return None
    text = (message.text or "").strip()[:TEXT_KEPT]
    if not text or not (text.startswith("/") or message.chat.type == PRIVATE):
        return None  # in a group only commands are meant for us
    code = _CODE.fullmatch(text)
    if code is not None:
        text = "/pin"
    had_secret = holds_secret(text)
    said = Said(
        name=_name(person),
        text=redact(text) if had_secret else text,
        message_id=message.message_id,
        had_secret=had_secret,
        thread_id=message.message_thread_id if message.is_topic_message else None,
    )
    came = _incoming(update_id, person, message.chat, message.date.astimezone(UTC), said)
    return came if code is None else replace(came, code=code[1].replace(" ", ""))


def _from_tap(update_id: int, query: CallbackQuery) -> Incoming | None:
    if not _is_person(query.from_user):
        return None
    card = query.message  # None, or InaccessibleMessage (date 0), for cards out of our reach
    reachable = card if isinstance(card, Message) else None
    tapped = Tapped(
        name=_name(query.from_user),
        data=(query.data or "")[:TEXT_KEPT],
        callback_id=query.id,
        message_id=reachable.message_id if reachable else None,
        has_photo=bool(reachable and reachable.photo),
    )
    chat = card.chat if card is not None else Chat(id=query.from_user.id, type=PRIVATE)
    return _incoming(update_id, query.from_user, chat, None, tapped)


def _incoming(
    update_id: int, person: User, chat: Chat, said_at: datetime | None, asked: Asked
) -> Incoming:
    return Incoming(
        update_id=update_id,
        person_id=person.id,
        name=_name(person),
        chat_id=chat.id,
        is_private=chat.type == PRIVATE,
        said_at=said_at,
        asked=asked,
    )


def _is_person(user: User) -> bool:
    return not user.is_bot and user.id not in NEVER_AUTHORITY


def _is_own_word(message: Message) -> bool:
    return not (
        message.sender_chat
        or message.via_bot
        or message.forward_origin
        or message.is_automatic_forward
        or message.edit_date
    )


def _name(user: User) -> str:
    return user.full_name[:NAME_KEPT]
