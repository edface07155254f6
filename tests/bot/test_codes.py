"""The second factor: right codes open for a while, wrong ones are counted, none counts twice."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from pydantic import SecretStr

from bot.codes import LOCKED_FOR, OPEN_FOR, STEP_S, TRIES, Codes
from engine.core.errors import SettingsError, UserError
from storage.codes import CodeState, CodeStore
from storage.opening import open_database

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - the example of every authenticator
PIN = "74119"
ANN, BEN = 1001, 1002
START = datetime(2026, 11, 21, 8, 0, 5, tzinfo=UTC)


class Kept:
    """A store in memory that outlives the Codes."""

    def __init__(self) -> None:
        self.states: dict[int, CodeState] = {}

    async def of(self, person_id: int) -> CodeState:
        return self.states.get(person_id, CodeState(person_id=person_id))

    async def put(self, state: CodeState) -> None:
        self.states[state.person_id] = state


class Door:
    """Codes at a time that the test moves, each code in an update of its own."""

    def __init__(self, *, pin: str = "", secret: str = "") -> None:
        self.now, self.kept, self.updates = START, Kept(), 0
        self.pin, self.secret = pin, secret
        self.restart()

    def restart(self) -> None:
        pin, secret = SecretStr(self.pin), SecretStr(self.secret)
        self.codes = Codes(pin, secret, self.kept, lambda: self.now)

    async def tries(self, code: str, person_id: int = ANN) -> str:
        self.updates += 1
        await self.codes.attempt(person_id, code, self.updates)
        return self.codes.last_word(person_id)

    async def is_open(self, person_id: int = ANN) -> bool:
        try:
            await self.codes.require(person_id)
        except UserError:
            return False
        return True

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(SECRET).at(int(self.now.timestamp()) + steps * STEP_S)


@pytest.fixture
def door() -> Door:
    return Door(secret=SECRET)


async def test_without_a_pin_and_a_secret_every_door_is_open() -> None:
    door = Door()
    assert not door.codes.is_on
    assert await door.is_open()


async def test_a_code_opens_for_the_person_alone_and_for_a_while(door: Door) -> None:
    assert not await door.is_open()
    assert "accepted" in await door.tries(door.code())
    assert await door.is_open()
    assert not await door.is_open(BEN)
    door.restart()
    assert await door.is_open(), "a restart closes nothing"
    door.now += OPEN_FOR
    assert not await door.is_open()


async def test_no_code_counts_twice_not_even_after_a_restart(door: Door) -> None:
    code = door.code()
    await door.tries(code)
    door.now += OPEN_FOR
    before = door.code(steps=-int(OPEN_FOR.total_seconds()) // STEP_S)
    assert before == code
    door.now -= OPEN_FOR - timedelta(seconds=20)
    door.restart()
    assert "used already" in await door.tries(code)


@pytest.mark.parametrize("steps", [-1, 1])
async def test_a_neighbouring_step_is_taken(door: Door, steps: int) -> None:
    assert "accepted" in await door.tries(door.code(steps))


@pytest.mark.parametrize("steps", [-10, 10])
async def test_a_good_code_of_a_wrong_clock_says_clock(door: Door, steps: int) -> None:
    assert "clocks differ" in await door.tries(door.code(steps))
    assert not await door.is_open()


async def test_wrong_codes_shut_the_door_for_an_hour_and_good_ones_wait_too(door: Door) -> None:
    for left in range(TRIES - 1, 0, -1):
        assert f"{left} more" in await door.tries("000000")
    assert "too often" in await door.tries("000000")
    door.restart()
    assert "Too many" in await door.tries(door.code())
    assert not await door.is_open()
    assert "accepted" in await door.tries(door.code(), BEN), "one person locks nobody else out"
    door.now += LOCKED_FOR
    assert "accepted" in await door.tries(door.code())


async def test_an_update_that_comes_again_is_tried_once(door: Door) -> None:
    for _ in range(TRIES + 2):
        await door.codes.attempt(ANN, "000000", 77)
    assert len(door.kept.states[ANN].wrong_at) == 1


@pytest.mark.parametrize(
    "code", ["", "7411", "74119 ", "\uff17\uff14\uff11\uff11\uff19", "\ud800", "x" * 5000]
)
async def test_a_pin_is_compared_exactly(code: str) -> None:
    door = Door(pin=PIN)
    assert "Wrong" in await door.tries(code)
    assert "accepted" in await door.tries(PIN)


def test_a_secret_that_is_none_is_refused_at_the_start_without_being_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        Door(secret="not base32 1890!")  # noqa: S106 - that is the point
    assert "1890" not in caught.value.sentence()


async def test_what_is_known_of_a_person_comes_back_from_the_database(tmp_path: Path) -> None:
    opened = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}", tmp_path / "b")
    try:
        store = CodeStore(opened.database)
        assert await store.of(ANN) == CodeState(person_id=ANN)
        state = CodeState(
            person_id=ANN, last_step=59_000_000, wrong_at=(START,), locked_until_at=START
        )
        await store.put(state)
        await store.put(state)
        assert await store.of(ANN) == state
    finally:
        await opened.database.close()
