"""The error tree. Each class says who reacts.

DeskError
├─ UserError        tell the person, no alert
├─ Denied           a risk rule said no (code)
├─ Refused          the venue said no (code)
├─ OutcomeUnknown   freeze the symbol, reconcile, never send again
├─ Temporary        retry with back-off, reads only
├─ StorageError     the database refused a write: nothing is sent that was not stored
├─ SettingsError    boot stops with one clear sentence
└─ Fatal            halt entries, page the owner
"""

from engine.core.reasons import Reason


class DeskError(Exception):
    """A text for the log, a text for the person, and a hint that says what to do."""

    def __init__(self, log_text: str, *, chat_text: str | None = None, hint: str = "") -> None:
        super().__init__(log_text)
        self.log_text = log_text
        self.chat_text = chat_text or log_text
        self.hint = hint

    def sentence(self) -> str:
        """What the person reads: what happened and what to do about it."""
        return f"{self.chat_text} {self.hint}".strip()


class UserError(DeskError):
    """The person asked for something that cannot be done as asked."""


class _Coded(DeskError):
    def __init__(
        self, reason: Reason, log_text: str, *, chat_text: str | None = None, hint: str = ""
    ) -> None:
        super().__init__(log_text, chat_text=chat_text, hint=hint)
        self.reason = reason


class Denied(_Coded):
    """One of our own rules said no."""


class Refused(_Coded):
    """The venue said no, definitely."""


class OutcomeUnknown(DeskError):
    """Nobody knows whether the venue did what was asked; never send again."""


class Temporary(DeskError):
    """May work when tried again; only reads are tried again."""


class StorageError(DeskError):
    """The database did not take a write; nothing that depends on it may leave the process."""


class Fatal(DeskError):
    """The desk cannot trust itself any more: entries stop, the owner is paged."""


class SettingsError(DeskError):
    """A boot setting is wrong; the text names the setting, never a secret's value."""
