"""A look from a terminal: light, read-only, beside a running desk."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from engine.core.errors import StorageError
from engine.core.positions import Trade
from storage.database import Database
from storage.glance import glance
from storage.journal import DatabaseJournal
from storage.outbox import Outbox
from storage.reports import Reports
from tests.storage.conftest import url_of
from tests.storage.samples import a_record, a_state

LIGHT = """
import sys
sys.path.insert(0, {root!r})
from storage.glance import glance
state = glance({url!r}, lambda reports: reports.state())
assert state is None, state
assert not {{"aiogram", "alembic", "asyncpg", "numpy"}} & set(sys.modules)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) // 1024)
"""


async def _last_trades(reports: Reports) -> tuple[Trade, ...]:
    return await reports.trades(limit=5)


async def test_it_sees_what_a_running_desk_has_committed(
    database_path: Path, file_database: Database
) -> None:
    journal = DatabaseJournal(file_database, Outbox(file_database))
    await journal.append(a_record())
    code = (
        "from storage.glance import glance\n"
        f"print(glance({url_of(database_path)!r}, lambda reports: reports.state()).cash_quote)\n"
    )
    root = Path(__file__).parents[2]
    found = subprocess.run(  # noqa: ASYNC221  # the loop has nothing else to do
        [sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == str(a_state().cash_quote)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_needs_little_memory_and_no_chat(database_path: Path) -> None:
    code = LIGHT.format(root=str(Path(__file__).parents[2]), url=url_of(database_path))
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert int(found.stdout) < 120


def test_it_leaves_the_file_as_it_was(database_path: Path) -> None:
    before = database_path.read_bytes()
    assert glance(url_of(database_path), _last_trades) == ()
    assert database_path.read_bytes() == before


def test_without_a_database_it_says_so_and_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    with pytest.raises(StorageError, match="no file") as caught:
        glance(url_of(path), _last_trades)
    assert caught.value.sentence() == "There is no database yet. Start the desk first: parley run."
    assert not path.exists()


def test_another_schema_is_refused(database_path: Path) -> None:
    with sqlite3.connect(database_path) as db:
        db.execute("UPDATE alembic_version SET version_num = '0000'")
    db.close()
    with pytest.raises(StorageError) as caught:
        glance(url_of(database_path), _last_trades)
    assert caught.value.hint == "Run: parley migrate."
