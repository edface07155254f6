"""CHARTS: every picture the desk can draw, by name."""

from charts import drawdown, equity, price
from charts.contract import Chart

MODULES = (equity, drawdown, price)
CHARTS: dict[str, Chart] = {module.CHART.name: module.CHART for module in MODULES}
