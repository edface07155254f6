"""What the chat may ask of the parley: the board, the budget, and a round now."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.model_rows import model_row, rule_row
from bot.parley import ParleyRoom
from engine.core.advice import Snapshot, Vote
from engine.core.errors import UserError
from engine.core.kinds import PositionSide
from engine.core.model_calls import VoterRecord
from engine.execution.desk import Desk
from engine.services.model_answers import (
    AskCard,
    BudgetCard,
    BudgetLine,
    ModelBoard,
    VoterSkill,
)
from engine.services.ports import Archive
from engine.strategies.view import view_of
from llm.checks.ballots import vote_of
from llm.contract import Question, Reply
from llm.panel import Panel
from llm.prices import is_contaminated
from llm.transport.asker import RoundAsker

BOARD_DAYS = 30
LATELY = timedelta(days=1)  # of a market of today nobody has read the future
FIRST_LOOK_S = 1.0  # a round that ends within this is told at once
Changed = Callable[[AskCard], None]
Skills = Callable[[], Awaitable[dict[str, VoterSkill]]]  # by voter


@dataclass(slots=True)
class Live:
    """A round that is under way for the chat."""

    card: AskCard
    task: "asyncio.Task[None] | None" = None
    changed: Changed | None = None

    def show(self, card: AskCard) -> None:
        """Keeps the card, and shows it to whoever looks on."""
        self.card = card
        if self.changed is not None:
            self.changed(card)


class Announcing:
    """An Asker that tells of each reply as it comes."""

    def __init__(self, asker: RoundAsker, arrived: Callable[[Question, Reply], None]) -> None:
        self._asker = asker
        self._arrived = arrived

    async def ask(self, question: Question) -> Sequence[Reply | Vote]:
        return await self._asker.ask(question, lambda reply: self._arrived(question, reply))


class ParleyDesk:
    """A ModelDesk. `skills` gives what is known of each voter's forecasts."""

    def __init__(self, room: ParleyRoom, desk: Desk, archive: Archive, skills: Skills) -> None:
        self._room = room
        self._desk = desk
        self._archive = archive
        self._skills = skills
        self._live: dict[str, Live] = {}

    async def board(self) -> ModelBoard:
        """Every voter, in the order of VOTERS."""
        room, now = self._room, self._room.wall.now()
        rounds = fallen = 0
        if room.asker.models:
            day = await room.calls.spending(now - timedelta(days=1))
            rounds, fallen = day.rounds, day.fallen_rounds
        records = {record.voter: record for record in await self._records(now)}
        skills = await self._skills()
        voters = {voter.seat.name: voter for voter in room.asker.models}
        return ModelBoard(
            rows=tuple(
                model_row(voters[spec.name], records.get(spec.name), skills.get(spec.name))
                if spec.name in voters
                else rule_row(spec.name, spec.model, skills.get(spec.name))
                for spec in room.cast.specs
            ),
            mode=self._desk.dial.parameters.parley_mode,
            days=BOARD_DAYS,
            rounds=rounds,
            fallen_ratio=fallen / rounds if rounds else 0.0,
            at=now,
            news=() if room.news is None else room.news.told(),
            news_shown=not self._desk.dial.parameters.masked,
        )

    async def _records(self, now: datetime) -> list[VoterRecord]:
        # of a voter whose model was changed, the last one's stands
        if not self._room.asker.models:
            return []
        found = await self._room.calls.records(now - timedelta(days=BOARD_DAYS))
        return sorted(found, key=lambda record: record.last_at)

    async def budget(self) -> BudgetCard:
        """What is spent of each limit, reservations included."""
        room, limits = self._room, self._desk.dial.parameters
        now, standing = room.wall.now(), room.budget.standing()
        month_at = datetime(now.year, now.month, 1, tzinfo=UTC)
        month = await room.calls.spending(month_at)
        trades = (await self._archive.totals(since=month_at)).trades
        spent_usd = standing.month_usd
        return BudgetCard(
            lines=(
                BudgetLine(
                    name="Today", used_usd=standing.day_usd, limit_usd=limits.budget_day_usd
                ),
                BudgetLine(
                    name="This month", used_usd=spent_usd, limit_usd=limits.budget_month_usd
                ),
                *(
                    BudgetLine(
                        name=f"{voter.seat.name} today",
                        used_usd=standing.by_voter.get(voter.seat.name, 0.0),
                        limit_usd=limits.budget_voter_usd,
                    )
                    for voter in room.asker.models
                ),
            ),
            round_limit_usd=limits.budget_round_usd,
            month_rounds=month.rounds,
            usd_per_round=spent_usd / month.rounds if month.rounds else math.nan,
            usd_per_trade=spent_usd / trades if trades else math.nan,
            prices_as_of=max((seat.price.as_of for seat in room.cast.seats), default=""),
            guessed=tuple(seat.name for seat in room.cast.seats if seat.price.is_guess),
            at=now,
        )

    def most_usd(self) -> float:
        """What one round may cost at most, without retries; 0 when all voters are free."""
        limits = self._desk.dial.parameters
        wanted_usd = sum(voter.most_usd(limits.vote_tokens) for voter in self._room.asker.models)
        return min(wanted_usd, limits.budget_round_usd)

    async def ask(self, symbol: str) -> AskCard:
        """A round on the symbol's last bar, to its end."""
        live = await self._begun(symbol)
        if live.task is not None:
            await asyncio.shield(live.task)
        return live.card

    async def begin(self, symbol: str, changed: Changed) -> AskCard:
        """A round that has begun, or the one under way there; `changed` hears of what follows."""
        live = await self._begun(symbol)
        if live.task is not None and not live.task.done():
            await asyncio.wait({live.task}, timeout=FIRST_LOOK_S)
        if not live.card.is_done:
            live.changed = changed
        return live.card

    async def close(self) -> None:
        """Ends the rounds that are under way."""
        tasks = [live.task for live in self._live.values() if live.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _begun(self, symbol: str) -> Live:
        present = self._live.get(symbol)
        if present is not None and not present.card.is_done:
            return present
        snapshot = self._snapshot(symbol)
        live = Live(_waiting(snapshot, self._room))
        self._live[symbol] = live
        live.task = asyncio.create_task(self._held(snapshot, live), name=f"ask {symbol}")
        return live

    async def _held(self, snapshot: Snapshot, live: Live) -> None:
        def arrived(question: Question, reply: Reply) -> None:
            seen = _with_event(live.card, question)
            vote = vote_of(question, reply)
            live.show(
                replace(
                    seen,
                    votes=(*seen.votes, vote),
                    waiting=tuple(name for name in seen.waiting if name != vote.voter),
                    cost_usd=seen.cost_usd + vote.cost_usd,
                )
            )

        chamber = replace(self._room.chamber, asker=Announcing(self._room.asker, arrived))
        try:
            question, votes = await Panel(chamber).ask(snapshot)
            live.show(
                replace(
                    _with_event(live.card, question),
                    votes=votes,
                    waiting=(),
                    cost_usd=sum(vote.cost_usd for vote in votes),
                    is_done=True,
                )
            )
        finally:
            if not live.card.is_done:  # cancelled, or a fault: the next asking begins anew
                live.card = replace(live.card, waiting=(), is_done=True)

    def _snapshot(self, symbol: str) -> Snapshot:
        parameters = self._desk.dial.parameters
        view = view_of(self._desk.bars, symbol, self._desk.timeframe)
        if view is None:
            raise UserError("There is no closed bar of that symbol yet.", hint="Try again soon.")
        features = view.features(parameters)
        return Snapshot(
            symbol=symbol,
            timeframe=view.timeframe,
            at=view.at,
            side=PositionSide.LONG,  # nobody sees it: the question is about both sides
            entry_price=view.close_price,
            stop_price=view.close_price - parameters.stop_atr * features["atr_price"],
            regime=view.regime(parameters),
            features=features,
        )


def _waiting(snapshot: Snapshot, room: ParleyRoom) -> AskCard:
    return AskCard(
        symbol=snapshot.symbol,
        timeframe=snapshot.timeframe.value,
        bar_at=snapshot.at,
        close_price=snapshot.entry_price,
        barrier_atr=room.chamber.parameters().barrier_atr,
        horizon_bars=room.chamber.parameters().horizon_bars,
        base_up_ratio=math.nan,
        base_down_ratio=math.nan,
        votes=(),
        waiting=tuple(voter.seat.name for voter in room.asker.models),
        cost_usd=0.0,
        is_done=False,
        contaminated=tuple(
            seat.name
            for seat in room.cast.seats
            if snapshot.at < room.wall.now() - LATELY
            and is_contaminated(seat.address.provider, seat.address.model, snapshot.at.date())
        ),
    )


def _with_event(card: AskCard, question: Question) -> AskCard:
    return replace(
        card,
        barrier_atr=question.barrier_atr,
        horizon_bars=question.horizon_bars,
        base_up_ratio=question.base.up_ratio,
        base_down_ratio=question.base.down_ratio,
    )
