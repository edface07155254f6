"""Telegram's HTML: cases from TDLib's own tests, and those a trading desk meets."""

import pytest

from bot.localchat.entities import tidy, units
from bot.localchat.html_text import parse_html
from bot.localchat.refusal import Json, Refusal

PLACE = "🏟 🏟&lt;"  # 13 bytes as it is written, 6 UTF-16 units once read

ERRORS = {
    PLACE + "<abacaba": "Unclosed start tag at byte offset 13",
    PLACE + "<abac aba>": 'Unsupported start tag "abac" at byte offset 13',
    PLACE + "<i   =aba>": 'Empty attribute name in the tag "i" at byte offset 13',
    PLACE + "<i    aba>": 'Can\'t find end tag corresponding to start tag "i"',
    PLACE + "<i    aba  =  ": 'Unclosed start tag "i" at byte offset 13',
    PLACE + "<i    aba  =  190azAz-.,": "Unexpected end of name token at byte offset 27",
    PLACE + '<i    aba  =  "&lt;&gt;&quot;>': "Unclosed start tag at byte offset 13",
    PLACE + "</": "Unexpected end tag at byte offset 13",
    PLACE + "<b></b></": "Unexpected end tag at byte offset 20",
    PLACE + "<i>a</i   ": "Unclosed end tag at byte offset 17",
    PLACE + "<i>a</em   >": ('Unmatched end tag at byte offset 17, expected "</i>", found "</em>"'),
    "a < b": 'Unsupported start tag "" at byte offset 2',
    "<br>": 'Unsupported start tag "br" at byte offset 0',
    "PnL <0": "Unclosed start tag at byte offset 4",
    "<span>x</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    '<tg-emoji emoji-id="x">y</tg-emoji>': "Invalid custom emoji identifier specified",
    '<tg-time unix="soon">y</tg-time>': (
        'Tag "tg-time" must have a valid attribute "unix" and "format" at byte offset 0'
    ),
}

SPANS: list[tuple[str, str, list[tuple[object, ...]]]] = [
    ("&lt;&gt;&amp;&quot;&laquo;&#12345678;", '<>&"&laquo;&#12345678;', []),
    ("➡️ ➡️<em>➡️ ➡️</em>", "➡️ ➡️➡️ ➡️", [("italic", 5, 5)]),
    ("🏟 🏟<i>🏟 &lt🏟</i>", "🏟 🏟🏟 <🏟", [("italic", 5, 6)]),
    ("🏟 🏟&lt;<i    aba  =  190azAz-.   >a</>", "🏟 🏟<a", [("italic", 6, 1)]),
    ("<b></b>", "", []),
    ("<strike>a</strike><del>b</del>", "ab", [("strikethrough", 0, 1), ("strikethrough", 1, 1)]),
    ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
    ("<pre><code>a</code></pre>", "a", [("pre", 0, 1), ("code", 0, 1)]),
    ("<code class='language-x'>a</code>", "a", [("code", 0, 1)]),
    ("<blockquote expandable asd>a<pre>b</pre></blockquote>", "ab",
     [("expandable_blockquote", 0, 2), ("pre", 1, 1)]),
    ("<a> </a>", " ", []),
    ("<a href='not a link'>x</a>", "x", []),
    ("<B>x</B>", "x", [("bold", 0, 1)]),
]  # fmt: skip

MORE: list[tuple[str, Json]] = [
    (
        '<pre><code class="language-fift">a</code></pre>',
        {"type": "pre", "offset": 0, "length": 1, "language": "fift"},
    ),
    (
        "<a href=telegram.org>a</a>",
        {"type": "text_link", "offset": 0, "length": 1, "url": "http://telegram.org/"},
    ),
    (
        "<a href='https://a.bc/d?x=1&amp;y=2'>a</a>",
        {"type": "text_link", "offset": 0, "length": 1, "url": "https://a.bc/d?x=1&y=2"},
    ),
    (
        '<tg-time unix="1700000000" format="r">a</tg-time>',
        {
            "type": "date_time",
            "offset": 0,
            "length": 1,
            "unix_time": 1_700_000_000,
            "date_time_format": "r",
        },
    ),
    (
        '<tg-emoji emoji-id="54321">🏟</tg-emoji>',
        {"type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "54321"},
    ),
]


@pytest.mark.parametrize(("source", "sentence"), ERRORS.items())
def test_wrong_html_is_refused_with_telegrams_sentence(source: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {sentence}"
    assert refused.value.code == 400


@pytest.mark.parametrize(("source", "text", "spans"), SPANS)
def test_html_becomes_text_and_spans(
    source: str, text: str, spans: list[tuple[object, ...]]
) -> None:
    formatted = parse_html(source)
    assert formatted.text == text
    assert [(e["type"], e["offset"], e["length"]) for e in formatted.entities] == spans


@pytest.mark.parametrize(("source", "entity"), MORE)
def test_an_entity_keeps_what_its_tag_says(source: str, entity: Json) -> None:
    assert parse_html(source).entities == [entity]


def test_nested_tags_overlap_as_they_are_written() -> None:
    formatted = parse_html("<i>a<b>b</b></i>")
    assert [(e["type"], e["offset"], e["length"]) for e in formatted.entities] == [
        ("italic", 0, 2),
        ("bold", 1, 1),
    ]


def test_outer_white_space_goes_and_the_entities_move_with_the_text() -> None:
    formatted = tidy(parse_html(" \n🚀 <b>BTC</b> up <i>fast  </i>\n"))
    assert formatted.text == "🚀 BTC up fast"
    assert [(e["type"], e["offset"], e["length"]) for e in formatted.entities] == [
        ("bold", 3, 3),
        ("italic", 10, 4),
    ]


def test_nothing_is_formatted_inside_code() -> None:
    formatted = tidy(parse_html("<code>a <b>b</b></code> <pre><code>c</code></pre>"))
    assert [e["type"] for e in formatted.entities] == ["code", "pre"]


def test_length_counts_utf_16_units() -> None:
    assert units("a🚀é") == 4
    assert units("🚀" * 2048) == 4096
