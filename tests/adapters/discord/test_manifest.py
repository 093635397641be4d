"""Does the invitation ask Discord for what the bot uses, all of it and no more, and does it say why?"""

# ruff: noqa: E501 - a line stands here as it is printed

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from inline_snapshot import snapshot

from bot.adapters.discord.manifest import INTENTS, PERMISSIONS, intents, invite, manifest, manifest_text, needed, needed_in
from bot.config import DiscordPlan

APPLICATION = "112233445566778899"
ONE = DiscordPlan(("112233445566778801",))
FORUM = DiscordPlan(("112233445566778801", "112233445566778802"), forums=frozenset({"problems"}))
DOCS = (Path(__file__).parent.parent.parent.parent / "docs/discord.md").read_text("utf-8")
QUIET = DiscordPlan(("112233445566778801",), members_intent=False)

# What Discord's reference says that each call needs.
OF_CALLS = {
    "an event or a message of a channel": {"view_channel"},
    "a message in a channel": {"view_channel", "send_messages"},
    "a message with a picture": {"view_channel", "send_messages", "attach_files"},
    "a message in a thread, and its archive's end": {"view_channel", "send_messages_in_threads"},
    "a thread under a message": {"view_channel", "create_public_threads", "read_message_history"},
    "a channel's history": {"view_channel", "read_message_history"},
    "a reaction": {"view_channel", "read_message_history", "add_reactions"},
}
# Discord's reference counts permissions so.
BITS = {
    "add_reactions": 6, "view_channel": 10, "send_messages": 11, "read_message_history": 16, "manage_threads": 34,
    "create_public_threads": 35, "send_messages_in_threads": 38, "attach_files": 15,
}  # fmt: skip
OF_FORUMS = {"the tags of somebody's post": {"manage_threads"}}
CHANNEL, ALL = set().union(*OF_CALLS.values()), set().union(*OF_CALLS.values(), *OF_FORUMS.values())


def test_the_permissions_are_those_that_are_used_and_no_wider() -> None:
    assert set(PERMISSIONS) == ALL
    assert set(needed(ONE)) == set(needed_in(forum=False)) == CHANNEL
    assert set(needed(FORUM)) == ALL
    assert set(needed_in(forum=True)) == ALL - {"send_messages", "attach_files", "create_public_threads"}


@pytest.mark.parametrize(("plan", "wanted"), [(ONE, CHANNEL), (FORUM, ALL)])
def test_the_address_asks_for_just_these(plan: DiscordPlan, wanted: set[str]) -> None:
    url = urlsplit(invite(plan, APPLICATION))
    asked = parse_qs(url.query)

    assert (url.scheme, url.netloc, url.path) == ("https", "discord.com", "/oauth2/authorize")
    assert (asked["client_id"], asked["scope"]) == ([APPLICATION], ["bot applications.commands"])
    assert int(asked["permissions"][0]) == sum(1 << BITS[name] for name in wanted)


def test_the_intents_are_those_that_the_configuration_uses() -> None:
    assert (list(intents(ONE)), list(intents(QUIET))) == (["message_content", "members"], ["message_content"])
    assert set(INTENTS) <= set(discord.Intents.VALID_FLAGS)


def test_a_person_reads_what_to_do_and_why() -> None:
    assert manifest_text(FORUM, APPLICATION) == snapshot("""\
Open this address as somebody who may manage the server, once for each of the 2 servers:
  https://discord.com/oauth2/authorize?client_id=112233445566778899&permissions=326417615936&scope=bot+applications.commands

It asks for these permissions, and for no others:
  View Channels: Sees the channels that it works in, and hears what is said there.
  Send Messages and Create Posts: Posts cards and digests.
  Attach Files: Sends the digest's chart as a picture.
  Send Messages in Threads and Posts: Writes in a case's thread, where a card has its talk.
  Create Public Threads: Opens a thread under a card, or under the message that somebody reported.
  Read Message History: Looks up whether a message that it is not sure of has arrived, reads what was written while it was away, and opens threads.
  Add Reactions: Puts a sign on an answer in a thread that was noted, instead of answering it with a message.
  Manage Threads and Posts: Sets the tags of forum posts, which belong to whoever wrote them. Only with forums.

Switch on under https://discord.com/developers/applications/112233445566778899/bot, Privileged Gateway Intents:
  Message Content Intent: Reads what people write in a case's thread, and the message that they report; without it every text is empty.
  Server Members Intent: Hears at once who has left, so that their cases wait for nobody who is gone.\
""")


def test_a_program_reads_the_same() -> None:
    told = manifest(QUIET, APPLICATION)

    assert told == snapshot(
        {
            "application": "112233445566778899",
            "invite": "https://discord.com/oauth2/authorize?client_id=112233445566778899&permissions=309237746752&scope=bot+applications.commands",
            "scopes": ["bot", "applications.commands"],
            "permissions": [
                {"id": "view_channel", "name": "View Channels", "why": "Sees the channels that it works in, and hears what is said there."},
                {"id": "send_messages", "name": "Send Messages and Create Posts", "why": "Posts cards and digests."}, {"id": "attach_files", "name": "Attach Files", "why": "Sends the digest's chart as a picture."}, {
                    "id": "send_messages_in_threads",
                    "name": "Send Messages in Threads and Posts",
                    "why": "Writes in a case's thread, where a card has its talk.",
                },
                {
                    "id": "create_public_threads",
                    "name": "Create Public Threads",
                    "why": "Opens a thread under a card, or under the message that somebody reported.",
                },
                {
                    "id": "read_message_history",
                    "name": "Read Message History",
                    "why": "Looks up whether a message that it is not sure of has arrived, reads what was written while it was away, and opens threads.",
                },
                {
                    "id": "add_reactions",
                    "name": "Add Reactions",
                    "why": "Puts a sign on an answer in a thread that was noted, instead of answering it with a message.",
                },
            ],
            "intents": [
                {
                    "id": "message_content",
                    "name": "Message Content Intent",
                    "why": "Reads what people write in a case's thread, and the message that they report; without it every text is empty.",
                }
            ],
            "portal": "https://discord.com/developers/applications/112233445566778899/bot",
        }
    )
    assert told["invite"] in manifest_text(QUIET, APPLICATION)
    assert all(f"{one['name']}: {one['why']}" in manifest_text(QUIET, APPLICATION) for one in [*told["permissions"], *told["intents"]])


@pytest.mark.parametrize("told", [*PERMISSIONS.values(), *INTENTS.values()], ids=[*PERMISSIONS, *INTENTS])
def test_the_documentation_says_why_of_everything(told: tuple[str, str]) -> None:
    assert f"| *{told[0]}* | {told[1]} |" in DOCS


def test_the_documentation_names_no_other_permission() -> None:
    rows = [line.split("*")[1] for line in DOCS.splitlines() if line.startswith("| *")]
    assert rows == [name for name, _ in [*PERMISSIONS.values(), *INTENTS.values()]]
