"""A study: all trials of one search, kept where several workers and machines can share it.

Optuna keeps it, in a journal file or in a database; it is imported here and nowhere else, and only
when a study is opened. A study belongs to one version of the desk, one past and one search.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.core.errors import UserError
from engine.market.arrays import Floats, Ints
from engine.research.tuning.space import Dimension, Values

if TYPE_CHECKING:
    import optuna

DRIVERS = {"postgresql+asyncpg": "postgresql+psycopg", "sqlite+aiosqlite": "sqlite"}
STARTUP_TRIALS = 12  # drawn at random before the search learns from them
RETURNS, TRADES = "returns", "trades"  # notes on a trial


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyTerms:
    """Which study, and what it must have been made with to be the same one."""

    name: str
    storage: str  # a database's URL, or the path of a journal file; empty: memory
    version: str  # of the code
    market: str  # a hash of the bars
    base_hash: str  # of the parameters it searches around
    space: tuple[Dimension, ...]
    seed: int = 0  # another one for each worker


@dataclass(frozen=True, slots=True)
class TuningHistory:
    """How the search went; arrays are (trials,), in the order they were begun."""

    number: Ints
    score: Floats  # NaN where it was given up early or did not fit
    best: Floats  # so far; NaN before the first
    pruned: int


def open_study(terms: StudyTerms) -> "optuna.Study":
    """The study, made where it is not there yet.

    Raises UserError with one sentence where one of that name was made with something else, and
    where the database cannot be reached.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        study_name=terms.name,
        storage=_storage(terms.storage),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=STARTUP_TRIALS // 2),
        direction="maximize",
        load_if_exists=True,
    )
    # a study that is carried on must not draw again what it drew at first
    study.sampler = optuna.samplers.TPESampler(
        seed=terms.seed + len(study.trials), n_startup_trials=STARTUP_TRIALS, multivariate=True
    )
    stamps = _stamps(terms)
    for name, value in stamps.items():
        if name not in study.user_attrs:
            study.set_user_attr(name, value)
    for name, value in study.user_attrs.items():
        if stamps.get(name, value) != value:
            raise UserError(
                f"The study {terms.name} was made {_WORDS[name].format(value, stamps[name])}.",
                hint="Give the new one another name.",
            )
    return study


_WORDS = {
    "version": "by version {} of Parley, and this is {}",
    "market": "on other bars",
    "base": "around other parameters",
    "space": "over other parameters",
}


def suggested(trial: "optuna.Trial", space: Sequence[Dimension]) -> Values:
    """What the search wants to try next; the study keeps it unrounded."""
    found: Values = {}
    for each in space:
        if each.is_whole:
            low, high = int(each.low), int(each.high)
            found[each.name] = trial.suggest_int(each.name, low, high, log=each.is_log)
        else:
            found[each.name] = trial.suggest_float(each.name, each.low, each.high, log=each.is_log)
    return found


def tried(values: Values, space: Sequence[Dimension]) -> Values:
    """Values of a trial as they are run: four digits, which a person can read."""
    whole = {each.name for each in space if each.is_whole}
    return {
        name: value if name in whole else float(f"{float(value):.4g}")
        for name, value in values.items()
    }


def history_of(study: "optuna.Study") -> TuningHistory:
    """How the search went so far."""
    import optuna

    complete, pruned = optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED
    trials = [trial for trial in study.trials if trial.state in {complete, pruned}]
    score = np.array(
        [trial.value if trial.state is complete else np.nan for trial in trials], dtype=np.float64
    )
    best = np.fmax.accumulate(score) if score.size else score
    number = np.array([trial.number for trial in trials], dtype=np.int64)
    return TuningHistory(number, score, best, sum(trial.state is pruned for trial in trials))


def importance_of(study: "optuna.Study") -> tuple[tuple[str, float], ...]:
    """How much each parameter decides what is good, the most important first; they add up to 1.

    PED-ANOVA (Watanabe, Bansal, Hutter 2023). Empty while there are too few trials.
    """
    import optuna

    done = [trial for trial in study.trials if trial.state is optuna.trial.TrialState.COMPLETE]
    if len(done) < 2 * STARTUP_TRIALS or len({trial.value for trial in done}) < 4:
        return ()
    found = optuna.importance.get_param_importances(
        study, evaluator=optuna.importance.PedAnovaImportanceEvaluator()
    )
    return tuple(sorted(found.items(), key=lambda row: -row[1]))


def is_known(study: "optuna.Study", values: Values) -> bool:
    """Whether these very values were tried, or wait to be."""
    import optuna

    lost = {optuna.trial.TrialState.FAIL, optuna.trial.TrialState.RUNNING}
    return any(
        values in (trial.params, trial.system_attrs.get("fixed_params"))
        for trial in study.trials
        if trial.state not in lost  # stopped, or its worker died
    )


def returns_of(study: "optuna.Study") -> tuple[tuple[Values, Floats, int, float], ...]:
    """Of each finished trial of any worker: its values, returns by the day, trades and score."""
    return tuple(
        (dict(trial.params), np.array(trial.user_attrs[RETURNS]), trial.user_attrs[TRADES],
         float(trial.value))
        for trial in study.trials
        if trial.value is not None and RETURNS in trial.user_attrs
    )  # fmt: skip


def _stamps(terms: StudyTerms) -> dict[str, str]:
    searched = hashlib.sha256(repr(terms.space).encode()).hexdigest()[:12]
    return {
        "version": terms.version,
        "market": terms.market,
        "base": terms.base_hash,
        "space": searched,
    }


def _storage(where: str) -> "optuna.storages.BaseStorage":
    import optuna
    from optuna.storages import journal

    if not where:
        return optuna.storages.InMemoryStorage()
    if "://" not in where:
        path = Path(where)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock: Any = journal.JournalFileOpenLock(where)
        backend = journal.JournalFileBackend(where, lock_obj=lock)
        return optuna.storages.JournalStorage(backend)
    errors: Any = import_module("sqlalchemy.exc")  # Optuna's storage raises them as they are
    driver, _, rest = where.partition("://")
    try:
        return optuna.storages.RDBStorage(f"{DRIVERS.get(driver, driver)}://{rest}")
    except ImportError:
        raise UserError(
            "The driver for a shared study is not installed.",
            hint="Install psycopg, or keep the study in a file.",
        ) from None
    except errors.SQLAlchemyError as error:
        # its text may hold the address with the password: only its kind is told
        raise UserError(
            f"The database of the study cannot be used ({type(error).__name__}).",
            hint="Is it running, and is the address right?",
        ) from None
