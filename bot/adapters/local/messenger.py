"""How does a message get into the local workspace, and which way is it to a person or a channel?

The workspace keeps its messages in the database, by key: the same one sent again is there once, so nothing here is ever ambiguous.
"""

from collections.abc import Collection

from bot.adapters.local.workspace import BUCKSTOP, PLATFORM, WORKSPACE
from bot.escalation.case import Place
from bot.escalation.org import Org
from bot.escalation.words import PersonId
from bot.ports import Address, Delivered, GiveUp, Letter, Limit, Mailbox, Outcome, Parcel
from bot.wording.plain import text_of


class LocalMessenger:
    """The local workspace, as the outbox sees it."""

    platform = PLATFORM

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def limits(self, address: Address, *, edit: bool) -> tuple[Limit, ...]:
        """Return none: the workspace takes as much as it gets."""
        return ()

    async def send(self, parcel: Parcel) -> Outcome:
        """Post or edit a message."""
        if parcel.edit is not None:
            return await self._edit(parcel, parcel.edit)
        kept = await self._mailbox.post(letter_of(parcel))
        return Delivered(kept.id)

    async def find(self, parcel: Parcel) -> str | None:
        """Return the id of the message with this parcel's key."""
        kept = await self._mailbox.by_key(parcel.key)
        return kept.id if kept else None

    async def _edit(self, parcel: Parcel, message: str) -> Outcome:
        before, after = await self._mailbox.letter(message), letter_of(parcel)
        if before is None:
            return GiveUp(f"there is no message {message} in the local workspace to edit")
        # A card is drawn anew after every fact; one that reads the same must not be marked as edited.
        if (before.text, before.buttons) != (after.text, after.buttons):
            await self._mailbox.edit(message, after.text, after.buttons, parcel.at)
        return Delivered(message)


class LocalDirectory:
    """Everybody has direct messages here, those who have an account elsewhere too."""

    def addresses(self, person: PersonId, org: Org, thread: Place | None) -> tuple[Address, ...]:
        """Return the one route to a person."""
        return (Address(PLATFORM, WORKSPACE, f"@{person}"),)


class LocalPlaces:
    """The channels of the configuration's `[local]` part."""

    def __init__(self, channels: Collection[str]) -> None:
        self._channels = frozenset(channels)

    def address(self, channel: str) -> Address | None:
        """Return the address of `local:leadership`; None if it is of another platform or not configured."""
        platform, colon, name = channel.partition(":")
        here = colon and platform == PLATFORM and name in self._channels
        return Address(PLATFORM, WORKSPACE, name) if here else None


def letter_of(parcel: Parcel) -> Letter:
    """Write a parcel down as Buckstop's letter."""
    card, address = parcel.card, parcel.address
    return Letter(
        id="",
        key=parcel.key,
        at=parcel.at,
        sender=BUCKSTOP,
        to=address.conversation,
        text=text_of(card, parcel.zone, parcel.at),
        thread=address.thread,
        case=card.case,
        cases=card.cases,
        buttons=card.buttons,
    )
