"""Drawn cases of the rules on the whole desk, the hour and the name: as in test_rules."""

from datetime import UTC, datetime
from typing import Any

from engine.core.kinds import PositionSide
from engine.core.reasons import Reason
from engine.risk.contract import Held
from tests.engine.risk.desks import PERPETUAL, SPOT

Changes = dict[str, Any]
BTC, SHORT = PERPETUAL.symbol, {"side": PositionSide.SHORT}
NAN = float("nan")
AT_ONE = {"decided_at": datetime(2026, 3, 2, 1, 0, tzinfo=UTC)}
WINDOW = {"news_windows": "2026-03-02T12:00/2026-03-02T13:30"}


def held(sign: int, notional_quote: float, *, spot: bool = False) -> Changes:
    """A desk that holds one position, of which everything but beta is known."""
    instrument = SPOT if spot else PERPETUAL
    one = Held(instrument=instrument, sign=sign, notional_quote=notional_quote)
    return {"held": (one,), "open_symbols": frozenset({instrument.symbol})}


def alike(ratio: float, sign: int = 1) -> Changes:
    """A desk that holds something of that correlation with the entry."""
    return {**held(sign, 100.0), "correlation_ratio": {BTC: ratio}}


def worth(notional_quote: float, **more: object) -> Changes:
    return {"notional_quote": notional_quote, **more}


