"""From a request and a folder to a result that is kept, and what is said where that cannot be."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from engine.core.advice import Snapshot, Verdict
from engine.core.errors import UserError
from engine.core.events import ProposalDecided, TradeClosed, TradeOpened
from engine.core.parameters import Parameters
from engine.core.timeframes import Timeframe
from engine.research import compare, parity, results, run
from engine.research.job import Advise
from engine.research.proposals import READ, LazyFeatures
from engine.research.request import STRATEGY_NAMES, parse_request
from engine.strategies.propose import propose
from engine.strategies.registry import STRATEGIES
from engine.strategies.view import View
from tests.engine.research.drawn_bars import START_AT, drawn_bars

DEFAULTS = Parameters()
HOURS = 900
FRAME = ("timestamp", "open", "high", "low", "close", "volume")


def agree(_: Parameters) -> Advise:
    def advise(snapshot: Snapshot) -> Verdict:
        return Verdict(approved=True, confidence_ratio=0.6, votes=(), dissent_ratio=0.0, why="yes")

    return advise


def write(folder: Path, name: str, *, seed: int, price: float, bars: int = HOURS) -> None:
    drawn = drawn_bars(seed, bars, price=price)
    columns = (drawn.open, drawn.high, drawn.low, drawn.close, drawn.volume_base)
    frame = pl.DataFrame(dict(zip(FRAME, (drawn.open_at_s * 1000, *columns), strict=True)))
    frame.write_parquet(folder / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A perpetual, a spot market, and a market that has just begun."""
    made = tmp_path_factory.mktemp("bars")
    write(made, "BTC_USDT_USDT-1h.parquet", seed=7, price=40_000.0)
    write(made, "BTC_USDT-1h.parquet", seed=7, price=40_000.0)
    write(made, "ETH_USDT-1h.parquet", seed=8, price=2_500.0)
    write(made, "NEW_USDT-1h.parquet", seed=9, price=1.0, bars=40)
    write(made, "DOGE_BTC-1h.parquet", seed=9, price=0.001)
    return made


def answered(folder: Path, words: str) -> results.Backtest:
    return run.answer(parse_request(words), folder, DEFAULTS, agree, None)


@pytest.fixture(scope="module")
def result(folder: Path) -> results.Backtest:
    return answered(folder, "BTC,ETH 1h 30d fee=0.05% seed=3")


def test_a_result_says_what_it_was_made_with(result: results.Backtest) -> None:
    assert result.symbols == ("BTC/USDT:USDT", "ETH/USDT")
    assert len(result.trades) > 5
    assert result.config_hash == DEFAULTS.config_hash()
    assert result.parameters == DEFAULTS
    assert result.seed == 3
    assert len(result.data_hash) == 12
    assert "+" in result.code_version
    assert len(result.curve) == 30 * 24
    assert result.notes == ("BTC/USDT:USDT: no funding was recorded, so none is paid.",)


def test_the_events_are_those_of_the_desks_journal(result: results.Backtest) -> None:
    closed = [event.trade for event in result.events if isinstance(event, TradeClosed)]
    opened = [event for event in result.events if isinstance(event, TradeOpened)]
    decided = [event for event in result.events if isinstance(event, ProposalDecided)]
    assert tuple(closed) == result.trades
    assert len(opened) == len(result.trades) + len(result.open_positions)
    assert {e.position_id for e in decided} == {e.position.position_id for e in opened}
    assert [event.at for event in result.events] == sorted(event.at for event in result.events)
    keys = [event.key() for event in result.events]
    assert len(set(keys)) == len(keys)


def test_a_kept_result_comes_back_as_it_was(result: results.Backtest, tmp_path: Path) -> None:
    path = results.save(result, tmp_path, "averages")
    found = results.load(tmp_path, "averages")
    assert results.kept_names(tmp_path) == ("averages",)
    assert path.stat().st_mode & 0o077 == 0
    for field in dataclasses.fields(result):
        if field.name != "curve":
            assert getattr(found, field.name) == getattr(result, field.name), field.name
    assert np.array_equal(found.curve.equity_quote, result.curve.equity_quote)
    assert np.array_equal(found.curve.at_s, result.curve.at_s)
    assert not list(path.parent.glob("*.new"))


