"""A backtest says no to what bars cannot tell."""

from dataclasses import replace

import pytest

from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.research.backtest import run
from tests.engine.research.test_backtest import a_job


def test_entries_that_wait_are_refused_with_one_sentence() -> None:
    job = replace(a_job(Parameters()), parameters=Parameters(entry_order="limit"))
    with pytest.raises(UserError) as caught:
        run(job, None)
    assert caught.value.sentence() == (
        "A backtest cannot tell whether a limit entry is met in time: bars do not say when."
        " Set entry_order to market for it."
    )
