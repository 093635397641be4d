"""Was every promise of DESIGN.md section 2 kept in a seed? The tables and the platforms' journal are compared, without the engine."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from bot.store.verify import verify
from tests.simulation.clocks import full_time
from tests.simulation.demands import demanded
from tests.simulation.driver import Mortal
from tests.simulation.people import People, Said_
from tests.simulation.thresholds import digest_after, from_micros, micros
from tests.simulation.timelines import Delivered, Entry, Tables, tables
from tests.simulation.world import World

_FADES = {"nag", "brief", "question", "confirm", "offer", "recheck", "lacked", "remedy", "cause", "consent"}
_MARKED = {  # whose words are kept, and in which fact
    "report": ("reported",),
    "chase": ("chased",),
    "note": ("noted", "answered"),
    "thread": ("noted", "answered"),
    "ask": ("asked",),
    "answer": ("answered", "noted"),
    "escalate": ("escalated", "noted"),  # noted where nobody above could be reached
    "withdraw": ("withdrawn",),
    "reopen": ("reopened", "merged"),  # a merge is undone by it
    "handover": ("handover_offered",),
    "resolve": ("resolved",),
}


async def judge(world: World, people: People) -> list[str]:
    """Return every promise that was broken."""
    database = Mortal(9, world.disk)
    found = [f"verify: {fault}" async for fault in verify(database)]
    database.cut()
    told = tables(world.reader, world.facts, world.fact_at)
    for part in (_names, _once, _arrived, _demands, _superseded, _dropped, _given_up, _digests):
        found += part(world, told)
    found += _answers(people, told)
    found += full_time(world, told)
    return found


def _names(world: World, told: Tables) -> Iterator[str]:
    """Every live case has an owner and a due time, and none was set aside."""
    for case, why in world.reader.execute("SELECT id, parked FROM cases WHERE parked IS NOT NULL"):
        yield f"C-{case} was set aside: {why}"
    for (case,) in world.reader.execute("SELECT id FROM cases WHERE status <> 'closed' AND (owner IS NULL OR owner = '' OR due IS NULL)"):
        yield f"C-{case} has no owner or no due time"


def _once(world: World, told: Tables) -> Iterator[str]:
    """No key arrived twice, alone or in a bundle, and nothing arrived that nobody had queued."""
    seen: Counter[str] = Counter()
    deleted = {post.key for post in world.journal.posts if post.deleted}
    for post in world.journal.posts:
        carried = told.members(post.key)
        if not carried:
            yield f"nobody queued {post.key}, which arrived at {post.wall}"
        for row in carried:
            seen[row.key] += 1
        if len(carried) != 1 or carried[0].key != post.key:
            seen[post.key] += 1
    for key, times in seen.items():
        if times > 1 and key not in deleted:
            yield f"{key} arrived {times} times"


def _arrived(world: World, told: Tables) -> Iterator[str]:
    """What is marked as delivered is there, and nothing that could go is left."""
    there = {post.key for post in world.journal.posts}
    now = micros(world.wall())
    for row in told.rows.values():
        if row.state == "delivered" and row.key not in there and row.bundle not in there:
            yield f"{row.key} is marked as delivered, and is not there"
        if row.state == "flying" or (row.state == "waiting" and (row.after is None or row.after < now - 5_000_000)):
            if row.since is not None and row.since > now - 90_000_000:
                continue  # it has just been queued
            yield f"{row.key} was never delivered: {row.state}, {row.why}"


def _demands(world: World, told: Tables) -> Iterator[str]:
    """Whoever must be told of a fact has a delivery for it: the one that is theirs, or another one that came first."""
    told_of = {(row.case, row.fact, row.person) for row in told.rows.values()}
    for entry in _facts(told):
        for kind, person in demanded(entry):
            if (entry.case, entry.n, person) not in told_of and not _out(world, told, entry, person):
                yield f"{entry.place}: {person} was never told ({kind})"


def _out(world: World, told: Tables, entry: Entry, person: str) -> bool:
    """Tell whether somebody was away or gone then, so that another one was told for them, or must not be told."""
    if person in entry.after.get("concerned", ()):
        return True
    at = micros(entry.at)
    away = any(who == person and start <= at for who, start, end in told.absences)
    gone = any(begun <= entry.moment <= ended for who, begun, ended in world.gone if who == person)
    return away or gone


def _facts(told: Tables) -> Iterator[Entry]:
    for entries in told.entries.values():
        yield from entries


def _superseded(world: World, told: Tables) -> Iterator[str]:
    """What was said of a case's state held when it was claimed."""
    for post in world.journal.posts:
        claim = world.claimed_before(post.key, post.at, told)
        for row in told.members(post.key):
            entries = told.entries.get(row.case or 0, ())
            state = next((entry for entry in reversed(entries) if entry.commit <= claim), None)
            about = entries[row.fact - 1] if row.fact and row.fact <= len(entries) else None
            if state is not None and about is not None:
                why = _untrue(row.kind, about, state.after)
                if why is not None:
                    yield f"{row.key} was said although {why}, at {post.wall}"


