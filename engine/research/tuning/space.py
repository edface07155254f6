"""What tuning may try: made of the parameters' declarations, around what is in force."""

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import ValidationError

from engine.core.errors import UserError
from engine.core.parameters import Declaration, Parameters, declarations

Values = dict[str, bool | int | float | str]

REACH = 4.0  # a search goes from a quarter to four times of what is in force, within bounds
LOG_FROM = 4.0  # ranges that are so many times as high as low are searched by ratio
# A Sharpe ratio cannot tell how much to risk: it is the same for half of it.
NOT_SEARCHED = frozenset({"risk_per_trade_ratio"})
# Parameters of one strategy: searched only while that one is on.
OF_STRATEGY = {
    "breakout_bars": "donchian_breakout",
    "reversion_bars": "band_reversion",
    "pullback_bars": "trend_pullback",
    "squeeze_bars": "volatility_squeeze",
}


class Dimension(NamedTuple):
    """One parameter of the search."""

    name: str
    is_whole: bool
    low: float
    high: float
    is_log: bool


def space_of(base: Parameters, names: Sequence[str] = ()) -> tuple[Dimension, ...]:
    """The search around `base`: over `names`, or over all that may be tuned and are in use.

    Raises UserError for a name that may not be tuned, and where nothing is left to search.
    """
    known = declarations(Parameters)
    wrong = [name for name in names if name not in known or not known[name].tune]
    if wrong:
        raise UserError(f"{wrong[0]} is not tuned.", hint=f"These are: {', '.join(tunable())}.")
    wanted = names or [name for name in tunable() if _in_use(name, base)]
    found = [_dimension(known[name], float(getattr(base, name))) for name in wanted]
    space = tuple(each for each in found if each.high > each.low)
    if not space:
        raise UserError("There is nothing to search.", hint="Name parameters to tune.")
    return space


def tunable() -> tuple[str, ...]:
    """Every parameter that is declared as one to tune, in the order of declaration."""
    return tuple(name for name, each in declarations(Parameters).items() if each.tune)


def with_values(base: Parameters, values: Values) -> Parameters | None:
    """`base` with these values; None where they do not fit together."""
    try:
        return Parameters.model_validate({**base.model_dump(), **values})
    except ValidationError:
        return None


def values_of(parameters: Parameters, space: Sequence[Dimension]) -> Values:
    """What `parameters` hold in the search's dimensions."""
    return {each.name: getattr(parameters, each.name) for each in space}


def _in_use(name: str, base: Parameters) -> bool:
    # what is 0 is off: to switch something on is a person's choice, not a search's
    strategy = OF_STRATEGY.get(name)
    is_on = strategy is None or bool(getattr(base, strategy))
    return name not in NOT_SEARCHED and is_on and float(getattr(base, name)) != 0.0


def _dimension(declared: Declaration, chosen: float) -> Dimension:
    low, high = float(declared.low or 0.0), float(declared.high or 0.0)
    if chosen > 0.0:
        low, high = max(low, chosen / REACH), min(high, chosen * REACH)
    if declared.kind is int:
        low, high = float(round(low)), float(round(high))
    is_log = low > 0.0 and high / low >= LOG_FROM
    return Dimension(declared.name, declared.kind is int, low, high, is_log)
