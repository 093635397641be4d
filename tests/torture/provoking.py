"""What must happen so that Buckstop comes to a point? Each scene leads to some points; together they lead to all that are not left out.

A scene is played while Buckstop is to die in it, and goes on after the restart as its people would: what was not answered is done again.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientError, ClientSession
from sqlalchemy import text

from bot.store.database import Database
from tests.discord.client import Impossible as NotInDiscord
from tests.slack.client import Impossible as NotInSlack
from tests.slack.wall import wall
from tests.torture.company import FORUM, HELP, LEADERS, PLATFORM_OF, ZONE
from tests.torture.oracle import Act, Span
from tests.torture.playing import People
from tests.torture.scenario import Cue, Life, Step, title
from tests.torture.storm import Buckstop

LOCAL = f'[local]\nenabled = true\nport = 0\nchannels = ["{HELP}"]\n'
ROUTE = (
    '[[routes]]\nid = "site"\nname = "Contact form"\nkind = "web"\naddress = "https://nowhere.invalid/contact"\n'
    'service = "billing"\nprobe_every = "1m"\n'
)


BY_ADDRESS = (
    '[[people]]\nid = "eda"\nname = "Eda"\nteam = "northwind"\nmanager = "bruno"\nemail = "eda@northwind.example"\n'
    '[[services]]\nid = "post"\nname = "Post"\nowner = "eda"\nteam = "northwind"\nchain = "short"\n'
)


ABSENCE = '\n[[absences]]\nperson = "bob"\nfrom = 2000-01-01\nto = 2000-01-02\n'


@dataclass
class Set:
    """Where a scene is played."""

    buckstop: Buckstop
    people: People
    lots: random.Random
    http: ClientSession
    kept: dict[str, Any] = field(default_factory=dict)

    def life(self, reporter: str, service: str, *steps: Step) -> Life:
        """Return a case that begins now."""
        return Life(reporter, service, title(self.lots), 0.0, steps)

    async def again(self, do: Callable[[], Awaitable[Any]], done: Callable[[Any], bool] = lambda out: bool(out.ok)) -> Any:
        """Do something until it is answered, through a death and a restart."""
        while True:
            with suppress(NotInDiscord, NotInSlack, ClientError, OSError, LookupError, ValueError):
                out = await do()
                if done(out):
                    return out
            await asyncio.sleep(0.2)

    async def sql(self, *statements: str) -> None:
        """Change something in the database that otherwise only time would."""
        database = Database(self.buckstop.url, limit=60)
        try:
            async with database.begin() as conn:
                for statement in statements:
                    await conn.execute(text(statement))
        finally:
            await database.close()

    async def rows(self, question: str) -> Sequence[Any]:
        """Ask the database something."""
        database = Database(self.buckstop.url, limit=60)
        try:
            async with database.read() as conn:
                return (await conn.execute(text(question))).all()
        finally:
            await database.close()

    async def address(self) -> str:
        """Return where the local workspace is since the last start."""
        lines = [line for line in self.buckstop.log.read_text("utf-8").splitlines() if '"local.listening"' in line]
        return lines[-1].partition('"address": "')[2].partition('"')[0]


Play = Callable[[Set], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene: what is played, what comes before the start in which to die, and what stands in the configuration then."""

    name: str
    play: Play
    points: tuple[str, ...]
    before: Play | None = None
    between: Play | None = None  # what comes to pass while it is dead
    more: str = ""
    later: Callable[[], str] = str  # what stands in it besides from the second start on
    words: tuple[str, ...] = ("run",)  # of the process that dies
    first: tuple[str, ...] = ()  # a command before it
    then: tuple[str, ...] = ()  # a command after it
    people: Sequence[str] = tuple(PLATFORM_OF)[:-1]


SCENES: list[Scene] = []


def scene(*points: str, **more: Any) -> Callable[[Play], Play]:
    """Take a function as the scene that leads to these points."""

    def taken(play: Play) -> Play:
        SCENES.append(Scene(play.__name__, play, points, **more))
        return play

    return taken


ACK, RESOLVE = Step("ack", "owner", Cue("assigned", "owner")), Step("resolve", "owner")
CONFIRM = Step("confirm", "reporter", Cue("confirm", "reporter"))


async def nothing(_: Set) -> None:
    """Let it start, and be there for a moment."""


async def a_case(on: Set) -> None:
    """Have a case that is open."""
    await on.people.play(on.life("rita", "billing", ACK))


@scene(
    "handlers.desk:Desk._write:commit",
    "store.store:SqlStore.begin:commit",
    "store.deliveries:SqlOutbox._taken:commit",
    "store.deliveries:SqlOutbox._fixed:commit",
    "store.deliveries:SqlOutbox._marked:commit",
    "adapters.slack.outbound:SlackMessenger._post:chat_postMessage",
    "adapters.slack.outbound:SlackMessenger.direct:conversations_open",
    "adapters.slack.outbound:SlackMessenger._edit:chat_update",
)
async def a_case_in_slack(on: Set) -> None:
    await on.people.play(on.life("rita", "billing", ACK, RESOLVE, CONFIRM))


