"""Does the quick check see whatever breaks a chain, and do several processes find what one finds?"""

import pytest

from bot.store.database import Database
from bot.store.verify import verify
from tests.store.test_verify import tamper, two_cases

BROKEN = {
    "nothing": (),
    "a fact's bytes": ("UPDATE facts SET body = CAST('{}' AS BLOB) WHERE case_id = 1 AND n = 2",),
    "a fact made text of": ("UPDATE facts SET body = CAST(body AS TEXT) || ' ' WHERE case_id = 1 AND n = 2",),
    "a hash": ("UPDATE facts SET hash = head FROM cases WHERE case_id = 1 AND n = 3 AND id = 2",),
    "a fact in the middle": ("DELETE FROM texts WHERE case_id = 1 AND n = 3", "DELETE FROM facts WHERE case_id = 1 AND n = 3"),
    "the end": ("DELETE FROM texts WHERE case_id = 1 AND n = 6", "DELETE FROM facts WHERE case_id = 1 AND n = 6"),
    "all facts": ("DELETE FROM texts WHERE case_id = 2", "DELETE FROM facts WHERE case_id = 2"),
    "what the row says of the end": ("UPDATE cases SET head = x'00' WHERE id = 2",),
    "the last case's number of facts": ("UPDATE cases SET version = 7 WHERE id = 2",),
}


async def found(database: Database, *, fold: bool, processes: int = 1) -> list[str]:
    return [str(fault) async for fault in verify(database, fold=fold, processes=processes)]


@pytest.mark.parametrize("statements", BROKEN.values(), ids=BROKEN.keys())
async def test_the_quick_check_sees_what_breaks_a_chain(sqlite: Database, statements: tuple[str, ...]) -> None:
    await two_cases(sqlite)
    await tamper(sqlite, *statements)

    quick = await found(sqlite, fold=False)

    assert bool(quick) is bool(statements)
    assert quick == await found(sqlite, fold=True)


async def test_several_processes_find_what_one_finds(sqlite: Database) -> None:
    await two_cases(sqlite)
    await tamper(sqlite, "UPDATE cases SET owner = 'sam' WHERE id = 1", "UPDATE cases SET head = x'00' WHERE id = 2")

    alone = await found(sqlite, fold=True)

    assert len(alone) == 2
    assert await found(sqlite, fold=True, processes=2) == alone
    assert await found(sqlite, fold=False, processes=2) == await found(sqlite, fold=False) != alone