KEPT: list[tuple[str, Changes, Changes, Changes]] = [
    ("symbol_lists", {}, {}, {"blocked_symbols": "ETH, DOGE"}),
    ("symbol_lists", {}, {}, {"allowed_symbols": "btc"}),
    ("symbol_lists", {}, {}, {"allowed_symbols": "BTC/USDT"}),
    ("quiet_hours", {}, {}, {"quiet_hours": "11:00-12:00, 22:00-06:00"}),
    ("news_window", {}, {}, {"news_windows": "2026-03-02T11:00/2026-03-02T12:00"}),
    ("liquidity", {}, {}, {}),
    ("liquidity", {}, {"volume_24h_quote": 5000.0}, {"min_volume_24h_quote": 5000.0}),
    ("funding_cost", {}, {}, {}),
    ("funding_cost", {"funding_ratio": {BTC: 0.001}}, {}, {"max_funding_ratio": 0.001}),
    ("funding_cost", {"funding_ratio": {BTC: 0.002}}, SHORT, {}),  # a short is paid
    ("min_equity", {"equity_quote": 500.0}, {}, {"min_equity_quote": 500.0}),
    ("min_equity", {"equity_quote": -1.0}, {}, {}),
    ("position_value", {}, worth(500.0), {"max_notional_quote": 500.0}),
    ("position_value", {}, worth(1e9), {}),
    ("capital", {"equity_quote": 200.0, **held(1, 1.0)}, {}, {"capital_per_position_quote": 100}),
    ("capital", {"equity_quote": 1.0}, {}, {}),
    ("net_exposure", held(1, 5000.0), worth(1000.0), {"max_net_ratio": 0.6}),
    ("net_exposure", held(1, 9000.0), worth(1000.0, **SHORT), {"max_net_ratio": 0.6}),
    ("leverage", held(1, 29_000.0), worth(1000.0), {"max_leverage": 3.0}),
    ("leverage", held(1, 9000.0, spot=True), worth(3000.0), {"max_leverage": 3.0}),
    ("leverage", {"equity_quote": -1.0}, worth(1000.0, instrument=SPOT), {}),
    ("liquidation", held(1, 7200.0), worth(1000.0), {}),
    ("liquidation", {"equity_quote": -1.0}, worth(1000.0, instrument=SPOT), {}),
    ("sector", held(1, 3000.0), worth(1000.0), {}),
    ("sector", held(1, 9000.0, spot=True), worth(100.0), {"max_sector_ratio": 0.91}),
    ("correlation", {}, {}, {}),
    ("correlation", alike(0.70), {}, {}),
    ("correlation", alike(0.99), SHORT, {}),  # a hedge
    ("correlation", alike(0.99, -1), {}, {}),
    ("correlation", alike(NAN), {}, {"max_correlation_ratio": 1.0}),
    ("beta", {**held(1, 3000.0), "beta": {BTC: 2.0}}, worth(2000.0), {}),
    ("beta", {**held(1, 9000.0), "beta": {BTC: 2.0}}, worth(2000.0, **SHORT), {}),
]
DENIED: list[tuple[str, Changes, Changes, Changes, Reason, str]] = [
    ("symbol_lists", {}, {}, {"blocked_symbols": "btc"}, Reason.BLOCKED_SYMBOL, "blocked_symbols"),
    (
        "symbol_lists", {}, {}, {"allowed_symbols": "ETH"},
        Reason.BLOCKED_SYMBOL, "not on the list allowed_symbols",
    ),
    (
        "quiet_hours", {}, {}, {"quiet_hours": "12:00-12:30"},
        Reason.QUIET_HOURS, "12:00 UTC, quiet from 12:00 to 12:30 UTC",
    ),
    (
        "quiet_hours", {}, AT_ONE, {"quiet_hours": "22:00-06:00"},
        Reason.QUIET_HOURS, "01:00 UTC, quiet from 22:00 to 06:00 UTC",
    ),
    ("news_window", {}, {}, WINDOW, Reason.NEWS_WINDOW, "until 2026-03-02 13:30 UTC"),
    (
        "liquidity", {}, {"volume_24h_quote": 4999.0}, {"min_volume_24h_quote": 5000.0},
        Reason.LIQUIDITY, "4,999 was traded in 24 hours, at least 5,000",
    ),
    ("liquidity", {}, {}, {"min_volume_24h_quote": 5000.0}, Reason.LIQUIDITY, "nan was traded"),
    (
        "funding_cost", {"funding_ratio": {BTC: 0.002}}, {}, {},
        Reason.FUNDING_COST, "cost 0.200% per interval, 0.100% allowed",
    ),
    (
        "funding_cost", {"funding_ratio": {BTC: -0.002}}, SHORT, {},
        Reason.FUNDING_COST, "0.200% per interval",
    ),
    ("funding_cost", {"funding_ratio": {BTC: NAN}}, {}, {}, Reason.FUNDING_COST, "nan"),
    (
        "min_equity", {"equity_quote": 499.0}, {}, {"min_equity_quote": 500.0},
        Reason.MIN_EQUITY, "499.00, at least 500.00",
    ),
    (
        "position_value", {}, worth(501.0), {"max_notional_quote": 500.0},
        Reason.POSITION_VALUE, "501.00, 500.00 allowed",
    ),
    (
        "capital", {"equity_quote": 199.0, **held(1, 1.0)}, {}, {"capital_per_position_quote": 100},
        Reason.CAPITAL, "2 positions need 100.00 of equity each, there is 199.00",
    ),
    (
        "net_exposure", held(1, 5000.0), worth(1001.0), {"max_net_ratio": 0.6},
        Reason.NET_EXPOSURE, "60.0% of equity, 60.0% allowed",
    ),
    (
        "net_exposure", held(-1, 5000.0), worth(1100.0, **SHORT), {"max_net_ratio": 0.6},
        Reason.NET_EXPOSURE, "61.0%",
    ),
    (
        "leverage", held(1, 29_000.0), worth(1100.0), {"max_leverage": 3.0},
        Reason.LEVERAGE, "3.01, 3.00 allowed",
    ),
    (
        "leverage", held(1, 9000.0, spot=True), worth(3100.0), {"max_leverage": 3.0},
        Reason.LEVERAGE, "3.10",
    ),
    (
        "liquidation", held(1, 49_000.0), worth(1000.0), {},
        Reason.LIQUIDATION, "a move of 18.8% would liquidate the desk, 20.0%",
    ),
    ("liquidation", {"equity_quote": 0.0}, worth(1.0), {}, Reason.LIQUIDATION, "0.0%"),
    (
        "sector", held(1, 3000.0), worth(1010.0), {},
        Reason.SECTOR, "sector other would be 40.1% of equity, 40.0% allowed",
    ),
    (
        "sector", held(1, 3000.0), worth(1010.0), {"sectors": "BTC:coin"},
        Reason.SECTOR, "sector coin",
    ),
    ("correlation", alike(0.71), {}, {}, Reason.CORRELATION, "is 0.71, 0.70 allowed"),
    ("correlation", alike(-0.71, -1), {}, {}, Reason.CORRELATION, BTC),
    ("correlation", alike(NAN), {}, {}, Reason.CORRELATION, "not known yet"),
    (
        "beta", {**held(1, 3000.0), "beta": {BTC: 2.0}}, worth(2100.0), {},
        Reason.BETA, "102.0% of equity would move with bitcoin, 100.0%",
    ),
    ("beta", held(1, 9000.0), worth(1100.0), {}, Reason.BETA, "101.0%"),  # not known: as bitcoin
]  # fmt: skip
