"""A question of which every number is known, and replies to it."""

import json
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from engine.market.barriers import BaseRates
from llm.checks.ballots import vote_of
from llm.checks.contract import Ballot
from llm.checks.reply import read_reply
from llm.contract import Question, Reply, Usage
from tests.llm.snapshots import a_snapshot

FENCE = "DATA-0123456789abcdef"
KNOWN = {
    "rsi": 62.4,
    "adx": 28.5,
    "trend_strength": 0.21,
    "macd_atr": 0.35,
    "z_score": 1.24,
    "return_z": 0.8,
    "atr_price": 1.0,
    "momentum_ratio": 0.0312,
    "higher.trend_strength": 0.1,
    "higher.ema_distance_atr": 0.6,
    "higher.rsi": 57.1,
    "high_20_atr": 0.75,
    "base_up": 0.45,
    "base_down": 0.44,
    "close": 100.0,
    "barrier_up": 102.0,
    "barrier_down": 98.0,
    "barrier_atr": 2.0,
    "horizon_bars": 48.0,
}
ANSWER = {
    "snapshot_id": "abcdef012345",
    "symbol": "ASSET-1A2B",
    "evidence": [{"key": "rsi", "value": 62.4}],
    "reason": "RSI of 62.4 with ADX at 28.5: the trend holds.",
    "p_up": 0.6,
    "p_down": 0.3,
    "action": "BUY",
    "stop": 98.0,
    "target": 103.0,
}


def a_question(**known: float) -> Question:
    """About a market at 100 with an ATR of 1; `known` replaces numbers of the sheet."""
    return Question(
        snapshot=a_snapshot(),
        base=BaseRates(0.45, 0.44, 1000),
        barrier_atr=2.0,
        horizon_bars=48,
        close_price=100.0,
        atr_price=1.0,
        known=MappingProxyType(KNOWN | known),
        snapshot_id="abcdef012345",
        symbol="ASSET-1A2B",
        masked=True,
        sheet="{}",
        fence=FENCE,
    )


def a_text(**changes: Any) -> str:
    """A good answer as JSON, with these fields changed."""
    return json.dumps(ANSWER | changes)


def a_reply(text: str, **more: Any) -> Reply:
    base = Reply(
        voter="oak", raw_text=text, usage=Usage(cost_usd=0.001), latency_ms=812.0, model="m-1"
    )
    return replace(base, **more)


def a_ballot(question: Question | None = None, **changes: Any) -> Ballot:
    """A readable answer beside its question."""
    return Ballot(read_reply(a_text(**changes)), question or a_question())


def codes(question: Question | None = None, **changes: Any) -> set[str]:
    """What the checks object to in such an answer."""
    vote = vote_of(question or a_question(), a_reply(a_text(**changes)))
    return {each.code for each in vote.objections}
