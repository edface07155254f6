"""Sends one message: at the chat's pace, as plain words when its markup is refused, once."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import Message

from bot.telegram.calls import call_of, is_shaped
from bot.telegram.pace import CHAT, OVERALL, Limit, Pace, Window
from bot.telegram.patience import Failure, Meaning, meaning_of
from engine.core.messages import OutboxMessage

PHOTO_TIMEOUT_S = 60
TEXT_TIMEOUT_S = 20
REMEMBERED_CHATS = 1000
MENDS = 3  # tries of one sending: as it is, as plain words, to the group's new id


@dataclass(frozen=True, slots=True)
class Arrived:
    """Telegram took it. `message_id` is None where the call makes no message."""

    message_id: int | None


class Sender:
    """The calls that leave, with the limits and addresses they are sent under."""

    def __init__(self, bot: Bot, now_s: Callable[[], float], chat_limit: Limit = CHAT) -> None:
        self._bot = bot
        self._chat_limit = chat_limit
        self._now_s = now_s
        self._overall = Window(OVERALL)
        self._paces: OrderedDict[int, Pace] = OrderedDict()
        self._moved: dict[int, int] = {}

    def wait_s(self, message: OutboxMessage) -> float:
        """How long `message` has to wait for its chat's limits; 0 when it may leave now."""
        if not is_shaped(message):
            return 0.0
        return self._pace(message.chat_id).wait_s(self._now_s(), message.priority)

    async def send(self, message: OutboxMessage, *, as_plain: bool = False) -> Arrived | Failure:
        """What came of sending `message`; every error of the wire is a Failure."""
        pace = self._pace(message.chat_id) if is_shaped(message) else None
        if pace is not None:
            pace.begin()
        try:
            return await self._mended(message, as_plain=as_plain)
        finally:
            if pace is not None:
                pace.end(self._now_s())

    async def answers(self) -> bool:
        """Whether Telegram answers at all."""
        try:
            await self._bot.get_me(request_timeout=TEXT_TIMEOUT_S)
        except AiogramError:
            return False
        return True

    async def _mended(self, message: OutboxMessage, *, as_plain: bool) -> Arrived | Failure:
        failure = Failure(Meaning.NEVER, "not sent")
        for _ in range(MENDS):
            try:
                return await self._call(message, as_plain=as_plain)
            except AiogramError as error:
                failure = meaning_of(error)
            except ValueError as error:  # not a call Telegram knows: a fault of ours
                return Failure(Meaning.NEVER, f"{message.method}: {error}")
            if failure.meaning is Meaning.DONE:
                return Arrived(None)
            if failure.meaning is Meaning.MOVED:
                self._moved[message.chat_id] = failure.chat_id
            elif failure.meaning is Meaning.PLAIN and not as_plain:
                as_plain = True
            else:
                return failure
        return failure

    async def _call(self, message: OutboxMessage, *, as_plain: bool) -> Arrived:
        chat_id = self._moved.get(message.chat_id, message.chat_id)
        method = call_of(message, chat_id=chat_id, as_plain=as_plain)
        timeout_s = PHOTO_TIMEOUT_S if message.file_bytes else TEXT_TIMEOUT_S
        answer: Any = await self._bot(method, request_timeout=timeout_s)
        return Arrived(answer.message_id if isinstance(answer, Message) else None)

    def _pace(self, chat_id: int) -> Pace:
        pace = self._paces.get(chat_id)
        if pace is None:
            pace = self._paces[chat_id] = Pace(chat_id, self._overall, self._chat_limit)
            if len(self._paces) > REMEMBERED_CHATS:
                self._paces.popitem(last=False)
        return pace
