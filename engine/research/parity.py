"""Whether the compiled backtest and the live desk make the same trades of the same bars."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path

from engine.core.parameters import Parameters
from engine.core.positions import Position, Trade
from engine.research import backtest
from engine.research.live_replay import lived
from engine.research.run import AdviseWith, Material, job_of

LIVE_ONLY = frozenset({"order_latency_ms"})  # how long an answer took: no result depends on it


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that is not the same."""

    what: str  # "trade 12: exit_price"
    live: str
    compiled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """One comparison."""

    symbols: tuple[str, ...]
    moments: int
    trades: int  # of the live desk
    open_positions: int
    difference: Difference | None  # None: everything is equal, to the last digit


async def compared(
    material: Material, parameters: Parameters, advise_with: AdviseWith, compiled_dir: Path | None
) -> Parity:
    """The material through both; raises UserError where it cannot be run."""
    span = material.starts_at, material.ends_at
    job = job_of(material, parameters, advise_with, span)
    fast = backtest.run(job, compiled_dir)
    live = await lived(job)
    return Parity(
        symbols=material.symbols,
        moments=len(fast.curve),
        trades=len(live.trades),
        open_positions=len(live.open_positions),
        difference=(
            first_difference(live.trades, fast.trades)
            or _open_difference(live.open_positions, fast.open_positions)
            or _differ("cash", live.cash_quote, fast.cash_quote)
        ),
    )


def first_difference(live: Sequence[Trade], compiled: Sequence[Trade]) -> Difference | None:
    """The first field of the first trade that differs, or a count that does; None where equal."""
    for number, (one, other) in enumerate(zip(live, compiled, strict=False), start=1):
        for field in fields(Trade):
            if field.name in LIVE_ONLY:
                continue
            left, right = getattr(one, field.name), getattr(other, field.name)
            if left != right and not (left != left and right != right):  # two NaN are the same
                where = f"trade {number}, {one.symbol} of {one.opened_at:%Y-%m-%d %H:%M}"
                return Difference(f"{where}: {field.name}", str(left), str(right))
    return _differ("number of trades", len(live), len(compiled))


def _open_difference(live: Sequence[Position], compiled: Sequence[Position]) -> Difference | None:
    def held(positions: Sequence[Position]) -> list[tuple[str, Decimal, Decimal]]:
        return sorted((p.symbol, p.qty_base, p.cash_quote) for p in positions)

    return _differ("open positions", held(live), held(compiled))


def _differ(what: str, live: object, compiled: object) -> Difference | None:
    return None if live == compiled else Difference(what, str(live), str(compiled))
