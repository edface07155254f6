"""A recorded market to its end: a clean stop, a summary, and the same trades the second time."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.scenarios.conftest import Keep
from tests.scenarios.outside import Ledger, Program, desk

pytestmark = [pytest.mark.data, pytest.mark.slow, pytest.mark.timeout(600)]
EXACT = (
    "SELECT trade_id, symbol, side, opened_at, closed_at, qty_base, entry_price, exit_price,"
    " pnl_quote, commission_quote, net_pnl_quote, result_r, confidence_ratio, predicted, actual,"
    " slippage_bps, liquidity, atr_price, spread_bps, volume_24h_quote, exit_reason, regime,"
    " strategy, strategy_version, config_hash, mae_r, mfe_r FROM trades ORDER BY trade_id"
)
SETTINGS = {
    "SYMBOLS": "BTC/USDT:USDT,ETH/USDT:USDT,SOL/USDT:USDT",
    "TIMEFRAMES": "1h",
    "MARKET_SPEED": "0",
    "MARKET_FROM": "2021-05-10",  # the crash of May 2021 is in it
    "MARKET_TO": "2021-06-10",
}


def played(folder: Path, market: Path, keep: Keep) -> Program:
    program = keep(desk(folder, env=SETTINGS | {"MARKET": f"replay:{market}"}))
    assert program.ended(200.0) == 0, program.told()
    return program


def test_a_replay_ends_with_a_summary_and_twice_with_the_same_trades(
    tmp_path: Path, market_data: Path, keep: Keep
) -> None:
    program = played(tmp_path / "one", market_data, keep)
    first = Ledger(tmp_path / "one")
    trades = first.rows(EXACT)
    net = sum((Decimal(row[10]) for row in trades), Decimal())
    assert len(trades) > 20
    assert f"trades    {len(trades):,} (" in program.out
    assert f"net       {net:+,.2f} USDT" in program.out
    assert "The market ended at 2021-06-10 00:00 UTC" in program.out
    assert program.err.count("Traceback") == 0

    played(tmp_path / "two", market_data, keep)
    second = Ledger(tmp_path / "two")
    assert second.rows(EXACT) == trades
    curve = "SELECT at, equity_quote, cash_quote, unrealised_quote FROM equity ORDER BY at"
    assert second.rows(curve) == first.rows(curve)
