"""What a person gets wrong before the start: one sentence, the right exit code, no traceback."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from tests.scenarios.conftest import Keep
from tests.scenarios.outside import (
    OWNER,
    STRANGER,
    VIEWER,
    Program,
    chat_program,
    desk,
    showing,
    telegram,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SETTINGS, TWIN, STORAGE = 2, 3, 4  # exit codes
SECRET = "123456:this-is-NOT a token"  # noqa: S105 - made up, and malformed

DOT_ENVS = {
    "binary": b"\x00\xff\xfe\x80MARKET",
    "words": b"MARKET simulated\n",
    "typo": b"TELEGRAM_BOT_TOKN=1:abc\n",
    "number": b"MARKET_SPEED=fast\n",
    "token": f"TELEGRAM_BOT_TOKEN={SECRET}\n".encode(),
    "users": b"TELEGRAM_USERS=olivia:owner\n",
    "role": b"TELEGRAM_USERS=1001:king\n",
    "timeframe": b"TIMEFRAMES=7m\n",
    "cash": b"START_CASH_QUOTE=-1\n",
    "live": b"TRADING=live\n",
    "voter": b"VOTERS=oracle\n",
    "database": b"DATABASE_URL=nonsense\n",
}


def refused(program: Program, code: int) -> str:
    """The one sentence on stderr of a desk that did not start."""
    assert program.ended() == code, program.told()
    lines = program.err.splitlines()
    assert len(lines) == 1, program.told()
    assert lines[0].startswith("parley: ")
    assert "Traceback" not in program.out
    return lines[0]


@pytest.mark.parametrize("kind", DOT_ENVS)
def test_a_corrupt_dot_env_is_one_sentence(kind: str, tmp_path: Path, keep: Keep) -> None:
    (tmp_path / ".env").write_bytes(DOT_ENVS[kind])
    sentence = refused(keep(desk(tmp_path / "var", cwd=tmp_path)), SETTINGS)
    assert SECRET.partition(":")[2] not in sentence


@pytest.mark.parametrize("symbols", ["NOPE/USDT", "BTC", "BTC/USDT; DROP TABLE trades"])
def test_an_unknown_symbol_is_one_sentence_that_names_it(
    symbols: str, tmp_path: Path, keep: Keep
) -> None:
    sentence = refused(keep(desk(tmp_path, "--symbols", symbols)), SETTINGS)
    assert symbols.upper() in sentence


def test_a_replay_of_no_folder_is_one_sentence(tmp_path: Path, keep: Keep) -> None:
    refused(keep(desk(tmp_path, "--market", f"replay:{tmp_path / 'nothing'}")), SETTINGS)


def test_a_taken_port_is_one_sentence(tmp_path: Path, keep: Keep) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        assert port in refused(keep(desk(tmp_path, "--http-port", port)), SETTINGS)


@pytest.mark.parametrize("content", [b"not a database at all\n" * 200, b"SQLite format 3\0" * 300])
def test_a_file_that_is_no_database_is_one_sentence_and_stays_as_it_is(
    content: bytes, tmp_path: Path, keep: Keep
) -> None:
    (tmp_path / "parley.db").write_bytes(content)
    refused(keep(desk(tmp_path)), STORAGE)
    assert (tmp_path / "parley.db").read_bytes() == content


def test_a_second_desk_is_refused_and_so_is_a_database_that_is_gone(
    tmp_path: Path, keep: Keep
) -> None:
    first = keep(desk(tmp_path))
    first.line("trading after")
    assert str(first.pid) in refused(keep(desk(tmp_path)), TWIN)
    assert first.is_running
    assert first.stop() == 0, first.told()  # before the chat was there
    assert first.err.count("Traceback") == 0
    (tmp_path / "parley.db").unlink()
    assert "would forget its positions" in refused(keep(desk(tmp_path)), STORAGE)


def test_a_desk_without_an_owner_takes_the_one_who_has_the_code_and_no_second(
    tmp_path: Path, keep: Keep
) -> None:
    server, chat = chat_program()
    keep(server)
    program = keep(desk(tmp_path, env=telegram(chat, users=""), measured=True))
    said = program.line("/start ").strip()
    chat.say("/status", OWNER)
    chat.say("/start wrong-code", STRANGER)
    since = chat.seq
    chat.say(said, OWNER)
    chat.first(showing("You are its owner"), since)
    # the same code from somebody else: silence, while the new owner is answered
    chat.say(said, VIEWER)
    chat.ask("/status", "Equity", OWNER)
    strangers = {STRANGER, VIEWER}
    assert not [c for c in chat.calls() if int(c["params"].get("chat_id", 0)) in strangers]
    assert said.split()[1] not in "".join(p.read_text() for p in tmp_path.glob("logs/*"))
    assert program.stop() == 0, program.told()
