"""Named sets of parameters: how boldly the desk trades. What a profile does not name stays."""

from collections.abc import Mapping
from types import MappingProxyType

Values = Mapping[str, bool | int | float | str]


def _profile(**values: bool | float | str) -> Values:
    return MappingProxyType(values)


PROFILES: Mapping[str, Values] = MappingProxyType({
    "calm": _profile(
        risk_per_trade_ratio=0.0025,
        max_position_ratio=0.05,
        max_exposure_ratio=0.30,
        max_positions=3,
        max_heat_ratio=0.01,
        daily_loss_reduce_ratio=0.015,
        daily_loss_halt_ratio=0.03,
        drawdown_reduce_ratio=0.08,
        drawdown_halt_ratio=0.15,
    ),
    "normal": _profile(
        risk_per_trade_ratio=0.005,
        max_position_ratio=0.10,
        max_exposure_ratio=0.60,
        max_positions=6,
        max_heat_ratio=0.03,
        daily_loss_reduce_ratio=0.03,
        daily_loss_halt_ratio=0.06,
        drawdown_reduce_ratio=0.15,
        drawdown_halt_ratio=0.25,
    ),
    "bold": _profile(
        risk_per_trade_ratio=0.01,
        max_position_ratio=0.20,
        max_exposure_ratio=1.0,
        max_positions=8,
        max_heat_ratio=0.05,
        daily_loss_reduce_ratio=0.04,
        daily_loss_halt_ratio=0.08,
        drawdown_reduce_ratio=0.20,
        drawdown_halt_ratio=0.30,
    ),
})  # fmt: skip
