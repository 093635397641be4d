"""Open a case from what somebody reported: who has it, where its card goes, and how it is taken back if it was none."""

from dataclasses import replace
from datetime import timedelta

from bot.chat import Pointed, Reacted, Reply
from bot.escalation.case import Case, Place
from bot.escalation.facts import Joined
from bot.escalation.requests import Report
from bot.escalation.words import CaseId, PersonId, Text, case_name
from bot.handlers import announcing
from bot.handlers.acting import answer, faulty
from bot.handlers.finding import case_meant
from bot.handlers.remembered import from_json, to_json
from bot.handlers.reports import service_of, title_of
from bot.handlers.standing import show_at_home
from bot.handlers.turn import Turn
from bot.handlers.typed import values_of
from bot.handlers.understanding import Wish, direct
from bot.handlers.values import LONGEST_TEXT, Values
from bot.handlers.verbs import Faults
from bot.ports import Where
from bot.wording import faults
from bot.wording.announcing import explains
from bot.wording.fate import fate_line

HOUR = timedelta(hours=1)
_AS_THE_RECEIPT = 2  # lines


async def report(turn: Turn, wish: Wish) -> Reply:
    """Open a case, or the form for one."""
    given = wish.given or values_of("report", wish.words, turn.org)
    values = Values(given, turn.by, turn.org, turn.now)
    request = _request(values, turn)
    if values.errors or values.missing:
        return faulty(turn, wish, None, given, Faults(values.errors, tuple(values.missing)))
    return await _open(turn, wish, request)


async def capture(turn: Turn, reacted: Reacted | Pointed) -> Reply:
    """Report the message that somebody reacted to or pointed at: they are the reporter, its author is affected."""
    # One after the other: of several people who react at one moment, all but the first must see the case that there is.
    place = reacted.place
    await turn.tx.answered(f"report/{place.platform}/{place.workspace}/{place.conversation}/{place.message}")
    there = await turn.tx.cases(Where(thread=thread_on(place), limit=1))
    if there:
        name, fate = case_name(there[0].id), fate_line(there[0], turn.org, turn.now)
        return Reply(lines=(faults.already_reported(name), fate), refused=True, case=there[0].id)
    # A private case leaves no trace at the message, so that it is remembered for each who reported it, and only for them.
    mine = f"private/{reacted.place.platform}/{reacted.place.workspace}/{reacted.place.conversation}/{reacted.place.message}/{turn.by}"
    kept = await turn.tx.answered(mine)
    if kept is not None:
        return from_json(kept)
    reply = await _captured(turn, reacted)
    if reply.case is not None and turn.held[reply.case].private:
        await turn.tx.remember(mine, to_json(reply))
    return reply


async def _captured(turn: Turn, reacted: Reacted | Pointed) -> Reply:
    wish = Wish("report", words=_with_link(reacted.text.strip(), reacted.link))
    values = Values(values_of("report", wish.words, turn.org), turn.by, turn.org, turn.now)
    request = _request(values, turn)
    if values.errors or values.missing:
        return Reply(lines=(faults.nothing_to_report(), *values.errors.values()), refused=True)
    return await _open(turn, wish, replace(request, author=_author(turn, reacted)))


async def undo(turn: Turn, wish: Wish) -> Reply:
    """Take back a report that was never a case."""
    number = wish.case
    if number is None and isinstance(turn.inbound, Reacted):
        there = await turn.tx.cases(Where(thread=thread_on(turn.place), limit=1))
        if not there:
            return Reply()
        number = there[0].id
    case = await case_meant(turn, "undo", number)
    if isinstance(case, Reply):
        return case
    return await _take_back(turn, case)


async def _take_back(turn: Turn, case: Case) -> Reply:
    within = turn.org.rules.undo_report_within
    if turn.by not in await _who_made_it(turn, case):
        return Reply(lines=(faults.may_not_undo(),), refused=True, case=case.id)
    if not case.live or turn.now > case.opened_at + within:
        return Reply(lines=(faults.too_late_to_undo(within),), refused=True, case=case.id)
    await turn.tx.forget_report(case.id)
    line = faults.taken_back(case_name(case.id), case.title, turn.org.name_of(turn.by))
    for person in {case.owner, case.accountable, *case.keyholders} - {turn.by}:
        await turn.tx.notify(f"undone/{case.id}/{person}", person, line)
    return Reply(lines=(faults.undone(case_name(case.id)),), case=case.id)