@scene(
    "adapters.discord.posting:put:send",
    "adapters.discord.direct:Direct.channel:create_dm",
    "adapters.discord.threads:Threads.open_under:create_thread",
    "adapters.discord.threads:Threads.edit:edit",
    "adapters.discord.answering:Answers.shown.answer:send_message",
)
async def a_case_in_discord(on: Set) -> None:
    await on.people.play(on.life("tom", "website", ACK, RESOLVE, CONFIRM))


@scene("handlers.passing:sweep:commit")
async def a_reminder(on: Set) -> None:
    await on.people.play(on.life("rita", "website", Step("ack", "owner", Cue("nag", "owner")), RESOLVE, CONFIRM))


@scene(
    "handlers.acquaintance:Acquaintance.once:commit",
    "store.store:SqlStore.prune_inbox:commit",
    "store.store:SqlStore.prune_deliveries:commit",
    "store.store:SqlStore.put_in_force:commit",
    "store.heard:SqlHeard.keep:commit",
    "adapters.slack.check:_Look._reached:conversations_open",
)
async def the_first_start(on: Set) -> None:
    pass


@scene("store.deliveries:SqlOutbox.take_over:commit", before=a_case)
async def another_start(on: Set) -> None:
    pass


@scene("handlers.reorganising:reckon_all:commit", before=a_case, later=lambda: ABSENCE)
async def another_configuration(on: Set) -> None:
    pass


@scene(
    "adapters.slack.answering:Answers.privately:chat_postEphemeral",
)
async def a_report_by_a_mention_in_slack(on: Set) -> None:
    ws = on.buckstop.company.slack
    assert ws is not None
    await on.again(lambda: ws.say("rita", "@buckstop show C-1", HELP), lambda out: bool(out.ephemeral or out.ok))


@scene("adapters.slack.answering:Answers._direct:chat_postMessage", "adapters.slack.answering:Answers._direct:conversations_open")
async def a_question_in_direct_messages(on: Set) -> None:
    ws = on.buckstop.company.slack
    assert ws is not None
    await on.again(lambda: ws.say("rita", "help"))


@scene("adapters.slack.answering:Answers.sign:reactions_add", before=a_case)
async def a_note_in_a_thread(on: Set) -> None:
    ws = on.buckstop.company.slack
    assert ws is not None

    async def noted() -> Any:
        [card] = [one for one in await ws.messages(HELP) if one.bot_id]
        return await ws.say("rita", "it is the left one", HELP, thread=card.ts)

    began = wall()
    await on.again(noted)
    on.people.played[0].acts.append(Act("note", "rita", Span(began, wall())))


@scene("adapters.slack.answering:Answers.publish:views_publish")
async def a_home(on: Set) -> None:
    ws = on.buckstop.company.slack
    assert ws is not None
    await on.again(lambda: ws.open_home("rita"))


@scene("adapters.slack.answering:Answers._opened:views_open")
async def a_form_in_slack(on: Set) -> None:
    ws = on.buckstop.company.slack
    assert ws is not None
    await on.again(lambda: ws.command("rita", "/case report", HELP), lambda out: out.view is not None)


@scene("adapters.discord.answering:Answers.open:send_modal")
async def a_form_in_discord(on: Set) -> None:
    there = on.buckstop.company.discord
    assert there is not None
    await on.again(lambda: there.command("tom", "case report", {}, HELP), lambda out: out.modal is not None)


@scene("adapters.discord.answering:Answers.directly:create_dm", "adapters.discord.answering:Answers.directly:send")
async def a_question_by_a_mention_in_discord(on: Set) -> None:
    there = on.buckstop.company.discord
    assert there is not None
    while not any(one.author == there.bot_user_id for one in await there.messages("@tom")):
        await there.say("tom", "@buckstop help", HELP)
        await asyncio.sleep(0.5)


@scene("adapters.discord.answering:Answers.sign:add_reaction")
async def a_report_by_a_mention_in_discord(on: Set) -> None:
    there = on.buckstop.company.discord
    assert there is not None
    await there.until_connected()
    await there.say("tom", "@buckstop report billing: the letter never came", HELP)


@scene("handlers.drafts:Drafts.keep:commit")
async def a_form_that_is_asked_for_in_words(on: Set) -> None:
    there = on.buckstop.company.discord
    assert there is not None
    await there.until_connected()
    await there.say("tom", "@buckstop report", HELP)


