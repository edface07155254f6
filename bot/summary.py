"""What a recorded market came to, in a few lines for the terminal."""

from bot.engine_room import EngineRoom


async def summary_text(room: EngineRoom, took_s: float) -> str:
    """The result of a run that reached the end of its market."""
    status = await room.reports.status()
    page = await room.reports.trades(limit=1)
    losses = page.total - page.wins
    change = status.equity_quote - status.start_cash_quote - status.moved_quote
    at = "no prices" if status.market_at is None else f"{status.market_at:%Y-%m-%d %H:%M} UTC"
    return "\n".join(
        (
            f"The market ended at {at} after {took_s:.0f} s.",
            f"  trades    {page.total} ({page.wins} won, {losses} lost)",
            f"  net       {page.net_pnl_quote:+,.2f} {status.quote}",
            f"  equity    {status.equity_quote:,.2f} {status.quote} ({change:+,.2f})",
            f"  drawdown  {status.drawdown_ratio:.2%} now",
            f"  open      {len(status.open_positions)} positions",
            f"  state     {status.trading.value}" + (f", {status.why}" if status.why else ""),
        )
    )
