"""What forecasts were worth: skill over the base rate with its interval, and reliability.

A vote's loss is the Brier score (Brier 1950) of both barriers together; skill is one less its mean
over that of the base rate, so 0 is no better than knowing how often things happen. Forecasts whose
horizons overlap are not independent: the interval is a block bootstrap's (Kuensch 1989).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.core.forecasts import ScoredVote
from engine.core.kinds import PositionSide
from engine.market.arrays import Floats
from engine.market.barriers import Outcome, labels

DRAWS = 400
FEWEST = 10  # forecasts under which there is no interval
BINS = 8
PER_BIN = 12  # forecasts that a bin of the reliability chart needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """Of some forecasts. Ratios; NaN where there is too little to say."""

    labelled: int
    brier_skill_ratio: float
    low_ratio: float  # of its 95 % interval
    high_ratio: float
    hit_ratio: float  # of those that leaned to a side and whose event was decided
    warned_ratio: float
    warned_hit_ratio: float  # of those with a warning
    clean_hit_ratio: float  # and of those without
    warned_labelled: int
    warned_skill_ratio: float  # Brier skill of the votes with a warning
    clean_skill_ratio: float

    @property
    def verdict(self) -> str:
        """In fixed words: no evidence, weak or supported."""
        if not self.low_ratio > 0.0:
            return "no evidence"
        return "supported" if self.labelled >= 1000 else "weak"


@dataclass(frozen=True, slots=True)
class Reliability:
    """Said against happened, in bins of equal count; arrays are (bins,), rising in `said`."""

    name: str
    said: Floats
    happened: Floats
    count: Floats
    error_ratio: float  # mean distance of the two, by count (ECE)
    labelled: int


@dataclass(frozen=True, slots=True)
class VoteHistory:
    """Votes over time, for a picture. Arrays are (votes,), oldest first."""

    at_s: Floats
    voter: tuple[str, ...]  # of each vote
    lean: Floats  # p_up - p_down, in the voter's own words
    calibrated_lean: Floats  # NaN where it was not pooled
    result: Floats  # +1 the barrier above was first, -1 the one below, 0 neither, NaN not decided


def skill_of(votes: Sequence[ScoredVote], block: int, rng: np.random.Generator) -> Skill:
    """The skill of the votes' own words; `block`: forecasts that may overlap."""
    loss, base = _losses(votes)
    warned = np.array([bool(vote.warnings) for vote in votes], dtype=np.bool_)
    hits = [(side is right, bool(vote.warnings)) for vote, side, right in _calls(votes)]
    low, high = _interval(loss, base, block, rng)
    return Skill(
        labelled=len(votes),
        brier_skill_ratio=_share(loss, base),
        low_ratio=low,
        high_ratio=high,
        hit_ratio=_mean([hit for hit, _ in hits]),
        warned_ratio=_mean([bool(vote.warnings) for vote in votes]),
        warned_hit_ratio=_mean([hit for hit, was_warned in hits if was_warned]),
        clean_hit_ratio=_mean([hit for hit, was_warned in hits if not was_warned]),
        warned_labelled=int(np.count_nonzero(warned)),
        warned_skill_ratio=_share(loss[warned], base[warned]),
        clean_skill_ratio=_share(loss[~warned], base[~warned]),
    )


def reliability_of(
    name: str, votes: Sequence[ScoredVote], *, calibrated: bool = False
) -> Reliability:
    """Said against happened over both barriers of the votes."""
    pairs = [pair for vote in votes for pair in _pairs(vote, calibrated=calibrated)]
    pairs = sorted(pair for pair in pairs if pair[0] == pair[0])  # NaN: it was not pooled
    bins = min(BINS, len(pairs) // PER_BIN)
    if not bins:
        nothing = np.zeros(0)
        return Reliability(name, nothing, nothing, nothing, float("nan"), len(votes))
    parts = np.array_split(np.array(pairs), bins)
    said = np.array([part[:, 0].mean() for part in parts])
    happened = np.array([part[:, 1].mean() for part in parts])
    count = np.array([float(len(part)) for part in parts])
    error_ratio = float(np.sum(np.abs(said - happened) * count) / count.sum())
    return Reliability(name, said, happened, count, error_ratio, len(votes))


def _pairs(vote: ScoredVote, *, calibrated: bool) -> tuple[tuple[float, float], ...]:
    up, down = labels(Outcome(vote.outcome))
    if calibrated:
        return (vote.calibrated_up, up), (vote.calibrated_down, down)
    return (vote.p_up, up), (vote.p_down, down)


def _losses(votes: Sequence[ScoredVote]) -> tuple[Floats, Floats]:
    loss, base = np.zeros(len(votes)), np.zeros(len(votes))
    for place, vote in enumerate(votes):
        up, down = labels(Outcome(vote.outcome))
        loss[place] = (vote.p_up - up) ** 2 + (vote.p_down - down) ** 2
        base[place] = (vote.base_up - up) ** 2 + (vote.base_down - down) ** 2
    return loss, base


def _calls(
    votes: Sequence[ScoredVote],
) -> list[tuple[ScoredVote, PositionSide, PositionSide]]:
    # the side that a vote leaned to, and the one that was right
    sides = {Outcome.UP: PositionSide.LONG, Outcome.DOWN: PositionSide.SHORT}
    found = []
    for vote in votes:
        right = sides.get(Outcome(vote.outcome))
        if right is not None and vote.p_up != vote.p_down:
            lean = PositionSide.LONG if vote.p_up > vote.p_down else PositionSide.SHORT
            found.append((vote, lean, right))
    return found


def _share(loss: Floats, base: Floats) -> float:
    return 1.0 - float(loss.sum() / base.sum()) if base.size and base.sum() > 0.0 else float("nan")


def _interval(
    loss: Floats, base: Floats, block: int, rng: np.random.Generator
) -> tuple[float, float]:
    count = loss.size
    length = max(1, min(block, count // 4))
    if count < FEWEST:
        return float("nan"), float("nan")
    starts = rng.integers(0, count - length + 1, size=(DRAWS, max(1, count // length)))
    rows = (starts[:, :, None] + np.arange(length)).reshape(DRAWS, -1)
    drawn = 1.0 - loss[rows].mean(axis=1) / base[rows].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
    return low, high


def _mean(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")
