"""kill -9 at random moments of a running replay: what is left equals a run nobody disturbed.

The chat lives in a process of its own, as Telegram does, so every message can be counted.
`PARLEY_KILLS=200` makes it the long run of BENCHMARKS.md; without, there are four kills.
"""

import os
import random
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.scenarios.conftest import Keep
from tests.scenarios.outside import (
    PATIENCE_S,
    Chat,
    Ledger,
    Program,
    Silent,
    chat_program,
    desk,
    telegram,
)

KILLS = int(os.environ.get("PARLEY_KILLS", "4"))
SEED = int(os.environ.get("PARLEY_KILL_SEED", "20261121"))
LAST_DAY = "2022-01-18" if KILLS <= 20 else "2023-10-01"
pytestmark = [
    pytest.mark.data,
    pytest.mark.slow,
    pytest.mark.timeout(600 + 60 * KILLS),
]
SPEED = "100000" if KILLS <= 20 else "30000"  # a day takes 1 or 3 s: enough to be killed in
SAME = {  # what must be equal, digit for digit
    "trades": "SELECT symbol, side, opened_at, closed_at, qty_base, entry_price, exit_price,"
    " pnl_quote, commission_quote, net_pnl_quote, exit_reason, confidence_ratio, config_hash"
    " FROM trades ORDER BY opened_at, symbol",
    "positions": "SELECT symbol, side, qty_base, entry_price, stop_price, best_price, opened_at"
    " FROM positions WHERE is_open ORDER BY symbol",
    "fills": "SELECT symbol, side, qty_base, price, fee_quote, filled_at FROM fills"
    " ORDER BY filled_at, symbol, qty_base, price",
    "the venue's fills": "SELECT symbol, side, qty_base, price, fee_quote, filled_at"
    " FROM paper_fills ORDER BY filled_at, symbol, qty_base, price",
    "the venue's holdings": "SELECT symbol, held_base FROM paper_holdings"
    " WHERE CAST(held_base AS REAL) <> 0 ORDER BY symbol",
    "cash": "SELECT cash_quote, peak_equity_quote, cursor_at, trading FROM desk_state",
    "the venue's cash": "SELECT cash_quote FROM paper_account",
    "equity": "SELECT at, equity_quote, cash_quote, unrealised_quote FROM equity ORDER BY at",
    "decisions": "SELECT proposal_key, reason, approved, confidence_ratio FROM decisions"
    " ORDER BY proposal_key",
    "events": "SELECT kind, count(*) FROM events WHERE kind IN ('TradeOpened', 'TradeClosed',"
    " 'PositionReduced', 'ProposalDecided') GROUP BY kind ORDER BY kind",
}
TRADED = "('TradeOpened', 'TradeClosed')"


def replay(folder: Path, market: Path, speed: str, env: dict[str, str] | None = None) -> Program:
    symbols = "BTC/USDT:USDT,ETH/USDT:USDT,SOL/USDT:USDT"
    flags = {
        "--market": f"replay:{market}",
        "--symbols": symbols,
        "--timeframes": "1h",
        "--market-speed": speed,
        "--market-from": "2022-01-01",
        "--market-to": LAST_DAY,
    }
    words = [word for flag in flags.items() for word in flag]
    return desk(folder, *words, env=env)


def interrupted(program: Program, chat: Chat, chance: random.Random) -> str:
    """How it was ended at a random moment: "killed", "stopped", or "" when its market ended first.

    A third of the moments count from the birth of the process, a third from its first trade, a
    third from its first word to Telegram: the most happens there. One in six is a polite stop.
    """
    since = chat.seq
    kind = chance.randrange(3)
    wait_s = chance.random() * (2.5, 1.5, 2.0)[kind]
    if kind == 1:
        program.line("trading after")
    elif kind == 2:
        next(chat.stream(since, PATIENCE_S), None)  # none when the market ends before
    is_polite = chance.randrange(6) == 0
    try:
        program.ended(wait_s)
    except Silent:
        if is_polite:
            assert program.stop() in {0, -signal.SIGTERM}, program.told()
            return "stopped"
        program.kill()
        return "killed"
    return ""


