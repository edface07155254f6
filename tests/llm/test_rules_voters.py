"""The three analysts: drawn cases, mirrored for shorts, silent on NaN."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.kinds import PositionSide, Regime
from llm.voters.rules import ANALYSTS, MAX_EDGE_RATIO, RuleVoter, cast_vote
from tests.llm.snapshots import CALM, a_snapshot

LONG, SHORT = PositionSide.LONG, PositionSide.SHORT
each = pytest.mark.parametrize("name", ANALYSTS)
MIRRORED = ("momentum_ratio", "sma_gap_atr", "trend_strength", "z_score")
values = st.floats(-5.0, 5.0)


@pytest.mark.parametrize(
    ("name", "features", "regime", "side"),
    [
        ("trend", {"trend_strength": 0.3}, Regime.RANGE, LONG),
        ("trend", {"trend_strength": -0.3, "sma_gap_atr": 0.5}, Regime.RANGE, SHORT),
        ("trend", {"sma_gap_atr": 2.0}, Regime.RANGE, LONG),
        ("trend", {}, Regime.RANGE, None),
        ("reversion", {"z_score": 2.0, "rsi": 70.0}, Regime.RANGE, SHORT),
        ("reversion", {"z_score": -2.0, "rsi": 30.0}, Regime.RANGE, LONG),
        ("reversion", {"z_score": 2.0, "rsi": 60.0}, Regime.TREND_UP, LONG),  # not yet there
        ("reversion", {"z_score": 2.6, "rsi": 60.0}, Regime.TREND_UP, SHORT),
        ("reversion", {"rsi": 60.0}, Regime.RANGE, LONG),
        ("volatility", {"momentum_ratio": 0.02}, Regime.RANGE, LONG),
        ("volatility", {"momentum_ratio": -0.02}, Regime.RANGE, SHORT),
        # a storm: no edge, and still an answer
        ("volatility", {"expansion_ratio": 1.8, "momentum_ratio": 0.02}, Regime.RANGE, None),
        ("trend", {"trend_strength": -0.1}, Regime.TREND_UP, LONG),
        ("trend", {"trend_strength": 0.1}, Regime.TREND_DOWN, SHORT),
    ],
)
def test_analysts_by_their_drawn_cases(
    name: str, features: dict[str, float], regime: Regime, side: PositionSide | None
) -> None:
    vote = cast_vote(name, ANALYSTS[name], a_snapshot(features, regime=regime))
    assert not vote.abstained
    assert vote.side() is side
    assert vote.reason


@pytest.mark.parametrize(
    ("name", "features"),
    [
        ("reversion", {"z_score": 1.0, "rsi": 70.0}),  # neither stretched nor quiet
        ("volatility", {"atr_ratio": 0.0}),
    ],
)
def test_an_analyst_without_an_opinion_abstains(name: str, features: dict[str, float]) -> None:
    vote = cast_vote(name, ANALYSTS[name], a_snapshot(features))
    assert vote.abstained
    assert (vote.p_up, vote.p_down) == (0.0, 0.0)


@each
def test_in_the_warm_up_every_analyst_abstains(name: str) -> None:
    unknown = dict.fromkeys(CALM, math.nan)
    vote = cast_vote(name, ANALYSTS[name], a_snapshot(unknown))
    assert vote.abstained
    assert vote.reason == "warming up"


@each
@given(st.fixed_dictionaries(dict.fromkeys(CALM, values)), st.sampled_from(Regime))
def test_chances_are_bounded_sum_to_one_and_ignore_the_proposed_side(
    name: str, features: dict[str, float], regime: Regime
) -> None:
    votes = [
        cast_vote(name, ANALYSTS[name], a_snapshot(features, side=side, regime=regime))
        for side in PositionSide
    ]
    assert votes[0] == votes[1]
    if not votes[0].abstained:
        assert votes[0].p_up + votes[0].p_down == pytest.approx(1.0)
        assert abs(votes[0].p_up - 0.5) <= MAX_EDGE_RATIO


@each
@given(st.fixed_dictionaries(dict.fromkeys(CALM, values)))
def test_a_mirrored_market_gets_the_mirrored_vote(name: str, features: dict[str, float]) -> None:
    mirrored = {key: -value if key in MIRRORED else value for key, value in features.items()}
    mirrored["rsi"] = 100.0 - features["rsi"]
    vote = cast_vote(name, ANALYSTS[name], a_snapshot(features))
    other = cast_vote(name, ANALYSTS[name], a_snapshot(mirrored))
    assert vote.abstained == other.abstained
    if not vote.abstained:
        assert vote.p_up == pytest.approx(other.p_down)


async def test_a_rule_voter_votes_under_its_own_name() -> None:
    voter = RuleVoter("oak", ANALYSTS["trend"])
    snapshot = a_snapshot({"trend_strength": 0.3})
    assert await voter.vote(snapshot) == cast_vote("oak", ANALYSTS["trend"], snapshot)
    assert voter.name == "oak"
