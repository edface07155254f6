"""What the watching commands answer, and how their buttons turn the pages."""

from dataclasses import replace

import pytest

from engine.core.errors import UserError
from engine.core.kinds import Role, TradingState
from handlers.payloads import (
    ChartTap,
    Dismissed,
    HelpTap,
    PositionsTap,
    StatusTap,
    TradesTap,
)
from tests.handlers import answers
from tests.handlers.asking import FakeDesk, ask, labels, only, tap
from tests.handlers.markup import shown, units
from tests.handlers.samples import SYMBOL


async def test_status_is_the_pinned_card_and_a_refresh_redraws_the_tapped_one(
    fake: FakeDesk,
) -> None:
    assert (await ask(fake, "/status")).pin_as == "status"
    assert (await tap(fake, StatusTap())).pin_as == "status"
    again = await tap(fake, StatusTap(again=True))
    assert (again.edit, again.pin_as) == (True, "")


async def test_a_viewer_sees_no_button_that_controls(fake: FakeDesk) -> None:
    assert labels(await ask(fake, "/status", Role.VIEWER)) == [
        "🔄 Refresh",
        "📈 Positions",
        "🖼 Chart",
    ]
    assert "🛑 PANIC" in labels(await ask(fake, "/status", Role.TRADER))
    assert "🛑 PANIC" not in labels(await ask(fake, "/start", Role.VIEWER))


async def test_a_halted_card_offers_resume_in_place_of_pause(fake: FakeDesk) -> None:
    fake.reports.card = replace(fake.reports.card, trading=TradingState.HALTED)
    assert labels(await ask(fake, "/status"))[3:] == ["▶️ Resume", "🛑 PANIC"]


async def test_positions_turn_their_pages_in_place(fake: FakeDesk) -> None:
    fake.reports.card = answers.a_status(rows=20)
    first = await ask(fake, "/positions")
    assert labels(first) == ["🔄 Refresh", "More »", "🖼 Chart"]
    third = await tap(fake, PositionsTap(again=True, page=99))
    assert third.edit
    assert "Page 3 of 3" in third.text
    assert labels(third) == ["🔄 Refresh", "« Back", "🖼 Chart"]
    assert not (await tap(fake, PositionsTap())).edit


async def test_trades_walk_back_by_the_cursor(fake: FakeDesk) -> None:
    newest = await ask(fake, "/trades")
    older = only(newest, TradesTap)
    assert older == TradesTap(again=True, before=49, limit=8, number=2)
    page = await tap(fake, older)
    assert page.edit
    assert "Page 2 of 2" in page.text
    assert labels(page)[0] == "« Newest"
    assert fake.reports.asked == [(None, 8), (49, 8)]


async def test_trades_take_a_number_and_nothing_else(fake: FakeDesk) -> None:
    await ask(fake, "/trades 20")
    assert fake.reports.asked == [(None, 20)]
    for words in ("0", "21", "-1", "BTC", "8.0", "\u0663"):
        with pytest.raises(UserError, match="from 1 to 20"):
            await ask(fake, f"/trades {words}")


async def test_a_forged_page_size_is_cut_to_the_largest(fake: FakeDesk) -> None:
    await tap(fake, TradesTap(limit=10_000))
    await tap(fake, TradesTap(limit=-5))
    assert fake.reports.asked == [(None, 20), (None, 1)]


async def test_charts_come_by_name_and_a_bare_symbol_means_its_price(fake: FakeDesk) -> None:
    for line in ("/chart", "/chart drawdown", "/chart price btc 1h", "/chart btc", "/chart price"):
        answer = await ask(fake, line)
        assert answer.picture is not None
        assert units(shown(answer.picture.caption)) <= 1024
    assert [name for name, _ in fake.pictures.drawn] == [
        "equity",
        "drawdown",
        "price",
        "price",
        "price",
    ]
    symbol = SYMBOL
    prices = [asked for asked in fake.reports.asked if asked[0] == symbol]
    assert prices == [(symbol, "1h"), (symbol, None), (symbol, None)]
    with pytest.raises(UserError, match="not traded"):
        await ask(fake, "/chart price <b>BTC")


async def test_chart_buttons_switch_in_place_and_keep_the_symbol(fake: FakeDesk) -> None:
    first = await ask(fake, "/chart price BTC 1h")
    assert labels(first) == [
        *("5m", "• 1h"),
        *("equity", "drawdown", "🔄 price", "months", "hours", "results"),
        *("extremes", "confidence", "alike", "reliability", "votes"),
    ]
    assert max(len(row) for row in first.keys) == 3
    assert not first.edit
    kept = [key.payload for key in first.keys[1] if isinstance(key.payload, ChartTap)]
    assert {each.symbol for each in kept} == {SYMBOL}
    switched = await tap(fake, kept[0])
    assert switched.edit
    assert switched.picture is not None
    assert switched.picture.name == "equity.png"
    forged = await tap(fake, ChartTap(name="../../x"))
    assert forged.picture is not None
    assert forged.picture.name == "equity.png"


async def test_help_opens_tabs_and_single_commands(fake: FakeDesk) -> None:
    assert "/status" in (await ask(fake, "/help", Role.VIEWER)).text
    assert "/panic" in (await tap(fake, HelpTap(tab="Control"))).text
    assert "/status" in (await tap(fake, HelpTap(tab="forged"))).text
    assert "/set risk_per_trade 0.4%" in (await ask(fake, "/help set")).text
    with pytest.raises(UserError, match="no command"):
        await ask(fake, "/help set", Role.VIEWER)


async def test_a_dismissed_question_changes_nothing(fake: FakeDesk) -> None:
    answer = await tap(fake, Dismissed())
    assert (answer.edit, answer.keys) == (True, ())
    assert (fake.controls.asked, fake.tuning.asked) == ([], [])


async def test_a_pairing_code_gives_its_role_and_a_wrong_one_a_sentence(fake: FakeDesk) -> None:
    answer = await ask(fake, "/start K7QX-2M4P", Role.VIEWER)
    assert "Welcome, Ann!" in answer.text
    assert "You are its owner" in answer.text
    assert "🛑 PANIC" in labels(answer)
    with pytest.raises(UserError, match="wrong, used or too old"):
        await ask(fake, "/start guess", Role.VIEWER)


async def test_the_last_page_of_trades_and_an_empty_book_offer_no_further_step(
    fake: FakeDesk,
) -> None:
    fake.reports.page = answers.a_page(trades=2, total=2)
    assert labels(await ask(fake, "/trades")) == []
    fake.reports.card = answers.a_status(rows=0)
    assert labels(await ask(fake, "/positions")) == ["🔄 Refresh"]
