"""What a price chart tells, and the words on its axes."""

from dataclasses import replace

import numpy as np
import pytest

from charts.story import SHOWN_BARS, price_story
from charts.style import (
    MAX_POINTS,
    depth_text,
    moment,
    percent_text,
    price_text,
    span_text,
    step_text,
    thinned,
)
from engine.core.timeframes import Timeframe
from engine.market.bars import Bars
from tests.engine.analytics.trades import MONDAY, a_trade
from tests.engine.market.drawn import walk

H1 = Timeframe.H1


def bars_from_monday(count: int) -> Bars:
    bars = walk(1, count)
    return replace(bars, open_at_s=bars.open_at_s + int(MONDAY.timestamp()))


def test_only_the_last_bars_are_shown_and_only_trades_that_touch_them() -> None:
    trades = [a_trade(1, "5"), a_trade(100, "5"), a_trade(199, "-5")]
    story = price_story("BTC/USDT", H1, bars_from_monday(200), trades)
    assert len(story.bars) == SHOWN_BARS
    assert [mark.won for mark in story.marks] == [True, False]
    assert story.stop_price is None


def test_trades_of_other_symbols_are_left_out() -> None:
    trades = [a_trade(5, "5", symbol="ETH/USDT")]
    assert price_story("BTC/USDT", H1, bars_from_monday(50), trades).marks == ()


def test_a_mark_carries_where_the_trade_began_and_ended() -> None:
    (mark,) = price_story("BTC/USDT", H1, bars_from_monday(50), [a_trade(5, "5")]).marks
    assert (mark.sign, mark.entry_price, mark.exit_price) == (1, 100.0, 105.0)
    assert mark.opened_at_s == MONDAY.timestamp() + 5 * 3600
    assert mark.closed_at_s == MONDAY.timestamp() + 6 * 3600


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (43_250.4, "43,250"),
        (2345.67, "2,345.7"),
        (98.765, "98.77"),
        (0.12345, "0.1235"),
        (0.00001234, "1.234e-05"),
        (0.0, "0.0000"),
    ],
)
def test_prices_have_about_five_digits(price: float, text: str) -> None:
    assert price_text(price) == text


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        (9750.0, 250.0, "9,750"),
        (10_000.0, 250.0, "10,000"),
        (92.5, 2.5, "92.5"),
        (0.075, 0.025, "0.075"),
        (1e-8, 1e-9, "1e-08"),
    ],
)
def test_labels_of_a_scale_have_the_digits_of_its_step(
    value: float, step: float, text: str
) -> None:
    assert step_text(value, step) == text


def test_percentages_have_signs_as_wide_as_each_other() -> None:
    assert percent_text(0.0123, 2) == "+1.23 %"
    assert percent_text(-0.5) == "\u221250.0 %"
    assert depth_text(-0.0004, 0.001) == "\u22120.04 %"
    assert depth_text(-0.04, 0.2) == "\u22124.0 %"
    assert depth_text(0.0, 0.2) == "0 %"


@pytest.mark.parametrize(
    ("span_s", "text"),
    [(600, "22:13:20"), (7200, "22:13"), (5 * 86_400, "14 Nov 22:13"), (9e6, "14 Nov")],
)
def test_a_moment_is_as_short_as_its_span_allows(span_s: float, text: str) -> None:
    assert moment(1.7e9, span_s) == text


def test_spans_read_as_words() -> None:
    assert span_text(1.7e9, 1.7e9 + 120) == "14 Nov 2023, 22:13 to 22:15 UTC"
    assert span_text(1.7e9, 1.7e9 + 3 * 86_400) == "14 Nov 22:13 to 17 Nov 2023 22:13 UTC"
    assert span_text(1.7e9, 1.7e9 + 400 * 86_400) == "14 Nov 2023 to 18 Dec 2024, UTC"
    assert moment(1.7e9, 400 * 86_400) == "Nov 2023"


def test_thinning_keeps_the_ends_and_the_extremes() -> None:
    values = np.sin(np.arange(50_000.0)) * np.linspace(1.0, 5.0, 50_000)
    thin, place = thinned(values, np.arange(50_000.0))
    assert thin.size <= MAX_POINTS + 2
    assert (thin.min(), thin.max()) == (values.min(), values.max())
    assert (place[0], place[-1]) == (0.0, 49_999.0)
    short = np.arange(10.0)
    assert thinned(short)[0] is short
