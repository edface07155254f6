"""How long an answer takes: /status, panic in a storm, and a tick that hits a stop.

Run from the repository: `.venv/bin/python -m benchmarks.latency`.
"""

import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from benchmarks.tables import row, spread, table
from engine.core.kinds import PositionSide, Regime
from engine.core.market import PriceMoved
from engine.core.orders import OrderRequest, Outcome, Report, VenueOrder
from engine.core.ports import Holdings, Journal
from engine.core.positions import EntryFacts, EntryTerms
from engine.execution.drafts import Want
from engine.venues.books import MemoryBooks, PaperBooks
from engine.venues.paper import PaperVenue
from storage.journal import DatabaseJournal
from storage.opening import open_database
from storage.outbox import Outbox
from storage.paper_books import DatabaseBooks
from tests.fakes.desk_rig import WARMUP, DeskRig
from tests.fakes.memory_journal import MemoryJournal
from tests.fakes.scripted_market import wandering_bars
from tests.scenarios.outside import (
    OWNER,
    TRADER,
    VIEWER,
    Chat,
    Json,
    Ledger,
    chat_program,
    desk,
    page_of,
    shown_by,
    telegram,
    text_of,
)

ASKED = 60
PANICS = 30
PILE = 150
POSITIONS = 100
ROUNDS = 5
START_PRICE = 100.0
STEP_S = 1.1  # between two questions: three people, each under 20 commands a minute
SLOT_S = 3.2  # one message of safety may leave in so much


def report() -> str:
    """The table of this benchmark, as markdown."""
    in_memory, stored = asyncio.run(_ticks())
    rows = [
        row("`/status` to its card, quiet desk", *spread(_statuses(), "ms")),
        row(f"`/panic` to its first reply, {PILE}+ alerts waiting", *spread(_panics(), "ms")),
        *(
            row(f"tick → exit order sent, {POSITIONS} open, {where}", *spread(found[0], "ms", 2))
            for where, found in (("in memory", in_memory), ("SQLite", stored))
        ),
        *(
            row(f"tick → exit filled and booked, {where}", *spread(found[1], "ms", 2))
            for where, found in (("in memory", in_memory), ("SQLite", stored))
        ),
    ]
    return table("from … to …", "p50", "p99", "worst", rows=rows)


def _statuses() -> list[float]:
    """Milliseconds from a person's word to the card on the wire."""
    with tempfile.TemporaryDirectory() as folder:
        program = desk(Path(folder), "--market-speed", "1")
        try:
            chat = page_of(program)
            found = []
            for number in range(ASKED):
                time.sleep(STEP_S)
                person = (OWNER, TRADER, VIEWER)[number % 3]
                found.append(_asked_ms(chat, "/status", "Equity", person))
            return found
        finally:
            program.kill()


def _panics() -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        server, chat = chat_program(0, "--flood")
        data = Path(folder) / "var"
        program = desk(data, "--market-speed", "3600", env=telegram(chat))
        try:
            _pile_up(Ledger(data), chat)
            found = []
            for _ in range(PANICS):
                time.sleep(SLOT_S)
                found.append(_asked_ms(chat, "/panic", "🛑 HALTED", OWNER))
            if any(call["status"] == 429 for call in chat.calls()):
                raise SystemExit("a limit was hit")
            return found
        finally:
            program.kill()
            server.kill()


def _pile_up(ledger: Ledger, chat: Chat) -> None:
    query = "SELECT count(*) FROM outbox WHERE chat_id = ? AND state = 'queued'"
    for _ in chat.stream(0, 240.0):
        if ledger.path.exists() and ledger.one(query, OWNER) >= PILE:
            return
    raise SystemExit("the alerts did not pile up")


def _asked_ms(chat: Chat, said: str, part: str, person: int) -> float:
    since = chat.seq

    def wanted(call: Json) -> bool:
        shows = call["ok"] and part in text_of(call)
        return shows and shown_by(call)["chat"]["id"] == person

    began_s = time.time()
    chat.say(said, person)
    return float(chat.first(wanted, since)["at_s"] - began_s) * 1e3


