"""Messages of a chat that are known by a name: cards edited in place, heads of threads."""

from sqlalchemy import delete, select

from storage.database import Database
from storage.statements import replace_rows
from storage.tables.live_messages import LIVE_MESSAGES


class LiveMessages:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, chat_id: int, name: str) -> int | None:
        """The message's id, or None when there is none."""
        table = LIVE_MESSAGES.c
        statement = select(table.message_id).where(table.chat_id == chat_id, table.name == name)
        found = await self._database.read(lambda db: db.execute(statement).scalar_one_or_none())
        return None if found is None else int(found)

    async def named(self, prefix: str) -> tuple[tuple[int, str, int], ...]:
        """Chat, name and message of all whose name begins so."""
        table = LIVE_MESSAGES.c
        statement = select(table.chat_id, table.name, table.message_id).where(
            table.name.startswith(prefix, autoescape=True)
        )
        rows = await self._database.read(lambda db: db.execute(statement).all())
        return tuple((row.chat_id, row.name, row.message_id) for row in rows)

    async def put(self, chat_id: int, name: str, message_id: int) -> None:
        row = {"chat_id": chat_id, "name": name, "message_id": message_id}
        await self._database.write(lambda db: replace_rows(db, LIVE_MESSAGES, [row]))

    async def remove(self, chat_id: int, name: str) -> None:
        """Forgets a message that is gone from the chat."""
        table = LIVE_MESSAGES.c
        statement = delete(LIVE_MESSAGES).where(table.chat_id == chat_id, table.name == name)
        await self._database.write(lambda db: db.execute(statement).rowcount)
