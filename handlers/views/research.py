"""Research: the form, a job's card, the list, and what came of it in plain words."""

from collections.abc import Callable, Sequence

from engine.core.research import Kind, RowTold, Told, TunedTold
from engine.services.answers import ParameterChange
from engine.services.research_answers import JobState, ResearchJob
from handlers.views.text import card, clock, count_of, escape, multiple, percent

NAMES: dict[Kind, str] = {
    Kind.BACKTEST: "Backtest",
    Kind.COMPARE: "Comparison",
    Kind.WALKFORWARD: "Walk-forward",
    Kind.MONTECARLO: "Monte Carlo",
    Kind.TUNE: "Tuning",
    Kind.BIAS: "Bias check",
    Kind.STRESS: "Stress test",
}
ABOUT: dict[Kind, str] = {
    Kind.BACKTEST: "What would this have done? The desk's own rules and costs on recorded bars.",
    Kind.COMPARE: "Several ways of trading the same bars, side by side.",
    Kind.WALKFORWARD: "Tuned on one stretch, judged on the next: only what followed counts.",
    Kind.MONTECARLO: "The same days in other orders: how bad could it have gone?",
    Kind.TUNE: "Searches for better parameters, and judges them on bars it never saw.",
}
STATES: dict[JobState, str] = {
    JobState.WAITING: "⏳ waiting",
    JobState.RUNNING: "⚙️ running",
    JobState.DONE: "✅ done",
    JobState.FAILED: "❌ not done",
    JobState.STOPPED: "⏹ stopped",
    JobState.INTERRUPTED: "💤 interrupted",
}
INTERRUPTED = "The desk ended in the middle of it. Nothing else was affected."
BAR_CELLS = 12
MOST_ROWS = 8
MOST_NOTES = 3
NAME_CELLS = 13
SENTENCE = 300


def form_text(kind: Kind, words: str, badge: str) -> str:
    """What the form asks for, and the same as a line to type."""
    return "\n".join(
        [
            f"🔬 <b>{NAMES[kind]}</b> · {escape(badge)}",
            ABOUT[kind],
            "Tap a value to change it, or type:",
            f"<code>/{kind.value} {escape(words)}</code>",
        ]
    )


def choice_text(kind: Kind, field: str, badge: str) -> str:
    """The question for one value of the form."""
    return f"🔬 <b>{NAMES[kind]}</b> · {escape(badge)}\n{escape(field)}?"


def job_text(job: ResearchJob, badge: str) -> str:
    """The job's card: what was asked, and how far it is."""
    lines = [head(job, badge), f"<code>{escape(job.words, 200)}</code>", STATES[job.state]]
    if job.state is JobState.WAITING and job.ahead:
        lines[-1] += f", {count_of(job.ahead, 'job')} before it"
    if job.state is JobState.RUNNING:
        lines += _progress(job)
    if job.state is JobState.FAILED:
        lines.append(escape(job.sentence, SENTENCE))
    if job.state is JobState.INTERRUPTED:
        lines.append(INTERRUPTED)
    return "\n".join(lines)


def jobs_text(jobs: Sequence[ResearchJob], badge: str) -> str:
    """The last jobs, newest first."""
    lines = [f"🔬 <b>Research</b> · {escape(badge)}"]
    if not jobs:
        return "\n".join([*lines, "Nothing was asked yet. Try /backtest"])
    return card([*lines, *map(_line, jobs)])


def result_text(job: ResearchJob, told: Told, badge: str) -> str:
    """What came of it: figures, the judgement, and what has to be known before it is trusted."""
    lines = [
        head(job, badge),
        escape(told.title, 120),
        f"{told.from_at:%Y-%m-%d} to {told.to_at:%Y-%m-%d}",
        *result_lines(told),
    ]
    if told.judgement:
        lines.append(f"⚖️ {escape(told.judgement, SENTENCE)}")
    if told.contaminated_bars:
        lines.append(f"⚠️ Models may know how {told.contaminated_bars:,} of these bars went on.")
    lines += [f"⚠️ {escape(note, 120)}" for note in told.notes[:MOST_NOTES]]
    return "\n".join(lines)


def result_lines(told: Told) -> list[str]:
    """The figures of its kind, a line each."""
    return _FIGURES[told.kind](told)


def adopt_text(told: TunedTold, badge: str) -> str:
    """Old to new, and the question."""
    lines = [
        f"🎛 <b>Adopt what the tuning found?</b> · {escape(badge)}",
        *_changes(told),
        "It passed on bars it had not seen. /undo takes it back.",
    ]
    return "\n".join(lines)


def adopted_text(changes: Sequence[ParameterChange], badge: str) -> str:
    """What is in force now."""
    lines = [f"🎛 <b>Adopted</b> · {escape(badge)}"]
    lines += [
        f"{escape(each.name, 60)}: {escape(each.old, 60)} → <b>{escape(each.new, 60)}</b>"
        for each in changes
    ]
    if not changes:
        return "\n".join([*lines, "It was in force already; nothing changed."])
    return "\n".join([*lines, f"✅ In force: version {changes[-1].version}."])


def head(job: ResearchJob, badge: str) -> str:
    return f"🔬 <b>{NAMES[job.kind]} {job.number}</b> · {escape(badge)}"


def _line(job: ResearchJob) -> str:
    return (
        f"<b>{job.number}</b> {NAMES[job.kind]}: {STATES[job.state]}\n"
        f"   {escape(job.words, 60)}, {escape(job.asked_by, 20)}, {clock(job.asked_at)}"
    )


