"""What do Discord's payloads come to? Each held against the whole of what the handlers get."""

from dataclasses import replace
from typing import Any, cast

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord import inbound, texts
from bot.adapters.discord.people import called
from bot.adapters.discord.press import Press
from bot.adapters.discord.spots import Spot
from bot.chat import Pointed, Pressed, Reacted, Said, Submitted
from bot.escalation.case import Place
from bot.escalation.org import Account
from bot.escalation.words import CaseId, PersonId
from tests.handlers.small import ORG

Json = dict[str, Any]
GUILD, HELP, THREAD, DIRECT = 900, 910, 950, 960
BUCKSTOP, RITA, ANA = 100, 201, 202
PEOPLE = {str(RITA): "Rita Lund", str(ANA): "Ana Díaz", str(BUCKSTOP): texts.MENTION.removeprefix("@")}
AT = "2026-03-02T09:00:00+00:00"
LATER = "2026-03-02T09:05:00+00:00"
_CLIENT = discord.Client(intents=discord.Intents.none())


def name_of(user: str) -> str:
    return f"@{PEOPLE.get(user, user)}"


def account(id: int, name: str, **more: Any) -> Json:
    return {"id": str(id), "username": name.casefold(), "global_name": name, "discriminator": "0", "avatar": None, **more}


def payload(content: str = "", **more: Any) -> Json:
    told = {"id": "1000", "channel_id": str(HELP), "author": account(RITA, "Rita"), "content": content, "timestamp": AT, "type": 0}
    told |= {"edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": []}
    return told | {"embeds": [], "components": [], "pinned": False, "flags": 0, **more}


def message(told: Json, channel: int = HELP) -> discord.Message:
    where = cast(discord.TextChannel, _CLIENT.get_partial_messageable(channel))
    return discord.Message(state=_CLIENT._connection, channel=where, data=told)  # type: ignore[arg-type]


def file(name: str) -> Json:
    return {"id": "1", "filename": name, "size": 1, "url": f"https://cdn.test/{name}", "proxy_url": f"https://cdn.test/{name}"}


def passed_on(content: str) -> Json:
    inside = {name: value for name, value in payload(content).items() if name not in ("id", "author", "channel_id")}
    return {"message_reference": {"type": 1, "message_id": "5", "channel_id": "6"}, "message_snapshots": [{"message": inside}]}


IN_HELP, IN_THREAD, DIRECTLY = Spot(str(GUILD), str(HELP)), Spot(str(GUILD), str(HELP), str(THREAD)), Spot("", str(DIRECT))
ANSWER = {"type": 19, "message_reference": {"type": 0, "message_id": "777", "channel_id": str(HELP)}}


def place(conversation: str, message: str | None, thread: str | None = None, guild: str = str(GUILD)) -> Place:
    return Place("discord", guild, conversation, message, thread)


