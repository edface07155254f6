"""How a parameter is declared, and how a declaration is read back."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field, JsonValue
from pydantic.fields import FieldInfo

RiskDirection = Literal["up", "down", "none"]


@dataclass(frozen=True, slots=True)
class Declaration:
    """One parameter: what it is, its bounds, and what a change of it means."""

    name: str
    kind: type  # bool, int, float or str
    default: bool | int | float | str
    unit: str  # ratio, bps, s, bars, quote, r, atr, usd, count, flag, text
    group: str
    low: float | None
    high: float | None
    hot: bool  # takes effect at once; else at the next start
    riskier: RiskDirection  # the direction in which a change raises risk
    tune: bool  # may be searched by tuning
    why: str


def param(
    default: bool | float | str,
    *,
    unit: str,
    group: str,
    why: str,
    hot: bool = True,
    riskier: RiskDirection = "none",
    tune: bool = False,
    **bounds: Any,
) -> Any:
    """A pydantic field that carries its declaration; `bounds` are ge and le."""
    extra: dict[str, JsonValue] = {
        "unit": unit,
        "group": group,
        "hot": hot,
        "riskier": riskier,
        "tune": tune,
    }
    return Field(default, description=why, json_schema_extra=extra, **bounds)


def declarations(model: type[BaseModel]) -> dict[str, Declaration]:
    """Every parameter of `model` by name, in the order of declaration."""
    return {name: _read(name, field) for name, field in model.model_fields.items()}


def _read(name: str, field: FieldInfo) -> Declaration:
    extra = field.json_schema_extra
    if not isinstance(extra, dict) or not isinstance(field.annotation, type):
        raise TypeError(f"{name} is not declared with param()")
    return Declaration(
        name=name,
        kind=field.annotation,
        default=field.default,
        unit=str(extra["unit"]),
        group=str(extra["group"]),
        low=_bound(field, "ge"),
        high=_bound(field, "le"),
        hot=bool(extra["hot"]),
        riskier=_direction(extra["riskier"]),
        tune=bool(extra["tune"]),
        why=field.description or "",
    )


def _bound(field: FieldInfo, word: str) -> float | None:
    values = [getattr(rule, word) for rule in field.metadata if hasattr(rule, word)]
    return float(values[0]) if values else None


def _direction(word: object) -> RiskDirection:
    return "up" if word == "up" else "down" if word == "down" else "none"
