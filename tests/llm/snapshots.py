"""Snapshots and votes for the parley's tests."""

from collections.abc import Mapping
from datetime import UTC, datetime

from engine.core.advice import Snapshot, Vote
from engine.core.kinds import PositionSide, Regime
from engine.core.timeframes import Timeframe

CALM = {
    "atr_price": 1.0,
    "atr_ratio": 0.01,
    "expansion_ratio": 1.0,
    "momentum_ratio": 0.0,
    "rsi": 50.0,
    "sma_gap_atr": 0.0,
    "trend_strength": 0.0,
    "z_score": 0.0,
}


def a_snapshot(
    features: Mapping[str, float] | None = None,
    *,
    side: PositionSide = PositionSide.LONG,
    regime: Regime = Regime.RANGE,
) -> Snapshot:
    """A long on a calm market at 100, but for the features given."""
    return Snapshot(
        symbol="BTC/USDT",
        timeframe=Timeframe.H1,
        at=datetime(2026, 3, 2, 12, tzinfo=UTC),
        side=side,
        entry_price=100.0,
        stop_price=98.0 if side is PositionSide.LONG else 102.0,
        regime=regime,
        features=CALM | dict(features or {}),
    )


def a_vote(p_up: float | None, voter: str = "v") -> Vote:
    """A vote with that chance of a rise; None is an abstention."""
    if p_up is None:
        return Vote(voter=voter, p_up=0.0, p_down=0.0, abstained=True)
    return Vote(voter=voter, p_up=p_up, p_down=1.0 - p_up)
