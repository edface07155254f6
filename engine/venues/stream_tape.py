"""What one symbol's market said since the desk last heard of it."""

from collections.abc import Iterable
from datetime import datetime

from engine.core.market import PriceMoved, Quote
from engine.venues.stream_words import Print

KNOWN_IDS = 512  # prints remembered by id: repeats come soon, or not at all
WILD_FACTOR = 10.0  # a price that is so many times the last one, or so small a part of it,
WILD_TIMES = 3  # is an error, unless so many in a row say it


class Tape:
    """Collects quotes and prints; `take` gives their range and begins anew.

    However late it is taken, no extreme is lost. Old news widens the range, and never becomes the
    last price: a quote of an older sequence is dropped, an older print does not set the close.
    """

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        self.quote: Quote | None = None
        self.heard_at: datetime | None = None  # the stream's last word
        self._sequence = (0, 0)
        self._prices: tuple[float, float, float, float] | None = None
        self._last_price = 0.0
        self._volume_base = 0.0
        self._printed_ms = 0
        self._printed_id = ""
        self._ids: dict[str, None] = {}
        self._wild = 0
        self._is_fresh = False

    @property
    def is_fresh(self) -> bool:
        """Whether there is something to take."""
        return self._is_fresh and self._last_price > 0.0

    def quoted(self, quote: Quote, sequence: tuple[int, int] = (0, 0)) -> bool:
        """Takes the best bid and ask in; False for one that is older than what is known."""
        if sequence < self._sequence:
            return False
        if not self._plausible(quote.mid_price):
            return False
        self._sequence = sequence
        self.quote = quote
        self._price(quote.mid_price)
        return True

    def printed(self, prints: Iterable[Print], *, counts_up: bool = False) -> bool:
        """Takes prints in, each once; False when some are missing before one of them.

        `counts_up`: the venue numbers them without holes.
        """
        whole = True
        for told in prints:
            if told.print_id in self._ids or not self._plausible(told.price):
                continue
            if counts_up and told.at_ms >= self._printed_ms:
                whole = whole and _follows(self._printed_id, told.print_id)
            self._know(told)
            self._volume_base += told.qty_base
            if told.at_ms >= self._printed_ms:
                self._printed_ms, self._printed_id = told.at_ms, told.print_id
                self._price(told.price)
            else:
                self._widen(told.price)
        return whole

    def polled(self, quote: Quote) -> bool:
        """Takes in what was asked for, not streamed; whether it differs from what was known."""
        # what stands there changes all the time: only another price says that something was missed
        is_new = self.quote is None or quote[:2] != self.quote[:2]
        if is_new and self._plausible(quote.mid_price):
            self.quote = quote
            self._price(quote.mid_price)
        self._is_fresh = True  # also when nothing moved: the symbol is quiet, and not lost
        return is_new

    def broke(self) -> None:
        """The stream was cut: the next one may count from anywhere."""
        self._sequence = (0, 0)
        self._printed_id = ""

    def take(self, at: datetime, spare_volume_base: float) -> PriceMoved:
        """The range since the last call, as an event at `at`; only when `is_fresh`.

        `spare_volume_base` counts when nothing was printed.
        """
        last_price = self._last_price
        opened, high, low, closed = self._prices or (last_price,) * 4
        volume_base = self._volume_base or spare_volume_base
        self._prices, self._volume_base, self._is_fresh = None, 0.0, False
        return PriceMoved(
            at=at,
            symbol=self.symbol,
            open_price=opened,
            high_price=high,
            low_price=low,
            close_price=closed,
            volume_base=volume_base,
            quote=self.quote,
        )

    def _price(self, price: float) -> None:
        opened, high, low, _ = self._prices or (price,) * 4
        self._prices = (opened, max(high, price), min(low, price), price)
        self._last_price = price
        self._is_fresh = True

    def _widen(self, price: float) -> None:
        opened, high, low, closed = self._prices or (self._last_price or price,) * 4
        self._prices = (opened, max(high, price), min(low, price), closed)
        self._last_price = closed
        self._is_fresh = True

    def _plausible(self, price: float) -> bool:
        # a coin may be split in thousand: then everybody says so, again and again
        last_price = self._last_price
        if last_price <= 0.0 or last_price / WILD_FACTOR < price < last_price * WILD_FACTOR:
            self._wild = 0
            return True
        self._wild += 1
        return self._wild >= WILD_TIMES

    def _know(self, told: Print) -> None:
        if not told.print_id:
            return
        self._ids[told.print_id] = None
        if len(self._ids) > KNOWN_IDS:
            del self._ids[next(iter(self._ids))]


def _follows(before: str, after: str) -> bool:
    # whether `after` is the print right behind `before`; unknown numbers prove nothing
    if not (before.isdecimal() and after.isdecimal()):
        return True
    return int(after) <= int(before) + 1
