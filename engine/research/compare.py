"""Many strategies and exit plans on the same bars: one row each."""

from dataclasses import dataclass, replace
from pathlib import Path

from engine.core.errors import UserError
from engine.core.parameters import Parameters
from engine.core.parameters.exit_plans import EXIT_PLANS
from engine.research.job import Told, untold
from engine.research.request import FAMILIES, STRATEGY_NAMES, Request, parse_request, strategies_of
from engine.research.results import Backtest
from engine.research.run import AdviseWith, Material, run_on

MOST_VARIANTS = 60


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of trading the same bars."""

    name: str
    request: Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of it, in the figures that are compared; None where there is nothing to measure."""

    name: str
    trades: int
    return_ratio: float
    max_drawdown_ratio: float
    win_rate_ratio: float | None
    expectancy_r: float | None
    profit_factor: float | None
    fee_quote: str


def variants(text: str) -> tuple[Variant, ...]:
    """Every strategy that `text` names with every exit plan that it names; raises UserError.

    `sma_5_15+sma_20_50` is one set of strategies, `sma_cross` the set of its file.
    """
    words = text.replace(", ", ",").split()
    sets = [word.lower() for word in words if strategies_of(word) is not None]
    plans = [word.lower() for word in words if word.lower() in EXIT_PLANS]
    rest = " ".join(w for w in words if strategies_of(w) is None and w.lower() not in EXIT_PLANS)
    common = parse_request(rest)
    if len(sets) * max(len(plans), 1) > MOST_VARIANTS:
        raise UserError(f"{len(sets) * len(plans)} ways are too many: {MOST_VARIANTS} at most.")
    if not sets and not plans:
        raise UserError(
            "Compare what?",
            hint=f"Name strategies ({', '.join((*FAMILIES, *STRATEGY_NAMES))}) "
            f"or exit plans ({', '.join(EXIT_PLANS)}).",
        )
    return tuple(
        Variant(
            " ".join(word for word in (chosen, plan) if word),
            replace(common, strategies=strategies_of(chosen) or (), exits=plan or common.exits),
        )
        for chosen in (tuple(dict.fromkeys(sets)) or ("",))
        for plan in (tuple(dict.fromkeys(plans)) or ("",))
    )


def compared(
    asked: tuple[Variant, ...],
    material: Material,
    base: Parameters,
    advise_with: AdviseWith,
    compiled_dir: Path | None,
    told: Told = untold,
) -> tuple[tuple[Variant, Backtest], ...]:
    """Each variant with its result, in the order they were asked for; `told` hears of each."""
    found = []
    for done, variant in enumerate(asked):
        told(done, len(asked), variant.name)
        one = replace(material, request=variant.request)
        parameters = variant.request.parameters(base)
        found.append((variant, run_on(one, parameters, advise_with, compiled_dir)))
    told(len(asked), len(asked), "")
    return tuple(found)


def row_of(name: str, result: Backtest) -> Row:
    """The result's row."""
    measures = result.measures
    return Row(
        name=name,
        trades=measures.trades,
        return_ratio=result.return_ratio,
        max_drawdown_ratio=float(result.curve.drawdown_ratio.max()),
        win_rate_ratio=measures.win_rate_ratio,
        expectancy_r=measures.expectancy_r,
        profit_factor=measures.profit_factor,
        fee_quote=format(measures.fee_quote, ".2f"),
    )
