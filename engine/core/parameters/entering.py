"""The parameters of how an entry is sent."""

from engine.core.parameters.declaration import param
from engine.core.parameters.groups import Group

ENTRY_ORDERS = ("market", "limit")


class EntryParameters(Group):
    """At market, or as a limit order with a life."""

    entry_order: str = param(
        "market", unit="text", group="entries",
        why="market buys at once; limit waits at a better price and may come to nothing",
    )  # fmt: skip
    entry_offset_ratio: float = param(
        0.001, unit="ratio", group="entries", ge=0, le=0.02,
        why="how much better than the price of the decision a limit entry is",
    )  # fmt: skip
    entry_life_s: float = param(
        120.0, unit="s", group="entries", ge=1, le=86_400,
        why="market time that a limit entry may rest before it is cancelled",
    )  # fmt: skip
    entry_reprices: int = param(
        1, unit="count", group="entries", ge=0, le=10,
        why="how often a limit entry that found nobody is sent anew; 0 gives up at once",
    )  # fmt: skip
    entry_post_only: bool = param(
        True, unit="flag", group="entries",
        why="never take: the venue refuses a limit entry that would trade at once",
    )  # fmt: skip


def entry_order_named(text: str) -> str:
    """How entries are sent; raises ValueError with the known ways."""
    word = text.strip().lower()
    if word not in ENTRY_ORDERS:
        raise ValueError(f'"{text}" is no way to enter: {", ".join(ENTRY_ORDERS)}')
    return word
