"""Is what somebody typed in Discord read as they typed it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.texts import MENTION, typed, whole
from bot.escalation.words import PersonId
from bot.handlers.times import read_time
from tests.wording.office import MONDAY, ORG

NAMES = {"1": "Ana", "2": "Ben Okoro", "9": "buckstop", "7": "<@1>"}
CHANNELS, ROLES = {"5": "help"}, {"6": "billing-desk", "8": "@everyone"}


def name_of(user: str) -> str:
    return f"@{NAMES.get(user, user)}"


TYPED = {
    "plain words stay as they are": ("meter swapped, bill is 9,000", "meter swapped, bill is 9,000"),
    "nothing": ("", ""),
    "line ends and tabs": ("one\ntwo\tthree\r\n", "one\ntwo\tthree\r\n"),
    "a person": ("ask <@1>", "ask @Ana"),
    "a person, as older clients say it": ("ask <@!1>: why?", "ask @Ana: why?"),
    "a person of two words": ("handover C-1 <@2>: yours", "handover C-1 @Ben Okoro: yours"),
    "somebody unknown": ("ask <@33>", "ask @33"),
    "the bot itself": ("<@9> ack C-1", f"{MENTION} ack C-1"),
    "a name is not read again": ("<@7> said so", "@<@1> said so"),
    "a channel": ("see <#5>", "see #help"),
    "a channel that is not known": ("see <#55>", "see #55"),
    "a role": ("<@&6> look", "@billing-desk look"),
    "a role that is not known": ("<@&66> look", "@66 look"),
    "the role of everybody": ("<@&8> look", "@everyone look"),
    "everybody": ("@everyone @here look", "@everyone @here look"),
    "a picture of the server's own": ("thanks <:blob_wave:11> <a:dance:12>", "thanks :blob_wave: :dance:"),
    "a command": ("type </case mine:13>", "type /case mine"),
    "a time": ("until <t:1795878000>", "until 2026-11-28 15:00 UTC"),
    "a time in another form": ("<t:1795878000:R>, or <t:1795878000:F>", "2026-11-28 15:00 UTC, or 2026-11-28 15:00 UTC"),
    "a time that is none": ("<t:99999999999999> <t:-1>", "<t:99999999999999> <t:-1>"),
    "a page of the server's": ("see <id:customize> and <id:linked-roles:14>", "see #customize and #linked-roles"),
    "an address without a preview": ("see <https://status.test/a?b=1&c=2>", "see https://status.test/a?b=1&c=2"),
    "an address": ("see https://status.test/a_b", "see https://status.test/a_b"),
    "an address behind words": ("see [our page](https://status.test)", "see [our page](https://status.test)"),
    "marks": ("**no** `code` ||x|| > y", "**no** `code` ||x|| > y"),
    "escapes": (r"\*no\* C:\new \:tada:", r"\*no\* C:\new \:tada:"),
    "several": ("<@1><@2> <#5> <3", "@Ana@Ben Okoro #help <3"),
    "brackets that are none of Discord's": ("a <b> c <> <@> <#> < @1 > <@1x> <t:x> <:x> <mailto:a@b.test>",) * 2,
    "brackets that do not close": ("<@1 and <https://x.test", "<@1 and <https://x.test"),
    "brackets in brackets": ("<<@1>>", "<@Ana>"),
    "half of a pair of letters": ("broken \ud83d here", "broken \ufffd here"),
    "a pair in two halves": ("whole \ud83d\ude00", "whole 😀"),
}


@pytest.mark.parametrize(("given_", "said"), TYPED.values(), ids=TYPED.keys())
def test_what_somebody_typed(given_: str, said: str) -> None:
    assert typed(given_, name_of, CHANNELS.get, ROLES.get) == said


def test_names_of_channels_and_roles_may_be_unknown() -> None:
    assert typed("<#5> <@&6>", name_of) == "#5 @6"


def test_a_time_that_was_pointed_at_is_understood_as_one() -> None:
    said = typed("<t:1795878000:F>", name_of)
    at = read_time(said, ORG.calendar(PersonId("ana")), MONDAY)

    assert at is not None
    assert at.timestamp() == 1795878000


ANYTHING = st.text(st.characters(exclude_categories=()))
# What Discord's markup is made of, in any order: most of it malformed.
MARKUP = st.lists(st.sampled_from([*"<>@#&!:/ \n\ud83d", "<@", "<t:", "<a:", "id:", "1", "5", "999999999999", "x", "https://x.test"])).map(
    "".join
)


@given(ANYTHING | MARKUP)
def test_anything_is_read_and_can_be_kept(text: str) -> None:
    typed(text, name_of, CHANNELS.get, ROLES.get).encode("utf-8")


@given(ANYTHING)
def test_halves_of_pairs_are_all_that_is_lost(text: str) -> None:
    kept = whole(text)

    kept.encode("utf-8")
    assert kept == whole(kept)
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        assert kept == text
