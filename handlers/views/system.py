"""Health, mode, and the home card."""

from collections.abc import Sequence
from datetime import datetime

from engine.core.kinds import Role
from engine.services.answers import About, Gauge, Mode
from handlers.views.text import (
    TEXT_LIMIT,
    card,
    clean,
    count_of,
    duration,
    escape,
    moment,
    short_symbol,
    shown_len,
    table,
)

_SHOWN_SYMBOLS = 20
_LINE_LIMIT = 300
_ROLE_MEANINGS = {
    Role.OWNER: "you may do everything",
    Role.TRADER: "you may watch, stop and lower risk",
    Role.VIEWER: "you may watch",
}


def health_text(gauges: Sequence[Gauge], badge: str, at: datetime) -> str:
    """Every reading, the bad ones first with what to do."""
    bad = [gauge for gauge in gauges if not gauge.good]
    good = [gauge for gauge in gauges if gauge.good]
    verdict = f"⚠️ {count_of(len(bad), 'problem')}" if bad else "✅ All is well"
    lines = [f"<b>{verdict}</b> · {escape(badge)}"]
    for gauge in bad:
        lines.append(f"❌ <b>{escape(gauge.name, 40)}</b>: {escape(gauge.value, 100)}")
        if gauge.hint:
            lines.append(f"   {escape(gauge.hint, 200)}")
    lines += [f"✅ {escape(gauge.name, 40)}: {escape(gauge.value, 100)}" for gauge in good]
    lines.append(f"As of {moment(at)}")
    return card(lines)


def version_text(about: About, badge: str, now: datetime) -> str:
    """What runs, since when, and on what."""
    up_s = (now - about.started_at).total_seconds()
    return "\n".join(
        [
            f"<b>Parley {escape(about.version, 40)}</b> · {escape(badge)}",
            f"Running for {duration(up_s)}, since {moment(about.started_at)}",
            f"Start <code>{escape(about.boot_id, 20)}</code>, Python {escape(about.python, 20)}",
            f"Database: {escape(about.database, 20)}, schema {escape(about.schema, 40)}",
            f"Parameters <code>{escape(about.config_hash, 20)}</code> (/params history)",
        ]
    )


def logs_text(lines: Sequence[str], badge: str, *, level: str = "") -> str:
    """The last lines of the log, oldest first; as many of the newest as one message holds."""
    only = f", {level.lower()} and worse" if level else ""
    head = f"<b>Log{only}</b> · {escape(badge)}"
    if not lines:
        return f"{head}\nNo line of that kind since the start."
    kept: list[str] = []
    room = TEXT_LIMIT - shown_len(head) - 40
    for line in reversed(lines):
        shown = clean(line, _LINE_LIMIT)
        room -= shown_len(escape(shown, _LINE_LIMIT)) + 1
        if room < 0:
            break
        kept.append(shown)
    return "\n".join([head, table(kept[::-1]), f"The last {count_of(len(kept), 'line')}."])


def mode_text(mode: Mode) -> str:
    """What the desk runs on, and how to change it."""
    live = mode.badge == "LIVE"
    symbols = [escape(short_symbol(symbol)) for symbol in mode.symbols[:_SHOWN_SYMBOLS]]
    more = len(mode.symbols) - _SHOWN_SYMBOLS
    return "\n".join(
        [
            f"<b>{escape(mode.badge)}</b>: {escape(mode.words)}",
            "⚠️ Orders go to the venue with real money."
            if live
            else "No real money: the desk fills its orders itself.",
            f"Market: {escape(mode.market)}{_speed(mode.speed)}",
            f"Symbols: {', '.join(symbols)}{f' and {more} more' if more > 0 else ''}",
            f"Bars: {', '.join(frame.value for frame in mode.timeframes)}",
            "The mode is set before the start, by <code>TRADING</code> and <code>MARKET</code>;"
            " it cannot be changed from chat.",
        ]
    )


def _speed(speed: float) -> str:
    if speed == 1:
        return ""
    return ", as fast as possible" if speed == 0 else f", {speed:,g} times real speed"


def home_text(name: str, role: Role, mode: Mode, *, welcome: bool) -> str:
    """The card of /start."""
    greeting = f"Welcome, {escape(name, 40)}!" if welcome else f"Hello, {escape(name, 40)}."
    return "\n".join(
        [
            f"<b>Parley</b> · {escape(mode.badge)}",
            greeting,
            f"This desk trades {escape(mode.words)}.",
            f"You are its {role.value}: {_ROLE_MEANINGS[role]}.",
            "/status is the desk on one card, /help lists the rest.",
        ]
    )
