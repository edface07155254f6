"""What models cost, and until when they know the world: a table, and what the settings add to it.

No reply tells a price, so these are ours to keep. They are the vendors' list prices as of `as_of`,
from memory; MODEL_PRICES says otherwise where they have moved. A model that is not listed counts as
dear as the dearest that is: it may then be asked too seldom, but never dearer than the limits say.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.core.errors import SettingsError
from llm.clients.contract import Tokens

CHARACTERS_PER_TOKEN = 3.5
PER = 1_000_000.0  # tokens that a price is for
_DATED = re.compile(r"-(?:20\d{6}|20\d{2}-\d{2}-\d{2}|latest)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars per million tokens."""

    input_usd: float
    output_usd: float
    cached_usd: float  # read from the provider's cache
    written_usd: float  # written to it
    as_of: str = ""  # empty: from the settings
    is_guess: bool = False  # nobody has told it

    def most_usd(self, characters: int, max_tokens: int) -> float:
        """What a request of so many characters may cost at most."""
        dearest_usd = max(self.input_usd, self.written_usd)
        tokens = math.ceil(characters / CHARACTERS_PER_TOKEN)
        return (tokens * dearest_usd + max_tokens * self.output_usd) / PER

    def cost_usd(self, tokens: Tokens) -> float:
        """What the tokens of one request cost."""
        return (
            tokens.fresh * self.input_usd
            + tokens.cached * self.cached_usd
            + tokens.written * self.written_usd
            + tokens.output * self.output_usd
        ) / PER


FREE = Price(input_usd=0.0, output_usd=0.0, cached_usd=0.0, written_usd=0.0)


def _openai(input_usd: float, cached_usd: float, output_usd: float) -> Price:
    return Price(
        input_usd=input_usd,
        output_usd=output_usd,
        cached_usd=cached_usd,
        written_usd=input_usd,
        as_of="2025-12",
    )


def _anthropic(input_usd: float, output_usd: float) -> Price:
    # a read from the cache is a tenth, a write to it five quarters of the price
    return Price(
        input_usd=input_usd,
        output_usd=output_usd,
        cached_usd=input_usd * 0.1,
        written_usd=input_usd * 1.25,
        as_of="2025-12",
    )


PRICES: Mapping[str, Price] = {
    "openai:gpt-4o": _openai(2.50, 1.25, 10.00),
    "openai:gpt-4o-mini": _openai(0.15, 0.075, 0.60),
    "openai:gpt-4.1": _openai(2.00, 0.50, 8.00),
    "openai:gpt-4.1-mini": _openai(0.40, 0.10, 1.60),
    "openai:gpt-4.1-nano": _openai(0.10, 0.025, 0.40),
    "openai:gpt-5": _openai(1.25, 0.125, 10.00),
    "openai:gpt-5-mini": _openai(0.25, 0.025, 2.00),
    "openai:gpt-5-nano": _openai(0.05, 0.005, 0.40),
    "anthropic:claude-opus-4-5": _anthropic(5.00, 25.00),
    "anthropic:claude-sonnet-4-5": _anthropic(3.00, 15.00),
    "anthropic:claude-haiku-4-5": _anthropic(1.00, 5.00),
}
GUESSED = Price(
    input_usd=max(price.input_usd for price in PRICES.values()),
    output_usd=max(price.output_usd for price in PRICES.values()),
    cached_usd=max(price.input_usd for price in PRICES.values()),
    written_usd=max(price.written_usd for price in PRICES.values()),
    is_guess=True,
)
# The last day that a model may have read of. One that is not here may know all of the past.
CUTOFFS: Mapping[str, date] = {
    "openai:gpt-4o": date(2023, 10, 1),
    "openai:gpt-4o-mini": date(2023, 10, 1),
    "openai:gpt-4.1": date(2024, 6, 1),
    "openai:gpt-4.1-mini": date(2024, 6, 1),
    "openai:gpt-4.1-nano": date(2024, 6, 1),
    "openai:gpt-5": date(2024, 10, 1),
    "openai:gpt-5-mini": date(2024, 6, 1),
    "openai:gpt-5-nano": date(2024, 6, 1),
    "anthropic:claude-opus-4-5": date(2025, 8, 1),
    "anthropic:claude-sonnet-4-5": date(2025, 7, 1),
    "anthropic:claude-haiku-4-5": date(2025, 7, 1),
}


def family(provider: str, model: str) -> str:
    """The row of a model: "openai:gpt-4o-2024-08-06" is "openai:gpt-4o"."""
    return f"{provider}:{_DATED.sub('', model)}"


def is_contaminated(provider: str, model: str, day: date) -> bool:
    """Whether the model may have read what followed `day`: true where its cut-off is not known."""
    cutoff = CUTOFFS.get(family(provider, model))
    return cutoff is None or day <= cutoff


def parse_prices(text: str) -> dict[str, Price]:
    """The prices of "oak=1.25/10, gpt-9=2/8/0.2": input/output[/cached] by voter or model.

    Raises SettingsError with one sentence.
    """
    found = {}
    for row in (part.strip() for part in text.split(",")):
        if not row:
            continue
        name, equals, words = row.partition("=")
        numbers = [_dollars(word) for word in words.split("/")]
        if not equals or not name.strip() or not 2 <= len(numbers) <= 3 or None in numbers:
            raise SettingsError(
                f"MODEL_PRICES has {row!r}.",
                hint="Write name=input/output, in dollars per million tokens: oak=1.25/10.",
            )
        input_usd, output_usd, *rest = (number for number in numbers if number is not None)
        found[name.strip()] = Price(
            input_usd=input_usd,
            output_usd=output_usd,
            cached_usd=rest[0] if rest else input_usd,
            written_usd=input_usd * 1.25,  # the dearer of the vendors' ways
        )
    return found


def _dollars(word: str) -> float | None:
    if not re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,6})?", word.strip(), re.ASCII):
        return None
    return float(word)
