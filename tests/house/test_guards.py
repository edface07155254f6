"""The guards of the test run itself do what they say."""

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.settings import Settings
from tests import guards


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.invalid"])
def test_a_test_cannot_reach_beyond_loopback(host: str) -> None:
    with pytest.raises(guards.Forbidden):
        socket.create_connection((host, 443), timeout=1)


@pytest.mark.parametrize("host", ["0.0.0.0", ""])  # noqa: S104  that is what is refused
def test_a_test_cannot_open_a_port_to_the_world(host: str) -> None:
    with socket.socket() as opened, pytest.raises(guards.Forbidden):
        opened.bind((host, 0))


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.parametrize("path", [guards.REPO / ".env", Path(".env")])
def test_a_developers_env_file_cannot_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(guards.REPO)
    with pytest.raises(guards.Forbidden, match="env_file=None"):
        path.open()


def test_a_tests_own_env_file_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("MARKET=simulated\n")
    monkeypatch.chdir(tmp_path)
    assert Path(".env").read_text() == "MARKET=simulated\n"


def test_every_setting_and_every_key_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name.upper() for name in Settings.model_fields]
    names += [f"{name}_FILE" for name in names] + ["SKEPTIC_API_KEY"]
    for name in names:
        monkeypatch.setenv(name, "a developer's own")
    guards.forget_settings()
    assert not [name for name in names if name in os.environ]


def test_a_thread_and_a_process_left_behind_are_named() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="forgotten")
    thread.start()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        left = guards.left_running()
    finally:
        stop.set()
        thread.join()
        child.communicate()
    assert "thread forgotten" in left
    assert any(f"process {child.pid}" in line for line in left)
