"""Does Discord's section come to what was written, and do its ids and the people's fit its servers?"""

# ruff: noqa: E501 - a fault stands here on one line, as it is told

import pytest

from bot.config import DiscordChannel, DiscordPlan, Shards, loads, organisation_again, taken
from bot.config.plans import FORUM_TAGS
from bot.escalation.org import Account
from bot.escalation.words import Outcome, PersonId, Status
from tests.config.test_faults import GOOD, faults_of

G1, G2, C1, C2, U1, U2 = (f"1122334455667788{n:02}" for n in (1, 2, 11, 12, 21, 22))
ONE = f'[discord]\nguilds = "{G1}"\n'
TWO = f'[discord]\nguilds = ["{G1}", "{G2}"]\n'
DISCORD = DiscordPlan((G1,))


def with_discord(section: str, ana: str = "", ida: str = "") -> str:
    """Return the good file with a section for Discord, and accounts of two people."""
    text = GOOD.replace('deputy = "ida"', f'deputy = "ida"\n{ana}').replace('name = "Ida"', f'name = "Ida"\n{ida}')
    return f"{text}\n{section}"


def plan(section: str) -> DiscordPlan | None:
    """Return what a section comes to."""
    return loads(with_discord(section), "config.toml", {}).discord


# --- what is written ----------------------------------------------------------------------------------------------------------

EVERYTHING = f"""
[discord]
guilds = ["{G1}", "{G2}"]
channels = {{ leadership = "{G1}/{C1}", problems = "{G2}/{C2}" }}
reactions = ["🆘", "buck_stop"]
forums = "problems"
forum_tags = {{ resolved = "Solved?", fixed = "Solved", declined = "" }}
shards = {{ ids = [3, 1, 3], of = 4 }}
members_intent = false
"""
PLANS = {
    "no section": ("", None),
    "the least": (ONE, DiscordPlan((G1,), {}, ("🆘",), frozenset(), dict(FORUM_TAGS), Shards(0, ()), True)),
    "ids without quotes": (
        f"[discord]\nguilds = [{G1}, {G1}]\nchannels = {{ help = {C1} }}",
        DiscordPlan((G1,), {"help": DiscordChannel(G1, C1)}),
    ),
    "everything": (
        EVERYTHING,
        DiscordPlan(
            (G1, G2),
            {"leadership": DiscordChannel(G1, C1), "problems": DiscordChannel(G2, C2)},
            ("🆘", "buck_stop"),
            frozenset({"problems"}),
            {**FORUM_TAGS, "resolved": "Solved?", "fixed": "Solved", "declined": ""},
            Shards(4, (1, 3)),
            False,
        ),
    ),
    "how many shards there are": (f"{ONE}shards = 2", DiscordPlan((G1,), shards=Shards(2))),
    "none said": (f"{ONE}shards = 0", DISCORD),
    "a digest beside the forum": (
        f'{ONE}channels = {{ a = "{C1}", b = "{C2}" }}\nforums = ["a"]\n[[digests]]\nto = "discord:b"',
        DiscordPlan((G1,), {"a": DiscordChannel(G1, C1), "b": DiscordChannel(G1, C2)}, forums=frozenset({"a"})),
    ),
}


@pytest.mark.parametrize(("section", "expected"), PLANS.values(), ids=PLANS.keys())
def test_a_section_comes_to_a_plan(section: str, expected: DiscordPlan | None) -> None:
    assert plan(section) == expected


HERE = Account("discord", "", U1)
ACCOUNTS: dict[str, tuple[str, str, tuple[Account, ...]]] = {
    "none": (ONE, "", ()),
    "one": (ONE, f'discord = "{U1}"', (HERE,)),
    "a number": (ONE, f"discord = {U1}", (HERE,)),
    "the same twice": (ONE, f'discord = ["{U1}", {U1}]', (HERE,)),
    "two": (TWO, f'discord = ["{U1}", "{U2}"]', (HERE, Account("discord", "", U2))),
    "one without Discord": ("", f'discord = "{U1}"', (HERE,)),
}


