"""The tuning is over: old against new."""

from engine.core.events import TuningReported
from engine.core.events.research import Interval
from engine.core.kinds import Severity
from engine.core.telling import AlertClass
from handlers.contract import Alert
from handlers.views.text import count_of, escape

MOST_CHANGES = 3
SENTENCE = 200  # characters


def tuning_reported(event: TuningReported) -> str:
    """Both with their intervals, what would change, and whether it may."""
    lines = [
        "🧪 <b>Tuning: old against new</b>",
        f"{count_of(event.trials, 'trial')}; judged on {count_of(event.days, 'unseen day')}.",
        f"Sharpe now: {_interval(event.old_sharpe)}",
        f"Sharpe found: {_interval(event.new_sharpe)}",
        f"Better by: {_interval(event.better_sharpe)}",
        *(
            f"{escape(name, 30)}: {escape(old, 20)} → {escape(new, 20)}"
            for name, old, new in event.changes[:MOST_CHANGES]
        ),
    ]
    if len(event.changes) > MOST_CHANGES:
        lines.append(f"and {len(event.changes) - MOST_CHANGES} more.")
    lines.append(escape(event.judgement, SENTENCE))
    lines.append(_what_now(event))
    return "\n".join(lines)


def _what_now(event: TuningReported) -> str:
    if event.adopted:
        return "Adopted, as tuning_adopts says. Back: /undo"
    if event.refused_because:
        return f"Nothing changed: {escape(event.refused_because, SENTENCE)}."
    return "It passed. Nothing changed: to take it over is your choice."


def _interval(interval: Interval) -> str:
    value, low, high = interval
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


ALERT = Alert(
    event=TuningReported, severity=Severity.INFO, kind=AlertClass.REPORTS, text=tuning_reported
)
