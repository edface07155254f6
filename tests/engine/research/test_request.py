"""The typed short form of a backtest: what it means, or the one sentence where it is nothing."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.research.compare import variants
from engine.research.request import (
    FAMILIES,
    STRATEGY_NAMES,
    CostTerms,
    Request,
    asked_words,
    parse_request,
)

DEFAULTS = Parameters()


def test_the_short_form_of_the_help_is_understood() -> None:
    request = parse_request("BTC 1h 180d sma_cross percent")
    assert request.symbols == ("BTC",)
    assert request.timeframe is Timeframe.H1
    assert request.days == 180
    assert request.strategies == ("sma_5_15", "sma_10_30", "sma_20_50")
    assert request.exits == "percent"


def test_words_stand_in_any_order_and_case() -> None:
    assert parse_request("ladder 2Y squeeze btc,eth 4h") == parse_request(
        "BTC ETH 4h 730d volatility_squeeze ladder"
    )


def test_a_length_is_a_timeframe_once_and_a_span_after_that() -> None:
    request = parse_request("BTC 1d 1w")
    assert (request.timeframe, request.days) == (Timeframe.D1, 7)


@pytest.mark.parametrize(
    ("words", "from_at", "to_at"),
    [
        ("2021", datetime(2021, 1, 1, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC)),
        ("2021-02-03..", datetime(2021, 2, 3, tzinfo=UTC), None),
        (
            "2021-02-03..2021-03-04",
            datetime(2021, 2, 3, tzinfo=UTC),
            datetime(2021, 3, 4, tzinfo=UTC),
        ),
    ],
)
def test_spans_are_days_and_years(words: str, from_at: datetime, to_at: datetime | None) -> None:
    request = parse_request(f"BTC {words}")
    assert (request.from_at, request.to_at, request.days) == (from_at, to_at, None)


def test_what_is_named_by_its_name_is_set() -> None:
    request = parse_request(
        "BTC/USDT:USDT cash=2500 fee=0.1% spread=3bps seed=7 detail=5m stop_atr=3 allow_short=off"
    )
    assert request.symbols == ("BTC/USDT:USDT",)
    assert request.cash_quote == Decimal(2500)
    assert request.costs == CostTerms(fee_ratio=0.001, spread_bps=3.0)
    assert request.detail is Timeframe.M5
    assert request.seed == 7
    parameters = request.parameters(DEFAULTS)
    assert (parameters.stop_atr, parameters.allow_short) == (3.0, False)


def test_only_the_strategies_that_were_named_are_on() -> None:
    parameters = parse_request("BTC breakout ladder").parameters(DEFAULTS)
    assert [name for name in STRATEGY_NAMES if getattr(parameters, name)] == ["donchian_breakout"]
    assert parameters.plan_name_of("donchian_breakout") == "ladder"


def test_without_strategies_and_plan_the_parameters_stay_as_they_are() -> None:
    assert parse_request("BTC 1h 1y").parameters(DEFAULTS) == DEFAULTS


def test_every_family_is_a_set_of_strategies() -> None:
    assert set(FAMILIES["all"]) == set(STRATEGY_NAMES)
    for family, names in FAMILIES.items():
        assert parse_request(f"BTC {family}").strategies == names


def test_words_come_back_as_they_were_meant() -> None:
    request = parse_request("BTC,ETH 4h 2021-01-01..2021-07-01 sma_10_30 ladder detail=1h")
    assert parse_request(" ".join(asked_words(request))) == request


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Which market?"),
        ("1h 180d", "Which market?"),
        ("BTC $$$", "is not understood"),
        ("BTC sma_11_30", "Did you mean"),
        ("BTC 0d", "no span"),
        ("BTC 2021-02-30..", "no day"),
        ("BTC 2021-03-01..2021-02-01", "ends before it begins"),
        ("BTC cash=lots", "cash cannot be"),
        ("BTC cash=0", "cash is from"),
        ("BTC fee=0.1", "fee cannot be"),
        ("BTC fee=50%", "no market asks"),
        ("BTC detail=7m", "no bars of"),
        ("BTC 5m detail=1h", "does not divide"),
        ("BTC stop_atr=9999", "outside"),
        ("BTC seed=-1", "seed cannot be"),
        ("BTC stop_art=2", "Did you mean"),
        (" ".join(f"A{n}" for n in range(70)), "too many"),
    ],
)
def test_what_cannot_be_meant_is_one_clear_sentence(words: str, sentence: str) -> None:
    with pytest.raises(UserError, match=r"[.?]$") as caught:
        parse_request(words)
    assert sentence in caught.value.sentence()
    assert len(caught.value.sentence()) < 200


def test_parameters_that_do_not_fit_together_are_one_sentence() -> None:
    request = parse_request("BTC target_1_r=3 target_2_r=2")
    with pytest.raises(UserError, match="do not fit together: target_2_r must be above"):
        request.parameters(DEFAULTS)


def test_a_comparison_is_every_strategy_with_every_plan() -> None:
    found = variants("BTC 1h 1y sma_5_15 sma_10_30+squeeze percent ladder")
    assert [variant.name for variant in found] == [
        "sma_5_15 percent",
        "sma_5_15 ladder",
        "sma_10_30+squeeze percent",
        "sma_10_30+squeeze ladder",
    ]
    assert found[2].request == parse_request("BTC 1h 1y sma_10_30 volatility_squeeze percent")


def test_a_comparison_of_nothing_says_what_can_be_compared() -> None:
    with pytest.raises(UserError, match="Compare what") as caught:
        variants("BTC 1h 1y")
    assert "give_back" in caught.value.sentence()


def test_a_request_has_defaults_for_all_but_its_markets() -> None:
    assert parse_request("BTC") == Request(symbols=("BTC",))
