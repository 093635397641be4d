"""What does each call of the HTTP API do?

Functions from a checked body or query to JSON, without HTTP: a person's words go to the desk, a person's message into the mailbox,
and everything that is read comes from the store. Faults are raised as `Fault`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.adapters.local import winding
from bot.adapters.local.drawing import Json, answer_json, case_json, letter_json, whole_case_json, zone_of
from bot.adapters.local.inbound import Body, case_number, place_of, pressed
from bot.adapters.local.pictures import charts
from bot.adapters.local.workspace import PLATFORM, WORKSPACE, Fault, Workspace, conversation, iso, known_person, quoted
from bot.chat import Inbound, Pressed, Reacted, Reply, Said, Submitted
from bot.escalation.case import Case, Place
from bot.escalation.org import Org
from bot.escalation.roles import on_it
from bot.escalation.words import PersonId, case_name
from bot.ports import Letter, Where

_MOST_CASES = 10_000
_USUAL_CASES = 1000
_NO_CASE_NEEDED = frozenset({"report", "dead", "announce"})
_NO_COMMAND: Json = {"reply": {"text": "That is no command; /case help lists what there is.", "refused": True}}
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a call, in which organisation, and the key that this call is known by."""

    person: PersonId
    org: Org
    key: str

    @property
    def at_home(self) -> Place:
        """The person's direct messages with Buckstop."""
        return Place(PLATFORM, WORKSPACE, f"@{self.person}")


# --- reading ---------------------------------------------------------------------------------------------------------------


async def state(work: Workspace, query: Query) -> Json:
    """Say what time it is, who there is, and where one can talk."""
    org, due = await _org(work), await _next_event(work)
    people = [{"id": p.id, "name": p.name, "manager": p.manager, "team": p.team} for p in org.people.values() if not p.gone]
    return {
        "now": iso(work.clock.now()),
        "people": people,
        "channels": list(work.channels),
        "clock": work.clock.kind,
        "organisation": org.name,
        "zone": org.zone,
        "reactions": list(work.reactions),
        "next": iso(due) if due else None,
    }


async def messages(work: Workspace, query: Query) -> list[Json]:
    """Return what a person sees in direct messages, or what is in a channel."""
    if "as" not in query and "channel" not in query:
        raise Fault(400, 'Say whose direct messages with "as", or which channel with "channel".')
    person = known_person(query["as"], await _org(work)) if "as" in query else None
    place = conversation(query.get("channel"), person, work.channels)
    letters = await work.mailbox.letters(place)
    shown = await charts(work, letters)
    return [letter_json(letter, shown.get(letter.id)) for letter in letters]


async def cases(work: Workspace, query: Query) -> list[Json]:
    """Return the cases, the newest first: all of them, or what one person may see."""
    async with work.store.read() as reading:
        org = await reading.org()
        person = known_person(query["as"], org) if "as" in query else None
        found = await reading.cases(Where(limit=_limit(query)))
    now, zone = work.clock.now(), zone_of(person, org)
    return [case_json(case, org, now, zone) for case in found if _may_see(person, case, org, work)]


async def one_case(work: Workspace, query: Query, name: str) -> Json:
    """Return one case with its timeline, its chain and what comes next."""
    number = case_number(name)
    async with work.store.read() as reading:
        org, case = await reading.org(), await reading.case(number)
        person = known_person(query["as"], org) if "as" in query else None
        # A private case and one that does not exist read the same: the difference would tell that it exists.
        if case is None or not _may_see(person, case, org, work):
            raise Fault(404, f"There is no case {case_name(number)}.")
        facts = await reading.timeline(number)
    return whole_case_json(case, facts, org, work.clock.now(), zone_of(person, org))


async def story(work: Workspace, query: Query) -> list[Mapping[str, Any]]:
    """Return the steps of the demo's story."""
    return list(work.story())


def _limit(query: Query) -> int:
    given = query.get("limit", str(_USUAL_CASES))
    if not (given.isascii() and given.isdigit() and len(given) <= 9 and 1 <= int(given) <= _MOST_CASES):
        raise Fault(400, f'"limit" must be a number from 1 to {_MOST_CASES}.')
    return int(given)


def _may_see(person: PersonId | None, case: Case, org: Org, work: Workspace) -> bool:
    return person is None or not case.private or on_it(person, case, org, work.clock.now())


# --- saying and doing ------------------------------------------------------------------------------------------------------


async def say(work: Workspace, body: Body, key: str) -> Json:
    """Say something: a command is answered and leaves no message, anything else is kept as one."""
    text = body.text("text")
    caller = await _caller(work, body, key)
    to = conversation(body.optional("channel"), caller.person, work.channels)
    thread = await _thread(work, body.optional("thread"), to)
    place = Place(PLATFORM, WORKSPACE, to, thread=thread)
    if text.lstrip().startswith("/"):
        answer = await _answered(work, caller, Said(key, caller.person, place, text.strip()), always=True)
        return answer if answer.get("reply") != {"text": ""} else _NO_COMMAND
    # Kept first and by key: after a crash in between, the same call finds it there and goes on with the desk.
    letter = Letter("", key, work.clock.now(), str(caller.person), to, text, thread)
    kept = await work.mailbox.post(letter)
    said = Said(key, caller.person, replace(place, message=kept.id), text)
    return {"message": kept.id} | await _answered(work, caller, said, always=False)


