"""What the desk holds: by side, symbol and sector."""

from engine.services.risk_answers import Exposure, ExposureRow, Gap
from handlers.views.risk import sector_lines
from handlers.views.text import (
    escape,
    moment,
    money,
    pair,
    percent,
    short_symbol,
    signed_money,
    table,
)

SHOWN_SYMBOLS = 20


def exposure_text(found: Exposure, badge: str) -> str:
    """Long, short and both over equity, then the symbols, the largest first."""
    head = f"<b>Exposure in {escape(found.quote, 10)}</b> · {escape(badge)}"
    if not found.rows:
        return "\n".join(
            [
                head,
                "The desk holds nothing now.",
                f"Allowed: {percent(found.gross.limit)} of equity.",
                f"As of {moment(found.market_at)}",
            ]
        )
    sums = [
        pair("Long", money(found.long_quote)),
        pair("Short", money(found.short_quote)),
        pair("Equity", money(found.equity_quote)),
        _gap("Both, of equity", found.gross),
        _gap("Net, of equity", found.net),
        pair("Leverage", f"{found.leverage.used:.2f} of {found.leverage.limit:g}"),
    ]
    rows = [line for row in found.rows[:SHOWN_SYMBOLS] for line in _symbol(row)]
    if len(found.rows) > SHOWN_SYMBOLS:
        rows.append(f"and {len(found.rows) - SHOWN_SYMBOLS} more")
    return "\n".join(
        [
            head,
            table(sums),
            table([*rows, *sector_lines(found.sectors)]),
            f"One sector may hold {percent(found.sector_limit_ratio)} of equity.",
            f"As of {moment(found.market_at)}",
        ]
    )


def _gap(name: str, gap: Gap) -> str:
    mark = "" if gap.used < gap.limit else " !"
    return pair(f"{name}{mark}", f"{percent(gap.used)} of {percent(gap.limit)}")


def _symbol(row: ExposureRow) -> list[str]:
    lines = [pair(short_symbol(row.symbol), signed_money(row.net_quote))]
    if row.on_the_way_quote:
        lines.append(pair("  of it on the way", signed_money(row.on_the_way_quote)))
    return lines
