"""What a key may do, as each venue tells it."""

import pytest

from engine.venues.ccxt_checks import withdrawal_finding
from engine.venues.ccxt_rights import RIGHTS, Rights, rights_of
from engine.venues.quirks import LIVE

BINANCE = {
    "ipRestrict": True,
    "enableWithdrawals": False,
    "enableInternalTransfer": False,
    "permitsUniversalTransfer": False,
    "enableSpotAndMarginTrading": True,
    "enableFutures": False,
}
WALLET = ["AccountTransfer", "SubMemberTransfer"]


def bybit(wallet: list[str], **more: object) -> dict[str, object]:
    told = {
        "readOnly": 0,
        "permissions": {"Wallet": wallet, "Spot": ["SpotTrade"], "ContractTrade": ["Order"]},
        "ips": ["203.0.113.7"],
    }
    return {"result": told | more}


SAFE = [
    ("binance", False, BINANCE),
    ("bybit", True, bybit(WALLET)),
    ("okx", True, {"data": [{"perm": "read_only,trade", "ip": "203.0.113.7"}]}),
    ("coinbase", False, {"can_trade": True, "can_transfer": False}),
]
UNSAFE = [
    ("binance", False, BINANCE | {"enableWithdrawals": True}),
    ("binance", False, BINANCE | {"enableWithdrawals": "true"}),
    ("binance", False, BINANCE | {"enableInternalTransfer": True}),
    ("binance", False, BINANCE | {"permitsUniversalTransfer": True}),
    ("binance", False, {}),  # not told is not "no"
    ("binanceusdm", True, {"enableFutures": True}),
    ("bybit", True, bybit([*WALLET, "Withdraw"])),
    ("bybit", True, {"result": {}}),
    ("okx", True, {"data": [{"perm": "read_only,trade,withdraw", "ip": ""}]}),
    ("okx", True, {"data": [{}]}),
    ("coinbase", False, {"can_trade": True, "can_transfer": True}),
    ("coinbase", False, {}),
    ("kraken", False, {"result": {"permissions": ["withdraw-funds", "modify-trades"]}}),
]


@pytest.mark.parametrize(("venue_id", "is_swap", "answer"), SAFE)
def test_a_key_that_only_trades_is_fine(
    venue_id: str, is_swap: bool, answer: dict[str, object]
) -> None:
    rights = rights_of(venue_id, answer, is_swap=is_swap)
    assert (rights.can_trade, rights.can_withdraw) == (True, False)
    assert withdrawal_finding(rights, venue_id).good


@pytest.mark.parametrize(("venue_id", "is_swap", "answer"), UNSAFE)
def test_a_key_that_can_move_money_out_is_fatal(
    venue_id: str, is_swap: bool, answer: dict[str, object]
) -> None:
    finding = withdrawal_finding(rights_of(venue_id, answer, is_swap=is_swap), venue_id)
    assert finding.is_fatal
    assert "can only read and trade" in finding.hint


@pytest.mark.parametrize(
    "answer", [{}, {"result": {}}, {"result": {"permissions": ["query-funds", "modify-trades"]}}]
)
def test_where_nothing_is_told_it_is_a_warning(answer: dict[str, object]) -> None:
    finding = withdrawal_finding(rights_of("kraken", answer, is_swap=False), "Kraken")
    assert (finding.good, finding.is_fatal) == (False, False)
    assert "cannot verify" in finding.value


def test_a_key_without_the_right_to_trade_is_seen() -> None:
    assert rights_of("binance", BINANCE, is_swap=True).can_trade is False
    assert rights_of("bybit", bybit(WALLET, readOnly=1), is_swap=True).can_trade is False
    assert rights_of("okx", {"data": [{"perm": "read_only"}]}, is_swap=False).can_trade is False


def test_a_key_that_works_from_anywhere_is_seen() -> None:
    open_key = bybit(WALLET, ips=["*"])
    assert rights_of("bybit", open_key, is_swap=True).is_bound_to_ip is False
    assert rights_of("binance", BINANCE | {"ipRestrict": False}, is_swap=False) == Rights(
        can_trade=True, can_withdraw=False, is_bound_to_ip=False
    )


def test_every_venue_has_its_question_and_ccxt_knows_it() -> None:
    import ccxt.pro

    assert {row.venue_id for row in LIVE} == RIGHTS.keys()
    for venue_id, question in RIGHTS.items():
        assert callable(getattr(getattr(ccxt.pro, venue_id)(), question.method, None))
