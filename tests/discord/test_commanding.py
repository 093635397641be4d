"""Are commands typed as Discord's client lets one type them, and told apart when there are many?"""

import asyncio
from typing import Any

import discord
import pytest
from discord import app_commands, ui

from tests.discord.bots import Bot, Start
from tests.discord.client import Impossible, World
from tests.discord.quiet import Quiet, callback
from tests.discord.rest import Rest
from tests.patience import PATIENT

Json = dict[str, Any]


async def test_a_command_on_a_message_hands_it_over(world: World, start: Start) -> None:
    bot = Bot(discord.Intents(guilds=True))

    @bot.tree.context_menu(name="Report as a case")
    async def report(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"{message.author.name}: {message.content}", ephemeral=True)

    await start(bot)
    await bot.tree.sync()
    said = await world.say("rita", "it is down", "help")
    assert said.message is not None

    out = await world.message_command("ana", "Report as a case", "help", said.message)

    assert out.text == "rita: it is down"


async def test_many_at_once_are_told_apart(world: World, start: Start) -> None:
    bot = Bot()

    @bot.tree.command(description="Count")
    async def number(interaction: discord.Interaction, n: int) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send(f"{n}")

    await start(bot)
    await bot.tree.sync()

    outcomes = await asyncio.gather(*(world.command("ana", "number", {"n": n}, "help") for n in range(20)))

    async def answered() -> bool:
        return [[message.shown for message in await world.answers(out)] for out in outcomes] == [[f"{n}"] for n in range(20)]

    assert await world.until(answered)
    assert len({out.n for out in outcomes}) == 20


def _group() -> app_commands.Group:
    group = app_commands.Group(name="case", description="Cases")

    @group.command(description="Report")
    @app_commands.choices(severity=[app_commands.Choice(name="High", value="high")])
    async def report(
        interaction: discord.Interaction,
        who: discord.Member,
        severity: app_commands.Choice[str],
        n: app_commands.Range[int, 1, 5] = 1,
        where: discord.TextChannel | None = None,
    ) -> None:
        text = f"{who.name} {severity.value} {n} {where and where.name}"
        await interaction.response.send_message(text, view=ui.View().add_item(ui.Button(label="More", custom_id="more")))

    return group


async def test_a_group_of_commands_with_typed_options(world: World, start: Start) -> None:
    bot = Bot()
    bot.tree.add_command(_group())
    await start(bot)
    await bot.tree.sync()

    out = await world.command("ana", "case report", {"who": "rita", "severity": "High", "n": 3, "where": "help"}, "help")

    assert [message.shown for message in out.messages] == ["rita high 3 help"]


@pytest.mark.parametrize(
    ("name", "options", "why"),
    [
        ("nothing", {}, "no command 'nothing'"),
        ("case", {}, "needs one of"),
        ("case shut", {}, "needs one of"),
        ("case report", {}, "'who' is required"),
        ("case report", {"who": "rita", "severity": "worst"}, "is one of"),
        ("case report", {"who": "nobody", "severity": "High"}, "no user"),
        ("case report", {"who": "rita", "severity": "High", "n": 9}, "does not take 9"),
        ("case report", {"who": "rita", "severity": "High", "more": 9}, "no option"),
    ],
)
async def test_a_command_is_typed_as_discords_client_lets_one(world: World, start: Start, name: str, options: Json, why: str) -> None:
    bot = Bot()
    bot.tree.add_command(_group())
    await start(bot)
    await bot.tree.sync()

    with pytest.raises(Impossible, match=why):
        await world.command("ana", name, options, "help")


CHOICE: Json = {"name": "Billing", "value": "billing"}


@pytest.mark.parametrize(
    ("choices", "good"),
    [
        ([CHOICE | {"name": f"{n}"} for n in range(25)], True),
        ([CHOICE | {"name": f"{n}"} for n in range(26)], False),
        ([CHOICE | {"name": "n" * 100, "value": "v" * 100}], True),
        ([CHOICE | {"name": "n" * 101}], False),
        ([CHOICE | {"value": "v" * 101}], False),
        ([CHOICE | {"name": ""}], False),
        ([{"name": "Billing"}], False),
        ([CHOICE, CHOICE], False),
    ],
)
async def test_what_is_offered_has_its_limits(world: World, quiet: Quiet, rest: Rest, choices: list[Json], good: bool) -> None:
    option = {"type": 3, "name": "service", "description": "Which", "autocomplete": True}
    form = {"name": "show", "description": "Show", "options": [option]}
    await rest.call("PUT", f"/applications/{world.application_id}/commands", [form])
    outcome = asyncio.create_task(world.autocomplete("ana", "show", {"service": "b"}, "service", "help"))
    interaction = await asyncio.wait_for(quiet.asked.get(), PATIENT)

    status = await rest.status("POST", callback(interaction), {"type": 8, "data": {"choices": choices}})
    await rest.call("POST", callback(interaction), {"type": 8, "data": {"choices": []}})

    assert status == (204 if good else 400)
    assert (await outcome).choices == (choices if good else [])
