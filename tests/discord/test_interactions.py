"""Are interactions told, answered, refused and followed up as Discord does it?"""

import asyncio
from typing import Any

import pytest

from tests.discord.client import Impossible, World
from tests.discord.quiet import Quiet, asked, callback, hook
from tests.discord.rest import Rest
from tests.patience import PATIENT

Json = dict[str, Any]
EPHEMERAL, V2 = 64, 1 << 15


async def test_an_interaction_is_answered_once(world: World, quiet: Quiet, rest: Rest) -> None:
    outcome, interaction = await asked(world, quiet)

    assert await rest.status("POST", callback(interaction), {"type": 4, "data": {"content": "one", "flags": EPHEMERAL}}) == 204
    assert await rest.code("POST", callback(interaction), {"type": 4, "data": {"content": "two"}}) == 40060
    assert (await outcome).text == "one"


async def test_an_answer_that_is_too_late_finds_nothing(world: World, quiet: Quiet, rest: Rest) -> None:
    await world.set(settings={"interaction_timeout": 0.05})
    outcome, interaction = await asked(world, quiet)

    assert not (await outcome).ok
    assert await rest.code("POST", callback(interaction), {"type": 4, "data": {"content": "late"}}) == 10062
    assert await rest.code("POST", hook(interaction), {"content": "later"}) == 10015
    assert await rest.code("POST", f"/interactions/1/{interaction.token}/callback", {"type": 4}) == 10062


async def test_nobody_answers_who_is_not_there(world: World, quiet: Quiet) -> None:
    await world.do("gone")

    out = await world.command("ana", "report", {}, "help")

    assert (out.ok, out.failure) == (False, "The application did not respond")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"type": 6}, 50035),
        ({"type": 7, "data": {"content": "a"}}, 50035),
        ({"type": 8, "data": {"choices": []}}, 50035),
        ({"type": 4, "data": {}}, 50006),
        ({"type": 4, "data": {"content": "a" * 2001}}, 50035),
        ({"type": 9, "data": {"custom_id": "m", "title": "t" * 46, "components": []}}, 50035),
        ({"data": {}}, 50035),
    ],
)
async def test_a_wrong_answer_is_refused_and_a_right_one_still_counts(
    world: World, quiet: Quiet, rest: Rest, answer: Json, code: int
) -> None:
    outcome, interaction = await asked(world, quiet)

    assert await rest.code("POST", callback(interaction), answer) == code
    await rest.call("POST", callback(interaction), {"type": 4, "data": {"content": "right"}})
    assert [message.shown for message in (await outcome).messages] == ["right"]


async def test_a_deferred_answer_comes_with_the_first_that_follows(world: World, quiet: Quiet, rest: Rest) -> None:
    outcome, interaction = await asked(world, quiet)
    status, told = await rest.call("POST", callback(interaction), {"type": 5, "data": {"flags": EPHEMERAL}}, with_response="1")
    out = await outcome
    assert (status, told["interaction"]["response_message_loading"]) == (200, True)
    assert [message.flags for message in out.ephemeral] == [EPHEMERAL | 128]
    assert (out.answer, out.text) == (5, "")

    first = await rest.post(hook(interaction), flags=V2, components=[{"type": 10, "content": "first"}])
    await rest.post(hook(interaction), content="second", flags=EPHEMERAL)

    assert [message.shown for message in await world.answers(out)] == ["first", "second"]
    assert [message.flags for message in await world.answers(out)] == [EPHEMERAL | V2, EPHEMERAL]
    assert [message.ephemeral_to for message in await world.answers(out)] == [world.users["ana"]] * 2
    assert (await rest.get(hook(interaction, "@original")))["id"] == first["id"] == out.ephemeral[0].id


async def test_an_answer_is_changed_and_deleted_by_its_token(world: World, quiet: Quiet, rest: Rest) -> None:
    outcome, interaction = await asked(world, quiet)
    await rest.call("POST", callback(interaction), {"type": 4, "data": {"content": "one", "flags": EPHEMERAL}})
    out = await outcome
    (shown,) = out.ephemeral

    await rest.patch(hook(interaction, "@original"), content="two")
    assert (await rest.get(hook(interaction, shown.id)))["content"] == "two"
    # To everybody else it is not there.
    assert await rest.code("GET", f"/channels/{shown.channel}/messages/{shown.id}") == 10008
    assert await rest.code("PATCH", f"/channels/{shown.channel}/messages/{shown.id}", {"content": "three"}) == 10008
    assert await rest.get(f"/channels/{shown.channel}/messages") == []
    await rest.delete(hook(interaction, "@original"))
    assert await rest.code("PATCH", hook(interaction, "@original"), {"content": "four"}) == 10008
    assert await world.answers(out) == []


async def test_a_token_lives_for_a_while(world: World, quiet: Quiet, rest: Rest) -> None:
    outcome, interaction = await asked(world, quiet)
    await rest.call("POST", callback(interaction), {"type": 4, "data": {"content": "one"}})
    (message,) = (await outcome).messages
    assert (message.raw["webhook_id"], message.raw["application_id"], message.type) == (world.application_id, world.application_id, 20)
    await world.set(settings={"interaction_life": 0.0})

    assert await rest.call("PATCH", hook(interaction, "@original"), {"content": "two"}) == (
        401,
        {"message": "Invalid Webhook Token", "code": 50027},
    )
    assert await rest.code("POST", hook(interaction), {"content": "two"}) == 50027
    # What everybody sees can still be changed by its id.
    await rest.patch(f"/channels/{message.channel}/messages/{message.id}", content="two")
    assert [one.shown for one in await world.messages("help")] == ["two"]


