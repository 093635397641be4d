"""discord.py, unchanged, lives in the fake: it connects, hears, answers, opens modals, and its buttons work."""

import re
from typing import Any, Self

import discord
from discord import app_commands, ui

from tests.discord.bots import Bot, Start
from tests.discord.client import World


async def test_it_connects_and_hears_a_message(world: World, start: Start) -> None:
    bot = await start()

    out = await world.say("ana", "hello @buckstop, see #help", "help")

    (message,) = bot.heard
    assert str(message.id) == out.message
    assert message.content == f"hello <@{world.bot_user_id}>, see <#{world.channels['help']}>"
    assert message.author.name == "ana"
    assert bot.user in message.mentions
    assert message.guild is not None
    assert message.guild.name == "northwind"


async def test_a_command_is_answered_for_her_eyes_only(world: World, start: Start) -> None:
    bot = Bot()

    @bot.tree.command(description="Report")
    async def report(interaction: discord.Interaction, service: str, who: discord.Member) -> None:
        view = ui.LayoutView()
        view.add_item(
            ui.Container(ui.TextDisplay(f"{service} of {who.mention}"), ui.ActionRow(ui.Button(label="Show", custom_id="b:show")))
        )
        await interaction.response.send_message(view=view, ephemeral=True)

    await start(bot)
    await bot.tree.sync()

    out = await world.command("ana", "report", {"service": "billing", "who": "rita"}, "help")

    assert out.ok
    assert out.text == "billing of @Rita"
    assert [button.label for button in out.ephemeral[0].buttons] == ["Show"]
    assert await world.messages("help") == []
    assert [message.id for message in await world.ephemeral("help", "ana")] == [out.ephemeral[0].id]


async def test_a_modal_is_filled_in_and_heard(world: World, start: Start) -> None:
    bot = Bot()
    heard: list[dict[str, Any]] = []

    class Report(ui.Modal, title="Report a problem"):
        what: ui.Label[Any] = ui.Label(text="What is wrong", component=ui.TextInput(custom_id="what"))
        who: ui.Label[Any] = ui.Label(text="Who", component=ui.UserSelect(custom_id="who", required=False))

        async def on_submit(self, interaction: discord.Interaction) -> None:
            assert isinstance(self.what.component, ui.TextInput)
            assert isinstance(self.who.component, ui.UserSelect)
            heard.append({"what": self.what.component.value, "who": [one.name for one in self.who.component.values]})
            await interaction.response.send_message("Thank you.", ephemeral=True)

    @bot.tree.command(description="Report")
    async def report(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Report())

    await start(bot)
    await bot.tree.sync()

    opened = await world.command("ana", "report", {}, "help")
    assert opened.modal is not None
    assert opened.modal.title == "Report a problem"
    out = await world.submit("ana", {"what": "meter swapped", "Who": ["rita"]})

    assert heard == [{"what": "meter swapped", "who": ["rita"]}]
    assert out.text == "Thank you."
    assert await world.form("ana") is None


class Take(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"b:take:(?P<case>C-\d+)"):
    """A button that says which case it is about."""

    def __init__(self, case: str) -> None:
        super().__init__(ui.Button(label="Take it", custom_id=f"b:take:{case}"))
        self.case = case

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match["case"])

    async def callback(self, interaction: discord.Interaction) -> None:
        view = ui.LayoutView()
        view.add_item(ui.TextDisplay(f"{interaction.user.name} has {self.case}"))
        await interaction.response.edit_message(view=view)


async def test_a_dynamic_button_works(world: World, start: Start) -> None:
    bot = Bot()
    bot.add_dynamic_items(Take)
    await start(bot)
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay("C-1: new")).add_item(ui.ActionRow(Take("C-1")))
    sent = await bot.channel(world.channels["help"]).send(view=view)

    out = await world.press("ana", "Take it", "help")

    assert out.ok
    assert [message.shown for message in out.messages] == ["ana has C-1"]
    (message,) = await world.messages("help")
    assert message.id == str(sent.id)
    assert message.edited


async def test_a_command_that_nobody_answers_fails(world: World, start: Start) -> None:
    await world.set(settings={"interaction_timeout": 0.1})
    bot = Bot()

    @bot.tree.command(description="Report")
    async def report(interaction: discord.Interaction) -> None:
        bot.heard.append(None)  # type: ignore[arg-type]

    await start(bot)
    await bot.tree.sync()

    out = await world.command("ana", "report", {}, "help")

    assert (out.ok, out.failure) == (False, "The application did not respond")


async def test_choices_are_offered_while_typing(world: World, start: Start) -> None:
    bot = Bot()

    @bot.tree.command(description="Show")
    async def show(interaction: discord.Interaction, case: str) -> None:
        await interaction.response.send_message(case)

    @show.autocomplete("case")
    async def offer(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}{n}: billing", value=f"C-{n}") for n in (1, 2)]

    await start(bot)
    await bot.tree.sync()

    out = await world.autocomplete("ana", "show", {"case": "C-"}, focused="case", channel="help")

    assert [choice["name"] for choice in out.choices or []] == ["C-1: billing", "C-2: billing"]


async def test_messages_are_posted_edited_and_listed_everywhere(world: World, start: Start) -> None:
    bot = await start()
    room = bot.channel(world.channels["help"])
    said = await room.send("a case")
    thread = await said.create_thread(name="C-1")
    await thread.send("in the thread")
    direct = await (await bot.fetch_user(int(world.users["rita"]))).send("to you")
    await direct.edit(content="to you alone")
    await said.edit(content="the case")

    assert [message.shown for message in await world.messages("help")] == ["the case"]
    assert [message.content for message in await world.messages(str(said.id))] == ["in the thread"]
    assert [message.shown for message in await world.messages("@rita")] == ["to you alone"]
    assert [message.content async for message in room.history()] == ["the case"]
    assert [one.name for one in await world.threads("help")] == ["C-1"]
