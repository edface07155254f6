"""The doctor's look at a venue account: key, rights, clock, limits, modes; and the mends."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from bot.live import check_env_file, keys_of
from bot.markets import CCXT_SYMBOLS
from bot.settings import REPLAY_PREFIX, SIMULATED, Settings, Trading
from engine.core.errors import DeskError
from engine.execution.clocks import SystemClock
from engine.services.answers import Gauge


async def account_gauges(settings: Settings) -> list[Gauge]:
    """One gauge a finding; a single one where there is no account to look at."""
    has_venue = settings.market != SIMULATED and not settings.market.startswith(REPLAY_PREFIX)
    keys = keys_of(settings)
    if not has_venue or not (keys.key or keys.secret):
        return [Gauge(name="Account", value="no keys; paper needs none", good=True)]
    try:
        if settings.trading is Trading.LIVE:
            check_env_file()
        return [gauge async for gauge in _looked_at(settings)]
    except DeskError as error:
        return [Gauge(name="Account", value=error.chat_text, good=False, hint=error.hint)]


async def _looked_at(settings: Settings) -> AsyncIterator[Gauge]:
    from engine.venues.ccxt_checks import findings
    from engine.venues.ccxt_modes import modes_of
    from engine.venues.ccxt_setup import listed, unopened

    symbols = settings.symbol_list or CCXT_SYMBOLS
    async with AsyncExitStack() as stack:
        wall = SystemClock(lambda _: None)
        stack.push_async_callback(wall.close)
        account = unopened(
            settings.market, symbols, keys_of(settings), wall, api_base=settings.exchange_api_base
        )
        stack.push_async_callback(account.close)
        await account.open()
        is_open = True
        async for found in findings(account):
            is_open = is_open and (found.good or found.name not in {"Venue", "Key"})
            yield Gauge(name=found.name, value=found.value, good=found.good, hint=found.hint)
        if not is_open:
            return
        await listed(account, symbols)
        if not account.row.is_swap:
            return
        for symbol, modes in (await modes_of(account, symbols)).items():
            yield Gauge(
                name=symbol.partition("/")[0],
                value=f"{'hedge' if modes.is_hedged else 'one-way'} mode,"
                f" {modes.margin or 'isolated'} margin, {modes.leverage or '?'} times leverage;"
                " a live start sets one-way and isolated",
                good=True,
            )
