"""The tape: what each request brought, by the identity of the request.

Neither vendor answers the same question the same way twice, so a backtest replays what was once
said. A miss in a replay is an error, never a call.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from engine.core.errors import Fatal
from engine.core.model_calls import SAID_KINDS, TapeEntry, TapeMode, TapeStore
from llm.clients.contract import Address, Prompt
from llm.contract import ErrorKind, Reply, Usage

# The text came and is beside the form: whoever reads it says so, today or with other eyes later.
READ_LATER = frozenset({ErrorKind.BAD_JSON, ErrorKind.BAD_SCHEMA})


class TapeMissed(Fatal):
    """A replay wants replies that were never recorded."""


def tape_key(address: Address, prompt: Prompt, fence: str, sample: int = 0) -> str:
    """The identity of a request: everything that decides what a model makes of it.

    `sample` counts the seats that ask the very same thing: each has an answer of its own. Not part
    of the identity: the key, the voter's name, and the fence, which is the desk's own word.
    """
    identity = [
        address.provider,
        urlsplit(address.base_url).netloc,
        address.model,
        prompt.max_tokens,
        prompt.schema,
        prompt.system,
        prompt.user.replace(fence, "") if fence else prompt.user,
        sample,
    ]
    text = json.dumps(identity, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


class Tape:
    """A store in one of the modes."""

    def __init__(self, store: TapeStore, mode: TapeMode) -> None:
        self._store = store
        self.mode = mode

    async def find(self, keys: Sequence[str]) -> Mapping[str, TapeEntry]:
        """The entries that may be served; raises TapeMissed in a replay that lacks one."""
        if self.mode is TapeMode.OFF or not keys:
            return {}
        found = await self._store.find(keys)
        served = {key: entry for key, entry in found.items() if entry.kind in SAID_KINDS}
        missing = set(keys) - set(found if self.mode is TapeMode.REPLAY else served)
        if self.mode is not TapeMode.REPLAY:
            return served
        if missing:
            raise TapeMissed(
                f"the tape lacks {len(missing)} of {len(keys)} replies",
                hint="Record them with a live run first; a replay never asks a model.",
            )
        return found  # what failed then fails now: the same round, with the same gaps

    async def keep(self, entries: Sequence[TapeEntry]) -> None:
        """Records what a live round brought."""
        if self.mode is TapeMode.LIVE and entries:
            await self._store.keep(entries)


def told(kind: ErrorKind | None) -> ErrorKind | None:
    """The kind as a Reply carries it."""
    return None if kind in READ_LATER else kind


def reply_of(entry: TapeEntry, voter: str) -> Reply:
    """The reply as it came, which costs nothing this time."""
    return Reply(
        voter=voter,
        raw_text=entry.raw_text,
        usage=Usage(
            input_tokens=entry.input_tokens,
            cached_tokens=entry.cached_tokens,
            output_tokens=entry.output_tokens,
        ),
        latency_ms=entry.latency_ms,
        error_kind=told(ErrorKind(entry.kind) if entry.kind else None),
        model=entry.served_model,
        prompt_hash=entry.prompt_hash,
        from_tape=True,
    )


class MemoryTape:
    """A tape that lives as long as the process: for research that loads one, and for tests."""

    def __init__(self, entries: Sequence[TapeEntry] = ()) -> None:
        self._entries = {entry.key: entry for entry in entries}

    async def find(self, keys: Sequence[str]) -> Mapping[str, TapeEntry]:
        return {key: self._entries[key] for key in keys if key in self._entries}

    async def keep(self, entries: Sequence[TapeEntry]) -> None:
        for entry in entries:
            known = self._entries.get(entry.key)
            if known is None or entry.kind in SAID_KINDS or known.kind not in SAID_KINDS:
                self._entries[entry.key] = entry
