"""Whom does it go to now? What was queued under an id that somebody had before goes to who that is, and is judged so. Pure."""

from dataclasses import replace

from bot.escalation.alias import case_as, fact_as
from bot.escalation.org import Org
from bot.ports import Delivery, Load, Recipient


def load_as(load: Load, org: Org) -> Load:
    """Return a lane's load with everybody under the id that they have now."""
    if not org.aliases:
        return load
    return replace(load, deliveries=tuple(_delivery_as(delivery, org) for delivery in load.deliveries))


def to_as(to: Recipient, org: Org) -> Recipient:
    """Return a recipient under the id that they have now."""
    now = org.who_is(to.person) if to.person is not None else None
    return to if now == to.person else replace(to, person=now)


def _delivery_as(delivery: Delivery, org: Org) -> Delivery:
    case = delivery.case and case_as(delivery.case, org.aliases)
    fact = delivery.fact and fact_as(delivery.fact, org.aliases)
    return replace(delivery, to=to_as(delivery.to, org), case=case, fact=fact)
