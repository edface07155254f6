"""What a research worker does, by kind: one function each, from an errand to what is told.

The terminal calls `carry_out` in its own process; the desk, in a worker's. The voters are handed
in, because the engine knows none.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.core.research import Kind, RowTold
from engine.research import backtest, compare
from engine.research.baselines import holding, placed_at_random
from engine.research.bias import Subject, look_ahead, recursion
from engine.research.folds import Walk, windows
from engine.research.judgement import Evidence, judged
from engine.research.monte_carlo import fan, stationary, usual_block
from engine.research.outcome import Stopped, Watch
from engine.research.overfitting import BLOCKS, overfit
from engine.research.request import Request, parse_request
from engine.research.results import Backtest, code_version, save
from engine.research.returns import daily_returns
from engine.research.stress import stressed
from engine.research.trials import Tally
from engine.research.tuning import errand as tuning
from engine.research.tuning.chooser import tuned
from engine.research.walk_forward import walk_forward
from engine.research.worker_bench import Bench, Votes, bench_of
from engine.research.worker_errand import Done, Errand, market_name
from engine.research.worker_told import (
    all_trials,
    begun,
    bias_told,
    curve_of,
    fan_told,
    row_of,
    stress_told,
    title_of,
    trial_of,
    tuned_told,
    walk_told,
    ways_of,
)
from engine.strategies.registry import STRATEGIES

LEAST_TO_OVERFIT = 4  # ways compared
TRAIN_PARTS, TEST_PARTS = 3, 6  # a third of the span trains, a sixth is each test
EMBARGO_BARS = 50
WINDOW_TRIALS = 12
BIAS_BARS = 3000
BIAS_STARTS = (50, 137)  # bars left out at the beginning
FEWEST_BARS_TO_WALK = 600


def carry_out(errand: Errand, votes: Votes, watch: Watch) -> Done:
    """What came of the errand. Raises UserError with one sentence, and Stopped."""
    heeding = votes.heeding(watch.stop)
    if errand.kind is Kind.COMPARE:
        return _compare(errand, heeding, watch)
    return _KINDS[errand.kind](bench_of(errand, parse_request(errand.words), heeding, watch))


def _backtest(bench: Bench) -> Done:
    result = bench.whole()
    if bench.errand.keep_in is not None and bench.errand.keep_as:
        save(result, bench.errand.keep_in, bench.errand.keep_as)
    bench.watch.at(1, 2, "setting it against luck")
    trial = trial_of(bench.errand.study or bench.errand.kind.value, result)
    curves = (
        curve_of(_named(bench.request), result.curve),
        curve_of("buy and hold", holding(bench.job())),
    )
    told = bench.told(
        rows=(row_of(_named(bench.request), result),),
        curves=curves,
        judgement=_judged(bench, result, all_trials(bench.errand.tally, (trial,))),
        contaminated_bars=result.contaminated_bars,
    )
    return Done(told=told, noted=(trial,))


def _compare(errand: Errand, votes: Votes, watch: Watch) -> Done:
    asked = compare.variants(errand.words)
    base = Parameters.model_validate(errand.values)
    bench = bench_of(errand, asked[0].request, votes, watch)
    found: list[tuple[str, Backtest]] = []
    for done, variant in enumerate(asked):
        watch.at(done, len(asked), variant.name)
        one = replace(bench, material=replace(bench.material, request=variant.request))
        parameters = variant.request.parameters(base)
        span = (bench.material.starts_at, bench.material.ends_at)
        found.append((variant.name, one.run(parameters, *span)))
    noted = tuple(trial_of(errand.study or "compare", result) for _, result in found)
    best_name, best = max(found, key=lambda each: row_of(*each).sharpe)
    trials = all_trials(errand.tally, noted)
    judgement = _judged(bench, best, trials, _overfit_ratio([each for _, each in found]))
    rows = sorted((row_of(*each) for each in found), key=_by_sharpe)
    title = title_of(replace(asked[0].request, strategies=(), exits=None))
    told = begun(errand.kind, bench.material, title, errand.words).model_copy(
        update={
            "rows": tuple(rows),
            "curves": tuple(curve_of(name, result.curve) for name, result in found),
            "judgement": f"The best, {best_name}: {judgement}",
        }
    )
    return Done(told=told, noted=noted)


def _walkforward(bench: Bench) -> Done:
    material, watch = bench.material, bench.watch
    span = material.ends_at - material.starts_at
    if span / bench.request.timeframe.delta < FEWEST_BARS_TO_WALK:
        raise UserError(
            f"A walk needs {FEWEST_BARS_TO_WALK} bars, and these are "
            f"{span // bench.request.timeframe.delta}.",
            hint="Ask for a longer span or shorter bars.",
        )
    embargo = EMBARGO_BARS * bench.request.timeframe.delta
    walk = Walk(train=span / TRAIN_PARTS, test=span / TEST_PARTS, embargo=embargo)
    found = windows(material.starts_at, material.ends_at, walk)
    quiet = Watch(stop=watch.stop)  # the steps of each small search are nobody's progress
    choose = tuned(
        bench.run, bench.parameters, trials=WINDOW_TRIALS, seed=bench.request.seed, watch=quiet
    )
    walked = walk_forward(bench.run, found, choose, watch)
    trial = trial_of(bench.errand.study or "walkforward", bench.whole())
    verdict = judged(
        Evidence(
            returns=walked.returns,
            trades=walked.trades,
            tally=all_trials(bench.errand.tally, (trial,)),
            out_returns=walked.returns,
        )
    )
    told = bench.told(walk=walk_told(walked), judgement=verdict.sentence())
    return Done(told=told, noted=(trial,))


def _montecarlo(bench: Bench) -> Done:
    result = bench.whole()
    returns = daily_returns(result.curve)
    rng = np.random.default_rng(bench.request.seed)
    found = fan(returns, stationary(usual_block(returns.size)), rng, watch=bench.watch)
    trial = trial_of(bench.errand.study or "montecarlo", result)
    told = bench.told(
        rows=(row_of(_named(bench.request), result),),
        fan=fan_told(found),
        judgement=_judged(bench, result, all_trials(bench.errand.tally, (trial,))),
    )
    return Done(told=told, noted=(trial,))


def _tune(bench: Bench) -> Done:
    errand, material = bench.errand, bench.material
    market = market_name(material.symbols, bench.request.timeframe.value)
    found = tuning.carry_out(
        tuning.Errand(
            study=errand.study or "by hand",
            storage=errand.storage,
            version=code_version(),
            folder=errand.folder,
            symbols=material.symbols,
            timeframe=bench.request.timeframe,
            values=bench.parameters.model_dump(),
            from_at=material.starts_at,
            to_at=material.ends_at,
            trials=errand.trials,
            cash_quote=bench.request.cash_quote,
            seed=bench.request.seed,
            compiled_dir=errand.compiled_dir,
        ),
        bench.watch,
    )
    noted = tuple(replace(trial, market=market) for trial in found.noted)
    told = bench.told(tuned=tuned_told(found), judgement=found.judgement)
    return Done(told=told, noted=noted)


def _bias(bench: Bench) -> Done:
    series = bench.material.series[0]
    subject = Subject(
        series.instrument.symbol,
        bench.request.timeframe,
        series.bars.tail(min(len(series.bars), BIAS_BARS)),
        bench.parameters,
    )
    rng = np.random.default_rng(bench.request.seed)
    found = []
    for strategy in STRATEGIES:
        if strategy.enabled(bench.parameters):
            found.append(look_ahead(strategy, subject, rng, watch=bench.watch))
            found.append(recursion(strategy, subject, BIAS_STARTS, bench.watch))
    if not found:
        raise UserError("No strategy is on.", hint="Name one, such as sma_cross.")
    return Done(told=bench.told(biases=tuple(map(bias_told, found))))


def _stress(bench: Bench) -> Done:
    found = stressed(
        bench.job(), lambda job: backtest.run(job, bench.errand.compiled_dir), watch=bench.watch
    )
    if not found:
        raise UserError("Nothing was traded, so nothing can be hurt.", hint="Choose a longer span.")
    row = row_of(_named(bench.request), bench.whole())
    return Done(told=bench.told(rows=(row,), stresses=tuple(map(stress_told, found))))


def _judged(
    bench: Bench, result: Backtest, trials: Tally, overfit_ratio: float | None = None
) -> str:
    # against random entries where anything was traded; else the number of trades says it all
    random_p_ratio = None
    if result.trades:
        rng = np.random.default_rng(bench.request.seed)
        bars = {one.instrument.symbol: one.bars for one in bench.material.series}
        try:
            against = placed_at_random(bars, result.trades, rng, watch=Watch(stop=bench.watch.stop))
            random_p_ratio = against.p_ratio
        except Stopped:
            raise
        except UserError:  # no trade fits between the bars
            random_p_ratio = None
    verdict = judged(
        Evidence(
            returns=daily_returns(result.curve),
            trades=len(result.trades),
            tally=trials,
            random_p_ratio=random_p_ratio,
            overfit_ratio=overfit_ratio,
        )
    )
    return verdict.sentence()


def _overfit_ratio(found: Sequence[Backtest]) -> float | None:
    rows = [daily_returns(result.curve) for result in found]
    if len(rows) < LEAST_TO_OVERFIT or rows[0].size < 2 * BLOCKS:
        return None
    return overfit(np.stack(rows)).overfit_ratio


def _named(request: Request) -> str:
    return ways_of(request) or "as the desk trades"


def _by_sharpe(row: RowTold) -> float:
    return -row.sharpe


_KINDS: dict[Kind, Callable[[Bench], Done]] = {
    Kind.BACKTEST: _backtest,
    Kind.WALKFORWARD: _walkforward,
    Kind.MONTECARLO: _montecarlo,
    Kind.TUNE: _tune,
    Kind.BIAS: _bias,
    Kind.STRESS: _stress,
}
