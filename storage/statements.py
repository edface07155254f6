"""The two inserts that make writing twice harmless, for both databases."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

AnyInsert = postgresql.Insert | sqlite.Insert
Values = dict[str, Any]


def replace_rows(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Inserts `rows`, or replaces those of the same key: the primary one, else the unique one."""
    if rows:
        connection.execute(_replacing(table, connection.dialect.name), rows)


def insert_new(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Inserts those of `rows` whose key is not there yet."""
    if rows:
        connection.execute(_ignoring(table, connection.dialect.name), rows)


def insert_new_one(connection: Connection, table: Table, row: Values) -> bool:
    """Whether `row` was inserted; False when its key was there already."""
    return connection.execute(_ignoring(table, connection.dialect.name), row).rowcount == 1


def insert_new_returning(
    connection: Connection, table: Table, rows: Sequence[Values], column: str
) -> list[Any]:
    """Inserts those of `rows` whose key is not there yet, and returns their `column`."""
    if not rows:
        return []
    statement = _ignoring_returning(table, connection.dialect.name, column)
    return list(connection.execute(statement, rows).scalars())


def _insert(table: Table, dialect: str) -> AnyInsert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _ignoring(table: Table, dialect: str) -> AnyInsert:
    return _insert(table, dialect).on_conflict_do_nothing()


@cache
def _ignoring_returning(table: Table, dialect: str, column: str) -> Any:
    return _ignoring(table, dialect).returning(table.c[column])


@cache
def _replacing(table: Table, dialect: str) -> AnyInsert:
    unique = [column.name for column in table.c if column.unique]
    keys = unique or [column.name for column in table.primary_key.columns]
    statement = _insert(table, dialect)
    rest = {
        column.name: statement.excluded[column.name]
        for column in table.c
        if column.name not in keys and not column.primary_key
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)
