"""Price alerts: looked at often, fired once, told with the firing in one transaction."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from engine.core.errors import StorageError, UserError
from engine.core.messages import OutboxMessage, Priority
from engine.core.price_alerts import PriceAlert, is_back, is_beyond
from handlers.views.told import crossed_text
from storage.price_alerts import PriceAlerts

MOST_OF_ONE = 30  # alerts of one person


class PriceWatch:
    """The handlers' PriceWatch, on the database. The alerts are kept in memory between changes."""

    def __init__(
        self,
        stored: PriceAlerts,
        price: Callable[[str], float | None],
        chat_of: Callable[[int], tuple[int, bool] | None],
        badge: str,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        """`chat_of` a person: the chat and whether it is quiet there; None for a stranger."""
        self._stored = stored
        self._price = price
        self._chat_of = chat_of
        self._badge = badge
        self._now = now
        self._wake = wake
        self._alerts: tuple[PriceAlert, ...] = ()
        self._is_stale = True  # they are to be read again

    def price(self, symbol: str) -> float | None:
        """The last price; None before the first."""
        return self._price(symbol)

    async def mine(self, person_id: int) -> tuple[PriceAlert, ...]:
        """The person's alerts, oldest first."""
        return tuple(a for a in await self._stored.all() if a.person_id == person_id)

    async def add(
        self, person_id: int, symbol: str, level_price: Decimal, *, is_above: bool, repeats: bool
    ) -> PriceAlert:
        """The new alert, armed unless the price is beyond its level already."""
        if len(await self.mine(person_id)) >= MOST_OF_ONE:
            raise UserError(
                f"You have {MOST_OF_ONE} price alerts already.", hint="/alerts list removes some."
            )
        alert = PriceAlert(
            alert_id=0,
            person_id=person_id,
            symbol=symbol,
            is_above=is_above,
            level_price=level_price,
            repeats=repeats,
            armed=True,
        )
        price = self._price(symbol)
        armed = price is None or not is_beyond(alert, price)
        await self._stored.add(
            person_id,
            symbol,
            level_price,
            self._now(),
            is_above=is_above,
            repeats=repeats,
            armed=armed,
        )
        self._is_stale = True
        return (await self.mine(person_id))[-1]

    async def remove(self, alert_id: int, person_id: int) -> bool:
        """Whether the person had it."""
        self._is_stale = True
        return await self._stored.remove(alert_id, person_id)

    async def forget(self, person_id: int) -> None:
        """For somebody who has no role any more."""
        self._is_stale = True
        await self._stored.forget(person_id)

    async def look(self) -> None:
        """Fires what has crossed, arms what has come back. Raises StorageError."""
        if self._is_stale:
            self._is_stale = False  # before reading: a change meanwhile asks for another
            try:
                self._alerts = await self._stored.all()
            except StorageError:
                self._is_stale = True
                raise
        back = []
        for alert in self._alerts:
            price = self._price(alert.symbol)
            if price is None:
                continue
            if alert.armed and is_beyond(alert, price):
                await self._fire(alert, price)
            elif not alert.armed and is_back(alert, price):
                back.append(alert.alert_id)
        if back:
            await self._stored.arm(back)
            self._is_stale = True

    async def _fire(self, alert: PriceAlert, price: float) -> None:
        self._is_stale = True
        found = self._chat_of(alert.person_id)
        if found is None:  # without a role: their alerts go with them
            await self._stored.forget(alert.person_id)
            return
        chat_id, quiet = found
        payload: dict[str, object] = {"text": crossed_text(alert, price, self._badge)}
        if quiet:
            payload["disable_notification"] = True
        message = OutboxMessage(
            key=f"price:{alert.alert_id}:{int(self._now().timestamp() * 1000)}",
            chat_id=chat_id,
            method="sendMessage",
            payload=payload,
            priority=Priority.ALERT,
        )
        if await self._stored.fire(alert, message, self._now()):
            self._wake()
