"""How long a read command works: a hundred open positions, and a long record behind them.

Run from the repository: `.venv/bin/python -m benchmarks.reads`.
"""

import asyncio
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.latency import POSITIONS, full_desk
from benchmarks.tables import row, spread, table
from engine.core.ports import Record
from engine.services.answers import Mode
from engine.services.order_reports import OrderReports
from engine.services.picture_reports import PictureReports
from engine.services.reports import Reports
from engine.services.result_reports import ResultReports
from engine.services.risk_reports import RiskReports
from engine.venues.books import MemoryBooks
from handlers.desk import Desk
from storage.history import History
from storage.journal import DatabaseJournal
from storage.opening import open_database
from storage.outbox import Outbox
from storage.reports import Reports as StoredReports
from storage.trade_record import TradeRecord
from tests.fakes.desk_rig import DeskRig
from tests.handlers.asking import FakeDesk, ask
from tests.handlers.samples import a_trade

TRADES = 10_000
ASKED = 60
COMMANDS = (
    "/status",
    "/positions",
    "/trades",
    "/trades lost C001 90d",
    "/daily",
    "/monthly",
    "/performance",
    "/stats",
    "/risk",
    "/exposure",
    "/market",
    "/orders",
    "/balance",
)


def report(trades: int = TRADES, asked: int = ASKED) -> str:
    """The table of this benchmark, as markdown; the first answer of each is left out."""
    found = asyncio.run(_measured(trades, asked))
    rows = [row(f"`{line}`", *spread(took_ms, "ms", 2)) for line, took_ms in found.items()]
    head = f"own time, {POSITIONS} open, {trades:,} trades"
    return table(head, "p50", "p99", "worst", rows=rows)


async def _measured(trades: int, asked: int) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/parley.db"
        opened = await open_database(url, Path(folder) / "backups")
        journal = DatabaseJournal(opened.database, Outbox(opened.database), lambda _: ())
        rig = await full_desk(journal, MemoryBooks())
        await _keep_trades(journal, trades)
        desk = _desk(rig, StoredReports(opened.database), History(opened.database),
                     TradeRecord(opened.database))  # fmt: skip
        fake = FakeDesk()
        fake.desk = desk
        found: dict[str, list[float]] = {}
        for line in COMMANDS:
            await ask(fake, line)
            found[line] = [await _asked_ms(fake, line) for _ in range(asked)]
        await rig.desk.stop()
        await opened.database.close()
    return found


async def _asked_ms(fake: FakeDesk, line: str) -> float:
    began_s = time.perf_counter()
    await ask(fake, line)
    return (time.perf_counter() - began_s) * 1e3


async def _keep_trades(journal: DatabaseJournal, count: int) -> None:
    first_at = datetime(2026, 1, 1, tzinfo=UTC)
    for start in range(0, count, 1000):
        made = tuple(
            replace(
                a_trade(
                    1000 + number, "1.5" if number % 3 else "-2", f"C{number % 100:03}/USDT:USDT"
                ),
                trade_id=1000 + number,
                opened_at=first_at + timedelta(minutes=30 * number),
                closed_at=first_at + timedelta(minutes=30 * number + 20),
            )
            for number in range(start, min(count, start + 1000))
        )
        await journal.append(Record(trades=made))


def _symbol(number: int) -> str:
    return f"C{number % POSITIONS:03}/USDT:USDT"


def _desk(rig: DeskRig, stored: StoredReports, history: History, record: TradeRecord) -> Desk:
    engine = rig.desk
    mode = Mode(
        words="a benchmark",
        badge="PAPER",
        market="scripted",
        symbols=tuple(engine.books.instruments),
        timeframes=(engine.timeframe,),
        speed=1.0,
    )
    pictures = PictureReports(engine, record, "USDT")
    return replace(
        FakeDesk().desk,
        reports=Reports(engine, rig.venue, stored, history, mode, "USDT"),
        risks=RiskReports(engine, stored, "USDT"),
        results=ResultReports(engine, history, pictures, "USDT"),
        orders=OrderReports(engine),
        record=pictures,
        mode=mode,
    )


if __name__ == "__main__":
    print(report())
