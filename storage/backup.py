"""Backups of a SQLite database while it is in use: a copy that was checked, then named.

`cp` is no backup: without the write-ahead log the copy lacks what was committed last.
"""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from engine.core.errors import StorageError
from storage.faults import told_plainly
from storage.files import PRIVATE

KEEP = 7


def write_backup(path: Path, folder: Path, at: datetime, keep: int = KEEP) -> Path:
    """The new backup of the database at `path`; older ones beyond `keep` are deleted.

    Blocks for about 2 ms per MB: call it in a thread. Raises StorageError.
    """
    with told_plainly():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = folder / f"{path.stem}-{at:%Y%m%dT%H%M%S}.db"
        temporary = target.with_suffix(".new")
        temporary.unlink(missing_ok=True)  # VACUUM INTO writes over nothing
        try:
            with closing(_connect(path, "rw")) as db:
                db.execute("VACUUM INTO ?", (str(temporary),))
            temporary.chmod(PRIVATE)
            _require_sound(temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
        for old in backups(path, folder)[keep:]:
            old.unlink()
    return target


def backups(path: Path, folder: Path) -> list[Path]:
    """The backups of the database at `path`, newest first."""
    return sorted(folder.glob(f"{path.stem}-*.db"), reverse=True)


def restore_backup(backup: Path, path: Path) -> Path | None:
    """Puts `backup` in the place of the database at `path`, which no desk may have open.

    Returns where the present file went, with its log files beside it; None when there was none.
    """
    with told_plainly():
        _require_sound(backup)
        aside = None
        if path.exists():
            aside = path.with_name(f"{path.name}.before-restore")
            for suffix in ("", "-wal", "-shm"):
                part = path.with_name(path.name + suffix)
                if part.exists():
                    part.replace(aside.with_name(aside.name + suffix))
        with closing(_connect(backup, "ro")) as db:
            db.execute("VACUUM INTO ?", (str(path),))
        path.chmod(PRIVATE)
    return aside


def _require_sound(path: Path) -> None:
    with closing(_connect(path, "ro")) as db:
        verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise StorageError(f"quick_check of {path.name}: {verdict}")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=10, isolation_level=None)
