"""What is let in of the market's prices: nothing that cannot be one, no leap that stands alone."""

from loguru import logger

from engine.core.events import PriceRefused
from engine.core.market import PriceMoved
from engine.core.ports import Record
from engine.execution.books import Books
from engine.execution.scribe import Scribe
from engine.market.prices import confirms, fault_of, leaps


class Doorway:
    """Refused prices change nothing; each trouble of a symbol is told once, until it is over."""

    def __init__(self, books: Books, scribe: Scribe) -> None:
        self._books = books
        self._scribe = scribe
        self._refused: dict[str, PriceMoved] = {}  # the last refused price, by symbol

    async def lets_in(self, event: PriceMoved) -> bool:
        """Whether the desk may reckon with the price."""
        fault = fault_of(event)
        suspect = self._refused.get(event.symbol)
        if not fault and leaps(event, self._books.last_price.get(event.symbol)):
            known = suspect is not None and not fault_of(suspect) and confirms(event, suspect)
            fault = "" if known else "a leap that no second price has confirmed"
        if not fault:
            self._refused.pop(event.symbol, None)
            return True
        self._refused[event.symbol] = event
        if suspect is None:
            logger.warning("{}: {} is refused", event.symbol, fault)
            told = PriceRefused(
                at=event.at, symbol=event.symbol, price=event.close_price, text=fault
            )
            await self._scribe.keep(Record(events=(told,)))
        return False
