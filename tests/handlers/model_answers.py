"""What the parley's desk answers, of an ordinary desk or with a hostile text in every place."""

import math

from engine.core.advice import Objection, Tier, Vote
from engine.services.model_answers import (
    AskCard,
    BudgetCard,
    BudgetLine,
    ModelBoard,
    SkillPart,
    VoterRow,
    VoterSkill,
)
from tests.handlers.samples import NOW, SYMBOL


def a_voter_row(text: str = "", name: str = "oak", *, resting: bool = False) -> VoterRow:
    return VoterRow(
        name=text or name,
        is_model=True,
        provider="openai",
        model=text or "gpt-5-mini",
        persona=text or "contrarian",
        asked=40,
        answered=38,
        latency_ms=2_345.0,
        slowest_ms=9_000.0,
        cost_usd=0.1234,
        cached_ratio=0.8,
        failures=((text or "timeout", 2), ("rate_limit", 1)),
        resting=(text or "auth") if resting else "",
        resting_s=754.0 if resting else 0.0,
        cutoff=text or "2024-06",
        skill=VoterSkill(
            labelled=320,
            brier_skill_ratio=0.0123,
            low_ratio=-0.004,
            high_ratio=0.0286,
            hit_ratio=0.54,
            warned_ratio=0.12,
            evidence=text or "no evidence",
            warned=SkillPart(38, -0.021, 0.44),
            clean=SkillPart(282, 0.0162, 0.553),
        ),
    )


def a_rule_row(text: str = "") -> VoterRow:
    return VoterRow(
        name=text or "trend",
        is_model=False,
        provider="rules",
        model=text or "trend",
        persona="",
        asked=0,
        answered=0,
        latency_ms=math.nan,
        slowest_ms=math.nan,
        cost_usd=0.0,
        cached_ratio=math.nan,
        failures=(),
        resting="",
        resting_s=0.0,
        cutoff="",
    )


def a_board(text: str = "", voters: int = 1) -> ModelBoard:
    return ModelBoard(
        rows=(
            *(a_voter_row(text, f"oak{n}", resting=n % 2 == 1) for n in range(voters)),
            a_rule_row(text),
        ),
        mode=text or "confirm",
        days=30,
        rounds=12,
        fallen_ratio=0.0833,
        at=NOW,
        news=(text or "feed.example: 12 dated entries",),
    )


def a_budget(text: str = "") -> BudgetCard:
    return BudgetCard(
        lines=(
            BudgetLine(name="Today", used_usd=1.7, limit_usd=2.0),
            BudgetLine(name="This month", used_usd=1.7, limit_usd=30.0),
            BudgetLine(name=text or "oak today", used_usd=0.0042, limit_usd=1.0),
        ),
        round_limit_usd=0.5,
        month_rounds=12,
        usd_per_round=0.0142,
        usd_per_trade=math.nan,
        prices_as_of=text or "2025-12",
        guessed=(text or "fir",),
        at=NOW,
    )


def an_ask(text: str = "", *, done: bool = True, votes: int = 1) -> AskCard:
    said = Vote(
        voter=text or "oak",
        p_up=0.55,
        p_down=0.3,
        reason=text or "momentum and the higher timeframe agree",
        is_model=True,
        objections=(Objection("rsi_overbought_buy", Tier.WARN, text or "RSI 74"),),
    )
    silent = Vote(
        voter=text or "elm", p_up=0.0, p_down=0.0, abstained=True, abstention=text or "timeout"
    )
    return AskCard(
        symbol=text or SYMBOL,
        timeframe="5m",
        bar_at=NOW,
        close_price=64_200.5,
        barrier_atr=2.0,
        horizon_bars=48,
        base_up_ratio=0.41,
        base_down_ratio=0.39,
        votes=(said, silent) * votes,
        waiting=() if done else (text or "ash",),
        cost_usd=0.0123,
        is_done=done,
        contaminated=(text or "oak",),
    )
