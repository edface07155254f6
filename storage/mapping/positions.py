"""Positions and trades as rows, and back."""

from dataclasses import fields
from typing import Any

from sqlalchemy import Row

from engine.core.kinds import Liquidity, PositionSide, Regime, Trail
from engine.core.positions import EntryFacts, Position, Trade

_FACTS = tuple(field.name for field in fields(EntryFacts))
_POSITION = tuple(field.name for field in fields(Position) if field.name != "facts")
_TRADE = tuple(field.name for field in fields(Trade))
# the columns bear the fields' names; these hold words of a closed vocabulary
_KINDS = {
    "side": PositionSide,
    "predicted": PositionSide,
    "actual": PositionSide,
    "liquidity": Liquidity,
    "entry_liquidity": Liquidity,
    "regime": Regime,
    "trail": Trail,
}


def position_row(position: Position) -> dict[str, Any]:
    row = _row(position, _POSITION) | _row(position.facts, _FACTS)
    row["is_open"] = position.is_open
    return row


def position_of(row: Row[Any]) -> Position:
    return Position(**_values(row, _POSITION), facts=EntryFacts(**_values(row, _FACTS)))


def trade_row(trade: Trade) -> dict[str, Any]:
    return _row(trade, _TRADE)


def trade_of(row: Row[Any]) -> Trade:
    return Trade(**_values(row, _TRADE))


def _row(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    row = {name: getattr(value, name) for name in names}
    for name in _KINDS.keys() & row.keys():
        row[name] = row[name].value
    return row


def _values(row: Row[Any], names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    for name in _KINDS.keys() & values.keys():
        values[name] = _KINDS[name](values[name])
    return values
