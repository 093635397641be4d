"""Codes: nobody can foresee them, however they are typed they are read, and a sentence is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.codes import LENGTH, SIGNS, digest, meant_as_code, new_code, read_code
from bot.handlers.parse import begins_with_verb

CODES = st.text(SIGNS, min_size=LENGTH, max_size=LENGTH)
BETWEEN = st.lists(st.sampled_from(["", "", " ", "-", "\u2013", "  ", "_", ".", "\u00a0", "`"]), min_size=LENGTH + 1, max_size=LENGTH + 1)
WIDE = {ord(sign): ord(sign) - ord("!") + 0xFF01 for sign in SIGNS}  # as some keyboards write them


@given(CODES, BETWEEN, st.lists(st.booleans(), min_size=LENGTH, max_size=LENGTH), st.booleans())
def test_however_a_code_is_typed_it_is_the_same(code: str, between: list[str], small: list[bool], wide: bool) -> None:
    signs = [sign.lower() if low else sign for sign, low in zip(code, small, strict=True)]
    typed = between[0] + "".join(sign + gap for sign, gap in zip(signs, between[1:], strict=True))
    typed = typed.translate(WIDE) if wide else typed

    assert read_code(typed) == code
    assert meant_as_code(typed)
    assert digest(typed) == digest(code)


@given(st.text(max_size=40))
def test_no_text_breaks_it_and_what_is_read_is_a_code(text: str) -> None:
    code = read_code(text)

    assert code is None or (len(code) == LENGTH and set(code) <= set(SIGNS))
    assert meant_as_code(text) or code is None


@given(CODES, CODES)
def test_different_codes_have_different_digests(one: str, other: str) -> None:
    assert (digest(one) == digest(other)) == (one == other)
    assert one not in digest(one)


def test_a_new_code_is_shown_so_that_it_can_be_read_and_no_two_are_alike() -> None:
    codes = [new_code() for _ in range(200)]

    assert len(set(codes)) == 200
    for code in codes:
        assert [len(part) for part in code.split("-")] == [3, 3, 3]
        assert read_code(code) == code.replace("-", "")


@pytest.mark.parametrize("text", ["", "K7M-QXR", "K7M-QXR-4TCC", "K7M-QXR-4TO", "the portal is down", "\uff2b\uff29\uff17"])
def test_what_is_no_code_is_not_read_as_one(text: str) -> None:
    assert read_code(text) is None


SAID = {
    "link": "bare",
    "link K7M-QXR-4TC": "bare",
    "link k7m qxr 4tc": "bare",
    "link K7M-QXR-4TO": "bare",  # meant as one, and mistyped
    "link undo": "bare",
    "link to the form is broken": "no",
    "link is missing": "no",
    "Link: https://portal.example does not open": "no",
    "prefer": "bare",
    "prefer Slack": "bare",
    "prefer to be called": "no",
}


@pytest.mark.parametrize(("text", "begins"), SAID.items(), ids=SAID.keys())
def test_a_report_about_a_link_is_no_command(text: str, begins: str) -> None:
    assert begins_with_verb(text) == begins
