"""What a chart is, and the colours it is drawn in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by meaning. Gain and loss are Okabe and Ito's blue and orange (2008), which
    colour-blind people tell apart; marks also differ by shape.
    """

    name: str
    background: str
    grid: str
    text: str
    muted: str
    gain: str
    loss: str
    accent: str


DARK = Theme(
    name="dark",
    background="#0e151c",
    grid="#25313d",
    text="#e8eef4",
    muted="#8fa1b3",
    gain="#56b4e9",
    loss="#f08a24",
    accent="#f0e442",
)
LIGHT = Theme(
    name="light",
    background="#ffffff",
    grid="#dfe5ea",
    text="#15202b",
    muted="#5c6b7a",
    gain="#0072b2",
    loss="#d55e00",
    accent="#9a3d8f",
)
THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


@dataclass(frozen=True, slots=True)
class Chart:
    """One row of CHARTS."""

    name: str  # "/chart <name>"
    about: str  # one line of help
    needs: type[Any]  # the values that it draws
    draw: "Callable[[Figure, Any, Theme], None]"
    is_research: bool = False  # of values that only a research run has: not a kind of /chart
