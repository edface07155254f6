"""Approvals and shadows as the services give them, ordinary and hostile."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from engine.core.advice import Proposal, Signal, SizeStep, Snapshot, Verdict, Vote
from engine.core.approvals import (
    Approval,
    ApprovalState,
    AskedFor,
    Cause,
    Offer,
    Said,
    Shadow,
    Word,
)
from engine.core.kinds import PositionSide, Regime
from engine.core.timeframes import Timeframe
from engine.services.approval_answers import ShadowRow, Vetoes, Waiting
from tests.handlers.samples import NOW, SYMBOL, a_position, a_trade

CAUSES = {
    AskedFor.NOTIONAL: Cause(AskedFor.NOTIONAL, 2500.0, 2000.0),
    AskedFor.SHARE: Cause(AskedFor.SHARE, 0.3, 0.25),
    AskedFor.RISK: Cause(AskedFor.RISK, 0.031, 0.02),
    AskedFor.LEVERAGE: Cause(AskedFor.LEVERAGE, 0.58, 0.5),
    AskedFor.DISSENT: Cause(AskedFor.DISSENT, 0.4, 0.35),
    AskedFor.FIRST_TRADE: Cause(AskedFor.FIRST_TRADE, 1.0, 0.0),
    AskedFor.TWO_PEOPLE: Cause(AskedFor.TWO_PEOPLE, 0.6, 0.5),
}


def a_proposal(text: str = "") -> Proposal:
    return Proposal(
        key="key",
        snapshot=Snapshot(
            symbol=text or SYMBOL,
            timeframe=Timeframe.M5,
            at=NOW,
            side=PositionSide.LONG,
            entry_price=64_210.5,
            stop_price=63_800.25,
            regime=Regime.TREND_UP,
            features={"atr_price": 205.0, "volume_24h_quote": 1e9},
        ),
        signals=(
            Signal(
                side=PositionSide.LONG,
                strategy=text or "sma_5_15",
                version="1",
                why=text or "the fast average crossed above the slow one",
                stop_price=63_800.25,
            ),
        ),
    )


def a_verdict(text: str = "") -> Verdict:
    votes = (
        Vote(voter=text or "trend", p_up=0.6, p_down=0.3, reason=text or "rising"),
        Vote(voter=text or "reversion", p_up=0.3, p_down=0.6, reason=text or "stretched"),
        Vote(voter=text or "volume", p_up=0.5, p_down=0.4),
    )
    return Verdict(
        approved=True, confidence_ratio=0.62, votes=votes, dissent_ratio=1 / 3, why=text or "2 of 3"
    )


def an_offer(version: int = 1) -> Offer:
    return Offer(
        version=version,
        price=64_210.5,
        stop_price=63_800.25,
        target_prices=(64_620.75, 65_441.25),
        qty_base=Decimal("0.0124"),
        notional_quote=Decimal("796.2102"),
        risk_quote=Decimal("5.0871"),
        share_ratio=0.0796,
        quoted_at=NOW,
        market_at=NOW,
        steps=(SizeStep("equity", 10_000.0), SizeStep("notional", 796.2102)),
    )


def an_approval(text: str = "", **changes: Any) -> Approval:
    """Number 17, asked at NOW for two minutes because of its leverage."""
    approval = Approval(
        number=17,
        proposal=a_proposal(text),
        verdict=a_verdict(text),
        causes=(CAUSES[AskedFor.LEVERAGE],),
        people=1,
        offer=an_offer(),
        asked_at=NOW,
        market_at=NOW,
        expires_at=NOW + timedelta(minutes=2),
    )
    return replace(approval, **changes)


def said(word: Word = Word.APPROVE, name: str = "Ann", person_id: int = 1001) -> Said:
    return Said(word=word, name=name, person_id=person_id, at=NOW)


def ended(state: ApprovalState, text: str = "", **changes: Any) -> Approval:
    """The same after a word of Ann's, or none, twelve seconds ago."""
    words = () if state in {ApprovalState.EXPIRED, ApprovalState.WITHDRAWN} else (said(),)
    if text and words:
        words = (replace(words[0], name=text),)
    values: dict[str, Any] = {
        "revision": 3,
        "state": state,
        "said": words,
        "decided_at": NOW - timedelta(seconds=12),
        "is_settled": True,
    }
    return an_approval(text, **{**values, **changes})


def a_shadow(text: str = "", *, number: int = 17, net_quote: str | None = None) -> Shadow:
    trade = None if net_quote is None else a_trade(number, net_quote, text or SYMBOL)
    return Shadow(
        number=number,
        fate=ApprovalState.VETOED,
        decided_by=text or "Ann",
        position=a_position(number, text or SYMBOL),
        trade=trade,
    )


def some_vetoes(text: str = "", nets: tuple[str | None, ...] = ("-43.2", "12.5", None)) -> Vetoes:
    rows = tuple(
        ShadowRow(
            shadow=a_shadow(text, number=20 - index, net_quote=net),
            net_quote=Decimal(net or "3.3"),
            result_r=0.5 if net is None else float(net) / 20.0,
        )
        for index, net in enumerate(nets)
    )
    over = [row for row in rows if row.shadow.trade is not None]
    return Vetoes(
        rows=rows,
        quote=text or "USDT",
        closed=len(over),
        net_quote=sum((row.net_quote for row in over), Decimal(0)),
        result_r=sum(row.result_r for row in over),
        market_at=NOW,
    )


def some_waiting(text: str = "", count: int = 2) -> Waiting:
    return Waiting(
        approvals=tuple(an_approval(text, number=17 + index) for index in range(count)),
        market_at=NOW,
    )
