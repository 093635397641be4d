"""Read the values that words or a form gave, each with its own fault; nothing that is wrong gets as far as the engine."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.chat import Line
from bot.escalation.effort import MOST_MINUTES
from bot.escalation.org import Org
from bot.escalation.span import Span
from bot.escalation.words import PersonId, ServiceId, Text
from bot.handlers.names import nearest, people_by_name, person_named, service_named, services_by_name
from bot.handlers.times import EXAMPLES, read_span, read_time
from bot.wording import faults, replies

LONGEST_TEXT = 10_000
MOST_MONEY = Decimal(1_000_000_000)
MINUTE = timedelta(minutes=1)
_YES = frozenset({"yes", "true", "on", "1", "y", "private"})


@dataclass
class Values:
    """Used while one request is built. A faulty value yields a stand-in: look at `errors` and `missing` before using what was built."""

    given: Mapping[str, Any]
    by: PersonId
    org: Org
    now: datetime
    errors: dict[str, Line] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def raw(self, name: str) -> str:
        """Return a value as text; what is not there is empty."""
        value = self.given.get(name)
        if isinstance(value, bool):
            return "yes" if value else ""
        if isinstance(value, (list, tuple)):
            return ",".join(map(str, value))
        return "" if value is None else str(value).strip()

    def text(self, name: str) -> Text:
        """Return a text that must be there."""
        return self.words(name) or self._lacking(name, Text(""))

    def words(self, name: str) -> Text | None:
        """Return a text, or None."""
        raw = self.raw(name).replace("\0", "")  # PostgreSQL keeps no null characters
        if len(raw) > LONGEST_TEXT:
            self.errors[name] = faults.too_long(len(raw), LONGEST_TEXT)
            raw = raw[:LONGEST_TEXT]
        return Text(raw) if raw else None

    def person(self, name: str) -> PersonId | None:
        """Return a person, or None."""
        raw = self.raw(name)
        found = person_named(raw, self.org, self.by) if raw else None
        if raw and found is None:
            self.errors[name] = faults.unknown_person(raw, nearest(raw, people_by_name(self.org)))
        return found

    def people(self, name: str) -> tuple[PersonId, ...]:
        """Return people, separated by commas."""
        named = [part.strip() for part in self.raw(name).split(",") if part.strip()]
        found = [person_named(part, self.org, self.by) for part in named]
        for part, person in zip(named, found, strict=True):
            if person is None:
                self.errors[name] = faults.unknown_person(part, nearest(part, people_by_name(self.org)))
        return tuple(dict.fromkeys(person for person in found if person is not None))

    def desk(self, name: str) -> tuple[PersonId | None, ServiceId | None]:
        """Return a person, or a service, one of which must be there."""
        raw = self.raw(name) or self.raw("service") or self._lacking(name, "")
        person, service = person_named(raw, self.org, self.by), service_named(raw, self.org)
        if raw and person is None and service is None:
            known = [*people_by_name(self.org), *services_by_name(self.org)]
            self.errors[name] = faults.unknown_desk(raw, nearest(raw, known))
        return person, None if person else service

    def service(self, name: str) -> ServiceId | None:
        """Return a service, or None."""
        raw = self.raw(name)
        found = service_named(raw, self.org) if raw else None
        if raw and found is None:
            self.errors[name] = faults.unknown_service(raw, tuple(self.org.services))
        return found

    def severity(self, name: str) -> str | None:
        """Return a severity, or None."""
        raw = self.raw(name)
        known = {severity.lower(): severity for severity in self.org.severities}
        if raw and raw.lower() not in known:
            self.errors[name] = faults.unknown_severity(raw, tuple(self.org.severities))
        return known.get(raw.lower())

    def choice(self, name: str, known: Iterable[str], usual: str) -> str:
        """Return one of several words."""
        raw = self.raw(name).lower() or usual
        if raw in known:
            return raw
        self.errors[name] = faults.not_a_choice(raw, tuple(known))
        return usual

    def time(self, name: str) -> datetime:
        """Return a time to come that must be there."""
        raw = self.raw(name) or self._lacking(name, "")
        return (self.perhaps_time(name) if raw else None) or self.now

    def perhaps_time(self, name: str) -> datetime | None:
        """Return a time to come, or None."""
        raw = self.raw(name)
        at = read_time(raw, self.org.calendar(self.by), self.now) if raw else None
        if raw and at is None:
            self.errors[name] = replies.not_understood_time(raw, EXAMPLES)
        if at is not None and at <= self.now:
            self.errors[name] = faults.past(raw, at)
        return at

    def span_or_time(self, name: str) -> tuple[Span | None, datetime | None]:
        """Return a length of time or a time to come, one of which must be there."""
        span = read_span(self.raw(name))
        return (span, None) if span is not None else (None, self.time(name))

    def amount(self, name: str) -> Decimal | None:
        """Return money, or None."""
        raw = self.raw(name)
        amount = read_amount(raw) if raw else None
        if raw and (amount is None or not 0 <= amount <= MOST_MONEY):
            self.errors[name] = faults.not_an_amount(raw)
        return amount

    def count(self, name: str) -> int:
        """Return how many times; nothing is none."""
        raw = self.raw(name)
        match = re.fullmatch(r"([0-9]{1,3})(?:\.0)?\s*(?:x|times)?", raw)
        if raw and match is None:
            self.errors[name] = faults.not_a_count(raw)
        return int(match[1]) if match else 0

    def minutes(self, name: str) -> int:
        """Return how many minutes, also of "2h" or "1h30m"; nothing is none."""
        raw = self.raw(name)
        bare = re.fullmatch(r"([0-9]{1,5})(?:\.0)?\s*(?:min|mins|minutes?)?", raw, re.IGNORECASE)
        span = read_span(raw) if raw and not bare else None
        minutes = int(bare[1]) if bare else span.time // MINUTE if span is not None and not span.is_days else 0
        if (raw and not (bare or (span and not span.is_days))) or minutes > MOST_MINUTES:
            self.errors[name] = faults.not_minutes(raw)
        return minutes

    def check(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return self.raw(name).lower() in _YES

    def _lacking(self, name: str, stand_in: Any) -> Any:
        self.missing.append(name)
        return stand_in


def read_amount(text: str) -> Decimal | None:
    """Return money as people write it, with whatever currency: "€1,234.50", "1.234,50", "120". None if it could mean two things."""
    digits = re.sub(r"[^\d.,+-]", "", text)
    if not re.fullmatch(r"[0-9][0-9.,]*", digits) or re.search(r"[a-z]{4,}", text, re.IGNORECASE):
        return None
    mark = max(digits.rfind("."), digits.rfind(","))
    after = len(digits) - mark - 1 if mark >= 0 else 0
    if mark < 0 or (after == 3 and not _is_point(digits, mark)):
        return Decimal(re.sub(r"[.,]", "", digits))
    if after > 2:
        return None
    return Decimal(f"{re.sub(r'[.,]', '', digits[:mark]) or '0'}.{digits[mark + 1 :] or '0'}")


def _is_point(digits: str, mark: int) -> bool:
    """Tell whether three digits after this mark are decimals: after a different mark, or after a lone point ("1.234")."""
    before = digits[:mark]
    return (digits[mark] == "." and "." not in before and "," not in before) or any(
        other in before for other in ".,".replace(digits[mark], "")
    )