def _progress(job: ResearchJob) -> list[str]:
    if job.of <= 0:
        return ["getting ready"]
    share_ratio = min(1.0, max(0.0, job.done / job.of))
    full = int(share_ratio * BAR_CELLS)
    bar = "▓" * full + "░" * (BAR_CELLS - full)
    return [f"{bar} {job.done} of {job.of}", escape(job.text, 80)]


def _backtest(told: Told) -> list[str]:
    (row,) = told.rows
    fees = f"{row.fee_quote:,.2f} {escape(told.quote)}"
    each = "" if row.expectancy_r is None else f", {multiple(row.expectancy_r)} each"
    won = "" if row.win_rate_ratio is None else f", won {percent(row.win_rate_ratio)}"
    lines = [
        f"Result <b>{percent(row.return_ratio, signed=True)}</b>{_held(told)}",
        f"{count_of(row.trades, 'trade')}{won}{each}",
        f"Drawdown {percent(row.max_drawdown_ratio)}, Sharpe {row.sharpe:.2f}",
    ]
    return [*lines, f"Fees {fees} of {told.start_cash_quote:,.0f}"]


def _held(told: Told) -> str:
    if len(told.curves) < 2 or not told.curves[1].equity_quote:
        return ""
    held_ratio = told.curves[1].equity_quote[-1] / told.start_cash_quote - 1.0
    return f", buy and hold {percent(held_ratio, signed=True)}"


def _compare(told: Told) -> list[str]:
    head_row = f"{'':<{NAME_CELLS}} {'result':>7} {'fall':>6} {'#':>4}"
    rows = [_row(row) for row in told.rows[:MOST_ROWS]]
    more = len(told.rows) - MOST_ROWS
    table = "\n".join((head_row, *rows))
    return [f"<pre>{table}</pre>", *([f"and {more} more"] if more > 0 else [])]


def _row(row: RowTold) -> str:
    name = escape(row.name[:NAME_CELLS])
    pad = " " * max(0, NAME_CELLS - len(row.name[:NAME_CELLS]))
    result, fall = f"{row.return_ratio:+.1%}", f"{row.max_drawdown_ratio:.1%}"
    return f"{name}{pad} {result:>7} {fall:>6} {row.trades:>4}"


def _walkforward(told: Told) -> list[str]:
    walk = told.walk
    if walk is None:
        return []
    lines = [
        f"{count_of(len(walk.windows), 'window')}, {count_of(walk.trades, 'trade')} in the tests",
        f"Sharpe tuned {walk.in_sharpe:.2f}, then <b>{walk.out_sharpe:.2f}</b>",
        f"{percent(walk.gaining_ratio)} of the tests gained",
    ]
    if walk.kept_ratio == walk.kept_ratio:
        lines.append(f"Kept of the tuned Sharpe: {percent(walk.kept_ratio)}")
    if walk.stability:
        name, least = min(walk.stability, key=lambda pair: pair[1])
        lines.append(f"Least stable: {escape(name, 40)} ({percent(least)})")
    return lines


def _montecarlo(told: Told) -> list[str]:
    fan = told.fan
    if fan is None:
        return []
    low, high = percent(fan.low_ratio, signed=True), percent(fan.high_ratio, signed=True)
    return [
        f"9 of 10 runs end at {low} to {high}",
        f"Lost in {percent(fan.loss_ratio)} of {fan.runs:,} runs",
        f"Drawdown: 19 of 20 within {percent(fan.drawdown_ratio)}",
        f"Ruin (a fall of {percent(fan.ruin_drawdown_ratio)}): {percent(fan.ruin_ratio)}",
    ]


def _tune(told: Told) -> list[str]:
    tuned = told.tuned
    if tuned is None:
        return []
    verdict = "✅ It may be adopted." if tuned.allowed else f"🚫 Not adopted: {escape(tuned.why)}."
    return [
        f"{count_of(tuned.trials_made, 'trial')}, {tuned.pruned} cut short",
        f"Unseen bars: Sharpe {tuned.old.sharpe:.2f} → <b>{tuned.new.sharpe:.2f}</b>",
        f"Better by {tuned.better:.2f} ({tuned.better_low:.2f} to {tuned.better_high:.2f})",
        *_changes(tuned),
        verdict,
    ]


def _changes(tuned: TunedTold) -> list[str]:
    lines = [
        f"{escape(name, 40)}: {escape(str(old), 20)} → <b>{escape(str(new), 20)}</b>"
        for name, old, new in tuned.changes[:MOST_ROWS]
    ]
    more = len(tuned.changes) - MOST_ROWS
    return [*lines, f"and {more} more"] if more > 0 else lines


def _bias(told: Told) -> list[str]:
    return [("✅ " if not each.changed else "❌ ") + escape(each.sentence) for each in told.biases]


def _stress(told: Told) -> list[str]:
    return [
        f"{escape(each.scenario)}: costs {percent(each.cost_ratio, signed=True)}, "
        f"{count_of(each.trades, 'trade')}"
        for each in told.stresses
    ]


_FIGURES: dict[Kind, Callable[[Told], list[str]]] = {
    Kind.BACKTEST: _backtest,
    Kind.COMPARE: _compare,
    Kind.WALKFORWARD: _walkforward,
    Kind.MONTECARLO: _montecarlo,
    Kind.TUNE: _tune,
    Kind.BIAS: _bias,
    Kind.STRESS: _stress,
}
