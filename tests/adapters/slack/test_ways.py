"""Which ways are there to somebody in Slack, and what are they called there?"""

from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.slack.people import called, is_bot, profile_of
from bot.adapters.slack.ways import SlackDirectory, SlackPlaces
from bot.config import SlackChannel
from bot.escalation.case import Place
from bot.escalation.org import Account, Org, Person
from bot.escalation.words import PersonId
from bot.handlers.acquaintance import Profile
from bot.ports import Address
from tests.wording.office import ORG

ONE, TWO = "T0NORTH1", "T0SOUTH2"
ANA = PersonId("ana")


def org(*accounts: Account, **more: Any) -> Org:
    """The office, in which Ana has these accounts."""
    return replace(ORG, people={**ORG.people, ANA: replace(ORG.people[ANA], accounts=accounts, **more)})


def slack(workspace: str = ONE, id: str = "U0ANA") -> Account:
    return Account("slack", workspace, id)


def thread(conversation: str = "C0HELP", workspace: str = ONE, platform: str = "slack", thread: str | None = "1.1") -> Place:
    return Place(platform, workspace, conversation, "1.2", thread)


def direct(workspace: str = ONE) -> Address:
    return Address("slack", workspace, "@ana")


IN_THREAD = Address("slack", ONE, "C0HELP", "1.1")

WAYS: dict[str, tuple[Org, Place | None, tuple[Address, ...]]] = {
    "direct messages": (org(slack()), None, (direct(),)),
    "then the case's thread": (org(slack()), thread(), (direct(), IN_THREAD)),
    "then the channel, where the card stands in no thread": (
        org(slack()),
        thread(thread=None),
        (direct(), Address("slack", ONE, "C0HELP")),
    ),
    "in each workspace, as they are configured": (org(slack(TWO), slack(ONE)), None, (direct(ONE), direct(TWO))),
    "two accounts in one workspace are one way": (org(slack(), slack(id="U0ANA2")), None, (direct(),)),
    "the thread of the other workspace": (
        org(slack(ONE), slack(TWO)),
        thread(workspace=TWO),
        (direct(ONE), direct(TWO), Address("slack", TWO, "C0HELP", "1.1")),
    ),
    "no thread in a workspace where they are not": (org(slack(ONE)), thread(workspace=TWO), (direct(),)),
    "no thread of another platform": (org(slack()), thread(platform="local"), (direct(),)),
    "nobody's direct messages are a thread": (org(slack()), thread("@rita"), (direct(),)),
    "an e-mail address may be known in every workspace": (org(email="ana@x.test"), None, (direct(ONE), direct(TWO))),
    "then the thread, where they are called if they are found": (
        org(email="ana@x.test"),
        thread(),
        (direct(ONE), direct(TWO), IN_THREAD),
    ),
    "an account and an e-mail address, always in the same order": (
        org(slack(TWO), email="ana@x.test"),
        None,
        (direct(ONE), direct(TWO)),
    ),
    "an account elsewhere is none here": (org(Account("discord", "G1", "U1")), thread(), ()),
    "an account in a workspace that is not ours": (org(slack("T0OTHER3")), thread(), ()),
    "nothing leads to somebody without either": (org(), thread(), ()),
    "nothing leads to somebody who is gone": (org(slack(), gone=True), thread(), ()),
    "somebody out of reach may have come back": (org(slack(), reachable=False), None, (direct(),)),
}


@pytest.mark.parametrize(("there", "case", "ways"), WAYS.values(), ids=WAYS.keys())
def test_the_ways_to_somebody(there: Org, case: Place | None, ways: tuple[Address, ...]) -> None:
    assert SlackDirectory((ONE, TWO)).addresses(ANA, there, case) == ways


def test_no_way_to_nobody() -> None:
    assert SlackDirectory((ONE,)).addresses(PersonId("nobody"), ORG, thread()) == ()


