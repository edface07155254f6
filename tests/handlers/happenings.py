"""One event of every kind, with the texts that are handed in."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from engine.core import events
from engine.core.advice import Proposal, Snapshot, Vote
from engine.core.approvals import ApprovalState
from engine.core.kinds import OrderState, PositionSide, Purpose, Regime, Role, TradingState
from engine.core.people import DESK, Actor
from engine.core.reasons import Reason
from engine.core.state import CashMove, Cause, MoveCause
from engine.core.timeframes import Timeframe
from tests.handlers import samples
from tests.handlers.approval_answers import an_approval, ended
from tests.handlers.samples import NOW

ANN = Actor("Ann", Role.OWNER, 1001)


def a_proposal(symbol: str) -> Proposal:
    snapshot = Snapshot(
        symbol=symbol,
        timeframe=Timeframe.M5,
        at=NOW,
        side=PositionSide.LONG,
        entry_price=64_210.0,
        stop_price=63_800.0,
        regime=Regime.RANGE,
    )
    return Proposal(key=f"{symbol}|5m|1", snapshot=snapshot, signals=())


def state_change(
    after: TradingState, text: str = "", cause: Cause = Cause.BREAKER, actor: Actor = DESK
) -> events.Event:
    return events.TradingStateChanged(
        at=NOW,
        before=TradingState.ACTIVE,
        after=after,
        cause=cause,
        why=text or "lost 3.1% of the day's equity, 3% allowed",
        actor=replace(actor, name=text or actor.name),
    )


def one_of_each(text: str = "") -> tuple[events.Event, ...]:
    symbol = text or samples.SYMBOL
    actor = replace(ANN, name=text or "Ann")
    position = samples.a_position(symbol=symbol)
    return (
        events.DeskStarted(
            at=NOW,
            mode=text or "paper money on the simulated market",
            trading=TradingState.ACTIVE,
            open_positions=3,
            resolved_orders=2,
            boot_id="boot1",
        ),
        events.DeskStopped(at=NOW, why=text or "asked from the terminal", boot_id="boot1"),
        events.ProposalDecided(at=NOW, proposal=a_proposal(symbol), verdict=None),
        events.TradeOpened(at=NOW, position=position),
        events.PriceRefused(
            at=NOW, symbol=symbol, price=-1.0, text=text or "a price that is not a positive number"
        ),
        events.ProtectionMissing(
            at=NOW, position=position, text=text or "the stop would trigger at once"
        ),
        events.ProtectionPlaced(at=NOW, position=position, trigger_price=Decimal("63100.5")),
        events.ForeignOrderSeen(at=NOW, symbol=symbol, name=text or "web_1"),
        events.AccountTrouble(
            at=NOW,
            name=text or "Withdrawals",
            text=text or "the key may move money out of the account",
            hint=text or "Make a key that can only read and trade; a desk needs no other.",
        ),
        events.AccountMended(at=NOW, name=text or "Withdrawals"),
        events.OrderRefused(
            at=NOW,
            order=samples.an_order(OrderState.REFUSED, symbol),
            reason=Reason.HELD_BACK,
            text=text or "Binance: the order would have left without ['stopPrice=60000']",
        ),
        events.EntryLapsed(at=NOW, order=samples.an_order(OrderState.CANCELLED, symbol)),
        events.EntryLapsed(
            at=NOW,
            order=samples.an_order(OrderState.CANCELLED, symbol),
            text=text or "the price has passed its stop",
        ),
        events.ExitUnfilled(at=NOW, order=samples.an_order(OrderState.EXPIRED, symbol)),
        events.PositionIncreased(
            at=NOW,
            position=position,
            qty_base=Decimal("0.0031"),
            price=Decimal("64820.75"),
            client_order_id="abcde000000421a01",
        ),
        events.PositionReduced(
            at=NOW,
            position=position,
            qty_base=Decimal("0.0062"),
            price=Decimal("64620.75"),
            purpose=Purpose.TARGET_1,
            exit_reason=2,
            client_order_id="abcde0000004211",
        ),
        events.TradeClosed(at=NOW, trade=samples.a_trade(symbol=symbol)),
        events.OrderRefused(
            at=NOW,
            order=samples.an_order(OrderState.REFUSED, symbol),
            reason=Reason.MIN_NOTIONAL,
            text=text or "-1013 NOTIONAL",
        ),
        events.OrderUnknown(at=NOW, order=samples.an_order(symbol=symbol), text=text or "timeout"),
        events.OrderResolved(at=NOW, order=samples.an_order(OrderState.FILLED, symbol)),
        events.OrderResolved(at=NOW, order=samples.an_order(OrderState.NEVER_ARRIVED, symbol)),
        state_change(TradingState.REDUCING, text),
        state_change(TradingState.ACTIVE, text, Cause.NONE),
        state_change(TradingState.HALTED, text),
        events.FeedWentStale(at=NOW, symbol=symbol, last_at=NOW - timedelta(seconds=95)),
        events.FeedRecovered(at=NOW, symbol=symbol, silent_s=125.0),
        events.PanicReported(
            at=NOW,
            incident_id="panic-1",
            flat=(symbol,) * 50,
            still_open=(symbol,) * 2,
            unknown=(symbol,),
        ),
        events.PanicReported(at=NOW, incident_id="panic-1", flat=(), still_open=(), unknown=()),
        events.CashMoved(
            at=NOW,
            move=CashMove(
                move_id="owner#1",
                flow_quote=Decimal("-2500.5"),
                moved_at=NOW,
                cause=MoveCause.OWNER,
            ),
            cash_quote=Decimal("7499.5"),
            quote=text or "USDT",
        ),
        events.ParametersChanged(
            at=NOW,
            version=8,
            changes=((text or "max_positions", text or "6", text or "4"),) * 12,
            config_hash="abc123abc123",
            actor=actor,
            why=text,
        ),
        events.PersonActed(
            at=NOW,
            command_id="tg:1:77",
            act="ClosePosition",
            subject=symbol,
            text=text,
            actor=actor,
        ),
        events.BooksMismatched(
            at=NOW, symbol=symbol, ours_base=Decimal("0.0124"), venue_base=Decimal(0)
        ),
        events.TaskFailed(at=NOW, task=text or "feed", text=text or "TimeoutError", failures=3),
        events.StrangerSeen(at=NOW, person_id=1004, name=text or "Mallory"),
        events.TwinSeen(at=NOW, conflicts=3),
        events.DissentSeen(
            at=NOW,
            symbol=symbol,
            side=PositionSide.LONG,
            dissent_ratio=0.4,
            votes=tuple(
                Vote(voter=text or f"voter{n}", p_up=0.2, p_down=0.7, reason=text) for n in range(9)
            ),
        ),
        events.ApprovalAsked(at=NOW, approval=an_approval(text)),
        events.ApprovalRequoted(at=NOW, approval=an_approval(text)),
        events.ApprovalDecided(at=NOW, approval=ended(ApprovalState.VETOED, text)),
        events.ApprovalExpired(at=NOW, approval=ended(ApprovalState.EXPIRED, text)),
        events.ApprovalExpired(at=NOW, approval=ended(ApprovalState.HALVED, text)),
        events.ApprovalSettled(at=NOW, approval=ended(ApprovalState.APPROVED, text)),
        events.ManyFallbacks(at=NOW, fallen_ratio=0.12),
        events.ProviderDown(
            at=NOW,
            voter=text or "oak",
            account=text or "openai",
            kind=text or "quota",
            pause_s=900.0,
        ),
        events.BudgetReached(at=NOW, used_ratio=0.8),
        events.BudgetReached(at=NOW, used_ratio=1.0),
        events.Recalibrated(at=NOW, accuracy_ratio=0.48, outcomes=240),
        events.TuningReported(
            at=NOW,
            study=text or "weekly-2026-11-22",
            changes=((text or "stop_atr", "2", "2.5"),),
            trials=60,
            days=180,
            old_sharpe=(0.4, -0.9, 1.7),
            new_sharpe=(0.9, -0.3, 2.1),
            better_sharpe=(0.5, -0.2, 1.1),
            judgement=text or "Weak: after 60 trials it is better than luck with 85%",
            refused_because=text or "on unseen bars it is not clearly better than the old",
            adopted=False,
        ),
        events.BiasSeen(at=NOW, side=PositionSide.LONG, outcomes=140),
    )
