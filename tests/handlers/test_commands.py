"""Every command: in the table, with its role, answering what Telegram takes; none made up."""

import inspect
from pathlib import Path

import pytest
from aiogram.filters.callback_data import CallbackData

from engine.core.errors import UserError
from engine.core.kinds import Role
from handlers import commands
from handlers.act_payloads import (
    ApprovalTap,
    BreakevenConfirmed,
    BuyConfirmed,
    CloseAllConfirmed,
    CloseConfirmed,
    ProfileConfirmed,
    SellConfirmed,
)
from handlers.commands import BUTTONS, COMMANDS, MODULES
from handlers.contract import Effect
from handlers.payloads import (
    Dismissed,
    PanicConfirmed,
    PositionTap,
    ReloadConfirmed,
    ResumeConfirmed,
    SetConfirmed,
    TradeTap,
    UndoConfirmed,
    UndoTap,
    WhyTap,
)
from handlers.told_payloads import RoleConfirmed
from tests.handlers.asking import FakeDesk, a_request, ask, tap
from tests.handlers.markup import shown, units
from tests.handlers.samples import HOSTILE

ROLE_OF = {
    "status": Role.VIEWER,
    "positions": Role.VIEWER,
    "trades": Role.VIEWER,
    "daily": Role.VIEWER,
    "weekly": Role.VIEWER,
    "monthly": Role.VIEWER,
    "performance": Role.VIEWER,
    "stats": Role.VIEWER,
    "exposure": Role.VIEWER,
    "version": Role.VIEWER,
    "logs": Role.OWNER,
    "balance": Role.VIEWER,
    "orders": Role.VIEWER,
    "reconcile": Role.TRADER,
    "risk": Role.VIEWER,
    "market": Role.VIEWER,
    "signals": Role.VIEWER,
    "why": Role.VIEWER,
    "why_not": Role.VIEWER,
    "votes": Role.VIEWER,
    "models": Role.VIEWER,
    "ask": Role.TRADER,
    "budget": Role.VIEWER,
    "chart": Role.VIEWER,
    "help": Role.VIEWER,
    "start": Role.VIEWER,
    "backtest": Role.TRADER,
    "walkforward": Role.TRADER,
    "montecarlo": Role.TRADER,
    "compare": Role.TRADER,
    "tune": Role.TRADER,
    "jobs": Role.VIEWER,
    "params": Role.VIEWER,
    "health": Role.VIEWER,
    "mode": Role.VIEWER,
    "approve": Role.TRADER,
    "vetoes": Role.VIEWER,
    "panic": Role.TRADER,
    "pause": Role.TRADER,
    "resume": Role.TRADER,
    "close": Role.TRADER,
    "closeall": Role.TRADER,
    "reduce": Role.TRADER,
    "breakeven": Role.TRADER,
    "trail": Role.TRADER,
    "cancel": Role.TRADER,
    "buy": Role.OWNER,
    "sell": Role.OWNER,
    "blacklist": Role.TRADER,
    "watch": Role.TRADER,
    "strategy": Role.TRADER,
    "pin": Role.TRADER,
    "set": Role.TRADER,
    "undo": Role.TRADER,
    "preset": Role.TRADER,
    "reload": Role.OWNER,
    "alerts": Role.VIEWER,
    "people": Role.OWNER,
    "invite": Role.OWNER,
    "topics": Role.OWNER,
    "audit": Role.OWNER,
}


FOR_OWNERS = {"logs", "audit"}  # only read, but not by everybody


def test_every_command_file_is_in_the_table() -> None:
    folder = Path(inspect.getfile(commands)).parent
    on_disk = {path.stem for path in folder.glob("[!_]*.py")}
    assert on_disk == {module.__name__.rpartition(".")[2] for module in MODULES}
    assert [module.COMMAND.name for module in MODULES] == [
        module.__name__.rpartition(".")[2] for module in MODULES
    ]


def test_every_command_needs_the_role_that_it_should() -> None:
    assert {command.name: command.role for command in COMMANDS} == ROLE_OF


def test_what_changes_anything_is_beyond_a_viewer() -> None:
    for command in COMMANDS:
        reads = command.effect is Effect.READS
        assert (command.role is Role.VIEWER) == (reads and command.name not in FOR_OWNERS), command
    assert {c.name for c in COMMANDS if c.safety} == {"panic", "pause"}
    reducing = {c.name for c in COMMANDS if c.effect is Effect.REDUCES}
    assert reducing == {
        *("panic", "pause", "reconcile"),
        *("close", "closeall", "reduce", "breakeven", "cancel"),
    }


@pytest.mark.parametrize("text", ["", HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize("name", ROLE_OF)
async def test_every_command_answers_with_a_card_that_telegram_takes(name: str, text: str) -> None:
    fake = FakeDesk(text)
    answer = await ask(fake, f"/{name}")
    words = shown(answer.text or (answer.picture.caption if answer.picture else ""))
    assert 0 < units(words) <= 4096
    assert len(answer.toast) <= 200
    for row in answer.keys:
        for key in row:
            assert 0 < len(key.label) <= 40
            assert key.payload is None or len(key.payload.pack().encode()) <= 64


async def test_a_payload_of_another_button_is_a_fault_not_a_confirmation(fake: FakeDesk) -> None:
    for button in BUTTONS:
        if button.payload in {*CONFIRMS, UndoTap, PositionTap, TradeTap, WhyTap}:
            with pytest.raises(TypeError, match=button.payload.__name__):
                await button.handler(fake.desk, a_request(button=Dismissed()))
    assert (fake.controls.asked, fake.tuning.asked, fake.acting.asked) == ([], [], [])


CONFIRMS = (
    ApprovalTap,
    PanicConfirmed,
    ResumeConfirmed,
    SetConfirmed,
    UndoConfirmed,
    ReloadConfirmed,
    RoleConfirmed,
    *(PanicConfirmed, ResumeConfirmed, SetConfirmed, UndoConfirmed, ReloadConfirmed),
    *(CloseConfirmed, CloseAllConfirmed, BreakevenConfirmed, BuyConfirmed, SellConfirmed),
    ProfileConfirmed,
)


@pytest.mark.parametrize("kind", CONFIRMS, ids=lambda kind: kind.__name__)
async def test_no_confirmation_can_be_made_up(fake: FakeDesk, kind: type[CallbackData]) -> None:
    made_up = kind(subject="x", until="1zzzzzz", code="AAAAAAAAAAAA")
    with pytest.raises(UserError, match="not yours"):
        await tap(fake, made_up)
    assert (fake.controls.asked, fake.tuning.asked, fake.acting.asked) == ([], [], [])
