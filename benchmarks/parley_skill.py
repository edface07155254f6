"""Brier skill of every way of pooling over made-up voters, through the desk's own code.

`python -m benchmarks.parley_skill --seeds 40 --steps 600`. Skill is in percent of the Brier score
of the base rate known from history, but for the row that says otherwise; beside it the 95 %
interval of its mean over the seeds. Labels come `LATE` decisions late. No language model is asked:
nothing here says how well any of them forecasts.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context

import numpy as np

from benchmarks.tables import row, table
from benchmarks.voters import SKILLS, WORLDS, Run, World, a_run
from engine.core.advice import Vote
from engine.core.forecasts import Forecast
from engine.core.kinds import PositionSide, Regime
from engine.core.timeframes import Timeframe
from engine.market.arrays import Floats
from engine.market.barriers import BaseRates, Outcome
from llm.calibration.learning import Habits, Round, asked, resolved
from llm.calibration.state import WAYS, Calibration, fresh

LATE = 5
START_AT = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = tuple(f"voter-{number}" for number in range(1, SKILLS.size + 1))
RULES = (
    "mixture, as shipped",
    *WAYS[1:],
    "best single, calibrated",
    "mean of the words",
    "median",
    "majority",
)
OVER_OWN = "mixture over the run's own base rate"
WORKERS = 2
SHIPPED = Habits()
Play = dict[str, Floats]  # rule -> probability at each step


def report(seeds: int = 40, steps: int = 600) -> str:
    """The table of BENCHMARKS.md, and what the arithmetic of one round takes."""
    found = {world.name: study(world, range(seeds), steps) for world in WORLDS}
    heads = ("Brier skill, %", *(name for name in found))
    rules = [
        row(rule, *(_figure(found[name][rule]) for name in found))
        for rule in (*RULES, "the truth", OVER_OWN)
    ]
    told = (
        f"{seeds} seeds of {steps} decisions, {SKILLS.size} voters; the mean over the seeds and its"
        " 95 % interval."
    )
    return "\n\n".join((table(*heads, rows=rules), told, arithmetic()))


def study(world: World, seeds: Sequence[int], steps: int) -> dict[str, list[float]]:
    """Skill in percent by rule, one figure per seed."""
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as workers:
        rows = list(workers.map(partial(one_seed, world, steps), seeds))
    return {rule: [row[rule] for row in rows] for rule in rows[0]}


def one_seed(world: World, steps: int, seed: int, habits: Habits = SHIPPED) -> dict[str, float]:
    """Skill in percent by rule."""
    run = a_run(world, steps, np.random.default_rng([seed, 5]))
    played = play(run, habits)
    played["the truth"] = run.chance
    known = np.full(steps, run.base_ratio)
    found = {rule: skill_pct(chance, known, run.label) for rule, chance in played.items()}
    return found | {OVER_OWN: skill_pct(played[RULES[0]], causal_base(run), run.label)}


def play(run: Run, habits: Habits) -> Play:
    """Every rule on one history, each seeing only what was known at the time."""
    told: dict[str, list[float]] = {rule: [] for rule in RULES}
    state, waiting = fresh(), list[tuple[Forecast, Outcome]]()
    base = BaseRates(run.base_ratio, 1.0 - run.base_ratio, 5000)
    for step in range(run.label.size):
        if step >= LATE:
            state = resolved(state, *waiting[step - LATE], habits).state
        votes = votes_at(run, step)
        found, state = asked(state, votes, base, Regime.RANGE.value, habits)
        told[RULES[0]].append(found.up.chance)
        for way, chance in list(zip(WAYS, found.up.heard.ways, strict=True))[1:]:
            told[way].append(chance)
        told["best single, calibrated"].append(_best(state, found, run.base_ratio))
        for rule, chance in _plain(run.votes[step], run.base_ratio).items():
            told[rule].append(chance)
        outcome = Outcome.UP if run.label[step] else Outcome.DOWN
        waiting.append((_forecast(step, found, votes), outcome))
    return {rule: np.array(chances) for rule, chances in told.items()}


def votes_at(run: Run, step: int) -> tuple[Vote, ...]:
    """The votes of one step, abstentions among them."""
    return tuple(
        Vote(voter=name, p_up=0.0, p_down=0.0, abstained=True)
        if np.isnan(chance)
        else Vote(voter=name, p_up=chance, p_down=1.0 - chance)
        for name, chance in zip(NAMES, run.votes[step].tolist(), strict=True)
    )


def _best(state: Calibration, found: Round, base_ratio: float) -> float:
    """The word of the voter whose calibrated words were likeliest so far."""
    if not found.voters:
        return base_ratio
    best = max(state.voters, key=lambda voter: float(state.up.hedge[state.voters.index(voter)]))
    said = dict(zip(found.voters, found.up.calibrated, strict=True))
    return said.get(best, base_ratio)


def _plain(votes: Floats, base_ratio: float) -> dict[str, float]:
    heard = votes[~np.isnan(votes)]
    if not heard.size:
        return dict.fromkeys(RULES[-3:], base_ratio)
    return {
        "mean of the words": float(heard.mean()),
        "median": float(np.median(heard)),
        "majority": float(np.mean(heard > 0.5)),
    }


def causal_base(run: Run) -> Floats:
    """The base rate that the run itself has shown so far, drawn to one half by two labels."""
    before = np.concatenate((np.zeros(LATE), np.cumsum(run.label)[:-LATE]))
    count = np.maximum(0, np.arange(run.label.size) - LATE + 1)
    return (before + 1.0) / (count + 2.0)


def skill_pct(chance: Floats, reference: Floats, label: Floats) -> float:
    """Brier skill of `chance` over `reference`, in percent."""
    return 100.0 * (1.0 - float(np.mean((chance - label) ** 2) / np.mean((reference - label) ** 2)))


def arithmetic(voters: int = 8, rounds: int = 400) -> str:
    """What one round's arithmetic takes with so many voters, once a few hundred were learned."""
    rng = np.random.default_rng(11)
    state, took_ms, taught_ms = fresh(), list[float](), list[float]()
    base, habits = BaseRates(0.44, 0.46, 1000), Habits()
    for step in range(rounds):
        votes = tuple(
            Vote(voter=f"voter-{k}", p_up=float(p), p_down=float(0.9 - p))
            for k, p in enumerate(rng.uniform(0.1, 0.8, voters))
        )
        started_s = time.perf_counter()
        found, state = asked(state, votes, base, Regime.RANGE.value, habits)
        took_ms.append((time.perf_counter() - started_s) * 1e3)
        outcome = Outcome.UP if rng.random() < 0.45 else Outcome.DOWN
        forecast = _forecast(step, found, votes)
        started_s = time.perf_counter()
        state = resolved(state, forecast, outcome, habits).state
        taught_ms.append((time.perf_counter() - started_s) * 1e3)
    last = statistics.quantiles(took_ms, n=100)[98]
    return (
        f"Arithmetic of a round of {voters} voters, both barriers:"
        f" {statistics.median(took_ms):.2f} ms (99 % under {last:.2f} ms); a label teaches in"
        f" {statistics.median(taught_ms):.2f} ms."
    )


