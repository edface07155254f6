"""Child processes of the tests: started in a group of their own, heard, and ended for certain."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0  # only ends a hang: under coverage on a busy machine a start takes a minute


class Silent(AssertionError):
    """What was waited for did not come."""


class Program:
    """A child process in a group of its own; its lines are collected as they come."""

    def __init__(
        self,
        arguments: Sequence[str],
        env: dict[str, str] | None = None,
        *,
        measured: bool = False,
        **how: Any,
    ) -> None:
        """`measured`: under the coverage of the tests, which costs half of its speed."""
        inherited = {
            name: value for name, value in os.environ.items() if measured or "COV" not in name
        }
        self._child = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=inherited | {"PYTHONPATH": str(REPO)} | (env or {}),
            start_new_session=True,
            text=True,
            **{"cwd": REPO, **how},
        )
        self._grown = threading.Condition()
        self._lines: dict[str, list[str]] = {"out": [], "err": []}
        self._closed = 0
        for name, stream in (("out", self._child.stdout), ("err", self._child.stderr)):
            threading.Thread(target=self._collect, args=(name, stream), daemon=True).start()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def out(self) -> str:
        return "".join(self._lines["out"])

    @property
    def err(self) -> str:
        return "".join(self._lines["err"])

    @property
    def is_running(self) -> bool:
        return self._child.poll() is None

    def line(self, part: str, timeout_s: float = PATIENCE_S) -> str:
        """The first line on stdout with `part` in it, as soon as it is there."""

        def found() -> str | None:
            return next((line for line in self._lines["out"] if part in line), None)

        with self._grown:
            self._grown.wait_for(lambda: found() or self._closed == 2, timeout_s)
            line = found()
        if line is None:
            raise Silent(f"no line with {part!r}\n{self.told()}")
        return line

    def ended(self, timeout_s: float = PATIENCE_S) -> int:
        """The exit code, once it has ended by itself and all its lines are read."""
        try:
            code = self._child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise Silent(f"still running after {timeout_s:.0f} s\n{self.told()}") from None
        with self._grown:
            self._grown.wait_for(lambda: self._closed == 2, 5.0)
        return code

    def signal(self, number: signal.Signals) -> None:
        self._child.send_signal(number)

    def stop(self, timeout_s: float = PATIENCE_S) -> int:
        """Asks it to stop; returns its exit code."""
        self.signal(signal.SIGTERM)
        return self.ended(timeout_s)

    def kill(self) -> None:
        """Ends it, and every process it started, at once; nothing when it has ended already."""
        if self._child.poll() is None:  # else its number may be somebody else's by now
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()

    def told(self) -> str:
        """Everything it said, for a failure's message."""
        return f"--- stdout\n{self.out[-3000:]}\n--- stderr\n{self.err[-3000:]}"

    def _collect(self, name: str, stream: Any) -> None:
        for line in stream:
            with self._grown:
                self._lines[name].append(line)
                self._grown.notify_all()
        stream.close()
        with self._grown:
            self._closed += 1
            self._grown.notify_all()
