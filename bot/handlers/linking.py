"""Two accounts become one person's: a code is asked for by one and typed by the other.

Whichever of the two stands in the configuration is who both are from then on; of two newcomers, whoever asked for the code. What either
did before is theirs, whatever it says in the records.
"""

from datetime import timedelta

from bot.chat import Button, Line, Reply
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.handlers import codes
from bot.handlers.acting import faulty
from bot.handlers.presence import reckon
from bot.handlers.turn import Turn
from bot.handlers.understanding import Wish
from bot.handlers.verbs import Faults
from bot.ports import Known, LinkCode
from bot.wording import linking as worded
from bot.wording.people import named_platform

COUNTS_FOR = timedelta(minutes=10)
WITHIN, MOST_WRONG = timedelta(hours=1), 10
_UNDO = frozenset({"undo", "off", "take back", "takeback"})


async def link(turn: Turn, wish: Wish) -> Reply:
    """Hand out a code, take one, or let accounts be different people again."""
    words = str(wish.given.get("code") or wish.words).strip()
    if words.lower() in _UNDO:
        return await _undo(turn)
    if words:
        return await _entered(turn, wish, words)
    if wish.pressed or wish.form is not None:
        return faulty(turn, wish, None, {}, Faults({}, ("code",)))
    return await _handed_out(turn)


async def prefer(turn: Turn, wish: Wish) -> Reply:
    """Choose the platform on which they are written to first."""
    there = _platforms(turn.org, turn.by, turn.place.platform)
    raw = str(wish.given.get("platform") or wish.words).strip()
    if not raw:
        return Reply(lines=(worded.can_choose(there, _first(turn, turn.by)),))
    platform = named_platform(raw)
    if platform not in there:
        return Reply(lines=(worded.no_such_way(raw, there),), refused=True)
    await turn.tx.know(Known(turn.by, prefers=platform))
    return Reply(lines=(worded.prefers(platform, [other for other in there if other != platform]),))


def _platforms(org: Org, person: PersonId, *more: str) -> tuple[str, ...]:
    """Return where a person can be written to, as far as is known: where they have accounts, and where they are speaking."""
    known = org.people.get(person)
    accounts = [account.platform for account in known.accounts if account not in known.closed] if known else []
    return tuple(dict.fromkeys((*accounts, *more)))


async def _handed_out(turn: Turn) -> Reply:
    code, until = codes.new_code(), turn.now + COUNTS_FOR
    kept = LinkCode(turn.by, codes.digest(code), turn.place.platform, turn.place.workspace, until)
    await turn.tx.keep_code(kept)
    return Reply(lines=worded.code(code, until), buttons=(Button("link", "I have a code"),), instead=(worded.shown_before(),))


async def _entered(turn: Turn, wish: Wish, words: str) -> Reply:
    code = codes.read_code(words)
    if code is None:
        return _refused(wish, worded.no_code())
    since = turn.now - WITHIN
    if await turn.tx.guesses(turn.by, since) >= MOST_WRONG:
        return _refused(wish, worded.too_many(MOST_WRONG, WITHIN))
    # Used up by whoever enters it, whatever comes of it: typed where others read along, it must be of no use to them.
    offered = await turn.tx.use_code(codes.digest(code))
    if offered is None:
        await turn.tx.guessed(turn.by, since, turn.now)
        return _refused(wish, worded.wrong())
    if offered.until <= turn.now:
        return _refused(wish, worded.expired())
    return await _matched(turn, wish, offered)


def _refused(wish: Wish, line: Line) -> Reply:
    if wish.form is not None:
        return Reply(errors={"code": "".join(str(part) for part in line)}, refused=True)
    return Reply(lines=(line,), refused=True)


async def _matched(turn: Turn, wish: Wish, offered: LinkCode) -> Reply:
    org, giver = turn.org, turn.org.who_is(offered.person)
    here, there = (turn.place.platform, turn.place.workspace), (offered.platform, offered.workspace)
    if giver == turn.by:
        return _refused(wish, worded.same_account(here[0]) if here == there else worded.already_one((there[0], here[0])))
    if giver not in org.people:
        return _refused(wish, worded.expired())
    if _configured(org, giver) and _configured(org, turn.by):
        return _refused(wish, worded.both_configured())
    both = _in_both(org, giver, turn.by)
    if both is not None:
        return _refused(wish, worded.taken(both))
    stays, goes = (turn.by, giver) if _configured(org, turn.by) else (giver, turn.by)
    return await _joined(turn, stays, goes, (there[0], here[0]), org.name_of(giver))


def _configured(org: Org, person: PersonId) -> bool:
    return person in org.people and org.people[person].configured


def _in_both(org: Org, one: PersonId, other: PersonId) -> str | None:
    """Return the platform on which both have an account in the same workspace."""
    theirs = {(a.platform, a.workspace) for a in org.people[one].accounts}
    known = org.people.get(other)
    return next((a.platform for a in known.accounts if (a.platform, a.workspace) in theirs), None) if known else None


async def _joined(turn: Turn, stays: PersonId, goes: PersonId, where: tuple[str, str], other: str) -> Reply:
    await turn.tx.know(Known(goes, same_as=stays))
    count = await reckon(turn, (stays,))
    every = _platforms(turn.org, stays, *where)
    await turn.tx.notify(f"linked/{goes}/{turn.now.isoformat()}", stays, worded.told(every))
    return Reply(lines=worded.joined(every, _first(turn, stays), count, other))


def _first(turn: Turn, person: PersonId) -> str | None:
    ways = turn.settings.routes.addresses(person, turn.org, ()) if turn.settings.routes is not None else ()
    return ways[0].platform if ways else None


async def _undo(turn: Turn) -> Reply:
    before = turn.org.ids_of(turn.by)
    for one in before[1:]:
        await turn.tx.know(Known(one, same_as=one))
    if (await turn.tx.org()).ids_of(before[0]) == before:
        return Reply(lines=(worded.nothing_to_undo(),), refused=True)
    return Reply(lines=(worded.undone(await reckon(turn, before)),))
