"""Figures and words: exact, short, harmless."""

import math
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.views import text as words
from tests.handlers.markup import shown, units

AMOUNTS = st.decimals(-(10**15), 10**15, places=10)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("4210", "4,210.00"),
        ("4210.005", "4,210.00"),  # half to even
        ("4210.015", "4,210.02"),
        ("-0.004", "0.00"),
        ("-1234567.891", "-1,234,567.89"),
        ("9999999999999999999999999999.99", "9,999,999,999,999,999,999,999,999,999.99"),
    ],
)
def test_money_is_exact_to_the_cent(value: str, expected: str) -> None:
    assert words.money(Decimal(value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12.3", "+12.30"),
        ("-0.05", "-0.05"),
        ("0", "0.00"),
        ("-0.001", "0.00"),
        ("1E+3", "+1,000.00"),
    ],
)
def test_a_gain_has_its_sign_and_nothing_has_none(value: str, expected: str) -> None:
    assert words.signed_money(Decimal(value)) == expected


@given(AMOUNTS)
def test_money_read_back_is_the_amount_to_the_cent(value: Decimal) -> None:
    cents = value.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    assert Decimal(words.money(value).replace(",", "")) == cents
    assert Decimal(words.signed_money(value).replace(",", "")) == cents


@pytest.mark.parametrize(
    ("shown_as", "value"),
    [
        ("64,210.5", Decimal("64210.5")),
        ("64,210.123", Decimal("64210.1234567")),
        ("0.00001234", Decimal("0.000012340")),
        ("100", 100.0),
        ("0.1", 0.1),
        ("-", math.nan),
        ("120,000", Decimal("1.2E+5")),
    ],
)
def test_a_price_keeps_eight_digits(shown_as: str, value: Decimal | float) -> None:
    assert words.price(value) == shown_as


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(0.0123, "1.23%"), (-0.00001, "0.00%"), (1.0, "100.00%"), (0.07, "7.00%"), (math.nan, "-")],
)
def test_a_share_is_shown_in_percent(ratio: float, expected: str) -> None:
    assert words.percent(ratio) == expected


def test_a_signed_share_and_a_multiple_carry_their_sign() -> None:
    assert words.percent(0.0023, signed=True) == "+0.23%"
    assert words.percent(0.0, signed=True) == "0.00%"
    assert words.multiple(0.425) == "+0.42 R"
    assert words.multiple(-1.0) == "-1.00 R"
    assert words.multiple(math.inf) == "- R"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.0, "0 s"),
        (59.9, "59 s"),
        (7500.0, "2 h 5 min"),
        (86_400.0, "1 d"),
        (90_061.0, "1 d 1 h"),
        (-5.0, "0 s"),
        (math.inf, "-"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds: float, expected: str) -> None:
    assert words.duration(seconds) == expected


def test_moments_are_utc_and_say_so() -> None:
    at = datetime(2026, 11, 21, 8, 1, 22, tzinfo=UTC)
    assert words.moment(at) == "2026-11-21 08:01:22 UTC"
    assert words.clock(at) == "08:01:22 UTC"
    assert words.moment(None) == "no time yet"


def test_a_symbol_is_shown_by_its_base_and_names_its_quote() -> None:
    assert (words.short_symbol("BTC/USDT:USDT"), words.quote_of("BTC/USDT:USDT")) == ("BTC", "USDT")
    assert (words.short_symbol("BTC"), words.quote_of("BTC")) == ("BTC", "")


def test_a_quantity_is_shown_in_full() -> None:
    assert words.quantity(Decimal("0.012400")) == "0.0124"
    assert words.quantity(Decimal("1E+3")) == "1,000"


@given(st.text(max_size=300))
def test_escaped_text_is_one_harmless_line(text: str) -> None:
    line = shown(words.escape(text))
    assert "\n" not in line
    assert len(line) <= 120


def test_emoji_survive_and_invisible_marks_do_not() -> None:
    assert words.clean("a\u202eb\u200b\u2066c\x00 👨\u200d👧\n d") == "abc 👨\u200d👧 d"


def test_what_is_cut_off_is_marked_even_when_little_of_it_can_be_seen() -> None:
    assert words.clean("\u200b" * 5000 + "abc", 10) == "…"
    assert words.clean("abc", 3) == "abc"
    assert words.clean("abcd", 3) == "ab…"


@given(st.lists(st.text(alphabet="ab 🚀<&", max_size=60), max_size=60), st.integers(60, 300))
def test_pages_lose_nothing_cut_no_line_and_keep_the_limit(lines: list[str], limit: int) -> None:
    markup = [f"<b>{words.escape(line, 40)}</b>" for line in lines]
    packed = words.pages(markup, limit)
    assert "\n".join(packed).split("\n") == (markup or [""])
    for page in packed:
        assert units(shown(page)) <= limit


def test_a_page_is_filled_to_the_last_unit() -> None:
    assert words.pages(["🚀" * 5, "x" * 9], limit=20) == ("🚀🚀🚀🚀🚀\nxxxxxxxxx",)
    assert len(words.pages(["🚀" * 5, "x" * 10], limit=20)) == 2


def test_a_card_that_is_too_long_says_that_there_is_more() -> None:
    card = words.card([f"<b>line {number} 🚀</b>" for number in range(2000)])
    assert units(shown(card)) <= words.TEXT_LIMIT
    assert card.endswith("more that does not fit here.")
    assert words.card(["a", "b"]) == "a\nb"


@given(st.text(max_size=80))
def test_lengths_are_counted_as_telegram_counts_them(text: str) -> None:
    harmless = words.clean(text)
    assert words.utf16_len(harmless) == units(harmless)
    assert words.shown_len(f"<b>{words.escape(text)}</b>") == units(harmless)