async def a_form_that_was_asked_for(on: Set) -> None:
    """Have a button before somebody that opens their form."""
    there = on.buckstop.company.discord
    assert there is not None
    await a_form_that_is_asked_for_in_words(on)

    async def offered() -> list[Any]:
        return [one for message in await there.messages("@tom") for one in message.buttons if str(one.custom_id).startswith("g:")]

    await there.until(offered)


@scene("handlers.drafts:Drafts.find:commit", before=a_form_that_was_asked_for)
async def a_form_that_goes_on(on: Set) -> None:
    there = on.buckstop.company.discord
    assert there is not None

    async def pressed() -> Any:
        [button] = [one for message in await there.messages("@tom") for one in message.buttons if str(one.custom_id).startswith("g:")][-1:]
        return await there.press("tom", str(button.custom_id), "@tom")

    await on.again(pressed, lambda out: out.modal is not None)


@scene("adapters.discord.tags:Tags._tag:edit")
async def a_post_in_a_forum(on: Set) -> None:
    there = on.buckstop.company.discord
    assert there is not None
    await there.until_connected()
    await there.post("tom", FORUM, "The letter never came", "since noon, and nobody answers")


async def a_thread_that_is_folded_away(on: Set) -> None:
    """Have a case in a forum whose post is archived."""
    there = on.buckstop.company.discord
    assert there is not None
    await there.until_connected()
    out = await there.post("tom", FORUM, "The letter never came", "since noon, and nobody answers", tags=["open"])
    on.kept["thread"] = out.thread

    async def carded() -> list[Any]:
        return [one for one in await there.messages(str(out.thread)) if one.author == there.bot_user_id]

    await there.until(carded)
    await asyncio.sleep(1)
    await there.do("archive_thread", thread=out.thread)


@scene(
    "adapters.discord.threads:Threads._unfold:edit",
    "adapters.discord.threads:Threads.edit:edit#2",
    before=a_thread_that_is_folded_away,
)
async def an_edit_in_a_folded_thread(on: Set) -> None:
    there = on.buckstop.company.discord
    assert there is not None
    await on.again(lambda: there.command("tom", "case chase", {"case": "C-1", "why": "still nothing"}, HELP))


@scene("handlers.acquaintance:Acquaintance.met:commit")
async def somebody_new(on: Set) -> None:
    ws = on.buckstop.company.slack
    assert ws is not None
    with suppress(NotInSlack):
        await ws.do("add_user", name="nora", email="nora@northwind.example")
    await on.again(lambda: ws.command("nora", "/case report billing: the letter never came", HELP))


@scene("handlers.acquaintance:Acquaintance._moved:commit", before=a_case)
async def somebody_leaves(on: Set) -> None:
    ws = on.buckstop.company.slack
    assert ws is not None
    await ws.until_connected()
    await ws.do("change_user", user="amy", deleted=True)


@scene("handlers.acquaintance:Acquaintance.changed:commit", before=somebody_new)
async def somebody_is_called_differently(on: Set) -> None:
    ws = on.buckstop.company.slack
    assert ws is not None
    await ws.until_connected()
    await ws.do("change_user", user="nora", real_name="Nora Noll")


@scene("handlers.acquaintance:Acquaintance.channel_is_dead:commit")
async def a_channel_is_archived(on: Set) -> None:
    ws = on.buckstop.company.slack
    assert ws is not None
    await ws.until_connected()
    await ws.do("archive", channel=LEADERS)


async def _in_the_local_workspace(on: Set, path: str, **body: Any) -> Any:
    async with on.http.post(f"{await on.address()}/api/{path}", json=body) as answer:
        return await answer.json()


@scene(
    "adapters.local.once:_kept:commit",
    "adapters.local.once:_keep:commit",
    "store.mailbox:SqlMailbox.post:commit",
    "store.mailbox:SqlMailbox.edit:commit",
    more=LOCAL,
    people=tuple(PLATFORM_OF),
)
async def a_case_in_the_local_workspace(on: Set) -> None:
    said = {"as": "gus", "channel": HELP, "text": "/case report website: the form hangs"}
    await on.again(lambda: _in_the_local_workspace(on, "messages", key="report", **said), lambda out: "reply" in out)
    await on.again(lambda: _in_the_local_workspace(on, "messages", **{"as": "gus", "text": "/case chase C-1"}), lambda out: "reply" in out)


@scene("store.mailbox:SqlMailbox.react:commit", more=LOCAL, people=tuple(PLATFORM_OF))
async def a_reaction_in_the_local_workspace(on: Set) -> None:
    said = {"as": "gus", "channel": HELP, "text": "the form hangs"}
    out = await on.again(lambda: _in_the_local_workspace(on, "messages", key="said", **said), lambda out: "message" in out)
    reacted = {"as": "gus", "message": out["message"], "emoji": "+1"}
    await on.again(lambda: _in_the_local_workspace(on, "reactions", key="react", **reacted), lambda out: "error" not in out)


