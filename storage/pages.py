"""Critical alerts, until somebody says that they saw them. They come with their messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from engine.core.messages import OutboxMessage
from storage.database import Database
from storage.outbox_rows import SENT, put_messages
from storage.tables.outbox import OUTBOX
from storage.tables.pages import PAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A critical alert and who has seen it."""

    page_id: str
    event_key: str
    gist: str
    opened_at: datetime
    rounds: int
    seen_by: str | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A message of a page in a chat."""

    chat_id: int
    message_id: int


class Pages:
    """Raises StorageError when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self) -> tuple[Page, ...]:
        """Those that nobody has seen and that are still told again, oldest first."""
        return await self._found(PAGES.c.seen_at.is_(None), PAGES.c.next_at.is_not(None))

    async def due(self, now: datetime) -> tuple[Page, ...]:
        """Those that are to be told again, oldest first."""
        return await self._found(PAGES.c.seen_at.is_(None), PAGES.c.next_at <= now)

    async def find(self, page_id: str) -> Page | None:
        found = await self._found(PAGES.c.page_id == page_id)
        return found[0] if found else None

    async def _found(self, *where: Any) -> tuple[Page, ...]:
        statement = select(PAGES).where(*where).order_by(PAGES.c.opened_at, PAGES.c.page_id)
        rows = await self._database.read(lambda db: db.execute(statement).all())
        return tuple(_page_of(row) for row in rows)

    async def told_again(
        self,
        pages: Sequence[Page],
        next_at: datetime | None,
        messages: Sequence[OutboxMessage],
        at: datetime,
    ) -> None:
        """One round more for each, with the messages that tell it; next_at None: the last one."""
        ids = [page.page_id for page in pages]

        def work(connection: Connection) -> None:
            again = {"rounds": PAGES.c.rounds + 1, "next_at": next_at}
            unseen = (PAGES.c.page_id.in_(ids), PAGES.c.seen_at.is_(None))
            if connection.execute(update(PAGES).where(*unseen).values(**again)).rowcount:
                put_messages(connection, messages, at)

        await self._database.write(work)

    async def seen(self, page_id: str, by: str, at: datetime) -> bool:
        """Whether this is the first word on it."""
        unseen = (PAGES.c.page_id == page_id, PAGES.c.seen_at.is_(None))
        values = {"seen_by": by, "seen_at": at, "next_at": None}
        statement = update(PAGES).where(*unseen).values(**values)
        return await self._database.write(lambda db: db.execute(statement).rowcount == 1)

    async def later(self, page_id: str, next_at: datetime) -> bool:
        """Whether it is still unseen: then it is told again at `next_at`."""
        unseen = (PAGES.c.page_id == page_id, PAGES.c.seen_at.is_(None))
        statement = update(PAGES).where(*unseen).values(next_at=next_at)
        return await self._database.write(lambda db: db.execute(statement).rowcount == 1)

    async def copies(self, event_key: str) -> tuple[Copy, ...]:
        """The messages that first told the event, in all chats that got one."""
        statement = select(OUTBOX.c.chat_id, OUTBOX.c.message_id, OUTBOX.c.key).where(
            OUTBOX.c.key.startswith(f"{event_key}|", autoescape=True),
            OUTBOX.c.state == SENT,
            OUTBOX.c.message_id.is_not(None),
        )
        rows = await self._database.read(lambda db: db.execute(statement).all())
        return tuple(
            Copy(row.chat_id, row.message_id)
            for row in rows
            if row.key == f"{event_key}|{row.chat_id}"  # not of an event whose key begins alike
        )


def _page_of(row: Row[Any]) -> Page:
    return Page(
        page_id=row.page_id,
        event_key=row.event_key,
        gist=row.gist,
        opened_at=row.opened_at,
        rounds=row.rounds,
        seen_by=row.seen_by,
        seen_at=row.seen_at,
    )
