"""An answer of a handler as Bot API calls: texts split, captions moved, keyboards hung on. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.telegram.text import CAPTION_LIMIT_UNITS, html_units, split_html
from engine.core.messages import OutboxMessage, Priority
from handlers.contract import Answer, Key

TOAST_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Card:
    """The message a tap came from."""

    message_id: int
    has_photo: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes, and the name of what it answers."""

    chat_id: int
    key: str  # the messages are named `<key>:0`, `<key>:1`, ...
    card: Card | None = None
    thread_id: int | None = None  # the topic of a group


@dataclass(slots=True)
class _Call:
    method: str
    payload: dict[str, Any] = field(default_factory=dict)
    file_name: str | None = None
    file_bytes: bytes | None = None


def compose(answer: Answer, place: Place) -> tuple[OutboxMessage, ...]:
    """The calls that show `answer`, in order; the keyboard hangs on the last one.

    An edit redraws the tapped card where Telegram can (text stays text, a photo a photo); otherwise
    a new message is sent. An edit without a text changes the keyboard alone.
    """
    card = place.card if answer.edit else None
    calls = list(_picture(answer, card)) if answer.picture else list(_text(answer.text, card))
    if not calls and card and answer.keys:
        calls.append(_Call("editMessageReplyMarkup", {"message_id": card.message_id}))
    if not calls:
        return ()
    if place.thread_id is not None:
        for call in calls:
            if call.method.startswith("send"):
                call.payload["message_thread_id"] = place.thread_id
    markup = keyboard(answer.keys)
    if markup["inline_keyboard"]:
        calls[-1].payload["reply_markup"] = markup
    priority = Priority(int(answer.priority))
    return tuple(
        OutboxMessage(
            key=f"{place.key}:{number}",
            chat_id=place.chat_id,
            method=call.method,
            payload=call.payload,
            priority=priority,
            file_name=call.file_name,
            file_bytes=call.file_bytes,
        )
        for number, call in enumerate(calls)
    )


def keyboard(rows: Iterable[Iterable[Key]]) -> dict[str, list[list[dict[str, Any]]]]:
    """The inline keyboard as JSON; raises ValueError when a payload is over 64 bytes."""
    return {"inline_keyboard": [[_button(key) for key in row] for row in rows if row]}


def without_keyboard(chat_id: int, card: Card, key: str) -> OutboxMessage:
    """The call that takes the buttons off a card that means nothing any more."""
    return OutboxMessage(
        key=key,
        chat_id=chat_id,
        method="editMessageReplyMarkup",
        payload={"message_id": card.message_id},
        priority=Priority.LIVE,
    )


def _button(key: Key) -> dict[str, Any]:
    button: dict[str, Any] = {"text": key.label}
    if key.payload is None:
        button["disabled"] = {}
    else:
        button["callback_data"] = key.payload.pack()
    if key.style:
        button["style"] = key.style
    return button


def _text(text: str, card: Card | None) -> Iterable[_Call]:
    parts = split_html(text)
    if card and card.has_photo and parts and html_units(text) <= CAPTION_LIMIT_UNITS:
        yield _Call("editMessageCaption", {"message_id": card.message_id, "caption": text})
        return
    for number, part in enumerate(parts):
        if number == 0 and card and not card.has_photo:
            yield _Call("editMessageText", {"message_id": card.message_id, "text": part})
        else:
            yield _Call("sendMessage", {"text": part})


def _picture(answer: Answer, card: Card | None) -> Iterable[_Call]:
    picture = answer.picture
    if picture is None:
        return
    fits = html_units(picture.caption) <= CAPTION_LIMIT_UNITS
    shown: dict[str, Any] = {"caption": picture.caption} if fits and picture.caption else {}
    if card and card.has_photo:
        payload = {"message_id": card.message_id, "media": {"type": "photo", **shown}}
        yield _Call("editMessageMedia", payload, picture.name, picture.png)
    else:
        yield _Call("sendPhoto", shown, picture.name, picture.png)
    if not fits:
        yield from _text(picture.caption, None)
    yield from _text(answer.text, None)
