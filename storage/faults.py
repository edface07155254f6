"""What a driver's error means, in words for the person: one table per database."""

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from engine.core.errors import StorageError


class Meaning(NamedTuple):
    chat_text: str
    hint: str


_FULL = Meaning(
    "The disk is full: the database took no write.",
    "Free some space; the desk goes on by itself.",
)
_LOCKED = Meaning(
    "The database is locked by another program.",
    "Close what has it open; the desk tries again.",
)
_CORRUPT = Meaning(
    "The database file is damaged.",
    "Stop the desk and restore the newest file of the backups folder.",
)
_FOREIGN = Meaning(
    "The database file is not a database.",
    "Check DATABASE_URL, or restore the newest file of the backups folder.",
)
_READ_ONLY = Meaning(
    "The database is read-only.",
    "Give this user the right to write to the file and its folder.",
)
_CANNOT_OPEN = Meaning(
    "The database cannot be opened.",
    "Check that the path in DATABASE_URL exists and belongs to this user.",
)
_IO = Meaning(
    "The disk failed, or a file-size limit was reached, while the database was writing.",
    "Check the disk and its free space.",
)
_NO_SCHEMA = Meaning(
    "The database has not the tables that this version needs.",
    "Run: parley migrate.",
)
_AWAY = Meaning(
    "The database server does not answer.",
    "Check that it runs and that DATABASE_URL names it.",
)
_KEY = Meaning(
    "The database server refused the log-in.",
    "Check user, password and database name in DATABASE_URL.",
)
_OTHER = Meaning("The database refused.", "The log says more.")

SQLITE_MEANINGS = {  # primary result codes: sqlite.org/rescode.html
    "SQLITE_FULL": _FULL,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_CORRUPT": _CORRUPT,
    "SQLITE_NOTADB": _FOREIGN,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _CANNOT_OPEN,
    "SQLITE_IOERR": _IO,
    "SQLITE_ERROR": _NO_SCHEMA,
}
POSTGRES_MEANINGS = {  # SQLSTATE, longest prefix first: PostgreSQL documentation, appendix A
    "53100": _FULL,
    "55P03": _LOCKED,
    "40P01": _LOCKED,
    "40001": _LOCKED,
    "25006": _READ_ONLY,
    "42P01": _NO_SCHEMA,
    "42703": _NO_SCHEMA,
    "XX": _CORRUPT,
    "28": _KEY,
    "3D": _KEY,
    "08": _AWAY,
    "57P": _AWAY,
}

ERRNO_MEANINGS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _IO,
    errno.EIO: _IO,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.ENOENT: _CANNOT_OPEN,
    errno.ENOTDIR: _CANNOT_OPEN,
    errno.EEXIST: _CANNOT_OPEN,
    errno.EISDIR: _CANNOT_OPEN,
}


def storage_error(error: Exception) -> StorageError:
    """`error` of a driver as the StorageError it means; never shows a value or the URL."""
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    meaning = _meaning(origin)
    text = re.sub(r"\s+", " ", str(origin))[:300]
    return StorageError(
        f"{type(origin).__name__}: {text}", chat_text=meaning.chat_text, hint=meaning.hint
    )


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turns every error of a driver in its body into a StorageError."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, TimeoutError) as error:
        raise storage_error(error) from error


def _meaning(origin: BaseException) -> Meaning:
    sqlite_name = getattr(origin, "sqlite_errorname", None)
    if sqlite_name:
        return SQLITE_MEANINGS.get("_".join(sqlite_name.split("_")[:2]), _OTHER)
    state = str(getattr(origin, "sqlstate", None) or "")
    for prefix, meaning in POSTGRES_MEANINGS.items():
        if state.startswith(prefix):
            return meaning
    if isinstance(origin, OSError):  # of a file, or of the connection to a server
        return ERRNO_MEANINGS.get(origin.errno or 0, _AWAY)
    return _OTHER
