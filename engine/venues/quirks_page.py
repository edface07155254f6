"""The page that tells what live trading does at each venue, made from the rows of `quirks.py`."""

from collections.abc import Iterable, Sequence

from engine.venues.ccxt_rights import RIGHTS
from engine.venues.ccxt_row import Forced, LiveRow
from engine.venues.quirks import LIVE

_HEAD = """# Venues

Generated from `engine/venues/quirks.py` by `make docs`; do not edit.

What a live desk does at each venue. Binance is proved on a loopback exchange that misbehaves;
the others by the requests that unmodified ccxt sends and by answers written after the venues'
documents. No real venue was reached: begin with little money.
"""
_NOTES = """
- **Market order**: "IOC limit 1 %" means that the venue has no market order in base units, so a
  limit that takes stands in, at most so far from the price that was seen.
- **Stop at the venue**: it rests there and outlives the desk. A stop-limit may stay unfilled in a
  gap; the desk guards beside it.
- **Found again by**: how an order is looked up by our own id after a lost answer.
- **Fence**: how long after its signing a request could still be booked. Only after it is "no such
  order" believed.
- **Key**: "told" means that a live desk refuses a key that can withdraw. Kraken's answer
  was never seen: there only a right that is named is believed, the rest is a warning.
- Perpetuals are set to one-way mode, isolated margin and the leverage of the parameter
  `max_leverage`, rounded up, and read back. Spot and perpetuals are not mixed in one desk.
- Fees in a third coin (BNB) are not in the books: turn that off at the venue.
"""


def venues_markdown() -> str:
    """The text of docs/venues.md."""
    heads = ("Venue", "MARKET", "Market order", "Post-only", "Reduce-only", "Stop at the venue")
    rows = [
        (row.name, f"`{row.venue_id}`", _market(row), "yes", _reduce(row), _stop(row))
        for row in LIVE
    ]
    finds = (
        "Venue",
        "Our id goes out as",
        "Found again by",
        "Fence",
        "Liquidations",
        "Key's rights",
    )
    found = [
        (row.name, _id(row), str(row.find), _fence(row), _forced(row), _rights(row)) for row in LIVE
    ]
    orders, ids = _table(heads, rows), _table(finds, found)
    return f"{_HEAD}\n## Orders\n\n{orders}\n\n## Ids, absence, keys\n\n{ids}\n{_NOTES}"


def _market(row: LiveRow) -> str:
    ratio = row.market_limit_ratio
    return f"IOC limit {ratio * 100:.0f} %" if ratio else "yes"


def _reduce(row: LiveRow) -> str:
    return "yes" if row.is_swap else "spot cannot go below zero"


def _stop(row: LiveRow) -> str:
    ratio = row.stop_limit_ratio
    if ratio:
        return f"stop-limit, {ratio * 100:.0f} % beyond"
    where = ", listed apart" if row.stop_find_params is not None else ""
    return f"at the market{where}"


def _id(row: LiveRow) -> str:
    spelling = row.spelling
    stops = f", stops `{spelling.stop_cid_key}`" if spelling.stop_cid_key else ""
    return f"`{spelling.cid_key}`{stops}"


def _fence(row: LiveRow) -> str:
    if row.recv_window_s:
        return f"recvWindow {row.recv_window_s:.0f} s"
    if row.deadline_param:
        return f"`{row.deadline_param}`, {row.fence_s:.0f} s"
    return f"{row.fence_s:.0f} s of silence"


def _forced(row: LiveRow) -> str:
    return "spot has none" if row.forced is Forced.NOWHERE else str(row.forced)


def _rights(row: LiveRow) -> str:
    return f"told by `{RIGHTS[row.venue_id].method}`"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