# What was told, where, whether as a change; and what it says to the handlers, spoken by Rita.
SAID: dict[str, tuple[Json, Spot, bool, Said | None]] = {
    "in a channel": (
        payload("the meter was swapped & the bill is > 9,000"),
        IN_HELP,
        False,
        Said("discord/message/910/1000", PersonId("rita"), place("910", "1000"), "the meter was swapped & the bill is > 9,000"),
    ),
    "a mention": (
        payload(f"<@{BUCKSTOP}> report billing: ask <@!{ANA}>"),
        IN_HELP,
        False,
        Said("discord/message/910/1000", PersonId("rita"), place("910", "1000"), "@buckstop report billing: ask @Ana Díaz"),
    ),
    "in a thread": (
        payload("the red one"),
        IN_THREAD,
        False,
        Said("discord/message/950/1000", PersonId("rita"), place("910", "1000", "950"), "the red one"),
    ),
    "an answer to a message": (
        payload("the red one", **ANSWER),
        IN_HELP,
        False,
        Said("discord/message/910/1000", PersonId("rita"), place("910", "1000", "777"), "the red one"),
    ),
    "directly": (
        payload("report billing: x"),
        DIRECTLY,
        False,
        Said("discord/message/960/1000", PersonId("rita"), place("@rita", "1000", guild=""), "report billing: x"),
    ),
    "with files": (
        payload("see", attachments=[file("a.png"), file("b.pdf")]),
        IN_HELP,
        False,
        Said("discord/message/910/1000", PersonId("rita"), place("910", "1000"), "see\nhttps://cdn.test/a.png\nhttps://cdn.test/b.pdf"),
    ),
    "passed on": (
        payload("", **passed_on("the bill is wrong")),
        DIRECTLY,
        False,
        Said("discord/message/960/1000", PersonId("rita"), place("@rita", "1000", guild=""), "the bill is wrong"),
    ),
    "passed on with a word": (
        payload("look", **passed_on("the bill is wrong")),
        DIRECTLY,
        False,
        Said("discord/message/960/1000", PersonId("rita"), place("@rita", "1000", guild=""), "look\nthe bill is wrong"),
    ),
    "changed": (
        payload("the bill of March", edited_timestamp=LATER),
        IN_HELP,
        True,
        Said(f"discord/message/910/1000/{LATER}", PersonId("rita"), place("910", "1000", "1000"), "the bill of March", edited=True),
    ),
    "changed before it was heard": (
        payload("the bill of March", edited_timestamp=LATER),
        IN_HELP,
        False,
        Said("discord/message/910/1000", PersonId("rita"), place("910", "1000"), "the bill of March"),
    ),
    "a preview that Discord added": (payload("https://x.test"), IN_HELP, True, None),
    "what a program says": (payload("x", author=account(7, "Monitor", bot=True)), IN_HELP, False, None),
    "what a webhook says": (payload("x", webhook_id="7"), IN_HELP, False, None),
    "somebody came": (payload("", type=7), IN_HELP, False, None),
    "a thread was begun": (payload("", type=18), IN_HELP, False, None),
    "something was pinned": (payload("", type=6), IN_HELP, False, None),
}


@pytest.mark.parametrize(("told", "spot", "changed", "said"), SAID.values(), ids=SAID.keys())
def test_what_somebody_wrote(told: Json, spot: Spot, changed: bool, said: Said | None) -> None:
    written = inbound.written(message(told), spot, changed=changed)
    assert (inbound.said(written, PersonId("rita"), name_of) if written is not None else None) == said


def test_the_first_message_of_a_post_is_its_report() -> None:
    spot = Spot(str(GUILD), "920", "1000")
    written = inbound.written(message(payload("since Monday")), spot)
    assert written is not None
    assert written.opens_its_thread
    assert inbound.posted(written, PersonId("rita"), "Taken twice", name_of) == Said(
        "discord/message/1000/1000", PersonId("rita"), place("920", "1000", "1000"), "/report Taken twice\nsince Monday"
    )


MENTIONS = {
    f"<@{BUCKSTOP}> help": True,
    f"please, <@!{BUCKSTOP}>, help": True,
    f"<@{BUCKSTOP}1> help": False,
    f"<@&{BUCKSTOP}> help": False,
    "@buckstop help": False,
    "": False,
}


@pytest.mark.parametrize(("content", "mentioned"), MENTIONS.items(), ids=MENTIONS.keys())
def test_the_bot_is_called_by_its_account(content: str, mentioned: bool) -> None:
    assert inbound.mentions(message(payload(content)), BUCKSTOP) is mentioned
    assert not inbound.mentions(message(payload(content)), None)


def test_an_answer_to_the_bot_does_not_call_it() -> None:
    told = payload("thanks", mentions=[account(BUCKSTOP, "Buckstop", bot=True)], **ANSWER)
    assert not inbound.mentions(message(told), BUCKSTOP)


def test_what_is_reported_carries_its_address_and_its_author() -> None:
    found = inbound.found(message(payload("x")), IN_THREAD)
    assert (found.user, found.link) == (str(RITA), "https://discord.com/channels/900/950/1000")
    assert inbound.found(message(payload("x", webhook_id="7")), IN_HELP).user == ""
    assert inbound.found(message(payload("x")), DIRECTLY).link == "https://discord.com/channels/@me/960/1000"
    assert inbound.reacted("k", PersonId("ana"), found, "🆘", "x", PersonId("rita")) == Reacted(
        "k", PersonId("ana"), place("910", "1000", "950"), "🆘", "x", PersonId("rita"), found.link
    )
    assert inbound.pointed("k", PersonId("ana"), found, "x", None) == Pointed(
        "k", PersonId("ana"), place("910", "1000", "950"), "x", None, found.link
    )