async def test_only_what_came_of_an_interaction_is_changed_by_its_token(world: World, quiet: Quiet, rest: Rest) -> None:
    other = await rest.post(f"/channels/{world.channels['help']}/messages", content="another")
    outcome, interaction = await asked(world, quiet)
    await rest.call("POST", callback(interaction), {"type": 4, "data": {"content": "one"}})
    await outcome

    assert await rest.code("PATCH", hook(interaction, other["id"]), {"content": "two"}) == 10008
    assert await rest.code("PATCH", f"/webhooks/1/{interaction.token}/messages/@original", {"content": "two"}) == 10015


async def _buttons(world: World, rest: Rest, channel: str = "help") -> Json:
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Take", "custom_id": "take", "id": 50}]}
    more = {"type": 1, "components": [{"type": 5, "custom_id": "who", "max_values": 2}]}
    path = f"/channels/{world.channels[channel]}/messages"
    return await rest.post(path, flags=V2, components=[{"type": 10, "content": "C-1"}, row, more])


async def test_a_button_tells_who_pressed_it_where(world: World, quiet: Quiet, rest: Rest) -> None:
    message = await _buttons(world, rest)
    outcome = asyncio.create_task(world.press("ana", "Take", "help"))
    interaction = await asyncio.wait_for(quiet.asked.get(), PATIENT)
    await rest.call("POST", callback(interaction), {"type": 6})

    assert (await outcome).answer == 6
    assert interaction.data == {"component_type": 2, "custom_id": "take", "id": 50}
    assert interaction.message is not None
    assert str(interaction.message.id) == message["id"]
    assert (interaction.user.name, str(interaction.channel_id)) == ("ana", world.channels["help"])
    assert interaction.permissions.send_messages
    edited = await rest.patch(hook(interaction, "@original"), components=[{"type": 10, "content": "C-1: taken"}])
    assert edited["id"] == message["id"]
    with pytest.raises(Impossible, match="sees no 'Take'"):
        await world.press("ana", "Take", "help")


async def test_a_button_that_is_gone_may_still_be_pressed(world: World, quiet: Quiet, rest: Rest) -> None:
    message = await _buttons(world, rest)
    await rest.patch(f"/channels/{message['channel_id']}/messages/{message['id']}", components=[{"type": 10, "content": "C-1: taken"}])
    outcome = asyncio.create_task(world.press("ana", "Take", "help", stale=True, forge={"member.user.id": "7", "data.custom_id": "b:x"}))
    interaction = await asyncio.wait_for(quiet.asked.get(), PATIENT)
    await rest.call("POST", callback(interaction), {"type": 4, "data": {"content": "No.", "flags": EPHEMERAL}})

    assert (await outcome).text == "No."
    data: Any = interaction.data
    assert (interaction.user.id, data["custom_id"]) == (7, "b:x")


async def test_people_are_chosen_from_a_select(world: World, quiet: Quiet, rest: Rest) -> None:
    await _buttons(world, rest)
    outcome = asyncio.create_task(world.choose("ana", "who", ["rita", "bruno"], "help"))
    interaction = await asyncio.wait_for(quiet.asked.get(), PATIENT)
    await rest.call("POST", callback(interaction), {"type": 6})

    assert (await outcome).ok
    data: Any = interaction.data
    assert data["values"] == [world.users["rita"], world.users["bruno"]]
    assert set(data["resolved"]["members"]) == set(data["values"])
    with pytest.raises(Impossible, match="takes 1 to 2"):
        await world.choose("ana", "who", [], "help")


async def test_an_ephemeral_message_is_only_for_her(world: World, quiet: Quiet, rest: Rest) -> None:
    outcome, interaction = await asked(world, quiet)
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "More", "custom_id": "more"}]}
    await rest.call("POST", callback(interaction), {"type": 4, "data": {"content": "psst", "flags": EPHEMERAL, "components": [row]}})
    (shown,) = (await outcome).ephemeral
    with pytest.raises(Impossible, match="there is no message"):
        await world.press("rita", "More", "help", shown.id)

    pressing = asyncio.create_task(world.press("ana", "More", "help"))
    pressed = await asyncio.wait_for(quiet.asked.get(), PATIENT)
    await rest.call("POST", callback(pressed), {"type": 7, "data": {"content": "told", "components": []}})

    assert (await pressing).text == "told"
    assert (await world.answers(await outcome))[0].flags == EPHEMERAL
    assert [message.shown for message in await world.ephemeral("help", "ana")] == ["told"]


async def test_direct_messages_have_interactions_too(world: World, quiet: Quiet, rest: Rest) -> None:
    outcome = asyncio.create_task(world.command("ana", "report"))
    interaction = await asyncio.wait_for(quiet.asked.get(), PATIENT)
    await rest.call("POST", callback(interaction), {"type": 4, "data": {"content": "here"}})

    assert [message.shown for message in (await outcome).messages] == ["here"]
    assert interaction.guild_id is None
    assert interaction.context.dm_channel
    assert interaction.user.name == "ana"
    assert [message.shown for message in await world.messages("@ana")] == ["here"]
