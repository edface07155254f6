"""From a closed bar to an entry order: propose, parley, gate, confirm, send."""

import math
from dataclasses import replace
from typing import NamedTuple

from engine.core.advice import Proposal, Snapshot, Verdict
from engine.core.approvals import Approval
from engine.core.errors import StorageError
from engine.core.events import ProposalDecided
from engine.core.kinds import TradingState
from engine.core.market import BarClosed
from engine.core.ports import Advisor, Clock, Confirmer, Record
from engine.core.positions import EntryFacts, EntryTerms
from engine.core.reasons import Reason
from engine.execution import valuation
from engine.execution.additions import Addition, addition_to, may_add
from engine.execution.additions import most_base as most_added
from engine.execution.books import Books
from engine.execution.company import company_of, held_of
from engine.execution.dial import Dial
from engine.execution.executor import NOTHING, Executor
from engine.execution.guarding import planned_stop
from engine.execution.parking import Parking, waits, with_end_of
from engine.execution.resting import entry_want
from engine.market.bars import BarStore
from engine.risk.contract import Denial, DeskView, Entry, edge_of
from engine.risk.gate import Sized, judge
from engine.strategies.propose import propose
from engine.strategies.view import view_of

# The most that voters can say for a trade.
CERTAIN = Verdict(
    approved=True, confidence_ratio=1.0, votes=(), dissent_ratio=0.0, why="nobody was asked"
)


class Counsel(NamedTuple):
    """Who is asked about a trade: the voters, and the person."""

    advisor: Advisor
    confirmer: Confirmer
    parking: Parking


