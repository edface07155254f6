"""A research worker: a process of its own, of the lowest priority, that lives as long as its pipe.

It reads one Errand as a line of JSON and writes lines of JSON: `{"at": [done, of, text]}` while it
works, and at last `{"done": ...}` or `{"error": "one sentence"}`. SIGTERM stops it. When its
standard input ends, the desk is gone, and so is the worker: nothing is left behind by a SIGKILL.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from pydantic import ValidationError

from engine.core.errors import DeskError
from engine.research.outcome import Watch
from engine.research.worker_bench import Votes
from engine.research.worker_errand import Errand
from engine.research.worker_runs import carry_out

LOWEST_PRIORITY = 19
FIRST_TO_DIE = "1000"  # where memory ends, the kernel takes the worker and not the desk
OUT_OF_MEMORY = "There was not enough memory. Choose a shorter span, longer bars or fewer markets."
ORPHANED = 3

VotesOf = Callable[[str], Votes]  # of the setting VOTERS; raises SettingsError


def main(asked: str, votes_of: VotesOf, out: TextIO, watch: Watch) -> int:
    """The exit code: 0 done, 1 could not. Never raises for what a person can mend."""
    try:
        errand = Errand.model_validate_json(asked)
        done = carry_out(errand, votes_of(errand.voters), watch)
    except ValidationError as error:
        first = error.errors()[0]
        # never the value: a study's address may hold a password
        return _failed(out, f"The errand is not one: {first['loc']}: {first['msg']}.")
    except DeskError as error:
        return _failed(out, error.sentence())
    except MemoryError:
        return _failed(out, OUT_OF_MEMORY)
    write_line(out, {"done": done.model_dump(mode="json")})
    return 0


def as_process(votes_of: VotesOf) -> int:
    """Works off the errand on standard input; returns the exit code."""
    _step_back()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stopped.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the desk is told, and tells us
    asked = sys.stdin.readline()
    threading.Thread(target=_end_with_the_desk, name="lifeline", daemon=True).start()
    out, sys.stdout = sys.stdout, sys.stderr  # nobody may write between the lines
    watch = Watch(
        told=lambda done, of, text: write_line(out, {"at": [done, of, text]}),
        stop=stopped.is_set,
    )
    return main(asked, votes_of, out, watch)


def write_line(out: TextIO, body: dict[str, Any]) -> None:
    out.write(json.dumps(body) + "\n")
    out.flush()


def _failed(out: TextIO, sentence: str) -> int:
    write_line(out, {"error": sentence})
    return 1


def _step_back() -> None:
    os.nice(LOWEST_PRIORITY)
    with suppress(OSError):  # only Linux has it
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_DIE, "ascii")


def _end_with_the_desk() -> None:
    with suppress(OSError, ValueError):
        sys.stdin.read()
    os._exit(ORPHANED)
