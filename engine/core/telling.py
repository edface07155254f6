"""Who is told what, and how loudly: classes of alerts, a person's wishes, quiet hours. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType

from engine.core.kinds import Role, Severity

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_PLACE = re.compile(r"(-[1-9][0-9]{0,15})(?:/([1-9][0-9]{0,9}))?", re.ASCII)


class AlertClass(StrEnum):
    """What an alert is about; a person sets the loudness of each."""

    TRADES = "trades"
    APPROVALS = "approvals"
    RISK = "risk"
    VENUE = "venue"
    MODELS = "models"
    DESK = "desk"
    PEOPLE = "people"
    REPORTS = "reports"


class Loudness(StrEnum):
    OFF = "off"
    SILENT = "silent"
    LOUD = "loud"


class Topic(StrEnum):
    """The topics of a group."""

    TRADES = "trades"
    APPROVALS = "approvals"
    ALERTS = "alerts"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class Place:
    """A group, and the topic in it; thread_id None: the group itself."""

    chat_id: int
    thread_id: int | None = None

    def words(self) -> str:
        """The form that people write: "-1001234/5"."""
        return str(self.chat_id) if self.thread_id is None else f"{self.chat_id}/{self.thread_id}"

    @classmethod
    def of(cls, text: str) -> "Place":
        """The place that `words` wrote; raises ValueError for anything else."""
        found = _PLACE.fullmatch(text)
        if found is None:
            raise ValueError(f'"{text}" is no place, write one like -1001234/5')
        return cls(int(found[1]), int(found[2]) if found[2] else None)


TOPIC_OF = MappingProxyType({
    AlertClass.TRADES: Topic.TRADES,
    AlertClass.APPROVALS: Topic.APPROVALS,
    AlertClass.REPORTS: Topic.REPORTS,
})  # fmt: skip  # all others are alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a person wants to be told. Times of day are "HH:MM" in the person's zone."""

    zone: str = ""  # empty: the desk's home zone
    quiet_from: str = ""  # empty: no quiet hours
    quiet_to: str = ""
    daily_at: str = "08:00"  # of the daily summary; empty: none
    daily_since_at: datetime | None = None  # when the hour was last set: no summary for before that
    loudness: Mapping[AlertClass, Loudness] = field(default_factory=lambda: MappingProxyType({}))
    # ^ what is not named is loud
    snoozed: Mapping[AlertClass, datetime] = field(default_factory=lambda: MappingProxyType({}))
    # ^ silent until then

    def of(self, kind: AlertClass) -> Loudness:
        return self.loudness.get(kind, Loudness.LOUD)

    def with_loudness(self, kind: AlertClass, loudness: Loudness) -> "Wishes":
        return replace(self, loudness={**self.loudness, kind: loudness})

    def snoozed_until(self, kind: AlertClass, until: datetime) -> "Wishes":
        return replace(self, snoozed={**self.snoozed, kind: until})


def loudness_now(
    wishes: Wishes, kind: AlertClass, severity: Severity, now: datetime, zone: tzinfo
) -> Loudness:
    """How an alert is told to a person at this moment.

    What is critical is always told, and loudly. Approvals ring in quiet hours, for somebody waits.
    Small news never rings.
    """
    if severity is Severity.CRITICAL:
        return Loudness.LOUD
    wanted = wishes.of(kind)
    if wanted is not Loudness.LOUD:
        return wanted
    until = wishes.snoozed.get(kind)
    snoozed = until is not None and now < until
    quiet = kind is not AlertClass.APPROVALS and is_quiet(wishes, now, zone)
    if severity is Severity.INFO or snoozed or quiet:
        return Loudness.SILENT
    return Loudness.LOUD


def is_quiet(wishes: Wishes, now: datetime, zone: tzinfo) -> bool:
    """Whether `now` lies in the person's quiet hours, which may go over midnight."""
    if not wishes.quiet_from or not wishes.quiet_to:
        return False
    begins, ends = time_of(wishes.quiet_from), time_of(wishes.quiet_to)
    local = now.astimezone(zone).time()
    if begins <= ends:
        return begins <= local < ends
    return local >= begins or local < ends


def time_of(text: str) -> time:
    """The time of day that "8:00" or "23:30" names; raises ValueError for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'"{text}" is no time of day, write one like 23:00')
    return time(int(found[1]), int(found[2]))


def last_due(at: str, now: datetime, zone: tzinfo, *, weekday: int | None = None) -> datetime:
    """The last moment up to `now` (aware UTC) at which the clock of the zone showed `at`.

    weekday: only on this day, 0 is Monday. An hour that a change of clocks skips counts as the
    one after it; one that comes twice counts once.
    """
    wanted = time_of(at)
    day = now.astimezone(zone).date()
    while True:
        due = datetime.combine(day, wanted, zone).astimezone(UTC)
        if due <= now and weekday in {None, day.weekday()}:
            return due
        day -= timedelta(days=1)


def call_order(people: Mapping[int, Role]) -> tuple[int, ...]:
    """Whom an unanswered critical alert is told to, one after another: owners, then traders."""
    able = {person: role for person, role in people.items() if role.covers(Role.TRADER)}
    return tuple(sorted(able, key=lambda person: (able[person] is not Role.OWNER, person)))