class StampingVenue:
    """The paper venue, and when the last order reached it."""

    def __init__(self, venue: PaperVenue) -> None:
        self._venue = venue
        self.fence_s = venue.fence_s
        self.sent_s = 0.0

    async def submit(self, order: OrderRequest) -> Outcome:
        self.sent_s = time.perf_counter()
        return await self._venue.submit(order)

    async def cancel(self, symbol: str, client_order_id: str) -> Outcome:
        return await self._venue.cancel(symbol, client_order_id)

    async def find(self, symbol: str, client_order_id: str) -> VenueOrder | None:
        return await self._venue.find(symbol, client_order_id)

    async def open_orders(self) -> tuple[VenueOrder, ...]:
        return await self._venue.open_orders()

    async def holdings(self) -> Holdings:
        return await self._venue.holdings()

    def take_reports(self) -> tuple[Report, ...]:
        return self._venue.take_reports()

    async def reports_since(self, at: datetime) -> tuple[Report, ...]:
        return await self._venue.reports_since(at)

    def holds_stops(self, symbol: str) -> bool:
        return self._venue.holds_stops(symbol)


Figures = tuple[list[float], list[float]]


async def _ticks() -> tuple[Figures, Figures]:
    in_memory: Figures = ([], [])
    stored: Figures = ([], [])
    for _ in range(ROUNDS):
        await _round(MemoryJournal(), MemoryBooks(), in_memory)
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite+aiosqlite:///{folder}/parley.db"
            opened = await open_database(url, Path(folder) / "backups")
            journal = DatabaseJournal(opened.database, Outbox(opened.database), lambda _: ())
            await _round(journal, DatabaseBooks(opened.database), stored)
            await opened.database.close()
    return in_memory, stored


async def full_desk(journal: Journal, books: PaperBooks) -> DeskRig:
    """A desk with a hundred open longs."""
    bars = wandering_bars(1, WARMUP + 2, START_PRICE)
    symbols = [f"C{number:03}/USDT:USDT" for number in range(POSITIONS)]
    rig = DeskRig(
        bars=dict.fromkeys(symbols, bars),
        journal=journal,
        paper_books=books,
        wrap_venue=StampingVenue,
    )
    engine = rig.boot()
    await engine.start()
    price = bars[WARMUP].close
    at = datetime(2027, 1, 1, tzinfo=UTC)
    rig.clock.move_to(at)
    for number, symbol in enumerate(symbols, start=1):
        await engine.digest(_tick(symbol, at, price))
        terms = _terms(price)
        await engine.executor.enter(number, terms, Want(symbol, Decimal("0.5")))
    if len(engine.books.positions) != POSITIONS:
        raise SystemExit(f"only {len(engine.books.positions)} positions are open")
    return rig


async def _round(journal: Journal, books: PaperBooks, found: Figures) -> None:
    """A hundred longs are opened; then one tick after the other hits a stop."""
    rig = await full_desk(journal, books)
    engine, symbols, at = rig.desk, tuple(rig.bars), rig.clock.now()
    price = next(iter(rig.bars.values()))[WARMUP].close
    venue = rig.venue
    assert isinstance(venue, StampingVenue)  # noqa: S101 - for the type checker
    for number, symbol in enumerate(symbols, start=1):
        tick = _tick(symbol, at + timedelta(seconds=number), price * 0.9)
        rig.clock.move_to(tick.at)
        began_s = time.perf_counter()
        await engine.digest(tick)
        ended_s = time.perf_counter()
        found[0].append((venue.sent_s - began_s) * 1e3)
        found[1].append((ended_s - began_s) * 1e3)
    if engine.books.positions:
        raise SystemExit("a stop did not close its position")
    await engine.stop()


def _tick(symbol: str, at: datetime, price: float) -> PriceMoved:
    return PriceMoved(
        at=at,
        symbol=symbol,
        open_price=price,
        high_price=price,
        low_price=price,
        close_price=price,
        volume_base=1e6,
    )


def _terms(price: float) -> EntryTerms:
    facts = EntryFacts(
        proposal_key="benchmark",
        strategy="benchmark",
        strategy_version="1",
        config_hash="benchmark",
        confidence_ratio=0.6,
        predicted=PositionSide.LONG,
        regime=Regime.RANGE,
        atr_price=price * 0.01,
        spread_bps=1.0,
        volume_24h_quote=1e9,
        decision_price=price,
    )
    return EntryTerms(side=PositionSide.LONG, stop_price=price * 0.95, facts=facts)


if __name__ == "__main__":
    print(report())
