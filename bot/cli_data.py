"""status, trades, migrate: what can be said and done from the database alone."""

import asyncio
import json
import sys
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from bot.settings import Settings
from engine.core.positions import Position, Trade
from engine.core.state import DeskState, EquityPoint
from storage.database import sqlite_path
from storage.glance import glance
from storage.lock import take_lock
from storage.opening import open_database
from storage.reports import Reports
from storage.tallies import TradeTotals


def status(settings: Settings, *, as_json: bool) -> int:
    """Prints the desk's figures as its database has them."""

    async def look(
        reports: Reports,
    ) -> tuple[DeskState | None, tuple[Position, ...], TradeTotals, tuple[EquityPoint, ...]]:
        return (
            await reports.state(),
            await reports.open_positions(),
            await reports.totals(),
            await reports.equity(points=1),
        )

    state, positions, totals, curve = glance(settings.database, look)
    last = curve[-1] if curve else None
    figures: dict[str, Any] = {
        "trading": None if state is None else state.trading,
        "why": "" if state is None else state.why,
        "market_at": None if state is None else state.cursor_at,
        "cash_quote": None if state is None else state.cash_quote,
        "equity_quote": None if last is None else last.equity_quote,
        "equity_at": None if last is None else last.at,
        "drawdown_ratio": None if last is None else last.drawdown_ratio,
        "open_positions": len(positions),
        "trades": totals.trades,
        "wins": totals.wins,
        "net_pnl_quote": totals.net_pnl_quote,
    }
    if as_json:
        figures["positions"] = [asdict(position) for position in positions]
        _print_json(figures)
    else:
        for name, value in figures.items():
            sys.stdout.write(f"{name:<16} {_plain(value)}\n")
    return 0


def trades(settings: Settings, *, as_json: bool, limit: int) -> int:
    """Prints closed trades, newest first."""

    async def look(reports: Reports) -> tuple[Trade, ...]:
        return await reports.trades(limit=limit)

    found = glance(settings.database, look)
    if as_json:
        _print_json([asdict(trade) for trade in found])
        return 0
    for trade in found:
        sys.stdout.write(
            f"{trade.trade_id:>6} {trade.closed_at:%Y-%m-%d %H:%M} {trade.symbol:<16} "
            f"{trade.side.value:<5} {trade.net_pnl_quote:>+14.4f} {trade.result_r:>+7.2f} R\n"
        )
    return 0


def migrate(settings: Settings) -> int:
    """Brings the database to this version; a backup is made first."""

    async def moved() -> str | None:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = await take_lock(settings.database, sqlite_path(settings.database))
        try:
            opened = await open_database(settings.database, settings.data_dir / "backups")
            await opened.database.close()
        finally:
            await lock.release()
        return opened.migrated_from

    before = asyncio.run(moved())
    text = "The database is up to date." if before is None else f"The database was at {before}."
    sys.stdout.write(f"{text}\n")
    return 0


def _print_json(value: Any) -> None:
    json.dump(value, sys.stdout, indent=1, default=_plain)
    sys.stdout.write("\n")


def _plain(value: object) -> str:
    """Money as its exact text, moments as ISO 8601."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    return format(value, "f") if isinstance(value, Decimal) else str(value)
