"""The closed vocabularies of the desk. Text enums, so that a database row reads as it speaks."""

from enum import StrEnum


class Side(StrEnum):
    """The side of an order."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """+1 for BUY, -1 for SELL."""
        return 1 if self is Side.BUY else -1


class PositionSide(StrEnum):
    """The side of a position; never mixed with the side of an order."""

    LONG = "long"
    SHORT = "short"

    @property
    def sign(self) -> int:
        """+1 for LONG, -1 for SHORT."""
        return 1 if self is PositionSide.LONG else -1

    @property
    def entry_side(self) -> Side:
        return Side.BUY if self is PositionSide.LONG else Side.SELL

    @property
    def exit_side(self) -> Side:
        return Side.SELL if self is PositionSide.LONG else Side.BUY


class OrderKind(StrEnum):
    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"  # a market order from the moment its trigger is traded against us
    TAKE_PROFIT = "take_profit"  # the same, triggered in our favour


class OrderState(StrEnum):
    """Where an order is in its life; `engine/core/orders.py` says which change is allowed."""

    INTENT = "intent"  # journalled, nothing left the process
    SENT = "sent"  # on its way; a crash from here on means "ask the venue"
    UNKNOWN = "unknown"  # nobody knows; the symbol is frozen for entries
    ACCEPTED = "accepted"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUSED = "refused"  # the venue said no
    NEVER_ARRIVED = "never_arrived"  # proved: the venue never saw it


class Purpose(StrEnum):
    """Why an order exists; part of its client_order_id, so each has its own letter."""

    ENTRY = "entry"
    STOP = "stop"  # the guarding stop, wherever breakeven or trailing has moved it
    TARGET_1 = "target_1"
    TARGET_2 = "target_2"
    TARGET_3 = "target_3"
    TIME = "time"
    SIGNAL = "signal"
    MANUAL = "manual"
    PANIC = "panic"
    ADD = "add"  # more of a position that wins
    PROTECT = "protect"  # the stop that rests at the venue and outlives the process
    LIQUIDATION = "liquidation"  # the venue's own closing of our position

    @property
    def letter(self) -> str:
        return _LETTERS[self]

    @property
    def is_exit(self) -> bool:
        return self not in {Purpose.ENTRY, Purpose.ADD}

    @property
    def is_leaving(self) -> bool:
        """Whether its quantity is on its way out; a resting stop only waits."""
        return self.is_exit and self is not Purpose.PROTECT


_LETTERS = dict(zip(Purpose, "es123tgmpavl", strict=True))


class Liquidity(StrEnum):
    MAKER = "maker"
    TAKER = "taker"


class Trail(StrEnum):
    """Whether a position's stop follows the best price."""

    PLAN = "plan"  # as its exit plan says
    ON = "on"  # a person's word, from the entry on
    OFF = "off"  # a person's word: the stop stays where it is, or goes to breakeven


class TradingState(StrEnum):
    """What the desk may do: everything, exits only, or only cancels and panic's exits."""

    ACTIVE = "active"
    REDUCING = "reducing"
    HALTED = "halted"


class Regime(StrEnum):
    TREND_UP = "trend_up"
    TREND_DOWN = "trend_down"
    RANGE = "range"
    VOLATILE = "volatile"
    UNDEFINED = "undefined"  # warm-up


class Role(StrEnum):
    """What a person may do. The order of declaration is the order of power."""

    VIEWER = "viewer"
    TRADER = "trader"
    OWNER = "owner"

    def covers(self, needed: "Role") -> bool:
        """Whether a person of this role may do what `needed` asks for."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class Severity(StrEnum):
    INFO = "info"
    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"
