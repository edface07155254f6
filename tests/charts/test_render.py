"""Pictures: real PNGs of the right size, for any values, without pyplot or an early import."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import charts
from charts.comparison import Comparison
from charts.contract import DARK, LIGHT, THEMES, Chart, Theme
from charts.fan import Fan
from charts.importance import Importance
from charts.registry import CHARTS, MODULES
from charts.reliability import ReliabilityStory
from charts.render import png, render
from charts.sensitivity import Sensitivity
from charts.story import PriceStory
from charts.style import HEIGHT_PX, WIDTH_PX
from charts.trials import Trials
from charts.walk_forward import Strips
from engine.analytics.calendars import HourGrid, MonthTable
from engine.analytics.equity import EquityCurve
from engine.analytics.facts import TradeColumns
from engine.analytics.skill import VoteHistory
from engine.market.correlation import Together
from tests.charts.record_samples import GRIDS, MONTHS, MOVES, TRADES
from tests.charts.research_samples import COMPARISONS, FANS, IMPORTANCES, MAPS, STRIPS, TRIALS
from tests.charts.samples import CURVES, HISTORIES, RELIABILITY, STORIES

VALUES: dict[type[Any], dict[str, Any]] = {
    Comparison: COMPARISONS,
    Fan: FANS,
    HourGrid: GRIDS,
    Importance: IMPORTANCES,
    MonthTable: MONTHS,
    Sensitivity: MAPS,
    Strips: STRIPS,
    Together: MOVES,
    TradeColumns: TRADES,
    Trials: TRIALS,
    EquityCurve: CURVES,
    PriceStory: STORIES,
    ReliabilityStory: RELIABILITY,
    VoteHistory: HISTORIES,
}
CASES = [
    pytest.param(chart, value, id=f"{chart.name}: {name}")
    for chart in CHARTS.values()
    for name, value in VALUES[chart.needs].items()
]


DRAWN: dict[tuple[str, int, str], bytes] = {}


def drawn(chart: Chart, value: Any, theme: Theme = DARK) -> bytes:
    """The picture of a sample, drawn once for all tests."""
    key = (chart.name, id(value), theme.name)
    if key not in DRAWN:
        DRAWN[key] = render(chart, value, theme)
    return DRAWN[key]


def pixels(picture: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The picture as (height, width, 3), read by another library."""
    with Image.open(io.BytesIO(picture)) as image:
        image.load()
        return np.asarray(image)


def share_of(picture: bytes, colour: str) -> float:
    """The share of the pixels that have this colour."""
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return float((pixels(picture) == wanted).all(axis=2).mean())


@pytest.mark.parametrize(("chart", "value"), CASES)
def test_any_values_give_a_picture_of_the_right_size(chart: Chart, value: Any) -> None:
    picture = drawn(chart, value)
    assert pixels(picture).shape == (HEIGHT_PX, WIDTH_PX, 3)
    assert 0.1 < share_of(picture, DARK.background) < 0.999  # something is drawn
    assert len(picture) < 500_000


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_both_themes_draw_in_their_own_colours(chart: Chart, theme: Theme) -> None:
    picture = drawn(chart, VALUES[chart.needs]["ordinary"], theme)
    assert share_of(picture, theme.background) > 0.1
    assert share_of(picture, theme.text) > 0.001
    meant = (theme.gain, theme.loss, theme.accent)
    assert sum(share_of(picture, each) for each in meant) > 0.0005
    (other,) = (each for each in THEMES.values() if each is not theme)
    assert share_of(picture, other.gain) == 0.0


def test_gains_and_losses_are_both_on_the_price_chart() -> None:
    picture = render(CHARTS["price"], STORIES["ordinary"])
    assert share_of(picture, DARK.gain) > 0.005
    assert share_of(picture, DARK.accent) > 0.0005  # the entries
    assert share_of(render(CHARTS["price"], STORIES["no trades"]), DARK.accent) == 0.0


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_the_same_values_give_the_same_picture(chart: Chart) -> None:
    value = VALUES[chart.needs]["ordinary"]
    assert render(chart, value, LIGHT) == drawn(chart, value, LIGHT)


def test_values_of_another_kind_are_refused_by_name() -> None:
    with pytest.raises(TypeError, match="chart price needs PriceStory"):
        render(CHARTS["price"], CURVES["ordinary"])


def test_every_file_of_charts_is_in_the_table() -> None:
    files = Path(str(charts.__path__[0])).glob("[!_]*.py")
    on_disk = {path.stem for path in files if "\nCHART = Chart(" in path.read_text("utf-8")}
    assert on_disk == {module.__name__.rpartition(".")[2] for module in MODULES}
    assert all(name == chart.name for name, chart in CHARTS.items())
    assert all(chart.about for chart in CHARTS.values())


def test_the_room_is_imported_without_matplotlib_and_drawn_without_pyplot() -> None:
    code = (
        "import sys, charts.registry, charts.render, charts.story as story;"
        "assert 'matplotlib' not in sys.modules;"
        "from engine.market.bars import EMPTY;"
        "from engine.core.timeframes import Timeframe;"
        "charts.render.render(charts.registry.CHARTS['price'],"
        " story.PriceStory('A/B', Timeframe.H1, EMPTY));"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_a_png_holds_the_very_pixels(width_px: int, height_px: int, seed: int) -> None:
    rgba = np.random.default_rng(seed).integers(0, 256, (height_px, width_px, 4), dtype=np.uint8)
    assert np.array_equal(pixels(png(rgba.tobytes(), width_px, height_px)), rgba[:, :, :3])
