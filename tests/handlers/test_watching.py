"""What the watching commands answer, and how their buttons turn the pages."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.analytics.breakdown import Dimension
from engine.core.errors import UserError
from engine.core.kinds import PositionSide, Role, TradingState
from engine.core.queries import TradeFilter
from engine.services.result_answers import Span
from handlers.payloads import (
    ChartTap,
    Dismissed,
    HelpTap,
    LogsTap,
    PartsTap,
    PeriodsTap,
    PositionsTap,
    PositionTap,
    StatusTap,
    TradesTap,
    TradeTap,
    WhyTap,
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
    assert labels(first) == [*["↗ BTC"] * 12, "🔄 Refresh", "More »"]
    second = await tap(fake, PositionsTap(again=True, page=99))
    assert second.edit
    assert "Page 2 of 2" in second.text
    assert labels(second) == [*["↗ BTC"] * 8, "🔄 Refresh", "« Back"]
    assert not (await tap(fake, PositionsTap())).edit


async def test_a_position_is_opened_by_its_number_whatever_closed_meanwhile(
    fake: FakeDesk,
) -> None:
    fake.reports.card = answers.a_status(rows=3)
    listed = await ask(fake, "/positions")
    second = [key.payload for row in listed.keys for key in row][1]
    assert second == PositionTap(position_id=2)
    fake.reports.card = replace(
        fake.reports.card, open_positions=fake.reports.card.open_positions[1:]
    )
    card = await tap(fake, PositionTap(position_id=2))
    assert "#2 · PAPER" in card.text
    seen = ["🔄 Refresh", "🖼 Chart", "❔ Why", "📈 All positions"]
    acts = ["Close 25 %", "50 %", "All", "Stop to entry", "Trail on", "Trail off"]
    assert labels(card) == [*acts, *seen]
    assert labels(await tap(fake, PositionTap(position_id=2), Role.VIEWER)) == seen
    gone = await tap(fake, PositionTap(position_id=1, again=True))
    assert (gone.text, gone.edit) == ("#1 is not open any more.", True)
    assert only(gone, TradeTap) == TradeTap(trade_id=1)


async def test_trades_walk_back_by_the_cursor(fake: FakeDesk) -> None:
    newest = await ask(fake, "/trades")
    older = next(key.payload for row in newest.keys for key in row if key.label == "Older »")
    assert older == TradesTap(again=True, before=49, limit=8, number=2)
    page = await tap(fake, older)
    assert page.edit
    assert "Page 2 of 2" in page.text
    assert labels(page) == ["#50", "#49", "« Newest", "won", "lost"]
    assert fake.reports.asked == [(None, 8), (49, 8)]


async def test_trades_take_conditions_in_any_order_and_pages_keep_them(fake: FakeDesk) -> None:
    first = await ask(fake, "/trades lost 5 btc SQUEEZE long 7d")
    wanted = TradeFilter(
        symbol=SYMBOL,
        strategy="squeeze",
        side=PositionSide.LONG,
        won=False,
        since=fake.reports.today() - timedelta(days=6),
    )
    assert (fake.reports.asked, fake.reports.wanted) == ([(None, 5)], [wanted])
    assert "Only BTC, squeeze, long, lost, since " in first.text
    keys = {key.label: key.payload for row in first.keys for key in row}
    for label in ("Older »", "won", "• lost"):
        payload = keys[label]
        assert isinstance(payload, TradesTap)
        await tap(fake, TradesTap.unpack(payload.pack()))
    assert fake.reports.wanted[1:] == [
        wanted,
        replace(wanted, won=True),
        replace(wanted, won=None),
    ]


async def test_a_name_that_is_traded_no_more_drops_out_of_an_old_button(fake: FakeDesk) -> None:
    await tap(fake, TradesTap(symbol="gone00", strategy="gone00", side="up", days=99_999))
    (wanted,) = fake.reports.wanted
    assert replace(wanted, since=None) == TradeFilter()


async def test_trades_say_what_they_take(fake: FakeDesk) -> None:
    await ask(fake, "/trades 20")
    assert fake.reports.asked == [(None, 20)]
    for words in ("0", "21", "-1", "8.0", "\u0663", "0d", "<b>"):
        with pytest.raises(UserError):
            await ask(fake, f"/trades {words}")


async def test_one_trade_opens_from_its_button(fake: FakeDesk) -> None:
    card = await tap(fake, TradeTap(trade_id=50))
    assert "#50 · PAPER" in card.text
    assert labels(card) == ["❔ Why", "🖼 Chart"]
    assert "no closed trade #7" in (await tap(fake, TradeTap(trade_id=7))).text
    assert "Why" in (await tap(fake, WhyTap(position_id=50))).text


async def test_results_are_asked_for_by_day_week_and_month(fake: FakeDesk) -> None:
    for line in ("/daily", "/weekly 3", "/monthly 12"):
        await ask(fake, line)
    assert fake.results.asked == [(Span.DAY, 7), (Span.WEEK, 3), (Span.MONTH, 12)]
    with pytest.raises(UserError, match="1 to 31"):
        await ask(fake, "/daily 32")
    weekly = await tap(fake, PeriodsTap(span="week", count=8, again=True))
    assert (weekly.edit, labels(weekly)) == (True, ["🔄 Refresh", "days", "months", "🖼 Chart"])
    assert (await tap(fake, PeriodsTap(span="forged", count=1))).text


async def test_performance_turns_from_side_to_side_in_place(fake: FakeDesk) -> None:
    for line in ("/performance", "/performance hour", "/performance by voter 30d"):
        await ask(fake, line)
    turned = await tap(fake, PartsTap(dimension="regime", days=30, again=True))
    assert turned.edit
    assert fake.results.asked == [
        (Dimension.SYMBOL, None),
        (Dimension.HOUR, None),
        (Dimension.VOTER, 30),
        (Dimension.REGIME, 30),
    ]
    assert len(labels(turned)) == len(Dimension)
    with pytest.raises(UserError, match="told apart"):
        await ask(fake, "/performance weather")
    assert (await tap(fake, PartsTap(dimension="forged"))).text


async def test_logs_are_asked_for_by_number_and_weight(fake: FakeDesk) -> None:
    assert (await ask(fake, "/logs")).text.count("the desk runs") == 20
    await ask(fake, "/logs 5 error")
    again = await tap(fake, LogsTap(count=10_000, level="forged", again=True))
    assert again.edit
    assert fake.health.asked == [(20, ""), (5, "ERROR"), (50, "")]
    with pytest.raises(UserError, match="from 1 to 50"):
        await ask(fake, "/logs 51")


async def test_the_version_says_how_long_it_runs(fake: FakeDesk) -> None:
    text = (await ask(fake, "/version")).text
    assert "Parley 0.1.0" in text
    assert "Running for 2 h, since 2026-11-21 06:01:00 UTC" in text


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
    assert labels(await ask(fake, "/trades")) == ["#50", "#49", "won", "lost"]
    fake.reports.card = answers.a_status(rows=0)
    assert labels(await ask(fake, "/positions")) == ["🔄 Refresh"]
