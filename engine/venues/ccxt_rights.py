"""What a key may do, per venue: the question, and how its answer is read.

Not what the account may do: Binance's `account.canWithdraw` speaks of the account, not of the
key. Fields are from facts/exchange.md section 13; only Binance's were seen on a wire.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the venue says of a key; None where it says nothing."""

    can_trade: bool | None
    can_withdraw: bool | None
    is_bound_to_ip: bool | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """The implicit method of ccxt that asks, and the reading of its answer."""

    method: str
    read: Callable[[Answer, bool], Rights]  # the flag: whether perpetuals are traded


def rights_of(venue_id: str, answer: Answer, *, is_swap: bool) -> Rights:
    """What the answer says; a field that is missing or odd counts as "may withdraw"."""
    return RIGHTS[venue_id].read(answer, is_swap)


def _binance(answer: Answer, is_swap: bool) -> Rights:
    moves = ("enableWithdrawals", "enableInternalTransfer", "permitsUniversalTransfer")
    trades = "enableFutures" if is_swap else "enableSpotAndMarginTrading"
    return Rights(
        can_trade=_yes(answer.get(trades)),
        # absence of "false" is not "no": a key that may withdraw costs everything
        can_withdraw=not all(_no(answer.get(move, False)) for move in moves[1:])
        or not _no(answer.get(moves[0])),
        is_bound_to_ip=_yes(answer.get("ipRestrict")),
    )


def _coinbase(answer: Answer, is_swap: bool) -> Rights:  # noqa: ARG001 - spot only
    return Rights(
        can_trade=_yes(answer.get("can_trade")), can_withdraw=not _no(answer.get("can_transfer"))
    )


def _bybit(answer: Answer, is_swap: bool) -> Rights:
    told = answer.get("result") or {}
    permissions = told.get("permissions")
    if not isinstance(permissions, Mapping):
        return Rights(can_trade=None, can_withdraw=True)
    wallet = permissions.get("Wallet") or []
    trades = permissions.get("ContractTrade" if is_swap else "Spot") or []
    return Rights(
        can_trade=str(told.get("readOnly")) == "0" and bool(trades),
        can_withdraw="Withdraw" in wallet,
        is_bound_to_ip=bool(told.get("ips")) and "*" not in (told.get("ips") or []),
    )


def _okx(answer: Answer, is_swap: bool) -> Rights:  # noqa: ARG001 - one right for both
    rows = answer.get("data") or [{}]
    told = str(rows[0].get("perm") or "")
    words = {word.strip() for word in told.split(",") if word.strip()}
    return Rights(
        can_trade="trade" in words,
        can_withdraw=not words or "withdraw" in words,
        is_bound_to_ip=bool(rows[0].get("ip")),
    )


def _kraken(answer: Answer, is_swap: bool) -> Rights:  # noqa: ARG001 - spot only
    # its fields were never seen: only a list that names the right is believed
    permissions = (answer.get("result") or {}).get("permissions")
    if not isinstance(permissions, list):
        return Rights(can_trade=None, can_withdraw=None)
    words = {str(word).lower() for word in permissions}
    return Rights(
        can_trade=any("modify" in word or "trade" in word for word in words),
        can_withdraw=True if any("withdraw" in word for word in words) else None,
    )


def _yes(word: object) -> bool:
    return word is True or str(word).lower() == "true"


def _no(word: object) -> bool:
    return word is False or str(word).lower() == "false"


RIGHTS: dict[str, Question] = {
    "binance": Question("sapiGetAccountApiRestrictions", _binance),
    "binanceusdm": Question("sapiGetAccountApiRestrictions", _binance),
    "bybit": Question("privateGetV5UserQueryApi", _bybit),
    "okx": Question("privateGetAccountConfig", _okx),
    "kraken": Question("privatePostGetApiKeyInfo", _kraken),
    "coinbase": Question("v3PrivateGetBrokerageKeyPermissions", _coinbase),
}
