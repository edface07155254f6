"""The two steps of the desk's memory of votes: a round is heard, and later its outcome teaches.

Both take the state and return the next one; the same rounds and outcomes in the same order make
the same state, to the last bit.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from engine.core.advice import Tier, Vote
from engine.core.forecasts import Forecast, Heard
from engine.market.barriers import BaseRates, Outcome, labels
from llm.calibration import recent
from llm.calibration.bayes import learned, logit, sigmoid
from llm.calibration.problem import Pooled, Word, forgotten, hear, log_likelihood, taught
from llm.calibration.state import (
    Calibration,
    RegimePart,
    frozen,
    new_regime,
    seated,
    without_absent,
)

REGIME_LABELS = 50  # a regime's own part is used from here on, and only while it pays
KEPT_RATIO = 0.5  # of what was learned, after a recalibration
LEAST_KEPT_RATIO = 0.4  # of a vote, whatever it is warned of
GAIN_FADE_RATIO = 0.995
PRIOR_CORRELATION, PRIOR_ROUNDS = 0.6, 20.0  # of voters: models read the same papers


class Round(NamedTuple):
    """What a pool says, before the desk's rules for it."""

    up: Pooled
    down: Pooled
    voters: tuple[str, ...]  # identities of those that answered, in the order of the words
    correlation_ratio: float  # of voters with each other
    biased_sign: int


class Habits(NamedTuple):
    """The parameters of the memory."""

    warn_factor_ratio: float = 0.8
    recalibrate_under_ratio: float = 0.55
    bias_over_ratio: float = 0.85


def asked(
    state: Calibration, votes: tuple[Vote, ...], base: BaseRates, regime: str, habits: Habits
) -> tuple[Round, Calibration]:
    """The pool of the votes that did not abstain, and the state that has heard them."""
    present = [vote for vote in votes if not vote.abstained]
    voters = tuple(vote.identity for vote in present)
    state = seated(state, voters)
    places = [state.voters.index(each) for each in voters]
    kept = [kept_ratio(vote, habits.warn_factor_ratio) for vote in present]
    said = list(zip(places, present, kept, strict=True))
    up, up_problem = hear(
        state.up, [Word(place, vote.p_up, ratio) for place, vote, ratio in said], base.up_ratio
    )
    down, down_problem = hear(
        state.down,
        [Word(place, vote.p_down, ratio) for place, vote, ratio in said],
        base.down_ratio,
    )
    biased = recent.biased_sign(
        state.recent, habits.bias_over_ratio, max(0.5, habits.recalibrate_under_ratio)
    )
    parts = state.regimes.get(regime, (new_regime(), new_regime()))
    found = Round(
        up=_told(up, parts[0], halved=biased > 0),
        down=_told(down, parts[1], halved=biased < 0),
        voters=voters,
        correlation_ratio=_correlation(state),
        biased_sign=biased,
    )
    last = [state.questions if at in places else old for at, old in enumerate(state.last_heard)]
    state = replace(
        state, up=up_problem, down=down_problem, last_heard=tuple(last),
        questions=state.questions + 1,
    )  # fmt: skip
    return found, without_absent(_paired(state, up.heard.x))


class Lesson(NamedTuple):
    """What an outcome changed."""

    state: Calibration
    recalibrated: bool  # half was forgotten
    accuracy_ratio: float  # of the last calls
    biased_sign: int


