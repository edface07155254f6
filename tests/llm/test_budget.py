"""Dollars: none is spent twice, none is forgotten, and a new day begins at midnight."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.model_calls import Spending
from engine.core.parameters import Parameters
from llm.budget import Budget, Hold, Scope

LIMITS = Parameters(
    budget_round_usd=1.0, budget_day_usd=2.0, budget_month_usd=5.0, budget_voter_usd=1.5
)


class Calendar:
    def __init__(self) -> None:
        self.now_at = datetime(2026, 11, 29, 23, tzinfo=UTC)

    def now(self) -> datetime:
        return self.now_at


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def budget(calendar: Calendar) -> Budget:
    return Budget(lambda: LIMITS, calendar.now)


def held(found: Hold | Scope) -> Hold:
    assert isinstance(found, Hold)
    return found


def test_a_dollar_that_is_reserved_is_gone_until_it_is_settled(budget: Budget) -> None:
    first = held(budget.reserve("oak", "r1", 0.9))
    assert budget.reserve("elm", "r1", 0.2) is Scope.ROUND
    budget.settle(first, 0.1)
    held(budget.reserve("elm", "r1", 0.2))
    assert budget.standing().day_usd == pytest.approx(0.3)


def test_each_limit_says_that_it_is_the_one(budget: Budget) -> None:
    for number in range(3):
        budget.settle(held(budget.reserve("oak", f"r{number}", 0.5)), 0.5)
    assert budget.reserve("oak", "r9", 0.01) is Scope.VOTER
    budget.settle(held(budget.reserve("elm", "r9", 0.5)), 0.5)
    assert budget.reserve("ash", "r9", 0.01) is Scope.DAY
    assert budget.used_ratio() == 1.0


def test_what_is_free_is_always_allowed() -> None:
    broke = Parameters(
        budget_round_usd=0.0, budget_day_usd=0.0, budget_month_usd=0.0, budget_voter_usd=0.0
    )
    budget = Budget(lambda: broke, Calendar().now)
    held(budget.reserve("llama", "r1", 0.0))
    assert budget.reserve("oak", "r1", 0.0001) is Scope.ROUND
    assert budget.used_ratio() == 0.0


def test_a_new_day_begins_anew_and_a_new_month_too(budget: Budget, calendar: Calendar) -> None:
    budget.settle(held(budget.reserve("oak", "r1", 1.0)), 1.0)
    calendar.now_at += timedelta(hours=2)  # the 30th
    budget.settle(held(budget.reserve("oak", "r2", 1.0)), 1.0)
    assert (budget.standing().day_usd, budget.standing().month_usd) == (1.0, 2.0)
    calendar.now_at += timedelta(days=1)  # December
    assert (budget.standing().day_usd, budget.standing().month_usd) == (0.0, 0.0)


def test_a_call_over_midnight_is_settled_in_its_month(budget: Budget, calendar: Calendar) -> None:
    hold = held(budget.reserve("oak", "r1", 1.0))
    calendar.now_at += timedelta(hours=2)
    budget.settle(hold, 0.25)
    assert budget.standing().day_usd == 0.0
    assert budget.standing().month_usd == pytest.approx(0.25)


def test_a_restart_remembers_what_was_spent(budget: Budget) -> None:
    day = Spending(total_usd=1.9, by_voter={"oak": 1.4}, rounds=1, fallen_rounds=0)
    month = Spending(total_usd=4.95, by_voter={}, rounds=9, fallen_rounds=0)
    budget.remember(day, month)
    assert budget.reserve("oak", "r1", 0.2) is Scope.VOTER
    assert budget.reserve("elm", "r1", 0.09) is Scope.MONTH
    held(budget.reserve("elm", "r1", 0.04))


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.floats(0.0, 1.0), st.floats(0.0, 1.0)), max_size=30
    )
)
def test_no_order_of_reserving_and_settling_spends_more_than_a_limit(
    asks: list[tuple[str, float, float]],
) -> None:
    budget = Budget(lambda: LIMITS, Calendar().now)
    for number, (voter, usd, share) in enumerate(asks):
        found = budget.reserve(voter, f"r{number // 3}", usd)
        if isinstance(found, Hold):
            budget.settle(found, usd * share)
        standing = budget.standing()
        assert standing.day_usd <= 2.0 + 1e-9
        assert standing.month_usd <= 5.0 + 1e-9
        assert all(value <= 1.5 + 1e-9 for value in standing.by_voter.values())
