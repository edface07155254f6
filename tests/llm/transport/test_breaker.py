"""Who is left alone, for how long, and how it comes back."""

import pytest

from llm.contract import ErrorKind
from llm.transport.breaker import (
    FAILURES,
    LONGEST_S,
    OF_THE_ACCOUNT,
    OF_THE_VOTER,
    OPEN_S,
    Breaker,
)
from tests.llm.rounds import StandingWall


@pytest.fixture
def wall() -> StandingWall:
    return StandingWall()


def an_account(wall: StandingWall) -> Breaker:
    return Breaker(OF_THE_ACCOUNT, wall.monotonic_s)


def test_it_opens_after_failures_in_a_row_and_an_answer_between_counts_anew(
    wall: StandingWall,
) -> None:
    breaker = an_account(wall)
    told = [breaker.note(ErrorKind.SERVER) for _ in range(FAILURES - 1)]
    breaker.note(None)
    told += [breaker.note(ErrorKind.SERVER) for _ in range(FAILURES)]
    assert told == [False] * (2 * FAILURES - 2) + [True]
    assert (breaker.admits(), breaker.cause) == (False, ErrorKind.SERVER)


def test_after_the_pause_one_trial_goes_and_its_outcome_decides(wall: StandingWall) -> None:
    breaker = an_account(wall)
    for _ in range(FAILURES):
        breaker.note(ErrorKind.OVERLOADED)
    wall.s = OPEN_S - 1
    assert not breaker.admits()
    wall.s = OPEN_S
    assert [breaker.admits(), breaker.admits()] == [True, False]
    assert breaker.note(ErrorKind.OVERLOADED) is False  # told once
    assert breaker.opens_in_s() == OPEN_S
    wall.s = 2 * OPEN_S
    assert breaker.admits()
    breaker.note(None)
    assert (breaker.is_open(), breaker.admits()) == (False, True)


def test_a_trial_that_was_not_made_leaves_the_next_one_free(wall: StandingWall) -> None:
    breaker = an_account(wall)
    breaker.note(ErrorKind.AUTH)
    wall.s = LONGEST_S
    assert breaker.admits()
    breaker.release()
    assert breaker.admits()


@pytest.mark.parametrize("kind", [ErrorKind.AUTH, ErrorKind.QUOTA])
def test_a_key_or_a_credit_that_a_person_must_mend_opens_it_at_once(
    kind: ErrorKind, wall: StandingWall
) -> None:
    breaker = an_account(wall)
    assert breaker.note(kind)
    assert (breaker.opens_in_s(), breaker.cause) == (LONGEST_S, kind)


@pytest.mark.parametrize(("wait_s", "rest_s"), [(5.0, 0.0), (30.0, 30.0), (3600.0, LONGEST_S)])
def test_a_long_wish_of_the_server_is_kept_up_to_a_quarter_of_an_hour(
    wait_s: float, rest_s: float, wall: StandingWall
) -> None:
    breaker = an_account(wall)
    breaker.note(ErrorKind.RATE_LIMIT, wait_s)
    assert breaker.opens_in_s() == rest_s


def test_what_a_model_says_is_no_failure_of_its_provider(wall: StandingWall) -> None:
    breaker = an_account(wall)
    said = set(ErrorKind) - OF_THE_ACCOUNT - OF_THE_VOTER
    for kind in sorted(said) * 5:
        assert not breaker.note(kind)
    assert breaker.admits()


def test_one_slow_model_does_not_stop_the_others_of_its_account(wall: StandingWall) -> None:
    account, own = an_account(wall), Breaker(OF_THE_VOTER, wall.monotonic_s)
    for _ in range(FAILURES):
        account.note(ErrorKind.TIMEOUT)
        own.note(ErrorKind.TIMEOUT)
    assert (account.admits(), own.admits()) == (True, False)
