"""What a tuning worker is sent for, and what it comes back with. JSON between processes."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.research.judgement import Evidence, judged
from engine.research.outcome import UNWATCHED, Watch
from engine.research.overfitting import BLOCKS, overfit
from engine.research.returns import sharpe
from engine.research.trials import Trial, tally
from engine.research.tuning.comparison import Compared, Side, adoption, compare
from engine.research.tuning.market import Market, market_of
from engine.research.tuning.search import Search, Tuned, split, tune
from engine.research.tuning.space import Values, space_of
from engine.research.tuning.study import StudyTerms

LEAST_OVERFIT_TRIALS = 4
LEAST_SPAN = timedelta(days=120)  # a quarter of which is held out


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Errand(_Plain):
    """One tuning."""

    study: str
    storage: str  # a journal file or a database's URL; travels by pipe, never by argument
    version: str  # of the code
    folder: Path  # of bar files
    symbols: tuple[str, ...]
    timeframe: Timeframe
    values: Values  # of the parameters in force
    names: tuple[str, ...] = ()  # to search over; none: all in use
    from_at: datetime | None = None
    to_at: datetime | None = None
    trials: int = 100
    stretches: int = 4
    embargo_bars: int = 50
    min_trades: int = 30
    cash_quote: Decimal = Decimal(10_000)
    seed: int = 0
    compiled_dir: Path | None = None


class SideTold(_Plain):
    """Old or new on the bars held out. Sharpe ratios are per year."""

    config_hash: str
    trades: int
    net_ratio: float
    max_drawdown_ratio: float
    sharpe: float
    sharpe_low: float
    sharpe_high: float


class Told(_Plain):
    """What came of the errand."""

    study: str
    market: str
    changes: tuple[tuple[str, bool | int | float | str, bool | int | float | str], ...]
    held_out: tuple[datetime, datetime]
    old: SideTold
    new: SideTold
    better: float
    better_low: float
    better_high: float
    allowed: bool  # to adopt it
    why: str
    judgement: str  # one sentence
    word: str
    trials_made: int
    pruned: int
    overfit_ratio: float | None
    importance: tuple[tuple[str, float], ...]
    numbers: tuple[int, ...]  # of the trials in the history
    scores: tuple[float | None, ...]  # None: given up early
    noted: tuple[Trial, ...]  # to be stored


def carry_out(errand: Errand, watch: Watch = UNWATCHED) -> Told:
    """Searches, compares on bars never searched on, and judges; raises UserError."""
    market = market_of(
        errand.folder, errand.symbols, errand.timeframe, errand.cash_quote, errand.compiled_dir
    ).heeding(watch.stop)
    if errand.to_at is not None:
        market = market.until(errand.to_at)
    base = Parameters.model_validate(errand.values)
    embargo = errand.embargo_bars * errand.timeframe.delta
    searched, held_out = split(*_span(errand, market), errand.stretches, embargo)
    search = Search(
        base=base,
        space=space_of(base, errand.names),
        stretches=searched,
        trials=errand.trials,
        min_trades=errand.min_trades,
    )
    terms = StudyTerms(
        name=errand.study,
        storage=errand.storage,
        version=errand.version,
        market=market.digest,
        base_hash=base.config_hash(),
        space=search.space,
        seed=errand.seed,
    )
    found = tune(market.run, search, terms, watch)
    rng = np.random.default_rng(errand.seed)
    compared = compare(market.run, base, found.best, held_out, rng, watch)
    return _told(errand, market.digest, found, compared, held_out)


def _span(errand: Errand, market: Market) -> tuple[datetime, datetime]:
    first_at, last_at = market.span
    starts_at = first_at if errand.from_at is None else max(first_at, errand.from_at)
    ends_at = last_at if errand.to_at is None else min(last_at, errand.to_at)
    if ends_at - starts_at < LEAST_SPAN:
        days = max(0.0, (ends_at - starts_at).total_seconds() / 86_400.0)
        raise UserError(
            f"{days:.0f} days of bars are too few to tune on: {LEAST_SPAN.days} are needed.",
            hint="Get more history.",
        )
    return starts_at, ends_at


def _told(
    errand: Errand,
    market: str,
    found: Tuned,
    compared: Compared,
    held_out: tuple[datetime, datetime],
) -> Told:
    chosen = adoption(compared)
    overfit_ratio = _overfit_ratio(found)
    noted = tuple(_looked_at(trial, compared) for trial in found.trials)
    chosen_at = [at for at, trial in enumerate(noted) if trial.out_sharpe is not None]
    verdict = judged(
        Evidence(
            returns=found.returns[chosen_at[0]] if chosen_at else compared.new.returns,
            trades=noted[chosen_at[0]].trades if chosen_at else 0,
            tally=tally(noted),
            overfit_ratio=overfit_ratio,
            out_returns=compared.new.returns,
        )
    )
    scores = [None if score != score else score for score in found.history.score.tolist()]
    return Told(
        study=errand.study,
        market=market,
        changes=compared.changes,
        held_out=held_out,
        old=_side(compared.old),
        new=_side(compared.new),
        better=compared.better,
        better_low=compared.better_low,
        better_high=compared.better_high,
        allowed=chosen.allowed,
        why=chosen.why,
        judgement=verdict.sentence(),
        word=verdict.word.value,
        trials_made=int(found.history.number.size),
        pruned=found.history.pruned,
        overfit_ratio=overfit_ratio,
        importance=found.importance,
        numbers=tuple(found.history.number.tolist()),
        scores=tuple(scores),
        noted=noted,
    )


def _looked_at(trial: Trial, compared: Compared) -> Trial:
    # the chosen one, and only that, was seen on the bars held out
    if trial.config_hash != compared.new.config_hash:
        return trial
    return replace(trial, out_sharpe=sharpe(compared.new.returns))


def _overfit_ratio(found: Tuned) -> float | None:
    trials, days = found.returns.shape
    if trials < LEAST_OVERFIT_TRIALS or days < 2 * BLOCKS:
        return None
    return overfit(found.returns).overfit_ratio


def _side(side: Side) -> SideTold:
    measures = side.measures
    return SideTold(
        config_hash=side.config_hash,
        trades=measures.trades,
        net_ratio=measures.net_ratio,
        max_drawdown_ratio=measures.max_drawdown_ratio,
        sharpe=measures.sharpe_ratio,
        sharpe_low=side.sharpe_low,
        sharpe_high=side.sharpe_high,
    )
