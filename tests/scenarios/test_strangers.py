"""A stranger, a viewer and forged buttons try everything the desk knows: nothing happens."""

from collections.abc import Iterator

import pytest
from aiogram.filters.callback_data import CallbackData

from handlers.commands import BUTTONS, COMMANDS
from handlers.contract import Effect
from tests.scenarios.conftest import Keep
from tests.scenarios.outside import (
    OWNER,
    STRANGER,
    VIEWER,
    Chat,
    Ledger,
    buttons_of,
    desk,
    page_of,
    showing,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
WORDS = {"set": " risk_ratio 0.05", "panic": " close", "start": " let-me-in", "chart": " price"}


def standing(ledger: Ledger) -> list[object]:
    """Everything a person's word could have changed."""
    return [
        ledger.rows("SELECT trading, cause, closing_all, changed_by FROM desk_state"),
        ledger.rows("SELECT version, config_hash FROM parameter_versions"),
        ledger.rows("SELECT action, subject FROM audit WHERE result NOT LIKE 'You may not%'"),
        ledger.rows("SELECT person_id, role FROM people ORDER BY person_id"),
        ledger.rows("SELECT client_order_id FROM orders WHERE purpose IN ('panic', 'manual')"),
        ledger.rows("SELECT * FROM terminal_commands"),
    ]


def worked_off(chat: Chat) -> None:
    """Returns when the desk has taken in everything said so far: the owner's answer came after."""
    chat.ask("/mode", "No real money")


def every_command() -> list[str]:
    return [f"/{command.name}{WORDS.get(command.name, '')}" for command in COMMANDS]


def forged_taps() -> list[str]:
    """A payload for each button, made of what its fields allow; slips are made up."""
    return [_forged(button.payload) for button in BUTTONS]


def _forged(kind: type[CallbackData]) -> str:
    made_up = {"subject": "risk_ratio=0.05", "until": "zzzzzzz", "code": "AAAAAAAAAAAA"}
    made_up |= {"tab": "Watch", "section": "risk", "version": "1", "symbol": "BTC", "number": "1"}
    anything = {int: 1, bool: True, str: "x"}
    fields = {
        name: made_up.get(name, anything.get(field.annotation or str, "x"))
        for name, field in kind.model_fields.items()
        if name in made_up or field.is_required()
    }
    return str(kind(**fields).pack())


@pytest.fixture(scope="module")
def quiet(
    tmp_path_factory: pytest.TempPathFactory, keep_for_module: Keep
) -> Iterator[tuple[Chat, Ledger]]:
    """A desk on a slow market, for the tests of this file together; it must stop well."""
    folder = tmp_path_factory.mktemp("desk")
    program = keep_for_module(desk(folder, "--market-speed", "1"))
    yield page_of(program), Ledger(folder)
    assert program.stop() == 0, program.told()


def test_a_stranger_gets_silence_whatever_it_is_and_the_owner_hears_once(
    quiet: tuple[Chat, Ledger],
) -> None:
    chat, ledger = quiet
    card = chat.ask("/start", "You are its owner")
    # a forwarded card's buttons, tapped in the stranger's own chat: it needs a message there
    before = standing(ledger)
    heard = chat.seq
    own = chat.say("hello", STRANGER)
    for text in every_command():
        chat.say(text, STRANGER)
    for data in [*forged_taps(), *(b["callback_data"] for b in buttons_of(card))]:
        chat.tap(own["message_id"], STRANGER, data=data)
    chat.first(showing("tranger"), heard)
    worked_off(chat)

    to_the_stranger = [
        call for call in chat.calls() if int(call["params"].get("chat_id", 0)) == STRANGER
    ]
    assert to_the_stranger == []
    assert not chat.calls(heard, "answerCallbackQuery")
    told = [call for call in chat.calls(heard) if showing("tranger")(call)]
    assert len(told) == 1
    assert standing(ledger) == before


def test_a_viewer_and_forged_buttons_change_nothing(quiet: tuple[Chat, Ledger]) -> None:
    chat, ledger = quiet
    owners = chat.ask("/panic", "🛑")  # halted: a resume would show
    card = chat.ask("/start", "you may watch", VIEWER)
    before = standing(ledger)
    since = chat.seq
    raising = [c for c in COMMANDS if c.effect is not Effect.READS]
    assert raising
    for command in raising:
        chat.ask(f"/{command.name}{WORDS.get(command.name, '')}", "You may not do that", VIEWER)
    taps = [*forged_taps(), *(b["callback_data"] for b in buttons_of(owners))]
    for number, data in enumerate(taps):
        chat.tap(card["message_id"], VIEWER, data=data)
        answers = chat.get(
            "/sim/wait", method="answerCallbackQuery", since=since, count=number + 1, timeout=20
        )
        assert len(answers["calls"]) == number + 1, data
    # the owner's client forges as well: a made-up slip is nobody's
    for data in forged_taps():
        if "AAAAAAAAAAAA" in data:
            since = chat.seq
            chat.tap(owners["message_id"], OWNER, data=data)
            chat.first(lambda call: call["method"].lower() == "answercallbackquery", since)
    worked_off(chat)
    assert standing(ledger)[0] == before[0]
    assert standing(ledger)[1:2] == before[1:2]
    assert standing(ledger)[3:] == before[3:]
