"""Is what somebody typed in Slack read as they typed it, and is nothing read into what we say?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.texts import escaped, typed, unescaped, whole
from tests.slack import typing_in
from tests.slack.building import build
from tests.slack.mrkdwn import Words, pieces

NAMES = {"U0ANA": "Ana", "U0BEN": "Ben Okoro", "U0BOT": "buckstop", "U0ODD": "R&amp;D <team>"}


def name_of(user: str, label: str) -> str:
    return f"@{NAMES.get(user) or label or user}"


TYPED = {
    "plain words stay as they are": ("meter swapped, bill is 9,000", "meter swapped, bill is 9,000"),
    "nothing": ("", ""),
    "line ends and tabs": ("one\ntwo\tthree\r\n", "one\ntwo\tthree\r\n"),
    "the three escapes": ("a &lt; b &gt; c &amp; d", "a < b > c & d"),
    "an escape that was typed": ("write &amp;lt; for a bracket", "write &lt; for a bracket"),
    "a person who is known": ("ask <@U0ANA>", "ask @Ana"),
    "a person with a label, as in commands": ("ask <@U0ANA|ana.smith>: why?", "ask @Ana: why?"),
    "a person of two words": ("handover C-1 <@U0BEN>: yours", "handover C-1 @Ben Okoro: yours"),
    "somebody of another workspace": ("ask <@U0EVE|eve>", "ask @eve"),
    "somebody without a name": ("ask <@U0EVE>", "ask @U0EVE"),
    "the bot itself": ("<@U0BOT> ack C-1", "@buckstop ack C-1"),
    "a name is not read again": ("<@U0ODD> said so", "@R&amp;D <team> said so"),
    "a channel": ("see <#C0HELP|help>", "see #help"),
    "a channel whose name is not told": ("see <#C0HELP|> and <#C0HELP>", "see #C0HELP and #C0HELP"),
    "everybody here": ("<!here> look", "@here look"),
    "everybody, as old clients say it": ("<!channel|channel> <!everyone|@everyone>", "@channel @everyone"),
    "a group of people": ("<!subteam^S0DESK|@billing-desk> and <!subteam^S0DESK|billing-desk>", "@billing-desk and @billing-desk"),
    "a group whose name is not told": ("<!subteam^S0DESK>", "@S0DESK"),
    "a time": ("<!date^1764064800^{date_short}|25 Nov 2025>", "25 Nov 2025"),
    "a time with a link": ("<!date^1764064800^{date}^https://x.test|today>", "today"),
    "an address": ("see <https://status.test/a?b=1&amp;c=2>", "see https://status.test/a?b=1&c=2"),
    "an address that was typed without its scheme": ("see <http://status.test|status.test>", "see http://status.test"),
    "an address behind words": ("see <https://status.test|our page>", "see our page (https://status.test)"),
    "an address behind words with escapes": ("<https://x.test|Q&amp;A &lt;new&gt;>", "Q&A <new> (https://x.test)"),
    "a disguised address shows itself": ("<https://evil.test|https://bank.test>", "https://bank.test (https://evil.test)"),
    "an e-mail address": ("write to <mailto:ana@acme.test|ana@acme.test>", "write to ana@acme.test"),
    "a telephone number": ("call <tel:+441234|01234>", "call 01234 (+441234)"),
    "several": ("<@U0ANA> <#C0HELP|help> &lt;3 <https://x.test>", "@Ana #help <3 https://x.test"),
    "brackets that are none of Slack's": ("a <b> c <> <|x> < @U1 >", "a <b> c <> <|x> < @U1 >"),
    "brackets that do not close": ("<@U0ANA and <https://x.test", "<@U0ANA and <https://x.test"),
    "brackets in brackets": ("<<@U0ANA>>", "<@Ana>"),
    "half of a pair of letters": ("broken \ud83d here", "broken \ufffd here"),
    "a pair in two halves": ("whole \ud83d\ude00", "whole 😀"),
}


@pytest.mark.parametrize(("given_", "said"), TYPED.values(), ids=TYPED.keys())
def test_what_somebody_typed(given_: str, said: str) -> None:
    assert typed(given_, name_of) == said


def test_a_name_is_looked_up_with_what_slack_gave() -> None:
    asked: list[tuple[str, str]] = []

    def remember(user: str, label: str) -> str:
        asked.append((user, label))
        return "@x"

    typed("<@U0ANA> <@U0BEN|ben&amp;co> <@W0EVE|>", remember)

    assert asked == [("U0ANA", ""), ("U0BEN", "ben&co"), ("W0EVE", "")]


ANYTHING = st.text(st.characters(exclude_categories=()))
# What Slack's markup is made of, in any order: most of it malformed.
MARKUP = st.lists(st.sampled_from([*"<>|@#!^& \n\ud83d", "&lt;", "&gt;", "&amp;", "U0ANA", "C1", "subteam", "date", "http:", "//x"])).map(
    "".join
)


@given(ANYTHING | MARKUP)
def test_anything_is_read_and_can_be_kept(text: str) -> None:
    typed(text, name_of).encode("utf-8")


@given(ANYTHING | MARKUP)
def test_what_is_escaped_holds_nothing_but_words(text: str) -> None:
    said = escaped(text)

    assert list(pieces(said)) == ([Words(said)] if said else [])
    assert unescaped(said) == text


@given(st.text() | MARKUP.map(lambda text: text.replace("\ud83d", "")))
def test_what_is_typed_comes_through_as_it_was(text: str) -> None:
    # As Slack hands on what somebody typed who pointed at nobody.
    assert typed(escaped(text), name_of) == text


WORKSPACE = build({"users": ["ana", "ben"], "channels": ["help"]}, "key", "http://127.0.0.1:1")
SPOKEN = st.lists(
    st.sampled_from(
        ["@ana", "@ben", "@eve", "#help", "#no", "@here", "https://x.test/a?b=1&c=2", "<b>", "&lt;", "C-1", ":", ",", " ", " ", "\n"]
    )
)


@given(SPOKEN.map("".join))
def test_what_slacks_composer_makes_of_it_is_taken_apart_again(text: str) -> None:
    def by_id(user: str, label: str) -> str:
        assert label in ("", WORKSPACE.user(user).name)
        return f"@{WORKSPACE.user(user).name}"

    assert typed(typing_in.message(WORKSPACE, text), by_id) == text
    assert typed(typing_in.command(WORKSPACE, text), by_id) == text


@given(ANYTHING)
def test_halves_of_pairs_are_all_that_is_lost(text: str) -> None:
    kept = whole(text)

    kept.encode("utf-8")
    assert kept == whole(kept)
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        assert kept == text
