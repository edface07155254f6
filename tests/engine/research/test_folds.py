"""Windows follow each other without a gap; what is learned from never touches what is judged."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from engine.core.errors import UserError
from engine.research.folds import Walk, evenly, overlap_s, purged_folds, stretches, windows

START = datetime(2023, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize("anchored", [True, False])
def test_windows_test_every_day_once_and_learn_only_from_before(anchored: bool) -> None:
    walk = Walk(train=90 * DAY, test=30 * DAY, anchored=anchored, embargo=DAY)
    found = windows(START, START + 365 * DAY, walk)
    assert found[0].test_from_at == START + 91 * DAY
    for before, after in pairwise(found):
        assert before.test_to_at == after.test_from_at
    for window in found:
        assert window.test_from_at - window.train_to_at == DAY
        trained = window.train_to_at - window.train_from_at
        assert window.train_from_at == START if anchored else trained == 90 * DAY
    assert evenly(found) == found[-1].test_to_at - found[0].test_from_at


def test_a_last_test_shorter_than_half_is_left_out() -> None:
    walk = Walk(train=50 * DAY, test=20 * DAY)
    assert len(windows(START, START + 79 * DAY, walk)) == 1
    (_, last) = windows(START, START + 80 * DAY, walk)
    assert last.test_to_at - last.test_from_at == 10 * DAY


def test_a_span_too_short_says_what_is_needed() -> None:
    with pytest.raises(UserError, match="20 days are too short to walk through: 60 are needed"):
        windows(START, START + 20 * DAY, Walk(train=50 * DAY, test=20 * DAY))
    with pytest.raises(UserError, match="longer than nothing"):
        windows(START, START + 20 * DAY, Walk(train=timedelta(0), test=DAY))


def test_stretches_are_equal_and_apart() -> None:
    parts = stretches(START, START + 32 * DAY, 3, embargo=DAY)
    assert [end - begin for begin, end in parts] == [10 * DAY] * 3
    assert [after[0] - before[1] for before, after in pairwise(parts)] == [
        DAY,
        DAY,
    ]
    with pytest.raises(UserError, match="too short for 40 parts"):
        stretches(START, START + DAY, 40, embargo=DAY)


def test_no_learned_trade_overlaps_the_judged_time_nor_follows_it_at_once() -> None:
    chance = np.random.default_rng(3)
    from_s = np.sort(chance.uniform(0.0, 1e6, 400))
    to_s = from_s + chance.exponential(2e4, 400)  # long ones that reach over the folds' edges
    folds = purged_folds(from_s, to_s, 5, embargo_s=5_000.0)
    assert sorted(np.concatenate([fold.test for fold in folds]).tolist()) == list(range(400))
    for fold in folds:
        assert overlap_s(fold, from_s, to_s) == 0.0
        judged_to_s = to_s[fold.test].max()
        after = from_s[fold.train][from_s[fold.train] > from_s[fold.test].max()]
        assert np.all(after > judged_to_s + 5_000.0)
    middle = folds[2]
    naive = np.setdiff1d(np.arange(400), middle.test)
    assert overlap_s(middle._replace(train=naive), from_s, to_s) > 0.0  # what purging is for


def test_more_folds_than_trades_are_refused() -> None:
    with pytest.raises(UserError, match="3 trades are too few for 5 folds"):
        purged_folds(np.arange(3.0), np.arange(3.0), 5)
