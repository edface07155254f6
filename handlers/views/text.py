"""Words and figures for a phone: values -> text. Exact decimals, half-even, never an estimate.

`escape` is the only way text of others gets into HTML. A phone shows about 35 characters a line.
"""

import html
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal

from engine.core.money import round_to_step

TEXT_LIMIT = 4096  # UTF-16 units after parsing
CAPTION_LIMIT = 1024
WIDTH = 34  # columns of a table
CENT = Decimal("0.01")
NO_VALUE = "-"

_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)  # 28 digits and cents would overflow the default
_TAG = re.compile(r"</?[a-z][^<>]*>")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})  # control, bidi, zero width
_BREAKS = "\n\r\t\v\f\u2028\u2029"
_JOINER = "\u200d"  # inside emoji families; harmless


def visible(text: str) -> str:
    """`text` on one line, without control, bidi and zero-width characters."""
    return "".join(
        " " if each in _BREAKS else each
        for each in text
        if each in _BREAKS or each == _JOINER or unicodedata.category(each) not in _INVISIBLE
    )


def clean(text: str, limit: int = 120) -> str:
    """`visible(text)` with single spaces, at most `limit` characters."""
    source = text[: 8 * limit]  # a megabyte of somebody's name costs no more than a line
    words = " ".join(visible(source).split())
    if len(words) <= limit and len(source) == len(text):
        return words
    return words[: limit - 1] + "…"


def escape(text: str, limit: int = 120) -> str:
    """`clean(text)` as HTML that shows exactly its characters."""
    return html.escape(clean(text, limit), quote=False)


def utf16_len(text: str) -> int:
    """The length of plain text as Telegram counts it: in UTF-16 units."""
    return len(text) + sum(each > "\uffff" for each in text)


def shown_len(markup: str) -> int:
    """The length of HTML after parsing, in UTF-16 units."""
    return utf16_len(plain_text(markup))


def plain_text(markup: str) -> str:
    """The words of HTML of ours, without tags and references."""
    return html.unescape(_TAG.sub("", markup))


def pages(lines: Iterable[str], limit: int = TEXT_LIMIT) -> tuple[str, ...]:
    """HTML lines packed into texts of at most `limit` units after parsing; a line is never cut.

    Every line must be well-formed by itself and shorter than `limit`.
    """
    packed: list[list[str]] = []
    used = 0
    for line in lines:
        length = shown_len(line) + 1
        if not packed or used + length > limit + 1:
            packed.append([])
            used = 0
        packed[-1].append(line)
        used += length
    return tuple("\n".join(page) for page in packed)


def table(lines: Sequence[str]) -> str:
    """Plain lines in a block of fixed width; each is escaped here, its spaces are kept."""
    shown = (html.escape(visible(line), quote=False) for line in lines)
    return "<pre>" + "\n".join(shown) + "</pre>"


def card(lines: Sequence[str]) -> str:
    """HTML lines as one message; where they are too many the last line says so."""
    if len(pages(lines)) <= 1:
        return "\n".join(lines)
    rest = "… and more that does not fit here."
    return f"{pages(lines, TEXT_LIMIT - utf16_len(rest) - 1)[0]}\n{rest}"


def pair(label: str, value: str) -> str:
    """A label on the left and a value on the right of one plain table line."""
    return f"{label} {value:>{max(1, WIDTH - len(label) - 1)}}"


def money(value: Decimal) -> str:
    """An amount of quote currency to the cent: "4,210.00"."""
    cents = value.quantize(CENT, context=_WIDE)
    return f"{cents if cents else abs(cents):,f}"


def signed_money(value: Decimal) -> str:
    """A gain or loss to the cent, with its sign: "+12.30", "-0.05", "0.00"."""
    cents = value.quantize(CENT, context=_WIDE)
    return f"{cents:+,f}" if cents else "0.00"


def quantity(value: Decimal) -> str:
    """A quantity in full, without trailing zeros: "0.0124"."""
    return _trimmed(f"{value:,f}")


def price(value: Decimal | float) -> str:
    """A price with at most 8 significant digits, without trailing zeros: "64,210.5"."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return NO_VALUE
        value = Decimal(repr(float(value)))  # numpy's repr is no number
    digits = Context(prec=8, rounding=ROUND_HALF_EVEN)
    return _trimmed(f"{digits.plus(value):,f}")


def stepped(value: Decimal | float, step: Decimal) -> str:
    """A price on the instrument's step, with the step's decimals; `price` where it has none."""
    if not step > 0 or not math.isfinite(value):
        return price(value)
    exact = round_to_step(value, step)
    exponent = step.normalize().as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    return f"{exact:,.{decimals}f}"


def percent(ratio: float, *, signed: bool = False) -> str:
    """A share of one as percent with two decimals: 0.0123 is "1.23%"."""
    if not math.isfinite(ratio):
        return NO_VALUE
    exact = (Decimal(repr(ratio)) * 100).quantize(CENT, context=_WIDE)
    sign = "+" if signed and exact else ""
    return f"{exact if exact else abs(exact):{sign},f}%"


def multiple(result_r: float) -> str:
    """A result in R, multiples of what was risked: "+0.42 R"."""
    if not math.isfinite(result_r):
        return f"{NO_VALUE} R"
    exact = Decimal(repr(result_r)).quantize(CENT, context=_WIDE)
    return f"{exact:+,f} R" if exact else "0.00 R"


def duration(seconds: float) -> str:
    """A length of time in its two largest units, rounded down: "2 h 5 min"."""
    if not math.isfinite(seconds):
        return NO_VALUE
    rest = int(max(0.0, seconds))
    words: list[str] = []
    for unit, size_s in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, size_s)
        if count:
            words.append(f"{count} {unit}")
        elif words:
            break
    return " ".join(words[:2]) or "0 s"


def moment(at: datetime | None) -> str:
    """A moment to the second: "2026-11-21 08:01:22 UTC"."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "no time yet"


def clock(at: datetime) -> str:
    """The time of day: "08:01:22 UTC"."""
    return f"{at:%H:%M:%S} UTC"


def short_symbol(symbol: str) -> str:
    """What a person calls the symbol: "BTC/USDT:USDT" is "BTC". Plain text, not escaped."""
    return clean(symbol.partition("/")[0], 10)


def quote_of(symbol: str) -> str:
    """The quote currency of "BTC/USDT:USDT": "USDT"; empty when the symbol names none."""
    return clean(symbol.partition("/")[2].partition(":")[0], 10)


def count_of(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 trade", "3 trades"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
