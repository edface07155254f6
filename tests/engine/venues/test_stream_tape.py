"""A symbol's tape: nothing is lost, nothing counts twice, nothing steps back."""

from datetime import timedelta

import pytest

from engine.core.market import Quote
from engine.venues.stream_tape import WILD_TIMES, Tape
from engine.venues.stream_words import Print, print_of, sequence_of
from tests.fakes.clocks import NOON


def quote(mid: float) -> Quote:
    return Quote(mid - 0.5, mid + 0.5)


def printed(number: int, price: float, at_ms: int | None = None, qty: float = 1.0) -> Print:
    return Print(str(number), price, qty, number if at_ms is None else at_ms)


@pytest.fixture
def tape() -> Tape:
    return Tape("BTC/USDT")


def test_a_range_holds_every_price_however_late_it_is_taken(tape: Tape) -> None:
    tape.quoted(quote(100.0), (0, 1))
    tape.printed([printed(1, 97.0), printed(2, 104.0)])
    tape.quoted(quote(101.0), (0, 2))
    moved = tape.take(NOON, 0.0)
    assert (moved.open_price, moved.high_price, moved.low_price) == (100.0, 104.0, 97.0)
    assert (moved.close_price, moved.volume_base) == (101.0, 2.0)
    assert moved.quote == quote(101.0)


def test_the_next_range_begins_with_the_next_price(tape: Tape) -> None:
    tape.quoted(quote(100.0), (0, 1))
    tape.take(NOON, 0.0)
    assert not tape.is_fresh
    tape.quoted(quote(102.0), (0, 2))
    moved = tape.take(NOON + timedelta(seconds=1), 0.0)
    assert (moved.open_price, moved.low_price) == (102.0, 102.0)


def test_a_quote_of_an_older_sequence_changes_nothing(tape: Tape) -> None:
    assert tape.quoted(quote(100.0), (0, 7))
    assert not tape.quoted(quote(90.0), (0, 6))
    moved = tape.take(NOON, 0.0)
    assert (moved.close_price, moved.low_price) == (100.0, 100.0)


def test_after_a_cut_the_stream_may_count_from_anywhere(tape: Tape) -> None:
    tape.quoted(quote(100.0), (0, 7))
    tape.broke()
    assert tape.quoted(quote(99.0), (0, 1))
    assert tape.printed([printed(90, 99.0), printed(91, 99.0)], counts_up=True)


def test_an_older_print_widens_the_range_and_is_never_the_close(tape: Tape) -> None:
    tape.printed([printed(2, 100.0, at_ms=2000)])
    tape.printed([printed(1, 95.0, at_ms=1000)])
    moved = tape.take(NOON, 0.0)
    assert (moved.low_price, moved.close_price, moved.volume_base) == (95.0, 100.0, 2.0)


def test_a_repeated_print_counts_once(tape: Tape) -> None:
    tape.printed([printed(1, 100.0), printed(1, 100.0)])
    tape.printed([printed(1, 100.0)])
    assert tape.take(NOON, 0.0).volume_base == 1.0


def test_a_jump_in_numbers_that_count_up_is_a_hole(tape: Tape) -> None:
    assert tape.printed([printed(1, 100.0), printed(2, 100.0)], counts_up=True)
    assert not tape.printed([printed(4, 100.0)], counts_up=True)
    assert tape.printed([printed(3, 100.0, at_ms=3)], counts_up=True)  # what was missing
    assert tape.printed([printed(5, 100.0)], counts_up=True)


def test_numbers_that_do_not_count_up_prove_no_hole(tape: Tape) -> None:
    assert tape.printed([printed(1, 100.0), printed(9, 100.0)])


def test_a_wild_price_is_no_tick_unless_everybody_says_it(tape: Tape) -> None:
    tape.quoted(quote(100.0), (0, 1))
    tape.printed([printed(1, 1_500.0), printed(2, 5.0)])
    tape.printed([printed(3, 101.0)])
    moved = tape.take(NOON, 0.0)
    assert (moved.high_price, moved.low_price) == (101.0, 100.0)
    for number in range(WILD_TIMES):
        tape.printed([printed(10 + number, 5.0)])
    assert tape.take(NOON, 0.0).close_price == 5.0


def test_a_polled_quote_that_did_not_move_is_still_a_sign_of_life(tape: Tape) -> None:
    tape.quoted(quote(100.0), (0, 5))
    tape.take(NOON, 0.0)
    assert not tape.polled(quote(100.0))
    assert tape.is_fresh
    moved = tape.take(NOON, 3.5)
    assert (moved.close_price, moved.volume_base) == (100.0, 3.5)
    assert tape.polled(quote(103.0))
    assert tape.take(NOON, 0.0).close_price == 103.0


def test_nothing_is_fresh_before_the_first_price(tape: Tape) -> None:
    assert not tape.is_fresh


def test_public_trades_of_ccxt_are_read_in_base_units() -> None:
    trade = {"id": "17", "price": "100.5", "amount": "3", "timestamp": 5000}
    assert print_of(trade, 0.5) == Print("17", 100.5, 1.5, 5000)


@pytest.mark.parametrize("word", ["price", "amount", "timestamp"])
@pytest.mark.parametrize("said", [None, "", "NaN", "-1", "0", "inf", {}])
def test_a_trade_that_cannot_be_read_is_none(word: str, said: object) -> None:
    trade = {"id": "17", "price": "100.5", "amount": "3", "timestamp": 5000, word: said}
    assert print_of(trade, 1.0) is None


def test_a_quote_stands_by_its_moment_and_by_its_update() -> None:
    assert sequence_of({"timestamp": 5, "info": {"u": 9}}) == (5, 9)
    assert sequence_of({"timestamp": None, "info": {"u": "400900217"}}) == (0, 400900217)
    assert sequence_of({"info": [1, 2]}) == (0, 0)
