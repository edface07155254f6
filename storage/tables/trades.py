"""Closed positions with their results: what statistics and learning read."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Double, Index
from sqlmodel import Field

from storage.columns import MoneyText, RealOrNan, UtcDateTime
from storage.tables.base import TableRow, table_of


class TradeRow(TableRow, table=True):
    __tablename__ = "trades"
    __table_args__ = (Index(None, "closed_at", "trade_id"),)  # the order in which pages are read
    trade_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    symbol: str = Field(index=True)
    side: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime = Field(sa_type=UtcDateTime)
    qty_base: Decimal = Field(sa_type=MoneyText)
    entry_price: Decimal = Field(sa_type=MoneyText)
    exit_price: Decimal = Field(sa_type=MoneyText)
    pnl_quote: Decimal = Field(sa_type=MoneyText)
    pnl_ratio: float | None = Field(sa_type=RealOrNan)
    commission_quote: Decimal = Field(sa_type=MoneyText)
    funding_quote: Decimal = Field(sa_type=MoneyText)
    net_pnl_quote: Decimal = Field(sa_type=MoneyText)
    result_r: float | None = Field(sa_type=RealOrNan)
    confidence_ratio: float | None = Field(sa_type=RealOrNan)
    predicted: str
    actual: str
    slippage_bps: float | None = Field(sa_type=RealOrNan)
    order_latency_ms: float | None = Field(default=None, sa_type=Double)
    liquidity: str
    atr_price: float | None = Field(sa_type=RealOrNan)
    spread_bps: float | None = Field(sa_type=RealOrNan)
    volume_24h_quote: float | None = Field(sa_type=RealOrNan)
    exit_reason: int
    regime: str
    strategy: str
    strategy_version: str
    config_hash: str
    proposal_key: str
    mae_r: float | None = Field(sa_type=RealOrNan)
    mfe_r: float | None = Field(sa_type=RealOrNan)


TRADES = table_of(TradeRow)
