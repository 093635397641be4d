"""What must happen so that Buckstop comes to a point at which it seldom is? These scenes lead to where `provoking.py` does not.

Somebody's direct messages are closed, cards are deleted, a database refuses what it is to keep: rarer than a case's life, and no less real.
"""

from slack_sdk.web.async_client import AsyncWebClient

from tests.discord.client import World
from tests.discord.told import Message as DiscordMessage
from tests.slack.client import Message, Workspace
from tests.slack.wall import wall
from tests.torture.company import HELP
from tests.torture.oracle import Act, Span
from tests.torture.provoking import ACK, CONFIRM, RESOLVE, ROUTE, SCENES, Set, scene
from tests.torture.scenario import Cue, Life, Step, title

__all__ = ["SCENES"]  # all of them, those of `provoking.py` too

ANOTHER_ROUTE = ROUTE.replace('"site"', '"shop"').replace("Contact form", "Shop").replace("nowhere", "neither")


def _slack(on: Set) -> Workspace:
    assert on.buckstop.company.slack is not None
    return on.buckstop.company.slack


def _discord(on: Set) -> World:
    assert on.buckstop.company.discord is not None
    return on.buckstop.company.discord


async def the_next_round(on: Set) -> None:
    """Let the time come at which routes are looked at again."""
    await on.sql("UPDATE routes SET looked_at = 1, next_at = 1")


@scene("handlers.probing:Rounds._tell_once:commit", between=the_next_round, more=ROUTE + ANOTHER_ROUTE)
async def no_route_answers(on: Set) -> None:
    await on.people.watch.noticed("unseen//")


async def another_night(on: Set) -> None:
    """Let it be the next night: what one of them had to look at is looked at again."""
    await on.sql("DELETE FROM inbox WHERE key LIKE '%/nightly/%'")


@scene("handlers.acquaintance:Acquaintance.tell_admins:commit", between=another_night)
async def an_account_is_found_closed_at_night(on: Set) -> None:
    ws = _slack(on)
    await ws.do("close_dms", user="rob")
    await on.people.watch.noticed("closed/slack/rob/")


async def a_case_of_which_somebody_in_discord_reported(on: Set) -> None:
    """Have a case about which people in Discord may write directly, and have it noted up to when they were heard."""
    await on.people.play(on.life("tom", "website", ACK))
    await on.again(lambda: on.rows("SELECT value FROM counters WHERE name LIKE 'heard/discord/%'"), bool)


@scene("adapters.discord.missed:Missed._direct:create_dm", before=a_case_of_which_somebody_in_discord_reported)
async def something_is_written_directly_while_nobody_listens(on: Set) -> None:
    there, [played] = _discord(on), on.people.played
    assert played.number is not None
    began = wall()
    await there.say("tom", f"chase C-{played.number} still nothing")
    await on.people.watch.told(played.number, "news", "ben", 1, None)
    played.acts.append(Act("chase", "tom", Span(began, wall())))


async def a_fix_of_which_others_have_the_same(on: Set) -> None:
    """Have something escalated and fixed that somebody else reported in the same words, and did not shout."""
    await _slack(on).until_connected()
    await _discord(on).until_connected()  # whoever gets no answer reports it once more, under another name
    named = title(on.lots)
    await on.people.play(Life("tom", "billing", " ".join(reversed(named.split())), 0.0, (ACK,)))
    help_is_wanted, by_the_manager = Step("help", "owner", Cue("assigned", "owner")), Step("resolve", "manager", Cue("brief", "manager"))
    await on.people.play(Life("rita", "billing", named, 0.0, (help_is_wanted, by_the_manager, CONFIRM)))


@scene("handlers.desk:Desk._offer:commit", before=a_fix_of_which_others_have_the_same)
async def what_fixed_a_like_case_is_offered(on: Set) -> None:
    ws, [like, fixed] = _slack(on), on.people.played
    assert like.number is not None
    began = wall()
    await on.again(lambda: ws.command("bruno", f"/case remedies C-{fixed.number}", HELP))
    like.acts.append(Act("remedy", "bruno", Span(began, wall())))
    await on.people.watch.told(like.number, "remedy", "tom", 1, None)


