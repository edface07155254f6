"""The database's files on disk: modes, the side file, free space, and the ballast.

The side file `<database>.id` holds the database's uuid. It makes a database that lost its content
(a file of 0 bytes opens as an empty database) different from one that never existed.
"""

import os
import shutil
from enum import StrEnum
from pathlib import Path

PRIVATE = 0o600
WARN_BYTES = 200 * 1024 * 1024
REDUCE_BYTES = 50 * 1024 * 1024
BALLAST_BYTES = 5 * 1024 * 1024


class DiskLevel(StrEnum):
    OK = "ok"
    LOW = "low"  # tell the person
    CRITICAL = "critical"  # no entries any more: what is left is for exits


def disk_level(folder: Path) -> DiskLevel:
    """How much room the file system of `folder` has left."""
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < REDUCE_BYTES:
        return DiskLevel.CRITICAL
    return DiskLevel.LOW if free_bytes < WARN_BYTES else DiskLevel.OK


def write_private(path: Path, content: bytes) -> None:
    """The file at `path` with this content, readable by us only: whole or not at all."""
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def side_file(path: Path) -> Path:
    return path.with_name(path.name + ".id")


def read_side_file(path: Path) -> str | None:
    """The uuid beside the database at `path`, or None when there is no side file."""
    try:
        return side_file(path).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def write_side_file(path: Path, database_uuid: str) -> None:
    write_private(side_file(path), f"{database_uuid}\n".encode("ascii"))


class WatchedFile:
    """Notices when the file at a path is not the one any more that was there at the start.

    A file that is renamed or deleted under a live connection takes writes as before, into nothing
    that anybody will find again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity = _identity(path)

    def moved(self) -> bool:
        return _identity(self._path) != self._identity


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


class Ballast:
    """A file of 5 MB that is given up when the disk is full, so that exits can be stored."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self) -> bool:
        """Whether the ballast is there; makes it where the disk has room for it."""
        if self._path.exists():
            return True
        if shutil.disk_usage(self._path.parent).free < REDUCE_BYTES:
            return False
        try:
            write_private(self._path, bytes(BALLAST_BYTES))
        except OSError:
            return False  # the disk filled up meanwhile
        return True

    def release(self) -> bool:
        """Whether there was a ballast to give up."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        return True
