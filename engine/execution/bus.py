"""Events fan out: each subscriber is isolated, so that no listener can hurt the desk."""

from collections import Counter
from collections.abc import Callable, Sequence

from loguru import logger

from engine.core.events import Event

Subscriber = Callable[[Event], None]


class Bus:
    """Hands every published event to every subscriber, in order. Subscribers do not await."""

    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []
        self.failures: Counter[str] = Counter()

    def subscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.append(subscriber)

    def publish(self, events: Sequence[Event]) -> None:
        for event in events:
            for subscriber in self._subscribers:
                self._tell(subscriber, event)

    def _tell(self, subscriber: Subscriber, event: Event) -> None:
        try:
            subscriber(event)
        except Exception:  # noqa: BLE001 - a listener's fault must not stop the desk
            self.failures[type(event).__name__] += 1
            logger.exception("a subscriber failed on {}", type(event).__name__)
