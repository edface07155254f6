"""Watches the calls to Telegram: is polling alive, has it a twin, how long do calls take.

Polling goes on whatever it is answered, 401 and 409 included, and sending may work while receiving
is dead: so liveness is seen here or nowhere.
"""

from collections.abc import Callable

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import AiogramError, TelegramConflictError, TelegramUnauthorizedError
from aiogram.methods import GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.telegram.figures import CallBook

CONFLICTS_OF_A_TWIN = 3


class PollWatch(BaseRequestMiddleware):
    """The state of receiving: when it last worked, and why it does not."""

    def __init__(
        self,
        now_s: Callable[[], float],
        on_twin: Callable[[int], None],
        on_answer: Callable[[], None],
    ) -> None:
        self._now_s = now_s
        self._on_twin = on_twin
        self._on_answer = on_answer
        self.last_success_s: float | None = None
        self.conflicts = 0  # in a row
        self.token_refused = False
        self.last_error = ""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        try:
            answer = await make_request(bot, method)
        except AiogramError as error:
            self._failed(method, error)
            raise
        self.token_refused = False
        if isinstance(method, GetUpdates):
            self.last_success_s = self._now_s()
            self.conflicts = 0
            self.last_error = ""
            self._on_answer()
        return answer

    def _failed(self, method: TelegramMethod[TelegramType], error: AiogramError) -> None:
        if isinstance(error, TelegramUnauthorizedError):
            self.token_refused = True
        if not isinstance(method, GetUpdates):
            return
        self.last_error = type(error).__name__
        if not isinstance(error, TelegramConflictError):
            self.conflicts = 0
            return
        self.conflicts += 1
        if self.conflicts == CONFLICTS_OF_A_TWIN:
            self._on_twin(self.conflicts)


class CallMeter(BaseRequestMiddleware):
    """Counts calls, errors and time per method."""

    def __init__(self, now_s: Callable[[], float], book: CallBook) -> None:
        self._now_s = now_s
        self._book = book

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        begun_s = self._now_s()
        failed = True
        try:
            answer = await make_request(bot, method)
            failed = False
            return answer
        finally:
            self._book.note(method.__api_method__, self._now_s() - begun_s, failed=failed)
