"""Votes and forecasts of a made-up market, straight into the memory of votes."""

from datetime import timedelta

import numpy as np

from engine.core.advice import Objection, Tier, Vote
from engine.core.forecasts import Forecast
from engine.core.kinds import PositionSide, Regime
from engine.core.timeframes import Timeframe
from engine.market.barriers import BaseRates, Outcome
from llm.calibration.learning import Habits, Round, asked, resolved
from llm.calibration.state import Calibration, fresh
from tests.fakes.clocks import NOON

BASE = BaseRates(0.45, 0.45, 1000)
HABITS = Habits()
QUIET = Habits(0.8, 0.0, 1.0)  # neither recalibrates nor guards against bias
WARNED = (Objection("vol_shock", Tier.WARN, "the last bar moved 4 sigma"),)


def said(voter: str, up: float, down: float | None = None, **more: object) -> Vote:
    down = 0.9 - up if down is None else down
    return Vote(voter=voter, p_up=up, p_down=max(0.0, down), is_model=True, **more)  # type: ignore[arg-type]


def silent(voter: str) -> Vote:
    return Vote(voter=voter, p_up=0.0, p_down=0.0, abstained=True, is_model=True)


def a_forecast(found: Round, votes: tuple[Vote, ...], step: int = 0) -> Forecast:
    return Forecast(
        key=f"BTC/USDT|1h|{step}", snapshot_id="abc", symbol="BTC/USDT",
        timeframe=Timeframe.H1, at=NOON + timedelta(hours=step), side=PositionSide.LONG,
        regime=Regime.RANGE, close_price=100.0, up_price=102.0, down_price=98.0,
        horizon_bars=4, base_up=0.45, base_down=0.45, votes=votes, voters=found.voters,
        up=found.up.heard, down=found.down.heard,
    )  # fmt: skip


def lived(
    rounds: int,
    truth: float,
    *,
    seed: int = 1,
    state: Calibration | None = None,
    habits: Habits = QUIET,
    voters: tuple[str, ...] = ("a", "b", "c"),
) -> Calibration:
    """The memory after so many rounds in which a vote's lean has so much to do with the outcome.

    truth 1: log-odds move as the voters' do; 0: not at all; -1: the other way.
    """
    rng = np.random.default_rng(seed)
    state = fresh() if state is None else state
    for step in range(rounds):
        lean = rng.normal(0.0, 0.8, len(voters))
        votes = tuple(
            said(name, float(1.0 / (1.0 + np.exp(-each))) * 0.9)
            for name, each in zip(voters, lean, strict=True)
        )
        found, state = asked(state, votes, BASE, "range", habits)
        chance = 1.0 / (1.0 + np.exp(-truth * lean.mean() * 1.7))
        outcome = Outcome.UP if rng.random() < chance else Outcome.DOWN
        state = resolved(state, a_forecast(found, votes, step), outcome, habits).state
    return state
