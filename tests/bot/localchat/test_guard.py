"""Only this machine, and only pages that the local chat served itself."""

import subprocess
import sys

import pytest

from bot.localchat.server import serve
from bot.localchat.world import World
from tests.bot.localchat.wire import Wire

FOREIGN = [
    {"Host": "evil.example:80"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/sim/outbox", "/chat/people", "/bot1:local-chat/getMe"])
async def test_foreign_requests_are_forbidden(
    wire: Wire, headers: dict[str, str], path: str
) -> None:
    async with wire.session.get(wire.url + path, headers=headers) as answer:
        assert answer.status == 403


async def test_our_own_page_may_ask(wire: Wire) -> None:
    headers = {"Origin": wire.url, "Sec-Fetch-Site": "same-origin"}
    async with wire.session.get(f"{wire.url}/chat/people", headers=headers) as answer:
        assert answer.status == 200


async def test_the_page_opens_from_a_link_but_not_under_a_foreign_name(wire: Wire) -> None:
    link = {"Sec-Fetch-Site": "cross-site"}
    async with wire.session.get(wire.url, headers=link) as answer:
        assert answer.status == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    async with wire.session.get(wire.url, headers={"Host": "evil.example"}) as answer:
        assert answer.status == 403


async def test_only_the_pages_own_files_are_served(wire: Wire) -> None:
    for name in ("app.js", "frame.css", "logo.svg"):
        async with wire.session.get(f"{wire.url}/page/{name}") as answer:
            assert answer.status == 200
    for name in ("nothing.js", "..%2Fworld.py", "%2e%2e%2fworld.py"):
        async with wire.session.get(f"{wire.url}/page/{name}") as answer:
            assert answer.status == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org", "::"])  # noqa: S104
async def test_it_binds_to_loopback_only(host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        async with serve(World(), host):
            pass


def test_a_token_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="bot token"):
        World("nonsense")


def test_importing_it_does_not_import_aiogram() -> None:
    code = "import sys, bot.localchat.server; sys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
