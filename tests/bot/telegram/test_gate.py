"""Who may what: every command and button, every role, private and in a group, fresh and late."""

import pytest

from bot.telegram.asked import Said, Tapped, asked_from
from bot.telegram.gate import LATE_AFTER_S, Run, Say, Silence, Vocabulary, ago, decide, late_note
from bot.telegram.redact import HIDDEN, holds_secret, redact
from engine.core.kinds import Role
from handlers.contract import Effect
from tests.bot.telegram.table import Table

TABLE = Table()
WORDS = Vocabulary(
    {command.name: command for command in TABLE.commands()}, TABLE.buttons(), "desk_bot"
)


def said(text: str) -> Said:
    return Said(name="x", text=text, message_id=1)


def tapped(data: str, message_id: int | None = 1) -> Tapped:
    return Tapped(name="x", data=data, callback_id="1", message_id=message_id)


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("name", list(WORDS.commands))
def test_a_command_runs_for_its_role_and_above_only(name: str, role: Role | None) -> None:
    decision = decide(WORDS.meant(said(f"/{name}")), role, is_private=True, age_s=0.0)
    if role is None:
        assert decision == Silence()
    elif role.covers(WORDS.commands[name].role):
        assert isinstance(decision, Run)
    else:
        assert isinstance(decision, Say)


@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("data", ["by1|7", "pg1|1", "ha1"])
def test_a_button_passes_the_check_of_its_command(data: str, role: Role | None) -> None:
    meant = WORDS.meant(tapped(data))
    assert isinstance(meant, Run)
    as_command = decide(
        WORDS.meant(said(f"/{meant.command.name}")), role, is_private=True, age_s=0.0
    )
    as_button = decide(meant, role, is_private=True, age_s=0.0)
    assert type(as_button) is type(as_command)


@pytest.mark.parametrize("data", ["", "by1", "by1|", "by1|x", "by1|1|2", "by2|1", "zz|1", "BY1|1"])
def test_what_is_no_button_of_ours_is_outdated(data: str) -> None:
    assert WORDS.meant(tapped(data)) == Say("This button is outdated.", outdated=True)


def test_a_strangers_nonsense_is_silence_too() -> None:
    for asked in (said("hi"), said("/nonsense"), tapped("zz|1"), tapped("by1|7", None)):
        assert decide(WORDS.meant(asked), None, is_private=True, age_s=0.0) == Silence()


def test_an_old_command_that_raises_risk_is_refused_and_one_that_lowers_it_is_noted() -> None:
    for name, effect in (
        ("resume", Effect.RAISES),
        ("pause", Effect.REDUCES),
        ("card", Effect.READS),
    ):
        meant = WORDS.meant(said(f"/{name}"))
        decision = decide(meant, Role.OWNER, is_private=True, age_s=LATE_AFTER_S + 1)
        assert isinstance(decision, Say) is (effect is Effect.RAISES)
        assert isinstance(meant, Run)
        assert bool(late_note(meant, LATE_AFTER_S + 1)) is (effect is Effect.REDUCES)
        assert late_note(meant, LATE_AFTER_S) == ""


def test_the_bots_own_name_in_a_group_is_heard_and_another_is_not() -> None:
    assert isinstance(WORDS.meant(said("/card@Desk_Bot now")), Run)
    assert WORDS.meant(said("/card@other_bot")) == Silence()


def test_safety_is_known_before_anything_is_looked_up() -> None:
    assert WORDS.is_safety(said("/panic"))
    assert WORDS.is_safety(tapped("ha1"))
    assert not WORDS.is_safety(said("/pause"))


@pytest.mark.parametrize(
    ("age_s", "words"), [(5, "5 s ago"), (150, "2 min ago"), (11_000, "3 h ago"), (2e5, "2 d ago")]
)
def test_an_age_in_words(age_s: float, words: str) -> None:
    assert ago(age_s) == words


@pytest.mark.parametrize("asked", [said("/card"), tapped("by1|7"), tapped("x", None)])
def test_what_the_inbox_keeps_comes_back(asked: Said | Tapped) -> None:
    assert asked_from(asked.as_payload()) == asked


def test_a_foreign_payload_is_refused() -> None:
    with pytest.raises(ValueError, match="not a payload of ours"):
        asked_from({"kind": "other"})


@pytest.mark.parametrize(
    "secret",
    [
        "123456789:" + "A" * 35,
        "sk-" + "abc123" * 5,
        "f" * 64,
        "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----",
        "aB3" * 20,
    ],
)
def test_what_looks_like_a_key_is_hidden(secret: str) -> None:
    assert redact(f"/set x {secret} now") == f"/set x {HIDDEN} now"
    assert holds_secret(secret)


@pytest.mark.parametrize("text", ["/set risk_per_trade_ratio 0.8%", "/chart price BTC/USDT:USDT"])
def test_what_people_write_is_left_alone(text: str) -> None:
    assert redact(text) == text
