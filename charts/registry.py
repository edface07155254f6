"""CHARTS: every picture that can be drawn, by name: of the desk, and of research."""

from charts import (
    comparison,
    confidence,
    correlation,
    drawdown,
    equity,
    excursions,
    fan,
    hours,
    importance,
    months,
    price,
    reliability,
    results,
    sensitivity,
    trials,
    votes,
    walk_forward,
)
from charts.contract import Chart

MODULES = (
    equity,
    drawdown,
    price,
    months,
    hours,
    results,
    excursions,
    confidence,
    correlation,
    reliability,
    votes,
    comparison,
    walk_forward,
    fan,
    trials,
    importance,
    sensitivity,
)
CHARTS: dict[str, Chart] = {module.CHART.name: module.CHART for module in MODULES}