@scene("handlers.probing:Rounds._turn:commit", "handlers.probing:Rounds._keep_whatever_comes:commit", more=ROUTE)
async def a_look_at_a_route(on: Set) -> None:
    pass


async def a_fix_in_the_last_minute(on: Set) -> None:
    """Have something fixed because it was escalated, of which a digest of this minute tells with a chart."""
    help_is_wanted, by_the_manager = Step("help", "owner", Cue("assigned", "owner")), Step("resolve", "manager", Cue("brief", "manager"))
    await on.people.play(on.life("rita", "billing", help_is_wanted, by_the_manager, CONFIRM))
    await asyncio.sleep(61 - wall() % 60)


def _digest_of_this_minute() -> str:
    return f'\n[[digests]]\nto = ["slack:{LEADERS}"]\nat = "{datetime.fromtimestamp(wall(), ZoneInfo(ZONE)):%H:%M}"\n'


@scene(
    "handlers.digests:_send:commit",
    "adapters.slack.pictures:post_with_picture:chat_postMessage",
    "adapters.slack.pictures:uploaded:files_completeUploadExternal",
    "adapters.slack.pictures:uploaded:files_getUploadURLExternal",
    "adapters.slack.pictures:uploaded:post",
    before=a_fix_in_the_last_minute,
    later=_digest_of_this_minute,
)
async def a_digest(on: Set) -> None:
    pass


@scene("store.store:SqlStore.pause:commit", before=a_case, words=("pause", "--why", "the desk moves"), then=("resume",))
async def a_pause(on: Set) -> None:
    pass


@scene("store.store:SqlStore.resume:commit", before=a_case, words=("resume",), then=("resume",), first=("pause", "--why", "the desk moves"))
async def the_end_of_a_pause(on: Set) -> None:
    pass


@scene("handlers.acquaintance:Acquaintance.has_account:commit", more=BY_ADDRESS)
async def somebody_is_found_by_their_address(on: Set) -> None:
    ws = on.buckstop.company.slack
    assert ws is not None
    await on.again(lambda: ws.command("rita", "/case report post: the letter never came", HELP))


async def an_announcement_whose_hour_comes(on: Set) -> None:
    """Have a change announced, of which it is time to tell again."""
    ws = on.buckstop.company.slack
    assert ws is not None
    await a_case(on)
    words = "/case announce billing from tomorrow 09:00 until tomorrow 10:00: bills look different"
    await on.again(lambda: ws.command("ana", words, HELP))
    await on.sql("UPDATE announcements SET remind_at = 1")


@scene("handlers.announcing:remind:commit", before=an_announcement_whose_hour_comes)
async def a_change_is_told_of_again(on: Set) -> None:
    pass


LEFT_OUT: dict[str, str] = {
    "adapters.discord.answering:Answers.shown.answer:edit_message": "an answer in place of another one: no delivery, nothing is kept",
    "adapters.slack.answering:Answers.replace_view:views_update": "an answer in place of another one: no delivery, nothing is kept",
    "adapters.discord.answering:Answers._closed:reply": "an answer to somebody who takes no direct messages: no delivery, nothing is kept",
    "adapters.discord.answering:Answers.shown.answer:defer": "an empty answer: no delivery, nothing is kept",
    "adapters.discord.answering:Answers.to_a_stranger:send": "an answer to a stranger: no delivery, nothing is kept",
    "adapters.discord.registered:Commands.register:sync": "of `buckstop discord sync`, which is asked for again: one call for all of them",
    "handlers.history.keeping:keep:commit": "the demonstration's month that never was, which is told to nobody",
    "handlers.history.keeping:keep:commit#2": "the demonstration's month that never was, which is told to nobody",
    "store.copying:copy:commit": "of `buckstop db copy`, which tells nobody anything: see tests/store/test_copying.py",
    "store.deliveries:SqlOutbox._give_back:commit": "only with hundreds of reminders to each of several people: test_outbox_backlog.py",
    "store.deliveries:SqlOutbox.reroute:commit": "of a platform that is taken out: one transaction that sends nothing, tried again",
    "store.deliveries:SqlOutbox.went_back:commit": "after a step of the machine's clock, which nothing here can set: tests/test_clock.py",
    "store.deliveries:SqlOutbox.hurry:commit": "of `went_back`, after a step of the machine's clock, which nothing here can set",
    "store.store:SqlStore.forget:commit": "of `buckstop person forget`, which is asked for again: all of it or nothing is one transaction",
    "store.trying:Trying._written:commit": "a number of its own, which nothing but the next try looks at",
    "store.mailbox:SqlMailbox.remember_time:commit": "of the manual and the fast clock only: tests/scenarios/test_kill.py kills there",
}
"""What no scene leads to, and why that is no hole."""
