"""No entry whose forecast does not pay for its costs, at the lower bound of the forecast.

The event's barriers are one distance apart from the close on either side, so a win is +1 and a
loss -1 of that distance; "neither" is on average neither. What the lower bound takes from the win
goes to the loss. Fees, spread and slippage of both ways are paid in every case.
"""

from engine.core.parameters import Parameters
from engine.core.reasons import Reason
from engine.risk.contract import Denial, DeskView, Entry

WAYS = 2.0  # in and out


def check(entry: Entry, desk: DeskView, parameters: Parameters) -> Denial | None:
    """A denial where the value is under the margin; an uncalibrated verdict is not judged."""
    edge = entry.edge
    if edge is None:
        return None
    cost_ratio = WAYS * (float(entry.instrument.taker_fee_ratio) + parameters.slippage_bps / 1e4)
    cost_ratio += desk.spread_bps.get(entry.symbol, 0.0) / 1e4
    cost_r = cost_ratio / edge.distance_ratio if edge.distance_ratio > 0.0 else float("inf")
    value_r = edge.win_ratio - edge.loss_ratio - cost_r
    if value_r >= parameters.value_margin_r:  # false for NaN: what cannot be reckoned is a no
        return None
    return Denial(
        Reason.EXPECTED_VALUE,
        f"worth {value_r:+.2f} R after {cost_r:.2f} R of costs at {edge.win_ratio:.0%} against"
        f" {edge.loss_ratio:.0%}, {parameters.value_margin_r:+.2f} R needed",
    )
