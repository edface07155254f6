"""A fresh desk on the simulated market, spoken to as its owner; its figures are the database's."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.scenarios.conftest import Keep
from tests.scenarios.outside import (
    Json,
    Ledger,
    desk,
    flattened,
    page_of,
    parley,
    showing,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ASKED = (  # what is said, and what the answer says
    ("/start", "You are its owner"),
    ("/help", "More about one"),
    ("/positions", "As of"),
    ("/chart equity", "in this picture"),
    ("/chart drawdown", "Deepest"),
    ("/chart price", "Last close"),
    ("/health", "Engine"),
    ("/params", "Tap a group"),
    ("/mode", "No real money"),
)


def figure(message: Json, label: str) -> Decimal:
    """The money on the right of a line that starts with `label`."""
    text = str(message.get("text", message.get("caption")))
    found = re.search(rf"{label} *([+-]?[0-9,]+\.[0-9]{{2}})", text)
    assert found, f"no {label!r} in {text}"
    return Decimal(found[1].replace(",", ""))


def cents(value: object) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def net_of_trades(ledger: Ledger) -> Decimal:
    """The exact sum; SQLite's own would go through floats."""
    return sum(
        (Decimal(net) for (net,) in ledger.rows("SELECT net_pnl_quote FROM trades")), Decimal()
    )


def test_trades_come_and_every_figure_is_the_databases_to_the_cent(
    tmp_path: Path, keep: Keep
) -> None:
    program = keep(desk(tmp_path, "--market-speed", "600", measured=True))
    chat, ledger = page_of(program), Ledger(tmp_path)
    opened = chat.first(showing(" opened"), 0)
    assert ledger.one("SELECT count(*) FROM events WHERE kind = 'TradeOpened'") > 0, opened
    chat.first(showing(" closed"), 0)

    flattened(chat)
    for said, part in ASKED:
        answer = chat.ask(said, part)
        assert ("photo" in answer) == said.startswith("/chart"), said

    net = net_of_trades(ledger)
    count = ledger.one("SELECT count(*) FROM trades")
    cash, start = ledger.rows("SELECT cash_quote, start_cash_quote FROM desk_state")[0]
    assert Decimal(cash) == Decimal(start) + net
    assert Decimal(ledger.one("SELECT cash_quote FROM paper_account")) == Decimal(cash)

    since = chat.seq
    status = chat.ask("/status", "Equity")
    assert figure(status, "Equity") == cents(cash)
    assert figure(status, f"Net of {count} trades?") == cents(net)
    assert "No open positions" in status["text"]
    pinned = chat.first(lambda call: call["method"].lower() == "pinchatmessage", since)
    assert int(pinned["params"]["message_id"]) == status["message_id"]

    balance = chat.ask("/balance", "Started with")
    assert figure(balance, "Equity") == cents(cash)
    assert figure(balance, "Change") == cents(net)
    assert "The venue's books say the same" in balance["text"]

    chart = chat.ask("/chart equity", "in this picture")
    assert figure(chart, "Now") == cents(cash)

    trades = chat.ask("/trades 20", "closed trade")
    assert_each_row_is_a_trade(trades["text"], ledger)
    assert figure(trades, f"All {count:,}: net") == cents(net)

    told = keep(parley(tmp_path, "status", "--json"))
    assert told.ended() == 0
    assert Decimal(json.loads(told.out)["net_pnl_quote"]) == net

    assert program.stop() == 0, program.told()
    assert "Traceback" not in program.err


def assert_each_row_is_a_trade(text: str, ledger: Ledger) -> None:
    rows = re.findall(r"#(\d+) \S+ (\S+) +([+-]?[\d,.]+)\n", text)
    newest = ledger.rows(
        "SELECT trade_id, symbol, net_pnl_quote FROM trades"
        " ORDER BY closed_at DESC, trade_id DESC LIMIT 20"
    )
    shown = [(int(trade), base, Decimal(net.replace(",", ""))) for trade, base, net in rows]
    assert shown == [(trade, name.split("/")[0], cents(net)) for trade, name, net in newest]