@pytest.mark.parametrize("wrong", ["format", "trades", "points", "text"])
def test_a_result_of_another_version_is_refused_in_one_sentence(
    result: results.Backtest, tmp_path: Path, wrong: str
) -> None:
    path = results.save(result, tmp_path, "old")
    body = json.loads(path.read_text())
    if wrong == "format":
        body["format"] = 0
    elif wrong == "trades":
        del body["trades"][0]["symbol"]
    elif wrong == "points":
        path.with_suffix(".npz").write_bytes(b"other")
    path.write_text("{" if wrong == "text" else json.dumps(body))
    with pytest.raises(UserError, match=r"^The (two files of the )?result") as caught:
        results.load(tmp_path, "old")
    assert caught.value.hint == "Run it again."


def test_a_result_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no result named nothing"):
        results.load(tmp_path, "nothing")
    with pytest.raises(UserError, match="letters, digits"):
        results.load(tmp_path, "../nothing")


def test_the_same_request_has_the_same_answer(folder: Path, result: results.Backtest) -> None:
    again = answered(folder, "BTC,ETH 1h 30d fee=0.05% seed=3")
    assert again.trades == result.trades
    assert (again.data_hash, again.code_version) == (result.data_hash, result.code_version)


def test_costs_that_were_asked_for_are_paid(folder: Path, result: results.Backtest) -> None:
    dear = answered(folder, "BTC,ETH 1h 30d fee=1% seed=3")
    assert dear.measures.fee_quote > 5 * result.measures.fee_quote
    assert dear.data_hash != result.data_hash


def test_a_later_start_is_the_tail_of_the_bars_with_history_before_it(folder: Path) -> None:
    found = answered(folder, "ETH 2026-01-20..2026-01-25")
    assert (found.starts_at.day, found.ends_at.day) == (20, 25)
    assert found.notes == ()
    whole = answered(folder, "ETH 2025-01-01..2027-01-01")
    assert whole.starts_at == START_AT
    assert [note.split()[2] for note in whole.notes] == ["begin", "end"]


