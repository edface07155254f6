"""Each risk rule by drawn cases: kept at its limit, broken a hair beyond, with its numbers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import engine.risk
from engine.core.kinds import PositionSide, TradingState
from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Edge
from engine.risk.registry import MODULES, RISK_RULES
from tests.engine.risk import portfolio_cases
from tests.engine.risk.desks import NOON, PERPETUAL, SPOT, a_desk, an_entry

BTC = PERPETUAL.symbol
SIX = frozenset(f"C{number}/USDT" for number in range(6))
OTHERS = {
    "__init__", "arithmetic", "beforehand", "breakers", "contract", "gate", "portfolio", "registry"
}  # fmt: skip
NAN = float("nan")

Changes = dict[str, Any]

# rule, the desk, the entry, the parameters: kept
KEPT: list[tuple[str, Changes, Changes, Changes]] = [
    ("not_active", {}, {}, {}),
    ("paused_symbol", {"paused_symbols": frozenset({"ETH/USDT"})}, {}, {}),
    ("not_traded", {"not_traded": {"ETH/USDT": "delisted"}}, {}, {}),
    ("unknown_order", {"unknown_symbols": frozenset({"ETH/USDT"})}, {}, {}),
    ("position_open", {"open_symbols": frozenset({"ETH/USDT"})}, {}, {}),
    ("not_shortable", {}, {"side": PositionSide.SHORT}, {}),
    ("not_shortable", {}, {"instrument": SPOT}, {"allow_short": False}),
    ("no_stop", {}, {"side": PositionSide.SHORT, "stop_price": 102.0}, {}),
    ("late_bar", {"now_at": NOON + timedelta(seconds=120)}, {}, {"late_bar_s": 120}),
    ("stale_feed", {"feed_age_s": {BTC: 3.0}}, {}, {"stale_steps": 3}),
    ("spread", {"spread_bps": {BTC: 25.0}}, {}, {"max_spread_bps": 25}),
    ("spread", {"spread_bps": {}}, {}, {}),
    ("daily_loss", {"equity_quote": 9701.0}, {}, {}),
    ("daily_loss", {"equity_quote": 12_000.0}, {}, {}),
    ("drawdown", {"equity_quote": 8501.0}, {}, {}),
    ("trades_per_hour", {"entries_last_hour": 29}, {}, {}),
    ("cool_down", {"last_loss_at": None}, {}, {"cool_down_s": 600}),
    ("cool_down", {"last_loss_at": NOON - timedelta(seconds=600)}, {}, {"cool_down_s": 600}),
    ("max_positions", {"open_symbols": SIX}, {}, {"max_positions": 7}),
    ("exposure", {"gross_quote": 5000.0}, {"notional_quote": 1000.0}, {}),
    ("heat", {"open_risk_quote": 250.0}, {"risk_quote": 50.0}, {}),
    ("expected_value", {}, {}, {}),  # counted votes promise nothing
    ("expected_value", {}, {"edge": Edge(0.50, 0.40, 0.02)}, {"value_margin_r": 0.019}),
    ("expected_value", {}, {"edge": Edge(0.45, 0.50, 0.02)}, {"value_margin_r": -1}),
]
# the same, denied: with the reason and the numbers that the sentence must name
DENIED: list[tuple[str, Changes, Changes, Changes, Reason, str]] = [
    ("not_active", {"trading": TradingState.REDUCING}, {}, {}, Reason.NOT_ACTIVE, "reducing"),
    ("not_active", {"trading": TradingState.HALTED}, {}, {}, Reason.NOT_ACTIVE, "halted"),
    ("paused_symbol", {"paused_symbols": frozenset({BTC})}, {}, {}, Reason.PAUSED_SYMBOL, BTC),
    ("not_traded", {"not_traded": {BTC: "halted"}}, {}, {}, Reason.NOT_TRADED, f"{BTC} is halted"),
    ("unknown_order", {"unknown_symbols": frozenset({BTC})}, {}, {}, Reason.UNKNOWN_ORDER, BTC),
    ("position_open", {"open_symbols": frozenset({BTC})}, {}, {}, Reason.POSITION_OPEN, BTC),
    (
        "not_shortable",
        {},
        {"instrument": SPOT, "side": PositionSide.SHORT},
        {},
        Reason.NOT_SHORTABLE,
        "BTC/USDT cannot be sold short",
    ),
    (
        "not_shortable",
        {},
        {"side": PositionSide.SHORT},
        {"allow_short": False},
        Reason.NOT_SHORTABLE,
        "allow_short",
    ),
    ("no_stop", {}, {"stop_price": 100.0}, {}, Reason.NO_STOP, "long at 100"),
    ("no_stop", {}, {"stop_price": 101.0}, {}, Reason.NO_STOP, "stop at 101"),
    ("no_stop", {}, {"stop_price": 0.0}, {}, Reason.NO_STOP, "stop at 0"),
    ("no_stop", {}, {"stop_price": NAN}, {}, Reason.NO_STOP, "stop at nan"),
    (
        "late_bar",
        {"now_at": NOON + timedelta(seconds=121)},
        {},
        {"late_bar_s": 120},
        Reason.LATE_BAR,
        "121 s ago, 120 s allowed",
    ),
    (
        "stale_feed",
        {"feed_age_s": {BTC: 4.0}},
        {},
        {"stale_steps": 3},
        Reason.STALE_FEED,
        "4 s old, 3 s allowed",
    ),
    ("stale_feed", {"feed_age_s": {}}, {}, {}, Reason.STALE_FEED, "no price yet"),
    (
        "spread",
        {"spread_bps": {BTC: 25.1}},
        {},
        {},
        Reason.SPREAD,
        "25.1 bps, 25.0 bps allowed",
    ),
    ("spread", {"spread_bps": {BTC: NAN}}, {}, {}, Reason.SPREAD, "nan"),
    ("daily_loss", {"equity_quote": 9700.0}, {}, {}, Reason.DAILY_LOSS, "lost 3.00%"),
    ("daily_loss", {"day_start_quote": 0.0}, {}, {}, Reason.DAILY_LOSS, "100.00%"),
    ("drawdown", {"equity_quote": 8500.0}, {}, {}, Reason.DRAWDOWN, "15.00% under"),
    (
        "trades_per_hour",
        {"entries_last_hour": 30},
        {},
        {},
        Reason.TRADES_PER_HOUR,
        "30 entries in the last hour, 30 allowed",
    ),
    (
        "cool_down",
        {"last_loss_at": NOON - timedelta(seconds=599)},
        {},
        {"cool_down_s": 600},
        Reason.COOL_DOWN,
        "599 s ago, 600 s",
    ),
    ("max_positions", {"open_symbols": SIX}, {}, {}, Reason.MAX_POSITIONS, "6 positions"),
    (
        "exposure",
        {"gross_quote": 5000.0},
        {"notional_quote": 1001.0},
        {},
        Reason.EXPOSURE,
        "60.0% allowed",
    ),
    ("exposure", {"equity_quote": 0.0}, {"notional_quote": 1.0}, {}, Reason.EXPOSURE, "inf"),
    (
        "heat",
        {"open_risk_quote": 250.0},
        {"risk_quote": 51.0},
        {},
        Reason.HEAT,
        "3.01% of equity, 3.00% allowed",
    ),
    (
        "expected_value",
        {},
        {"edge": Edge(0.50, 0.40, 0.02)},
        {"value_margin_r": 0.04},
        Reason.EXPECTED_VALUE,
        "worth +0.02 R after 0.08 R of costs at 50% against 40%, +0.04 R needed",
    ),
    (
        "expected_value",
        {"spread_bps": {BTC: 20.0}},
        {"edge": Edge(0.50, 0.40, 0.02)},
        {"value_margin_r": 0.0},
        Reason.EXPECTED_VALUE,
        "0.17 R of costs",
    ),
    ("expected_value", {}, {"edge": Edge(0.9, 0.1, 0.0)}, {}, Reason.EXPECTED_VALUE, "inf"),
    ("expected_value", {}, {"edge": Edge(NAN, 0.1, 0.1)}, {}, Reason.EXPECTED_VALUE, "nan"),
]


KEPT += portfolio_cases.KEPT
DENIED += portfolio_cases.DENIED


@pytest.mark.parametrize(("name", "desk", "entry", "parameters"), KEPT)
def test_a_limit_that_is_kept_denies_nothing(
    name: str, desk: Changes, entry: Changes, parameters: Changes
) -> None:
    check = RISK_RULES[name]
    assert check(an_entry(**entry), a_desk(**desk), Parameters(**parameters)) is None


@pytest.mark.parametrize(("name", "desk", "entry", "parameters", "reason", "words"), DENIED)
def test_a_broken_limit_denies_with_its_code_and_its_numbers(
    name: str, desk: Changes, entry: Changes, parameters: Changes, reason: Reason, words: str
) -> None:
    denial = RISK_RULES[name](an_entry(**entry), a_desk(**desk), Parameters(**parameters))
    assert denial is not None
    assert denial.reason is reason
    assert words in denial.text


def test_every_rule_has_cases_on_both_sides() -> None:
    assert {case[0] for case in KEPT} == set(RISK_RULES)
    assert {case[0] for case in DENIED} == set(RISK_RULES)


def test_every_file_of_rules_is_in_the_table() -> None:
    folder = Path(str(engine.risk.__path__[0]))
    on_disk = {path.stem for path in folder.glob("*.py")} - OTHERS
    assert on_disk == {module.__name__.rpartition(".")[2] for module in MODULES}
    assert len(RISK_RULES) == len(MODULES)
