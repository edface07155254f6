"""Column types that keep a value exactly as the desk knows it, on SQLite and PostgreSQL alike."""

import json
import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Dialect, Double, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

from engine.core.clockwork import require_utc


class MoneyText(TypeDecorator[Decimal]):
    """Decimal as text, to the last digit. SQLite's REAL would cut it after 15 of them.

    Raises TypeError for a float and ValueError for NaN or infinity: both mean that a number has
    come past the gate in engine/core/money.py. Sums and comparisons are made in Python.
    """

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"money must be a Decimal, got {type(value).__name__}")
        if not value.is_finite():
            raise ValueError(f"money must be finite, got {value}")
        return format(value, "f")

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment: TIMESTAMPTZ on PostgreSQL, text of one fixed width on SQLite.

    The fixed width, microseconds always written, makes the text sort as the moments do. Raises
    ValueError for a naive moment or one of another zone.
    """

    impl = Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(Text())

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        at = require_utc(value)
        return at if dialect.name == "postgresql" else at.isoformat(timespec="microseconds")

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(
            UTC
        )


class JsonText(TypeDecorator[Any]):
    """A JSON value as text. Raises ValueError for NaN: the codec has to say what it means."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        # escaped: half a surrogate pair from a chat is no UTF-8, and PostgreSQL takes no NUL
        return json.dumps(value, allow_nan=False, separators=(",", ":"))

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def clean_text(text: str) -> str:
    """`text` without what a database refuses: NUL, and halves of surrogate pairs ("?")."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class FreeText(TypeDecorator[str]):
    """Words that came from a person, a venue or an exception: any of them can be stored."""

    impl = String
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else clean_text(value)


class RealOrNan(TypeDecorator[float]):
    """A float whose NaN is stored as NULL: SQLite cannot hold NaN, PostgreSQL can."""

    impl = Double
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> float | None:
        return None if value is None or math.isnan(value) else float(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> float:
        return math.nan if value is None else float(value)
