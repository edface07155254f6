"""What the reports of votes answer, ordinary or with a hostile text in every place."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import numpy as np

from engine.analytics.skill import Reliability, VoteHistory
from engine.core.advice import Objection, Pool, PoolPart, Signal, SizeStep, Tier, Verdict, Vote
from engine.core.events import ProposalDecided
from engine.core.forecasts import Forecast, Heard
from engine.core.kinds import Liquidity, PositionSide, Regime, Side, TradingState
from engine.core.orders import Fill
from engine.core.reasons import Reason
from engine.core.state import Cause
from engine.core.timeframes import Timeframe
from engine.services.parley_answers import Rounds, Why, WhyNot
from tests.handlers.happenings import a_proposal
from tests.handlers.samples import NOW, SYMBOL, a_position, a_trade, an_order

HEARD = Heard(offset=-0.2, x=(0.5, 0.1), words=(0.3, -0.1), ways=(0.45,) * 6, pooled=0.52)


def some_votes(text: str = "") -> tuple[Vote, ...]:
    warned = Objection("rsi_overbought_buy", Tier.WARN, text or "BUY at RSI 74")
    return (
        Vote(
            voter=text or "oak", p_up=0.8, p_down=0.15, reason=text or "trend holds",
            objections=(warned,), is_model=True, model="m-1", calibrated_up=0.55,
            calibrated_down=0.36,
        ),
        Vote(voter="trend", p_up=0.6, p_down=0.4, reason=text or "averages 1.2 ATR apart"),
        Vote(
            voter=text or "elm", p_up=0.0, p_down=0.0, abstained=True, abstention="timeout",
            is_model=True,
        ),
    )  # fmt: skip


def a_pool() -> Pool:
    return Pool(
        p_up=0.52, p_down=0.38, base_up=0.45, base_down=0.44, sd_up=0.2, sd_down=0.2,
        low_ratio=0.49, barrier_atr=2.0, horizon_bars=48, voters_effective=1.6, outcomes=212,
        parts=(
            PoolPart(name="base rate", weight_ratio=0.3, p_up=0.45, p_down=0.44),
            PoolPart(name="stack", weight_ratio=0.7, p_up=0.55, p_down=0.36),
        ),
        biased_side=PositionSide.LONG,
    )  # fmt: skip


def a_verdict(text: str = "", pool: Pool | None = None) -> Verdict:
    return Verdict(
        approved=True, confidence_ratio=0.52, votes=some_votes(text), dissent_ratio=0.0,
        why=text or "52% for long, 38% against, of 2 voters", pool=pool,
    )  # fmt: skip


def a_decision(text: str = "", *, taken: bool = True) -> ProposalDecided:
    proposal = a_proposal(text or SYMBOL)
    signal = Signal(
        side=PositionSide.LONG, strategy=text or "sma_5_15", version="1",
        why=text or "the fast average crossed the slow one", stop_price=63_800.0,
    )  # fmt: skip
    return ProposalDecided(
        at=NOW,
        proposal=replace(proposal, signals=(signal,)),
        verdict=a_verdict(text, a_pool()),
        position_id=42 if taken else None,
        reason=None if taken else Reason.EXPECTED_VALUE,
        text="" if taken else text or "worth -0.05 R after 0.16 R of costs",
        size_steps=(
            SizeStep("equity", 10_000.0),
            SizeStep(text or "risk 0.50% of it", 50.0),
            SizeStep("largest position, 10% of equity, and some more words", 1000.0),
            SizeStep("room left in exposure", float("inf")),
        )
        if taken
        else (),
    )


def a_forecast(text: str = "", outcome: str | None = "up") -> Forecast:
    return Forecast(
        key="BTC/USDT:USDT|5m|1", snapshot_id="abc", symbol=text or SYMBOL,
        timeframe=Timeframe.M5, at=NOW, side=PositionSide.LONG, regime=Regime.RANGE,
        close_price=64_210.0, up_price=64_810.0, down_price=63_610.0, horizon_bars=48,
        base_up=0.45, base_down=0.44, votes=some_votes(text), voters=("oak|m-1", "trend"),
        up=HEARD, down=replace(HEARD, pooled=0.38), outcome=outcome,
        resolved_at=None if outcome is None else NOW + timedelta(hours=1),
    )  # fmt: skip


def a_why(text: str = "", *, taken: bool = True) -> Why:
    fill = Fill(
        fill_id="f1", client_order_id="c1", symbol=text or SYMBOL, side=Side.BUY,
        qty_base=Decimal("0.0124"), price=Decimal("64210.5"), fee_quote=Decimal("0.39814"),
        liquidity=Liquidity.TAKER, filled_at=NOW,
    )  # fmt: skip
    return Why(
        decision=a_decision(text, taken=taken),
        forecast=a_forecast(text),
        orders=(an_order(symbol=text or SYMBOL),) if taken else (),
        fills=(fill,) * 12 if taken else (),
        position=a_position(symbol=text or SYMBOL) if taken else None,
        trade=a_trade(symbol=text or SYMBOL) if taken else None,
    )


def a_why_not(text: str = "") -> WhyNot:
    return WhyNot(
        symbol=text or SYMBOL,
        trading=TradingState.REDUCING if text else TradingState.ACTIVE,
        cause=Cause.BREAKER if text else Cause.NONE,
        why=text,
        position_id=7 if text else None,
        not_traded=text,
        is_frozen=bool(text),
        regime=Regime.RANGE,
        last=a_decision(text, taken=False),
        market_at=NOW,
    )


def some_rounds(text: str = "") -> Rounds:
    outcomes = ("up", None, "neither", "both", "lost")
    return Rounds(forecasts=tuple(a_forecast(text, each) for each in outcomes), market_at=NOW)


def two_curves() -> tuple[Reliability, Reliability]:
    said = np.array([0.2, 0.45, 0.7])
    count = np.array([40.0, 60.0, 40.0])
    happened = np.array([0.4, 0.44, 0.5])
    return (
        Reliability("as said", said, happened, count, 0.12, 70),
        Reliability("calibrated", 0.45 + 0.2 * (said - 0.45), happened, count, 0.02, 70),
    )


def a_history(votes: int = 40, voters: int = 3) -> VoteHistory:
    rng = np.random.default_rng(5)
    lean = rng.uniform(-0.8, 0.8, votes)
    result = np.where(np.arange(votes) > 0.9 * votes, np.nan, rng.integers(-1, 2, votes))
    return VoteHistory(
        at_s=1.7e9 + 3600.0 * np.arange(votes, dtype=np.float64),
        voter=tuple(f"voter-{n % max(1, voters)}-with-a-name" for n in range(votes)),
        lean=lean,
        calibrated_lean=0.2 * lean,
        result=result,
    )
