"""Where does a message about a case stand, and what is its thread called?"""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.adapters.discord.calls import DEAD
from bot.adapters.discord.threads import LONGEST_NAME, name_of
from bot.chat import Card, Typed
from bot.ports import Address, Delivered, GiveUp, Parcel, TryLater
from tests.adapters.discord.sending import STANDING, Office, office, parcel, to

CHANNELS: list[dict[str, Any]] = [
    {"name": "talk", "kind": "voice"},
    {"name": "news", "kind": "news"},
    {"name": "problems", "kind": "forum", "tags": ["urgent", "open", "acknowledged", "fixed"]},
    {"name": "elsewhere", "kind": "forum"},
]
THREADS = "POST */threads"


@pytest.fixture
async def there(sqlite_url: str, discord_address: str) -> AsyncIterator[Office]:
    """A Discord with channels of each kind."""
    async with office(sqlite_url, discord_address, CHANNELS, 'forums = ["problems"]') as made:
        yield made


HELP = Address("discord", "1", "2")
NAMES: dict[str, tuple[Parcel, str]] = {
    "what the card says": (parcel(HELP), "C-1: meter swapped"),
    "as much of it as there is room for": (
        parcel(HELP, card=replace(STANDING, title=("C-1: ", Typed("x" * 200)))),
        f"C-1: {'x' * (LONGEST_NAME - 6)}…",
    ),
    "on one line, and calling nobody": (
        parcel(HELP, card=replace(STANDING, title=("C-1: ", Typed("a\n@everyone")))),
        "C-1: a @\u200beveryone",
    ),
    "news is not what the case is about": (to("ana", HELP), "C-1"),
    "nor is what somebody said in it": (parcel(HELP, card=Card(("Ana wrote on Slack: hello",), case=STANDING.case)), "C-1"),
    "nor is a card to one person": (to("ana", HELP, card=STANDING), "C-1"),
    "what is about no case": (parcel(HELP, card=Card(("The digest",))), "Buckstop"),
}


@pytest.mark.parametrize(("message", "name"), NAMES.values(), ids=NAMES.keys())
def test_what_a_thread_is_called(message: Parcel, name: str) -> None:
    assert name_of(message) == name
    assert len(name) <= LONGEST_NAME


async def test_under_a_card_there_is_a_place_to_write(there: Office) -> None:
    for where in ("help", "news"):
        card = await there.post(parcel(there.address(where), f"card/{where}"))
        assert [(thread.id, thread.name) for thread in await there.there.threads(where)] == [(card, "C-1: meter swapped")]


async def test_under_nothing_else_there_is(there: Office) -> None:
    await there.post(parcel(there.address("talk"), "in a voice channel"))
    await there.post(to("ana", there.address("help")))
    await there.post(parcel(there.address("help"), "digest", Card(("The digest",))))
    await there.post(to("ana", there.address("@ana"), card=STANDING))

    assert [await there.there.threads(where) for where in ("talk", "help")] == [[], []]


async def test_what_kind_of_channel_it_is_is_asked_once(there: Office) -> None:
    await there.post(parcel(there.address("help"), "first"))
    before = await there.mark()
    await there.post(parcel(there.address("help"), "second"))

    assert await there.asked(before) == [
        "POST /channels/{channel_id}/messages",
        "POST /channels/{channel_id}/messages/{message_id}/threads",
    ]


async def test_a_thread_is_made_when_something_has_to_be_said_in_it(there: Office) -> None:
    said = await there.there.say("tom", "the website is down", "help")
    root = str(said.message)
    await there.post(parcel(there.address("help", root)))
    await there.post(to("ana", there.address("help", root)))

    assert [message.shown.partition("\n")[0] for message in await there.ours(root)] == ["C-1: meter swapped", "@Ana C-1 has come to you."]
    assert [thread.name for thread in await there.there.threads("help")] == ["C-1: meter swapped"]
    assert await there.ours("help") == []


async def test_a_thread_that_somebody_made_meanwhile_is_as_good(there: Office) -> None:
    said = await there.there.say("tom", "the website is down", "help")
    fault = await there.there.fault("status_502_after", THREADS)
    await there.post(parcel(there.address("help", said.message)))  # the library repeats it, and hears that there is one

    await fault.hit()
    assert len(await there.there.threads("help")) == 1
    assert len(await there.ours(str(said.message))) == 1


BESIDE = {
    "it may not make threads": ["create_public_threads"],
    "it may not write in threads": ["send_messages_in_threads"],
    "it may do neither": ["create_public_threads", "send_messages_in_threads"],
}


@pytest.mark.parametrize("lacking", BESIDE.values(), ids=BESIDE.keys())
async def test_what_cannot_be_said_in_a_thread_is_said_beside_it(there: Office, lacking: list[str]) -> None:
    said = await there.there.say("tom", "the website is down", "help")
    await there.there.do("set_permissions", channel="help", deny=lacking)
    message = to("ana", there.address("help", said.message))
    sent = await there.post(message)

    [found] = await there.ours("help")
    assert (found.id, found.notified) == (sent, [there.there.users["ana"]])
    assert found.raw["message_reference"]["message_id"] == said.message
    assert await there.messenger.find(message) == sent


async def test_where_nothing_can_be_answered_it_is_said_all_the_same(there: Office) -> None:
    said = await there.there.say("tom", "the website is down", "help")
    lacking = ["create_public_threads", "read_message_history"]
    await there.there.do("set_permissions", channel="help", deny=lacking)
    await there.post(parcel(there.address("help", said.message)))

    [found] = await there.ours("help")
    assert "message_reference" not in found.raw


