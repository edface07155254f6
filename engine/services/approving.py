"""Approvals by a person's word, and what refusing was worth."""

from engine.core.approvals import Approval, Deaf, Heard, Shadow, Word
from engine.core.errors import UserError
from engine.core.money import ZERO, to_quote
from engine.core.parameters import Parameters
from engine.core.people import Actor
from engine.execution.desk import Desk
from engine.execution.valuation import value_quote
from engine.rules import ledger
from engine.services.approval_answers import ApprovalArchive, ShadowRow, Vetoes, Waiting


class Approving:
    """Hands words to the desk; looks up what is over."""

    def __init__(self, desk: Desk, archive: ApprovalArchive, quote: str) -> None:
        self._desk = desk
        self._archive = archive
        self._quote = quote

    @property
    def parameters(self) -> Parameters:
        """Those in force."""
        return self._desk.dial.parameters

    def waiting(self) -> Waiting:
        """What waits now."""
        found = sorted(self._desk.books.approvals.values(), key=lambda each: each.number)
        return Waiting(
            approvals=tuple(each for each in found if each.is_pending),
            market_at=self._desk.books.state.cursor_at,
        )

    async def approval(self, number: int) -> Approval:
        """The approval of that number; raises UserError where there was none."""
        found = self._desk.books.approvals.get(number) or await self._archive.approval(number)
        if found is None:
            raise UserError(f"There is no trade #{number} to decide.", hint="See /approve")
        return found

    async def answer(self, number: int, version: int, word: Word, actor: Actor) -> Heard:
        """What the word came to; raises UserError for a number that never was."""
        found = await self._desk.approvals.answer(number, version, word, actor)
        if found is None:
            return Heard(await self.approval(number), Deaf.DECIDED)
        return found

    async def vetoes(self) -> Vetoes:
        """Every refused trade as it would stand, and the sum over those that would be over."""
        following = self._desk.books.shadows
        stored = await self._archive.shadows()
        rows = tuple(self._row(following.get(each.number, each)) for each in stored)
        closed = tuple(row for row in rows if row.shadow.trade is not None)
        return Vetoes(
            rows=rows,
            quote=self._quote,
            closed=len(closed),
            net_quote=sum((row.net_quote for row in closed), ZERO),
            result_r=sum(row.result_r for row in closed),
            market_at=self._desk.books.state.cursor_at,
        )

    def _row(self, shadow: Shadow) -> ShadowRow:
        trade, position = shadow.trade, shadow.position
        if trade is not None:
            return ShadowRow(shadow=shadow, net_quote=trade.net_pnl_quote, result_r=trade.result_r)
        net_quote = position.cash_quote + to_quote(value_quote(self._desk.books, position))
        result_r = ledger.in_r(float(net_quote), position.risk_quote)
        return ShadowRow(shadow=shadow, net_quote=net_quote, result_r=result_r)
