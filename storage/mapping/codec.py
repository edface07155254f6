"""Frozen dataclasses as JSON and back, by their type hints: nothing is written twice.

Decimal and datetime become text, enums their value, tuples lists, NaN and infinity null. Back,
null in a field of type `float` is NaN. A field that the JSON lacks takes its default (an older
row), and one that the class lacks is left out (a newer row).
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def encode(value: Any) -> Any:
    """The JSON form of a core value; raises TypeError for what has none."""
    encoder = _ENCODERS.get(type(value))
    if encoder is not None:
        return encoder(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if is_dataclass(value):
        kind: Any = type(value)
        return {name: encode(getattr(value, name)) for name in _names(kind)}
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _as_it_is(value: Any) -> Any:
    return value


def _float(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _decimal(value: Decimal) -> str:
    return format(value, "f")


def _items(value: Iterable[Any]) -> list[Any]:
    return [encode(item) for item in value]


# by exact type, which is what makes it quick: an event has some thirty values
_ENCODERS: dict[type, Callable[[Any], Any]] = {
    NoneType: _as_it_is,
    bool: _as_it_is,
    int: _as_it_is,
    str: _as_it_is,
    float: _float,
    Decimal: _decimal,
    datetime: datetime.isoformat,
    tuple: _items,
    list: _items,
}


def decode(kind: Any, raw: Any) -> Any:
    """The value of type `kind` whose JSON form is `raw`; raises ValueError or TypeError."""
    origin = get_origin(kind)
    if origin is not None or isinstance(kind, UnionType):
        return _decode_generic(origin, get_args(kind), raw)
    if kind is float:
        return math.nan if raw is None else float(raw)
    if kind is Any or raw is None:
        return raw
    if is_dataclass(kind):
        return _decode_dataclass(kind, raw)
    return datetime.fromisoformat(raw) if kind is datetime else kind(raw)


def _decode_dataclass(kind: Any, raw: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{name: decode(hints[name], raw[name]) for name in hints if name in raw})


def _decode_generic(origin: Any, kinds: tuple[Any, ...], raw: Any) -> Any:
    if origin is Union or origin is UnionType:
        if raw is None and NoneType in kinds:
            return None
        return decode(next(kind for kind in kinds if kind is not NoneType), raw)
    if origin is tuple and kinds[1:] == (Ellipsis,):
        return tuple(decode(kinds[0], item) for item in raw)
    if origin is tuple:
        return tuple(decode(kind, item) for kind, item in zip(kinds, raw, strict=True))
    if issubclass(origin, Mapping):
        return {key: decode(kinds[1], item) for key, item in raw.items()}
    raise TypeError(f"no reading of {origin}")


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {name: hints[name] for name in _names(kind)}
