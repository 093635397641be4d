"""Forget a person: who they are, what they wrote, and what names them in others' words.

What was hashed stays: in it people are keys and texts are digests, so every timeline still adds up and every hash still fits. Gone are the
rows that said who is behind a key and what stands behind a digest; each case is then written as its facts now add up.
"""

import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.case import Case
from bot.escalation.org import Org
from bot.escalation.words import CaseId, PersonId, case_name
from bot.store import likeness
from bot.store.codec import ERASED, Unkeyed, fold_written, read_fact, write_case
from bot.store.elsewhere import erase_elsewhere
from bot.store.outbox import enqueue_notice
from bot.store.rows import load_cases, some
from bot.store.tables import LIVE, case_people, cases, compact, facts, people, people_keys, texts
from bot.store.timeline import keys_of
from bot.store.traces import Traces
from bot.store.writing import columns_of, moves

_SHORTEST_WORD = 3  # an id of two letters stands in too many words of others
_AT_ONCE = 5000

_TOLD_OWNER = "{case}: whoever reported it was forgotten at their wish, with what they wrote. It goes on; an admin may confirm for them."

TextRef = tuple[int, int, str]  # the case, the number of the fact, the digest


@dataclass(slots=True)
class Survey:
    """What there is of a person, before anything is done."""

    person: PersonId
    ids: tuple[PersonId, ...]
    words: tuple[str, ...]  # what names them
    configured: bool
    owing: list[tuple[CaseId, str]] = field(default_factory=list)  # live cases that would lose who must act, and as what
    reported: list[tuple[CaseId, PersonId]] = field(default_factory=list)  # live ones that lose who may confirm, and their owners
    cases: set[CaseId] = field(default_factory=set)  # in which they, or words of theirs or about them, stand
    wrote: dict[TextRef, str] = field(default_factory=dict)
    naming: dict[TextRef, str] = field(default_factory=dict)  # texts of others
    hashed: list[tuple[CaseId, int]] = field(default_factory=list)  # facts whose very bytes name them: these cannot be erased

    @property
    def nothing(self) -> bool:
        """Tell whether nobody of that name is known at all."""
        return not (self.configured or self.ids or self.cases)


async def survey(conn: AsyncConnection, org: Org, person: PersonId, also: Collection[str] = (), but: Collection[str] = ()) -> Survey:
    """Return what there is of a person.

    Args:
        conn: any connection.
        org: the organisation as it is now.
        person: their id, or any that they had.
        also: further words that name them, a nickname for instance.
        but: of the words that would be looked for, those that say something else too.
    """
    ids = org.ids_of(person)
    known = list(await conn.scalars(select(people.c.id).where(people.c.id.in_(ids))))
    keys = list(await conn.scalars(select(people_keys.c.key).where(people_keys.c.person.in_(ids))))
    there = any(one in org.people for one in ids) or bool(known) or bool(keys)
    words = await _words(conn, org, ids)
    chosen = tuple(sorted((words | set(also)) - set(but)))
    found = Survey(
        person, ids if there else (), chosen if there else (), any(one in org.people and org.people[one].configured for one in ids)
    )
    if there:
        await _live(conn, org, found)
        await _written(conn, found, frozenset(keys))
    return found


async def _words(conn: AsyncConnection, org: Org, ids: Sequence[PersonId]) -> set[str]:
    """Return what names a person: ids, names, addresses and accounts, of now and as the rows have them."""
    words = {str(one) for one in ids if len(one) >= _SHORTEST_WORD}
    for one in (org.people[one] for one in ids if one in org.people):
        words |= {one.name, one.email or "", *(account.id for account in one.accounts)}
    for row in await conn.execute(select(people.c.name, people.c.accounts).where(people.c.id.in_(ids))):
        accounts = [{"id": held} if isinstance(held, str) else held for held in row.accounts.values()]
        words |= {row.name or "", *(account.get(what) or "" for account in accounts for what in ("id", "email"))}
    return words - {"", "somebody"}


async def _live(conn: AsyncConnection, org: Org, found: Survey) -> None:
    on = select(case_people.c.case_id).where(case_people.c.person.in_(found.ids))
    numbers = [CaseId(case) for case in await conn.scalars(select(cases.c.id).where(cases.c.id.in_(on), text(LIVE)).order_by(cases.c.id))]
    for number, case in (await load_cases(conn, numbers)).items():
        roles = {"owner": case.owner, "accountable": case.accountable, "asked to take it over": case.offer.to if case.offer else None}
        owing = [role for role, who in roles.items() if who in found.ids]
        found.owing += [(number, " and ".join(owing))] if owing else []
        found.reported += [(number, case.owner)] if set(case.keyholders) & set(found.ids) else []
    found.owing.sort()
    found.reported.sort()


async def _written(conn: AsyncConnection, found: Survey, keys: frozenset[int]) -> None:
    """Find in which cases they stand, and the texts that they wrote or that name them."""
    traces = Traces({}, found.words)
    theirs: set[tuple[int, int]] = set()
    named = re.compile(rb"[:\[](?:%s)[,\]}]" % b"|".join(b"%d" % key for key in sorted(keys))) if keys else None
    async for case, n, body in _bodies(conn):
        # The expression only spares reading most of them: a key is a number like any other.
        if named is not None and named.search(body) and keys & _keys_in(case, n, fact := json.loads(body)):
            found.cases.add(case)
            if fact["by"] in keys:
                theirs.add((case, n))
        if traces.named_in(body.decode("utf-8", "replace")):
            found.hashed.append((case, n))
    found.wrote = {ref: said async for ref, said in _typed(conn) if ref[:2] in theirs}
    # What somebody said is said again by others' facts: the title of the change that came of it, say.
    again = frozenset(found.wrote.values())
    others = ((ref, said) async for ref, said in _typed(conn) if ref[:2] not in theirs)
    found.naming = {ref: said async for ref, said in others if said in again or traces.named_in(said)}
    found.cases |= {CaseId(case) for case, _, _ in (*found.wrote, *found.naming)}


