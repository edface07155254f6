"""The strict reading of a reply: all or nothing, and nothing out of prose."""

import json

import pytest

from llm.checks.reply import LONGEST_REPLY, Fault, read_reply, reply_schema, strict_json
from llm.contract import ErrorKind
from tests.llm.questions import ANSWER, a_text

DEEP = "[" * 100_000 + "]" * 100_000


def without(field: str) -> str:
    return json.dumps({key: value for key, value in ANSWER.items() if key != field})


@pytest.mark.parametrize(
    "text",
    [
        a_text(),
        f"```json\n{a_text()}\n```",
        f"```\n{a_text()}\n```",
        f"<think>maybe SELL {{}}</think>\n{a_text()}",
        f"  {a_text()}\n",
    ],
)
def test_a_good_answer_is_read_with_at_most_one_wrapping_off(text: str) -> None:
    read = read_reply(text)
    assert (read.p_up, read.p_down, read.action) == (0.6, 0.3, "BUY")
    assert read.evidence[0].key == "rsi"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", ErrorKind.EMPTY),
        (" \n\t", ErrorKind.EMPTY),
        ("I would not buy here.", ErrorKind.BAD_JSON),
        (f"Sure! {a_text()}", ErrorKind.BAD_JSON),
        (f"{a_text()} Good luck!", ErrorKind.BAD_JSON),
        (f"```json\n{a_text()}\n```\nand so on", ErrorKind.BAD_JSON),
        (a_text()[:-5], ErrorKind.BAD_JSON),
        (a_text() + a_text(), ErrorKind.BAD_JSON),
        (a_text().replace('"p_up": 0.6', '"p_up": 0.6, "p_up": 0.1'), ErrorKind.BAD_JSON),
        (a_text().replace("0.6", "NaN"), ErrorKind.BAD_JSON),
        (a_text().replace("0.6", "-Infinity"), ErrorKind.BAD_JSON),
        (DEEP[: LONGEST_REPLY // 2], ErrorKind.BAD_JSON),
        (DEEP, ErrorKind.BAD_SCHEMA),
        (a_text().replace("98.0", "1e999"), ErrorKind.BAD_SCHEMA),
        (a_text().replace("98.0", "9" * 5000), ErrorKind.BAD_JSON),
        (a_text(p_up="0.6"), ErrorKind.BAD_SCHEMA),
        (a_text(p_up=True), ErrorKind.BAD_SCHEMA),
        (a_text(p_up=None), ErrorKind.BAD_SCHEMA),
        (a_text(p_up=-0.1), ErrorKind.BAD_SCHEMA),
        (a_text(p_down=1.01), ErrorKind.BAD_SCHEMA),
        (a_text(action="buy"), ErrorKind.BAD_SCHEMA),
        (a_text(action="LONG"), ErrorKind.BAD_SCHEMA),
        (a_text(stop="None"), ErrorKind.BAD_SCHEMA),
        (a_text(size=3), ErrorKind.BAD_SCHEMA),
        (a_text(reason="x" * 601), ErrorKind.BAD_SCHEMA),
        (a_text(evidence=[{"key": "rsi", "value": 1.0}] * 7), ErrorKind.BAD_SCHEMA),
        (a_text(evidence=[{"key": "rsi", "value": 1.0, "why": "x"}]), ErrorKind.BAD_SCHEMA),
        (without("action"), ErrorKind.BAD_SCHEMA),
        (without("stop"), ErrorKind.BAD_SCHEMA),
        (json.dumps([ANSWER]), ErrorKind.BAD_SCHEMA),
        ('"BUY"', ErrorKind.BAD_SCHEMA),
        ("{}", ErrorKind.BAD_SCHEMA),
        ("x" * (LONGEST_REPLY + 1), ErrorKind.BAD_SCHEMA),
    ],
)
def test_everything_else_is_a_fault_with_its_kind(text: str, kind: ErrorKind) -> None:
    with pytest.raises(Fault) as fault:
        read_reply(text)
    assert fault.value.kind is kind
    assert len(str(fault.value)) <= 160


def test_a_fault_never_repeats_what_the_reply_said() -> None:
    with pytest.raises(Fault) as fault:
        read_reply(a_text(p_up="sk-secret-key"))
    assert "secret" not in str(fault.value)


def test_the_schema_that_is_sent_is_strict_and_that_of_the_reader() -> None:
    schema = reply_schema()
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(ANSWER)
    assert schema["$defs"]["Evidence"]["additionalProperties"] is False
    assert "default" not in json.dumps(schema)


def test_strict_json_reads_what_is_plain() -> None:
    assert strict_json('{"a": [1, 2.5, null]}') == {"a": [1, 2.5, None]}