class Entries:
    """Decides what a closed bar opens. A decision is made once per proposal key."""

    def __init__(
        self,
        books: Books,
        bars: BarStore,
        executor: Executor,
        counsel: Counsel,
        clock: Clock,
        dial: Dial,
        feed_step_s: float,
    ) -> None:
        self._books = books
        self._bars = bars
        self._executor = executor
        self._counsel = counsel
        self._clock = clock
        self._dial = dial
        self._feed_step_s = feed_step_s
        self._revived: dict[str, int] = {}
        self._thinking: dict[str, Proposal] = {}  # by symbol: those that are with the voters

    def revive(self, proposals: dict[str, int]) -> None:
        """Lets these be decided again, as the same positions: their entries never arrived."""
        self._revived = dict(proposals)

    def proposal_of(self, event: BarClosed) -> Proposal | None:
        """What the bar proposes, unless that cannot lead to an entry anyway."""
        if not self.has_room(event.symbol):
            return None
        view = view_of(self._bars, event.symbol, event.timeframe)
        proposal = None if view is None else propose(view, self._dial.parameters)
        return proposal if proposal is not None and self.is_open_to(proposal) else None

    def has_room(self, symbol: str) -> bool:
        """Whether anything that is proposed on the symbol now could become an entry."""
        if self._books.state.trading is not TradingState.ACTIVE or symbol in self._thinking:
            return False
        if self._books.has_open_order(symbol) or waits(self._books, symbol):
            return False
        pyramids = self._dial.parameters.pyramid_from_r > 0.0
        return self._books.position_on(symbol) is None or pyramids

    def is_open_to(self, proposal: Proposal) -> bool:
        """Whether its bar is not decided yet, and a position that is open could take it."""
        decided = self._books.decided
        if proposal.key in decided and proposal.key not in self._revived:
            return False
        position = self._books.position_on(proposal.symbol)
        price = proposal.snapshot.entry_price
        return position is None or may_add(position, proposal.side, price, self._dial.parameters)

    async def decide(self, proposal: Proposal, verdict: Verdict | None = None) -> None:
        """Asks the rules and the person, and the voters where they have not spoken yet; sends the
        entry or notes the denial."""
        self._thinking[proposal.symbol] = proposal
        try:
            if verdict is None:
                verdict = await self._counsel.advisor.advise(proposal.snapshot)
            answer = self.judged(proposal, verdict)
            denial = (
                await self._confirmed(proposal, verdict, answer)
                if isinstance(answer, Sized)
                else answer
            )
            if denial is not None:
                self._deny(proposal, verdict, denial)
        finally:
            self._thinking.pop(proposal.symbol, None)

    async def _confirmed(self, proposal: Proposal, verdict: Verdict, sized: Sized) -> Denial | None:
        need = self._counsel.parking.need(proposal, verdict, sized)
        if need.people:
            word = await self._counsel.confirmer.confirm(proposal, sized.notional_quote)
            if word is None:
                return await self._counsel.parking.park(proposal, verdict, sized, need)
            if not word:
                return Denial(Reason.VETOED, "vetoed")
        return await self.enter(proposal, verdict, sized)

    def refused_anyway(self, symbol: str) -> bool:
        """Whether the rules say no to what is proposed on the symbol, whatever the voters say."""
        proposal = self._thinking.get(symbol)
        return proposal is not None and isinstance(self.judged(proposal, CERTAIN), Denial)

    def judged(
        self, proposal: Proposal, verdict: Verdict, most_base: float = math.inf
    ) -> Sized | Denial:
        """What the rules say to the proposal after that verdict, as the desk stands now.

        `most_base` bounds the size from above, whatever the rules would take.
        """
        if not verdict.approved:
            reason = Reason.VOTED_DOWN if verdict.quorum_met else Reason.NO_QUORUM
            return Denial(reason, verdict.why)
        parameters, snapshot = self._dial.parameters, proposal.snapshot
        evidence = self._books.evidence
        addition = addition_to(
            self._books, proposal.symbol, proposal.side, snapshot.entry_price, parameters
        )
        if addition is None:
            plan_name = parameters.plan_name_of(proposal.signals[0].strategy)
            stop_price = planned_stop(proposal, plan_name, evidence, parameters)
            adds_to, held_quote = None, 0.0
        else:
            adds_to = addition.position.position_id
            plan_name, stop_price = addition.position.plan_name, addition.position.stop_price
            held_quote = abs(valuation.value_quote(self._books, addition.position))
        entry = Entry(
            instrument=self._books.instruments[proposal.symbol],
            side=proposal.side,
            entry_price=snapshot.entry_price,
            stop_price=stop_price,
            plan_name=plan_name,
            adds_to=adds_to,
            held_quote=held_quote,
            edge=edge_of(snapshot, verdict),
            decided_at=snapshot.at,
            volume_24h_quote=snapshot.features["volume_24h_quote"],
            stake=evidence.facts(
                proposal.symbol,
                snapshot.regime,
                snapshot.at,
                verdict.confidence_ratio,
                snapshot.features["expansion_ratio"],
                min(most_base, most_added(addition)),
            ),
        )
        return judge(entry, self._desk_view(snapshot, addition), parameters)

    def _desk_view(self, snapshot: Snapshot, addition: Addition | None) -> DeskView:
        books, now = self._books, self._clock.now()
        company = company_of(books, self._bars, snapshot)
        taken = {p.symbol for p in books.positions.values()}
        taken |= {s for s in books.instruments if books.has_open_order(s)}
        if addition is not None:
            taken.discard(snapshot.symbol)  # no position more than before
        prices = books.last_price.items()
        return DeskView(
            now_at=now,
            trading=books.state.trading,
            equity_quote=valuation.equity_quote(books),
            cash_quote=valuation.free_cash_quote(books),
            day_start_quote=float(books.state.breaker_day_quote),
            peak_quote=float(books.state.breaker_peak_quote),
            gross_quote=valuation.gross_quote(books),
            open_risk_quote=valuation.open_risk_quote(books),
            open_symbols=frozenset(taken),
            unknown_symbols=frozenset(books.frozen()),
            not_traded=dict(books.not_traded),
            paused_symbols=frozenset(pause.symbol for pause in books.state.paused_symbols),
            entries_last_hour=books.entries_last_hour(now),
            last_loss_at=books.state.last_loss_at,
            feed_age_s={s: (now - moved.at).total_seconds() for s, moved in prices},
            feed_step_s=self._feed_step_s,
            spread_bps={s: m.quote.spread_bps for s, m in prices if m.quote is not None},
            held=held_of(books),
            correlation_ratio=company.correlation_ratio,
            beta=company.beta,
            funding_ratio=books.funding_ratio,
        )

    async def enter(
        self,
        proposal: Proposal,
        verdict: Verdict,
        sized: Sized,
        *,
        granted: Approval | None = None,
        also: Record = NOTHING,
    ) -> Denial | None:
        """Sends the entry; `also`, and the end of the approval that granted it, become durable
        with it. A denial: nothing was sent."""
        books = self._books
        position = books.position_on(proposal.symbol)
        if sized.adds_to != (None if position is None else position.position_id):
            return Denial(Reason.POSITION_OPEN, f"{proposal.symbol} has changed since the vote")
        if any(o.request.symbol == proposal.symbol for o, _ in books.entries_on_their_way()):
            return Denial(Reason.POSITION_OPEN, f"an entry on {proposal.symbol} is on its way")
        want = entry_want(proposal, sized, books, self._dial.parameters)
        if isinstance(want, Denial):
            return want
        position_id = self._revived.pop(proposal.key, books.state.last_position_id + 1)
        if position is not None:
            position_id = position.position_id
        last_id = max(position_id, books.state.last_position_id)
        books.state = replace(books.state, last_position_id=last_id)
        terms = EntryTerms(
            side=proposal.side,
            stop_price=sized.stop_price,
            facts=self._facts(proposal, verdict),
            plan_name=sized.plan_name,
            adds=0 if position is None else position.adds_done + 1,
        )
        if want.limit_price is not None:
            chosen = self._dial.parameters
            terms = replace(terms, life_s=chosen.entry_life_s, reprices_left=chosen.entry_reprices)
        decided = ProposalDecided(
            at=self._clock.now(),
            proposal=proposal,
            verdict=verdict,
            position_id=position_id,
            size_steps=sized.steps,
        )
        also = replace(also, state=books.state, events=(*also.events, decided))
        if granted is not None:
            also = with_end_of(granted, also, position_id, at=decided.at)
        try:
            await self._executor.enter(position_id, terms, want, also)
        except StorageError as error:
            return Denial(Reason.STORAGE, error.chat_text)
        books.decided[proposal.key] = position_id
        books.entries_at.append(proposal.snapshot.at)
        books.last_decision = f"{proposal.symbol} {proposal.side}: {verdict.why}"
        return None

    def _facts(self, proposal: Proposal, verdict: Verdict) -> EntryFacts:
        snapshot = proposal.snapshot
        moved = self._books.last_price.get(proposal.symbol)
        quote = None if moved is None else moved.quote
        return EntryFacts(
            proposal_key=proposal.key,
            strategy=proposal.signals[0].strategy,
            strategy_version=proposal.signals[0].version,
            config_hash=self._dial.config_hash,
            confidence_ratio=verdict.confidence_ratio,
            predicted=proposal.side,
            regime=snapshot.regime,
            atr_price=snapshot.features["atr_price"],
            spread_bps=0.0 if quote is None else quote.spread_bps,
            volume_24h_quote=snapshot.features["volume_24h_quote"],
            decision_price=snapshot.entry_price,
        )

    def _deny(self, proposal: Proposal, verdict: Verdict, denial: Denial) -> None:
        # a remark: it becomes durable with whatever is written next, or with the checkpoint
        self._books.decided[proposal.key] = None
        self._books.last_decision = f"{proposal.symbol} {proposal.side}: no, {denial.text}"
        self._books.remarks.append(
            ProposalDecided(
                at=self._clock.now(),
                proposal=proposal,
                verdict=verdict,
                reason=denial.reason,
                text=denial.text,
            )
        )
