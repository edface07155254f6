"""People, invitations and the audit in words. Pure."""

from collections.abc import Sequence
from datetime import datetime

from engine.core.kinds import Role
from engine.core.messages import AuditEntry, Person
from handlers.told_ports import AuditLine, Invitation
from handlers.views.text import count_of, duration, escape

OUT = "none"  # instead of a role: no access any more
ROLE_MEANINGS = {
    Role.OWNER: "may do everything",
    Role.TRADER: "may watch, stop and lower risk",
    Role.VIEWER: "may watch",
}
BY_SETTINGS = "settings"


def people_text(people: Sequence[Person], badge: str) -> str:
    """Everybody with a role."""
    lines = [
        f"{person.role.value}: {escape(person.name, 40)} <code>{person.person_id}</code>"
        f"{'' if person.chat_id is not None else ', has not written yet'}"
        for person in people
    ]
    return "\n".join(
        [
            f"<b>{count_of(len(people), 'person', 'people')}</b> · {escape(badge)}",
            *lines,
            "Tap one to change it. /invite lets somebody in.",
        ]
    )


def person_text(person: Person, badge: str) -> str:
    """One person's card."""
    lines = [
        f"<b>{escape(person.name, 40)}</b> · {escape(badge)}",
        f"Id <code>{person.person_id}</code>",
        f"{person.role.value.capitalize()}: {ROLE_MEANINGS[person.role]}",
        f"Since {person.added_at:%Y-%m-%d}, by {escape(person.added_by, 40)}",
    ]
    if person.added_by == BY_SETTINGS:
        lines.append(
            "Named in TELEGRAM_USERS: change it there too, or the next start brings it back."
        )
    return "\n".join(lines)


def change_question(person: Person, role: Role | None) -> str:
    """What would follow."""
    name = escape(person.name, 40)
    if role is None:
        return (
            f"Remove <b>{name}</b>? It works at once: no commands, no alerts,"
            " and the buttons they still have do nothing."
        )
    return (
        f"Make <b>{name}</b> a {role.value} instead of a {person.role.value}?"
        f" A {role.value} {ROLE_MEANINGS[role]}. It works at once."
    )


def changed_text(person: Person, role: Role | None, badge: str) -> str:
    """What was changed; its first line stands in the audit."""
    after = "no access" if role is None else role.value
    return (
        f"<b>{escape(person.name, 40)}</b> (id {person.person_id}):"
        f" {person.role.value} → {after} · {escape(badge)}\nMenus and buttons follow at once."
    )


def invitation_text(invitation: Invitation, now: datetime, badge: str) -> str:
    """How the other gets in."""
    lasts_s = 60 * round((invitation.expires_at - now).total_seconds() / 60)
    ways = [f"<code>/start {invitation.code}</code>, sent to this bot"]
    if invitation.link:
        ways.insert(0, escape(invitation.link, 200))
    return "\n".join(
        [
            f"<b>Invitation for one {invitation.role.value}</b> · {escape(badge)}",
            f"Works once, for {duration(lasts_s)}. Give it to one person only:",
            *ways,
            f"Who uses it {ROLE_MEANINGS[invitation.role]}.",
        ]
    )


def audit_text(lines: Sequence[AuditLine], badge: str) -> str:
    """Who did what, when and from where; newest first."""
    title = f"<b>Audit</b> · {escape(badge)}"
    if not lines:
        return f"{title}\nNothing here."
    return "\n".join([title, *(_line(line) for line in lines)])


def _line(line: AuditLine) -> str:
    entry = line.entry
    said = entry.subject.startswith("/") or not entry.subject
    what = escape(entry.subject or f"/{entry.action}", 60) if said else f"/{entry.action}, a button"
    result = f"\n   {escape(entry.result, 80)}" if entry.result else ""
    when = f"{entry.at:%m-%d %H:%M:%S}"
    return (
        f"{line.number}. {when} <b>{escape(entry.actor.name, 30)}</b>"
        f" ({entry.actor.role.value}, {_where(entry)})\n   {what}{result}"
    )


def _where(entry: AuditEntry) -> str:
    if entry.update_id is not None:
        return f"chat, id {entry.actor.person_id}"
    return entry.actor.name if entry.actor.person_id is None else "desk"