def _untrue(kind: str, about: Entry, state: dict[str, object]) -> str | None:
    """Return why a message was not to be said any more in this state."""
    status = state["status"]
    needs = {"question": "waiting", "confirm": "resolved"}.get(kind)
    if kind == "nag":
        needs = {"answer": "waiting", "confirmation": "resolved"}.get(str(about.what.get("owed")))
        if needs is None and status not in ("open", "acknowledged", "waiting"):
            return f"the case was {status}"
        if about.what.get("owed") == "acknowledgement" and status == "acknowledged" and not state.get("offer"):
            return "it was acknowledged"
    if needs is not None and status != needs and not (kind == "nag" and state.get("offer")):
        return f"the case was {status}"
    if kind == "offer" and not state.get("offer"):
        return "the offer was over"
    if kind == "brief" and (status == "closed" or state["level"] != about.after["level"]):
        return f"the case was {status} at level {state['level']}"
    return None


def _dropped(world: World, told: Tables) -> Iterator[str]:
    """What was let go had been overtaken by something that happened to its case."""
    for row in told.rows.values():
        if row.state != "dropped" or row.case is None or row.case in told.forgotten or row.fact is None:
            continue
        later = [entry for entry in told.entries[row.case] if entry.n > row.fact]
        if row.kind not in (*_FADES, "card", "echo"):
            yield f"{row.key} was let go, which must always be said: {row.why}"
        elif not later and row.kind not in ("card", "echo") and not _was_for_somebody_away(told, row, told.entries[row.case][row.fact - 1]):
            yield f"{row.key} was let go although nothing has happened since: {row.why}"


def _given_up(world: World, told: Tables) -> Iterator[str]:
    """Whatever was given up was told to an admin."""
    notices = [row for row in told.rows.values() if row.kind == "notice" and row.key.startswith("undelivered/")]
    for row in told.rows.values():
        if row.state != "given_up" or row.kind == "notice":
            continue
        whom = row.person or ""
        if not any(not whom or notice.key.startswith(f"undelivered/{whom}/") for notice in notices):
            yield f"{row.key} was given up, and no admin was told: {row.why}"


def _digests(world: World, told: Tables) -> Iterator[str]:
    """One digest for each channel and local day, without a gap, up to the end."""
    for channel in world.company.channels:
        spans = list(world.reader.execute('SELECT day, start, "end" FROM digests WHERE channel = ? ORDER BY id', (channel,)))
        days = Counter(day for day, _, _ in spans)
        yield from (f"{channel} has {times} digests of {day}" for day, times in days.items() if times > 1)
        for (_, _, end), (day, start, _) in pairwise(spans):
            if end != start:
                yield f"{channel}: the digest of {day} begins at {from_micros(start)}, and the last one ended at {from_micros(end)}"
        first = world.thresholds.one("SELECT min(opened_at) FROM cases WHERE forgotten IS NULL")
        if first is not None:
            after = digest_after(world.company, from_micros(spans[-1][2] if spans else first))
            stepped_back = sum(step.by for step in world.steps if step.by < 0)
            if (world.wall() - after).total_seconds() > 60 - stepped_back:
                yield f"{channel}: no digest of {after}"


def _was_for_somebody_away(told: Tables, row: Delivered, about: Entry) -> bool:
    """Tell whether it was a reminder to somebody's deputy: one that waits for the next day is theirs no more once the other one is back."""
    away = {who for who, start, end in told.absences if start <= micros(about.at) < end}
    return row.kind == "nag" and about.after.get("owner") in away and row.key.rpartition("/")[2] != about.after.get("owner")


def _answers(people: People, told: Tables) -> Iterator[str]:
    """What was answered as done is there, once; what was refused is not."""
    for said in people.said:
        verb = said.verb.removeprefix("form ")
        if verb not in _MARKED:
            continue
        times = sum(told.entries[case][n - 1].name in _MARKED[verb] for case, n in told.texts.get(said.mark, ()))
        if _done(said) and times == 0 and verb == "withdraw" and _withdrawn_before(said, told):
            continue
        if (_done(said) and times != 1) or times > 1 or (times and said.reply is not None and said.reply.refused and not said.reply.again):
            yield f"{said.line}: it stands {times} times in the timelines"


def _withdrawn_before(said: Said_, told: Tables) -> bool:
    return any(entry.name == "withdrawn" and entry.moment < said.at for entry in told.entries.get(said.case or 0, ()))


def _done(said: Said_) -> bool:
    reply = said.reply
    return reply is not None and bool(reply.lines) and not (reply.refused or reply.form or reply.again or reply.errors)
