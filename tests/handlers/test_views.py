"""Every card: well-formed whatever the texts in it, within Telegram's limits, right to the cent."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.core.kinds import PositionSide, Role, TradingState
from engine.core.state import Cause
from engine.market.bars import EMPTY
from engine.rules.plans import ExitReason
from engine.services.answers import Gauge, Light
from handlers.views import (
    balance,
    controls,
    parameters,
    pictures,
    positions,
    status,
    system,
    trades,
)
from handlers.views.text import CAPTION_LIMIT, TEXT_LIMIT
from handlers.views.words import (
    EXIT_WORDS,
    exit_words,
    short_exit_words,
    side_mark,
)
from tests.handlers import answers, samples
from tests.handlers.markup import shown, units, widest_table_line
from tests.handlers.risk_answers import a_glance
from tests.handlers.samples import HOSTILE, NOW

CARDS: dict[str, Callable[[str], str]] = {
    "status": lambda text: status.status_text(answers.a_status(text, rows=9)),
    "status, nothing open": lambda text: status.status_text(answers.a_status(text, rows=0)),
    "positions": lambda text: positions.positions_text(
        tuple(answers.a_row(n, text or samples.SYMBOL) for n in range(100)), "PAPER", NOW, page=2
    ),
    "no positions": lambda text: positions.positions_text((), "PAPER", NOW),
    "trades": lambda text: trades.trades_text(
        answers.a_page(text, trades=20, total=900), "PAPER", number=2, of=45
    ),
    "no trades": lambda text: trades.trades_text(
        answers.a_page(text, trades=0, total=0), "PAPER", number=1, of=0
    ),
    "balance": lambda text: balance.balance_text(answers.a_balance(text), "PAPER", NOW),
    "control": lambda text: controls.control_text(answers.a_control(text), "PAPER"),
    "resume?": lambda text: controls.resume_question(answers.a_control(text), "PAPER"),
    "panic": lambda text: controls.panic_text(
        answers.a_step(positions=40, text=text), "PAPER", asks=True
    ),
    "parameters": lambda text: parameters.overview_text((answers.a_parameter(text),) * 40, "PAPER"),
    "group": lambda text: parameters.rows_text((answers.a_parameter(text),) * 40, text, "PAPER"),
    "parameter": lambda text: parameters.row_text(answers.a_parameter(text), "PAPER"),
    "change": lambda text: parameters.change_text(answers.a_change(text), "PAPER"),
    "change?": lambda text: parameters.change_text(answers.a_change(text, waits=True), "PAPER"),
    "undo": lambda text: parameters.undo_text((answers.a_change(text),) * 40, "PAPER"),
    "undo?": lambda text: parameters.undo_text((answers.a_change(text, waits=True),), "PAPER"),
    "history": lambda text: parameters.history_text((answers.a_version(text),) * 40, "PAPER"),
    "reload": lambda text: parameters.reload_text(
        replace(
            answers.a_plan(text),
            changes=(answers.a_change(text),) * 60,
            errors=(text,) * 60 if text else (),
        ),
        "PAPER",
        applied=False,
    ),
    "health": lambda text: system.health_text(
        [Gauge(name=text, value=text, good=False, hint=text)] * 40, "PAPER", NOW
    ),
    "mode": lambda text: system.mode_text(answers.a_mode(text)),
    "home": lambda text: system.home_text(text, Role.VIEWER, answers.a_mode(text), welcome=True),
}
CAPTIONS: dict[str, Callable[[str], str]] = {
    "equity": lambda text: pictures.equity_caption(samples.points(), "PAPER"),
    "no equity": lambda text: pictures.equity_caption((), "PAPER"),
    "drawdown": lambda text: pictures.drawdown_caption(samples.points(), "PAPER"),
    "no drawdown": lambda text: pictures.drawdown_caption((), "PAPER"),
    "price": lambda text: pictures.price_caption(
        answers.a_view(text or samples.SYMBOL), "PAPER", entries=1, exits=2
    ),
    "no price": lambda text: pictures.price_caption(
        replace(answers.a_view(text or samples.SYMBOL), bars=EMPTY), "PAPER", entries=0, exits=0
    ),
}


@pytest.mark.parametrize(
    "text", ["", HOSTILE, "عربي\u202e", "a" * 5000], ids=["", "hostile", "rtl", "long"]
)
@pytest.mark.parametrize("card", CARDS)
def test_every_card_is_well_formed_badged_and_within_the_limit(card: str, text: str) -> None:
    markup = CARDS[card](text)
    assert 0 < units(shown(markup)) <= TEXT_LIMIT
    assert "PAPER" in markup.split("\n")[0]


@pytest.mark.parametrize("text", ["", HOSTILE], ids=["", "hostile"])
@pytest.mark.parametrize("caption", CAPTIONS)
def test_every_caption_has_at_most_six_lines(caption: str, text: str) -> None:
    markup = CAPTIONS[caption](text)
    assert 0 < units(shown(markup)) <= CAPTION_LIMIT
    assert markup.count("\n") <= 5
    assert "PAPER" in markup.split("\n")[0]


@pytest.mark.parametrize("card", CARDS)
def test_tables_fit_a_phone(card: str) -> None:
    assert widest_table_line(CARDS[card]("")) <= 35


def test_the_status_card_reads_so() -> None:
    lights = (Light("engine", True), Light("Telegram", False))
    assert shown(status.status_text(answers.a_status(), a_glance(), lights)) == (
        "🟢 ACTIVE · PAPER\n"
        "Taking new trades.\n"
        "Equity              10,123.46 USDT\n"
        "Open result                  +3.58\n"
        "Today -0.23%                -23.44\n"
        "Closed today           3 = +1.20 R\n"
        "Net of 12 trades           +119.87\n"
        "At risk to the stops         0.05%\n"
        "In the market                7.90%\n"
        "Market          trend up (7 of 12)\n"
        "Day loss            0.23% of 3.00%\n"
        "Drawdown           1.20% of 15.00%\n"
        "Losses in a row !           8 of 8\n"
        "\n"
        "Open: 1\n"
        "↗ BTC               +3.58  +0.42 R\n"
        "🟢 engine · 🔴 Telegram\n"
        "Last: ETH short denied: not enough votes\n"
        "As of 2026-11-21 08:01:22 UTC"
    )


def test_the_status_card_says_why_it_does_not_trade_and_what_is_wrong() -> None:
    halted = replace(
        answers.a_status(rows=0),
        trading=TradingState.HALTED,
        why="panic by Ann",
        stale_symbols=("ETH/USDT:USDT",),
        frozen_symbols=("BTC/USDT:USDT",),
        market_at=None,
        last_decision="",
    )
    text = shown(status.status_text(halted))
    assert "🔴 HALTED · PAPER\nNo new trades, stops stay.\nWhy: panic by Ann\n" in text
    assert "📡 Stale prices: ETH\n❓ Waiting for an answer: BTC\nAs of no time yet" in text
    assert "No open positions" in text


def test_the_first_step_of_panic_reads_so() -> None:
    assert shown(controls.panic_text(answers.a_step(), "PAPER", asks=False)) == (
        "🛑 HALTED 08:01:22 UTC · PAPER\n"
        "3 positions, 4,210.00 USDT\n"
        "1 waiting order cancelled.\n"
        "No new trades. Stops stay in place.\n"
        "↗ BTC long                  0.0124\n"
        "↗ BTC long                  0.0124\n"
        "↗ BTC long                  0.0124"
    )


def test_a_repeated_panic_and_one_that_closes_say_so() -> None:
    again = replace(answers.a_step(), repeated=True, cancelled_orders=0)
    assert "this is the same panic" in controls.panic_text(again, "PAPER", asks=False)
    text = shown(controls.panic_text(replace(again, closing=True), "PAPER", asks=True))
    assert "the same panic" not in text
    assert "Closing at market." in text
    assert "Close them all" not in text
    assert "no open positions" in controls.panic_text(answers.a_step(0), "PAPER", asks=True)


def test_the_balance_says_whether_the_venue_agrees() -> None:
    ours = answers.a_balance()
    assert "say the same" in balance.balance_text(ours, "PAPER", NOW)
    differs = replace(ours, agrees=False, venue_cash_quote=Decimal("9326.84"))
    assert "its cash is 9,326.84" in balance.balance_text(differs, "PAPER", NOW)
    silent = replace(ours, agrees=None, venue_cash_quote=None)
    assert "did not answer" in balance.balance_text(silent, "PAPER", NOW)
    assert "Change                   -2,376.54" in balance.balance_text(ours, "PAPER", NOW)
    assert "You moved                +2,500.00" in balance.balance_text(ours, "PAPER", NOW)
    still = replace(ours, moved_quote=Decimal(0))
    assert "Change                     +123.46" in balance.balance_text(still, "PAPER", NOW)
    assert "You moved" not in balance.balance_text(still, "PAPER", NOW)


def test_a_breaker_is_named_before_anybody_resumes() -> None:
    control = replace(answers.a_control(), cause=Cause.BREAKER, why="lost 6.1% today")
    text = shown(controls.resume_question(control, "LIVE"))
    assert "Stopped by: a loss limit.\nWhy: lost 6.1% today\nSince 2026-11-21" in text


def test_a_change_says_old_and_new_and_where_it_stands() -> None:
    done = shown(parameters.change_text(answers.a_change(), "PAPER"))
    assert "0.5% → 0.8%\n" in done
    assert done.endswith("✅ In force now: version 8, abc123abc123")
    later = replace(answers.a_change(), hot=False)
    assert "In force at the next start" in parameters.change_text(later, "PAPER")
    same = replace(answers.a_change(), new="0.5%")
    assert "nothing changed" in parameters.change_text(same, "PAPER")
    assert "There is no change" in parameters.undo_text((), "PAPER")
    assert "Nothing was ever changed" in parameters.history_text((), "PAPER")


def test_a_reload_is_all_or_nothing_in_words_too() -> None:
    plan = answers.a_plan()
    assert "Apply it? Positions stay." in parameters.reload_text(plan, "PAPER", applied=False)
    assert "1 change applied" in parameters.reload_text(plan, "PAPER", applied=True)
    wrong = replace(plan, errors=("max_positions is 900",))
    assert "Nothing can be applied" in parameters.reload_text(wrong, "PAPER", applied=False)
    empty = replace(plan, changes=())
    assert "in force already" in parameters.reload_text(empty, "PAPER", applied=False)


def test_bad_readings_come_first_with_their_hint() -> None:
    gauges = [
        Gauge(name="prices", value="0.4 s old", good=True),
        Gauge(name="disk", value="90 MB free", good=False, hint="Free some space."),
    ]
    text = shown(system.health_text(gauges, "PAPER", NOW))
    assert text.startswith(
        "⚠️ 1 problem · PAPER\n❌ disk: 90 MB free\n   Free some space.\n✅ prices"
    )


def test_the_mode_says_what_money_it_is() -> None:
    live = replace(answers.a_mode(), badge="LIVE", speed=1)
    assert "real money" in system.mode_text(live)
    assert "No real money" in system.mode_text(replace(answers.a_mode(), speed=0))
    assert "60 times real speed" in system.mode_text(answers.a_mode())


def test_every_reason_of_an_exit_has_words() -> None:
    assert set(EXIT_WORDS) == set(ExitReason)
    assert exit_words(int(ExitReason.TRAIL)) == "trailing stop"
    assert exit_words(999) == short_exit_words(999) == "closed"
    assert max(len(short_exit_words(int(reason))) for reason in ExitReason) <= 12
    assert side_mark(PositionSide.LONG) != side_mark(PositionSide.SHORT)
