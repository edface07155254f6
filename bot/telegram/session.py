"""The HTTP wire: aiogram's own session, with a watch over polling and figures per method."""

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.enums import ParseMode
from pydantic import SecretStr

CALL_TIMEOUT_S = 20.0  # a poll adds its own waiting time to this


class PlainSession(AiohttpSession):
    """A session without TLS: nothing to wait for when it closes, aiogram would wait 0.25 s."""

    async def close(self) -> None:
        """Ends the connections."""
        if self._session is not None and not self._session.closed:
            await self._session.close()


def make_bot(
    token: SecretStr, api_base: str = "", middlewares: tuple[BaseRequestMiddleware, ...] = ()
) -> Bot:
    """The bot of `token`, talking to `api_base` (empty: Telegram).

    The first middleware is the outermost. Raises aiogram's TokenValidationError.
    """
    api = TelegramAPIServer.from_base(api_base) if api_base else PRODUCTION
    kind = PlainSession if api_base.startswith("http://") else AiohttpSession
    session = kind(api=api, timeout=CALL_TIMEOUT_S)
    for middleware in middlewares:
        session.middleware(middleware)
    properties = DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True)
    return Bot(token.get_secret_value(), session=session, default=properties)
