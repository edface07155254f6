"""Every row of STRATEGIES passes the kit, and planted cheats fail it by name."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.market.bars import Bars
from engine.strategies.contract import Idea, Strategy
from engine.strategies.registry import MODULES, STRATEGIES
from engine.strategies.view import View
from tests.engine.market.drawn import walk
from tests.engine.strategies import kit

PARAMETERS = Parameters(
    donchian_breakout=True, band_reversion=True, trend_pullback=True, volatility_squeeze=True
)
BARS = walk(21, 420)
every_row = pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda row: row.name)
Check = Callable[[Strategy, Bars, Parameters], object]


@every_row
@pytest.mark.parametrize(
    "check",
    [
        kit.require_no_look_ahead,
        kit.require_determinism,
        kit.require_warm_up,
        kit.require_nan_is_silence,
        kit.require_candidates_miss_nothing,
    ],
    ids=lambda check: check.__name__.removeprefix("require_"),
)
def test_every_strategy_passes_the_kit(strategy: Strategy, check: Check) -> None:
    check(strategy, BARS, PARAMETERS)


@every_row
def test_every_strategy_speaks_on_an_ordinary_market_and_soundly(strategy: Strategy) -> None:
    assert sum(kit.require_sound_signals(strategy, walk(s, 420), PARAMETERS) for s in range(6)) > 0


def test_every_file_of_strategies_is_in_the_table() -> None:
    folder = Path(str(STRATEGIES[0].decide.__code__.co_filename)).parent
    on_disk = {
        path.stem for path in folder.glob("*.py") if "\nSTRATEGIES = " in path.read_text("utf-8")
    }
    assert on_disk == {module.__name__.rpartition(".")[2] for module in MODULES}


def test_names_are_unique() -> None:
    assert len({strategy.name for strategy in STRATEGIES}) == len(STRATEGIES)


def a_cheat(name: str, decide: Callable[[View, Parameters], Idea | None]) -> Strategy:
    return Strategy(
        name=name,
        version="1",
        enabled=lambda parameters: True,
        warmup_bars=lambda parameters: 30,
        decide=decide,
        candidates=lambda bars, parameters: np.ones(len(bars), dtype=np.bool_),
    )


def peek(view: View, parameters: Parameters) -> Idea | None:
    """Reads the close that lies behind its slice in memory: tomorrow's."""
    tomorrow = np.lib.stride_tricks.as_strided(view.bars.close[-1:], (2,), (8,), writeable=False)
    if not tomorrow[1] > tomorrow[0]:
        return None
    return Idea(PositionSide.LONG, "I just know", view.close_price * 0.9)


def test_a_strategy_that_looks_ahead_fails_by_name() -> None:
    with pytest.raises(AssertionError, match="crystal_ball looks ahead"):
        kit.require_no_look_ahead(a_cheat("crystal_ball", peek), BARS, PARAMETERS)


def test_a_strategy_that_remembers_fails_by_name() -> None:
    calls: list[int] = []

    def count(view: View, parameters: Parameters) -> Idea | None:
        calls.append(1)
        return Idea(PositionSide.LONG, "again", 1.0) if len(calls) % 4 == 0 else None

    with pytest.raises(AssertionError, match="elephant depends on"):
        kit.require_determinism(a_cheat("elephant", count), BARS, PARAMETERS)


def test_a_strategy_that_trades_nan_fails_by_name() -> None:
    def always(view: View, parameters: Parameters) -> Idea | None:
        return Idea(PositionSide.LONG, "always", 1.0)

    with pytest.raises(AssertionError, match="optimist makes a signal of NaN"):
        kit.require_nan_is_silence(a_cheat("optimist", always), BARS, PARAMETERS)