async def a_database_that_refuses_a_second_reminder(on: Set) -> None:
    """Have a database that refuses to keep a case, whatever may be wrong with it."""
    await on.buckstop.up()
    await on.buckstop.kill()
    await on.sql("CREATE UNIQUE INDEX reminded_once ON facts (case_id) WHERE name = 'nagged'")


@scene("handlers.passing:_Sweep.give_up:commit", before=a_database_that_refuses_a_second_reminder)
async def a_case_that_cannot_be_kept(on: Set) -> None:
    played = await on.people.play(on.life("rita", "billing", ACK))
    await on.people.watch.noticed(f"parked/C-{played.number}/")
    await on.sql("DROP INDEX reminded_once")
    await on.people.go_on(played, RESOLVE, CONFIRM)


async def a_database_in_which_one_message_flies(on: Set) -> None:
    """Have a database that refuses whenever two messages are to be sent at once."""
    await on.buckstop.up()
    await on.buckstop.kill()
    await on.sql("CREATE UNIQUE INDEX one_flies ON deliveries (state) WHERE state = 'flying'")


async def it_is_mended(on: Set) -> None:
    """Let as many fly as will."""
    await on.sql("DROP INDEX one_flies")


@scene("store.deliveries:SqlOutbox.release:commit", before=a_database_in_which_one_message_flies, between=it_is_mended)
async def what_is_to_be_sent_cannot_be_written_down(on: Set) -> None:
    await on.people.play(on.life("rita", "billing", ACK, RESOLVE, CONFIRM))


async def _the_card(on: Set) -> DiscordMessage:
    """Wait until a card stands in Discord's channel, and return it."""
    there = _discord(on)

    async def cards() -> list[DiscordMessage]:
        return [one for one in await there.messages(HELP) if one.author == there.bot_user_id]

    [card] = await there.until(cards)
    return card


async def _note(on: Set, about: str) -> None:
    """Note something, so that the card is to be drawn anew."""
    there = _discord(on)
    await on.again(lambda: there.command("tom", "case note", {"case": "C-1", "text": about}, HELP))


async def _delete_the_card(on: Set) -> None:
    card = await _the_card(on)
    await _discord(on).do("delete_message", channel=HELP, message=card.id)


async def a_card_that_was_deleted_three_times(on: Set) -> None:
    """Have a card that stands for the fourth time."""
    there = _discord(on)
    what = {"what": "the letter never came", "service": "website"}
    await on.again(lambda: there.command("tom", "case report", what, HELP))
    for time in ("first", "second", "third"):
        await _delete_the_card(on)
        await _note(on, f"the {time} time")
    await _the_card(on)


@scene("adapters.discord.posting:put:send#2", before=a_card_that_was_deleted_three_times)
async def a_card_is_deleted_a_fourth_time(on: Set) -> None:
    await _delete_the_card(on)
    await _note(on, "the fourth time")
    await _the_card(on)


async def _slack_cards(on: Set) -> list[Message]:
    return [one for one in await _slack(on).messages(HELP) if one.metadata]


async def a_card_whose_thread_is_gone(on: Set) -> None:
    """Have a case that was reported by a message in Slack, which was deleted together with what stood in its thread."""
    ws = _slack(on)
    await ws.set(settings={"lost_thread_error": "thread_not_found"})
    await ws.until_connected()
    said = await ws.say("rita", "@buckstop report billing: the letter never came", HELP)
    await ws.until(lambda: _slack_cards(on))
    await on.buckstop.kill()
    client = AsyncWebClient(token=ws.bot_token, base_url=ws.api_url)
    for answer in [one for one in await ws.messages(HELP) if one.bot_id and one.thread_ts == said.ts]:
        await client.chat_delete(channel=answer.channel, ts=answer.ts)
    await ws.delete("rita", HELP, str(said.ts), wait=False)


@scene("adapters.slack.outbound:SlackMessenger._post:chat_postMessage#2", before=a_card_whose_thread_is_gone)
async def a_card_stands_beside_its_thread(on: Set) -> None:
    ws = _slack(on)
    await on.again(lambda: ws.command("rita", "/case chase C-1 still nothing", HELP))
    [card] = await ws.until(lambda: _slack_cards(on))
    assert card.thread_ts is None
