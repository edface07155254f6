"""Compiled rules are the live rules: every one of them, bit for bit."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import engine.rules
from benchmarks import rules as benchmark
from engine.research import compiled
from engine.rules import plans
from engine.rules.registry import registered
from tests.engine.research.inputs import column
from tests.engine.research.parity import Rule, inputs, loop_of, results

INPUTS = 100_000  # of every rule
ROUNDS = 5_000  # at a time: a hundred columns of Python floats are large
REPOSITORY = Path(__file__).parents[3]
CACHE = REPOSITORY / ".numba_cache"  # kept between runs: cold, the compiler needs half a minute

# who is asked about a trade depends on people, and no backtest asks any
WITHOUT_RULES = {"__init__", "registry", "approvals"}


def rules_of(module: ModuleType) -> list[Rule]:
    return [rule for rule in registered() if rule.__module__ == module.__name__]


@pytest.mark.parametrize(
    "module", compiled.RULE_MODULES, ids=lambda module: module.__name__.rpartition(".")[2]
)
def test_compiled_and_plain_rules_agree_bit_for_bit(module: ModuleType) -> None:
    rules = rules_of(module)
    generator = np.random.default_rng(20240229)
    names = [name for rule in rules for name in results(rule)]
    path = CACHE / "loops" / f"parity_{module.__name__.rpartition('.')[2]}.py"
    plain_loop = loop_of(rules, path)
    fast_loop = compiled.compiled(plain_loop, CACHE)
    wrong: set[str] = set()
    for _ in range(INPUTS // ROUNDS):
        columns = [column(name, kind, ROUNDS, generator) for name, kind in inputs(rules).items()]
        numbers = np.column_stack(columns).ravel()
        plain = [0.0] * (ROUNDS * len(names))
        plain_loop(ROUNDS, numbers.tolist(), plain)
        fast = np.zeros(ROUNDS * len(names))
        fast_loop(ROUNDS, numbers, fast)
        slow = np.array(plain, dtype=np.float64)
        differ = (slow.view(np.int64) != fast.view(np.int64)) & ~(np.isnan(slow) & np.isnan(fast))
        wrong |= {names[at % len(names)] for at in np.flatnonzero(differ)}
    assert wrong == set()


def test_every_rule_file_is_in_the_table() -> None:
    folder = Path(engine.rules.__path__[0])
    on_disk = {path.stem for path in folder.glob("*.py")} - WITHOUT_RULES
    assert {module.__name__.rpartition(".")[2] for module in compiled.RULE_MODULES} == on_disk


def test_every_rule_belongs_to_a_module_of_the_table() -> None:
    assert all(rules_of(module) for module in compiled.RULE_MODULES)
    in_table = {rule for module in compiled.RULE_MODULES for rule in rules_of(module)}
    assert in_table == {rule for rule in registered() if rule.__module__.startswith("engine.")}


def test_a_changed_rule_gets_another_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = compiled.cache_folder(tmp_path)
    assert before == compiled.cache_folder(tmp_path)
    changed = ModuleType(plans.__name__)
    changed.__file__ = str(tmp_path / "plans.py")
    Path(changed.__file__).write_bytes(Path(plans.__file__).read_bytes() + b"\n")
    table = tuple(changed if module is plans else module for module in compiled.RULE_MODULES)
    monkeypatch.setattr(compiled, "RULE_MODULES", table)
    assert compiled.cache_folder(tmp_path) != before


def test_machine_code_is_kept_under_the_folder_handed_in(tmp_path: Path) -> None:
    config = import_module("numba.core.config")
    before = config.CACHE_DIR
    loop = loop_of([plans.opened], tmp_path / "one_rule.py")
    out = np.zeros(10)
    compiled.compiled(loop, tmp_path)(1, np.array([-1.0, 2.0, 100.0, 105.0]), out)
    assert out.tolist() == [-1.0, 2.0, 2.0, 100.0, 105.0, 105.0, 100.0, 100.0, 0.0, 1.0]
    assert list(compiled.cache_folder(tmp_path).rglob("*.nbc"))
    assert before == config.CACHE_DIR


def test_a_folder_that_cannot_be_made_is_an_error_and_not_another_folder(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    loop = loop_of([plans.opened], tmp_path / "one_rule_more.py")
    with pytest.raises(OSError, match="file"):
        compiled.compiled(loop, blocked)


def test_importing_the_rules_and_this_module_does_not_import_numba_or_numpy() -> None:
    code = (
        "import sys, engine.research.compiled;"
        "sys.exit(any(name in sys.modules for name in ('numba', 'numpy')))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=REPOSITORY)
    assert done.returncode == 0


@pytest.mark.parametrize("loop", [benchmark.guard, benchmark.trades], ids=["guard", "trades"])
def test_a_whole_loop_over_the_rules_ends_the_same_compiled_and_plain(loop: Rule) -> None:
    count = 10_000
    bars = benchmark.a_market(count, seed=11)
    as_lists = benchmark.Bars(*(column_.tolist() for column_ in bars))
    plain = loop(as_lists, count)
    assert plain[0] > 100  # exits or fills: the market gave the rules something to do
    assert compiled.compiled(loop, CACHE)(bars, count) == plain
