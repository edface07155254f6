"""docs/tables.md: what decides on a trade, as tables that are read off the code itself."""

import ast
import importlib
import re
from collections.abc import Iterable, Sequence
from types import ModuleType

from bot.jobs import registry as jobs
from bot.jobs.contract import Daily, Every, Weekly
from engine.core.parameters import Parameters, declarations
from engine.core.parameters.parse import format_value
from engine.execution import entries
from engine.market.features import FEATURES
from engine.risk import registry as risk
from engine.risk.breakers import breaker_limits
from engine.risk.contract import DeskView
from engine.strategies import registry as strategies
from handlers.alerts import MODULES as ALERT_MODULES
from handlers.contract import Alert
from tests.house.tree import REPO
from tests.house.worked_examples import exit_plans, sizes

DECLARED = declarations(Parameters)
# What a rule takes from a helper and so does not name in its own file.
THROUGH_HELPERS = {
    "daily_loss": ("daily_loss_reduce_ratio", "adaptive_day_loss", "drawdown_halt_ratio"),
    "sector": ("sectors",),
}
DRAWDOWNS = (0.0, 0.05, 0.10, 0.125, 0.15, 0.20)


def tables_markdown() -> str:
    """The page, as Markdown."""
    parts: tuple[tuple[str, Sequence[str]], ...] = (
        ("Strategies", _strategies()),
        ("Risk rules", _risk_rules()),
        ("Exit plans", exit_plans()),
        ("Sizes, worked out", sizes()),
        ("The day's limits under the peak", _breakers()),
        ("Features", _features()),
        ("Jobs", _jobs()),
        ("Alerts", _alerts()),
    )
    lines = [
        "# Tables of the desk",
        "",
        "Made from the code by `make docs`; a test compares. [Trading](trading.md) explains them.",
    ]
    for title, body in parts:
        lines += ["", f"## {title}", "", *body]
    return "\n".join(lines) + "\n"


def table(head: str, rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of Markdown; `head` is "name | default"."""
    rule = "|".join("---" for _ in head.split("|"))
    shown = (" | ".join(cell.replace("|", r"\|") for cell in row) for row in rows)
    return [f"| {head} |", f"|{rule}|", *(f"| {row} |" for row in shown)]


def fields_handed_in() -> frozenset[str]:
    """What the running desk tells the risk rules of itself: the names of `DeskView(...)`."""
    tree = ast.parse((REPO / "engine/execution/entries.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    views = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id == DeskView.__name__]
    if len(views) != 1:
        raise LookupError(f"{entries.__name__} makes no DeskView, or several")
    return frozenset(word.arg for word in views[0].keywords if word.arg)


def _strategies() -> list[str]:
    rows = []
    for module in strategies.MODULES:
        for strategy in module.STRATEGIES:
            state = "on" if strategy.enabled(Parameters()) else "off"
            warm_up = str(strategy.warmup_bars(Parameters()))
            why = DECLARED[strategy.name].why
            rows.append((f"`{strategy.name}`", state, why, warm_up, _file(module)))
    head = "strategy, and its switch | at first | what it does | bars it needs | file"
    return ["In the order of leadership.", "", *table(head, rows)]


def _risk_rules() -> list[str]:
    rows = [
        (str(number), f"`{_name(module)}`", _about(module), _codes(module), _settings(module))
        for number, module in enumerate(risk.MODULES, start=1)
    ]
    silent = [f"`{_name(module)}`" for module in risk.MODULES if not _is_fed(module)]
    note = (
        f"Without anything to look at yet, and so never a no: {', '.join(silent)}."
        if silent
        else "Each of them is handed what it looks at."
    )
    head = "# | rule | what it holds | code | parameters"
    return ["Asked in this order; the first no is the answer.", note, "", *table(head, rows)]


def _codes(module: ModuleType) -> str:
    names = dict.fromkeys(re.findall(r"Reason\.([A-Z_]+)", _source(module)))
    return ", ".join(f"`{name.lower()}`" for name in names)


def _settings(module: ModuleType) -> str:
    names = [
        *dict.fromkeys(re.findall(r"(?<![\w.])parameters\.([a-z_0-9]+)", _source(module))),
        *THROUGH_HELPERS.get(_name(module), ()),
    ]
    known = (DECLARED[name] for name in names)
    return ", ".join(f"`{each.name}` {format_value(each, each.default)}" for each in known)


def _is_fed(module: ModuleType) -> bool:
    looked_at = set(re.findall(r"(?<![\w.])desk\.([a-z_0-9]+)", _source(module)))
    return looked_at <= fields_handed_in()


def _breakers() -> list[str]:
    rows = []
    for drawdown_ratio in DRAWDOWNS:
        found = breaker_limits(Parameters(), 1.0 - drawdown_ratio, 1.0)
        reduces, halts = found.reduce_day_loss_ratio, found.halt_day_loss_ratio
        rows.append((f"{drawdown_ratio:.1%}", f"{reduces:.2%}", f"{halts:.2%}"))
    head = "the day began under the peak by | reduces at a loss of | halts at a loss of"
    note = "With every parameter at its default and `adaptive_day_loss` on."
    return [note, "", *table(head, rows)]


def _features() -> list[str]:
    rows = (
        (f"`{name}`", each.about, each.unit, _range(each.low, each.high))
        for name, each in FEATURES.items()
    )
    note = f"{len(FEATURES)} rows: what strategies, voters and rules see of a market at a close."
    return [note, "", *table("feature | what it is | unit | range", rows)]


def _range(low: float, high: float) -> str:
    ends = (f"{end:.4g}".replace("inf", "∞") for end in (low, high))
    return " to ".join(ends)


def _jobs() -> list[str]:
    return table(
        "job | when | what it does",
        (
            (f"`{module.JOB.name}`", _when(module.JOB.when), _about(module))
            for module in jobs.MODULES
        ),
    )


def _when(when: Every | Daily | Weekly) -> str:
    if isinstance(when, Weekly):
        return f"{when.day} {when.at}, home_zone"
    return f"every {when.seconds} s" if isinstance(when, Every) else f"{when.at} UTC"


def _alerts() -> list[str]:
    return table(
        "event | what it tells | weight | told to",
        (_alert(module, module.ALERT) for module in ALERT_MODULES),
    )


def _alert(module: ModuleType, alert: Alert) -> tuple[str, ...]:
    roles = ", ".join(sorted(role.value for role in alert.roles))
    told = roles if alert.text is not None else f"nobody: {alert.silent_because}"
    return f"`{alert.event.__name__}`", _about(module), alert.severity.value, told


def _name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _file(module: ModuleType) -> str:
    return f"`{module.__name__.replace('.', '/')}.py`"


def _about(module: ModuleType) -> str:
    return (module.__doc__ or "").strip().splitlines()[0]


def _source(module: ModuleType) -> str:
    name = importlib.import_module(module.__name__).__name__.replace(".", "/")
    return (REPO / f"{name}.py").read_text(encoding="utf-8")
