"""Numbers in a reason: readings that the sheet does not hold are found, ordinary prose is not."""

import pytest

from llm.checks.prose import numbers
from tests.llm.questions import a_ballot, a_question

CLEAN = [
    "RSI of 62.4 and ADX at 28.5 support a move up.",
    "RSI(14) at 62.4; the EMA 200 lies below.",
    "RSI-14 reads 62.4 while momentum is 3.12%.",
    "Momentum of +3.1% over 20 bars, z-score 1.24.",
    "The barrier at 102 is 2 ATR away, the lower one at 98.",
    "RSI below 70, ADX above 25: room to run.",
    "Base rate 45% up against 44% down.",
    "Over the last 3 bars and 4h candles nothing changed.",
    "On 2026-11-21 at 14:30 the market was calm.",
    "Price 100.00 sits 0.75 ATR under the high.",
    "MACD 0.35 and trend 0.21 agree.",
    "Higher timeframe RSI 57.1 confirms.",
    "A 2% pullback would reach 98.",
    "Two of three signals agree; probability is a judgement.",
    "",
]
MADE_UP = [
    "RSI of 72.3 says overbought.",
    "RSI 55 and falling.",
    "With ADX at 41.2 the trend is strong.",
    "Open interest rose 12.5%.",
    "Funding at 0.031% favours longs.",
    "Support at 87.5 should hold.",
    "MACD of 1.8 is rising.",
    "The z-score of 2.9 is stretched.",
    "Momentum of 7.4% is strong.",
    "Resistance waits at 131.25.",
]


@pytest.mark.parametrize("reason", CLEAN)
def test_ordinary_prose_raises_no_alarm(reason: str) -> None:
    assert numbers(a_ballot(reason=reason)) is None


@pytest.mark.parametrize("reason", MADE_UP)
def test_a_made_up_reading_is_found(reason: str) -> None:
    assert numbers(a_ballot(reason=reason)) is not None


def test_a_right_number_under_the_wrong_label_is_found() -> None:
    assert numbers(a_ballot(reason="RSI of 28.5 is low.")) is not None


def test_half_a_unit_of_the_last_digit_is_rounding() -> None:
    question = a_question(rsi=62.44)
    assert numbers(a_ballot(question, reason="RSI of 62.4")) is None
    assert numbers(a_ballot(question, reason="RSI of 62.9")) is not None