async def press(work: Workspace, body: Body, key: str) -> Json:
    """Press a button of a message, or one that came with an answer: those have no message, and most have a case."""
    caller = await _caller(work, body, key)
    button, case, message = body.name("button"), body.case(), body.optional("message")
    if message is None and (case is not None or button.partition("-")[0] in _NO_CASE_NEEDED):
        return await _answered(work, caller, Pressed(key, caller.person, caller.at_home, button, case), always=True)
    letter = await _letter(work, body.name("message"))
    meant = pressed(letter, button, case)
    place = place_of(letter)
    return await _answered(work, caller, Pressed(key, caller.person, place, meant.button, meant.case, meant.version), always=True)


async def submit(work: Workspace, body: Body, key: str) -> Json:
    """Send a form."""
    caller = await _caller(work, body, key)
    form, (values, too_long) = body.name("form"), body.values()
    if too_long:
        return {"errors": too_long}
    return await _answered(work, caller, Submitted(key, caller.person, caller.at_home, form, values), always=True)


async def react(work: Workspace, body: Body, key: str) -> Json:
    """React to a message with an emoji."""
    caller = await _caller(work, body, key)
    emoji = body.name("emoji")
    letter = await _letter(work, body.name("message"))
    if letter.to.startswith("@") and letter.to != f"@{caller.person}":
        raise Fault(404, f"There is no message {quoted(letter.id)} that {caller.org.name_of(caller.person)} can see.")
    if (emoji, str(caller.person)) in letter.reactions:
        return {}
    author = PersonId(letter.sender) if letter.sender in caller.org.people else None
    reacted = Reacted(key, caller.person, place_of(letter), emoji, letter.text, author)
    answer = await _answered(work, caller, reacted, always=False)
    await work.mailbox.react(letter.id, emoji, caller.person)
    return answer


async def wind(work: Workspace, target: str | None) -> Json:
    """Wind the manual clock; everything due on the way happens at its own time. `target` is where an interrupted call was going."""
    # It was checked when it was decided. Meanwhile the clock may have gone further, and it never goes back.
    fired = await work.wind(max(datetime.fromisoformat(target), work.clock.now())) if target else 0
    now = iso(work.clock.now())
    work.events.tell("clock", {"now": now, "fired": fired})
    return {"now": now, "fired": fired}


async def destination(work: Workspace, body: Body) -> str | None:
    """Return the time that a call of the clock is about; None if the next event is meant and there is none."""
    if work.clock.kind != "manual":
        raise Fault(409, f"The clock is {work.clock.kind} here and runs by itself; only a manual clock can be wound.")
    advance, to, now = body.optional("advance"), body.optional("to"), work.clock.now()
    if (advance is None) == (to is None):
        raise Fault(400, 'Say either how far, {"advance": "4h"}, or until when, {"to": "2026-03-02T09:00:00Z"}.')
    if advance is not None:
        return iso(winding.advanced(advance, now))
    if to is not None and to.casefold() != "next":
        return iso(winding.moment(to, now))
    due = await _next_event(work)
    return iso(max(due, now)) if due else None


async def _next_event(work: Workspace) -> datetime | None:
    if work.next_event is not None:
        return await work.next_event()
    async with work.store.read() as reading:
        return await reading.next_due()


async def _answered(work: Workspace, caller: Caller, inbound: Inbound, *, always: bool) -> Json:
    reply = await work.desk.handle(inbound)
    _tell(work, reply, inbound)
    return answer_json(reply, zone_of(caller.person, caller.org), work.clock.now(), always=always)


def _tell(work: Workspace, reply: Reply, inbound: Inbound) -> None:
    # A note, say, sends nobody a message, and the page must show it all the same.
    touched = {reply.case, inbound.case if isinstance(inbound, Pressed) else None} - {None}
    for case in touched:
        if case is not None and not reply.refused:
            work.events.tell("case", {"id": case_name(case)})


async def _org(work: Workspace) -> Org:
    async with work.store.read() as reading:
        return await reading.org()


async def _caller(work: Workspace, body: Body, key: str) -> Caller:
    org = await _org(work)
    return Caller(known_person(body.name("as"), org), org, key)


async def _letter(work: Workspace, message: str) -> Letter:
    letter = await work.mailbox.letter(message)
    if letter is None:
        raise Fault(404, f"There is no message {quoted(message)}.")
    return letter


async def _thread(work: Workspace, thread: str | None, to: str) -> str | None:
    """The root of the thread that is meant; an answer to an answer belongs to the same thread."""
    if thread is None:
        return None
    root = await work.mailbox.letter(thread)
    if root is None or root.to != to:
        raise Fault(404, f"There is no message {quoted(thread)} in {'these direct messages' if to.startswith('@') else to} to answer.")
    return root.thread or root.id
