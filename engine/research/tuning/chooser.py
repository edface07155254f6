"""Tuning inside a walk-forward: in each window a small search of its own, kept in memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.core.parameters import Parameters
from engine.research.folds import stretches
from engine.research.outcome import UNWATCHED, Run, Watch
from engine.research.tuning.search import Search, tune
from engine.research.tuning.space import space_of
from engine.research.tuning.study import StudyTerms
from engine.research.walk_forward import Choose

PARTS = 3  # of each training


def tuned(
    run: Run,
    base: Parameters,
    names: Sequence[str] = (),
    trials: int = 30,
    min_trades: int = 10,
    seed: int = 0,
    watch: Watch = UNWATCHED,
) -> Choose:
    """Chooses what a search around `base` finds best on a stretch. Raises UserError, Stopped."""
    space = space_of(base, names)

    def choose(from_at: datetime, to_at: datetime) -> Parameters:
        search = Search(
            base=base,
            space=space,
            stretches=stretches(from_at, to_at, PARTS, timedelta(0)),
            trials=trials,
            min_trades=min_trades,
        )
        terms = StudyTerms(
            name=f"window from {from_at:%Y-%m-%d}",
            storage="",
            version="",
            market="",
            base_hash=base.config_hash(),
            space=space,
            seed=seed,
        )
        return tune(run, search, terms, watch).best

    return choose