async def _who_made_it(turn: Turn, case: Case) -> set[PersonId]:
    """Return who reported it, and whose message it was: affected from the start. Its owner could make any report vanish."""
    later = {fact.what.person for fact in await turn.tx.timeline(case.id) if isinstance(fact.what, Joined)}
    return {*case.keyholders, *case.affected} - (later - set(case.keyholders))


def _request(values: Values, turn: Turn) -> Report:
    """Read the values of a report; a service that is not named is found by its keywords."""
    text, title = values.words("text"), values.words("title")
    whole = _whole(title, text) or values.text("title")
    service = values.service("service") or service_of(whole, turn.org) or next(iter(turn.org.services))
    concerned = values.people("concerned")
    private = values.check("private") or bool(concerned) or turn.org.services[service].private
    return Report(
        id=CaseId(0),  # given when it is opened: a faulty report must not use a number up
        by=turn.by,
        service=service,
        title=Text(title_of(whole)),
        text=whole,
        severity=values.severity("severity"),
        asked_before=values.count("asked_before"),
        private=private,
        concerned=concerned,
        place=None if private else thread_on(turn.place),
    )


def _whole(title: Text | None, text: Text | None) -> Text | None:
    """Put title and text together, unless one says the other already: a title is cut for show, and nothing may be lost."""
    if title is None or text is None or text.startswith(title.removesuffix("…")):
        return text or title
    return Text(f"{title}\n{text}")


async def _open(turn: Turn, wish: Wish, request: Report) -> Reply:
    again = await too_many(turn)
    if again is not None:
        return again
    planned = await announcing.explaining(turn.tx, request.service, turn.org, turn.now)
    opened = replace(request, id=await turn.tx.next_case(), announced=planned.name if planned else None)
    decision = await turn.decide(None, opened)
    receipt = answer(turn, wish, opened, decision)
    if decision.case is None or decision.refusal is not None:
        return receipt
    await show_card(turn, decision.case)
    if planned is not None:
        receipt = replace(receipt, lines=(*receipt.lines, explains(planned, turn.org, turn.now)))
    # The receipt says who has it and what comes next, and nothing besides.
    return replace(receipt, told=len(receipt.lines) == _AS_THE_RECEIPT and not decision.case.private)


async def too_many(turn: Turn) -> Reply | None:
    """Return the answer for somebody who has reported as much as one person may within an hour."""
    limit = turn.org.rules.reports_per_hour
    within = await turn.tx.reported_since(turn.by, turn.now - HOUR, limit)
    if len(within) < limit:
        return None
    return Reply(lines=(faults.too_many_reports(limit, min(within) + HOUR),), refused=True)


async def show_card(turn: Turn, case: Case) -> None:
    """Put a card where the report was made; from direct messages, or where the service is at home elsewhere, into its channel too."""
    here = () if case.private or direct(turn.place) else (thread_on(turn.place),)
    for place in here:
        await turn.tx.show_card(case.id, place)
    await show_at_home(turn, case, here)


def thread_on(place: Place) -> Place:
    """Return the place of the thread that hangs on a message, or in which it stands."""
    return Place(place.platform, place.workspace, place.conversation, place.message, place.thread or place.message)


def _with_link(text: str, link: str | None) -> str:
    """Return a message with the link to it. What is too long for a case stands there in full."""
    if link is None or not text:
        return text
    room = LONGEST_TEXT - len(link) - 2
    return f"{text if len(text) <= room else text[: room - 1] + '…'}\n{link}"


def _author(turn: Turn, reacted: Reacted | Pointed) -> PersonId | None:
    author = turn.org.who_is(reacted.author) if reacted.author is not None else None
    return author if author in turn.org.people else None
