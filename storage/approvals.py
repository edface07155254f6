"""What the chat asks of approvals and shadows: reads only."""

from sqlalchemy import select

from engine.core.approvals import Approval, Shadow
from storage.approval_rows import approval_of, shadow_of
from storage.database import Database
from storage.tables.approvals import APPROVALS
from storage.tables.shadows import SHADOWS


class Approvals:
    """Every method raises StorageError when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def approval(self, number: int) -> Approval | None:
        """The approval of that number, as it stands or ended."""
        wanted = select(APPROVALS).where(APPROVALS.c.number == number)
        row = await self._database.read(lambda db: db.execute(wanted).one_or_none())
        return None if row is None else approval_of(row)

    async def shadows(self) -> tuple[Shadow, ...]:
        """All of them, the newest first."""
        wanted = select(SHADOWS).order_by(SHADOWS.c.number.desc())
        rows = await self._database.read(lambda db: db.execute(wanted).all())
        return tuple(shadow_of(row) for row in rows)
