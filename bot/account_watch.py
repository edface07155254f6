"""What a live start refuses may come up in mid-run: a widened key, maintenance, a wrong clock.

So may a halt or a delisting: its symbol takes no entries while that stands.
"""

from collections.abc import Awaitable, Callable, Sequence

from loguru import logger

from engine.core.errors import Temporary
from engine.core.events import AccountMended, AccountTrouble, Event
from engine.core.kinds import TradingState
from engine.core.ports import Record
from engine.core.state import Cause
from engine.execution.desk import Desk
from engine.venues.ccxt_checks import Finding


class AccountWatch:
    """Remembers what was told. While something fatal stands the desk takes no entries."""

    def __init__(self, look: Callable[[], Awaitable[Sequence[Finding]]], desk: Desk) -> None:
        self._look = look
        self._desk = desk
        self._standing: dict[str, Finding] = {}

    async def check(self) -> None:
        """One look; each trouble is told when it comes up and when it is over."""
        try:
            found = await self._look()
        except Temporary as error:
            logger.warning("the account was not looked at: {}", error.log_text)
            return  # nothing is known anew: what stands is neither more nor less
        troubles = {each.name: each for each in found if each.is_fatal or each.is_urgent}
        if any(each.is_passing for each in found):
            # the venue is away: what else stood was not looked at, and is not over
            troubles = self._standing | troubles
        self._desk.books.not_traded = {
            each.symbol: each.brief for each in troubles.values() if each.symbol
        }
        now = self._desk.clock.now()
        came = [each for name, each in troubles.items() if _is_news(each, self._standing.get(name))]
        gone = [name for name in self._standing if name not in troubles]
        self._standing = troubles
        events: list[Event] = [
            AccountTrouble(at=now, name=each.name, text=each.value, hint=self._hint(each))
            for each in came
        ]
        events += [AccountMended(at=now, name=name) for name in gone]
        if events:
            await self._desk.scribe.keep(Record(events=tuple(events)))
        await self._switch(tuple(each for each in troubles.values() if each.is_fatal))

    def _hint(self, found: Finding) -> str:
        position = self._desk.books.position_on(found.symbol) if found.symbol else None
        if position is None:
            return found.hint
        return f"Position #{position.position_id} is open there. {found.hint}"

    async def _switch(self, fatal: tuple[Finding, ...]) -> None:
        switch, cause = self._desk.switch, self._desk.books.state.cause
        if fatal:
            why = f"{fatal[0].name}: {fatal[0].value}"
            await switch.tighten(TradingState.REDUCING, Cause.ACCOUNT, why)
        elif cause is Cause.ACCOUNT:
            why = "the account is as it should be again"
            await switch.move(TradingState.ACTIVE, Cause.NONE, why)


def _is_news(found: Finding, before: Finding | None) -> bool:
    # a halt that becomes an end, or an end on another day, is told again
    return before is None or before.brief != found.brief
