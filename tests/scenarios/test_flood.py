"""Alerts pour while the server enforces its limits: panic goes first, and no limit is ever hit."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenarios.conftest import Keep
from tests.scenarios.outside import (
    OWNER,
    Json,
    Ledger,
    chat_program,
    desk,
    shown_by,
    telegram,
    text_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PILE = 40  # alerts that wait for the owner when the panic comes
PACED = 4  # after so many alerts it is the limits that hold the rest back


def test_panic_is_the_next_message_of_a_pile_and_no_limit_is_hit(
    tmp_path: Path, keep: Keep
) -> None:
    server, chat = chat_program(0, "--flood")
    keep(server)
    program = keep(desk(tmp_path, "--market-speed", "3600", env=telegram(chat)))
    ledger = Ledger(tmp_path)
    waiting = "SELECT count(*) FROM outbox WHERE chat_id = ? AND state = 'queued' AND priority = 2"
    delivered = 0
    for call in chat.stream(0, 120.0):  # each call of the desk is a moment to look
        delivered += _to(call) == OWNER and bool(text_of(call))
        if delivered < PACED:
            continue
        if ledger.path.exists() and ledger.one(waiting, OWNER) >= PILE:
            break
    assert ledger.one(waiting, OWNER) >= PILE

    for _ in range(2):  # in the middle of the storm, and again
        since = chat.seq
        update_id = chat.say("/panic")["update_id"]
        heard = chat.first(brings(update_id), since)
        answer = chat.first(
            lambda call: text_of(call).startswith("🛑 HALTED") and _to(call) == OWNER, since
        )
        between = [
            text_of(call)
            for call in chat.calls(heard["seq"])
            if _to(call) == OWNER and call["seq"] < answer["seq"] and text_of(call)
        ]
        assert len(between) <= 1, between  # one may have been on its way already
        step = shown_by(answer)
        since = chat.seq
        chat.tap(step["message_id"], label="▶️ Resume")
        question = shown_by(chat.first(lambda call: "Take new trades" in text_of(call), since))
        chat.tap(
            question["message_id"], label=question["reply_markup"]["inline_keyboard"][1][0]["text"]
        )
        chat.first(lambda call: "ACTIVE" in text_of(call), since)

    statuses = [call["status"] for call in chat.calls()]
    assert statuses.count(429) == 0
    assert program.stop() == 0, program.told()
    assert 429 not in {call["status"] for call in chat.calls()}


def brings(update_id: int) -> Callable[[Json], bool]:
    """Whether a call is the poll that gave the desk this update."""

    def wanted(call: Json) -> bool:
        if call["method"] != "getUpdates" or not call["ok"]:
            return False
        return any(update["update_id"] == update_id for update in call["answer"]["result"])

    return wanted


def _to(call: Json) -> int:
    return int(call["params"].get("chat_id", 0))