def interaction(**more: Any) -> discord.Interaction[Any]:
    told = {"id": "5000", "application_id": "1", "type": 3, "token": "t", "version": 1, "channel_id": str(HELP), "user": account(RITA, "R")}
    told |= {"channel": {"id": str(HELP), "type": 1}, "data": {"custom_id": "x", "component_type": 2}, "entitlements": []}
    told |= {"authorizing_integration_owners": {}, "attachment_size_limit": 1}
    return discord.Interaction(data=told | more, state=_CLIENT._connection)  # type: ignore[arg-type]


def button(custom_id: str) -> Press:
    return Press(discord.ui.Button(custom_id=custom_id))


def test_a_press_says_what_its_button_carries() -> None:
    on_a_card = interaction(message=payload("", id="1234"))
    assert inbound.pressed(on_a_card, button("b:ack:C-42:7"), PersonId("ana"), IN_THREAD) == Pressed(
        "discord/interaction/5000", PersonId("ana"), place("910", "1234", "950"), "ack", CaseId(42), 7
    )
    assert inbound.pressed(on_a_card, button("b:report:-:-"), PersonId("ana"), DIRECTLY) == Pressed(
        "discord/interaction/5000", PersonId("ana"), place("@ana", "1234", guild=""), "report", None, None
    )


def test_a_form_says_what_was_filled_in() -> None:
    sent = inbound.submitted(interaction(), PersonId("ana"), IN_HELP, "ask:C-1:3:abc", {"question": "which?"})
    assert sent == Submitted("discord/interaction/5000", PersonId("ana"), place("910", None), "ask:C-1:3:abc", {"question": "which?"})
    assert inbound.form_for(interaction(), "promise", CaseId(3)) == "promise:C-3:-:5000"
    assert inbound.form_for(interaction(), "report", None) == "report:-:-:5000"


COMMANDS = {("ack", "C-1"): "/case ack C-1", ("mine", ""): "/case mine", ("", "x"): "/case x"}


@pytest.mark.parametrize(("typed", "text"), COMMANDS.items(), ids=COMMANDS.values())
def test_a_command_is_read_as_it_would_be_typed(typed: tuple[str, str], text: str) -> None:
    spoken = inbound.commanded("k", PersonId("ana"), place("910", None), *typed)
    assert spoken == Said("k", PersonId("ana"), place("910", None), text)


@given(st.text(), st.text(), st.booleans())
def test_whatever_is_written_can_be_kept(content: str, name: str, program: bool) -> None:
    told = payload(content, author=account(RITA, name or "x", bot=program), mentions=[account(ANA, name or "x")])
    found = inbound.found(message(told), IN_HELP)
    found.in_words(lambda user: f"@{name or user}").encode()


NAMES: dict[str, tuple[str, str, str]] = {
    "somebody known": ("201", "whatever they call themselves", "@Rita Lund"),
    "a stranger": ("999", "Zoe Quist", "@Zoe Quist"),
    "a stranger without a name": ("999", "", "@999"),
    "a stranger who calls themselves like somebody known": ("999", "Ana Díaz", "@999"),
    "a stranger who begins like somebody known": ("999", "Ana Díaz, manager", "@999"),
    "a stranger who calls themselves like a service": ("999", "billing", "@999"),
}


@pytest.mark.parametrize(("user", "label", "name"), NAMES.values(), ids=NAMES.keys())
def test_nobody_is_taken_for_somebody_else(user: str, label: str, name: str) -> None:
    rita = replace(ORG.people[PersonId("rita")], accounts=(Account("discord", "", "201"),))
    assert called(replace(ORG, people={**ORG.people, rita.id: rita}), user, label) == name
