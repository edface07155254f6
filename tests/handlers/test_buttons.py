"""Every button fits Telegram's 64 bytes at its largest, and belongs to a command."""

import inspect

import pytest
from aiogram.filters.callback_data import CallbackData

from engine.analytics.breakdown import Dimension
from engine.core.kinds import Role, TradingState
from engine.core.parameters import Parameters, declarations
from engine.core.parameters.parse import format_value
from engine.core.telling import AlertClass
from engine.services.result_answers import Span
from handlers import act_payloads, payloads, research_payloads, told_payloads
from handlers.commands import BUTTONS, COMMANDS
from handlers.confirm import Signer, short_digest
from handlers.contract import Effect, Group
from handlers.keys import home_rows, price_tap, question_rows, status_rows
from tests.handlers.samples import NOW

KINDS = {
    kind
    for module in (payloads, act_payloads, research_payloads, told_payloads)
    for _, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, CallbackData) and kind is not CallbackData
}
LARGEST_ID = 36**8 - 1  # what an order's name can hold
LONGEST_TEXT = "123456789012.12345678bars"  # what the parser takes, with the longest unit
SLIP = Signer(b"k" * 32, "set", 2**52).sign(f"{short_digest('x', 6)}={LONGEST_TEXT}~0xc0", NOW)
SIGNED = {"subject": SLIP.subject, "until": SLIP.until, "code": SLIP.code}
LONGEST_TRADE = f"{short_digest('x', 6)}:999999999.9999:{1.2345678e-15:.8g}"
LARGEST: dict[type[CallbackData], CallbackData] = {
    act_payloads.ApprovalTap: act_payloads.ApprovalTap(**{**SIGNED, "subject": "999999999-9999-y"}),
    act_payloads.ApprovalWhy: act_payloads.ApprovalWhy(number=LARGEST_ID),
    payloads.PositionsTap: payloads.PositionsTap(again=True, page=LARGEST_ID),
    payloads.PositionTap: payloads.PositionTap(again=True, position_id=LARGEST_ID),
    payloads.TradesTap: payloads.TradesTap(
        again=True,
        before=LARGEST_ID,
        limit=20,
        number=LARGEST_ID,
        symbol="x" * 6,
        strategy="x" * 6,
        side="short",
        won=False,
        days=3660,
    ),
    payloads.TradeTap: payloads.TradeTap(trade_id=LARGEST_ID),
    payloads.WhyTap: payloads.WhyTap(position_id=LARGEST_ID),
    payloads.PeriodsTap: payloads.PeriodsTap(again=True, span=max(Span, key=len), count=31),
    payloads.PartsTap: payloads.PartsTap(again=True, dimension=max(Dimension, key=len), days=3660),
    payloads.LogsTap: payloads.LogsTap(again=True, level="WARNING", count=50),
    payloads.ChartTap: price_tap("X" * 32, "15m", again=True).model_copy(
        update={"name": "drawdown"}
    ),
    payloads.AskTap: payloads.AskTap(symbol="X" * 40),
    payloads.VotesTap: payloads.VotesTap(again=True, limit=8, symbol="X" * 40),
    payloads.SignalsTap: payloads.SignalsTap(again=True, limit=20),
    payloads.HelpTap: payloads.HelpTap(tab=max(Group, key=len)),
    payloads.ParamsTap: payloads.ParamsTap(section="x" * 40),
    payloads.UndoTap: payloads.UndoTap(version=LARGEST_ID),
    payloads.SetConfirmed: payloads.SetConfirmed(**SIGNED),
    payloads.UndoConfirmed: payloads.UndoConfirmed(**SIGNED),
    payloads.ReloadConfirmed: payloads.ReloadConfirmed(**SIGNED),
    payloads.ResumeConfirmed: payloads.ResumeConfirmed(
        **{**SIGNED, "subject": "reducing-mismatch-1234567"}
    ),
    research_payloads.FormTap: research_payloads.FormTap(
        kind="walkforward",
        symbol="X" * 12,
        frame="15m",
        days=365,
        ways="reversion",
        exits="give_back",
        act="symbol",
    ),
    research_payloads.JobTap: research_payloads.JobTap(number=LARGEST_ID, again=True),
    research_payloads.JobAct: research_payloads.JobAct(number=LARGEST_ID, act="walkforward"),
    research_payloads.AdoptTap: research_payloads.AdoptTap(number=LARGEST_ID),
    research_payloads.AdoptConfirmed: research_payloads.AdoptConfirmed(
        **{**SIGNED, "subject": str(LARGEST_ID)}
    ),
    act_payloads.CloseTap: act_payloads.CloseTap(position_id=LARGEST_ID, share_pct=100),
    act_payloads.CloseConfirmed: act_payloads.CloseConfirmed(
        **{**SIGNED, "subject": "zzzzzzzz.100.abcdef"}
    ),
    act_payloads.CloseAllConfirmed: act_payloads.CloseAllConfirmed(
        **{**SIGNED, "subject": "100.abcdefgh"}
    ),
    act_payloads.BreakevenTap: act_payloads.BreakevenTap(position_id=LARGEST_ID),
    act_payloads.BreakevenConfirmed: act_payloads.BreakevenConfirmed(
        **{**SIGNED, "subject": "zzzzzzzz.abcdef"}
    ),
    act_payloads.TrailTap: act_payloads.TrailTap(
        position_id=LARGEST_ID, is_on=False, version="abcdef"
    ),
    act_payloads.ProfileTap: act_payloads.ProfileTap(name="normal"),
    act_payloads.ProfileConfirmed: act_payloads.ProfileConfirmed(
        **{**SIGNED, "subject": f"normal.{LARGEST_ID}"}
    ),
    act_payloads.StrategyTap: act_payloads.StrategyTap(name="volatility_squeeze", is_on=False),
    act_payloads.CancelTap: act_payloads.CancelTap(order="abc12zzzzzzzze01"),
    act_payloads.BuyConfirmed: act_payloads.BuyConfirmed(**{**SIGNED, "subject": LONGEST_TRADE}),
    act_payloads.SellConfirmed: act_payloads.SellConfirmed(**{**SIGNED, "subject": LONGEST_TRADE}),
    payloads.PanicConfirmed: payloads.PanicConfirmed(**{**SIGNED, "subject": "x" * 8}),
    told_payloads.SnoozeTap: told_payloads.SnoozeTap(kind=max(AlertClass, key=len)),
    told_payloads.SeenTap: told_payloads.SeenTap(page_id="x" * 10, later=True),
    told_payloads.AlertsTap: told_payloads.AlertsTap(kind=max(AlertClass, key=len)),
    told_payloads.PriceAlertGone: told_payloads.PriceAlertGone(alert_id=LARGEST_ID),
    told_payloads.PersonTap: told_payloads.PersonTap(person_id=2**52),
    told_payloads.RoleTap: told_payloads.RoleTap(person_id=2**52, role="trader"),
    told_payloads.RoleConfirmed: told_payloads.RoleConfirmed(
        **{**SIGNED, "subject": f"{2**52}.trader.viewer"}
    ),
    told_payloads.AuditTap: told_payloads.AuditTap(before=LARGEST_ID),
}


