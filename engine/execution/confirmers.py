"""Who says the word on a trade that needs one: people, or a policy where nobody can be asked."""

from decimal import Decimal

from engine.core.advice import Proposal


class AskPeople:
    """The chat: the trade is parked until people have answered."""

    async def confirm(self, proposal: Proposal, notional_quote: Decimal) -> bool | None:  # noqa: ARG002
        return None


class ApproveAll:
    """A market too fast for people, and every backtest: the rules alone decide."""

    async def confirm(self, proposal: Proposal, notional_quote: Decimal) -> bool:  # noqa: ARG002
        return True


class VetoAll:
    """What a desk does without the trades that need a word: what approvals are worth."""

    async def confirm(self, proposal: Proposal, notional_quote: Decimal) -> bool:  # noqa: ARG002
        return False
