"""Cards of positions, trades and results: well-formed, within the limits, right to the cent."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.core.queries import TradeFilter
from engine.services.answers import About
from handlers.views import positions, results, system, trades
from handlers.views.text import TEXT_LIMIT, stepped
from tests.handlers import answers, samples
from tests.handlers.markup import shown, units, widest_table_line
from tests.handlers.result_answers import a_breakdown, some_periods, some_stats
from tests.handlers.samples import HOSTILE, NOW

CARDS: dict[str, Callable[[str], str]] = {
    "trades of a kind": lambda text: trades.trades_text(
        replace(answers.a_page(text), wanted=TradeFilter(symbol=text, strategy=text, won=False)),
        "PAPER",
        number=1,
        of=6,
    ),
    "a position": lambda text: positions.position_text(
        answers.a_row(1, text or samples.SYMBOL), "PAPER", NOW
    ),
    "a trade": lambda text: trades.trade_text(
        replace(samples.a_trade(41, "1", text or samples.SYMBOL), strategy=text), "PAPER"
    ),
    "periods": lambda text: results.periods_text(some_periods(text), "PAPER"),
    "breakdown": lambda text: results.breakdown_text(a_breakdown(text, parts=40), "PAPER"),
    "no breakdown": lambda text: results.breakdown_text(a_breakdown(text, parts=0), "PAPER"),
    "stats": lambda text: results.stats_text(some_stats(text), "PAPER"),
    "no stats": lambda text: results.stats_text(some_stats(text, trades=0), "PAPER"),
    "logs": lambda text: system.logs_text((text or "12:00:00 INFO ok",) * 50, "PAPER"),
    "no logs": lambda text: system.logs_text((), "PAPER", level="ERROR"),
    "version": lambda text: system.version_text(
        About(
            version=text,
            python=text,
            schema=text,
            database=text,
            config_hash=text,
            boot_id=text,
            started_at=NOW,
        ),
        "PAPER",
        NOW,
    ),
}


@pytest.mark.parametrize("text", ["", HOSTILE, "a" * 5000], ids=["", "hostile", "long"])
@pytest.mark.parametrize("card", CARDS)
def test_every_card_is_well_formed_badged_and_within_the_limit(card: str, text: str) -> None:
    markup = CARDS[card](text)
    assert 0 < units(shown(markup)) <= TEXT_LIMIT
    assert "PAPER" in markup.split("\n")[0]
    if card != "logs":  # a line of a log is wrapped by the phone, never cut
        assert widest_table_line(markup) <= 35


@pytest.mark.parametrize("text", ["", HOSTILE], ids=["", "hostile"])
def test_the_caption_of_a_period_is_short(text: str) -> None:
    assert shown(results.periods_caption(some_periods(text), "PAPER")).count("\n") == 3


def test_the_log_shows_its_newest_lines_where_not_all_fit() -> None:
    lines = tuple(f"line {number} {'x' * 200}" for number in range(50))
    text = shown(system.logs_text(lines, "PAPER"))
    assert "line 49" in text
    assert "line 0 " not in text


def test_results_by_day_read_so() -> None:
    assert shown(results.periods_text(some_periods(count=4), "PAPER")) == (
        "Day by day, USDT · PAPER\n"
        "                net      R  trades\n"
        "Sat 11-21    +12.34  +1.25       3\n"
        "Fri 11-20         -      -       0\n"
        "Thu 11-19    +12.34  +1.25       3\n"
        "Wed 11-18         -      -       0\n"
        "Together +24.69 = +2.50 R\n"
        "Won 4 of 6 (66.67%)\n"
        "Equity since 2026-11-21: +1.23%, open positions included\n"
        "Days end at midnight UTC.\n"
        "As of 2026-11-21 08:01:22 UTC"
    )


def test_a_breakdown_cuts_no_name_and_marks_what_luck_explains() -> None:
    assert shown(results.breakdown_text(a_breakdown(), "PAPER")) == (
        "By strategy, USDT · PAPER\n"
        "              trades  won   mean R\n"
        "BTC/USDT:USDT     40  55%   +0.25 \n"
        "a very long strategy name\n"
        "                  40  55%   -0.10*\n"
        "fundamental: against\n"
        "                  40  55%       -*\n"
        "The last 120 trades.\n"
        "* luck alone explains it: the likely mean has zero inside.\n"
        "As of 2026-11-21 08:01:22 UTC"
    )


def test_positions_read_so_and_the_sums_are_exact() -> None:
    rows = (
        answers.a_row(1, gain_quote="3.585"),
        answers.a_row(2, "1000CHEEMS/USDT:USDT", gain_quote="-1.23"),
    )
    assert shown(positions.positions_text(rows, "LIVE", NOW)) == (
        "2 open positions · LIVE\n"
        "             result       R   stop\n"
        "↗ BTC         +3.58   +0.42   1.1%\n"
        "↗ 1000CHEEMS  -1.23   +0.42   1.1%\n"
        "Together +2.36, before exit fees\n"  # 2.355, half to even
        "If every stop is hit from here: -10.17\n"
        "As of 2026-11-21 08:01:22 UTC"
    )


def test_a_position_reads_so_with_its_prices_on_the_step() -> None:
    row = replace(answers.a_row(), price_step=Decimal("0.10"), protected=True)
    assert shown(positions.position_text(row, "LIVE", NOW)) == (
        "↗ BTC long #42 · LIVE\n"
        "Result                  +3.58 USDT\n"
        "In R, after fees           +0.42 R\n"
        "Size               0.0124 = 799.80\n"
        "Entry                     64,210.5\n"
        "Now                       64,500.1\n"
        "Stop              63,800.2 (1.08%)\n"
        "Lost from here at stop        5.09\n"
        "Stop at the venue            rests\n"
        "Plan           as in /params exits\n"
        "Target for 50%            64,620.0\n"
        "Stop trails from          65,000.0\n"
        "Open for                       2 h\n"
        "As of 2026-11-21 08:01:22 UTC"
    )


def test_prices_have_the_decimals_of_their_step() -> None:
    shown_as = {"0.01": "1,234.57", "0.5": "1,234.5", "1": "1,235", "10": "1,230", "0": "1,234.567"}
    for step, words in shown_as.items():
        assert stepped(1234.567, Decimal(step)) == words
    assert stepped(float("nan"), Decimal("0.1")) == "-"


def test_positions_say_when_an_order_is_unknown_and_when_no_stop_costs_anything() -> None:
    row = replace(answers.a_row(), frozen=True, open_risk_quote=Decimal(0))
    text = shown(positions.positions_text((row,), "PAPER", NOW))
    assert "waiting for the venue's answer" in text
    assert "Every stop is in profit" in text


def test_many_positions_come_in_pages_and_none_is_left_out() -> None:
    rows = tuple(answers.a_row(number) for number in range(1, 20))
    assert positions.page_count(rows) == 2
    pages = [positions.rows_of(rows, page) for page in (1, 2)]
    assert [row for page in pages for row in page] == list(rows)
    told = "".join(positions.positions_text(rows, "PAPER", NOW, page=page) for page in (1, 2))
    assert told.count("↗ BTC") == 19
    assert "Page 2 of 2" in told


def test_a_page_of_trades_reads_so() -> None:
    assert shown(trades.trades_text(answers.a_page(), "PAPER", number=1, of=2)) == (
        "12 closed trades · PAPER\n"
        "#50 ↗ BTC                   +12.34\n"
        " 11-21 08:01 target        +2.43 R\n"
        "#49 ↗ BTC                    -4.00\n"
        " 11-21 08:01 target        -1.02 R\n"
        "All 12: net +119.86 USDT = +3.60 R\n"
        "Won 7 of 12 (58.33%)\n"
        "Page 1 of 2"
    )
