"""Where a strategy's first stop goes."""

from engine.core.kinds import PositionSide
from engine.core.parameters import Parameters
from engine.strategies.view import View


def atr_stop(view: View, side: PositionSide, parameters: Parameters) -> float | None:
    """The price `stop_atr` average true ranges behind the close.

    None in the warm-up, where nothing moved (no risk to size by), or where a long's stop would
    not be above zero.
    """
    distance_price = parameters.stop_atr * view.feature("atr_price", parameters)
    if not distance_price > 0.0:
        return None
    stop_price = view.close_price - side.sign * distance_price
    return stop_price if stop_price > 0.0 and stop_price != view.close_price else None