def _forecast(step: int, found: Round, votes: tuple[Vote, ...]) -> Forecast:
    at = START_AT + timedelta(hours=step)
    return Forecast(
        key=f"made up|{step}", snapshot_id="", symbol="MADE/UP", timeframe=Timeframe.H1, at=at,
        side=PositionSide.LONG, regime=Regime.RANGE, close_price=100.0, up_price=101.0,
        down_price=99.0, horizon_bars=LATE, base_up=0.5, base_down=0.5, votes=votes,
        voters=found.voters, up=found.up.heard, down=found.down.heard,
    )  # fmt: skip


def _figure(values: list[float]) -> str:
    mean = statistics.fmean(values)
    if len(values) < 2:
        return f"{mean:.2f}"
    half = 1.96 * statistics.stdev(values) / len(values) ** 0.5
    return f"{mean:+.2f} ± {half:.2f}"


def learned_state(run: Run) -> Calibration:
    """The memory after the whole run: what tests of forgetting and storing begin with."""
    state, habits = fresh(), Habits()
    base = BaseRates(run.base_ratio, 1.0 - run.base_ratio, 5000)
    for step in range(run.label.size):
        votes = votes_at(run, step)
        found, state = asked(state, votes, base, Regime.RANGE.value, habits)
        outcome = Outcome.UP if run.label[step] else Outcome.DOWN
        state = resolved(state, _forecast(step, found, votes), outcome, habits).state
    return state


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--steps", type=int, default=600)
    chosen = parser.parse_args()
    print(report(chosen.seeds, chosen.steps))


if __name__ == "__main__":
    main()
