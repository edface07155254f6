"""When a request is made again, and when it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.clients.contract import Answer, Dialect, Strictness
from llm.contract import ErrorKind
from llm.transport.policy import (
    ASKED_AGAIN,
    ATTEMPTS,
    FINAL,
    RETRIED,
    SHORTEST_CALL_S,
    Tries,
    pause_before_retry_s,
    plainer,
)


def pause(
    kind: ErrorKind | None, *, tries: int = 1, left_s: float = 20.0, **more: object
) -> object:
    answer = Answer(kind=kind, **more)  # type: ignore[arg-type]  # the test names the fields
    return pause_before_retry_s(answer, Tries(tries), left_s, 0.5)


def test_every_kind_has_exactly_one_treatment() -> None:
    assert set(ErrorKind) == RETRIED | ASKED_AGAIN | FINAL
    assert len(RETRIED) + len(ASKED_AGAIN) + len(FINAL) == len(ErrorKind)


def test_a_text_and_what_nothing_mends_end_the_asking() -> None:
    assert pause(None) is None
    assert [kind for kind in FINAL if pause(kind) is not None] == []


@pytest.mark.parametrize("kind", sorted(RETRIED))
def test_what_passes_is_tried_again_later_and_later_and_then_not(kind: ErrorKind) -> None:
    assert [pause(kind, tries=n) for n in (1, 2)] == [0.2, 0.4]
    assert pause(kind, tries=ATTEMPTS) is None


@pytest.mark.parametrize("kind", sorted(ASKED_AGAIN))
def test_an_answer_beside_the_form_is_asked_for_once_more_at_once(kind: ErrorKind) -> None:
    assert pause(kind) == 0.0
    again = Tries(2, asked_again=True)
    assert pause_before_retry_s(Answer(kind=kind), again, 20.0, 0.5) is None


def test_a_servers_wish_is_kept_where_it_fits_and_ends_the_asking_where_not() -> None:
    assert pause(ErrorKind.RATE_LIMIT, wait_s=1.0) == 1.0
    assert pause(ErrorKind.RATE_LIMIT, wait_s=0.01) == 0.2  # ours is longer
    assert pause(ErrorKind.RATE_LIMIT, wait_s=3600.0) is None
    assert pause(ErrorKind.RATE_LIMIT, wait_s=19.6) is None  # no time for an answer after it


@given(
    kind=st.sampled_from(sorted(RETRIED | ASKED_AGAIN)),
    tries=st.integers(1, 5),
    left_s=st.floats(-5.0, 60.0),
    chance=st.floats(0.0, 0.999),
    wait_s=st.none() | st.floats(0.0, 1e6),
)
def test_no_pause_ever_reaches_past_the_deadline(
    kind: ErrorKind, tries: int, left_s: float, chance: float, wait_s: float | None
) -> None:
    found = pause_before_retry_s(Answer(kind=kind, wait_s=wait_s), Tries(tries), left_s, chance)
    assert found is None or 0.0 <= found <= left_s - SHORTEST_CALL_S


MENDABLE = Answer(kind=ErrorKind.BAD_REQUEST, mendable=True)


def test_an_endpoint_that_knows_no_schema_is_spoken_to_more_plainly_step_by_step() -> None:
    first = plainer(Dialect(), MENDABLE)
    assert first == Dialect(Strictness.JSON)
    second = plainer(first, MENDABLE)
    assert second == Dialect(Strictness.PROMPT)
    assert plainer(second, MENDABLE) is None


def test_a_parameter_that_is_named_is_left_out_once() -> None:
    named = Answer(kind=ErrorKind.BAD_REQUEST, mendable=True, parameter="max_completion_tokens")
    without = plainer(Dialect(), named)
    assert without == Dialect(refused=frozenset({"max_completion_tokens"}))
    assert plainer(without, named) is None


def test_what_is_wrong_with_the_model_or_the_key_is_no_matter_of_dialect() -> None:
    wrong = Answer(kind=ErrorKind.BAD_REQUEST, mendable=True, parameter="model")
    assert plainer(Dialect(), wrong) is None
    assert plainer(Dialect(), Answer(kind=ErrorKind.AUTH)) is None
