"""A second factor for what raises risk: a PIN, or a code of an authenticator app (RFC 6238).

The code is tried before its message is stored, so that it stands neither in the database nor in a
log. A good one opens the door for some minutes; each time step is accepted once; wrong ones are
counted, and after a few the door stays shut for an hour.
"""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from loguru import logger
from pydantic import SecretStr

from engine.core.errors import SettingsError, UserError
from storage.codes import CodeState

if TYPE_CHECKING:
    from pyotp import TOTP

OPEN_FOR = timedelta(minutes=5)
TRIES, TRIES_WITHIN = 5, timedelta(minutes=10)
LOCKED_FOR = timedelta(hours=1)
STEP_S = 30
NEAR_STEPS = 1  # a phone's clock may be one step off
FAR_STEPS = 20  # ten minutes: a good code of a wrong clock


class Store(Protocol):
    async def of(self, person_id: int) -> CodeState: ...

    async def put(self, state: CodeState) -> None: ...


class Codes:
    """Tries codes and says whose door is open. Without a PIN or a secret every door is."""

    def __init__(
        self, pin: SecretStr, totp_secret: SecretStr, store: Store, now: Callable[[], datetime]
    ) -> None:
        self._pin = pin
        self._totp = _totp(totp_secret)
        self._store = store
        self._now = now
        self._words: dict[int, str] = {}  # by person: what came of the last code
        self._tried: dict[int, int] = {}  # by person: the update that held it

    @property
    def is_on(self) -> bool:
        """Whether a code is asked for at all."""
        return self._totp is not None or bool(self._pin.get_secret_value())

    async def require(self, person_id: int) -> None:
        """Returns where the person's door is open; raises UserError, StorageError."""
        if not self.is_on:
            return
        state = await self._store.of(person_id)
        if state.open_until_at is None or self._now() >= state.open_until_at:
            raise UserError(
                "This needs your code first; nothing was changed.",
                hint="Send /pin and the code in our private chat, then tap again.",
            )

    def last_word(self, person_id: int) -> str:
        """What came of the person's last code; empty where none was tried since the start."""
        return self._words.get(person_id, "")

    async def attempt(self, person_id: int, code: str, update_id: int) -> None:
        """Tries a code, once for each update; raises StorageError, and then it was not tried."""
        if self._tried.get(person_id) == update_id:
            return
        state, now = await self._store.of(person_id), self._now()
        recent = tuple(at for at in state.wrong_at if now - at < TRIES_WITHIN)
        if state.locked_until_at is not None and now < state.locked_until_at:
            after, word = (
                state,
                f"Too many wrong codes: wait until {_clock(state.locked_until_at)}.",
            )
        elif (step := self._accepted(code, now, state.last_step)) is not None:
            opened = CodeState(person_id=person_id, last_step=step, open_until_at=now + OPEN_FOR)
            after, word = opened, f"Code accepted: it counts until {_clock(now + OPEN_FOR)}."
        else:
            wrong = replace(state, wrong_at=(*recent, now))
            after, word = self._refused(wrong, code, now)
        await self._store.put(after)
        self._tried[person_id], self._words[person_id] = update_id, word

    def _refused(self, state: CodeState, code: str, now: datetime) -> tuple[CodeState, str]:
        if len(state.wrong_at) >= TRIES:
            logger.warning("person {} is locked out: {} wrong codes", state.person_id, TRIES)
            until_at = now + LOCKED_FOR
            locked = replace(state, wrong_at=(), locked_until_at=until_at, open_until_at=None)
            return locked, f"Wrong code, too often: no more codes until {_clock(until_at)}."
        step = self._step_of(code, now, FAR_STEPS)
        if step is not None and step <= state.last_step:
            return state, "That code was used already. Wait for the next one."
        if step is not None:
            return state, "The clocks differ: set the time of the phone or of this machine."
        left = TRIES - len(state.wrong_at)
        return state, f"Wrong code. {left} more {'try' if left == 1 else 'tries'}."

    def _accepted(self, code: str, now: datetime, last_step: int) -> int | None:
        # the step to remember, or None for a code that does not count
        if self._totp is not None:
            step = self._step_of(code, now, NEAR_STEPS)
            return step if step is not None and step > last_step else None
        pin = self._pin.get_secret_value()
        is_right = bool(pin) and hmac.compare_digest(pin.encode(), code.encode(errors="replace"))
        return 0 if is_right else None

    def _step_of(self, code: str, now: datetime, around: int) -> int | None:
        # every step is compared, so that the time taken says nothing
        if self._totp is None:
            return None
        present = int(now.timestamp()) // STEP_S
        given = code.encode(errors="replace")
        found = [
            step
            for step in range(present - around, present + around + 1)
            if hmac.compare_digest(self._totp.at(step * STEP_S).encode(), given)
        ]
        return min(found, key=lambda step: abs(step - present), default=None)


def _totp(secret: SecretStr) -> "TOTP | None":
    text = secret.get_secret_value().replace(" ", "")
    if not text:
        return None
    from pyotp import TOTP  # only where it is used

    try:
        totp = TOTP(text)
        totp.at(0)
    except ValueError:
        raise SettingsError(
            "OWNER_TOTP_SECRET is no base32 secret.", hint="Take it from the authenticator's setup."
        ) from None
    return totp


def _clock(at: datetime) -> str:
    return f"{at:%H:%M} UTC"
