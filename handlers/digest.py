"""Many alerts that waited -> one message: what happened how often, the worst first.

Each alert carries its gist in the payload; gists add up, so that a digest can be merged again.
Critical messages never become part of one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Self

from engine.core.events import Event, TradeClosed
from engine.core.kinds import Severity
from engine.core.messages import GIST, OURS, OutboxMessage, Priority
from handlers.alerts import ALERTS
from handlers.views.text import card, count_of, escape, moment, quote_of, signed_money

_NOUNS = {
    "DeskStarted": ("start of the desk", "starts of the desk"),
    "DeskStopped": ("stop of the desk", "stops of the desk"),
    "TradeOpened": ("trade opened", "trades opened"),
    "PriceRefused": ("price refused", "prices refused"),
    "ProtectionMissing": ("stop missing at the venue", "stops missing at the venue"),
    "ProtectionPlaced": ("stop placed again", "stops placed again"),
    "EntryLapsed": ("limit entry unfilled", "limit entries unfilled"),
    "ExitUnfilled": ("exit that finds no book", "exits that find no book"),
    "ForeignOrderSeen": ("order of somebody else", "orders of somebody else"),
    "PositionIncreased": ("position added to", "positions added to"),
    "PositionReduced": ("part of a position closed", "parts of positions closed"),
    "TradeClosed": ("trade closed", "trades closed"),
    "AccountMended": ("trouble of the account over", "troubles of the account over"),
    "OrderRefused": ("order refused", "orders refused"),
    "OrderUnknown": ("order without an answer", "orders without an answer"),
    "OrderResolved": ("order found again", "orders found again"),
    "TradingStateChanged": ("change of the trading state", "changes of the trading state"),
    "FeedWentStale": ("stretch of stale prices", "stretches of stale prices"),
    "FeedRecovered": ("return of prices", "returns of prices"),
    "ParametersChanged": ("change of parameters", "changes of parameters"),
    "TaskFailed": ("task failed", "tasks failed"),
    "DissentSeen": ("disagreement of the voters", "disagreements of the voters"),
    "ManyFallbacks": ("day of failing models", "days of failing models"),
    "ProviderDown": ("model that rests", "models that rest"),
    "BudgetReached": ("level of the model budget", "levels of the model budget"),
    "Recalibrated": ("recalibration of votes", "recalibrations of votes"),
    "ApprovalExpired": ("trade without an answer", "trades without an answer"),
    "BiasSeen": ("bias of the voters", "biases of the voters"),
    "TuningReported": ("report of the tuning", "reports of the tuning"),
    "StrangerSeen": ("stranger wrote", "strangers wrote"),
}
_AWAY = "While we could not reach you"
_WORST_FIRST = tuple(reversed(Severity))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """What a number of alerts come to; `plus` adds two up exactly."""

    first_at: datetime
    last_at: datetime
    counts: Mapping[str, int]  # kind of event -> how many
    net_quote: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    # ^ currency -> net result of the closed trades
    won: int = 0
    lost: int = 0

    @classmethod
    def of(cls, event: Event) -> Self:
        """The gist of one event."""
        counts = {type(event).__name__: 1}
        if not isinstance(event, TradeClosed):
            return cls(first_at=event.at, last_at=event.at, counts=counts)
        net_quote = event.trade.net_pnl_quote
        return cls(
            first_at=event.at,
            last_at=event.at,
            counts=counts,
            net_quote={quote_of(event.trade.symbol): net_quote},
            won=int(net_quote > 0),
            lost=int(net_quote < 0),
        )

    def plus(self, other: "Gist") -> "Gist":
        """The gist of both."""
        kinds = {**self.counts, **other.counts}
        quotes = {**self.net_quote, **other.net_quote}
        zero = Decimal(0)
        return Gist(
            first_at=min(self.first_at, other.first_at),
            last_at=max(self.last_at, other.last_at),
            counts={kind: self.counts.get(kind, 0) + other.counts.get(kind, 0) for kind in kinds},
            net_quote={
                quote: self.net_quote.get(quote, zero) + other.net_quote.get(quote, zero)
                for quote in quotes
            },
            won=self.won + other.won,
            lost=self.lost + other.lost,
        )

    def as_json(self) -> dict[str, Any]:
        """The form that stands in a payload."""
        return {
            "first_at": self.first_at.isoformat(),
            "last_at": self.last_at.isoformat(),
            "counts": dict(self.counts),
            "net_quote": {quote: str(net) for quote, net in self.net_quote.items()},
            "won": self.won,
            "lost": self.lost,
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Self:
        """The gist that `as_json` wrote."""
        return cls(
            first_at=datetime.fromisoformat(entry["first_at"]),
            last_at=datetime.fromisoformat(entry["last_at"]),
            counts=dict(entry["counts"]),
            net_quote={quote: Decimal(net) for quote, net in entry["net_quote"].items()},
            won=entry["won"],
            lost=entry["lost"],
        )


def mergeable(message: OutboxMessage) -> bool:
    """Whether the message is an alert that may become part of a digest."""
    return message.priority is Priority.ALERT and GIST in message.payload


def call_arguments(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload without what is ours: what the Bot API call takes."""
    return {name: value for name, value in payload.items() if name not in OURS}


