"""A code on the wire: tried, deleted from the chat, and written down nowhere."""

from pydantic import SecretStr
from sqlalchemy import text

from bot.codes import Codes
from handlers.commands import pin
from storage.codes import CodeStore
from storage.tables import TABLES
from tests.bot.telegram.rig import GROUP, OWNER, Rig

PIN = "74119-rosebud"


async def everything_stored(rig: Rig) -> str:
    async def rows(name: str) -> str:
        statement = text(f'SELECT * FROM "{name}"')  # noqa: S608 - our own tables' names
        found = await rig.database.read(lambda db: db.execute(statement).all())
        return str(found)

    return "".join([await rows(table.name) for table in TABLES])


def with_pin(rig: Rig) -> Codes:
    codes = Codes(SecretStr(PIN), SecretStr(""), CodeStore(rig.database), rig.now)
    rig.codes, rig.commands = codes, (pin.COMMAND,)
    return codes


async def test_a_code_opens_is_deleted_and_stands_nowhere(rig: Rig) -> None:
    codes = with_pin(rig)
    async with rig.running():
        before = await rig.says(f"/pin {PIN}")
        (answer,) = await rig.texts(1, before)
        (deleted,) = await rig.calls("deleteMessage", 1, before)
    assert "accepted" in answer
    assert deleted["ok"]
    await codes.require(OWNER)
    assert PIN not in await everything_stored(rig)


async def test_a_wrong_code_is_deleted_too_and_stands_nowhere(rig: Rig) -> None:
    with_pin(rig)
    async with rig.running():
        before = await rig.says("/pin 74119-rosebux")
        (answer,) = await rig.texts(1, before)
        await rig.calls("deleteMessage", 1, before)
    assert "Wrong code" in answer
    assert "rosebux" not in await everything_stored(rig)


async def test_a_code_in_a_group_is_not_tried(rig: Rig) -> None:
    codes = with_pin(rig)
    async with rig.running():
        before = await rig.says(f"/pin {PIN}", chat_id=GROUP)
        await rig.calls("sendMessage", 1, before)
    assert codes.last_word(OWNER) == ""
    assert PIN not in await everything_stored(rig)
