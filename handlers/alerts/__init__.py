"""The wording of every event: one file per kind, listed here; a house test finds a gap."""

from types import ModuleType

from handlers.alerts import (
    books_mismatched,
    desk_started,
    desk_stopped,
    feed_recovered,
    feed_stale,
    foreign_order_seen,
    halted,
    order_refused,
    order_resolved,
    order_unknown,
    panic_reported,
    parameters_changed,
    position_increased,
    position_reduced,
    proposal_decided,
    protection_missing,
    protection_placed,
    state_changed,
    stranger_seen,
    task_failed,
    trade_closed,
    trade_opened,
    twin_seen,
)
from handlers.contract import Alert

MODULES: tuple[ModuleType, ...] = (
    protection_placed,
    protection_missing,
    foreign_order_seen,
    books_mismatched,
    desk_started,
    desk_stopped,
    feed_recovered,
    feed_stale,
    halted,
    order_refused,
    order_resolved,
    order_unknown,
    panic_reported,
    parameters_changed,
    position_increased,
    position_reduced,
    proposal_decided,
    state_changed,
    stranger_seen,
    task_failed,
    trade_closed,
    trade_opened,
    twin_seen,
)
ALERTS: tuple[Alert, ...] = tuple(module.ALERT for module in MODULES)
