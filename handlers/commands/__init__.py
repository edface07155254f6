"""The commands: one file each, listed here in the order of /help and of Telegram's menu."""

from types import ModuleType

from handlers.commands import (
    approve,
    ask,
    balance,
    budget,
    chart,
    health,
    help,  # noqa: A004 - a file is named as its command
    market,
    mode,
    models,
    orders,
    panic,
    params,
    pause,
    positions,
    reconcile,
    reload,
    resume,
    risk,
    set,  # noqa: A004
    signals,
    start,
    status,
    trades,
    undo,
    vetoes,
    votes,
    why,
    why_not,
)
from handlers.contract import Button, Command

MODULES: tuple[ModuleType, ...] = (
    status,
    positions,
    orders,
    trades,
    balance,
    reconcile,
    risk,
    market,
    signals,
    why,
    why_not,
    votes,
    models,
    ask,
    budget,
    chart,
    help,
    start,
    approve,
    vetoes,
    panic,
    pause,
    resume,
    params,
    set,
    undo,
    reload,
    health,
    mode,
)
COMMANDS: tuple[Command, ...] = tuple(module.COMMAND for module in MODULES)
BUTTONS: tuple[Button, ...] = tuple(button for module in MODULES for button in module.BUTTONS)
