"""Four years of eight perpetuals through the live desk, audited at every moment.

Run from the repository: `.venv/bin/python -m benchmarks.years [first day] [last day]`. Needs
../shared/data and five to fifteen minutes. Fails with the first faults that the auditor found.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from loguru import logger

from benchmarks.tables import row, table
from engine.core.advice import Snapshot, Verdict
from engine.core.parameters import Parameters
from engine.market.talib_calls import load
from llm.roster import DEFAULT_VOTERS, parse_voters, rule_advice
from tests.engine.research.audit import Audit
from tests.engine.research.audited import agree, played
from tests.engine.research.recorded_years import (
    ALL_ON,
    BOLD,
    SYMBOLS,
    a_feed,
    day,
    eight_perpetuals,
)

FROM_DAY, TO_DAY = "2020-01-10", "2024-01-01"
COUNTED = (
    "entries",
    "additions",
    "funding payments",
    "reducing by breaker",
    "halted by breaker",
    "reducing by streak",
    "resumed by a person",
    "liquidations",
)
SHARES = ("gross", "net", "heat", "sector", "correlation", "gross held", "heat held")


def report(from_day: str = FROM_DAY, to_day: str = TO_DAY) -> str:
    """The table of this benchmark, as markdown."""
    voters = rule_advice(parse_voters(DEFAULT_VOTERS), ALL_ON)
    span = day(from_day), day(to_day)
    usual, usual_s = asyncio.run(_played(ALL_ON, voters, *span))
    bold, bold_s = asyncio.run(_played(BOLD, agree, *span))
    moments = int((span[1] - span[0]).total_seconds()) // 3600
    rows = [
        row("moments audited", f"{moments:,}", f"{moments:,}"),
        row("trades", f"{len(usual.trades):,}", f"{len(bold.trades):,}"),
        *(row(name, f"{usual.counts[name]:,}", f"{bold.counts[name]:,}") for name in COUNTED),
        *(
            row(f"largest {name}", f"{usual.largest[name]:.4f}", f"{bold.largest[name]:.4f}")
            for name in SHARES
        ),
        row("faults", str(len(usual.faults)), str(len(bold.faults))),
        row(
            "moments a second, audit included", *(f"{moments / s:,.0f}" for s in (usual_s, bold_s))
        ),
    ]
    head = f"{len(SYMBOLS)} perpetuals, hourly, {from_day} to {to_day}, every strategy on"
    return table(head, "usual limits, filters, voters", "bold, everything approved", rows=rows)


async def _played(
    parameters: Parameters,
    advise: Callable[[Snapshot], Verdict],
    from_at: datetime,
    to_at: datetime,
) -> tuple[Audit, float]:
    load()
    logger.remove()
    with tempfile.TemporaryDirectory() as folder:
        feed = a_feed(eight_perpetuals(Path(folder)), from_at, to_at)
        began_s = time.perf_counter()
        audit = (await played(feed, from_at, parameters, advise)).audit
        took_s = time.perf_counter() - began_s
    if audit.faults:
        raise SystemExit("\n".join([f"{len(audit.faults)} faults", *audit.faults[:20]]))
    return audit, took_s


if __name__ == "__main__":
    print(report(*sys.argv[1:3]))
