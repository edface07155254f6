"""A voter as a line of /models."""

import math

from engine.core.model_calls import VoterRecord
from engine.services.model_answers import VoterRow, VoterSkill
from llm.prices import CUTOFFS, family
from llm.transport.voter import ModelVoter


def model_row(voter: ModelVoter, record: VoterRecord | None, skill: VoterSkill | None) -> VoterRow:
    """The line of a model: what it is, what it did, and why it rests."""
    address = voter.seat.address
    open_ones = [each for each in (voter.account, voter.own) if each.is_open()]
    cutoff = CUTOFFS.get(family(address.provider, address.model))
    inputs = 0 if record is None else record.input_tokens + record.cached_tokens
    failures = {} if record is None else record.failures
    return VoterRow(
        name=voter.seat.name,
        is_model=True,
        provider=address.provider,
        model=address.model,
        persona=voter.seat.persona.name,
        asked=0 if record is None else record.asked,
        answered=0 if record is None else record.answered,
        latency_ms=math.nan if record is None else record.latency_ms,
        slowest_ms=math.nan if record is None else record.slowest_ms,
        cost_usd=0.0 if record is None else record.cost_usd,
        cached_ratio=record.cached_tokens / inputs if record is not None and inputs else math.nan,
        failures=tuple(sorted(failures.items(), key=lambda each: (-each[1], each[0]))),
        resting=next((each.cause.value for each in open_ones if each.cause is not None), ""),
        resting_s=max((each.opens_in_s() for each in open_ones), default=0.0),
        cutoff="" if cutoff is None else f"{cutoff:%Y-%m}",
        skill=skill,
    )


def rule_row(name: str, analyst: str, skill: VoterSkill | None) -> VoterRow:
    """The line of an analyst of our own, free and instant."""
    return VoterRow(
        name=name,
        is_model=False,
        provider="rules",
        model=analyst,
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
        skill=skill,
    )
