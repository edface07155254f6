"""Codes of a "no": one row each, read by log, chat, metrics and docs."""

from enum import StrEnum


class Reason(StrEnum):
    """Why an entry was denied by us, or an order refused by the venue."""

    # our rules
    NOT_ACTIVE = "not_active"
    PAUSED_SYMBOL = "paused_symbol"
    NOT_TRADED = "not_traded"
    STALE_FEED = "stale_feed"
    LATE_BAR = "late_bar"
    UNKNOWN_ORDER = "unknown_order"
    POSITION_OPEN = "position_open"
    NOT_SHORTABLE = "not_shortable"
    MAX_POSITIONS = "max_positions"
    EXPOSURE = "exposure"
    HEAT = "heat"
    DAILY_LOSS = "daily_loss"
    DRAWDOWN = "drawdown"
    TRADES_PER_HOUR = "trades_per_hour"
    COOL_DOWN = "cool_down"
    SPREAD = "spread"
    BLOCKED_SYMBOL = "blocked_symbol"
    QUIET_HOURS = "quiet_hours"
    NEWS_WINDOW = "news_window"
    LIQUIDITY = "liquidity"
    FUNDING_COST = "funding_cost"
    MIN_EQUITY = "min_equity"
    POSITION_VALUE = "position_value"
    CAPITAL = "capital"
    NET_EXPOSURE = "net_exposure"
    LEVERAGE = "leverage"
    LIQUIDATION = "liquidation"
    SECTOR = "sector"
    CORRELATION = "correlation"
    BETA = "beta"
    TOO_SMALL = "too_small"
    NO_STOP = "no_stop"
    NO_EDGE = "no_edge"
    NO_QUORUM = "no_quorum"
    VOTED_DOWN = "voted_down"
    EXPECTED_VALUE = "expected_value"
    VETOED = "vetoed"
    STORAGE = "storage"
    # the venue's
    INSUFFICIENT_FUNDS = "insufficient_funds"
    BAD_PRECISION = "bad_precision"
    MIN_NOTIONAL = "min_notional"
    MIN_QTY = "min_qty"
    UNKNOWN_SYMBOL = "unknown_symbol"
    NO_PRICE = "no_price"
    DUPLICATE = "duplicate"
    REDUCE_ONLY = "reduce_only"
    NOT_FOUND = "not_found"
    AUTH = "auth"
    MAINTENANCE = "maintenance"
    RATE_LIMIT = "rate_limit"
    LOCK_LOST = "lock_lost"  # not sent: another desk may own the account by now
    HELD_BACK = "held_back"  # by our own look at the wire: a bug, or a library that changed
    OTHER = "other"


REASON_TEXTS: dict[Reason, str] = {
    Reason.NOT_ACTIVE: "the desk is not taking entries",
    Reason.PAUSED_SYMBOL: "this symbol is paused",
    Reason.NOT_TRADED: "the venue does not trade this symbol, or will soon stop",
    Reason.STALE_FEED: "prices are stale",
    Reason.LATE_BAR: "the bar is too old to act on",
    Reason.UNKNOWN_ORDER: "an order on this symbol has an unknown outcome",
    Reason.POSITION_OPEN: "a position is already open",
    Reason.NOT_SHORTABLE: "this market cannot be sold short",
    Reason.MAX_POSITIONS: "too many open positions",
    Reason.EXPOSURE: "total exposure would be too high",
    Reason.HEAT: "open risk would be too high",
    Reason.DAILY_LOSS: "the day's loss limit is reached",
    Reason.DRAWDOWN: "the drawdown limit is reached",
    Reason.TRADES_PER_HOUR: "too many trades this hour",
    Reason.COOL_DOWN: "cooling down after a loss",
    Reason.SPREAD: "the spread is too wide",
    Reason.BLOCKED_SYMBOL: "this symbol is not on the list",
    Reason.QUIET_HOURS: "these are quiet hours",
    Reason.NEWS_WINDOW: "news is expected",
    Reason.LIQUIDITY: "too little is traded here",
    Reason.FUNDING_COST: "funding would cost too much",
    Reason.MIN_EQUITY: "equity is under its minimum",
    Reason.POSITION_VALUE: "the position would be worth too much",
    Reason.CAPITAL: "too little capital for one more position",
    Reason.NET_EXPOSURE: "the desk would lean too far to one side",
    Reason.LEVERAGE: "leverage would be too high",
    Reason.LIQUIDATION: "liquidation would come too close",
    Reason.SECTOR: "too much in one sector",
    Reason.CORRELATION: "too much like an open position",
    Reason.BETA: "too much would move with bitcoin",
    Reason.TOO_SMALL: "the size is under the venue's minimum",
    Reason.NO_STOP: "no valid stop",
    Reason.NO_EDGE: "the trades so far show no edge",
    Reason.NO_QUORUM: "not enough votes",
    Reason.VOTED_DOWN: "the voters said no",
    Reason.EXPECTED_VALUE: "the forecast does not pay for its costs",
    Reason.VETOED: "vetoed",
    Reason.STORAGE: "the database did not take the order's record",
    Reason.INSUFFICIENT_FUNDS: "not enough funds",
    Reason.BAD_PRECISION: "price or quantity off the venue's steps",
    Reason.MIN_NOTIONAL: "under the venue's minimum notional",
    Reason.MIN_QTY: "under the venue's minimum quantity",
    Reason.UNKNOWN_SYMBOL: "unknown symbol",
    Reason.NO_PRICE: "no price yet",
    Reason.DUPLICATE: "the venue already has an order of this id",
    Reason.REDUCE_ONLY: "a reduce-only order that would not reduce",
    Reason.NOT_FOUND: "the venue does not know the order",
    Reason.AUTH: "the venue refused the key",
    Reason.MAINTENANCE: "the venue is in maintenance",
    Reason.RATE_LIMIT: "the venue's rate limit",
    Reason.LOCK_LOST: "the lock on the database is not proved to be ours",
    Reason.HELD_BACK: "our own guard did not let it leave",
    Reason.OTHER: "refused",
}