def test_missing_bars_are_told(tmp_path: Path) -> None:
    drawn = drawn_bars(3, HOURS, price=50.0, missing_ratio=0.1)
    columns = (drawn.open, drawn.high, drawn.low, drawn.close, drawn.volume_base)
    frame = pl.DataFrame(dict(zip(FRAME, (drawn.open_at_s * 1000, *columns), strict=True)))
    frame.write_parquet(tmp_path / "BTC_USDT-1h.parquet")
    assert "bars are missing" in answered(tmp_path, "BTC 30d").notes[0]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("XYZ", "There are no bars of XYZ."),
        ("ETH 5m", "no 5m bars"),
        ("ETH 2030", "no bars in that span"),
        ("NEW", "has 40 bars up to"),
        ("BTC,DOGE", "trade in BTC, USDT"),
        ("BTC detail=5m", "There are no 5m bars of BTC/USDT:USDT for the detail."),
    ],
)
def test_what_cannot_be_run_is_one_clear_sentence(folder: Path, words: str, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        answered(folder, words)
    assert sentence in caught.value.sentence()
    assert "MARKET" not in caught.value.sentence()


def test_detail_that_does_not_add_up_is_one_sentence(tmp_path: Path) -> None:
    write(tmp_path, "ODD_USDT-1h.parquet", seed=1, price=10.0)
    frame = pl.read_parquet(tmp_path / "ODD_USDT-1h.parquet")
    doubled = frame.filter(pl.col("timestamp") % (2 * 3_600_000) == 0)
    doubled.write_parquet(tmp_path / "ODD_USDT-2h.parquet")  # closes an hour too early
    with pytest.raises(UserError, match="1h bars of ODD/USDT do not add up to its 2h bars"):
        answered(tmp_path, "ODD 2h detail=1h")


def test_no_strategy_and_no_folder_are_one_sentence_each(folder: Path) -> None:
    off = " ".join(f"{name}=off" for name in ("sma_5_15", "sma_10_30", "sma_20_50"))
    with pytest.raises(UserError, match="No strategy is on"):
        answered(folder, f"ETH {off}")
    with pytest.raises(UserError, match="there is no folder"):
        answered(folder / "nowhere", "ETH")


def test_a_comparison_gives_what_each_way_alone_would(folder: Path) -> None:
    asked = compare.variants("ETH 30d sma_5_15 sma_10_30 percent default")
    heard: list[str] = []
    material = run.read(asked[0].request, folder)
    made = compare.compared(
        asked, material, DEFAULTS, agree, None, lambda _done, _of, text: heard.append(text)
    )
    assert heard == [variant.name for variant in asked] + [""]
    for variant, found in made:
        alone = run.answer(variant.request, folder, DEFAULTS, agree, None)
        assert found.trades == alone.trades
        assert compare.row_of(variant.name, found).trades == len(alone.trades)
    assert len({found.trades for _, found in made}) == len(asked)


def test_strategies_read_no_parameter_that_the_memory_does_not_know() -> None:
    read: set[str] = set()

    class Watched(Parameters):
        def __getattribute__(self, name: str) -> object:
            read.add(name)
            return super().__getattribute__(name)

    watched = Watched.model_validate(
        {**DEFAULTS.model_dump(), **dict.fromkeys(STRATEGY_NAMES, True)}
    )
    bars = drawn_bars(5, HOURS, price=100.0)
    view = View("BTC/USDT", Timeframe.H1, bars)
    read.clear()
    for end in range(400, HOURS):
        propose(dataclasses.replace(view, bars=bars.until(end)), watched)
    for strategy in STRATEGIES:
        strategy.candidates(bars, watched)
    named = {name for name in read if name in Parameters.model_fields}
    assert len(named) > 10
    assert named <= set(READ)


def test_features_that_wait_are_the_numbers_of_those_that_do_not() -> None:
    view = View("BTC/USDT", Timeframe.H1, drawn_bars(5, 400, price=100.0))
    lazy = LazyFeatures(view, DEFAULTS)
    assert dict(lazy) == dict(view.features(DEFAULTS))
    with pytest.raises(KeyError):
        lazy["no such feature"]


async def test_the_live_loop_and_the_backtest_differ_in_nothing(folder: Path) -> None:
    material = run.read(parse_request("BTC,ETH 1h 20d"), folder)
    found = await parity.compared(material, DEFAULTS, agree, None)
    assert found.difference is None
    assert found.trades > 3
    assert found.moments == 20 * 24


async def test_detail_bars_decide_the_same_in_both(folder: Path) -> None:
    """4h bars summed from the hours, and the hours as their detail."""
    coarse = run.read(parse_request("BTC,ETH 4h 30d atr_window_bars=5"), folder)
    fine = run.read(parse_request("BTC,ETH 4h 30d atr_window_bars=5 detail=1h"), folder)
    parameters = fine.request.parameters(DEFAULTS)
    found = await parity.compared(fine, parameters, agree, None)
    assert found.difference is None
    assert found.trades > 3
    assert found.moments == 30 * 24
    with_detail = run.run_on(fine, parameters, agree, None)
    without = run.run_on(coarse, parameters, agree, None)
    assert {t.closed_at.hour % 4 for t in with_detail.trades} != {0}  # inside the long bars
    assert {t.closed_at.hour % 4 for t in without.trades} == {0}
    assert {t.opened_at.hour % 4 for t in with_detail.trades} == {0}


def test_the_first_difference_is_named_with_both_sides(result: results.Backtest) -> None:
    changed = list(result.trades)
    changed[2] = dataclasses.replace(changed[2], exit_price=changed[2].exit_price + 1)
    found = parity.first_difference(result.trades, changed)
    assert found is not None
    assert found.what.startswith("trade 3, ")
    assert found.what.endswith(": exit_price")
    assert found.live != found.compiled
    short = parity.first_difference(result.trades, result.trades[:-1])
    assert short is not None
    assert short.what == "number of trades"
