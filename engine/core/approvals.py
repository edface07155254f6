"""Trades that wait for a person's word, and what a word changes. Pure: stored by the journal.

A change is the row one revision later; the database takes it only where the revision before it
stands, so of many answers the first valid one counts. Deadlines are of the wall: people answer.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from engine.core.advice import Proposal, SizeStep, Verdict
from engine.core.people import DESK, Actor
from engine.core.positions import Position, Trade

POLICY_GRACE = timedelta(seconds=30)  # later than this a policy executes nothing: we were away


class ApprovalState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    HALVED = "halved"
    VETOED = "vetoed"
    EXPIRED = "expired"  # nobody answered: no trade
    WITHDRAWN = "withdrawn"  # the desk took it back: trading stopped, or a rule says no now


GRANTED = frozenset({ApprovalState.APPROVED, ApprovalState.HALVED})


class Word(StrEnum):
    """What a person may say."""

    APPROVE = "approve"
    HALVE = "halve"
    VETO = "veto"


class Expiry(StrEnum):
    """What silence means."""

    VETO = "veto"
    HALVE = "halve"
    EXECUTE = "execute"


class AskedFor(StrEnum):
    """Why a trade needs a word."""

    NOTIONAL = "notional"
    SHARE = "share"
    RISK = "risk"
    LEVERAGE = "leverage"
    DISSENT = "dissent"
    FIRST_TRADE = "first_trade"
    TWO_PEOPLE = "two_people"


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason with its figure and the limit that it is over."""

    asked_for: AskedFor
    value: float
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One word, and whose it was."""

    word: Word
    name: str
    person_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a card shows. A new version makes the buttons of the older ones dead."""

    version: int
    price: float
    stop_price: float
    target_prices: tuple[float, ...]
    qty_base: Decimal
    notional_quote: Decimal
    risk_quote: Decimal  # lost at the stop, before fees
    share_ratio: float  # notional over equity
    quoted_at: datetime  # of the wall
    market_at: datetime
    steps: tuple[SizeStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A proposal that the voters and the rules let pass, and that waits for people."""

    number: int
    revision: int = 1
    proposal: Proposal
    verdict: Verdict
    causes: tuple[Cause, ...]
    people: int  # how many different ones must agree
    adds_to: int | None = None  # the open position that it adds to
    offer: Offer
    asked_at: datetime  # of the wall, as all but `market_at`
    market_at: datetime
    expires_at: datetime
    state: ApprovalState = ApprovalState.PENDING
    said: tuple[Said, ...] = ()
    decided_at: datetime | None = None
    why: str = ""  # of a decision that is not a person's
    is_settled: bool = False  # the entry was sent, or noted as denied
    position_id: int | None = None
    outcome: str = ""  # why a granted one was not entered after all

    @property
    def symbol(self) -> str:
        return self.proposal.symbol

    @property
    def is_pending(self) -> bool:
        return self.state is ApprovalState.PENDING


class Deaf(StrEnum):
    """Why a word changed nothing."""

    DECIDED = "decided"  # somebody was faster
    EXPIRED = "expired"
    OLD_OFFER = "old_offer"
    SAID_BEFORE = "said_before"  # it takes another person
    REQUOTED = "requoted"  # the price moved: look again
    TOO_SMALL = "too_small"  # half of it is under the venue's minimum
    STOPPED = "stopped"  # the desk takes no entries


class Heard(NamedTuple):
    """The approval after a word, and why the word changed nothing (None: it did)."""

    approval: Approval
    deaf: Deaf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """A trade that was refused by people, followed as if it had been made. Never in equity."""

    number: int  # the approval's
    fate: ApprovalState  # VETOED or EXPIRED
    decided_by: str
    position: Position  # its id is the approval's number
    trade: Trade | None = None  # None: it would still be open

    @property
    def symbol(self) -> str:
        return self.position.symbol


def heard(approval: Approval, word: Word, actor: Actor, version: int, at: datetime) -> Heard:
    """What the word makes of the approval."""
    deaf = _deaf_to(approval, word, actor, version, at)
    if deaf is not None:
        return Heard(approval, deaf)
    said = (*approval.said, Said(word=word, name=actor.name, person_id=actor.person_id, at=at))
    after = replace(approval, revision=approval.revision + 1, said=said)
    if word is Word.VETO:
        return Heard(replace(after, state=ApprovalState.VETOED, decided_at=at))
    if len(said) < approval.people:
        return Heard(after)
    halved = any(each.word is Word.HALVE for each in said)
    state = ApprovalState.HALVED if halved else ApprovalState.APPROVED
    return Heard(replace(after, state=state, decided_at=at))


def _deaf_to(
    approval: Approval, word: Word, actor: Actor, version: int, at: datetime
) -> Deaf | None:
    if not approval.is_pending:
        return Deaf.DECIDED
    if at >= approval.expires_at:
        return Deaf.EXPIRED
    if version != approval.offer.version:
        return Deaf.OLD_OFFER
    repeats = any(each.person_id == actor.person_id for each in approval.said)
    return Deaf.SAID_BEFORE if repeats and word is not Word.VETO else None


def expired(approval: Approval, policy: Expiry, at: datetime) -> Approval:
    """What silence makes of it. No policy stands in for a second person, or for a late desk."""
    late = at - approval.expires_at > POLICY_GRACE
    if policy is Expiry.VETO or approval.people > 1 or late:
        return _closed(approval, ApprovalState.EXPIRED, "nobody answered in time", at)
    halves = policy is Expiry.HALVE
    state = ApprovalState.HALVED if halves else ApprovalState.APPROVED
    word = Word.HALVE if halves else Word.APPROVE
    said = (*approval.said, Said(word=word, name=DESK.name, person_id=None, at=at))
    return replace(_closed(approval, state, "nobody answered in time", at), said=said)


def withdrawn(approval: Approval, why: str, at: datetime) -> Approval:
    """The desk takes it back."""
    return _closed(approval, ApprovalState.WITHDRAWN, why, at)


def requoted(approval: Approval, offer: Offer, causes: tuple[Cause, ...], people: int) -> Approval:
    """The same with a new offer: words about the old one do not count."""
    return replace(
        approval,
        revision=approval.revision + 1,
        offer=replace(offer, version=approval.offer.version + 1),
        causes=causes or approval.causes,
        people=max(people, approval.people),
        said=(),
    )


def settled(approval: Approval, position_id: int | None, outcome: str = "") -> Approval:
    """Its last row: entered as a position, or not, and why not."""
    return replace(
        approval,
        revision=approval.revision + 1,
        is_settled=True,
        position_id=position_id,
        outcome=outcome,
    )


def _closed(approval: Approval, state: ApprovalState, why: str, at: datetime) -> Approval:
    return replace(approval, revision=approval.revision + 1, state=state, why=why, decided_at=at)
