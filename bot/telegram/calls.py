"""Turns a message of the outbox into a Bot API call."""

from collections.abc import Mapping
from typing import Any

from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    PinChatMessage,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
    UnpinChatMessage,
)
from aiogram.types import BufferedInputFile

from bot.telegram.text import plain
from engine.core.messages import OutboxMessage
from handlers.digest import call_arguments

_KINDS: dict[str, type[TelegramMethod[Any]]] = {
    kind.__api_method__: kind
    for kind in (
        AnswerCallbackQuery,
        DeleteMessage,
        EditMessageCaption,
        EditMessageMedia,
        EditMessageReplyMarkup,
        EditMessageText,
        PinChatMessage,
        SendDocument,
        SendMessage,
        SendPhoto,
        UnpinChatMessage,
    )
}
_FILE_FIELDS = {"sendPhoto": "photo", "sendDocument": "document"}
_SHAPED = ("send", "edit")  # what the flood limits count


def call_of(message: OutboxMessage, *, chat_id: int, as_plain: bool) -> TelegramMethod[Any]:
    """The call that sends `message` to `chat_id`, without any markup when `as_plain`.

    Raises ValueError for a method we do not send or arguments it does not take.
    """
    kind = _KINDS.get(message.method)
    if kind is None:
        raise ValueError(f"{message.method} is not a call of the outbox")
    arguments = call_arguments(message.payload)
    if message.method != "answerCallbackQuery":
        arguments["chat_id"] = chat_id
    if message.file_bytes is not None:
        file = BufferedInputFile(message.file_bytes, filename=message.file_name or "file")
        if message.method == "editMessageMedia":
            arguments["media"] = {**arguments["media"], "media": file}
        else:
            arguments[_FILE_FIELDS[message.method]] = file
    if as_plain:
        arguments = _without_markup(arguments)
    return kind.model_validate(arguments)


def is_shaped(message: OutboxMessage) -> bool:
    """Whether Telegram's flood limits count this call."""
    return message.method.startswith(_SHAPED)


def _without_markup(arguments: Mapping[str, Any]) -> dict[str, Any]:
    bare = dict(arguments)
    for name in ("text", "caption"):
        if isinstance(bare.get(name), str):
            bare[name] = plain(bare[name])
            bare["parse_mode"] = None
    media = bare.get("media")
    if isinstance(media, dict):
        bare["media"] = _without_markup(media)
    return bare
