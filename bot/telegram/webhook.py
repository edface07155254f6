"""Updates pushed by Telegram instead of polled: stored, then answered with 200."""

import hmac
from http import HTTPStatus

from aiogram import Bot
from aiogram.types import Update
from aiohttp import web
from pydantic import SecretStr, ValidationError

from bot.telegram.intake import Intake

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
BODY_LIMIT_BYTES = 1_000_000  # an update is a few kilobytes


class WebhookDoor:
    """The route's handler. Telegram sends again what was not answered with 200."""

    def __init__(self, bot: Bot, intake: Intake, secret: SecretStr) -> None:
        self._bot = bot
        self._intake = intake
        self._secret = secret.get_secret_value().encode()

    async def __call__(self, request: web.Request) -> web.Response:
        """200 after the update is stored; 401, 413 or 400 for what is not Telegram's."""
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not self._secret or not hmac.compare_digest(given, self._secret):
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        body = await _limited_body(request)
        if body is None:
            return web.Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            update = Update.model_validate_json(body, context={"bot": self._bot})
        except ValidationError:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        await self._intake.take(update)
        return web.Response()


async def _limited_body(request: web.Request) -> bytes | None:
    # the length that is announced may be missing or a lie
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            return None
    return bytes(body)
