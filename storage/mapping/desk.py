"""The desk's state, its equity points and its receipts as rows, and back."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Row

from engine.core.kinds import TradingState
from engine.core.ports import Receipt
from engine.core.state import CashMove, Cause, DeskState, EquityPoint, SymbolPause
from storage.mapping.codec import decode, encode

_STATE = tuple(field.name for field in fields(DeskState))
_EQUITY = tuple(field.name for field in fields(EquityPoint))


def state_row(state: DeskState) -> dict[str, Any]:
    row = {name: getattr(state, name) for name in _STATE}
    return row | {
        "id": 1,
        "trading": state.trading.value,
        "cause": state.cause.value,
        "paused_symbols": encode(state.paused_symbols),
    }


def state_of(row: Row[Any]) -> DeskState:
    values = {name: getattr(row, name) for name in _STATE}
    values["trading"] = TradingState(row.trading)
    values["cause"] = Cause(row.cause)
    values["paused_symbols"] = decode(tuple[SymbolPause, ...], row.paused_symbols)
    return DeskState(**values)


def equity_row(point: EquityPoint) -> dict[str, Any]:
    return {name: getattr(point, name) for name in _EQUITY}


def equity_of(row: Row[Any]) -> EquityPoint:
    return EquityPoint(**{name: getattr(row, name) for name in _EQUITY})


def move_row(move: CashMove) -> dict[str, Any]:
    return {
        "move_id": move.move_id,
        "flow_quote": move.flow_quote,
        "moved_at": move.moved_at,
        "cause": move.cause.value,
    }


def receipt_row(receipt: Receipt) -> dict[str, Any]:
    return {
        "command_id": receipt.command_id,
        "answer": receipt.answer,
        "done_at": receipt.done_at,
    }


def receipt_of(row: Row[Any]) -> Receipt:
    return Receipt(command_id=row.command_id, answer=row.answer, done_at=row.done_at)
