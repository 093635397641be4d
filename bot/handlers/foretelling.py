"""Answer `simulate`: who would be told what, and when, if nobody ever answered."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.escalation.org import Org, Service
from bot.escalation.requests import Report
from bot.escalation.simulate import Foretold, simulate
from bot.escalation.words import CaseId, ChainId, PersonId, ServiceId, Text

_ASKED = ServiceId("simulated")
_ANYBODY = PersonId("whoever-reports")


class Unforeseeable(Exception):
    """There is nothing to foretell; one sentence says why and what to ask instead."""


def foretell(
    org: Org, opened: datetime, *, service: str | None, chain: str | None, owner: str | None, severity: str | None
) -> tuple[Foretold, ...]:
    """Return what would happen to a case of a service, or of a chain and an owner, opened at a time.

    Raises:
        Unforeseeable: neither or both were given, or one of them does not exist.
    """
    if (service is None) == (chain is None) or (chain is None) != (owner is None):
        raise Unforeseeable("give either --service, or --chain and --owner together")
    if severity is not None and severity not in org.severities:
        raise Unforeseeable(f'there is no severity "{severity}"; there are {_listed(org.severities)}')
    if service is not None:
        asked, there = _service(org, service), org
    else:
        asked, there = _ASKED, _with_service(org, chain or "", owner or "")
    report = Report(CaseId(1), _ANYBODY, asked, Text("simulated"), Text(""), severity=severity)
    return simulate(report, there, opened.astimezone(UTC))


def _service(org: Org, service: str) -> ServiceId:
    found = ServiceId(service)
    if found not in org.services:
        raise Unforeseeable(f'there is no service "{service}"; there are {_listed(org.services)}')
    return found


def _with_service(org: Org, chain: str, owner: str) -> Org:
    if chain not in org.chains:
        raise Unforeseeable(f'there is no chain "{chain}"; there are {_listed(org.chains)}')
    if owner not in org.people and owner not in org.rotations:
        raise Unforeseeable(f'nobody is called "{owner}"; there are {_listed(org.people)}')
    service = Service(_ASKED, "simulated", PersonId(owner), ChainId(chain))
    return replace(org, services={**org.services, _ASKED: service})


def _listed(names: Any) -> str:
    return ", ".join(str(name) for name in names) or "none"


def foretold_json(event: Foretold) -> dict[str, Any]:
    """Return one event in the shape of DESIGN.md section 9."""
    at = event.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {"at": at, "level": event.level, "to": list(event.to), "kind": event.kind, "why": event.why}
