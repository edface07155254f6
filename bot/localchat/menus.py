"""Command menus per scope and language, and which one a person sees."""

import re
from typing import Any

from bot.localchat.refusal import Json, bad_request

COMMANDS_LIMIT = 100
NAME = re.compile(r"[a-z0-9_]{1,32}")
PLAIN_SCOPES = frozenset(
    ["default", "all_private_chats", "all_group_chats", "all_chat_administrators"]
)
Key = tuple[str, int, int, str]  # scope, chat, person, language


class Menus:
    """Commands by (scope, chat, person, language)."""

    def __init__(self) -> None:
        self._commands: dict[Key, list[Json]] = {}
        self.buttons: dict[int, Json] = {}

    def set(self, scope: Any, language: str, commands: list[Any]) -> None:
        """Replaces one menu; raises `Refusal` for names and texts Telegram refuses."""
        if len(commands) > COMMANDS_LIMIT:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self._commands[scope_key(scope, language)] = [_command(command) for command in commands]

    def get(self, scope: Any, language: str) -> list[Json]:
        """The menu of exactly this scope and language."""
        return self._commands.get(scope_key(scope, language), [])

    def delete(self, scope: Any, language: str) -> None:
        """Removes one menu, so that the next wider one shows."""
        self._commands.pop(scope_key(scope, language), None)

    def seen_by(self, chat_id: int, user_id: int, language: str) -> list[Json]:
        """The menu a person sees in a chat: the narrowest scope wins, then the language."""
        scopes = [("chat", chat_id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)]
        if chat_id < 0:
            scopes[1] = ("all_group_chats", 0, 0)
            scopes.insert(0, ("chat_member", chat_id, user_id))
        for scope in scopes:
            for spoken in (language, ""):
                if found := self._commands.get((*scope, spoken)):
                    return found
        return []

    def clear(self) -> None:
        """Removes all menus."""
        self._commands.clear()
        self.buttons.clear()


def scope_key(scope: Any, language: str) -> Key:
    """The key of a `BotCommandScope`; raises `Refusal` when it is not one."""
    if scope is None:
        scope = {"type": "default"}
    kind = str(scope.get("type")) if isinstance(scope, dict) else ""
    if kind in PLAIN_SCOPES:
        return kind, 0, 0, language
    if kind not in {"chat", "chat_administrators", "chat_member"}:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    try:
        chat_id = int(scope.get("chat_id"))
        user_id = int(scope.get("user_id")) if kind == "chat_member" else 0
    except (TypeError, ValueError):
        raise bad_request("can't parse BotCommandScope: wrong chat or user identifier") from None
    return kind, chat_id, user_id, language


def _command(command: Any) -> Json:
    if not isinstance(command, dict):
        raise bad_request("expected an Array of BotCommand")
    name = str(command.get("command", "")).removeprefix("/")
    description = str(command.get("description", ""))
    if not NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept: Json = {"command": name, "description": description}
    return kept | ({"is_ephemeral": True} if command.get("is_ephemeral") else {})
