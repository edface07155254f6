"""The desk's parameters as versions: each says who changed what, when and why."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from engine.core.errors import UserError
from engine.core.messages import AuditEntry, ParameterVersion, Revert
from storage.audit import append_entry
from storage.database import Database
from storage.mapping.codec import encode
from storage.tables.parameter_versions import PARAMETER_VERSIONS

_NAMES = tuple(field.name for field in fields(ParameterVersion))


class ParameterVersions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self) -> ParameterVersion | None:
        """The present version, or None at a desk that never stored one."""
        return await self._first(_newest_first())

    async def version(self, number: int) -> ParameterVersion | None:
        return await self._first(_newest_first().where(PARAMETER_VERSIONS.c.version == number))

    async def by_hash(self, config_hash: str) -> ParameterVersion | None:
        """The newest version with these values: what a trade's config_hash stands for."""
        wanted = PARAMETER_VERSIONS.c.config_hash == config_hash
        return await self._first(_newest_first().where(wanted))

    async def history(self, limit: int) -> tuple[ParameterVersion, ...]:
        """The last versions, newest first."""
        statement = _newest_first().limit(limit)
        rows = await self._database.read(lambda db: db.execute(statement).all())
        return tuple(_version_of(row) for row in rows)

    async def append(self, version: ParameterVersion, *, audit: Sequence[AuditEntry] = ()) -> None:
        """Stores `version`, the successor of the newest one.

        Raises UserError when somebody else stored that number first, StorageError otherwise.
        """

        def work(connection: Connection) -> None:
            append_version(connection, version)
            for entry in audit:
                append_entry(connection, entry)

        await self._database.write(work)

    async def _first(self, statement: Select[Any]) -> ParameterVersion | None:
        row = await self._database.read(lambda db: db.execute(statement.limit(1)).one_or_none())
        return None if row is None else _version_of(row)


def append_version(connection: Connection, version: ParameterVersion) -> None:
    """Inserts the successor of the newest version; raises UserError when it is not that."""
    row = {name: getattr(version, name) for name in _NAMES}
    row |= {"values": dict(version.values), "reverts": encode(version.reverts)}
    newest = select(func.coalesce(func.max(PARAMETER_VERSIONS.c.version), 0))
    present = connection.execute(newest).scalar_one()
    if version.version != present + 1:
        raise UserError(
            f"version {version.version} does not follow {present}",
            chat_text="Somebody else changed the parameters at the same moment.",
            hint="Look at them again: /params.",
        )
    connection.execute(PARAMETER_VERSIONS.insert(), row)


def _newest_first() -> Select[Any]:
    return select(PARAMETER_VERSIONS).order_by(PARAMETER_VERSIONS.c.version.desc())


def _version_of(row: Row[Any]) -> ParameterVersion:
    values = row._mapping  # `row.values` would be a method of the row
    found = {name: values[name] for name in _NAMES}
    found["reverts"] = tuple(_revert_of(each) for each in found["reverts"])
    return ParameterVersion(**found)


def _revert_of(raw: Mapping[str, Any]) -> Revert:
    # values are JSON as they are: true is no 1, and 1 is no 1.0
    return Revert(**{**raw, "due_at": datetime.fromisoformat(raw["due_at"])})
