"""Is everybody who should be there in one of our servers?

Discord lets a bot write to whoever shares a server with it and takes direct messages from it. The first can be looked at; the second only
a message tells, so nobody is written to here, and no conversation is opened: who opens many at once is taken for a sender of spam.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import discord

from bot.adapters.discord.asking import Asking, Refused
from bot.adapters.discord.people import PLATFORM, account_of, is_program
from bot.adapters.discord.servers import Server
from bot.config.faults import under
from bot.escalation.org import Person
from bot.handlers.acquaintance import Profile
from bot.handlers.night import Seen, Sought, State

_NO_MEMBER, _NO_ACCOUNT = 10007, 10013
_DELETED = "deleted_user_"  # what Discord calls whoever deleted their account
_COPY = 'click them in Discord with the right button, then "Copy User ID"'
DIRECT = "whether somebody takes direct messages from Buckstop, Discord tells only when one is sent"
_THREAD = "Who takes none is called by name in the thread of their case, and the admins are told"


async def members(ask: Asking, servers: Sequence[Server], asked: Sought) -> AsyncIterator[Seen]:
    """Look for everybody.

    Raises:
        NoAnswer, ShutOut: nothing more can be looked at.
    """
    yield Seen("direct messages", DIRECT, mend=_THREAD)
    for person in asked.people:
        known = asked.org.people[person]
        accounts = [account.id for account in known.accounts if account.platform == PLATFORM]
        for account in accounts:
            yield await _account(ask, servers, asked, known, account)
        if not accounts:
            yield _nobody(asked, known)


async def _account(ask: Asking, servers: Sequence[Server], asked: Sought, person: Person, user: str) -> Seen:
    place = _place(asked, person, "discord")
    for server in servers:
        if server.guild is not None:
            found = await _member(ask, server.guild, user)
            if found is not None:
                return _there(place, person, found)
    if any(server.guild is None for server in servers):
        # They may be in the server that Buckstop cannot look into.
        fault = f"the account {user} is in none of the servers that could be looked at"
        return Seen(
            place, fault=fault, mend="See what is said of the others", state=State.UNSEEN, person=person.id, account=account_of(user)
        )
    gone = Seen(place, state=State.GONE, person=person.id, account=account_of(user))
    return await _nowhere(ask, asked, person, gone, user)


async def _member(ask: Asking, guild: discord.Guild, user: str) -> discord.Member | None:
    try:
        return await ask(lambda: guild.fetch_member(int(user)))
    except Refused as no:
        if no.code in (_NO_MEMBER, _NO_ACCOUNT):
            return None
        raise


def _there(place: str, person: Person, found: discord.Member) -> Seen:
    account, profile = account_of(found.id), Profile(found.display_name)
    seen = f"{person.name}, {found.name} ({found.id})"
    if is_program(found):
        cure = f"Write a person's account: {_COPY}"
        return Seen(place, fault=f"the account {found.id} is a program's", mend=cure, state=State.GONE, person=person.id, account=account)
    if person.reachable or person.gone or account in person.closed:
        return Seen(place, seen, person=person.id, account=account, profile=profile)
    # Being there does not prove that messages reach them now, so whoever was out of reach stays so until they say something.
    cure = "A message did not reach them before; they count as there again once they write to Buckstop"
    return Seen(place, seen, mend=cure, state=State.UNSEEN, person=person.id, account=account, profile=profile)


async def _nowhere(ask: Asking, asked: Sought, person: Person, seen: Seen, user: str) -> Seen:
    """Return what it comes to that an account is in none of our servers; `seen` says whose it is."""
    try:
        found = await ask(lambda: ask.client.fetch_user(int(user)))
    except Refused as no:
        if no.code != _NO_ACCOUNT:
            raise
        return replace(seen, fault=f"there is no account {user}", mend=f"Write the right one: {_COPY}")
    # To whom it shares no server with, a bot cannot write: they have left, as far as Buckstop goes.
    left = replace(seen, profile=Profile(found.display_name, gone=True))
    deleted = found.name.startswith(_DELETED)
    if person.id not in asked.configured:
        said = "has deleted their account" if deleted else "has left"
        return replace(left, seen=f"{person.name}, {user}, {said}", mend="An admin may confirm what they reported")
    if deleted:
        cure = "Give their services another owner and take them out of the configuration, or write the account that they have now"
        return replace(left, fault=f"the account {user} was deleted", mend=cure)
    fault = f"{found.name} ({user}) is in none of the servers of the configuration, so that Buckstop cannot write to them"
    return replace(left, fault=fault, mend=f"Invite them, or write the account that they have now: {_COPY}")


def _nobody(asked: Sought, person: Person) -> Seen:
    gone = Seen(_place(asked, person, ""), state=State.GONE, person=person.id)
    if asked.elsewhere(person.id):
        return replace(gone, seen=f"{person.name} is not in Discord, and reached elsewhere")
    cure = f'Write discord = "...": {_COPY}'
    return replace(gone, fault="no account in Discord is known of them, nor any other way to reach them", mend=cure)


def _place(asked: Sought, person: Person, key: str) -> str:
    if person.id not in asked.configured:
        return f"{person.name}, who reported something"
    place = under("people", person.id)
    return f"{place}.{key}" if key else place