def test_kills_at_random_moments_change_nothing_but_the_time_it_takes(
    tmp_path: Path, market_data: Path, keep: Keep
) -> None:
    calm = keep(replay(tmp_path / "calm", market_data, "0"))
    assert calm.ended(60.0 + 3 * KILLS) == 0, calm.told()

    server, chat = chat_program()
    keep(server)
    env = telegram(chat, "1001:owner")
    chance = random.Random(SEED)  # noqa: S311 - it must be repeatable, not secret
    ends: Counter[str] = Counter()
    while ends["killed"] < KILLS:
        program = keep(replay(tmp_path / "killed", market_data, SPEED, env))
        how = interrupted(program, chat, chance)
        ends[how] += 1
        assert "Traceback" not in program.err, f"seed {SEED}, {ends}\n{program.told()}"
        if not how:
            break
    last = keep(replay(tmp_path / "killed", market_data, "0", env))
    assert last.ended(60.0 + 3 * KILLS) == 0, last.told()

    ours, theirs = Ledger(tmp_path / "killed"), Ledger(tmp_path / "calm")
    assert theirs.one("SELECT count(*) FROM trades") > 15
    for name, query in SAME.items():
        found, wanted = ours.rows(query), theirs.rows(query)
        assert found == wanted, f"{name} differ, seed {SEED}, {ends}"
    no_order_is_doubled(ours)
    repeated = no_alert_is_lost_or_doubled(ours, chat)
    report = f"{dict(ends)}, {repeated} messages sent again after a kill in flight"
    print(report)  # noqa: T201 - BENCHMARKS.md quotes it; pytest -s shows it
    assert repeated <= ends["killed"]


def no_order_is_doubled(ledger: Ledger) -> None:
    """Every order of the desk is the venue's, once, and every fill of the venue is booked once."""
    ours = ledger.rows("SELECT client_order_id, qty_base FROM orders WHERE state = 'filled'")
    known = ledger.rows("SELECT client_order_id, qty_base FROM paper_orders WHERE state = 'filled'")
    assert sorted(ours) == sorted(known)
    assert ledger.one("SELECT count(*) FROM orders WHERE state IN ('sent', 'unknown')") == 0
    fills = "SELECT fill_id, client_order_id, qty_base, price FROM {} ORDER BY fill_id"
    booked = ledger.rows(fills.format("fills"))
    assert booked == ledger.rows(fills.format("paper_fills"))
    twice = ledger.rows(
        "SELECT position_id FROM orders WHERE purpose = 'entry' AND state = 'filled'"
        " GROUP BY position_id HAVING count(*) > 1"
    )
    assert twice == []


def no_alert_is_lost_or_doubled(ledger: Ledger, chat: Chat) -> int:
    """How many messages the owner saw twice: each was in flight when the desk was killed."""
    events = ledger.rows(f"SELECT key || '|1001' FROM events WHERE kind IN {TRADED}")  # noqa: S608
    alerts = ledger.rows("SELECT key, state, message_id FROM outbox WHERE key GLOB 'Trade[OC]*'")
    assert sorted(key for key, _, _ in alerts) == sorted(key for (key,) in events)
    states = {state for _, state, _ in alerts}
    assert states <= {"queued", "sent", "superseded"}
    if "superseded" in states:  # many waited at once: a digest tells them
        assert ledger.one("SELECT count(*) FROM outbox WHERE key GLOB 'digest*'") > 0
    seen = {m["message_id"]: m["text"] for m in chat.get("/sim/chat/1001")["messages"]}
    marked = [message_id for _, state, message_id in alerts if state == "sent"]
    assert len(set(marked)) == len(marked)
    assert set(marked) <= set(seen)
    texts = Counter(text for text in seen.values() if " opened #" in text or " closed #" in text)
    assert max(texts.values(), default=0) <= 3
    return texts.total() - len(texts)
