"""Parameters: the list, one of them, a change, the history, the reload plan."""

from collections.abc import Iterable, Sequence

from engine.services.answers import ParameterChange, ParameterRow, ReloadPlan, VersionRow
from handlers.views.text import card, count_of, escape, moment
from handlers.views.words import sentence

_SHOWN = 25


def overview_text(rows: Sequence[ParameterRow], badge: str) -> str:
    """The groups, how many of each differ from the default, and how to go on."""
    lines = [f"<b>Parameters</b> · {escape(badge)}"]
    for group in groups_of(rows):
        own = [row for row in rows if row.group == group]
        changed = sum(row.changed for row in own)
        note = f", {changed} changed" if changed else ""
        lines.append(f"<b>{escape(group)}</b>: {len(own)}{note}")
    lines.append("Tap a group, or change one: <code>/set name value</code>")
    return "\n".join(lines)


def groups_of(rows: Iterable[ParameterRow]) -> tuple[str, ...]:
    """The groups in their order of appearance."""
    return tuple(dict.fromkeys(row.group for row in rows))


def rows_text(rows: Sequence[ParameterRow], title: str, badge: str) -> str:
    """Names with their values; a dot marks what differs from its default."""
    head = f"<b>{escape(title)}</b> · {escape(badge)}"
    if not rows:
        return f"{head}\nNothing differs from the defaults."
    lines = [
        f"{'● ' if row.changed else ''}<code>{escape(row.name, 60)}</code>\n"
        f"   <b>{escape(row.value, 60)}</b>"
        + (f" (default {escape(row.default, 60)})" if row.changed else "")
        for row in rows
    ]
    return card([head, *lines])


def row_text(row: ParameterRow, badge: str) -> str:
    """One parameter with all that is known of it, and a command to copy."""
    when = "takes effect at once" if row.hot else "takes effect at the next start"
    return "\n".join(
        [
            f"<b>{escape(row.name, 60)}</b> · {escape(badge)}",
            f"Now <b>{escape(row.value, 60)}</b>, default {escape(row.default, 60)}",
            f"Allowed: {escape(row.bounds, 60) or 'anything'}",
            f"{sentence(row.why, 200)}; {when}.",
            f"Change it: <code>/set {escape(row.name, 60)} {escape(row.default, 60)}</code>",
        ]
    )


def change_text(change: ParameterChange, badge: str) -> str:
    """A change that was made, or that waits for a second tap."""
    lines = [f"🎛 <b>{escape(change.name, 60)}</b> · {escape(badge)}", _old_to_new(change)]
    if change.effect:
        lines.append(sentence(change.effect, 200))
    if change.needs_confirmation:
        lines += ["⚠️ This raises risk. Nothing is changed yet.", "Apply it?"]
    elif change.old == change.new:
        lines.append("It was so already; nothing changed.")
    else:
        lines.append(_done(change))
        if change.until_at is not None:
            lines.append(f"It goes back to {escape(change.old, 60)} at {moment(change.until_at)}.")
    return "\n".join(lines)


def profile_text(name: str, changes: Sequence[ParameterChange], badge: str) -> str:
    """What a profile changes, or has changed."""
    lines = [f"🎚 <b>Profile {escape(name, 20)}</b> · {escape(badge)}", *_changes(changes)]
    if not changes:
        lines.append("All of it is so already; nothing changed.")
    elif any(change.needs_confirmation for change in changes):
        lines += ["⚠️ This raises risk. Nothing is changed yet.", "Apply it?"]
    else:
        lines.append(_done(changes[-1]))
    return card(lines)


def difference_text(wanted: str, changes: Sequence[ParameterChange], badge: str) -> str:
    """From an older version to what is in force."""
    lines = [f"<b>Since {escape(wanted, 20)}</b> · {escape(badge)}", *_changes(changes)]
    return card(lines if changes else [*lines, "The same is in force now."])


def undo_text(changes: Sequence[ParameterChange], badge: str) -> str:
    """What going back one version changes, or has changed."""
    if not changes:
        return f"<b>Undo</b> · {escape(badge)}\nThere is no change to take back."
    waits = any(change.needs_confirmation for change in changes)
    lines = [f"↩️ <b>Undo</b> · {escape(badge)}", *_changes(changes)]
    if waits:
        lines += ["⚠️ This raises risk. Nothing is changed yet.", "Apply it?"]
    else:
        lines.append(_done(changes[-1]))
    return card(lines)


def history_text(versions: Sequence[VersionRow], badge: str) -> str:
    """The versions, newest first: when, who, what, why."""
    lines = [f"<b>Parameter history</b> · {escape(badge)}"]
    for version in versions:
        author = escape(version.author, 40)
        lines.append(f"<b>Version {version.version}</b> {moment(version.at)}, {author}")
        lines += [
            f"  {escape(name, 60)}: {escape(old, 60)} → {escape(new, 60)}"
            for name, old, new in version.changes[:_SHOWN]
        ]
        if version.why:
            lines.append(f"  {escape(version.why)}")
    return card(lines if versions else [*lines, "Nothing was ever changed."])


def reload_text(plan: ReloadPlan, badge: str, *, applied: bool) -> str:
    """The difference between the file and the parameters in force, and what can be done."""
    lines = [f"📄 <b>Reload</b> · {escape(badge)}", f"<code>{escape(plan.path, 200)}</code>"]
    lines += _changes(plan.changes)
    if plan.errors:
        lines.append("<b>Nothing can be applied:</b>")
        lines += [f"• {escape(error, 200)}" for error in plan.errors[:_SHOWN]]
    elif applied:
        lines.append(f"✅ {count_of(len(plan.changes), 'change')} applied. /undo takes it back.")
    elif plan.changes:
        if any(change.raises_risk for change in plan.changes):
            lines.append("⚠️ Some of this raises risk.")
        lines.append(f"Apply {'all of it' if len(plan.changes) > 1 else 'it'}? Positions stay.")
    else:
        lines.append("The file says what is in force already.")
    if plan.restart_settings:
        names = ", ".join(escape(name, 60) for name in plan.restart_settings[:_SHOWN])
        lines.append(f"Changed, but only read at a start: {names}")
    return card(lines)


def _changes(changes: Sequence[ParameterChange]) -> list[str]:
    rows = [f"{escape(each.name, 60)}: {_old_to_new(each)}" for each in changes[:_SHOWN]]
    more = len(changes) - _SHOWN
    return [*rows, f"and {more} more"] if more > 0 else rows


def _old_to_new(change: ParameterChange) -> str:
    mark = " ⚠️" if change.raises_risk else ""
    return f"{escape(change.old, 60)} → <b>{escape(change.new, 60)}</b>{mark}"


def _done(change: ParameterChange) -> str:
    when = "In force now" if change.hot else "In force at the next start"
    return f"✅ {when}: version {change.version}, <code>{escape(change.config_hash, 20)}</code>"