async def test_where_nothing_can_be_said_at_all_it_ends_as_a_value(there: Office) -> None:
    said = await there.there.say("tom", "the website is down", "help")
    await there.there.do("set_permissions", channel="help", deny=["send_messages", "send_messages_in_threads"])

    assert await there.messenger.send(parcel(there.address("help", said.message))) == GiveUp(DEAD[50013], dead=True)


async def test_a_message_that_was_deleted_loses_no_case(there: Office) -> None:
    said = await there.there.say("tom", "the website is down", "help")
    await there.there.delete("tom", "help", str(said.message))
    await there.post(parcel(there.address("help", said.message)))

    [found] = await there.ours("help")
    assert found.shown.startswith("C-1: meter swapped")


async def test_a_name_that_the_server_does_not_let_through_costs_only_the_thread(there: Office) -> None:
    await there.there.fault("error:200001", THREADS)
    await there.post(parcel(there.address("help")))

    assert len(await there.ours("help")) == 1


# --- folded away, locked


async def test_a_card_in_a_thread_that_was_folded_away_is_kept_up_to_date(there: Office) -> None:
    card, root = await in_a_thread(there)
    await there.there.do("archive_thread", thread=root)
    after = replace(parcel(there.address("help", root)), card=Card(("C-1 is closed",)), edit=card)

    assert await there.messenger.send(after) == Delivered(card)
    assert [message.shown for message in await there.ours(root)] == ["C-1 is closed"]
    assert [thread.archived for thread in await there.there.threads("help")] == [False]


async def in_a_thread(there: Office) -> tuple[str, str]:
    """Post a card in a thread, and return its id and the thread's."""
    said = await there.there.say("tom", "the website is down", "help")
    return await there.post(parcel(there.address("help", said.message))), str(said.message)


@pytest.mark.parametrize("archived", [True, False])
async def test_what_is_said_in_a_locked_thread_is_said_beside_it(there: Office, archived: bool) -> None:
    _, root = await in_a_thread(there)
    await there.there.do("set_permissions", channel="help", deny=["manage_threads"])
    await there.there.do("archive_thread", thread=root, locked=True, archived=archived)
    await there.post(to("ana", there.address("help", root)))

    [found] = await there.ours("help")
    assert found.notified == [there.there.users["ana"]]


async def test_a_card_that_was_locked_away_is_to_be_put_up_anew(there: Office) -> None:
    card, root = await in_a_thread(there)
    await there.there.do("set_permissions", channel="help", deny=["manage_threads"])
    await there.there.do("archive_thread", thread=root, locked=True)
    edit = replace(parcel(there.address("help", root)), edit=card)

    ended = await there.messenger.send(edit)
    assert isinstance(ended, TryLater)
    assert ended.vanished
    anew = await there.post(replace(edit, edit=None))
    [beside] = await there.ours("help")
    assert beside.id == anew != card  # Discord knows its nonce only for the thread

    assert await there.messenger.send(replace(edit, edit=anew)) == Delivered(anew)


async def test_a_card_in_a_locked_thread_is_edited_by_whoever_may_manage_it(there: Office) -> None:
    card, root = await in_a_thread(there)
    await there.there.do("archive_thread", thread=root, locked=True)

    assert await there.messenger.send(replace(parcel(there.address("help", root)), edit=card)) == Delivered(card)


# --- forums


async def a_post(there: Office, forum: str = "problems") -> str:
    """Begin a post in a forum, and return its id."""
    out = await there.there.post("tom", forum, "Billing is down", "since noon", tags=["urgent"] if forum == "problems" else [])
    return str(out.thread)


async def tags(there: Office) -> list[str]:
    """Return the tags of the first post."""
    return (await there.there.threads("problems"))[0].tags


async def test_a_posts_tag_follows_its_case_and_others_stay(there: Office) -> None:
    post = await a_post(there)
    where = there.address("problems", post)
    card = await there.post(parcel(where))
    assert await tags(there) == ["urgent", "open"]

    for status, tag in (("acknowledged", "acknowledged"), ("fixed", "fixed"), ("open", "open")):
        changed = replace(parcel(where), card=replace(STANDING, status=status), edit=card)
        assert await there.messenger.send(changed) == Delivered(card)
        assert await tags(there) == ["urgent", tag]


async def test_a_tag_that_cannot_be_set_costs_nothing_else_and_is_tried_again(there: Office) -> None:
    post = await a_post(there)
    where = there.address("problems", post)
    for fault in ("error:50013", "status_503", "drop_before", "ratelimited"):
        await there.there.fault(fault, "PATCH /channels/{channel_id}", retry_after=60)
        assert isinstance(await there.messenger.send(parcel(where, f"card after {fault}")), Delivered)
        assert await tags(there) == ["urgent"]

    await there.post(parcel(where, "once more"))
    assert await tags(there) == ["urgent", "open"]
    assert len(await there.ours(post)) == 5


@pytest.mark.parametrize("forum", ["problems", "elsewhere"])
async def test_a_post_that_was_deleted_is_a_dead_end(there: Office, forum: str) -> None:
    post = await a_post(there, forum)
    await there.there.do("delete_channel", channel=post)

    assert await there.messenger.send(to("ana", there.address(forum, post))) == GiveUp(DEAD[40058], dead=True)
