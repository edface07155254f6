"""CHARTS: every picture the desk can draw, by name."""

from charts import drawdown, equity, price, reliability, votes
from charts.contract import Chart

MODULES = (equity, drawdown, price, reliability, votes)
CHARTS: dict[str, Chart] = {module.CHART.name: module.CHART for module in MODULES}