def digest(
    messages: Sequence[OutboxMessage], *, badge: str, crowded: bool = False
) -> OutboxMessage:
    """One message that stands for all of `messages`, which are alerts of one chat.

    It rings when one of them would have. `crowded`: too many came at once, nobody was away.

    Raises ValueError for no message, for a second chat, and for one that must stay by itself. Its
    key is a function of theirs: the same alerts make the same digest.
    """
    if not messages or len({message.chat_id for message in messages}) != 1:
        raise ValueError("a digest is made of alerts of one chat")
    if not all(map(mergeable, messages)):
        raise ValueError("a critical message is never merged into a digest")
    total = Gist.from_json(messages[0].payload[GIST])
    for message in messages[1:]:
        total = total.plus(Gist.from_json(message.payload[GIST]))
    keys = hashlib.sha256("\n".join(message.key for message in messages).encode()).hexdigest()
    payload: dict[str, Any] = {
        "text": digest_text(total, badge=badge, crowded=crowded),
        GIST: total.as_json(),
    }
    if all(message.payload.get("disable_notification") for message in messages):
        payload["disable_notification"] = True
    threads = {message.payload.get("message_thread_id") for message in messages}
    if len(threads) == 1 and None not in threads:
        payload["message_thread_id"] = threads.pop()
    return OutboxMessage(
        key=f"digest|{keys[:24]}",
        chat_id=messages[0].chat_id,
        method="sendMessage",
        payload=payload,
        priority=Priority.ALERT,
    )


def digest_text(total: Gist, *, badge: str, crowded: bool = False) -> str:
    """The gist on one card."""
    title = f"{sum(total.counts.values()):,} alerts at once" if crowded else _AWAY
    lines = [
        f"🗞 <b>{title}</b> · {escape(badge)}",
        f"{moment(total.first_at)}",
        f"to {moment(total.last_at)}",
        *(f"{count:,} {_noun(kind, count)}" for kind, count in _sorted(total.counts)),
    ]
    for quote, net_quote in sorted(total.net_quote.items()):
        lines.append(f"<b>Net {signed_money(net_quote)} {escape(quote)}</b>")
    if total.won or total.lost:
        lines.append(f"{count_of(total.won, 'win')}, {count_of(total.lost, 'loss', 'losses')}")
    lines.append("/trades and /status have the rest.")
    return card(lines)


def _sorted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (_rank(item[0]), -item[1], item[0]))


def _rank(kind: str) -> int:
    ranks = [
        _WORST_FIRST.index(alert.severity)
        for alert in ALERTS
        if alert.event.__name__ == kind and alert.severity is not Severity.CRITICAL
    ]
    return min(ranks, default=len(_WORST_FIRST))


def _noun(kind: str, count: int) -> str:
    one, many = _NOUNS.get(kind, (escape(kind, 40), escape(kind, 40)))
    return one if count == 1 else many