def _keys_in(case: CaseId, n: int, body: dict[str, Any]) -> set[int]:
    """Return who is named in a fact."""
    there = Unkeyed()
    read_fact(case, n, body, there)
    return there.unknown


async def _bodies(conn: AsyncConnection) -> AsyncIterator[tuple[CaseId, int, bytes]]:
    last, at = 0, 0
    while True:
        after = (facts.c.case_id > last) | ((facts.c.case_id == last) & (facts.c.n > at))
        part = select(facts.c.case_id, facts.c.n, facts.c.body).where(after).order_by(facts.c.case_id, facts.c.n).limit(_AT_ONCE)
        rows = (await conn.execute(part)).all()
        for row in rows:
            yield CaseId(row.case_id), row.n, row.body.encode() if isinstance(row.body, str) else row.body
        if len(rows) < _AT_ONCE:
            return
        last, at = rows[-1].case_id, rows[-1].n


async def _typed(conn: AsyncConnection) -> AsyncIterator[tuple[TextRef, str]]:
    key = (texts.c.case_id, texts.c.n, texts.c.digest)
    last: tuple[Any, ...] = (0, 0, "")
    while True:
        part = select(*key, texts.c.text).where(tuple_(*key) > tuple_(*last), texts.c.text.is_not(None)).order_by(*key).limit(_AT_ONCE)
        rows = (await conn.execute(part)).all()
        for row in rows:
            yield (row.case_id, row.n, row.digest), row.text
        if len(rows) < _AT_ONCE:
            return
        last = tuple(rows[-1][:3])


async def forget(conn: AsyncConnection, found: Survey, now: datetime) -> Mapping[str, int]:
    """Erase what a survey has found, in its transaction, and return how many rows were changed in which table."""
    for case, owner in found.reported:
        await enqueue_notice(conn, f"forgotten/{case_name(case)}/{owner}", owner, (_TOLD_OWNER.format(case=case_name(case)),), now)
    keys = await keys_of(conn, found.ids)  # one for each id, so that what stands in its place is nobody else's
    ids = {person: f"someone forgotten ({key})" for person, key in keys.items()}
    await _erase_texts(conn, [*found.wrote, *found.naming])
    await conn.execute(update(people_keys).where(people_keys.c.key.in_(list(keys.values()))).values(person=None))
    for part in some(sorted(found.cases)):
        await _fold_again(conn, part)
    wrote = [said for said in (*found.wrote.values(), *found.naming.values()) if said != ERASED]
    changed = await erase_elsewhere(conn, Traces(ids, found.words, wrote))
    return {"texts": len(found.wrote) + len(found.naming), "cases": len(found.cases), **changed}


async def _erase_texts(conn: AsyncConnection, refs: Sequence[TextRef]) -> None:
    by_fact: dict[tuple[int, int], list[str]] = defaultdict(list)
    for case, n, digest in refs:
        by_fact[case, n].append(digest)
    for (case, n), digests in by_fact.items():
        these = (texts.c.case_id == case, texts.c.n == n, texts.c.digest.in_(digests))
        await conn.execute(update(texts).where(*these).values(salt=None, text=None))


async def _fold_again(conn: AsyncConnection, numbers: Sequence[CaseId]) -> None:
    """Write these cases as their facts now add up; nothing else about them changes."""
    # Locked before anything is read: what somebody does to one of them at this moment comes before or after.
    locked = select(cases.c.id, cases.c.forgotten).where(cases.c.id.in_(numbers)).order_by(cases.c.id).with_for_update()
    hidden = {row.id for row in await conn.execute(locked) if row.forgotten is not None}
    bodies: dict[int, list[dict[str, Any]]] = defaultdict(list)
    these = select(facts.c.case_id, facts.c.body).where(facts.c.case_id.in_(numbers)).order_by(facts.c.case_id, facts.c.n)
    for row in await conn.execute(these):
        bodies[row.case_id].append(json.loads(row.body))
    persons = {row.key: row.person for row in await conn.execute(select(people_keys))}
    typed = {row.digest: row.text for row in await conn.execute(select(texts).where(texts.c.case_id.in_(numbers)))}
    for number, written in bodies.items():
        await _write(conn, fold_written(written, Unkeyed(persons, typed)), hidden=number in hidden)


async def _write(conn: AsyncConnection, case: Case, *, hidden: bool) -> None:
    row = columns_of(case) | {"state": compact(write_case(case)), "text": case.text}
    await conn.execute(update(cases).where(cases.c.id == case.id).values(row))
    await conn.execute(delete(case_people).where(case_people.c.case_id == case.id))
    listed = [{"person": person, "case_id": case.id, "moves": moving} for person, moving in moves(case).items()]
    await conn.execute(insert(case_people), listed)
    await likeness.drop(conn, case.id)
    if not hidden and case.title != ERASED:
        await likeness.keep(conn, case, None)
