"""One honest word about a result, from all that was measured, and how often it is wrong.

"Survives" wants every test passed at 5 %. Each of them calls a strategy without any edge good in
at most 5 % of cases, so all of them together do so at most as often. "Weak" is the same at 20 %.
"""

from dataclasses import dataclass
from enum import StrEnum

from engine.market.arrays import Floats
from engine.research.overfitting import Deflated, deflated
from engine.research.trials import Tally

SURVIVES_LEVEL_RATIO = 0.05  # false positives among strategies without an edge
WEAK_LEVEL_RATIO = 0.20
FEWEST_TRADES = 30
FEWEST_DAYS = 30
MOST_OVERFIT_RATIO = 0.5  # from there on, the best in sample is worse than a blind choice


class Word(StrEnum):
    """The judgement in fixed words."""

    LUCK = "not distinguishable from luck"
    WEAK = "weak"
    SURVIVES = "survives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was measured; None: not measured."""

    returns: Floats  # (days,) of the chosen one, judged over all
    trades: int
    tally: Tally  # of all trials made on this past
    random_p_ratio: float | None = None  # chance that random entries do as well
    overfit_ratio: float | None = None  # probability of backtest overfitting
    out_returns: Floats | None = None  # (days,) of a walk-forward: only what was not learned from


@dataclass(frozen=True, slots=True)
class Judgement:
    """The word, its false-positive level, and why."""

    word: Word
    level_ratio: float  # at most this share of strategies without an edge gets this word or better
    reasons: tuple[str, ...]  # what spoke against a better word, or what was passed
    deflated: Deflated

    def sentence(self) -> str:
        """What a person reads."""
        if self.word is Word.LUCK:
            return f"{self.word.value.capitalize()}: {self.reasons[0]}."
        of_20 = round(20 * self.level_ratio)
        return (
            f"{self.word.value.capitalize()}: {self.reasons[0]}. At most {of_20} of 20 strategies "
            "without any edge get this far."
        )


def judged(evidence: Evidence) -> Judgement:
    """The judgement on the evidence."""
    chosen = deflated(evidence.returns, evidence.tally.trials, evidence.tally.variance)
    against_survival = _against(evidence, chosen, SURVIVES_LEVEL_RATIO)
    missing = _missing(evidence)
    if not against_survival and not missing:
        return Judgement(Word.SURVIVES, SURVIVES_LEVEL_RATIO, _passed(evidence, chosen), chosen)
    against = _against(evidence, chosen, WEAK_LEVEL_RATIO)
    if not against:
        reasons = (*against_survival, *missing)
        return Judgement(Word.WEAK, WEAK_LEVEL_RATIO, reasons, chosen)
    return Judgement(Word.LUCK, 1.0, against, chosen)


def _against(evidence: Evidence, chosen: Deflated, level_ratio: float) -> tuple[str, ...]:
    found = []
    if evidence.trades < FEWEST_TRADES:
        found.append(f"{evidence.trades} trades are too few, {FEWEST_TRADES} are needed")
    if evidence.returns.size < FEWEST_DAYS:
        found.append(f"{evidence.returns.size} days are too few, {FEWEST_DAYS} are needed")
    if chosen.real_ratio < 1.0 - level_ratio:
        found.append(
            f"after {_trials(chosen)} it is better than luck with {chosen.real_ratio:.0%}, "
            f"{1.0 - level_ratio:.0%} are needed"
        )
    if evidence.random_p_ratio is not None and evidence.random_p_ratio > level_ratio:
        found.append(f"random entries do as well in {evidence.random_p_ratio:.0%} of the draws")
    if evidence.out_returns is not None:
        held = deflated(evidence.out_returns, 1, 0.0).real_ratio
        if held < 1.0 - level_ratio:
            found.append(f"on bars it had not seen it is better than luck with {held:.0%}")
    if evidence.overfit_ratio is not None and evidence.overfit_ratio > MOST_OVERFIT_RATIO:
        found.append(f"the best of the trials was overfitted in {evidence.overfit_ratio:.0%}")
    return tuple(found)


def _missing(evidence: Evidence) -> tuple[str, ...]:
    # nothing survives a test that was not made
    if evidence.random_p_ratio is None and evidence.out_returns is None:
        return ("it was not set against random entries or a walk-forward",)
    return ()


def _passed(evidence: Evidence, chosen: Deflated) -> tuple[str, ...]:
    found = [f"after {_trials(chosen)} it is better than luck with {chosen.real_ratio:.1%}"]
    if evidence.random_p_ratio is not None:
        found.append(f"random entries do as well in {evidence.random_p_ratio:.1%} of the draws")
    if evidence.overfit_ratio is not None:
        found.append(f"the best of the trials was overfitted in {evidence.overfit_ratio:.0%}")
    return tuple(found)


def _trials(chosen: Deflated) -> str:
    return "1 trial" if chosen.trials == 1 else f"{chosen.trials} trials"
