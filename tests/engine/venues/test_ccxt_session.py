"""Where keys may travel."""

import pytest

from engine.core.errors import SettingsError
from engine.venues.ccxt_session import PlainSession, check_base
from tests.fakes.scripted_rest import ScriptedRest

HOSTS = ("binance.com",)


@pytest.mark.parametrize(
    "base",
    [
        "",
        "http://127.0.0.1:9",
        "http://localhost:8080",
        "http://[::1]:8080",
        "https://api1.binance.com",
    ],
)
def test_loopback_and_the_venues_own_hosts_are_fine(base: str) -> None:
    check_base(base, HOSTS)


@pytest.mark.parametrize(
    "base",
    [
        "https://binance.com.evil.example",
        "https://evilbinance.com",
        "http://api.binance.com",  # keys do not travel in the clear
        "http://10.0.0.7:8080",
        "https://proxy.example",
        "ftp://127.0.0.1",
        "nonsense",
    ],
)
def test_any_other_address_is_refused_in_one_sentence(base: str) -> None:
    with pytest.raises(SettingsError) as told:
        check_base(base, HOSTS)
    assert "keys do not travel" in told.value.sentence()
    assert "binance.com" in told.value.sentence()


async def test_every_verb_goes_to_the_base_and_keeps_the_true_host() -> None:
    async with ScriptedRest() as rest:
        rest.on("/api/v3/order", {})
        session = PlainSession(rest.base)
        try:
            for verb in (session.get, session.post, session.put, session.delete):
                async with verb("https://api.binance.com/api/v3/order?a=%2F&b=1") as answer:
                    assert answer.status == 200
        finally:
            await session.close()
    assert [each.method for each in rest.asked] == ["GET", "POST", "PUT", "DELETE"]
    assert {each.text for each in rest.asked} == {"a=%2F&b=1"}  # a signature covers these bytes
