"""Decides what becomes of an asking: run, answered with a sentence, or met with silence. Pure.

Fail closed: what has no description, no role or no button of ours is not run. A stranger gets
silence whatever the asking; everybody else gets one sentence that says why not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from bot.telegram.asked import Asked, Said, Tapped
from engine.core.kinds import Role
from handlers.contract import Button, Command, Effect, Handler
from handlers.help import unknown_command

if TYPE_CHECKING:
    from aiogram.filters.callback_data import CallbackData

LATE_AFTER_S = 120.0
OUTDATED = "This button is outdated."
NOT_ALLOWED = "You may not do that: it needs the role {role}."
ONLY_PRIVATE = "Only in our private chat."
HEARD_A_KEY = (
    "That looked like a key or a token. I kept nothing of it and deleted your message. "
    "Revoke it where it came from: it has been in a chat."
)
PLAIN_TALK = "I understand commands. /help lists them."


@dataclass(frozen=True, slots=True)
class Run:
    """The handler that is to run, and what was said to it."""

    command: Command
    effect: Effect
    handler: Handler
    safety: bool
    words: tuple[str, ...] = ()
    payload: "CallbackData | None" = None


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence instead of running anything (HTML)."""

    text: str
    outdated: bool = False  # take the keyboard off the tapped card
    is_stale: bool = False  # refused for its age alone


@dataclass(frozen=True, slots=True)
class Unknown:
    """A command that is none of ours."""

    name: str
    commands: tuple[Command, ...]  # all there are: what is suggested depends on the role


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing at all."""


Decision = Run | Say | Silence
Meant = Decision | Unknown


@dataclass(slots=True)
class Vocabulary:
    """What the desk understands. The bot's own name is known once Telegram has told it."""

    commands: Mapping[str, Command]
    buttons: Sequence[Button]
    bot_name: str = ""

    def meant(self, asked: Asked) -> Meant:
        """What was asked for, whoever asked."""
        return self._button(asked) if isinstance(asked, Tapped) else self._command(asked)

    def is_safety(self, asked: Asked) -> bool:
        """Whether the asking goes first in line."""
        meant = self.meant(asked)
        return isinstance(meant, Run) and meant.safety

    def _command(self, said: Said) -> Meant:
        if said.had_secret:
            return Say(HEARD_A_KEY)
        if not said.text.startswith("/"):
            return Say(PLAIN_TALK)
        first, *words = said.text.split()
        name, _, addressee = first[1:].lower().partition("@")
        if addressee and self.bot_name and addressee != self.bot_name.lower():
            return Silence()  # a group's command for another bot
        command = self.commands.get(name)
        if command is None:
            return Unknown(name[:32], tuple(self.commands.values()))
        return Run(command, command.effect, command.handler, command.safety, tuple(words))

    def _button(self, tapped: Tapped) -> Decision:
        if tapped.message_id is None:
            return Say(OUTDATED)
        for button in self.buttons:
            payload = _unpacked(button, tapped.data)
            command = self.commands.get(button.command)
            if payload is not None and command is not None:
                return Run(command, button.effect, button.handler, button.safety, payload=payload)
        return Say(OUTDATED, outdated=True)


def decide(meant: Meant, role: Role | None, *, is_private: bool, age_s: float) -> Decision:
    """What becomes of `meant` when a person of `role` asks for it, `age_s` after it was said."""
    if role is None:
        return Silence()
    if isinstance(meant, Unknown):
        return Say(escape(unknown_command(meant.commands, meant.name, role)))
    if isinstance(meant, Run):
        return _weighed(meant, role, is_private=is_private, age_s=age_s)
    return meant


def _weighed(run: Run, role: Role, *, is_private: bool, age_s: float) -> Decision:
    if not role.covers(run.command.role):
        return Say(NOT_ALLOWED.format(role=run.command.role.value))
    in_groups = run.safety or run.effect is Effect.READS or run.command.in_groups
    if not is_private and not in_groups:
        return Say(ONLY_PRIVATE)
    if run.effect is Effect.RAISES and age_s > LATE_AFTER_S:
        words = f"Sent {ago(age_s)}, not done: it would raise the risk. Repeat it?"
        return Say(words, is_stale=True)
    return run


def late_note(run: Run, age_s: float) -> str:
    """What is said first when an old asking that lowers the risk was done; "" when it is fresh."""
    if run.effect is not Effect.REDUCES or age_s <= LATE_AFTER_S:
        return ""
    return f"<i>Sent {ago(age_s)}, done now.</i>\n"


def ago(age_s: float) -> str:
    """An age in the largest unit that fits: "3 h ago"."""
    for unit, length_s in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if age_s >= length_s:
            return f"{int(age_s // length_s)} {unit} ago"
    return f"{int(age_s)} s ago"


def _unpacked(button: Button, data: str) -> "CallbackData | None":
    kind = button.payload
    if not data.startswith(kind.__prefix__):
        return None
    try:
        return kind.unpack(data)
    except (TypeError, ValueError):
        return None  # of an older release, or forged
