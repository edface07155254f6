"""The random inputs of the parity test reach into every rule: none answers them all alike."""

from pathlib import Path

import numpy as np
import pytest

from engine.research import compiled
from engine.rules.registry import registered
from tests.engine.research.inputs import column
from tests.engine.research.parity import Rule, inputs, loop_of, results

ROUNDS = 4_000
RULES = [rule for rule in registered() if rule.__module__.startswith("engine.")]
ALIKE_AT_MOST = 0.999  # of the answers may be one and the same


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_gives_different_answers_to_the_inputs_it_is_compared_on(
    rule: Rule, tmp_path: Path
) -> None:
    generator = np.random.default_rng(20240229)
    columns = [column(name, kind, ROUNDS, generator) for name, kind in inputs([rule]).items()]
    numbers, width = np.column_stack(columns).ravel().tolist(), len(results(rule))
    answers = [0.0] * (ROUNDS * width)
    loop_of([rule], tmp_path / f"reach_{rule.__name__}.py")(ROUNDS, numbers, answers)
    rows = np.array(answers, dtype=np.float64).reshape(ROUNDS, width)
    _, counts = np.unique(rows, axis=0, return_counts=True)
    assert counts.max() < ALIKE_AT_MOST * ROUNDS, f"{rule.__name__} hardly ever decides"


def test_the_newest_rules_are_among_those_compared() -> None:
    names = {f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}" for rule in RULES}
    assert {
        "pyramids.add_size",
        "pyramids.is_confirmed",
        "protection.unprotected_exit",
        "margin.forced_price",
        "portfolio.backing_after",
        "portfolio.check_leverage",
    } <= names
    assert {rule.__module__ for rule in RULES} <= {m.__name__ for m in compiled.RULE_MODULES}
