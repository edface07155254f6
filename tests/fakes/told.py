"""Wishes, price alerts and people in memory."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

from engine.core.errors import UserError
from engine.core.kinds import Role
from engine.core.messages import AuditEntry, Person
from engine.core.parameters.research import zone_named
from engine.core.people import Actor
from engine.core.price_alerts import PriceAlert
from engine.core.telling import Place, Topic, Wishes
from handlers.told_ports import AuditLine, Invitation, Seen

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@dataclass(slots=True)
class FakeNotices:
    wished: dict[int, Wishes] = field(default_factory=dict)
    seen_by: dict[str, str] = field(default_factory=dict)  # page -> who; "" while nobody
    told_again: dict[str, datetime] = field(default_factory=dict)
    bound: dict[Topic, Place] = field(default_factory=dict)

    async def wishes(self, person_id: int) -> Wishes:
        return self.wished.get(person_id, Wishes())

    async def wish(self, person_id: int, wishes: Wishes) -> None:
        self.wished[person_id] = wishes

    def zone(self, wishes: Wishes) -> tzinfo:
        return zone_named(wishes.zone or "UTC")

    async def seen(self, page_id: str, by: str, card: tuple[int, int]) -> Seen | None:
        if page_id not in self.seen_by:
            return None
        is_first = not self.seen_by[page_id]
        if is_first:
            self.seen_by[page_id] = by
        return Seen(by=self.seen_by[page_id], at=AT, is_first=is_first)

    async def later(self, page_id: str, until: datetime) -> bool:
        if self.seen_by.get(page_id):
            return False
        self.told_again[page_id] = until
        return True

    async def topics(self) -> dict[Topic, Place]:
        return dict(self.bound)

    async def bind(self, topic: Topic, place: Place | None) -> None:
        if place is None:
            self.bound.pop(topic, None)
        else:
            self.bound[topic] = place


@dataclass(slots=True)
class FakePriceWatch:
    alerts: list[PriceAlert] = field(default_factory=list)
    now_price: float | None = 64_000.0

    async def mine(self, person_id: int) -> tuple[PriceAlert, ...]:
        return tuple(alert for alert in self.alerts if alert.person_id == person_id)

    async def add(
        self, person_id: int, symbol: str, level_price: Decimal, *, is_above: bool, repeats: bool
    ) -> PriceAlert:
        alert = PriceAlert(
            alert_id=len(self.alerts) + 1, person_id=person_id, symbol=symbol, is_above=is_above,
            level_price=level_price, repeats=repeats, armed=True,
        )  # fmt: skip
        self.alerts.append(alert)
        return alert

    async def remove(self, alert_id: int, person_id: int) -> bool:
        before = len(self.alerts)
        self.alerts = [a for a in self.alerts if (a.alert_id, a.person_id) != (alert_id, person_id)]
        return len(self.alerts) < before

    def price(self, symbol: str) -> float | None:
        return self.now_price


def a_member(person_id: int, role: Role, name: str = "Ann") -> Person:
    return Person(
        person_id=person_id, name=name, role=role, added_at=AT, added_by="settings",
        chat_id=person_id,
    )  # fmt: skip


def some_lines(count: int) -> tuple[AuditLine, ...]:
    """Rows of an audit, newest first."""
    actor = Actor("Ann", Role.OWNER, 1001)
    entry = AuditEntry(at=AT, actor=actor, action="pause", subject="/pause", update_id=7)
    return tuple(AuditLine(number, entry) for number in range(count, 0, -1))


@dataclass(slots=True)
class FakeStaff:
    people: dict[int, Person] = field(
        default_factory=lambda: {
            1001: a_member(1001, Role.OWNER),
            1003: a_member(1003, Role.VIEWER, "Vera"),
        }
    )
    lines: tuple[AuditLine, ...] = field(default_factory=lambda: some_lines(20))

    async def everybody(self) -> tuple[Person, ...]:
        return tuple(self.people.values())

    async def change(self, person_id: int, was: Role, role: Role | None) -> Person:
        person = self.people.get(person_id)
        if person is None or person.role is not was:
            raise UserError("That role has changed since.", hint="See /people")
        if role is None:
            del self.people[person_id]
        else:
            self.people[person_id] = replace(person, role=role)
        return person

    async def invite(self, role: Role) -> Invitation:
        return Invitation(
            code="K7QX2M4PK7QX", link="https://t.me/desk_bot?start=K7QX2M4PK7QX", role=role,
            expires_at=AT + timedelta(hours=1),
        )  # fmt: skip

    async def audit(self, before: int, limit: int) -> tuple[AuditLine, ...]:
        return tuple(line for line in self.lines if not before or line.number < before)[:limit]
