"""Medians, percentiles and markdown tables for the benchmarks."""

from collections.abc import Sequence
from statistics import median, quantiles


def row(name: str, *figures: str) -> str:
    """One line of a markdown table."""
    return "| " + " | ".join((name, *figures)) + " |"


def table(*heads: str, rows: Sequence[str]) -> str:
    """A markdown table."""
    return "\n".join((row(*heads), row(*("---" for _ in heads)), *rows))


def spread(values: Sequence[float], unit: str, digits: int = 1) -> tuple[str, str, str]:
    """Median, 99th percentile and worst of the values, as text with the unit."""
    last = quantiles(values, n=100, method="inclusive")[98] if len(values) > 1 else values[0]
    return (
        f"{median(values):,.{digits}f} {unit}",
        f"{last:,.{digits}f} {unit}",
        f"{max(values):,.{digits}f} {unit}",
    )
