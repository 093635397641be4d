"""Which ways are there to somebody in Discord?"""

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.discord.ways import DiscordDirectory, DiscordPlaces
from bot.config import DiscordChannel
from bot.escalation.case import Place
from bot.escalation.org import Account, Org
from bot.escalation.words import PersonId
from bot.ports import Address
from tests.wording.office import ORG

ONE, TWO = "100000000000000001", "100000000000000002"
HELP, ROOT, CARD = "200000000000000001", "300000000000000001", "300000000000000002"
ANA = PersonId("ana")


def org(*accounts: Account, **more: Any) -> Org:
    """The office, in which Ana has these accounts."""
    return replace(ORG, people={**ORG.people, ANA: replace(ORG.people[ANA], accounts=accounts, **more)})


def account(id: str = "400000000000000001") -> Account:
    return Account("discord", "", id)


def place(
    conversation: str = HELP, guild: str = ONE, platform: str = "discord", message: str | None = CARD, thread: str | None = ROOT
) -> Place:
    return Place(platform, guild, conversation, message, thread)


DIRECT = Address("discord", "", "@ana")
IN_THREAD = Address("discord", ONE, HELP, ROOT)

WAYS: dict[str, tuple[Org, Place | None, tuple[Address, ...]]] = {
    "direct messages": (org(account()), None, (DIRECT,)),
    "then the case's thread": (org(account()), place(), (DIRECT, IN_THREAD)),
    "then the thread under its card, made if there is none yet": (
        org(account()),
        place(thread=None),
        (DIRECT, Address("discord", ONE, HELP, CARD)),
    ),
    "then the channel, where no card stands yet": (
        org(account()),
        place(message=None, thread=None),
        (DIRECT, Address("discord", ONE, HELP)),
    ),
    "an account is the same in every server": (org(account()), place(guild=TWO), (DIRECT, Address("discord", TWO, HELP, ROOT))),
    "two accounts are one way": (org(account(), account("400000000000000002")), None, (DIRECT,)),
    "no thread of a server that is not ours": (org(account()), place(guild="100000000000000003"), (DIRECT,)),
    "no thread of another platform": (org(account()), place(platform="slack"), (DIRECT,)),
    "nobody's direct messages are a thread": (org(account()), place("@rita", guild=""), (DIRECT,)),
    "an account elsewhere is none here": (org(Account("slack", "T1", "U1")), place(), ()),
    "an e-mail address is no way": (org(email="ana@x.test"), place(), ()),
    "nothing leads to somebody without an account": (org(), place(), ()),
    "nothing leads to somebody who is gone": (org(account(), gone=True), place(), ()),
    "somebody out of reach may have come back": (org(account(), reachable=False), None, (DIRECT,)),
}


@pytest.mark.parametrize(("there", "case", "ways"), WAYS.values(), ids=WAYS.keys())
def test_the_ways_to_somebody(there: Org, case: Place | None, ways: tuple[Address, ...]) -> None:
    assert DiscordDirectory(frozenset({ONE, TWO})).addresses(ANA, there, case) == ways


def test_no_way_to_nobody() -> None:
    assert DiscordDirectory(frozenset({ONE})).addresses(PersonId("nobody"), ORG, place()) == ()


def test_a_channel_goes_by_the_name_that_the_configuration_gives_it() -> None:
    places = DiscordPlaces({"leadership": DiscordChannel(TWO, HELP)})

    assert places.address("discord:leadership") == Address("discord", TWO, HELP)
    assert [places.address(name) for name in (f"discord:{HELP}", "slack:leadership", "leadership", "discord:", "")] == [None] * 5
