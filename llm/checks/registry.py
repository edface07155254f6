"""CHECKS: everything that may be held against a vote, in three tiers. One row each."""

from engine.core.advice import Tier
from llm.checks import echo, evidence, levels, market, prose
from llm.checks.contract import CheckRow

CHECKS: tuple[CheckRow, ...] = (
    # not an answer to this question: an abstention
    CheckRow("echo_symbol", Tier.REJECT, echo.symbol),
    CheckRow("echo_snapshot", Tier.REJECT, echo.snapshot),
    CheckRow("prob_sum", Tier.REJECT, echo.probabilities),
    CheckRow("action_contradicts_p", Tier.REJECT, echo.contradiction),
    CheckRow("reason_echoes_instruction", Tier.REJECT, echo.instruction),
    # the forecast counts, its levels are dropped: the desk sets its own
    CheckRow("level_missing", Tier.STRIP, levels.missing),
    CheckRow("stop_wrong_side", Tier.STRIP, levels.stop_side),
    CheckRow("target_wrong_side", Tier.STRIP, levels.target_side),
    CheckRow("stop_distance", Tier.STRIP, levels.stop_distance),
    CheckRow("target_absurd", Tier.STRIP, levels.target_distance),
    # it counts for less, or not at all where the person made it a veto
    CheckRow("rsi_overbought_buy", Tier.WARN, market.rsi_overbought),
    CheckRow("rsi_oversold_sell", Tier.WARN, market.rsi_oversold),
    CheckRow("adx_weak_high_confidence", Tier.WARN, market.adx_weak),
    CheckRow("against_trend_and_macd", Tier.WARN, market.against_both),
    CheckRow("trend_macd_contradiction", Tier.WARN, market.macd_disagrees),
    CheckRow("against_higher", Tier.WARN, market.against_higher),
    CheckRow("vol_shock", Tier.WARN, market.shock),
    CheckRow("reward_risk_low", Tier.WARN, levels.reward_risk),
    CheckRow("evidence_unknown_key", Tier.WARN, evidence.unknown_key),
    CheckRow("evidence_wrong_value", Tier.WARN, evidence.wrong_value),
    CheckRow("number_not_in_snapshot", Tier.WARN, prose.numbers),
)
