"""Write facts so that a later change to any of them shows.

Each fact's hash covers its bytes and the hash before it, from a seed that names the case: a fact that is changed, removed, added, moved
or taken from another case breaks the chain.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.escalation.facts import Fact
from bot.escalation.words import CaseId, case_name
from bot.store.codec import Keyed, write_fact
from bot.store.inserts import insert_new
from bot.store.rows import some
from bot.store.tables import compact, facts, people_keys, texts

_KEYS = select(people_keys.c.person, people_keys.c.key).where(people_keys.c.person.in_(bindparam("persons", expanding=True)))
_FACTS, _TEXTS = insert(facts), insert(texts)


def seed(case: CaseId) -> bytes:
    """Return what the first fact of a case is linked to."""
    return hashlib.sha256(f"buckstop {case_name(case)}".encode()).digest()


def link(before: bytes, body: bytes) -> bytes:
    """Return the hash of a fact that follows another."""
    return hashlib.sha256(before + body).digest()


async def append(conn: AsyncConnection, new: Sequence[Fact], head: bytes) -> tuple[bytes, list[dict[str, object]], list[dict[str, object]]]:
    """Return the new head of the chain, and the rows of these facts and of their texts."""
    scribes = [Keyed() for _ in new]
    for fact, scribe in zip(new, scribes, strict=True):
        write_fact(fact, scribe)  # once to learn who is in there
    keys = await keys_of(conn, {person for scribe in scribes for person in scribe.unknown})
    rows, typed = [], []
    for fact, scribe in zip(new, scribes, strict=True):
        scribe.keys = keys
        body = compact(write_fact(fact, scribe)).encode("utf-8", "surrogatepass")
        head = link(head, body)
        rows.append({"case_id": fact.case, "n": fact.n, "name": fact.what.name, "at": fact.at, "body": body, "hash": head})
        typed += [
            {"case_id": fact.case, "n": fact.n, "digest": digest, "salt": salt, "text": text}
            for text, (digest, salt) in scribe.texts.items()
        ]
    return head, rows, typed


async def keys_of(conn: AsyncConnection, persons: Iterable[str]) -> Mapping[str, int]:
    """Return the keys that stand for these people in hashed bytes, new ones where they have none."""
    wanted = sorted(set(persons))
    found = await _keys(conn, wanted)
    missing = [person for person in wanted if person not in found]
    if missing:
        add = insert_new(conn, people_keys).returning(people_keys.c.person, people_keys.c.key)
        made = await conn.execute(add, [{"person": person} for person in missing])
        found.update({row.person: row.key for row in made})
        found |= await _keys(conn, [person for person in missing if person not in found])  # another process came first
    return found


async def _keys(conn: AsyncConnection, persons: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in some(persons):
        rows = await conn.execute(_KEYS, {"persons": part})
        found.update({row.person: row.key for row in rows})
    return found


async def write(conn: AsyncConnection, rows: list[dict[str, object]], typed: list[dict[str, object]]) -> None:
    """Write the rows of facts and of their texts."""
    await conn.execute(_FACTS, rows)
    if typed:
        await conn.execute(_TEXTS, typed)
