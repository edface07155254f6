"""Trades that wait for a word, seen from three phones through the HTTP Bot API."""

import time
from pathlib import Path

import pytest

from tests.scenarios.conftest import Keep
from tests.scenarios.outside import (
    OWNER,
    STRANGER,
    TRADER,
    VIEWER,
    Chat,
    Json,
    Ledger,
    Program,
    buttons_of,
    chat_program,
    desk,
    showing,
    shown_by,
    telegram,
    text_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PACE = ("--market-speed", "240")
QUESTION = "your word?"
# every trade is asked; the offer stands still, so that the test says when it changes
RULES = (
    "approval_drift_r 100r", "approval_new_bar off", "allowed_symbols BTC,ETH,SOL",
    "approve_over_ratio 0%",
)  # fmt: skip


def rule(chat: Chat, words: str) -> None:
    """Sets a parameter as the owner, with the second tap where it is asked for."""
    since = chat.seq
    chat.say(f"/set {words}")
    call = chat.first(lambda call: bool(text_of(call)) and words.split()[0] in text_of(call), since)
    confirm = [b for b in buttons_of(shown_by(call)) if b.get("style") == "danger"]
    if confirm:
        chat.press(shown_by(call), confirm[0]["text"], words.split()[0])


def question(chat: Chat, since: int, user_id: int = OWNER) -> Json:
    return shown_by(chat.first(showing(QUESTION, user_id), since))


def number_of(card: Json) -> int:
    text = str(card.get("caption", card.get("text")))
    return int(text.partition("#")[2].split()[0])


def copy_for(chat: Chat, number: int, user_id: int, since: int) -> Json:
    """The card of that number on another phone."""

    def wanted(call: Json) -> bool:
        return showing(QUESTION, user_id)(call) and f"#{number} " in text_of(call)

    return shown_by(chat.first(wanted, since))


def toast(chat: Chat, card: Json, label: str, user_id: int = OWNER, **more: object) -> str:
    since = chat.seq
    which = more or {"label": label}
    chat.tap(card["message_id"], user_id, **which)
    call = chat.first(lambda call: call["method"].lower() == "answercallbackquery", since)
    return str(call["params"].get("text", ""))


def data_of(card: Json, label: str) -> str:
    return str(next(b for b in buttons_of(card) if b["text"] == label)["callback_data"])


def row_of(ledger: Ledger, number: int) -> tuple[str, int]:
    state, settled = ledger.rows(
        "SELECT state, is_settled FROM approvals WHERE number = ?", number
    )[0]
    return str(state), int(settled)


def settled_as(ledger: Ledger, number: int) -> str:
    """The state once it is done with."""
    until_s = time.monotonic() + 30.0
    while time.monotonic() < until_s:
        state, settled = row_of(ledger, number)
        if settled:
            return state
        time.sleep(0.05)
    raise AssertionError(f"#{number} is {row_of(ledger, number)}")


def asking(tmp_path: Path, keep: Keep, *more: str) -> tuple[Program, Chat, Ledger]:
    """A desk that asks for every trade, with a Bot API server that outlives it."""
    server, chat = chat_program()
    keep(server)
    program = keep(desk(tmp_path, *PACE, env=telegram(chat)))
    chat.first(showing("PAPER"), 0)
    for words in (*RULES, *more):
        rule(chat, words)
    return program, chat, Ledger(tmp_path)


def test_the_first_word_counts_and_every_copy_says_whose_it_was(tmp_path: Path, keep: Keep) -> None:
    program, chat, ledger = asking(tmp_path, keep)
    since = chat.seq
    card = question(chat, since)
    number = number_of(card)
    other = copy_for(chat, number, TRADER, since)
    assert [b["text"] for b in buttons_of(card)] == ["Approve", "½", "Veto", "Why"]
    sent = chat.calls(since)
    assert not [c for c in sent if showing(QUESTION, VIEWER)(c)]
    asked = next(c for c in sent if showing(QUESTION)(c))
    assert "disable_notification" not in asked["params"]  # quiet hours do not silence it
    owners = data_of(card, "Approve")
    assert "not yours" in toast(chat, other, "", TRADER, data=owners)
    assert row_of(ledger, number) == ("pending", 0)
    since = chat.seq
    assert toast(chat, card, "Approve").startswith("Approved.")
    for user_id in (OWNER, TRADER):
        chat.first(showing(f"approved #{number}", user_id), since)
    assert settled_as(ledger, number) == "approved"
    assert entered(ledger, number) <= 1  # none where a rule said no a moment later
    since = chat.seq
    chat.tap(card["message_id"], data=owners)  # a double tap on what the phone still shows
    late = chat.first(lambda call: call["method"].lower() == "answercallbackquery", since)
    assert "approved by" in late["params"]["text"]
    assert ledger.one("SELECT count(*) FROM audit WHERE action = 'approve'") >= 2
    assert chat.ask("/approve", "needs the role", VIEWER)
    chat.say("/approve", STRANGER)
    assert "refused trade" in chat.ask("/vetoes", "refused trade", VIEWER)["text"]
    well_behaved(chat)
    assert program.stop() == 0, program.told()


def test_a_veto_a_silence_and_a_panic(tmp_path: Path, keep: Keep) -> None:
    program, chat, ledger = asking(tmp_path, keep, "approval_life_s 12s")
    since = chat.seq
    card = question(chat, since, TRADER)
    assert toast(chat, card, "Veto", TRADER).startswith("Vetoed.")
    numbers = [number_of(card)]
    assert settled_as(ledger, numbers[-1]) == "vetoed"
    since = chat.seq
    card = question(chat, since)
    chat.first(showing("No answer:"), since)
    numbers.append(number_of(card))
    assert settled_as(ledger, numbers[-1]) == "expired"
    since = chat.seq
    card = question(chat, since)
    chat.ask("/panic", "🛑")
    numbers.append(number_of(card))
    assert settled_as(ledger, numbers[-1]) == "withdrawn"
    assert not any(entered(ledger, number) for number in numbers)
    well_behaved(chat)
    assert program.stop() == 0, program.told()


def entered(ledger: Ledger, number: int) -> int:
    """How many entry orders were journalled for it."""
    return int(
        ledger.one(
            "SELECT count(*) FROM decisions WHERE position_id IS NOT NULL AND proposal_key ="
            " (SELECT proposal_key FROM approvals WHERE number = ?)",
            number,
        )
    )


def well_behaved(chat: Chat) -> None:
    """The stranger heard nothing, and no call was refused as malformed."""
    calls = chat.calls(0)
    assert not [c for c in calls if text_of(c) and c["params"].get("chat_id") == STRANGER]
    malformed = [c for c in calls if c["status"] == 400]
    assert not malformed, malformed


def test_a_killed_desk_asks_again_with_a_new_card_and_takes_the_word_once(
    tmp_path: Path, keep: Keep
) -> None:
    program, chat, ledger = asking(tmp_path, keep, "approval_life_s 600s")
    since = chat.seq
    card = question(chat, since)
    number = number_of(card)
    old = data_of(card, "Approve")
    program.kill()

    since = chat.seq
    again = keep(desk(tmp_path, *PACE, env=telegram(chat)))

    def wanted(call: Json) -> bool:
        text = text_of(call)
        is_told = f"#{number} · new price" in text or f"taken back #{number} " in text
        return is_told and int(call["params"]["chat_id"]) == OWNER

    fresh = shown_by(chat.first(wanted, since))
    if row_of(ledger, number)[0] == "withdrawn":  # the rules say no at the price of now
        assert entered(ledger, number) == 0
        assert again.stop() == 0, again.told()
        return
    assert fresh["message_id"] != card["message_id"]
    assert "offer is old" in toast(chat, fresh, "", OWNER, data=old)
    assert toast(chat, fresh, "½").startswith(("Approved.", "Half of it"))
    assert settled_as(ledger, number) in {"halved", "pending"}
    assert entered(ledger, number) <= 1
    assert again.stop() == 0, again.told()
