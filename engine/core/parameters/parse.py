"""What a person types for a parameter -> its value, and back. Strict: says no rather than guesses.

Python's own parsers take `1_000`, `1e5`, `nan` and the digits of every script; this one does not.
"""

import difflib
import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from engine.core.errors import UserError
from engine.core.parameters.declaration import Declaration

_NUMBER = re.compile(r"(-?[0-9]{1,12}(?:\.[0-9]{1,8})?) ?([a-z%]{0,8})", re.ASCII)
_FLAGS = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}
_TEXT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.,:/+-]{0,239}")
_SHOWN_CHARACTERS = 24
_MAX_DECIMALS = 10  # of a value; finer than any bound, and short enough to be typed again
_DURATIONS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}

# unit of a declaration -> what may follow the number, and what the number is then worth
_FACTORS: dict[str, dict[str, Decimal]] = {
    "ratio": {"": Decimal(1), "%": Decimal("0.01"), "bps": Decimal("0.0001")},
    "bps": {"": Decimal(1), "bps": Decimal(1), "%": Decimal(100)},
    "s": {
        "": Decimal(1),
        **{
            word: Decimal(seconds)
            for letter, seconds in _DURATIONS.items()
            for word in {"s": ("s", "sec"), "m": ("m", "min"), "h": ("h",), "d": ("d",)}[letter]
        },
    },
    "bars": {"": Decimal(1), "bar": Decimal(1), "bars": Decimal(1)},
    "r": {"": Decimal(1), "r": Decimal(1)},
    "atr": {"": Decimal(1), "atr": Decimal(1)},
    "usd": {"": Decimal(1), "usd": Decimal(1)},
}
_PLAIN = {"": Decimal(1)}
_HINTS = {
    "ratio": "Write a share as 0.8% or 80 bps.",
    "bps": "Write basis points as 25 or 25 bps; 100 bps are 1%.",
    "s": "Write a time as 90s, 30m, 2h or 1d.",
    "flag": "Write on or off.",
    "bars": "Write a number of bars, such as 96.",
    "r": "Write multiples of the initial risk, such as 1.5.",
    "atr": "Write multiples of the average true range, such as 2.",
    "usd": "Write US dollars, such as 2.50.",
}


def parse_value(declaration: Declaration, text: str) -> bool | int | float | str:
    """The value that `text` means for the parameter, within its bounds.

    Raises UserError, whose sentence says what was understood, the bounds, and how to write it.
    A bare number for a share is refused where it could be meant as percent as well.
    """
    words = " ".join(text.split(" ")).strip(" ").lower()
    if declaration.kind is bool:
        return _flag(declaration, words)
    if declaration.kind is str:
        return _plain_text(declaration, text.strip(" "))
    match = _NUMBER.fullmatch(words)
    factors = _FACTORS.get(declaration.unit, _PLAIN)
    if match is None or match[2] not in factors:
        raise _not_understood(declaration, text)
    number, unit = Decimal(match[1]), match[2]
    value = number * factors[unit] + 0  # plus 0: "-0" is zero
    if declaration.unit == "ratio" and not unit:
        _refuse_if_percent_is_possible(declaration, number)
    return _bounded(declaration, value)


def format_value(declaration: Declaration, value: bool | float | str) -> str:
    """`value` as a person reads it, exact and with its unit; `parse_value` takes it back."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value
    show = _SHOW.get(declaration.unit, _plain)
    return show(Decimal(repr(value)))


def bounds_text(declaration: Declaration) -> str:
    """The bounds as a person reads them: "0.05% to 5%"; empty where there are none."""
    if declaration.kind is bool:
        return "on or off"
    low, high = declaration.low, declaration.high
    if low is not None and high is not None:
        return f"{format_value(declaration, low)} to {format_value(declaration, high)}"
    if low is not None:
        return f"at least {format_value(declaration, low)}"
    return f"at most {format_value(declaration, high)}" if high is not None else ""


def closest(name: str, names: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The `count` entries of `names` that look most like `name`, the best first."""
    wanted = name[:64].lower()
    known = {each.lower(): each for each in names}
    inside = sorted(each for each in known if wanted and wanted in each)
    alike = difflib.get_close_matches(wanted, list(known), n=count, cutoff=0.4)
    return tuple(known[each] for each in dict.fromkeys((*inside, *alike)))[:count]


