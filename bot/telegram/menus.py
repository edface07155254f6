"""Telegram's command menu: each person sees what their role may do, everybody else nothing."""

from collections.abc import Iterable, Mapping

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import BotCommand, BotCommandScopeChat
from loguru import logger

from engine.core.kinds import Role
from engine.core.messages import Person
from handlers.contract import Command


class Menus:
    """Sets menus that differ from what was set before."""

    def __init__(self, bot: Bot, commands: Mapping[str, Command]) -> None:
        self._bot = bot
        self._commands = commands
        self._set: dict[int, Role] = {}
        self._is_default_empty = False

    async def show(self, people: Iterable[Person]) -> bool:
        """Whether every menu is as it should be; False: try again later."""
        try:
            if not self._is_default_empty:
                await self._bot.delete_my_commands()
                self._is_default_empty = True
            known = list(people)
            for gone in self._set.keys() - {person.person_id for person in known}:
                await self._take(gone)
            for person in known:
                if (
                    person.chat_id == person.person_id
                    and self._set.get(person.person_id) != person.role
                ):
                    await self._show(person)
        except AiogramError as error:
            logger.warning("menus: {}", type(error).__name__)
            return False
        return True

    async def _take(self, person_id: int) -> None:
        try:
            await self._bot.delete_my_commands(scope=BotCommandScopeChat(chat_id=person_id))
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            logger.warning("menu of person {}: {}", person_id, error.message)
        del self._set[person_id]

    async def _show(self, person: Person) -> None:
        scope = BotCommandScopeChat(chat_id=person.person_id)
        try:
            await self._bot.set_my_commands(menu_of(self._commands, person.role), scope=scope)
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            # the chat is closed or was never opened: trying again would not help
            logger.warning("menu of person {}: {}", person.person_id, error.message)
        self._set[person.person_id] = person.role


def menu_of(commands: Mapping[str, Command], role: Role) -> list[BotCommand]:
    """The menu's lines for a role, in the order of the table."""
    return [
        BotCommand(command=command.name, description=command.help)
        for command in commands.values()
        if role.covers(command.role)
    ]
