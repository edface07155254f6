"""Where requests may go: the venue's own hosts, or one other address that a person has named."""

import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import aiohttp
import yarl

from engine.core.errors import SettingsError

_STREAMS = {"http": "ws", "https": "wss"}


class PlainSession:
    """What ccxt needs of a session; scheme, host and port are replaced as a call leaves.

    ccxt goes on believing in the true URL: it picks its table of errors by it.
    """

    def __init__(self, base: str) -> None:
        self._base = yarl.URL(base)
        self._inner = aiohttp.ClientSession()
        self.headers = self._inner.headers
        self.cookie_jar = self._inner.cookie_jar

    def get(self, url: object, **words: Any) -> Any:
        return self._sent(self._inner.get, url, words)

    def post(self, url: object, **words: Any) -> Any:
        return self._sent(self._inner.post, url, words)

    def put(self, url: object, **words: Any) -> Any:
        return self._sent(self._inner.put, url, words)

    def delete(self, url: object, **words: Any) -> Any:
        return self._sent(self._inner.delete, url, words)

    def ws_connect(self, url: object, **words: Any) -> Any:
        return self._sent(self._inner.ws_connect, url, words)

    async def close(self) -> None:
        await self._inner.close()

    def _sent(self, call: Callable[..., Any], url: object, words: dict[str, Any]) -> Any:
        true_url = yarl.URL(str(url), encoded=True)  # a signature covers exactly these bytes
        is_stream = true_url.scheme.startswith("ws")
        scheme = _STREAMS[self._base.scheme] if is_stream else self._base.scheme
        # the other side can tell venues, and spot from futures, by the host
        words["headers"] = {**(words.get("headers") or {}), "Host": true_url.host_port_subcomponent}
        leaving = true_url.with_scheme(scheme).with_host(str(self._base.host))
        return call(leaving.with_port(self._base.port), **words)


def check_base(api_base: str, hosts: Sequence[str]) -> None:
    """Raises SettingsError unless keys may travel to `api_base`: loopback or the venue's own."""
    if not api_base:
        return
    base = yarl.URL(api_base)
    host = base.host or ""
    private = base.scheme == "https" and _is_of(host, hosts)
    if base.scheme not in _STREAMS or not (_is_loopback(host) or private):
        raise SettingsError(
            f"EXCHANGE_API_BASE: keys do not travel to '{host or api_base}'.",
            hint=f"Live trading talks to {', '.join(hosts)} over https, or to this machine.",
        )


def check_hosts(urls: Mapping[str, Any], hosts: Sequence[str], hostname: str | None) -> None:
    """Raises SettingsError when a client would talk to a host that is not the venue's own.

    An add-on package of 2025 replaced a client's addresses and stole keys.
    """
    for text in _leaves(urls):
        host = yarl.URL(text.replace("{hostname}", hostname or "")).host or ""
        if not _is_of(host, hosts):
            raise SettingsError(
                f"the venue's client would send keys to '{host}'",
                chat_text="The venue's client library talks to a host that is not the venue's.",
                hint="Install ccxt again from its own package; change the keys.",
            )


def _is_of(host: str, hosts: Sequence[str]) -> bool:
    return any(host == own or host.endswith(f".{own}") for own in hosts)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _leaves(urls: object) -> Iterator[str]:
    if isinstance(urls, str):
        yield urls
    elif isinstance(urls, Mapping):
        for each in urls.values():
            yield from _leaves(each)