@pytest.mark.parametrize(("section", "line", "accounts"), ACCOUNTS.values(), ids=ACCOUNTS.keys())
def test_a_person_has_the_accounts_that_were_written(section: str, line: str, accounts: tuple[Account, ...]) -> None:
    config = loads(with_discord(section, line), "config.toml", {})

    assert config.org.people[PersonId("ana")].accounts == accounts
    assert organisation_again(config.source) == config.org


SOLVED = {**FORUM_TAGS, "resolved": "Solved?", "fixed": "Solved", "declined": ""}
TAGS: dict[str, tuple[Status, Outcome | None, list[str], str | None]] = {
    "called alike": (Status.OPEN, None, ["open", "waiting"], "open"),
    "in capitals": (Status.WAITING, None, ["Open", "WAITING"], "WAITING"),
    "called otherwise": (Status.RESOLVED, None, ["resolved", "solved?"], "solved?"),
    "not there": (Status.ACKNOWLEDGED, None, ["open"], None),
    "the outcome's": (Status.CLOSED, Outcome.FIXED, ["closed", "Solved"], "Solved"),
    "the status's where the outcome's is not there": (Status.CLOSED, Outcome.DUPLICATE, ["closed", "Solved"], "closed"),
    "the status's where the outcome is to have none": (Status.CLOSED, Outcome.DECLINED, ["closed", "declined"], "closed"),
    "a forum without tags": (Status.CLOSED, Outcome.FIXED, [], None),
}


@pytest.mark.parametrize(("status", "outcome", "there", "tag"), TAGS.values(), ids=TAGS.keys())
def test_a_post_gets_the_tag_of_what_became_of_its_case(status: Status, outcome: Outcome | None, there: list[str], tag: str | None) -> None:
    assert DiscordPlan((G1,), forum_tags=SOLVED).tag(status, outcome, there) == tag


# --- what is wrong ------------------------------------------------------------------------------------------------------------

DEVELOPER = "(switched on in your settings under Advanced, Developer Mode)"
SUCH = 'such as "112233445566778899"'
SERVER = f'{SUCH}; click the server\'s icon in Discord with the right button, then "Copy Server ID" {DEVELOPER}'
CHANNEL = f'{SUCH}; click the channel in Discord with the right button, then "Copy Channel ID" {DEVELOPER}'
ACCOUNT = f'{SUCH}; click the person in Discord with the right button, then "Copy User ID" {DEVELOPER}'
EMOJI = 'write the emoji itself, such as "🆘", or a server\'s own by its name'
FORUM = "is a forum, where people begin what there is to read; name one of the other channels"
CHANNELS = f'channels = {{ help = "{C1}", problems = "{C2}" }}\n'

