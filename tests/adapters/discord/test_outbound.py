"""What becomes of one delivery: once, within Discord's limits, looked up honestly, and never late."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import discord
import pytest
from aiohttp import ClientError

from bot.adapters.discord.access import Pace
from bot.adapters.discord.brake import Brake
from bot.adapters.discord.calls import LATER, NOT_DISCORD, SHUT, Calls, NoAnswer
from bot.adapters.discord.layout import ids_of
from bot.adapters.discord.posting import nonce_of
from bot.adapters.discord.welcome import Answer, Welcome
from bot.chat import Card
from bot.config import loads
from bot.ports import Delivered, GiveUp, Limit, LookedUpInVain, TryLater
from tests.adapters.discord.sending import Office, just_now, office, parcel, to
from tests.scenarios.discord_stage import discord_org
from tests.scenarios.stages import ORG

POSTS, EDITS, LOOKS, OPENS = "POST */messages", "PATCH */messages/*", "GET */messages", "POST /users/@me/channels"
SHORT = timedelta(seconds=0.3)


@pytest.fixture
async def there(sqlite_url: str, discord_address: str) -> AsyncIterator[Office]:
    """A Discord and what writes to it."""
    async with office(sqlite_url, discord_address) as made:
        yield made


def test_a_nonce_is_short_the_same_each_time_and_another_for_each_key() -> None:
    keys = [f"C-{case}/{fact}/nag/{who}" for case in range(40) for fact in range(40) for who in ("ana", "ben")]
    nonces = [nonce_of(key, times) for key in keys for times in range(2)]

    assert nonces == [nonce_of(key, times) for key in keys for times in range(2)]
    assert len(set(nonces)) == len(nonces)
    assert max(map(len, nonces)) <= 25


# --- limits


async def test_what_it_counts_against(sqlite_url: str, discord_address: str) -> None:
    async with office(sqlite_url, discord_address, pace=Pace()) as there:
        posts, edits = (
            Limit("discord::posts", timedelta(milliseconds=50), 10),
            Limit("discord::edits", timedelta(milliseconds=100), 5, True),
        )
        opened = Limit("discord::opened", timedelta(seconds=1), 10)
        channel, direct = there.address("help"), there.address("@ana")

        assert there.messenger.limits(channel, edit=False) == (posts,)
        assert there.messenger.limits(channel, edit=True) == there.messenger.limits(direct, edit=True) == (edits,)
        # Whom nobody has written to yet, something has to be opened for.
        assert there.messenger.limits(direct, edit=False) == (posts, opened)
        sent = await there.messenger.send(to("ana", direct))
        assert isinstance(sent, Delivered)
        assert sent.rest == Pace().rest
        assert there.messenger.limits(direct, edit=False) == (posts,)
        assert there.messenger.limits(there.address("@ben"), edit=False) == (posts, opened)


async def test_direct_messages_are_opened_once_and_anew_for_another_account(there: Office) -> None:
    for number in range(3):
        await there.post(to("ana", there.address("@ana"), f"{number}"))
    assert len(await there.there.calls(OPENS)) == 1

    other = (await there.there.do("add_user", name="ana2", guild="northwind"))["id"]
    await there.bot.take(loads(discord_org(there.there).replace(there.there.users["ana"], other), str(ORG), {}))
    await there.post(to("ana", there.address("@ana"), "to the other one"))
    assert len(await there.ours("@ana2")) == 1


async def test_a_limit_on_edits_is_waited_for_by_all_edits_of_the_channel_and_by_nothing_else(there: Office) -> None:
    first, second = [await there.post(parcel(there.address("help"), key)) for key in ("first", "second")]
    await there.there.fault("ratelimited", EDITS, retry_after=30)

    one = await there.messenger.send(replace(parcel(there.address("help"), "first"), edit=first))
    other = await there.messenger.send(replace(parcel(there.address("help"), "second"), edit=second))

    assert one == TryLater("Discord's rate limit", timedelta(seconds=30), alone=True)
    assert isinstance(other, TryLater)
    assert (other.why, other.alone) == ("Discord's limit on edits", True)
    assert timedelta(seconds=29) < (other.after or timedelta()) <= timedelta(seconds=30)
    assert len(await there.there.calls(EDITS)) == 1
    await there.post(parcel(there.address("help"), "third"))
    elsewhere = await there.post(parcel(there.address("leadership"), "fourth"))
    assert isinstance(await there.messenger.send(replace(parcel(there.address("leadership"), "fourth"), edit=elsewhere)), Delivered)


async def test_what_holds_everything_up_is_not_asked_for(there: Office) -> None:
    message = parcel(there.address("help"))
    held: list[tuple[Answer, TryLater | GiveUp, type[Exception]]] = [
        (Answer(401), GiveUp(SHUT[40001], mendable=True), LookedUpInVain),
        (Answer(429, "global", timedelta(hours=1)), TryLater("Discord's limit on everything"), NoAnswer),
        (Answer(403), TryLater("Discord has refused too many requests lately"), NoAnswer),
    ]
    for answer, outcome, raises in held:
        there.rest.welcome = Welcome(Brake(most=1 if answer.status == 403 else 100))
        there.rest.welcome.seen(answer, asyncio.get_running_loop().time())
        before = await there.mark()

        ended = await there.messenger.send(message)
        assert replace(ended, after=None) == outcome if isinstance(ended, TryLater) else ended == outcome
        with pytest.raises(raises):
            await there.messenger.find(message)
        assert await there.asked(before) == []


# --- once


async def test_what_the_library_posts_again_is_there_once(there: Office) -> None:
    await there.there.fault("status_502_after", POSTS)
    await there.post(parcel(there.address("help")))

    assert len(await there.there.calls(POSTS)) == 2
    assert len(await there.ours("help")) == 1


async def test_a_message_that_was_deleted_is_made_anew_with_another_nonce_each_time(there: Office) -> None:
    ids = []
    for _ in range(5):
        ids.append(await there.post(parcel(there.address("help"))))
        assert await there.post(parcel(there.address("help"))) == ids[-1]
        await there.there.do("delete_message", channel="help", message=ids[-1])
    assert len(set(ids)) == 5

    # Whoever deletes it each time wants it gone; Discord forgets the nonce in some minutes.
    assert await there.messenger.send(parcel(there.address("help"))) == TryLater(LATER[10008], timedelta(minutes=1))


async def test_two_messages_with_the_same_words_are_two(there: Office) -> None:
    for key in ("one", "two"):
        await there.post(parcel(there.address("help"), key))

    assert len(await there.ours("help")) == 2


async def test_what_was_deleted_cannot_be_edited_and_is_to_be_put_up_anew(there: Office) -> None:
    card = await there.post(parcel(there.address("help")))
    await there.there.do("delete_message", channel="help", message=card)

    assert await there.messenger.send(replace(parcel(there.address("help")), edit=card)) == TryLater(
        "the card was deleted", timedelta(), vanished=True
    )


async def test_a_card_that_discord_answers_late_for_is_not_shown_over_a_newer_one(there: Office) -> None:
    card = await there.post(parcel(there.address("help")))
    edit = replace(parcel(there.address("help")), edit=card)
    there.rest.calls.patience = SHORT
    await there.there.fault("status_502", EDITS)  # the library waits a second, and would do it again
    old = await there.messenger.send(replace(edit, card=Card(("C-1 is old",))))
    assert isinstance(old, TryLater)
    assert (old.ambiguous, old.alone) == (True, True)

    there.rest.calls.patience = timedelta(seconds=20)
    assert await there.messenger.send(replace(edit, card=Card(("C-1 is new",)))) == Delivered(card)
    await there.rest.calls.ended()
    assert [message.shown for message in await there.ours("help")] == ["C-1 is new"]
    assert len(await there.there.calls(EDITS)) == 2


@pytest.mark.parametrize("moment", ["hang_before", "hang_after"])
async def test_a_post_that_hangs_is_let_go_and_holds_up_no_other(there: Office, moment: str) -> None:
    there.rest.calls.patience = SHORT
    fault = await there.there.fault(moment, POSTS)
    message = parcel(there.address("help"), since=just_now())
    ended = await there.messenger.send(message)
    assert ended == TryLater("no answer from Discord (NoAnswer)", ambiguous=True)

    there.rest.calls.patience = timedelta(seconds=20)
    found = await there.messenger.find(message)
    assert (found is not None) is (moment == "hang_after")
    sent = await there.post(message)
    await fault.release(drop=True)
    assert [one.id for one in await there.ours("help")] == [sent]


async def test_what_goes_with_a_post_is_not_waited_for_long(there: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.adapters.discord.outbound._AFTERWARDS", SHORT)
    fault = await there.there.fault("hang_before", "POST */threads")

    assert isinstance(await there.messenger.send(parcel(there.address("help"))), Delivered)
    await fault.release(drop=True)


async def test_where_a_card_was_found_its_thread_is_made(there: Office) -> None:
    await there.there.fault("drop_after", POSTS)
    message = parcel(there.address("help"), since=just_now())
    assert isinstance(await there.messenger.send(message), TryLater)
    assert await there.there.threads("help") == []

    found = await there.messenger.find(message)
    assert [thread.id for thread in await there.there.threads("help")] == [found]


async def test_somebody_elses_page_makes_nobody_unreachable(there: Office) -> None:
    await there.there.fault("status_404", OPENS)

    assert await there.messenger.send(to("ana", there.address("@ana"))) == GiveUp(NOT_DISCORD, mendable=True)


# --- looked up


async def test_what_is_looked_for_is_found_among_others_and_past_a_page(there: Office) -> None:
    message = parcel(there.address("help"), since=just_now())
    for number in range(60):
        await there.there.say("tom", f"{number}", "help")
    sent = await there.post(message)
    for number in range(60):
        await there.there.say("tom", f"{number}", "help")

    assert await there.messenger.find(message) == sent
    assert await there.messenger.find(replace(message, key="another")) is None
    assert await there.messenger.find(replace(message, since=None)) == sent


async def test_a_look_that_was_broken_off_goes_on_from_there(there: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    message = parcel(there.address("help"), since=just_now())
    for number in range(120):
        await there.there.say("tom", f"{number}", "help")
    sent = await there.post(message)
    monkeypatch.setattr("bot.adapters.discord.outbound._LOOKING", SHORT)
    await there.there.fault("slow", LOOKS, seconds=0.01)
    fault = await there.there.fault("hang_before", LOOKS)
    with pytest.raises(NoAnswer):
        await there.messenger.find(message)
    await fault.release(drop=True)

    monkeypatch.setattr("bot.adapters.discord.outbound._LOOKING", timedelta(seconds=10))
    seen = (await there.there.messages("help"))[99].id
    before = await there.mark()
    assert await there.messenger.find(message) == sent
    assert [call["query"]["after"] for call in await there.there.calls(LOOKS, since=before)] == [seen]


async def test_only_our_own_message_with_that_key_is_it(there: Office) -> None:
    message = parcel(there.address("help"), since=just_now())
    sent = await there.post(message)
    whole, first = ids_of(message.key)

    [found] = await there.ours("help")
    assert found.id == sent
    assert (found.components[0]["id"], found.components[0]["components"][0]["id"]) == (whole, first)
    assert await there.messenger.find(replace(message, address=there.address("leadership"))) is None


async def test_an_empty_history_that_may_be_read_is_empty(there: Office) -> None:
    for where in ("help", "@ana"):
        assert await there.messenger.find(to("ana", there.address(where), since=just_now(timedelta(days=1)))) is None


async def test_a_history_that_may_not_be_read_proves_nothing(there: Office) -> None:
    await there.post(parcel(there.address("help")))
    await there.there.do("set_permissions", channel="help", deny=["read_message_history"])

    # For so long Discord knows the nonce, and posting it again is safe.
    assert await there.messenger.find(parcel(there.address("help"), since=just_now())) is None
    for since in (just_now(timedelta(minutes=2)), None):
        with pytest.raises(LookedUpInVain, match="Read Message History"):
            await there.messenger.find(parcel(there.address("help"), since=since))


async def test_a_thread_whose_history_may_not_be_read_proves_nothing_either(there: Office) -> None:
    said = await there.there.say("tom", "the website is down", "help")
    await there.post(parcel(there.address("help", said.message)))
    await there.there.do("set_permissions", channel="help", deny=["read_message_history"])

    with pytest.raises(LookedUpInVain, match="Read Message History"):
        await there.messenger.find(parcel(there.address("help", said.message), since=just_now(timedelta(minutes=2))))


async def test_what_cannot_be_looked_at_now_is_looked_at_later(there: Office) -> None:
    for fault in ("drop_before", "status_503"):
        await there.there.fault(fault, LOOKS, times=2)  # a look may be repeated at once, and aiohttp does so
        with pytest.raises((ClientError, discord.DiscordServerError)):
            await there.messenger.find(parcel(there.address("help")))
        await there.there.clear_faults()


async def test_a_token_that_is_refused_looks_in_vain(there: Office) -> None:
    await there.there.do("revoke")

    with pytest.raises(LookedUpInVain, match="the bot token is not valid"):
        await there.messenger.find(parcel(there.address("help")))


async def test_where_nothing_can_be_nothing_is_found(there: Office) -> None:
    await there.there.do("delete_channel", channel="leadership")
    nobody = there.address("@nobody")

    assert await there.messenger.find(parcel(there.address("leadership"))) is None
    assert await there.messenger.find(to("nobody", nobody)) is None
    assert await there.messenger.send(to("nobody", nobody)) == GiveUp(
        "there is no account in Discord that is known to be theirs", dead=True
    )


async def test_before_discord_has_said_who_we_are_everything_waits(there: Office) -> None:
    there.rest._client, known = None, there.rest._client
    try:
        assert await there.messenger.send(parcel(there.address("help"))) == TryLater("Discord has not said yet who we are")
    finally:
        there.rest._client = known


def test_patience_is_shorter_than_the_outboxs() -> None:
    assert timedelta(seconds=15) <= Calls().patience <= timedelta(seconds=24)
