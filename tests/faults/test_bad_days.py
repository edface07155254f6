"""What goes wrong while the desk runs: nothing is lost, it goes on, and says so once."""

import json
import resource
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.scenarios.conftest import Keep
from tests.scenarios.outside import (
    PATIENCE_S,
    Chat,
    Ledger,
    Silent,
    chat_program,
    desk,
    free_port,
    page_of,
    showing,
    telegram,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
LOOKS = 40
FIVE_DAYS_S = 5 * 86_400
OUTAGE_S = 24.0  # one under 20 s, counted from the first failed word, makes no digest


def until(holds: Callable[[], bool], what: str, timeout_s: float = PATIENCE_S) -> None:
    """Returns as soon as it holds; looks again and again, because nobody tells."""
    end_s = monotonic() + timeout_s
    while not holds():
        if monotonic() > end_s:
            raise Silent(f"not within {timeout_s:.0f} s: {what}")
        Event().wait(0.1)


def gauges(chat: Chat) -> dict[str, bool]:
    """Name and goodness of what `/health` on the desk's port shows."""
    try:
        with urlopen(f"{chat.url}/health", timeout=PATIENCE_S) as answer:  # noqa: S310 - loopback
            body = answer.read()
    except HTTPError as error:  # 503 says that something is not well, and what
        with error:
            body = error.read()
    return {gauge["name"]: gauge["good"] for gauge in json.loads(body)["gauges"]}


def in_state(ledger: Ledger) -> tuple[str, str]:
    trading, cause = ledger.rows("SELECT trading, cause FROM desk_state")[0]
    return trading, cause


@pytest.mark.data
def test_five_market_days_without_telegram_lose_nothing(
    tmp_path: Path, market_data: Path, keep: Keep
) -> None:
    port = free_port()
    server, chat = chat_program(port)
    keep(server)
    flags = ("--market", f"replay:{market_data}", "--market-from", "2022-01-01")
    program = keep(
        desk(tmp_path, *flags, "--market-speed", "30000", env=telegram(chat, "1001:owner"))
    )
    ledger = Ledger(tmp_path)
    chat.first(showing(" opened"), 0)
    chat.ask("/mode", "No real money")  # the owner is there, and has a chat with the bot

    server.kill()
    began_s, since = monotonic(), _cursor_s(ledger)
    until(
        lambda: monotonic() - began_s > OUTAGE_S and _cursor_s(ledger) - since > FIVE_DAYS_S,
        "five market days",
        120.0,
    )
    server, chat = chat_program(port)
    keep(server)
    digest = chat.first(showing("While we could not reach you"), 0, 60.0)
    assert program.stop() == 0, program.told()
    assert "Traceback" not in program.err

    rows = ledger.rows(
        "SELECT key, state, message_id FROM outbox WHERE chat_id = 1001 AND priority = 2"
        " ORDER BY id"
    )
    assert {state for _, state, _ in rows} <= {"queued", "sent", "superseded"}
    merged = [key for key, state, _ in rows if state == "superseded"]
    trades = [key for key in merged if key.startswith("TradeClosed")]
    assert f"{len(trades):,} trades closed" in digest["answer"]["result"]["text"]
    events = ledger.rows("SELECT key FROM events WHERE kind IN ('TradeOpened', 'TradeClosed')")
    told = {key for (key,) in ledger.rows("SELECT key FROM outbox")}
    assert {f"{key}|1001" for (key,) in events} <= told
    order = [message_id for _, state, message_id in rows if state == "sent"]
    assert order == sorted(order)


def _cursor_s(ledger: Ledger) -> float:
    return float(ledger.one("SELECT strftime('%s', cursor_at) FROM desk_state") or 0.0)


def test_a_full_disk_stops_entries_and_panic_is_still_answered(tmp_path: Path, keep: Keep) -> None:
    program = keep(desk(tmp_path, "--market-speed", "600"))
    chat, ledger = page_of(program), Ledger(tmp_path)
    chat.first(showing(" opened"), 0)
    limits = resource.prlimit(program.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    until(lambda: not gauges(chat).get("Database", True), "the database gauge turns bad")
    since = chat.seq
    chat.say("/panic")
    chat.first(lambda call: call["ok"] and "HALTED" in str(call["params"].get("text")), since)
    resource.prlimit(program.pid, resource.RLIMIT_FSIZE, limits)
    until(lambda: gauges(chat).get("Database", False), "the database gauge turns good")
    until(lambda: in_state(ledger) == ("halted", "panic"), "the panic is remembered")
    assert program.stop() == 0, program.told()
    assert "Traceback" not in program.err, program.told()
    assert_whole(ledger)


def test_a_locked_database_is_waited_for_and_a_closed_terminal_ends_nothing(
    tmp_path: Path, keep: Keep
) -> None:
    program = keep(desk(tmp_path, "--market-speed", "600"))
    chat, ledger = page_of(program), Ledger(tmp_path)
    chat.first(showing(" opened"), 0)
    with closing(sqlite3.connect(ledger.path, timeout=30.0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(LOOKS):  # the loop is not held up by what waits for the lock
            assert gauges(chat)["Engine"]
        other.execute("ROLLBACK")
    until(lambda: gauges(chat).get("Database", False), "the database gauge turns good")
    closed = ledger.one("SELECT count(*) FROM trades")
    until(lambda: in_state(ledger)[0] == "active", "entries again")
    until(lambda: ledger.one("SELECT count(*) FROM trades") > closed, "trades again")
    program.signal(signal.SIGHUP)
    assert "ACTIVE" in chat.ask("/status", "Equity")["text"]
    assert program.stop() == 0, program.told()
    assert ledger.one("SELECT last_clean_stop_at FROM identity") is not None
    assert ledger.one("SELECT count(*) FROM events WHERE kind = 'DeskStopped'") == 1
    assert "Traceback" not in program.err, program.told()
    assert_whole(ledger)


def assert_whole(ledger: Ledger) -> None:
    """The file is sound, ours equals the venue's, and every trade was told."""
    assert ledger.one("PRAGMA integrity_check") == "ok"
    fills = "SELECT fill_id, qty_base, price FROM {} ORDER BY fill_id"
    assert ledger.rows(fills.format("fills")) == ledger.rows(fills.format("paper_fills"))
    cash = ledger.one("SELECT cash_quote FROM desk_state")
    assert cash == ledger.one("SELECT cash_quote FROM paper_account")
    trades = ledger.one("SELECT count(*) FROM trades")
    assert trades == ledger.one("SELECT count(*) FROM events WHERE kind = 'TradeClosed'")
