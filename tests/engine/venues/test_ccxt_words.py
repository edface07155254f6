"""ccxt's vocabulary in ours."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import SettingsError
from engine.core.market import Quote
from engine.venues.ccxt_errors import READ_ERRORS, Meaning, meaning_of
from engine.venues.ccxt_words import DECIMAL_PLACES, TICK_SIZE, bar_of, listing_of, quote_of
from engine.venues.quirks import QUIRKS, client_options

SPOT: dict[str, Any] = {
    "symbol": "BTC/USDT",
    "base": "BTC",
    "quote": "USDT",
    "spot": True,
    "active": True,
    "precision": {"price": "0.01", "amount": "0.00001000"},
    "limits": {"amount": {"min": "0.0001"}, "cost": {"min": "5"}},
    "maker": 0.001,
    "taker": 0.00075,
}
SWAP = SPOT | {
    "symbol": "ETH/USDT:USDT",
    "spot": False,
    "linear": True,
    "contractSize": "0.01",
    "precision": {"price": "0.1", "amount": "10"},
    "limits": {"amount": {"min": "1"}, "cost": {"min": None}},
}


def test_a_spot_market_becomes_an_instrument_with_exact_steps() -> None:
    instrument, contract_base = listing_of(SPOT, TICK_SIZE)
    assert (instrument.price_step, str(instrument.qty_step)) == (Decimal("0.01"), "0.00001")
    assert (instrument.min_qty_base, instrument.min_notional_quote) == (
        Decimal("0.0001"),
        Decimal(5),
    )
    assert instrument.taker_fee_ratio == Decimal("0.00075")
    assert (instrument.shortable, contract_base) == (False, Decimal(1))


def test_contracts_are_counted_in_base() -> None:
    instrument, contract_base = listing_of(SWAP, TICK_SIZE)
    assert (instrument.qty_step, instrument.min_qty_base) == (Decimal("0.1"), Decimal("0.1"))
    assert (instrument.shortable, contract_base) == (True, Decimal("0.01"))
    assert instrument.min_notional_quote == 0
    bar = bar_of([0, "1", "2", "0.5", "1.5", "400"], float(contract_base))
    assert bar is not None
    assert bar.volume_base == 4.0


def test_venues_that_count_decimals_are_understood() -> None:
    market = SPOT | {"precision": {"price": "2", "amount": 0}}
    instrument = listing_of(market, DECIMAL_PLACES).instrument
    assert (instrument.price_step, instrument.qty_step) == (Decimal("0.01"), Decimal(1))


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"active": False}, "does not trade"),
        ({"spot": False, "linear": False}, "neither spot nor a linear"),
        ({"precision": {}}, "steps"),
        ({"precision": {"price": "0", "amount": "1"}}, "steps"),
        ({"precision": {"price": "NaN", "amount": "1"}}, "steps"),
    ],
)
def test_a_market_we_cannot_trade_is_one_clear_sentence(change: dict[str, Any], text: str) -> None:
    with pytest.raises(SettingsError, match=text) as told:
        listing_of(SPOT | change, TICK_SIZE)
    assert "BTC/USDT" in told.value.sentence()


@pytest.mark.parametrize(
    "row",
    [
        [],
        [None, "1", "1", "1", "1", "1"],
        [0, "1", "1", "1", "1"],
        [0, None, "1", "1", "1", "1"],
        [0, "1", "0.9", "0.8", "1", "1"],
        [0, "0", "0", "0", "0", "0"],
        [0, "1", "inf", "1", "1", "1"],
        [0, "one", "1", "1", "1", "1"],
    ],
)
def test_a_row_that_is_no_bar_is_none(row: list[Any]) -> None:
    assert bar_of(row, 1.0) is None


def test_a_bar_without_a_volume_has_none() -> None:
    bar = bar_of([60_000, "1", "2", "1", "2", None], 1.0)
    assert bar is not None
    assert bar.volume_base == 0.0
    assert bar.open_at.timestamp() == 60.0


junk = st.none() | st.text(max_size=4) | st.floats() | st.integers(-5, 5) | st.just("1.5")


@given(row=st.lists(junk, max_size=7))
def test_no_garbage_makes_an_impossible_bar(row: list[Any]) -> None:
    row = [0, *row]
    bar = bar_of(row, 1.0)
    if bar is not None:
        assert 0.0 < bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high


@given(bid=junk, ask=junk)
def test_no_garbage_makes_an_impossible_quote(bid: object, ask: object) -> None:
    quote = quote_of({"bid": bid, "ask": ask})
    assert quote is None or 0.0 < quote.bid_price <= quote.ask_price < float("inf")


def test_a_quote_is_read_from_text() -> None:
    assert quote_of({"bid": "1.5", "ask": "1.6"}) == Quote(1.5, 1.6)


def test_what_stands_at_a_quote_is_told_in_coins_where_the_venue_says_it() -> None:
    ticker = {"bid": "1.5", "ask": "1.6", "bidVolume": "30", "askVolume": 4.0}
    assert quote_of(ticker, 0.1) == Quote(1.5, 1.6, 3.0, 0.4)
    nothings: tuple[object, ...] = (None, "", "many", "NaN", "-1", "Infinity", {})
    for nothing in nothings:
        told = quote_of(ticker | {"bidVolume": nothing, "askVolume": "0"}, 0.1)
        assert told == Quote(1.5, 1.6)


def every_class(parent: type[object]) -> set[type[object]]:
    children: list[type[object]] = parent.__subclasses__()
    return {parent}.union(*(every_class(child) for child in children))


def test_every_error_of_ccxt_has_a_meaning() -> None:
    from ccxt.base import errors

    names = {
        cls.__name__ for cls in every_class(errors.BaseError) if cls.__module__ == errors.__name__
    }
    assert len(names) >= 40
    assert names == READ_ERRORS.keys()


def test_an_error_without_a_row_means_what_its_parent_means() -> None:
    from ccxt.base.errors import RateLimitExceeded

    class NewLimit(RateLimitExceeded):  # type: ignore[misc]  # ccxt's are untyped
        pass

    assert meaning_of(NewLimit()) is Meaning.SLOW_DOWN
    assert meaning_of(KeyError("garbage")) is Meaning.RETRY


def test_options_follow_what_is_traded() -> None:
    spot = client_options("binance", ["BTC/USDT"])["fetchMarkets"]
    swap = client_options("binance", ["BTC/USDT:USDT"])["fetchMarkets"]
    assert (spot, swap) == ({"types": ["spot"]}, {"types": ["linear"]})
    assert "fetchMarkets" not in client_options("binance", ["BTC/USDT", "BTC/USDT:USDT"])
    assert client_options("some-venue", ["BTC/USDT"]) == {}


def test_every_quirk_is_of_a_venue_that_exists() -> None:
    from ccxt import async_support

    assert QUIRKS.keys() <= set(async_support.exchanges)
