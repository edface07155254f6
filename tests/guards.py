"""What no test may do: leave loopback, read a developer's `.env`, leave something running."""

import ipaddress
import multiprocessing
import os
import re
import sys
import threading
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
# Settings and keys of the person who runs the tests: a test names what it needs itself.
OURS = re.compile(
    r"(TELEGRAM|EXCHANGE|OPENAI|ANTHROPIC|MARKET|HTTP|OWNER)_\w+"
    r"|\w+_API_KEY(_FILE)?|MARKET|MARKET_\w+"
    r"|(SYMBOLS|TIMEFRAMES|TRADING|LIVE_CONFIRM|START_CASH_QUOTE|VOTERS|LOG_LEVEL|DATA_DIR"
    r"|DATABASE_URL|HEARTBEAT_URL|VOTER_API_KEYS|MODEL_PRICES|NEWS_FEEDS|TAPE)(_FILE)?"
)
HELPERS = ("resource_tracker", "forkserver")  # multiprocessing ends these itself, after us
_UNRESOLVED = {"localhost", "", None}


class Forbidden(RuntimeError):
    """A test did what no test may do."""


def forget_settings() -> None:
    """Take the settings of the person who runs the tests out of the environment."""
    for name in [name for name in os.environ if OURS.fullmatch(name)]:
        del os.environ[name]


def is_loopback(host: object) -> bool:
    """Whether `host` is this machine's own loopback, by name or by number."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in _UNRESOLVED:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _address(event: str, args: tuple[object, ...]) -> object:
    # "" binds every interface, so of the two it is only harmless to ask for.
    if event in {"socket.connect", "socket.bind", "socket.sendto"}:
        address = args[1]
        host = address[0] if isinstance(address, tuple) and address else "localhost"
        return "every interface" if host == "" else host
    return args[0] if event == "socket.getaddrinfo" else "localhost"


def watch(event: str, args: tuple[object, ...]) -> None:
    """The audit hook: raises Forbidden before the thing happens."""
    if event.startswith("socket."):
        host = _address(event, args)
        if not is_loopback(host):
            raise Forbidden(f"a test reached for {host!r} ({event}): loopback only")
    elif event == "open" and str(args[0]) in _DOT_ENVS and Path(str(args[0])).resolve() == _DOT_ENV:
        raise Forbidden("a test read the developer's .env: hand over env_file=None")


_DOT_ENV = REPO / ".env"
_DOT_ENVS = {".env", str(_DOT_ENV)}


def install() -> None:
    """Guard this process from now on; an audit hook cannot be taken out again."""
    forget_settings()
    sys.addaudithook(watch)


def left_running() -> list[str]:
    """Child processes and threads that would outlive the tests, one line each."""
    threads = [
        f"thread {thread.name}"
        for thread in threading.enumerate()
        if thread is not threading.main_thread() and not thread.daemon and thread.is_alive()
    ]
    workers = [f"process {child.name}" for child in multiprocessing.active_children()]
    return threads + workers + _children()


def _children() -> list[str]:
    # Linux only; elsewhere the list is empty and CI, which is Linux, holds the line.
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = (place / "stat").read_text("utf-8").rpartition(")")[2].split()[1]
            words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it ended while we looked
            continue
        if int(parent) == os.getpid() and words and not any(each in words for each in HELPERS):
            found.append(f"process {place.name}: {words.strip()[:120]}")
    return found
