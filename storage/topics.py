"""Where in a group each topic is told."""

from sqlalchemy import delete, select

from engine.core.telling import Place, Topic
from storage.database import Database
from storage.statements import replace_rows
from storage.tables.topics import TOPICS


class Topics:
    """Raises StorageError when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[Topic, Place]:
        rows = await self._database.read(lambda db: db.execute(select(TOPICS)).all())
        return {Topic(row.name): Place(row.chat_id, row.thread_id) for row in rows}

    async def put(self, topic: Topic, place: Place) -> None:
        row = {"name": topic.value, "chat_id": place.chat_id, "thread_id": place.thread_id}
        await self._database.write(lambda db: replace_rows(db, TOPICS, [row]))

    async def remove(self, topic: Topic) -> bool:
        """Whether the topic was told anywhere."""
        statement = delete(TOPICS).where(TOPICS.c.name == topic.value)
        return await self._database.write(lambda db: db.execute(statement).rowcount == 1)
