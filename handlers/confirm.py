"""Confirmations that verify themselves: nothing is kept, so a restart forgets none.

A confirm button carries what it confirms (`subject`), until when, and a code over both, the
action and the person. Single use comes from `command_id`: a second tap is the same command, and a
command is done once.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.core.errors import UserError
from engine.core.ids import base36

CODE_BYTES = 9  # 72 bits; 12 characters of base64url
_UNTIL_DIGITS = 7  # seconds since 1970 in base 36


class Signed(Protocol):
    """What every confirm button's payload holds."""

    @property
    def subject(self) -> str: ...
    @property
    def until(self) -> str: ...
    @property
    def code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Slip:
    """What goes into the payload of a confirm button."""

    subject: str
    until: str
    code: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs and checks the confirmations of one action."""

    secret: bytes
    action: str  # the command's name
    person_id: int

    def sign(self, subject: str, expires_at: datetime) -> Slip:
        """A slip that this person alone can use, for this action and subject, until then."""
        until = base36(int(expires_at.timestamp()), _UNTIL_DIGITS)
        return Slip(subject, until, self._code(subject, until))

    def check(self, slip: Signed, now: datetime) -> None:
        """Returns when the slip holds; raises UserError when it is forged, another's or late."""
        code = slip.code.encode(errors="surrogatepass")
        if not hmac.compare_digest(self._code(slip.subject, slip.until).encode(), code):
            raise UserError("This button is not yours.", hint=f"Ask with /{self.action} yourself.")
        if now.timestamp() >= int(slip.until, 36):
            raise UserError("This button has expired.", hint=f"Ask again: /{self.action}")

    def _code(self, subject: str, until: str) -> str:
        said = "\n".join((self.action, subject, until, str(self.person_id)))
        said_bytes = said.encode(
            errors="surrogatepass"
        )  # a forged payload may hold half a character
        digest = hmac.new(self.secret, said_bytes, hashlib.sha256).digest()[:CODE_BYTES]
        return base64.urlsafe_b64encode(digest).decode()


def command_id(slip: Signed) -> str:
    """The id of the command that the slip confirms; the same for every tap on it."""
    return f"confirm:{slip.code}"


def short_digest(text: str, characters: int = 8) -> str:
    """A short name of a long text, for a payload; not secret."""
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:characters]
