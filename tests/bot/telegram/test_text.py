"""Lengths, splitting, and the plain words of markup."""

import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.localchat.html_text import parse_html
from bot.telegram.text import html_units, plain, split_html, units

PIECES = st.lists(
    st.tuples(st.sampled_from(["", "b", "i", "code", "pre"]), st.text(max_size=60)), max_size=12
)


def markup_of(pieces: list[tuple[str, str]]) -> str:
    """Well-formed HTML with each piece in its own tag, lines and all."""
    shown = [
        f"<{tag}>{escape(text, quote=False)}</{tag}>" if tag else escape(text, quote=False)
        for tag, text in pieces
    ]
    return "\n".join(shown)


def test_a_rocket_is_two_units() -> None:
    assert units("a🚀") == 3
    assert html_units("<b>a🚀&lt;</b>") == 4


def test_plain_words_have_neither_tags_nor_references() -> None:
    assert plain('<a href="x">1 &lt; 2</a> & <b>3</b>') == "1 < 2 & 3"


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert split_html("<b>x</b>") == ("<b>x</b>",)


@pytest.mark.parametrize("nothing", ["", " ", "<b> </b>", "\n\n"])
def test_a_text_that_shows_nothing_has_no_part(nothing: str) -> None:
    assert split_html(nothing) == ()


def test_lines_stay_whole_and_tags_are_closed_and_opened_again() -> None:
    parts = split_html("<pre>" + "\n".join(["0123456789"] * 4) + "</pre>", 25)
    assert parts == ("<pre>0123456789\n0123456789</pre>", "<pre>0123456789\n0123456789</pre>")


def test_a_line_over_the_limit_is_cut_but_no_character_in_two() -> None:
    parts = split_html("🚀" * 10, 7)
    assert "".join(parts) == "🚀" * 10
    assert all(units(part) <= 7 for part in parts)


@given(pieces=PIECES, limit_units=st.integers(4, 80))
def test_every_part_fits_is_well_formed_and_nothing_but_white_space_is_lost(
    pieces: list[tuple[str, str]], limit_units: int
) -> None:
    markup = markup_of(pieces)
    parts = split_html(markup, limit_units)
    for part in parts:
        assert html_units(part) <= limit_units
        assert parse_html(part).text == plain(part)  # the local chat parses as Telegram does
    assert re.sub(r"\s", "", "".join(map(plain, parts))) == re.sub(r"\s", "", plain(markup))