# The section, the lines of two people, and what is told.
FAULTS: dict[str, tuple[str, str, str, list[str]]] = {
    "no server": ("[discord]", "", "", ['discord.guilds: is missing; write the id of each server, such as ["112233445566778899"]']),
    "an empty list of servers": ("[discord]\nguilds = []", "", "", ["discord.guilds: is an empty list; name at least one"]),
    "a server by its name": ('[discord]\nguilds = "northwind"', "", "", [f'discord.guilds: "northwind" is no Discord server\'s id, {SERVER}']),
    "an id that was cut off": ("[discord]\nguilds = [1122334455]", "", "", [f'discord.guilds: "1122334455" is no Discord server\'s id, {SERVER}']),
    "a channel by its name": (f'{ONE}channels = {{ a = "#help" }}', "", "", [f'discord.channels: "#help" is no Discord channel\'s id, {CHANNEL}']),
    "a channel as it is mentioned": (
        f'{ONE}channels = {{ a = "<#{C1}>" }}', "", "", [f'discord.channels: "<#{C1}>" is no Discord channel\'s id, {CHANNEL}']
    ),
    "channels that are no table": (
        f'{ONE}channels = "{C1}"', "", "", [f'discord.channels: "{C1}" is not a table; write it like {{ leadership = "112233445566778800" }}']
    ),
    "a person by their name": (ONE, 'discord = "@ana"', "", [f'people.ana.discord: "@ana" is no Discord account\'s id, {ACCOUNT}']),
    "an id is wrong without Discord too": ("", 'discord = "ana#1234"', "", [f'people.ana.discord: "ana#1234" is no Discord account\'s id, {ACCOUNT}']),
    "a person of one server": (
        ONE, f'discord = "{G1}/{U1}"', "", [f'people.ana.discord: "{G1}/{U1}" is no Discord account\'s id, {ACCOUNT}']
    ),
    "bare channels with several servers": (
        f'{TWO}channels = {{ a = "{C1}" }}', "", "", [f'discord.channels.a: "{C1}" does not say in which of the 2 servers; write the server before it, such as "{G1}/{C1}"']
    ),
    "a server that is not here": (
        f'{ONE}channels = {{ a = "{G2}/{C1}" }}', "", "", [f'discord.channels.a: "{G2}" is not among discord.guilds; choose from "{G1}", or add it there']
    ),
    "a channel under two names": (
        f'{ONE}channels = {{ a = "{C1}", b = "{G1}/{C1}" }}', "", "", [f'discord.channels.b: "{G1}/{C1}" is called "a" already; a channel has one name']
    ),
    "an account of two people": (
        ONE, f'discord = "{U1}"', f'discord = ["{U2}", {U1}]', [f'people.ida.discord: "{U1}" is ana\'s already; an account belongs to one person']
    ),
    "an account of two people without Discord": (
        "", f'discord = "{U1}"', f'discord = "{U1}"', [f'people.ida.discord: "{U1}" is ana\'s already; an account belongs to one person']
    ),
    "a reaction in letters": (f'{ONE}reactions = ":sos:"', "", "", [f'discord.reactions: ":sos:" is no reaction; {EMOJI}: "sos"']),
    "a reaction as it is sent": (f'{ONE}reactions = "<a:stop:{C1}>"', "", "", [f'discord.reactions: "<a:stop:{C1}>" is no reaction; {EMOJI}: "stop"']),
    "a reaction that is a sentence": (f'{ONE}reactions = "stop it"', "", "", [f'discord.reactions: "stop it" is no reaction; {EMOJI}']),
    "a forum that is none of the channels": (
        f'{ONE}{CHANNELS}forums = ["help", "problem"]', "", "", ['discord.forums[1]: "problem" is none of discord.channels; did you mean "problems"?']
    ),
    "a forum without channels": (f'{ONE}forums = "problems"', "", "", ['discord.forums[0]: "problems" is none of discord.channels; add it there, with its id']),
    "a forum among channels that cannot be read": (
        f'{ONE}channels = {{ problems = "#p" }}\nforums = "problems"', "", "", [f'discord.channels: "#p" is no Discord channel\'s id, {CHANNEL}']
    ),
    "a forum that is to take what Buckstop says": (
        f'{ONE}{CHANNELS}forums = "problems"\n[[digests]]\nto = ["discord:help", "problems"]\n[[services]]\nid = "x"\nname = "X"\nowner = "ana"\nchannel = "discord:problems"',
        "",
        "",
        [
            f'services.x.channel: "discord:problems" {FORUM}',
            f'digests[1].to[1]: "problems" {FORUM}',
        ],
    ),
    "a tag for what never becomes of a case": (
        f'{ONE}forum_tags = {{ resolvd = "Solved" }}', "", "", ['discord.forum_tags: "resolvd" is nothing that becomes of a case; did you mean "resolved"?']
    ),
    "a tag that is too long": (
        f'{ONE}forum_tags = {{ open = "{"x" * 21}" }}', "", "", [f'discord.forum_tags: "{"x" * 21}" is no forum tag; Discord gives it 20 letters at most']
    ),
    "a tag that is no text": (f"{ONE}forum_tags = {{ open = 1 }}", "", "", ["discord.forum_tags: 1 is not text; write it in quotes"]),
    "tags that are no table": (f'{ONE}forum_tags = "open"', "", "", ['discord.forum_tags: "open" is not a table; write it like { resolved = "Solved" }']),
    "shards in words": (f'{ONE}shards = "two"', "", "", ['discord.shards: "two" is not a whole number; write one from 0 to 1024, without quotes']),
    "shards of nothing": (f"{ONE}shards = {{ ids = [0] }}", "", "", ["discord.shards: is not which shards of how many; write it like { ids = [0, 1], of = 4 }"]),
    "no shard": (f"{ONE}shards = {{ ids = [], of = 4 }}", "", "", ["discord.shards: ids: is not a list of shards; write it like { ids = [0, 1], of = 4 }"]),
    "a shard that there is not": (f"{ONE}shards = {{ ids = [0, 4], of = 4 }}", "", "", ["discord.shards: ids: 4 is out of range; write a whole number from 0 to 3"]),
    "members that are no flag": (f"{ONE}members_intent = 1", "", "", ["discord.members_intent: 1 is neither true nor false; write one of them without quotes"]),
    "all at once": (
        '[discord]\nguilds = "x"\nchannels = { a = "#a" }\nreactions = "!"\nshards = -1\nforms = "a"',
        'discord = "@ana"',
        'discord = "@ida"',
        [
            f'people.ana.discord: "@ana" is no Discord account\'s id, {ACCOUNT}',
            f'people.ida.discord: "@ida" is no Discord account\'s id, {ACCOUNT}',
            f'discord.guilds: "x" is no Discord server\'s id, {SERVER}',
            f'discord.channels: "#a" is no Discord channel\'s id, {CHANNEL}',
            f'discord.reactions: "!" is no reaction; {EMOJI}',
            "discord.shards: -1 is out of range; write a whole number from 0 to 1024",
            'discord.forms: there is no such key; did you mean "forums"?',
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("section", "of_ana", "of_ida", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_with_its_place_and_its_cure(section: str, of_ana: str, of_ida: str, told: list[str]) -> None:
    assert faults_of(with_discord(section, of_ana, of_ida)) == [f"config.toml: {fault}" for fault in told]


# --- what counts at once ------------------------------------------------------------------------------------------------------

FIRE = DiscordPlan((G1,), reactions=("🔥",))
TAKEN: dict[str, tuple[str, str, DiscordPlan | None, tuple[str, ...]]] = {
    "nothing new": (ONE, ONE, DISCORD, ()),
    "reactions count at once": (ONE, f'{ONE}reactions = "🔥"', FIRE, ()),
    "tags count at once": (ONE, f'{ONE}forum_tags = {{ fixed = "Solved" }}', DiscordPlan((G1,), forum_tags={**FORUM_TAGS, "fixed": "Solved"}), ()),
    "the rest waits": (ONE, f'{ONE}reactions = "🔥"\nshards = 2', FIRE, ("discord",)),
    "a channel waits": (ONE, f'{ONE}channels = {{ a = "{C1}" }}', DISCORD, ("discord",)),
    "switched on": ("", ONE, None, ("discord",)),
    "switched off": (ONE, "", DISCORD, ("discord",)),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "discord", "waiting"), TAKEN.values(), ids=TAKEN.keys())
def test_what_of_another_configuration_is_in_force(old: str, new: str, discord: DiscordPlan | None, waiting: tuple[str, ...]) -> None:
    force, keys = taken(loads(with_discord(old), "config.toml", {}), loads(with_discord(new), "config.toml", {}))

    assert (force.discord, keys) == (discord, waiting)
