"""Ticks that tell the truth, colours with two ends, words that fit."""

import io
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from charts import comparison, months, price
from charts.contract import DARK, LIGHT
from charts.registry import CHARTS
from charts.render import render
from charts.scales import (
    digits_of,
    ink_on,
    one_ended,
    percent_tick,
    plain_text,
    plane,
    r_text,
    scale,
    short,
    two_ended,
)
from tests.charts.research_samples import LONG, some_curves
from tests.charts.samples import STORIES


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 1.0), (-2.6, 4.9), (0.571, 0.634), (0.0, 5000.0), (-40.0, 90.0)]
)
def test_every_tick_is_told_as_the_value_it_stands_at(low: float, high: float) -> None:
    figure = Figure()
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    plane(axes, DARK, across="x")
    scale(axes.yaxis, percent_tick)
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    canvas.draw()  # type: ignore[no-untyped-call]
    plain = [each.get_text().replace("\u2212", "-") for each in axes.get_xticklabels()]
    assert [float(each.replace(",", "")) for each in plain] == pytest.approx(axes.get_xticks())
    shares = [each.get_text().replace("\u2212", "-") for each in axes.get_yticklabels()]
    told = [float(each.removesuffix(" %").replace(",", "")) / 100.0 for each in shares]
    assert told == pytest.approx(axes.get_yticks())


def test_steps_have_digits_and_results_have_signs() -> None:
    assert [digits_of(step) for step in (5.0, 0.5, 0.25, 0.002, 1e-9)] == [0, 1, 2, 3, 6]
    assert [r_text(each) for each in (1.24, -0.5, -0.04, 0.0)] == [
        "+1.2 R",
        "\u22120.5 R",
        "0.0 R",
        "0.0 R",
    ]
    assert plain_text(-0.001) == "0.00"
    assert plain_text(-1234.5, 1) == "\u22121,234.5"


def test_long_names_lose_their_middle() -> None:
    assert short("short", 8) == "short"
    assert short("a_very_long_name_7", 9) == "a_ver…e_7" or len(short("a_very_long_name_7", 9)) == 9
    assert short("sma cross ladder", 10).endswith("dder")


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_colours_grow_towards_their_ends_and_the_unknown_is_background(theme: object) -> None:
    assert theme in {DARK, LIGHT}
    values = np.array([-9.0, -0.5, 0.0, 0.5, 9.0, np.nan])
    colours = two_ended(values, 1.0, DARK if theme is DARK else LIGHT)
    assert colours.shape == (6, 3)
    assert colours[0].tolist() == pytest.approx(_rgb((DARK if theme is DARK else LIGHT).loss))
    assert colours[4].tolist() == pytest.approx(_rgb((DARK if theme is DARK else LIGHT).gain))
    assert colours[5].tolist() == pytest.approx(_rgb((DARK if theme is DARK else LIGHT).background))


def _rgb(colour: str) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255.0 for at in (1, 3, 5)]


def test_one_value_alone_has_a_colour_and_ink_differs_from_its_ground() -> None:
    assert np.isfinite(one_ended(np.array([2.0]), 2.0, 2.0, DARK)).all()
    assert ink_on(np.array([1.0, 1.0, 1.0])) != ink_on(np.zeros(3))


def test_labels_of_curves_that_end_together_stand_apart_and_inside() -> None:
    for wanted in ([0.5] * 8, [1.2, 1.1, 0.0, -0.3], [0.01, 0.0, -0.2], [0.7]):
        placed = comparison._apart(sorted(wanted, reverse=True))
        gaps = [above - below for above, below in pairwise(placed)]
        assert all(gap >= comparison.APART - 1e-9 for gap in gaps)
        assert placed[-1] >= 0.02 - 1e-9


def test_levels_that_are_far_away_or_on_top_of_another_are_left_out() -> None:
    shown = [level.price for level in price._shown_levels(STORIES["plan"])]
    names = [level.name for level in STORIES["plan"].levels]
    assert names == ["break-even", "target", "trail", "target", "target"]
    assert shown == [STORIES["plan"].levels[place].price for place in (0, 1, 3)]


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0.0004, "0.0"),
        (0.051, "+5.1"),
        (-0.0996, "\u221210"),
        (1.07, "+107"),
        (-0.034, "\u22123.4"),
    ],
)
def test_a_month_fits_its_cell(ratio: float, text: str) -> None:
    assert months._cell_text(ratio) == text


def test_nothing_is_drawn_on_the_edge_of_a_picture_with_long_names() -> None:
    values = some_curves(8, name=LONG)
    with Image.open(io.BytesIO(render(CHARTS["comparison"], values))) as image:
        pixels = np.asarray(image)
    ground = np.array(_rgb(DARK.background)) * 255
    edges = (pixels[:, :4], pixels[:, -4:], pixels[:4], pixels[-4:])
    assert all((np.abs(edge - ground) < 2.0).all() for edge in edges)
