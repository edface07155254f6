"""The memory of votes: frozen, stored and reloaded bit by bit, and open to new voters."""

import json

import numpy as np
import pytest

from llm.calibration import state as memory
from llm.calibration.learning import asked
from llm.calibration.state import decoded, encoded, fresh, seated, stack_prior, without_absent
from tests.llm.calibration.made import BASE, QUIET, lived, said, silent


def test_what_was_stored_is_reloaded_to_the_last_bit_and_goes_on_the_same() -> None:
    before = lived(60, 0.5)
    stored = json.loads(json.dumps(encoded(before)))
    after = decoded(stored)
    assert encoded(after) == encoded(before)
    again = lived(40, 0.5, seed=9, state=after)
    straight = lived(40, 0.5, seed=9, state=before)
    assert json.dumps(encoded(again)) == json.dumps(encoded(straight))


def test_a_fresh_memory_survives_storing_too() -> None:
    assert encoded(decoded(json.loads(json.dumps(encoded(fresh()))))) == encoded(fresh())


def test_no_array_of_the_memory_can_be_written_to() -> None:
    state = lived(5, 0.5)
    for problem in (state.up, state.down):
        for name in memory.Problem.__dataclass_fields__:
            with pytest.raises(ValueError, match="read-only"):
                getattr(problem, name)[...] = 0.0


def test_the_same_rounds_make_the_same_memory() -> None:
    assert encoded(lived(30, 0.3)) == encoded(lived(30, 0.3))


def test_a_new_voter_begins_at_the_group_prior_and_leaves_the_others_what_they_learned() -> None:
    before = lived(200, 1.0)
    after = seated(before, ("d",))
    assert after.voters == ("a", "b", "c", "d")
    mean, _ = stack_prior(4)
    assert after.up.stack_mean[4] == mean[4]
    learned = before.up.stack_mean[1:] - stack_prior(3)[0][1:]
    kept = after.up.stack_mean[1:4] - mean[1:4]
    assert np.all(np.abs(kept - learned) < 0.05)
    assert seated(after, ("a", "d")) is after


def test_another_model_under_the_same_name_is_somebody_else() -> None:
    votes = (said("oak", 0.6, model="m-1"),)
    _, state = asked(fresh(), votes, BASE, "range", QUIET)
    _, state = asked(state, (said("oak", 0.6, model="m-2"),), BASE, "range", QUIET)
    assert state.voters == ("oak|m-1", "oak|m-2")


def test_a_voter_that_is_gone_for_long_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "FORGOTTEN_AFTER", 5)
    state = lived(20, 0.5)
    for _ in range(7):
        _, state = asked(state, (said("a", 0.6), silent("b")), BASE, "range", QUIET)
    assert state.voters == ("a",)
    assert state.up.stack_precision.shape == (2, 2)
    assert without_absent(state) is state


def test_ways_of_pooling_that_a_newer_version_changed_begin_at_their_prior() -> None:
    stored = encoded(lived(30, 0.5)) | {"ways": ["something else"]}
    assert decoded(stored).up.ways.tolist() == fresh().up.ways.tolist()
