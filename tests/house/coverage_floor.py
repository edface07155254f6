"""A floor under each file that keeps people's money safe, beside the floor under the whole.

`python -m tests.house.coverage_floor .coverage.json` ends with 1 where a file is below it.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

FLOOR_PCT = 90.0  # of lines and branches together, as coverage counts
SAFETY = (
    "bot/telegram/gate.py",
    "bot/telegram/worker.py",
    "engine/execution/absorb.py",
    "engine/execution/executor.py",
    "engine/execution/panic.py",
    "engine/execution/recovery.py",
    "engine/execution/scribe.py",
    "engine/execution/switch.py",
    "engine/risk/breakers.py",
    "engine/risk/gate.py",
    "engine/rules/exits.py",
    "engine/venues/paper.py",
    "engine/venues/paper_account.py",
    "engine/venues/paper_fills.py",
    "storage/inbox.py",
    "storage/journal.py",
    "storage/outbox.py",
)


def below_floor(covered_pct: Mapping[str, float]) -> list[str]:
    """One line for each safety file under the floor; a file nobody measured has 0 %."""
    return [
        f"{name}: {covered_pct.get(name, 0.0):.1f} %, at least {FLOOR_PCT:.0f} % wanted"
        for name in SAFETY
        if covered_pct.get(name, 0.0) < FLOOR_PCT
    ]


def read_report(path: Path) -> dict[str, float]:
    """Covered percent by file, from the JSON report of coverage."""
    files = json.loads(path.read_text(encoding="utf-8"))["files"]
    return {
        Path(name).as_posix(): float(found["summary"]["percent_covered"])
        for name, found in files.items()
    }


def main(words: list[str]) -> int:
    low = below_floor(read_report(Path(words[0])))
    for line in low:
        sys.stdout.write(f"coverage floor: {line}\n")
    if not low:
        sys.stdout.write(f"coverage floor: {len(SAFETY)} safety files hold {FLOOR_PCT:.0f} %\n")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
