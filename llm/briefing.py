"""From a snapshot and its bars to the question that every voter is asked. Pure.

The event is fixed by code: +k ATR before -k ATR within a horizon, from the last closed bar. The
sheet holds nothing of the account and nothing of the proposal, so that every strategy, every
trader and every backtest of the same bar asks the same question. In masked mode it has no date, no
name and no price scale: a model must read the market, and cannot remember it.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from engine.core.advice import Snapshot
from engine.core.parameters import Parameters
from engine.market import indicators
from engine.market.barriers import BaseRates, base_rates
from engine.market.bars import Bars
from engine.market.features import FEATURES, Setup, last_value
from engine.market.resample import HIGHER, resampled
from llm.contract import Question
from llm.hygiene import plain, quoted_news

MASKED_CLOSE = 100.0
DIGITS = 5  # significant ones of every number: what a person would read off a screen
HIGHER_FEATURES = ("rsi", "adx", "trend_strength", "macd_atr", "ema_distance_atr", "z_score")
LEVEL_BARS = (20, 100)


def question_of(
    snapshot: Snapshot,
    bars: Bars,
    parameters: Parameters,
    *,
    salt: str = "",
    news: Sequence[str] = (),
) -> Question:
    """The question on the last of `bars`, which must be the snapshot's.

    `salt` is the desk's own word: it makes the alias and the fence unguessable from outside.
    """
    masked = parameters.masked
    scale = MASKED_CLOSE / snapshot.entry_price if masked else 1.0
    atr_price = snapshot.features["atr_price"] * scale
    event = (parameters.barrier_atr, parameters.horizon_bars)
    base = _base(bars, parameters)
    features = _shown(snapshot.features, scale, masked=masked)
    higher = _higher(snapshot, bars, parameters)
    levels = _levels(bars, snapshot.features["atr_price"])
    close_price = _rounded(snapshot.entry_price * scale)
    known = {
        **features,
        **{f"higher.{name}": value for name, value in higher.items()},
        **levels,
        "close": close_price,
        "base_up": _rounded(base.up_ratio),
        "base_down": _rounded(base.down_ratio),
        "barrier_up": _rounded((snapshot.entry_price * scale) + event[0] * atr_price),
        "barrier_down": _rounded((snapshot.entry_price * scale) - event[0] * atr_price),
        "barrier_atr": event[0],
        "horizon_bars": float(event[1]),
    }
    symbol = _alias(snapshot.symbol, salt) if masked else plain(snapshot.symbol, 24)
    sheet: dict[str, Any] = {
        "symbol": symbol,
        "timeframe": snapshot.timeframe.value,
        "regime": snapshot.regime.value,
        "numbers": {name: value for name, value in known.items() if math.isfinite(value)},
        "news": list(quoted_news(news)),
    }
    if not masked:
        sheet["as_of"] = snapshot.at.isoformat()
    text = json.dumps(sheet, sort_keys=True, separators=(",", ":"), allow_nan=False)
    snapshot_id = _hashed(text)[:12]
    return Question(
        snapshot=snapshot,
        base=base,
        barrier_atr=event[0],
        horizon_bars=event[1],
        close_price=close_price,
        atr_price=atr_price,
        known=MappingProxyType(sheet["numbers"]),
        snapshot_id=snapshot_id,
        symbol=symbol,
        masked=masked,
        sheet=text,
        fence=f"DATA-{_hashed(salt + snapshot_id)[:16]}",
    )


def _shown(features: Mapping[str, float], scale: float, *, masked: bool) -> dict[str, float]:
    shown = {}
    for name, value in features.items():
        feature = FEATURES.get(name)
        if feature is None:
            continue  # of a newer version: nobody could say what it is
        unit = feature.unit
        if unit == "price":
            shown[name] = _rounded(value * scale)
        elif unit != "quote" or not masked:  # turnover in money would name the market
            shown[name] = _rounded(value)
    return shown


def _base(bars: Bars, parameters: Parameters) -> BaseRates:
    atr = bars.close
    if len(bars):
        atr = indicators.atr(bars.high, bars.low, bars.close, parameters.atr_window_bars)
    return base_rates(bars, atr, parameters.barrier_atr, parameters.horizon_bars)


def _higher(snapshot: Snapshot, bars: Bars, parameters: Parameters) -> dict[str, float]:
    timeframe = HIGHER.get(snapshot.timeframe)
    longer = None if timeframe is None else resampled(bars, snapshot.timeframe, timeframe)
    if timeframe is None or longer is None or not len(longer):
        return {}
    setup = Setup(timeframe, parameters.atr_window_bars)
    return {name: _rounded(last_value(FEATURES[name], longer, setup)) for name in HIGHER_FEATURES}


def _levels(bars: Bars, atr_price: float) -> dict[str, float]:
    # distances to the highest high and the lowest low, in ATR
    found: dict[str, float] = {}
    if not len(bars):
        return found
    close = float(bars.close[-1])
    for count in LEVEL_BARS:
        if len(bars) >= count and atr_price > 0.0:
            seen = bars.tail(count)
            found[f"high_{count}_atr"] = _rounded((float(seen.high.max()) - close) / atr_price)
            found[f"low_{count}_atr"] = _rounded((float(seen.low.min()) - close) / atr_price)
    return found


def _alias(symbol: str, salt: str) -> str:
    return f"ASSET-{_hashed(salt + symbol)[:4].upper()}"


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
