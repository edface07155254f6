"""Long polling: what was not stored is not confirmed.

Not aiogram's dispatcher: it takes one update after the other, so that a panic behind a message that
cannot be stored (a locked database, a full disk) would wait for the disk. Here it does not: the
safety updates of a batch go side by side with the rest, and while a batch cannot be stored, what
came behind it is looked at, unconfirmed, for a panic.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import GetUpdates
from aiogram.types import Update
from loguru import logger

from bot.telegram.intake import Intake
from bot.telegram.outage import backoff_s
from bot.telegram.session import CALL_TIMEOUT_S
from bot.telegram.updates import ALLOWED_UPDATES

LONGEST_PAUSE_S = 5.0
STORING_TAKES_S = 1.0  # longer than that: something is wrong with the database


class Poller:
    """Asks for updates until it is stopped."""

    def __init__(self, bot: Bot, intake: Intake, poll_s: int) -> None:
        self._bot = bot
        self._intake = intake
        self._poll_s = poll_s
        self._asking: asyncio.Task[list[Update]] | None = None
        self._closing = asyncio.Event()

    def stop(self) -> None:
        """Ends the poll under way; what it would have brought comes again at the next start."""
        self._closing.set()
        if self._asking is not None:
            self._asking.cancel()

    async def run(self) -> None:
        """Returns after `stop`. Raises nothing but CancelledError."""
        offset: int | None = None
        failures = 0
        while not self._closing.is_set():
            try:
                updates = await self._ask(offset, self._poll_s)
            except AiogramError as error:
                failures += 1
                logger.warning("polling: {}", type(error).__name__)
                with suppress(TimeoutError):
                    async with asyncio.timeout(backoff_s(failures, LONGEST_PAUSE_S)):
                        await self._closing.wait()
                continue
            failures = 0
            if updates:
                await self._stored(updates, offset)
                offset = updates[-1].update_id + 1

    async def _ask(self, offset: int | None, wait_s: int) -> list[Update]:
        method = GetUpdates(offset=offset, timeout=wait_s, allowed_updates=ALLOWED_UPDATES)
        timeout_s = wait_s + int(CALL_TIMEOUT_S)
        asking = asyncio.ensure_future(self._bot(method, request_timeout=timeout_s))
        self._asking = asking
        try:
            await asyncio.wait({asking})
        finally:
            self._asking = None
            asking.cancel()  # for when we are cancelled; else it is done
        return [] if asking.cancelled() else asking.result()

    async def _stored(self, updates: Sequence[Update], offset: int | None) -> None:
        storing = asyncio.ensure_future(self._intake.take_all(updates))
        seen = {update.update_id for update in updates}
        try:
            while not (await asyncio.wait({storing}, timeout=STORING_TAKES_S))[0]:
                with suppress(AiogramError):
                    for update in await self._ask(offset, 0):
                        if update.update_id not in seen:
                            seen.add(update.update_id)
                            self._intake.hurry(update)
        finally:
            storing.cancel()
        await storing