def resolved(state: Calibration, forecast: Forecast, outcome: Outcome, habits: Habits) -> Lesson:
    """The state after the outcome. Nothing is learned from one that is LOST."""
    if outcome is Outcome.LOST:
        return Lesson(state, False, *_glance(state, habits))
    up, down = labels(outcome)
    # a voter that was let go since cannot be taught; the others can
    known = [at for at, voter in enumerate(forecast.voters) if voter in state.voters]
    places = [state.voters.index(forecast.voters[at]) for at in known]
    regime = forecast.regime.value
    parts = state.regimes.get(regime, (new_regime(), new_regime()))
    state = replace(
        state,
        up=taught(state.up, places, _only(forecast.up, known), up),
        down=taught(state.down, places, _only(forecast.down, known), down),
        regimes=state.regimes
        | {regime: (_regime(parts[0], forecast.up, up), _regime(parts[1], forecast.down, down))},
        recent=recent.with_row(state.recent, _row(forecast, int(up - down))),
        outcomes=state.outcomes + 1,
    )
    since = state.outcomes - state.recalibrated_at
    again = recent.needs_recalibration(state.recent, since, habits.recalibrate_under_ratio)
    if again:
        state = replace(
            state,
            up=forgotten(state.up, KEPT_RATIO),
            down=forgotten(state.down, KEPT_RATIO),
            recalibrated_at=state.outcomes,
        )
    return Lesson(state, again, *_glance(state, habits))


def kept_ratio(vote: Vote, factor_ratio: float) -> float:
    """What the vote's warnings leave of it."""
    warnings = sum(each.tier is Tier.WARN for each in vote.objections)
    return max(min(LEAST_KEPT_RATIO, factor_ratio), factor_ratio**warnings) if warnings else 1.0


def _glance(state: Calibration, habits: Habits) -> tuple[float, int]:
    edge_ratio = max(0.5, habits.recalibrate_under_ratio)
    biased = recent.biased_sign(state.recent, habits.bias_over_ratio, edge_ratio)
    return recent.accuracy_ratio(state.recent)[0], biased


def _told(pooled: Pooled, part: RegimePart, *, halved: bool) -> Pooled:
    # partial pooling: the regime moves the pool a little, once it has labels and as far as it pays
    offset = pooled.heard.offset
    lift = logit(pooled.chance) - offset
    if part.labels >= REGIME_LABELS and part.gain > 0.0:
        lift += float(part.mean[0]) + float(part.mean[1]) * lift
    if halved and lift > 0.0:
        lift *= 0.5
    chance = sigmoid(offset + lift)
    heard = replace(pooled.heard, pooled=chance, pre_regime=pooled.chance)
    return replace(pooled, chance=chance, heard=heard)


def _regime(part: RegimePart, heard: Heard, y: float) -> RegimePart:
    log_odds = logit(heard.pre_regime)
    x = np.array([1.0, log_odds - heard.offset])
    told = sigmoid(log_odds + float(part.mean @ x))
    won = log_likelihood(told, y) - log_likelihood(heard.pre_regime, y)
    prior = new_regime()
    mean, precision = learned(
        part.mean, part.precision, x, np.array(y), (prior.mean, prior.precision), log_odds
    )
    gain = GAIN_FADE_RATIO * part.gain + won
    return RegimePart(frozen(mean), frozen(precision), part.labels + 1, gain)


def _only(heard: Heard, known: list[int]) -> Heard:
    if len(known) == len(heard.x):
        return heard
    x, words = heard.x, heard.words
    return replace(heard, x=tuple(x[at] for at in known), words=tuple(words[at] for at in known))


def _row(forecast: Forecast, side: int) -> recent.Row:
    up, down = forecast.up, forecast.down
    lift = (up.pooled - sigmoid(up.offset)) - (down.pooled - sigmoid(down.offset))
    lean = sum(up.words) - sum(down.words)
    return recent.sign_of(lift), recent.sign_of(lean), side


def _paired(state: Calibration, x: tuple[float, ...]) -> Calibration:
    count = len(x)
    if count < 2:
        return state
    squares = sum(each * each for each in x)
    products = (sum(x) ** 2 - squares) / (count * (count - 1))
    return replace(
        state,
        pair_sum=state.pair_sum + products,
        square_sum=state.square_sum + squares / count,
        rounds=state.rounds + 1,
    )


def _correlation(state: Calibration) -> float:
    seen = state.pair_sum / state.square_sum if state.square_sum > 0.0 else PRIOR_CORRELATION
    whole = PRIOR_ROUNDS + state.rounds
    drawn = (PRIOR_ROUNDS * PRIOR_CORRELATION + state.rounds * seen) / whole
    return min(1.0, max(0.0, drawn))
