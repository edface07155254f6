"""Who may talk to the desk, and the one-time codes that let somebody in."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.messages import AuditEntry, Person
from storage.audit import append_entry
from storage.database import Database
from storage.statements import insert_new, replace_rows
from storage.tables.pairing_codes import PAIRING_CODES
from storage.tables.people import PEOPLE

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without look-alikes
CODE_LENGTH = 12  # 59 bits: not to be guessed before it expires


class People:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def everybody(self) -> tuple[Person, ...]:
        """In the order in which they came."""
        statement = select(PEOPLE).order_by(PEOPLE.c.added_at, PEOPLE.c.person_id)
        rows = await self._database.read(lambda db: db.execute(statement).all())
        return tuple(_person_of(row) for row in rows)

    async def find(self, person_id: int) -> Person | None:
        statement = select(PEOPLE).where(PEOPLE.c.person_id == person_id)
        row = await self._database.read(lambda db: db.execute(statement).one_or_none())
        return None if row is None else _person_of(row)

    async def put(self, person: Person, *, audit: Sequence[AuditEntry] = ()) -> None:
        """Adds the person, or replaces what was known of them."""

        def work(connection: Connection) -> None:
            replace_rows(connection, PEOPLE, [_person_row(person)])
            for entry in audit:
                append_entry(connection, entry)

        await self._database.write(work)

    async def remove(self, person_id: int, *, audit: Sequence[AuditEntry] = ()) -> bool:
        """Whether there was such a person."""

        def work(connection: Connection) -> bool:
            gone = connection.execute(delete(PEOPLE).where(PEOPLE.c.person_id == person_id))
            for entry in audit:
                append_entry(connection, entry)
            return gone.rowcount == 1

        return await self._database.write(work)

    async def move(self, person_id: int, was: Role, role: Role | None) -> Person | None:
        """Gives the person `role` instead of `was`, or none; returns the person as they were.

        None when they have another role. Raises UserError when no owner would be left.
        """
        return await self._database.write(lambda db: _move(db, person_id, was, role))

    async def note_chat(self, person_id: int, chat_id: int) -> None:
        """Remembers where to reach the person."""
        statement = update(PEOPLE).where(PEOPLE.c.person_id == person_id).values(chat_id=chat_id)
        await self._database.write(lambda db: db.execute(statement).rowcount)

    async def new_code(self, role: Role, expires_at: datetime) -> str:
        """A code that gives `role` once, until `expires_at`. Only its hash is stored."""
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        row = {"code_hash": _hash(code), "role": role.value, "expires_at": expires_at}
        await self._database.write(lambda db: insert_new(db, PAIRING_CODES, [row]))
        return code

    async def redeem(self, code: str, person: Person, at: datetime) -> Role | None:
        """The role that `person` has from now on, or None for a code that is wrong, used or late.

        The role of `person` as handed in is not looked at. A higher role that they have is kept.
        """
        return await self._database.write(lambda db: _redeem(db, code, person, at))


def _move(connection: Connection, person_id: int, was: Role, role: Role | None) -> Person | None:
    chosen = (PEOPLE.c.person_id == person_id, PEOPLE.c.role == was.value)
    row = connection.execute(select(PEOPLE).where(*chosen)).one_or_none()
    if row is None:
        return None
    if was is Role.OWNER and role is not Role.OWNER:
        others = select(func.count()).where(
            PEOPLE.c.role == Role.OWNER.value, PEOPLE.c.person_id != person_id
        )
        if not connection.execute(others).scalar_one():
            raise UserError(
                "This is the only owner: nobody could lead the desk.",
                hint="Make somebody else an owner first.",
            )
    if role is None:
        connection.execute(delete(PEOPLE).where(*chosen))
    else:
        values = {"role": role.value}
        connection.execute(update(PEOPLE).where(*chosen).values(**values))
    return _person_of(row)


def _redeem(connection: Connection, code: str, person: Person, at: datetime) -> Role | None:
    unused = select(PAIRING_CODES).where(
        PAIRING_CODES.c.used_at.is_(None), PAIRING_CODES.c.expires_at > at
    )
    wanted = _hash(code)
    # every hash is compared, in constant time: how long it takes tells nothing about any of them
    matches = [
        row for row in connection.execute(unused) if hmac.compare_digest(row.code_hash, wanted)
    ]
    if not matches:
        return None
    used = update(PAIRING_CODES).where(PAIRING_CODES.c.code_hash == wanted).values(used_at=at)
    connection.execute(used)
    role = Role(matches[0].role)
    known = connection.execute(select(PEOPLE).where(PEOPLE.c.person_id == person.person_id))
    present = known.one_or_none()
    if present is not None and Role(present.role).covers(role):
        role = Role(present.role)
    replace_rows(connection, PEOPLE, [_person_row(person) | {"role": role.value}])
    return role


def _hash(code: str) -> str:
    plain = code.strip().upper().replace("-", "")
    return hashlib.sha256(plain.encode()).hexdigest()


def _person_row(person: Person) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "name": person.name,
        "role": person.role.value,
        "added_at": person.added_at,
        "added_by": person.added_by,
        "chat_id": person.chat_id,
    }


def _person_of(row: Row[Any]) -> Person:
    return Person(
        person_id=row.person_id,
        name=row.name,
        role=Role(row.role),
        added_at=row.added_at,
        added_by=row.added_by,
        chat_id=row.chat_id,
    )
