"""The door of the loopback exchange: keys, signatures, the clock, permissions, weight."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from tests.fakes.exchange.orders import Refused

AHEAD_MS = 1000  # how far before the exchange's clock a request may be
RECV_WINDOW_MS = 5000
MINUTE_MS = 60_000
BAD_KEY = "Invalid API-key, IP, or permissions for action."


class Security(StrEnum):
    PUBLIC = "public"
    KEY = "key"  # the header alone
    READ = "read"  # signed
    SPOT = "spot"  # signed, and the key may trade there
    SWAP = "swap"


@dataclass(slots=True)
class Key:
    """An API key and what it may do."""

    key: str = "loopback-key"
    secret: str = "loopback-secret"  # noqa: S105  nobody's
    can_spot: bool = True
    can_swap: bool = True
    can_withdraw: bool = False
    can_transfer: bool = False
    is_bound_to_ip: bool = True
    is_revoked: bool = False

    def permissions(self) -> dict[str, object]:
        """The body of GET /sapi/v1/account/apiRestrictions."""
        return {
            "ipRestrict": self.is_bound_to_ip,
            "createTime": 1_600_000_000_000,
            "enableReading": True,
            "enableSpotAndMarginTrading": self.can_spot,
            "enableFutures": self.can_swap,
            "enableWithdrawals": self.can_withdraw,
            "enableInternalTransfer": self.can_transfer,
            "permitsUniversalTransfer": self.can_transfer,
            "enableMargin": False,
            "enableVanillaOptions": False,
        }


@dataclass(slots=True)
class Gate:
    """Lets a request in, or raises Refused with the code that Binance gives."""

    wall_ms: Callable[[], int]
    key: Key = field(default_factory=Key)
    weight_limit: int = 6000  # a minute
    used_weight: int = 0  # in this minute
    _minute: int = 0

    def admit(self, security: Security, key: str, words: dict[str, str], payload: str) -> None:
        """`payload` is what was signed and its signature, as it came over the wire."""
        if security is Security.PUBLIC:
            return
        if not key:
            raise Refused(-2014, "API-key format invalid.", 401)
        if key != self.key.key or self.key.is_revoked or not self._may(security):
            raise Refused(-2015, BAD_KEY, 401)
        if security is not Security.KEY:
            self._check_signature(payload)
            self._check_clock(words)

    def weigh(self, weight: int) -> None:
        """Count a request; raises Refused once the minute's weight is used up."""
        minute = self.wall_ms() // MINUTE_MS
        if minute != self._minute:
            self._minute, self.used_weight = minute, 0
        self.used_weight += weight
        if self.used_weight > self.weight_limit:
            raise Refused(-1003, "Too much request weight used; please use WebSocket.", 429)

    def retry_after_s(self) -> int:
        """How long the present minute lasts."""
        return 1 + (MINUTE_MS - self.wall_ms() % MINUTE_MS) // 1000

    def signature(self, payload: str) -> str:
        """HMAC-SHA256 of `payload` under the key's secret, hexadecimal."""
        return hmac.new(self.key.secret.encode(), payload.encode(), hashlib.sha256).hexdigest()

    def _may(self, security: Security) -> bool:
        needed = {Security.SPOT: self.key.can_spot, Security.SWAP: self.key.can_swap}
        return needed.get(security, True)

    def _check_signature(self, payload: str) -> None:
        signed, _, signature = payload.rpartition("&signature=")
        if not hmac.compare_digest(signature, self.signature(signed)):
            raise Refused(-1022, "Signature for this request is not valid.")

    def _check_clock(self, words: dict[str, str]) -> None:
        timestamp = words.get("timestamp", "")
        if not timestamp.isdigit():
            raise Refused(-1102, "Mandatory parameter 'timestamp' was not sent, was empty/null.")
        age_ms = self.wall_ms() - int(timestamp)
        if age_ms < -AHEAD_MS:
            ahead = f"Timestamp for this request was {AHEAD_MS}ms ahead of the server's time."
            raise Refused(-1021, ahead)
        if age_ms > int(words.get("recvWindow", RECV_WINDOW_MS)):
            raise Refused(-1021, "Timestamp for this request is outside of the recvWindow.")
