"""What is known of each person's codes. The codes themselves are kept nowhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from storage.database import Database
from storage.statements import replace_rows
from storage.tables.codes import CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeState:
    """Where one person stands."""

    person_id: int
    last_step: int = -1  # the last time step whose code was accepted: no code counts twice
    wrong_at: tuple[datetime, ...] = ()
    locked_until_at: datetime | None = None
    open_until_at: datetime | None = None


class CodeStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person_id: int) -> CodeState:
        """What is known of the person; raises StorageError."""
        statement = select(CODES).where(CODES.c.person_id == person_id)
        row = await self._database.read(lambda db: db.execute(statement).one_or_none())
        if row is None:
            return CodeState(person_id=person_id)
        return CodeState(
            person_id=person_id,
            last_step=row.last_step,
            wrong_at=tuple(datetime.fromisoformat(each) for each in row.wrong_at),
            locked_until_at=row.locked_until_at,
            open_until_at=row.open_until_at,
        )

    async def put(self, state: CodeState) -> None:
        """Keeps what is known; returns after the commit, raises StorageError."""
        row = {
            "person_id": state.person_id,
            "last_step": state.last_step,
            "wrong_at": [each.isoformat() for each in state.wrong_at],
            "locked_until_at": state.locked_until_at,
            "open_until_at": state.open_until_at,
        }

        def work(connection: Connection) -> None:
            replace_rows(connection, CODES, [row])

        await self._database.write(work)
