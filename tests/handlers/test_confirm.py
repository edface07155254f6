"""A confirmation holds for one person, one action, one subject and a while; for nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import UserError
from handlers.confirm import Signer, Slip, command_id, short_digest
from tests.handlers.samples import NOW

SECRET = b"k" * 32
ANN = Signer(SECRET, "set", 1001)
SLIP = ANN.sign("abc=0.8%", NOW + timedelta(minutes=2))


def test_the_person_who_was_asked_may_confirm_until_it_expires() -> None:
    ANN.check(SLIP, NOW)
    ANN.check(SLIP, NOW + timedelta(seconds=119))


def test_a_late_tap_is_told_to_ask_again() -> None:
    with pytest.raises(UserError) as refused:
        ANN.check(SLIP, NOW + timedelta(minutes=2))
    assert refused.value.sentence() == "This button has expired. Ask again: /set"


@pytest.mark.parametrize(
    "signer",
    [
        Signer(SECRET, "set", 1002),  # another person
        Signer(SECRET, "undo", 1001),  # another action
        Signer(b"x" * 32, "set", 1001),  # another desk
    ],
)
def test_another_person_action_or_desk_is_refused(signer: Signer) -> None:
    with pytest.raises(UserError, match="not yours"):
        signer.check(SLIP, NOW)


@pytest.mark.parametrize(
    "forged",
    [
        replace(SLIP, subject="abc=5%"),
        replace(SLIP, until="1zzzzzz"),
        replace(SLIP, code=""),
        replace(SLIP, code="A" * 12),
        replace(SLIP, code="\udc80é"),
        Slip("", "", ""),
    ],
)
def test_a_changed_button_is_refused(forged: Slip) -> None:
    with pytest.raises(UserError, match="not yours"):
        ANN.check(forged, NOW)


@given(st.text(), st.text(max_size=10), st.text(max_size=20))
def test_made_up_slips_are_refused_whatever_they_hold(subject: str, until: str, code: str) -> None:
    with pytest.raises(UserError):
        ANN.check(Slip(subject, until, code), NOW)


def test_the_parts_of_a_slip_cannot_be_shifted() -> None:
    shifted = replace(SLIP, subject=f"{SLIP.subject}{SLIP.until[0]}", until=SLIP.until[1:])
    with pytest.raises(UserError, match="not yours"):
        ANN.check(shifted, NOW)


def test_every_tap_on_a_slip_is_the_same_command_and_another_slip_is_another() -> None:
    later = ANN.sign("abc=0.8%", NOW + timedelta(minutes=3))
    assert command_id(SLIP) == command_id(replace(SLIP))
    assert command_id(SLIP) != command_id(later)


def test_short_names_differ_and_stay_short() -> None:
    assert len(short_digest("x" * 900)) == 8
    assert short_digest("a") != short_digest("b")
