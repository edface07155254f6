"""2020 to 2023 of eight perpetuals with funding, as a folder to replay; and how they are traded."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.venues.replay import ReplayFeed

DATA = Path(__file__).parents[4] / "shared" / "data"
BASES = ("BTC", "ETH", "BNB", "SOL", "DOGE", "LINK", "AVAX", "MATIC")
SYMBOLS = tuple(f"{base}/USDT:USDT" for base in BASES)
EIGHT_HOURS_MS = 8 * 3_600_000
STRATEGIES = {
    "donchian_breakout": True,
    "band_reversion": True,
    "trend_pullback": True,
    "volatility_squeeze": True,
}  # on top of the averages, which are on anyway
FILTERS = {"volume_filter": True, "weekly_block": True, "regime_playbook": True}

ALL_ON = Parameters.model_validate(STRATEGIES | FILTERS)
BOLD = Parameters().model_copy(  # so that limits and breakers bite; filters keep silent in a crash
    update={
        **STRATEGIES,
        "pyramid_from_r": 0.5,
        "risk_per_trade_ratio": 0.03,
        "max_position_ratio": 0.6,
        "max_exposure_ratio": 2.0,
        "max_heat_ratio": 0.12,
        "max_net_ratio": 1.5,
        "max_sector_ratio": 1.0,
        "max_beta_ratio": 2.0,
        "max_correlation_ratio": 0.9,
        "losing_streak": 4,
        "drawdown_reduce_ratio": 0.10,
        "drawdown_halt_ratio": 0.15,
    }
)


def eight_perpetuals(folder: Path) -> Path:
    """`folder` with links to the hourly bars and a funding file for each of the eight.

    Real rates where they were recorded (BTC from 2022, ETH in 2023); before, and for all others,
    the mean of bitcoin's three rates of the day at each of the day's settlements.
    """
    mean = pl.read_parquet(DATA / "derivatives" / "BTC_USDT_USDT-1d-funding_mean.parquet")
    by_day = mean.select("timestamp", pl.col("funding_mean").alias("funding_rate"))
    usual = pl.concat(
        [by_day.with_columns(pl.col("timestamp") + part * EIGHT_HOURS_MS) for part in range(3)]
    )
    for base in BASES:
        bars = f"{base}_USDT_USDT-1h.parquet"
        (folder / bars).symlink_to(DATA / bars)
        name = f"{base}_USDT_USDT-8h-funding_rate.parquet"
        known = DATA / "derivatives" / name
        funding = usual
        if known.exists():
            real = pl.read_parquet(known).select(usual.columns)
            before = usual.filter(pl.col("timestamp") < real["timestamp"].min())
            funding = pl.concat([before, real], how="vertical_relaxed")
        funding.sort("timestamp").write_parquet(folder / name)
    return folder


def a_feed(folder: Path, from_at: datetime | None, to_at: datetime) -> ReplayFeed:
    """The eight on hourly bars."""
    return ReplayFeed(
        folder, SYMBOLS, (Timeframe.H1,), warmup_bars=200, from_at=from_at, to_at=to_at
    )


def day(text: str) -> datetime:
    """Midnight of `2020-03-01`, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
