"""How many commands one person may give: a sliding window per person."""

from collections import OrderedDict, deque

REMEMBERED_PEOPLE = 1000  # beyond that the one who was silent longest is forgotten


class Throttle:
    """At most `count` in any `window_s`, per person. Refused attempts do not count."""

    def __init__(self, count: int, window_s: float) -> None:
        self._count = count
        self._window_s = window_s
        self._passed: OrderedDict[int, deque[float]] = OrderedDict()

    def admits(self, person_id: int, now_s: float) -> bool:
        """Whether this one may pass; counts it when it may."""
        passed = self._passed.setdefault(person_id, deque(maxlen=self._count))
        self._passed.move_to_end(person_id)
        if len(self._passed) > REMEMBERED_PEOPLE:
            self._passed.popitem(last=False)
        if len(passed) == self._count and now_s - passed[0] < self._window_s:
            return False
        passed.append(now_s)
        return True