def largest(kind: type[CallbackData]) -> CallbackData:
    return LARGEST[kind] if kind in LARGEST else kind()


def test_every_payload_has_exactly_one_button() -> None:
    assert {button.payload for button in BUTTONS} == KINDS
    assert len(BUTTONS) == len(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS, key=str))
def test_the_largest_payload_fits_and_comes_back(kind: type[CallbackData]) -> None:
    payload = largest(kind)
    packed = payload.pack()
    assert len(packed.encode()) <= 64
    assert kind.unpack(packed) == payload


def test_every_payload_with_a_free_value_is_tried_at_its_largest() -> None:
    assert {kind for kind in KINDS if set(kind.model_fields) - {"again"}} == set(LARGEST)


def test_prefixes_are_unique_versioned_and_no_beginning_of_another() -> None:
    prefixes = [kind.__prefix__ for kind in KINDS]
    assert len(set(prefixes)) == len(prefixes)
    for prefix in prefixes:
        assert prefix[-1].isdigit()
        assert [other for other in prefixes if other.startswith(prefix)] == [prefix]
    assert {kind.__separator__ for kind in KINDS} == {"|"}


def test_every_button_belongs_to_a_command_and_does_not_do_more() -> None:
    commands = {command.name: command for command in COMMANDS}
    for button in BUTTONS:
        command = commands[button.command]
        assert button.safety == command.safety
        assert button.effect in {command.effect, Effect.READS}


def test_the_symbol_is_left_out_where_it_does_not_fit() -> None:
    assert price_tap("BTC/USDT:USDT", "1h").symbol == "BTC/USDT:USDT"
    assert price_tap("€" * 20, "1h") == payloads.ChartTap(name="price")
    assert len(price_tap("X" * 900).pack()) <= 64


@pytest.mark.parametrize("name", declarations(Parameters))
def test_every_parameter_can_be_confirmed_by_a_button(name: str) -> None:
    declared = declarations(Parameters)[name]
    for value in (declared.default, declared.low, declared.high):
        if value is not None:
            shown = format_value(declared, value).replace(" ", "")
            subject = f"{short_digest(name, 6)}={shown}"
            slip = Signer(b"k" * 32, "set", 1).sign(subject, NOW)
            payloads.SetConfirmed(subject=subject, until=slip.until, code=slip.code).pack()


def test_short_names_of_parameters_are_unique() -> None:
    names = declarations(Parameters)
    assert len({short_digest(name, 6) for name in names}) == len(names)


@pytest.mark.parametrize("role", Role)
def test_a_card_shows_only_buttons_that_the_role_may_press(role: Role) -> None:
    needed = {command.name: command.role for command in COMMANDS}
    command_of = {button.payload: button.command for button in BUTTONS}
    for state in TradingState:
        for row in (*home_rows(role), *status_rows(role, state)):
            assert 0 < len(row) <= 3
            for key in row:
                assert key.payload is not None
                assert role.covers(needed[command_of[type(key.payload)]])


def test_the_safe_answer_of_a_question_comes_first() -> None:
    (safe,), (danger,) = question_rows("Yes", payloads.PanicTap())
    assert isinstance(safe.payload, payloads.Dismissed)
    assert danger.style == "danger"
