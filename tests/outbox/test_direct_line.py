"""The admins hear that nothing can be written, by whichever of their ways still works."""

from bot.clock import ManualClock
from bot.escalation.org import Org
from bot.outbox.direct_line import DirectLine
from bot.ports import Address
from tests.outbox.office import IDA, ORG, at
from tests.outbox.platform import Pen, Platform, Ways


class Elsewhere(Platform):
    """A second platform."""

    platform = "elsewhere"


class BothWays(Ways):
    """Everybody is in the local workspace first, which keeps its messages in the database, and elsewhere too."""

    def addresses(self, person: object, org: Org, threads: object) -> tuple[Address, ...]:
        return (Address("local", "w", f"@{person}"), Address("elsewhere", "w", f"@{person}"))


def line(local: Platform, elsewhere: Platform, fails: bool = False) -> DirectLine:
    """Return the line; the organisation can be read, or not any more."""

    async def org() -> Org:
        if fails:
            raise ConnectionError("no database")
        return ORG

    return DirectLine({"local": local, "elsewhere": elsewhere}, BothWays(), Pen(), ManualClock(at("9:00")), org)


async def test_what_fails_on_one_platform_goes_by_the_other() -> None:
    local, elsewhere = Platform(), Elsewhere()
    local.moods.append("raise")
    direct = line(local, elsewhere)

    assert list(await direct.admins()) == [IDA]
    assert await direct.tell(IDA, ("It is broken.",), "key")
    assert (local.keys, elsewhere.keys) == ([], ["key/ida"])


async def test_the_first_way_that_works_is_the_only_one() -> None:
    local, elsewhere = Platform(), Elsewhere()
    direct = line(local, elsewhere)
    await direct.admins()

    assert await direct.tell(IDA, ("It is broken.",), "key")
    assert (local.titles("@ida"), elsewhere.keys) == (["It is broken."], [])


async def test_whom_no_way_reaches_is_not_told() -> None:
    local, elsewhere = Platform(), Elsewhere()
    local.moods.append("limited")
    elsewhere.gone.add("@ida")
    direct = line(local, elsewhere)
    await direct.admins()

    assert not await direct.tell(IDA, ("It is broken.",), "key")


async def test_without_anything_ever_read_there_is_nobody_to_tell() -> None:
    direct = line(Platform(), Elsewhere(), fails=True)

    assert list(await direct.admins()) == []
    assert not await direct.tell(IDA, ("It is broken.",), "key")
