"""/orders and /reconcile: each order with its state, each difference with what was done."""

from dataclasses import replace

from engine.core.kinds import OrderState
from engine.services.answers import Comparison, OpenOrders
from handlers.views.orders import SHOWN, comparison_text, orders_text
from tests.handlers.order_answers import a_comparison, a_stop
from tests.handlers.samples import NOW

STOP = a_stop()


def test_no_orders_is_said_in_one_sentence() -> None:
    text = orders_text(OpenOrders(orders=(), market_at=NOW), "PAPER")
    assert "Nothing is on its way or rests at the venue." in text


def test_a_resting_stop_reads_with_its_price_and_where_it_rests() -> None:
    text = orders_text(OpenOrders(orders=(STOP,), market_at=NOW), "LIVE")
    assert "1 open order" in text
    assert "sell 0.0124, stop at the venue #41" in text
    assert "at 63,100.5, rests at the venue" in text


def test_an_order_that_nobody_knows_of_says_so() -> None:
    lost = replace(STOP, state=OrderState.UNKNOWN)
    assert "nobody knows" in orders_text(OpenOrders(orders=(lost,), market_at=NOW), "LIVE")


def test_a_long_list_ends_with_how_many_more() -> None:
    many = OpenOrders(orders=(STOP,) * (SHOWN + 3), market_at=NOW)
    assert "and 3 more" in orders_text(many, "LIVE")


def test_equal_books_are_two_green_lines() -> None:
    same = Comparison(holdings=(), asked_after=(), cancelled=(), foreign=(), market_at=NOW)
    text = comparison_text(same, "LIVE")
    assert "Holdings agree" in text
    assert "Open orders agree" in text


def test_every_difference_is_told_with_what_was_done() -> None:
    text = comparison_text(a_comparison(), "LIVE")
    assert "Holdings differ: BTC" in text
    assert "Asked after 1 order" in text
    assert "Cancelled 2 orders" in text
    assert "left alone: BTC" in text


def test_a_silent_venue_is_no_agreement() -> None:
    silent = Comparison(holdings=(), asked_after=None, cancelled=None, foreign=None, market_at=NOW)
    assert "did not tell its orders" in comparison_text(silent, "LIVE")
