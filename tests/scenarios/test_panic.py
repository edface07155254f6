"""Panic with positions open: at once, then by one tap, across a crash, and without Telegram."""

from pathlib import Path

import pytest

from tests.scenarios.conftest import Keep
from tests.scenarios.outside import (
    Json,
    Ledger,
    buttons_of,
    chat_program,
    desk,
    flattened,
    free_port,
    page_of,
    parley,
    showing,
    telegram,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
FAST = ("--market-speed", "600")
NOBODY = {  # a Bot API server that nobody serves
    "TELEGRAM_BOT_TOKEN": "1:local-chat",
    "TELEGRAM_USERS": "1001:owner",
}


def in_state(ledger: Ledger) -> tuple[str, str, int]:
    """Trading state, its cause, and how many positions are open."""
    trading, cause = ledger.rows("SELECT trading, cause FROM desk_state")[0]
    return trading, cause, ledger.one("SELECT count(*) FROM positions WHERE is_open")


def close_label(step: Json) -> str:
    return str(next(b["text"] for b in buttons_of(step) if b["text"].startswith("Close")))


def test_panic_halts_at_once_and_one_tap_closes_everything(tmp_path: Path, keep: Keep) -> None:
    program = keep(desk(tmp_path, *FAST))
    chat, ledger = page_of(program), Ledger(tmp_path)
    step = None
    while step is None or "no open positions" in step["text"]:  # it may have closed just now
        chat.first(showing(" opened"), chat.seq)
        step = chat.ask("/panic", "🛑")
        assert in_state(ledger)[:2] == ("halted", "panic")
        if "no open positions" in step["text"]:
            question = chat.press(step, "▶️ Resume", "Take new trades again?")
            chat.press(question, next(b["text"] for b in buttons_of(question)[1:]), "ACTIVE")
    decided = ledger.one("SELECT count(*) FROM decisions WHERE position_id IS NOT NULL")
    chat.press(step, close_label(step), "all flat")

    assert in_state(ledger) == ("halted", "panic", 0)
    # a stop may have been quicker than the tap; an entry that was already journalled at the halt is
    # closed with the rest, and none is journalled after it
    late = ledger.rows(
        "SELECT symbol FROM orders WHERE purpose IN ('entry', 'add')"
        " AND created_at > (SELECT changed_at FROM desk_state)"
    )
    assert late == []
    assert ledger.one("SELECT count(*) FROM paper_holdings WHERE CAST(held_base AS REAL) <> 0") == 0
    assert ledger.one("SELECT count(*) FROM decisions WHERE position_id IS NOT NULL") == decided
    # a second tap on the same button: nothing happens twice
    closes = ledger.one("SELECT count(*) FROM orders WHERE purpose = 'panic'")
    since = chat.seq
    chat.tap(step["message_id"], data=button_data(step, "Close"))
    chat.first(lambda call: call["method"].lower() == "answercallbackquery", since)
    assert ledger.one("SELECT count(*) FROM orders WHERE purpose = 'panic'") == closes
    assert program.stop() == 0, program.told()


def button_data(message: Json, label: str) -> str:
    found = [b for b in buttons_of(message) if b["text"].startswith(label)]
    return str(found[0]["callback_data"])


def test_panic_from_a_terminal_closes_while_telegram_is_away(tmp_path: Path, keep: Keep) -> None:
    nobody = NOBODY | {"TELEGRAM_API_BASE": f"http://127.0.0.1:{free_port()}"}
    program = keep(desk(tmp_path, *FAST, env=nobody, measured=True))
    program.line("trading after")
    ledger = Ledger(tmp_path)
    asked = keep(parley(tmp_path, "panic", "--close", env=nobody))
    assert asked.ended() == 0, asked.told()
    assert asked.out.startswith("HALTED.")
    assert in_state(ledger)[:2] == ("halted", "panic")
    assert program.stop() == 0, program.told()  # a stop leaves nothing half done
    assert in_state(ledger)[:2] == ("halted", "panic")


def test_panic_asked_of_no_desk_is_done_before_its_next_first_trade(
    tmp_path: Path, keep: Keep
) -> None:
    first = keep(desk(tmp_path, *FAST))
    page_of(first).first(showing(" opened"), 0)
    first.kill()
    ledger = Ledger(tmp_path)
    last = ledger.one("SELECT max(position_id) FROM decisions")
    asked = keep(parley(tmp_path, "panic", "--close"))
    assert asked.ended() == 0, asked.told()
    assert "not running" in asked.out
    second = keep(desk(tmp_path, "--market-speed", "3600"))
    page_of(second).first(showing("all flat"), 0)
    assert in_state(ledger) == ("halted", "panic", 0)
    assert ledger.one("SELECT max(position_id) FROM decisions") == last
    assert second.stop() == 0, second.told()


def test_a_panic_killed_in_the_middle_goes_on_until_all_is_flat(tmp_path: Path, keep: Keep) -> None:
    server, chat = chat_program()
    keep(server)
    env = telegram(chat)
    ledger = Ledger(tmp_path)
    program = keep(desk(tmp_path, *FAST, env=env))
    chat.first(showing(" opened"), 0)
    since = chat.seq
    step = chat.ask("/panic", "🛑")
    if close := [b for b in buttons_of(step) if b["text"].startswith("Close")]:
        chat.tap(step["message_id"], data=close[0]["callback_data"])
        chat.first(lambda call: call["method"].lower() == "answercallbackquery", since)
    program.kill()
    again = keep(desk(tmp_path, *FAST, env=env))
    if close:
        chat.first(showing("all flat"), since)
    else:
        flattened(chat)
    assert in_state(ledger) == ("halted", "panic", 0)
    assert again.stop() == 0, again.told()