def test_a_channel_goes_by_the_name_that_the_configuration_gives_it() -> None:
    places = SlackPlaces({"leadership": SlackChannel(TWO, "C0LEAD")})

    assert places.address("slack:leadership") == Address("slack", TWO, "C0LEAD")
    assert [places.address(name) for name in ("slack:C0LEAD", "local:leadership", "leadership", "slack:", "")] == [None] * 5


# --- people


def people(**names: str) -> Org:
    """An office of these people; everybody's account is called after their id."""
    there = (Person(PersonId(who), name, ORG.calendar_default, accounts=(slack(id=f"U_{who}"),)) for who, name in names.items())
    return replace(ORG, people={person.id: person for person in there})


CALLED: dict[str, tuple[Org, str, str, str]] = {
    "by their name": (people(ana="Ana Smith", ben="Ben"), "U_ana", "a.smith", "@Ana Smith"),
    "by their id, where two have the name": (people(ana="Ana", ana2="Ana"), "U_ana2", "", "@ana2"),
    "by their id, where their name is another's id": (people(ben="Ana", ana="Ana Lee"), "U_ben", "", "@ben"),
    "by their id, where their name is nothing": (people(ana="?!"), "U_ana", "", "@ana"),
    "a stranger by what Slack calls them": (people(ana="Ana"), "U_eve", "eve.w", "@eve.w"),
    "a stranger without a name": (people(ana="Ana"), "U_eve", "", "@U_eve"),
    "a stranger is not called like somebody who is known": (people(ana="Ana Smith"), "U_eve", "Ana Smith", "@U_eve"),
    "nor by a first name that means somebody": (people(ana="Ana Smith"), "U_eve", "ana", "@U_eve"),
    "nor by one that begins with somebody's": (people(ana="Ana Smith"), "U_eve", "ana.lee", "@U_eve"),
    "nor by a service's name": (people(ana="Ana Smith"), "U_eve", "Billing", "@U_eve"),
}


@pytest.mark.parametrize(("there", "user", "label", "name"), CALLED.values(), ids=CALLED.keys())
def test_what_somebody_is_called(there: Org, user: str, label: str, name: str) -> None:
    assert called(there, ONE, user, label) == name


def test_the_same_account_in_another_workspace_is_somebody_else() -> None:
    assert called(people(ana="Ana"), TWO, "U_ana", "eve") == "@eve"


FULL = {
    "id": "U0RITA",
    "name": "rita.k",
    "real_name": "Rita Klein",
    "tz": "Europe/Berlin",
    "deleted": False,
    "profile": {"real_name": "Rita Klein", "display_name": "rita", "email": "rita@x.test"},
}
PROFILES: dict[str, tuple[dict[str, Any], Profile]] = {
    "everything": (FULL, Profile("Rita Klein", "Europe/Berlin", "rita@x.test")),
    "a deactivated account": (
        {"id": "U0RITA", "name": "rita.k", "deleted": True, "profile": {"real_name": "Rita Klein", "display_name": ""}},
        Profile("Rita Klein", gone=True),
    ),
    "only a display name": ({"id": "U0RITA", "name": "rita.k", "profile": {"real_name": " ", "display_name": "Rita"}}, Profile("Rita")),
    "only the account's name": ({"id": "U0RITA", "name": "rita.k", "profile": {}}, Profile("rita.k")),
    "only an id": ({"id": "U0RITA", "profile": None}, Profile("U0RITA")),
    "an address beside the profile": ({"id": "U1", "name": "r", "email": "r@x.test"}, Profile("r", email="r@x.test")),
    "nothing": ({}, Profile("somebody")),
}  # fmt: skip


@pytest.mark.parametrize(("told", "profile"), PROFILES.values(), ids=PROFILES.keys())
def test_what_slack_says_about_somebody(told: dict[str, Any], profile: Profile) -> None:
    assert profile_of(told, "T1") == profile


@pytest.mark.parametrize(
    ("told", "bot"),
    [({"id": "U1"}, False), ({"id": "U1", "is_bot": False}, False), ({"id": "U1", "is_bot": True}, True), ({"id": "USLACKBOT"}, True)],
)
def test_who_is_a_program(told: dict[str, Any], bot: bool) -> None:
    assert is_bot(told) is bot
