"""What goes wrong in a month, in the words of those who report it and of those who mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that keeps going wrong."""

    title: str
    cause: str
    fix: str
    change: str


_BILLING = (
    Trouble(
        "Meter swapped, and the bill says 9,000",
        "old reading booked on the new meter",
        "Reading corrected, bill reissued",
        "Let billing correct a reading without the meter team's signature",
    ),
    Trouble(
        "Direct debit taken twice this month",
        "payment file sent twice",
        "Second payment returned",
        "Have the bank's file refused when its number was there before",
    ),
    Trouble(
        "Refund promised in spring has not come",
        "refunds wait for a second signature",
        "Refund paid by hand",
        "Let refunds up to 200 go out with one signature",
    ),
    Trouble(
        "The bill went to the old address again",
        "address kept in two systems",
        "Address changed in both",
        "Take the address from the customer record alone",
    ),
)
_METERING = (
    Trouble(
        "Nobody came to the appointment, for the second time",
        "appointments not passed to the contractor",
        "New appointment kept",
        "Give the contractor the calendar itself",
    ),
    Trouble("The new meter shows nothing", "faulty batch of displays", "Display replaced", "Test each batch before it goes into the vans"),
    Trouble(
        "Reading refused as implausible", "limit too low for heat pumps", "Reading entered by hand", "Set the limit by the kind of heating"
    ),
)
_WEB = (
    Trouble("The link in the e-mail leads nowhere", "links expire after an hour", "New link sent", "Let links live for three days"),
    Trouble(
        "The app logs me out while I enter a reading",
        "session ends with the token",
        "Logged in by the desk",
        "Renew the session while somebody types",
    ),
    Trouble(
        "Cannot reset the password of a shared account",
        "account belongs to somebody who left",
        "Account moved",
        "Ask for a second owner when an account is made",
    ),
)
_PEOPLE = (
    Trouble(
        "Overtime of March not paid",
        "hours entered after the cut-off",
        "Paid with the next run",
        "Move the cut-off behind the month's last day",
    ),
    Trouble(
        "Parental leave still not confirmed",
        "form needs a form that was abolished",
        "Confirmed by letter",
        "Take the abolished form out of the check-list",
    ),
)
_CHANGED = Trouble("It worked before the weekend", "change", "Set back as it was", "Announce what will change")
_ANYWHERE = (
    Trouble(
        "It was reported as done, and nothing has changed",
        "closed without asking",
        "Done, and shown to whoever asked",
        "Close nothing before whoever asked has seen it",
    ),
    Trouble("Two departments each say it is the other's", "nobody owns it", "One of them took it", "Write down who owns it"),
    Trouble(
        "Waiting for an approval since last month",
        "approver changed, the form did not",
        "Approved by hand",
        "Name the role on the form, not the person",
    ),
)
_OF: Mapping[str, Sequence[Trouble]] = {"billing": _BILLING, "metering": _METERING, "website": _WEB, "people-matters": _PEOPLE}


def troubles(service: str) -> Sequence[Trouble]:
    """Return what goes wrong with a service: the example's have troubles of their own."""
    return (*_OF.get(service, _ANYWHERE), _CHANGED)
