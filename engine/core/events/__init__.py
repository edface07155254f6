"""What happened: past tense, frozen, aware UTC. Each has a key: the same thing told twice is one.

The journal stores them, alerts speak them, metrics count them. `handlers/alerts` has a wording
for every class here, or a row that says why not.
"""

from engine.core.events.approvals import (
    ApprovalAsked,
    ApprovalDecided,
    ApprovalExpired,
    ApprovalRequoted,
    ApprovalSettled,
)
from engine.core.events.base import (
    Event,
)
from engine.core.events.desk import (
    CashMoved,
    DeskStarted,
    DeskStopped,
    PanicReported,
    ParametersChanged,
    PersonActed,
    StrangerSeen,
    TaskFailed,
    TradingStateChanged,
    TwinSeen,
)
from engine.core.events.parley import (
    BiasSeen,
    BudgetReached,
    DissentSeen,
    ManyFallbacks,
    ProviderDown,
    Recalibrated,
)
from engine.core.events.research import (
    TuningReported,
)
from engine.core.events.trades import (
    PositionIncreased,
    PositionReduced,
    ProposalDecided,
    TradeClosed,
    TradeOpened,
)
from engine.core.events.venue import (
    AccountMended,
    AccountTrouble,
    BooksMismatched,
    EntryLapsed,
    ExitUnfilled,
    FeedRecovered,
    FeedWentStale,
    ForeignOrderSeen,
    OrderRefused,
    OrderResolved,
    OrderUnknown,
    PriceRefused,
    ProtectionMissing,
    ProtectionPlaced,
)

__all__ = [
    "AccountMended",
    "AccountTrouble",
    "ApprovalAsked",
    "ApprovalDecided",
    "ApprovalExpired",
    "ApprovalRequoted",
    "ApprovalSettled",
    "BiasSeen",
    "BooksMismatched",
    "BudgetReached",
    "CashMoved",
    "DeskStarted",
    "DeskStopped",
    "DissentSeen",
    "EntryLapsed",
    "Event",
    "ExitUnfilled",
    "FeedRecovered",
    "FeedWentStale",
    "ForeignOrderSeen",
    "ManyFallbacks",
    "OrderRefused",
    "OrderResolved",
    "OrderUnknown",
    "PanicReported",
    "ParametersChanged",
    "PersonActed",
    "PositionIncreased",
    "PositionReduced",
    "PriceRefused",
    "ProposalDecided",
    "ProtectionMissing",
    "ProtectionPlaced",
    "ProviderDown",
    "Recalibrated",
    "StrangerSeen",
    "TaskFailed",
    "TradeClosed",
    "TradeOpened",
    "TradingStateChanged",
    "TuningReported",
    "TwinSeen",
]
