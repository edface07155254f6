"""Parameters beyond all bounds, under which a venue takes positions away."""

from engine.core.parameters import Parameters

RECKLESS = Parameters().model_copy(
    update={
        "risk_per_trade_ratio": 1.5,
        "max_position_ratio": 4.0,
        "max_exposure_ratio": 4.5,
        "max_heat_ratio": 9.0,
        "max_leverage": 9.0,
        "min_liquidation_ratio": 0.0,
        "max_net_ratio": 9.0,
        "max_sector_ratio": 9.0,
        "max_beta_ratio": 9.0,
        "max_correlation_ratio": 1.0,
        "daily_loss_reduce_ratio": 0.9,
        "daily_loss_halt_ratio": 0.95,
        "drawdown_reduce_ratio": 0.9,
        "drawdown_halt_ratio": 0.95,
        "adaptive_day_loss": False,
        "stop_atr": 30.0,
        "target_1_r": 0.0,
        "trail_from_r": 0.0,
        "breakeven_from_r": 0.0,
        "time_stop_bars": 0,
        "max_funding_ratio": 0.0004,
    }
)
