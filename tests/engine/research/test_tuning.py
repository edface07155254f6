"""A search finds what is planted, adopts nothing on luck, and belongs to one version and past."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import UserError
from engine.core.parameters import Parameters, declarations
from engine.core.parameters.strategy import StrategyParameters
from engine.research.folds import Walk, windows
from engine.research.outcome import Run, Stopped, Watch
from engine.research.overfitting import overfit
from engine.research.trials import tally
from engine.research.tuning.chooser import tuned
from engine.research.tuning.comparison import FEWEST_TRADES, adoption, compare
from engine.research.tuning.search import Search, Tuned, split, tune
from engine.research.tuning.space import (
    NOT_SEARCHED,
    OF_STRATEGY,
    space_of,
    tunable,
    with_values,
)
from engine.research.tuning.study import StudyTerms, open_study
from engine.research.walk_forward import walk_forward
from tests.engine.research.drawn_run import DAY, START, drawn_run

BASE = Parameters()
SEARCHED, HELD_OUT = split(START, START + 900 * DAY, 3, DAY)
NAMES = ("stop_atr", "trail_atr")
SEARCH = Search(
    base=BASE, space=space_of(BASE, NAMES), stretches=SEARCHED, trials=30, min_trades=30
)


def terms_of(path: Path, name: str = "weekly") -> StudyTerms:
    return StudyTerms(
        name=name,
        storage=str(path),
        version="0.1.0",
        market="btc",
        base_hash=BASE.config_hash(),
        space=SEARCH.space,
    )


@pytest.fixture(scope="module")
def edge() -> Run:
    """More is made the nearer the stop is to 3 ATR; in force are 2."""
    return drawn_run(0.003)


@pytest.fixture(scope="module")
def found(edge: Run, tmp_path_factory: pytest.TempPathFactory) -> Tuned:
    """A whole search."""
    folder = tmp_path_factory.mktemp("study")
    return tune(edge, SEARCH, terms_of(folder / "journal.log"))


def test_the_space_is_made_of_what_is_declared_and_in_use() -> None:
    space = {each.name: each for each in space_of(BASE)}
    known = declarations(Parameters)
    assert space
    for name, each in space.items():
        declared = known[name]
        assert declared.tune
        assert declared.low is not None
        assert declared.high is not None
        assert declared.low <= each.low < each.high <= declared.high
        assert each.low <= getattr(BASE, name) <= each.high
        assert each.is_whole == (declared.kind is int)
    assert "breakout_bars" not in space  # its strategy is off
    assert "kelly_share_ratio" not in space  # 0 is off
    assert not NOT_SEARCHED & set(space)
    on = {each.name for each in space_of(BASE.with_value("donchian_breakout", True))}
    assert on - set(space) == {"breakout_bars"}


def test_a_parameter_of_one_strategy_is_only_searched_with_it() -> None:
    # complete: every tuned parameter of the strategies' group is of one of them, or of all
    names = set(StrategyParameters.model_fields) & set(tunable())
    assert names == set(OF_STRATEGY) | {"atr_window_bars"}
    assert set(OF_STRATEGY.values()) <= set(StrategyParameters.model_fields)


def test_what_is_not_tuned_is_refused_by_name() -> None:
    with pytest.raises(UserError, match="max_positions is not tuned"):
        space_of(BASE, ("max_positions",))
    assert with_values(BASE, {"target_2_r": 0.5}) is None


def test_the_stretch_held_out_comes_after_all_others() -> None:
    assert SEARCHED[-1][1] + DAY <= HELD_OUT[0]
    assert HELD_OUT[1] == START + 900 * DAY
    assert HELD_OUT[1] - HELD_OUT[0] == 225 * DAY


def test_a_planted_edge_is_found_and_passes_on_bars_never_searched_on(
    edge: Run, found: Tuned
) -> None:
    assert 2.4 < found.best.stop_atr < 3.6
    assert found.best_score > found.base_score + 1.0
    compared = compare(edge, BASE, found.best, HELD_OUT, np.random.default_rng(1))
    assert compared.better_low > 0.0
    assert compared.better_low < compared.better < compared.better_high
    allowed = adoption(compared)
    assert allowed.allowed
    assert allowed.require() == {name: now for name, _, now in compared.changes}
    assert {name for name, _, _ in compared.changes} <= set(NAMES)


def test_every_trial_is_kept_and_counted(found: Tuned) -> None:
    assert found.history.number.size == 30
    assert len(found.trials) == 30 - found.history.pruned
    assert found.returns.shape[0] == len(found.trials)
    assert tally(found.trials).trials == len({trial.digest for trial in found.trials})
    assert {trial.study for trial in found.trials} == {"weekly"}
    known = found.history.best[~np.isnan(found.history.best)]
    assert np.all(np.diff(known) >= 0.0)
    assert found.history.pruned > 0  # some are given up after a stretch or two
    assert 0.0 <= overfit(found.returns).overfit_ratio < 0.5


def test_the_parameter_that_matters_is_the_important_one(edge: Run, tmp_path: Path) -> None:
    search = replace(
        SEARCH, trials=40, stretches=SEARCHED[:1], min_trades=10
    )  # nothing is given up early
    found = tune(edge, search, terms_of(tmp_path / "journal.log"))
    assert found.history.pruned == 0
    (first, most), (_, least) = found.importance
    assert first == "stop_atr"
    assert most > least
    assert most + least == pytest.approx(1.0)


def test_noise_is_not_adopted(tmp_path: Path) -> None:
    passed = 0
    for seed in range(4):
        run = drawn_run(0.0, best_stop_atr=1.0 + seed)
        terms = replace(terms_of(tmp_path / f"{seed}.log"), seed=seed)
        found = tune(run, replace(SEARCH, trials=12), terms)
        compared = compare(run, BASE, found.best, HELD_OUT, np.random.default_rng(seed))
        passed += adoption(compared).allowed
    assert passed <= 1


def test_adopting_is_refused_without_a_pass_and_says_why(edge: Run) -> None:
    rng = np.random.default_rng(1)
    same = adoption(compare(edge, BASE, BASE, HELD_OUT, rng))
    with pytest.raises(UserError, match="Not adopted: what is in force was already the best"):
        same.require()
    better = BASE.with_value("stop_atr", 3.0)
    few = drawn_run(0.003, trades=FEWEST_TRADES - 1)
    assert "too few" in adoption(compare(few, BASE, better, HELD_OUT, rng)).why
    losing = adoption(compare(drawn_run(-0.003, 2.5), BASE, better, HELD_OUT, rng))
    assert "loses on bars it had not seen" in losing.why
    worse = adoption(compare(drawn_run(0.003, 2.0), BASE, better, HELD_OUT, rng))
    assert not worse.allowed


def test_who_trades_too_little_is_never_the_best(tmp_path: Path) -> None:
    lazy = drawn_run(0.003, trades=2)
    found = tune(lazy, replace(SEARCH, trials=5), terms_of(tmp_path / "journal.log"))
    assert found.best == BASE


def test_a_stopped_search_is_carried_on_where_it_was(edge: Run, tmp_path: Path) -> None:
    seen: list[int] = []
    watch = Watch(told=lambda done, of, text: seen.append(done), stop=lambda: len(seen) > 4)
    terms = terms_of(tmp_path / "journal.log")
    search = replace(SEARCH, trials=8)
    with pytest.raises(Stopped):
        tune(edge, search, terms, watch)
    told: list[int] = []
    found = tune(edge, search, terms, Watch(told=lambda done, of, text: told.append(done)))
    assert told[0] == seen[-1]
    assert found.history.number.size == 8
    assert found.base_score > -10.0  # what is in force was tried


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": "0.2.0"}, "by version 0.1.0 of Parley, and this is 0.2.0"),
        ({"market": "eth"}, "on other bars"),
        ({"base_hash": "other"}, "around other parameters"),
        ({"space": SEARCH.space[:1]}, "over other parameters"),
    ],
)
def test_a_study_made_with_something_else_is_refused_in_one_sentence(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    terms = terms_of(tmp_path / "journal.log")
    open_study(terms)
    open_study(terms)  # the same one again is welcome
    with pytest.raises(UserError) as caught:
        open_study(replace(terms, **change))  # type: ignore[arg-type]
    assert caught.value.sentence() == (
        f"The study weekly was made {words}. Give the new one another name."
    )


def test_a_database_can_be_shared_by_two_workers(edge: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    first = replace(terms_of(tmp_path), storage=url)
    tune(edge, replace(SEARCH, trials=2), first)
    found = tune(edge, replace(SEARCH, trials=5), replace(first, seed=1))
    assert found.history.number.size == 5
    assert len(found.trials) == 5 - found.history.pruned


def test_a_database_that_cannot_be_used_is_told_without_its_password(tmp_path: Path) -> None:
    for url in (
        f"sqlite:///{tmp_path}/missing/secret-word.db",
        "nonsense://user:secret-word@nowhere/db",
    ):
        with pytest.raises(UserError) as caught:
            open_study(replace(terms_of(tmp_path), storage=url))
        assert "secret-word" not in caught.value.sentence()
        assert "cannot be used" in caught.value.sentence()


def test_a_walk_that_tunes_in_each_window_finds_the_edge_again_and_again(edge: Run) -> None:
    walk = windows(START, START + 400 * DAY, Walk(train=150 * DAY, test=50 * DAY))
    found = walk_forward(edge, walk, tuned(edge, BASE, NAMES, trials=14))
    assert len(found.steps) == 5
    near = [2.2 < step.chosen.stop_atr < 4.0 for step in found.steps]
    assert sum(near) >= 4
    assert found.out_sharpe > 1.0
