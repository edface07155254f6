"""/risk, /market and /signals: golden cards, hostile texts, and their buttons."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.core.errors import UserError
from engine.core.kinds import Regime, TradingState
from engine.core.state import Cause
from engine.market.breadth import Breadth
from handlers.payloads import MarketTap, RiskTap, SignalsTap
from handlers.views.exposure import exposure_text
from handlers.views.market import market_text
from handlers.views.risk import risk_text
from handlers.views.signals import signals_text
from handlers.views.text import TEXT_LIMIT
from handlers.views.words import CAUSE_WORDS, REGIME_WORDS, WAYS_BACK
from tests.handlers.asking import FakeDesk, ask, labels, tap
from tests.handlers.markup import shown, units, widest_table_line
from tests.handlers.risk_answers import a_market, a_risk, an_exposure, some_signals
from tests.handlers.samples import HOSTILE

CARDS: dict[str, Callable[[str], str]] = {
    "risk": lambda text: risk_text(a_risk(text, sectors=30), "PAPER"),
    "market": lambda text: market_text(a_market(text, symbols=90), "PAPER"),
    "exposure": lambda text: exposure_text(an_exposure(text, symbols=30), "PAPER"),
    "exposure, nothing held": lambda text: exposure_text(an_exposure(text, symbols=0), "PAPER"),
    "signals": lambda text: signals_text(some_signals(text, count=20), "PAPER"),
}


@pytest.mark.parametrize("text", ["", HOSTILE, "a" * 5000], ids=["", "hostile", "long"])
@pytest.mark.parametrize("card", CARDS)
def test_every_card_is_well_formed_badged_and_within_the_limit(card: str, text: str) -> None:
    markup = CARDS[card](text)
    assert 0 < units(shown(markup)) <= TEXT_LIMIT
    assert "PAPER" in markup.split("\n")[0]
    assert widest_table_line(markup) <= 35


def test_the_risk_card_reads_so() -> None:
    assert shown(risk_text(a_risk(), "PAPER")) == (
        "Risk in USDT · PAPER\n"
        "Equity                   10,123.46\n"
        "If every stop is hit       -132.10\n"
        "Room today, entries         223.46\n"
        "Room today, halt            523.46\n"
        "\n"
        "A bad day          past     normal\n"
        "VaR 95%           41.20      39.88\n"
        "beyond 95%        60.00      50.01\n"
        "VaR 99%           70.50      56.40\n"
        "beyond 99%        81.00      64.60\n"
        "Limit              used of allowed\n"
        "Heat !              3.10% of 3.00%\n"
        "Exposure           7.90% of 60.00%\n"
        "Leverage                 0.08 of 3\n"
        "Positions                   1 of 6\n"
        "To liquidation               never\n"
        "Diversified                 21.00%\n"
        "\n"
        "Sector          exposure      heat\n"
        "layer1             5.00%     0.40%\n"
        "layer2             5.00%     0.40%\n"
        "\n"
        "Move as one     exposure      heat\n"
        "BTC BTC +7\n"
        "                   5.00%     0.40%\n"
        "Breaker       now   stops    halts\n"
        "Day loss    0.23%   3.00%    5.00%\n"
        "  starts anew 22 Nov 00:00 UTC\n"
        "Drawdown    1.20%  15.00%   20.00%\n"
        "Losses in a row\n"
        "                8       8        -\n"
        "  starts anew 21 Nov 12:01 UTC\n"
        "🟡 REDUCING: no new trades, exits go on.\n"
        "Why: 8 losses in a row, no entries until 21 Nov 12:00 UTC\n"
        "Way back: By itself after the pause, or /resume.\n"
        "Until 2026-11-21 12:01:22 UTC\n"
        "As of 2026-11-21 08:01:22 UTC"
    )


def test_an_empty_and_active_desk_says_so() -> None:
    calm = replace(
        a_risk(sectors=0),
        trading=TradingState.ACTIVE,
        cause=Cause.NONE,
        tails=(),
        diversification_ratio=float("nan"),
        liquidation_ratio=0.234,
    )
    text = shown(risk_text(calm, "PAPER"))
    assert "Bad days: nothing to measure yet" in text
    assert "Sector" not in text
    assert "Diversified                      -" in text
    assert "To liquidation              23.40%" in text
    assert text.split("\n")[-2:] == [
        "🟢 ACTIVE: taking new trades.",
        "As of 2026-11-21 08:01:22 UTC",
    ]


def test_the_market_card_reads_so() -> None:
    assert shown(market_text(a_market(), "PAPER")) == (
        "Market on 1h bars · PAPER\n"
        "Symbol     regime      week   beta\n"
        "BTC        trend up    ↗      1.00\n"
        "ETH        trend down  ↘      1.23\n"
        "SOL        range       ·         -\n"
        "Breadth over 3 symbols: 67% above their average, 33% rise, 33% fall, 0% are volatile.\n"
        "Move together: BTC, ETH\n"
        "As of 2026-11-21 08:01:22 UTC"
    )
    unknown = replace(a_market(), breadth=Breadth(0, 0.0, 0.0, 0.0, 0.0), clusters=())
    assert "Breadth: not known yet, too few bars." in market_text(unknown, "PAPER")


def test_the_signals_card_reads_so() -> None:
    assert shown(signals_text(some_signals(count=2), "PAPER")) == (
        "Last 2 signals · PAPER\n"
        "✅ ↗ BTC long 08:01:22 UTC\n"
        "At 64,210, stop 63,800, sma_5_15\n"
        "Taken as #42.\n"
        "⛔ ↗ BTC long 08:01:22 UTC\n"
        "At 64,210, stop 63,800, sma_5_15\n"
        "No: Exposure would be 61.0% of equity, 60.0% allowed\n"
        "As of 2026-11-21 08:01:22 UTC"
    )
    assert "No strategy has proposed a trade yet." in signals_text(some_signals(count=0), "PAPER")


def test_a_denial_without_a_sentence_says_its_reason() -> None:
    signals = some_signals(count=2)
    bare = replace(signals.decisions[1], text="")
    text = signals_text(replace(signals, decisions=(bare,)), "PAPER")
    assert "No: Total exposure would be too high" in text


def test_every_cause_and_every_regime_has_its_words() -> None:
    assert set(CAUSE_WORDS) == set(WAYS_BACK) == set(Cause)
    assert all(WAYS_BACK[cause] for cause in set(Cause) - {Cause.NONE})
    assert set(REGIME_WORDS) == set(Regime)
    assert all(len(words) <= 11 for words in REGIME_WORDS.values())


@pytest.mark.parametrize("name", ["risk", "market", "signals"])
async def test_a_refresh_redraws_its_own_card(name: str) -> None:
    fake = FakeDesk()
    first = await ask(fake, f"/{name}")
    assert (first.edit, labels(first)) == (False, ["🔄 Refresh"])
    payload = {"risk": RiskTap, "market": MarketTap, "signals": SignalsTap}[name]
    again = await tap(fake, payload(again=True))
    assert (again.edit, again.toast) == (True, "Up to date")
    assert again.text == first.text
    assert not (await tap(fake, payload())).edit


async def test_signals_take_a_number_and_nothing_else() -> None:
    fake = FakeDesk()
    await ask(fake, "/signals")
    await ask(fake, "/signals 20")
    await tap(fake, SignalsTap(again=True, limit=5))
    await tap(fake, SignalsTap(limit=10_000))
    await tap(fake, SignalsTap(limit=-3))
    assert fake.risks.asked == [8, 20, 5, 20, 1]
    for words in ("0", "21", "-1", "BTC", "٣"):
        with pytest.raises(UserError, match="from 1 to 20"):
            await ask(fake, f"/signals {words}")


def test_the_exposure_card_reads_so() -> None:
    assert shown(exposure_text(an_exposure(), "PAPER")) == (
        "Exposure in USDT · PAPER\n"
        "Long                        799.80\n"
        "Short                       120.50\n"
        "Equity                   10,123.46\n"
        "Both, of equity    9.09% of 60.00%\n"
        "Net, of equity     6.71% of 50.00%\n"
        "Leverage                 0.09 of 3\n"
        "BTC                        +799.80\n"
        "ETH                        -120.50\n"
        "  of it on the way          -20.50\n"
        "\n"
        "Sector          exposure      heat\n"
        "layer1             9.09%     0.40%\n"
        "One sector may hold 40.00% of equity.\n"
        "As of 2026-11-21 08:01:22 UTC"
    )
