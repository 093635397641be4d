"""Who is behind an account, and can they be reached? What a platform tells about people is kept, and moves the cases that it concerns.

An account belongs to whom the configuration gives it, else to whom its e-mail address names, else to somebody new, who can report
from their first word on and owns nothing yet.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from bot.chat import Line
from bot.escalation.org import Account, Org, Person
from bot.escalation.requests import Reckon
from bot.escalation.words import PersonId
from bot.handlers.turn import Deciding
from bot.ports import Away, Clock, Known, Store, Tx
from bot.wording import people as worded

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform says about the holder of an account."""

    name: str
    zone: str | None = None
    email: str | None = None
    gone: bool = False


def newcomer(account: Account) -> PersonId:
    """Return the id of somebody whom only a platform knows. No configured person can have it: theirs have no full stops."""
    return PersonId(f"{account.platform}.{account.workspace}.{account.id}")


def by_email(org: Org, email: str | None) -> PersonId | None:
    """Return who has this e-mail address in the configuration."""
    wanted = (email or "").strip().casefold()
    return next((person.id for person in org.people.values() if wanted and (person.email or "").casefold() == wanted), None)


class Acquaintance:
    """Keeps what platforms tell about people."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._last: Org | None = None

    async def org(self) -> Org:
        """Return the organisation as it is now; while the database does not answer, as it was last."""
        try:
            async with self._store.read() as reading:
                self._last = await reading.org()
        except Away:
            # An answer that cannot be drawn would tell somebody to try again what was saved a moment before.
            if self._last is None:
                raise
        return self._last

    async def known(self, account: Account) -> PersonId | None:
        """Return whose account this is, if that is known. Whoever speaks can be reached: what was refused before counts no more."""
        org = await self.org()
        person = org.holder(account)
        if person is not None and _out_of_reach(org.people[person], account):
            await self.found(person, account)
        return person

    async def met(self, account: Account, profile: Profile) -> PersonId:
        """Keep who is behind an account, and return them."""
        async with self._store.begin() as tx:
            org = await tx.org()
            holder, new = org.holder(account), newcomer(account)
            if holder is not None and holder != new:
                return holder
            person = holder or by_email(org, profile.email) or new
            # By their address a newcomer is found again who is written into the configuration later.
            await tx.know(Known(person, profile.name, profile.zone, gone=profile.gone, accounts=(account,), email=profile.email))
            person = (await tx.org()).who_is(person)
        log.info("person.met", person=person, platform=account.platform, workspace=account.workspace)
        return person

    async def has_account(self, person: PersonId, account: Account, email: str | None = None) -> None:
        """Keep that an account is a person's, and by which address it was found."""
        async with self._store.begin() as tx:
            await tx.know(Known(person, accounts=(account,), email=email))

    async def changed(self, account: Account, profile: Profile) -> None:
        """Keep what changed about somebody who is known; an account that is gone, or is there again, moves their cases."""
        org = await self.org()
        person = org.holder(account)
        if person is None:
            return
        known = org.people[person]
        if profile.gone and account not in known.closed:
            # Whoever has an account elsewhere is not gone with this one.
            await self._moved(Known(person, gone=True, accounts=(account,), named=True), worded.gone(known.name, account.platform))
        elif not profile.gone and (known.gone or account in known.closed):
            await self._moved(Known(person, profile.name, profile.zone, gone=False, accounts=(account,), named=True), None)
        elif not profile.gone and person == newcomer(account):
            # Of whoever is configured, name and zone stand in the configuration.
            async with self._store.begin() as tx:
                await tx.know(Known(person, profile.name, profile.zone))

    async def lost(self, person: PersonId, why: str) -> None:
        """Let cases stop waiting for somebody whom no message reaches. The admins are told by whoever found it out."""
        log.warning("person.unreachable", person=person, why=why)
        await self._moved(Known(person, reachable=False), None)

    async def found(self, person: PersonId, account: Account | None = None) -> None:
        """Let somebody who was out of reach count as there again, and the account that they spoke from."""
        log.info("person.reachable", person=person)
        await self._moved(Known(person, gone=False, reachable=True, accounts=(account,) if account else (), named=True), None)

    async def channel_is_dead(self, platform: str, name: str, why: str) -> None:
        """Tell the admins that a channel takes nothing any more: once a day, however often it is noticed."""
        log.warning("channel.dead", platform=platform, channel=name, why=why)
        async with self._store.begin() as tx:
            day = self._clock.now().astimezone(ZoneInfo((await tx.org()).zone)).date().isoformat()
            await _tell(tx, f"channel/{platform}/{name}/{day}", worded.dead_channel(name, platform, why))

    async def on_live(self) -> frozenset[PersonId]:
        """Return everybody who is on a live case."""
        async with self._store.read() as reading:
            return await reading.on_live()

    async def tell_admins(self, key: str, line: Line) -> None:
        """Tell the admins something once."""
        async with self._store.begin() as tx:
            await _tell(tx, key, line)

    async def once(self, key: str) -> bool:
        """Tell whether this is the first to ask for something that one process has to do."""
        async with self._store.begin() as tx:
            if await tx.answered(key) is not None:
                return False
            await tx.remember(key, {})
            return True

    async def _moved(self, known: Known, notice: Line | None) -> None:
        async with self._store.begin() as tx:
            before = (await tx.org()).people.get(known.id)
            await tx.know(known)
            org = await tx.org()
            after = org.people.get(known.id)
            if before == after:
                return
            now = self._clock.now()
            if notice is not None and after is not None and after.gone:
                await _tell(tx, f"gone/{known.id}/{now.date().isoformat()}", notice)
            deciding = Deciding(tx=tx, org=org, now=now)
            for case in await deciding.lock(*await tx.touched_by([known.id])):
                if case is not None:
                    await deciding.decide(case, Reckon())


def _out_of_reach(person: Person, account: Account) -> bool:
    return person.gone or not person.reachable or account in person.closed


async def _tell(tx: Tx, key: str, line: Line) -> None:
    for admin in (await tx.org()).admins:
        await tx.notify(f"{key}/{admin}", admin, line)
