"""What becomes of a lane's load: what is dropped, what waits for tomorrow, and what flies, by which route and under which key?

Pure: the answer is fixed in the database before anything is sent, so that a crash in between leaves something that can be looked up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from bot.escalation.org import Org
from bot.escalation.words import CaseId, MessageKind, PersonId
from bot.outbox.cap import exempt, next_list
from bot.outbox.wanted import unwanted
from bot.ports import Address, Delivery, Load, Plan, Recipient

AddressOf = Callable[[Recipient, int], Address | None]
NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Flight:
    """One message about to be sent: its deliveries (several only where nags are bundled), its key and its address."""

    lane: str
    deliveries: tuple[Delivery, ...]
    key: str
    address: Address | None  # None: there is no way to them

    @property
    def first(self) -> Delivery:
        """The delivery that the lane was claimed for."""
        return self.deliveries[0]


@dataclass(slots=True)
class _Sorted:
    dropped: dict[int, str] = field(default_factory=dict)
    postponed: dict[int, datetime] = field(default_factory=dict)
    wanted: list[Delivery] = field(default_factory=list)


def plan(load: Load, org: Org, now: datetime, address_of: AddressOf, nags_sent: Mapping[PersonId, int]) -> tuple[Plan, Flight | None]:
    """Return what to fix in the database for this lane, and what to send if it is fixed."""
    head = load.deliveries[0]
    address = address_of(head.to, head.route)
    if lane_of(head.to, address) != load.lane:
        if not head.ambiguous:
            # The way to them changed since the lane was chosen (another account, another preference): queue it where it belongs.
            return Plan(load.lane, rerouted=tuple(d.id for d in load.deliveries)), None
        address = _sent_before(load.lane, head.to)
    sorted_ = _sort(_together(load, address, address_of), org, now, nags_sent)
    members = tuple(sorted_.wanted)
    bundle = _bundle_key(members) if members else None
    fixed = Plan(load.lane, tuple(d.id for d in members), bundle, sorted_.dropped, sorted_.postponed)
    return fixed, Flight(load.lane, members, bundle or members[0].key, address) if members else None


def _sent_before(lane: str, to: Recipient) -> Address | None:
    """Return where an ambiguous delivery went the first time: it must be looked up there. In the case's own channel, that is its thread."""
    platform, workspace, conversation = lane.split(":", 2)
    if platform == NOWHERE:
        return None
    where = (platform, workspace, conversation)
    thread = to.thread or next(
        (place.thread for place in to.threads if (place.platform, place.workspace, place.conversation) == where), None
    )
    return Address(*where, thread=thread)


def lane_of(to: Recipient, address: Address | None) -> str:
    """Return the lane of an address; what has none queues by itself, until its giving up is told."""
    return address.lane if address else f"{NOWHERE}::{to.person or to.channel}"


def nagged(load: Load) -> PersonId | None:
    """Return whose nags a load would send, if `nags_per_day` applies to it."""
    head = load.deliveries[0]
    return head.to.person if head.kind == MessageKind.NAG and not head.ambiguous else None


def _together(load: Load, address: Address | None, address_of: AddressOf) -> list[Delivery]:
    """Return the head and what may share its message. After an ambiguous sending, exactly those who shared it then."""
    head, *others = load.deliveries
    if head.ambiguous:
        same = [d for d in others if d.ambiguous and head.bundle is not None and d.bundle == head.bundle]
    else:
        # To the same person by the same way: in a thread, that is the thread of one case.
        theirs = [d for d in others if not d.ambiguous and d.to.person == head.to.person]
        same = [d for d in theirs if address_of(d.to, d.route) == address]
    return [head, *same] if head.kind == MessageKind.NAG else [head]


def _sort(deliveries: Sequence[Delivery], org: Org, now: datetime, nags_sent: Mapping[PersonId, int]) -> _Sorted:
    result = _Sorted()
    capped = _capped(deliveries[0], org, nags_sent)
    latest = {d.case.id: d.id for d in sorted(deliveries, key=lambda d: d.fact.n if d.fact else 0) if d.case}
    for delivery in deliveries:
        why = None if delivery.ambiguous else _left_out(delivery, latest, org, now)
        if why is not None:
            result.dropped[delivery.id] = why
        elif capped and delivery.case is not None and delivery.to.person is not None and not exempt(delivery.case, org):
            result.postponed[delivery.id] = next_list(org, delivery.to.person, now)
        else:
            result.wanted.append(delivery)
    return result


def _left_out(delivery: Delivery, latest: Mapping[CaseId, int], org: Org, now: datetime) -> str | None:
    why = unwanted(delivery, org, now)
    if why is None and delivery.case is not None and latest[delivery.case.id] != delivery.id:
        return "a later reminder of the same case says it"
    return why


def _capped(head: Delivery, org: Org, nags_sent: Mapping[PersonId, int]) -> bool:
    if head.kind != MessageKind.NAG or head.ambiguous or head.to.person is None:
        return False
    return nags_sent.get(head.to.person, 0) >= org.rules.nags_per_day


def _bundle_key(members: tuple[Delivery, ...]) -> str | None:
    """Return the key of a bundle: what was fixed for an ambiguous one, else made of its members; None for a single message."""
    if members[0].bundle is not None and members[0].ambiguous:
        return members[0].bundle
    if len(members) == 1:
        return None
    keys = "\n".join(sorted(d.key for d in members))
    return f"nags/{members[0].to.person}/{sha256(keys.encode()).hexdigest()[:16]}"
