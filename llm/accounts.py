"""From rows of VOTERS to seats: the address, the key, the price and the persona of each model.

A vendor's key goes to the vendor's own host and to no other: a voter with an address of its own
has a key of its own, or none where the address is on this machine or its network.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from engine.core.errors import SettingsError
from llm.clients.contract import Address
from llm.prices import CUTOFFS, FREE, GUESSED, PRICES, Price, family
from llm.prompts.personas import persona_for
from llm.roster import VoterSpec
from llm.transport.seats import ModelSeat

VENDOR_URLS: Mapping[str, str] = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
}
NO_KEY = "none"  # the SDKs refuse an empty one
_LOCAL_NAMES = ("localhost", "host.docker.internal")
_LOCAL_ENDS = (".localhost", ".local", ".internal", ".lan")


def model_seats(
    specs: Sequence[VoterSpec],
    vendor_keys: Mapping[str, str],
    voter_keys: Mapping[str, str],
    prices: Mapping[str, Price],
) -> tuple[ModelSeat, ...]:
    """The seats of the models among `specs`. Keys by provider and by voter, prices by voter or
    model; raises SettingsError with one sentence for a model that cannot be asked."""
    return tuple(_seat(spec, vendor_keys, voter_keys, prices) for spec in specs if spec.is_model)


def cutoffs_of(seats: Sequence[ModelSeat]) -> dict[str, date | None]:
    """The last day that each model may have read of, by voter; None where nobody knows."""
    rows = ((seat.name, family(seat.address.provider, seat.address.model)) for seat in seats)
    return {name: CUTOFFS.get(row) for name, row in rows}


def key_name(voter: str) -> str:
    """The setting of a voter's own key: "big-oak" has BIG_OAK_API_KEY."""
    return f"{voter.upper().replace('-', '_')}_API_KEY"


def is_local(base_url: str) -> bool:
    """Whether the address is on this machine or in its private network: no key, no price."""
    host = (urlsplit(base_url).hostname or "").lower()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host in _LOCAL_NAMES or host.endswith(_LOCAL_ENDS) or "." not in host
    return address.is_loopback or address.is_private


def _seat(
    spec: VoterSpec,
    vendor_keys: Mapping[str, str],
    voter_keys: Mapping[str, str],
    prices: Mapping[str, Price],
) -> ModelSeat:
    base_url = spec.base_url or VENDOR_URLS[spec.provider]
    key, key_of = _key(spec, base_url, vendor_keys, voter_keys)
    return ModelSeat(
        name=spec.name,
        address=Address(
            provider=spec.provider, model=spec.model, base_url=base_url, api_key=key or NO_KEY
        ),
        account=f"{spec.provider} at {urlsplit(base_url).netloc}{key_of}",
        persona=persona_for(spec.name, spec.persona),
        price=_price(spec, base_url, prices),
    )


def _key(
    spec: VoterSpec,
    base_url: str,
    vendor_keys: Mapping[str, str],
    voter_keys: Mapping[str, str],
) -> tuple[str, str]:
    own = voter_keys.get(spec.name, "")
    if own:
        return own, f" as {spec.name}"
    if base_url == VENDOR_URLS[spec.provider]:
        key = vendor_keys.get(spec.provider, "")
        if key:
            return key, ""
        raise SettingsError(
            f"VOTERS: {spec.name} needs a key.",
            hint=f"Set {spec.provider.upper()}_API_KEY or {key_name(spec.name)}.",
        )
    if is_local(base_url):
        return "", ""
    raise SettingsError(
        f"VOTERS: {spec.name} needs a key for {urlsplit(base_url).hostname}.",
        hint=f"Set {key_name(spec.name)}; the vendor's own key is not sent to other hosts.",
    )


def _price(spec: VoterSpec, base_url: str, prices: Mapping[str, Price]) -> Price:
    given = prices.get(spec.name) or prices.get(spec.model)
    if given is not None:
        return given
    if is_local(base_url):
        return FREE
    listed = PRICES.get(family(spec.provider, spec.model))
    is_vendors = base_url == VENDOR_URLS[spec.provider]
    return listed if listed is not None and is_vendors else GUESSED