def resolve(name: str, names: Iterable[str]) -> str:
    """The one entry of `names` that `name` is, or is the beginning of up to a `_`.

    Raises UserError with the closest names.
    """
    known = tuple(names)
    wanted = name.lower()
    if wanted in known:
        return wanted
    begun = [each for each in known if each.startswith(f"{wanted}_")]
    if len(begun) == 1:
        return begun[0]
    near = tuple(begun[:3]) or closest(name, known)
    hint = f"Did you mean {', '.join(near)}?" if near else "/params lists them all."
    raise UserError(f"There is no parameter {quoted(name)}.", hint=hint)


def quoted(text: str) -> str:
    """What a person typed, short and harmless, for a sentence that quotes it."""
    shown = "".join(each if each.isprintable() else "?" for each in text[:_SHOWN_CHARACTERS])
    return f'"{shown}…"' if len(text) > _SHOWN_CHARACTERS else f'"{shown}"'


def _flag(declaration: Declaration, words: str) -> bool:
    if words not in _FLAGS:
        raise _not_understood(declaration, words)
    return _FLAGS[words]


def _plain_text(declaration: Declaration, text: str) -> str:
    if _TEXT.fullmatch(text) is None:
        raise _not_understood(declaration, text)
    return text


def _refuse_if_percent_is_possible(declaration: Declaration, number: Decimal) -> None:
    as_percent = number / 100
    if number == 0 or not _within(declaration, as_percent):
        return
    percent = f"{_plain(number)}%"
    if not _within(declaration, number):
        raise UserError(
            f"{declaration.name}: {_plain(number)} is {_percent(number)}, outside "
            f"{bounds_text(declaration)}.",
            hint=f"Did you mean {percent}?",
        )
    raise UserError(
        f"{declaration.name}: {_plain(number)} can mean {percent} or {_percent(number)}.",
        hint="Write it with the % sign.",
    )


def _bounded(declaration: Declaration, value: Decimal) -> int | float:
    if not _within(declaration, value):
        understood = _SHOW.get(declaration.unit, _plain)(value)
        raise UserError(
            f"{declaration.name}: {understood} is outside {bounds_text(declaration)}.",
            hint=_HINTS.get(declaration.unit, ""),
        )
    if declaration.kind is int:
        if value != value.to_integral_value():
            raise UserError(f"{declaration.name} takes a whole number, not {_plain(value)}.")
        return int(value)
    if value != round(value, _MAX_DECIMALS):
        raise UserError(f"{declaration.name}: that is finer than the desk can keep.")
    return float(value)


def _within(declaration: Declaration, value: Decimal) -> bool:
    low, high = declaration.low, declaration.high
    above = low is None or value >= Decimal(repr(low))
    return above and (high is None or value <= Decimal(repr(high)))


def _not_understood(declaration: Declaration, text: str) -> UserError:
    hint = _HINTS.get(declaration.unit, "Write a plain number, such as 6.")
    if re.fullmatch(r"[0-9]+,[0-9]+", text.strip(), re.ASCII):
        hint = "Write the decimals after a point, not a comma."
    return UserError(f"{declaration.name} cannot be {quoted(text)}.", hint=hint)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(value: Decimal) -> str:
    return f"{_plain(value * 100)}%"


def _duration(value: Decimal) -> str:
    for letter, seconds in _DURATIONS.items():
        if value and value % seconds == 0:
            return f"{_plain(value / seconds)}{letter}"
    return f"{_plain(value)}s"


_SHOW: dict[str, Callable[[Decimal], str]] = {
    "ratio": _percent,
    "s": _duration,
    "bps": lambda value: f"{_plain(value)} bps",
    "bars": lambda value: f"{_plain(value)} bars",
    "r": lambda value: f"{_plain(value)} R",
    "atr": lambda value: f"{_plain(value)} ATR",
    "usd": lambda value: f"{_plain(value)} USD",
}
