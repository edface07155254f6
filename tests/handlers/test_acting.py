"""Acts from the phone: asked once with a fresh price, confirmed by the same person, done once."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from aiogram.filters.callback_data import CallbackData

from engine.core.commands import (
    CancelEntry,
    CloseEverything,
    ClosePosition,
    MoveToBreakeven,
    OpenPosition,
    PauseSymbol,
    ResumeSymbol,
    SetParameter,
    SetTrail,
)
from engine.core.errors import UserError
from engine.core.kinds import PositionSide, Role
from handlers.act_payloads import (
    BreakevenConfirmed,
    BreakevenTap,
    BuyConfirmed,
    CancelTap,
    CloseAllConfirmed,
    CloseConfirmed,
    CloseTap,
    ProfileConfirmed,
    SellConfirmed,
    TrailTap,
)
from handlers.keys import position_keys
from handlers.payloads import SetConfirmed
from handlers.spoken import length, share_pct, size
from tests.handlers.asking import FakeDesk, ask, labels, only, tap

ASKED: list[tuple[str, type[CallbackData]]] = [
    ("/close BTC", CloseConfirmed),
    ("/close 42 25%", CloseConfirmed),
    ("/closeall", CloseAllConfirmed),
    ("/reduce", CloseAllConfirmed),
    ("/reduce BTC 50%", CloseConfirmed),
    ("/breakeven BTC", BreakevenConfirmed),
    ("/buy BTC", BuyConfirmed),
    ("/sell BTC 2%", SellConfirmed),
]


@pytest.mark.parametrize(("line", "kind"), ASKED)
async def test_nothing_is_done_before_the_second_tap_and_then_once(
    fake: FakeDesk, line: str, kind: type[CallbackData]
) -> None:
    question = await ask(fake, line)
    assert fake.acting.asked == []
    assert labels(question)[0] == "No, leave it"
    confirmed = only(question, kind)
    first, second = await tap(fake, confirmed), await tap(fake, confirmed)
    assert first.edit
    assert "nothing more was done" in second.text
    assert len({command.command_id for command in fake.acting.asked}) == 1


@pytest.mark.parametrize(("line", "kind"), ASKED)
async def test_a_late_tap_and_another_persons_tap_do_nothing(
    fake: FakeDesk, line: str, kind: type[CallbackData]
) -> None:
    confirmed = only(await ask(fake, line), kind)
    with pytest.raises(UserError, match="not yours"):
        await tap(fake, confirmed, person_id=1002)
    fake.now_at += timedelta(minutes=2)
    with pytest.raises(UserError, match="expired"):
        await tap(fake, confirmed)
    assert fake.acting.asked == []


async def test_a_question_with_a_price_lives_half_a_minute(fake: FakeDesk) -> None:
    for line, kind in ASKED:
        if kind is BreakevenConfirmed:
            continue
        confirmed = only(await ask(fake, line), kind)
        fake.now_at += timedelta(seconds=30)
        with pytest.raises(UserError, match="expired"):
            await tap(fake, confirmed)


async def test_a_position_that_changed_after_the_question_is_left_alone(fake: FakeDesk) -> None:
    confirmed = only(await ask(fake, "/close BTC 25%"), CloseConfirmed)
    fake.acting.held = replace(fake.acting.held, qty_base=Decimal("0.01"))
    with pytest.raises(UserError, match="changed since"):
        await tap(fake, confirmed)


async def test_the_share_that_was_shown_is_the_share_that_is_closed(fake: FakeDesk) -> None:
    await tap(fake, only(await tap(fake, CloseTap(position_id=42, share_pct=25)), CloseConfirmed))
    await tap(fake, only(await ask(fake, "/reduce 10%"), CloseAllConfirmed))
    close, everything = fake.acting.asked
    assert isinstance(close, ClosePosition)
    assert isinstance(everything, CloseEverything)
    assert (close.position_id, close.share_ratio, everything.share_ratio) == (42, 0.25, 0.1)


async def test_stops_are_moved_and_turned_from_their_buttons(fake: FakeDesk) -> None:
    question = await tap(fake, BreakevenTap(position_id=42))
    await tap(fake, only(question, BreakevenConfirmed))
    version = fake.acting.held.version
    await tap(fake, TrailTap(position_id=42, is_on=True, version=version), Role.TRADER)
    await ask(fake, "/trail BTC off")
    even, on, off = fake.acting.asked
    assert isinstance(even, MoveToBreakeven)
    assert isinstance(on, SetTrail)
    assert isinstance(off, SetTrail)
    assert (on.is_on, off.is_on) == (True, False)
    with pytest.raises(UserError, match="on or off"):
        await ask(fake, "/trail BTC maybe")


async def test_the_acts_on_a_card_are_those_of_the_role(fake: FakeDesk) -> None:
    position = fake.acting.held
    assert position_keys(position, Role.VIEWER) == ()
    shown = [key.label for row in position_keys(position, Role.TRADER) for key in row]
    assert shown == ["Close 25 %", "50 %", "All", "Stop to entry", "Trail on", "Trail off"]


async def test_a_waiting_entry_is_cancelled_by_name_or_by_button(fake: FakeDesk) -> None:
    listed = await ask(fake, "/cancel")
    await tap(fake, only(listed, CancelTap))
    await ask(fake, "/cancel BTC")
    assert [type(command) for command in fake.acting.asked] == [CancelEntry, CancelEntry]


async def test_a_trade_keeps_the_size_and_the_price_that_were_shown(fake: FakeDesk) -> None:
    question = await ask(fake, "/buy BTC 500")
    await tap(fake, only(question, BuyConfirmed))
    await tap(fake, only(await ask(fake, "/sell BTC 2%"), SellConfirmed))
    bought, sold = fake.acting.asked
    assert isinstance(bought, OpenPosition)
    assert isinstance(sold, OpenPosition)
    assert (bought.side, bought.most_quote) == (PositionSide.LONG, Decimal(500))
    assert (sold.side, sold.most_quote) == (PositionSide.SHORT, Decimal(200))
    assert bought.seen_price == pytest.approx(64_500.1)


async def test_less_than_was_asked_for_is_said(fake: FakeDesk) -> None:
    assert "You asked for 5,000.00" in (await ask(fake, "/buy BTC 5000")).text


WIDE_FIVE = "\uff15"


@pytest.mark.parametrize(
    "text", ["nan", "-5", "1e9", "1_000", WIDE_FIVE, "0", "5%%", "", "1,5", "all"]
)
def test_a_size_that_could_mean_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is no size"):
        size(text)


@pytest.mark.parametrize("text", ["0%", "101", "-1", "half", "2.5%", WIDE_FIVE + "%", ""])
def test_a_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="is no share"):
        share_pct(text)


def test_lengths_of_time_are_strict_and_bounded() -> None:
    assert length("30m") == timedelta(minutes=30)
    assert length("2H") == timedelta(hours=2)
    assert [length(text) for text in ("0m", "99999d", "30", "m", "-1h", "1w", "1.5h")] == [None] * 7


async def test_pause_understands_a_time_a_symbol_and_a_reason(fake: FakeDesk) -> None:
    answer = await ask(fake, "/pause 30m")
    (command,) = fake.pauses.asked
    assert getattr(command, "lasts", None) == timedelta(minutes=30)
    assert "ends by itself at 2026-11-21 08:31:22 UTC" in answer.text
    for line in ("/pause 2h BTC", "/pause btc 2h"):
        await ask(fake, line)
        command = fake.pauses.asked[-1]
        assert isinstance(command, PauseSymbol)
        assert command.lasts == timedelta(hours=2)
    await ask(fake, "/pause BTC looks odd")
    assert len(fake.pauses.asked) == 3, "with more words it is a reason, and all entries stop"
    assert fake.controls.control.why == "BTC looks odd"
    await ask(fake, "/resume BTC")
    assert isinstance(fake.pauses.asked[-1], ResumeSymbol)


async def test_what_lets_the_desk_do_more_is_an_owners(fake: FakeDesk) -> None:
    for line in ("/watch all", "/strategy sma_5_15 on"):
        with pytest.raises(UserError, match="do more"):
            await ask(fake, line, Role.TRADER)
        await ask(fake, line)
    await ask(fake, "/blacklist add BTC", Role.TRADER)
    await ask(fake, "/watch only BTC", Role.TRADER)
    await ask(fake, "/strategy sma_5_15 off", Role.TRADER)
    sets = [command for command in fake.tuning.asked if isinstance(command, SetParameter)]
    assert [(command.name, command.text) for command in sets] == [
        ("allowed_symbols", "all"),
        ("sma_5_15", "on"),
        ("blocked_symbols", "BTC"),
        ("allowed_symbols", "BTC"),
        ("sma_5_15", "off"),
    ]


async def test_a_change_for_a_while_keeps_its_length_through_the_question(fake: FakeDesk) -> None:
    fake.tuning.raises = True
    question = await ask(fake, "/set max_positions 9 for 4h")
    await tap(fake, only(question, SetConfirmed))
    first, second = fake.tuning.asked
    assert isinstance(first, SetParameter)
    assert isinstance(second, SetParameter)
    assert (first.text, first.lasts, second.lasts) == ("9", timedelta(hours=4), first.lasts)
    with pytest.raises(UserError, match="is no time"):
        await ask(fake, "/set max_positions 9 for ever")


async def test_a_bolder_preset_waits_for_an_owners_second_tap(fake: FakeDesk) -> None:
    fake.tuning.raises = True
    with pytest.raises(UserError, match="raises risk"):
        await ask(fake, "/preset bold", Role.TRADER)
    confirmed = only(await ask(fake, "/preset bold"), ProfileConfirmed)
    with pytest.raises(UserError, match="Only an owner"):
        await tap(fake, confirmed, Role.TRADER)
    assert (await tap(fake, confirmed)).toast == "Done"


class Locked:
    """A second factor that nobody has given."""

    is_on = True

    async def require(self, person_id: int) -> None:
        raise UserError("This needs your code first; nothing was changed.")

    def last_word(self, person_id: int) -> str:
        return ""

    async def attempt(self, person_id: int, code: str, update_id: int) -> None:
        raise AssertionError("no handler tries a code")


async def test_without_the_code_nothing_that_raises_risk_is_done(fake: FakeDesk) -> None:
    fake.desk = replace(fake.desk, codes=Locked())
    bought = only(await ask(fake, "/buy BTC"), BuyConfirmed)
    fake.tuning.raises = True
    raised = only(await ask(fake, "/set max_positions 9"), SetConfirmed)
    bolder = only(await ask(fake, "/preset bold"), ProfileConfirmed)
    for payload in (bought, raised, bolder):
        with pytest.raises(UserError, match="needs your code"):
            await tap(fake, payload)
    with pytest.raises(UserError, match="needs your code"):
        await ask(fake, "/watch all")
    assert fake.acting.asked == []
    await tap(fake, only(await ask(fake, "/close BTC"), CloseConfirmed))
    assert len(fake.acting.asked) == 1, "leaving asks for no code"
