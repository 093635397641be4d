"""Hold a digest against the same one computed slowly from the export."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any, cast

from bot.config import example_path, load
from bot.escalation.case import Case
from bot.escalation.digest import Spans, digest
from bot.escalation.entries import About
from bot.escalation.facts import Fact
from bot.escalation.org import Org
from bot.handlers.exporting import write_jsonl
from bot.handlers.history.playing import Month
from bot.ports import Store
from tests.figures import slow

ZONE = "Europe/London"
RATES = (Decimal(40), Decimal(65), Decimal(120))
BESIDE = ("channel",)


def example(rates: tuple[Decimal, ...] = RATES) -> Org:
    """Return the example's organisation with rates for an hour of each level."""
    org = load(Path(example_path()), {}).org
    return replace(org, rules=replace(org.rules, rates=rates))


@dataclass(frozen=True)
class Exported:
    """A store with nothing but cases to export."""

    month: Month

    async def export(self) -> AsyncIterator[tuple[Case, list[Fact]]]:
        for number, case in sorted(self.month.cases.items()):
            yield case, self.month.timelines[number]


def exported(month: Month) -> list[dict[str, Any]]:
    """Return the lines of `buckstop export --format jsonl`."""
    to = StringIO()
    asyncio.run(write_jsonl(cast(Store, Exported(month)), to))
    return [json.loads(line) for line in to.getvalue().splitlines()]


def book(lines: list[dict[str, Any]], org: Org) -> slow.Book:
    return slow.Book(lines, list(org.rules.rates), {str(person.id): person.team for person in org.people.values()})


def quick(month: Month, start: datetime, end: datetime, zone: str = ZONE) -> dict[str, Any]:
    """Return the digest of a span, as its JSON is read."""
    found = digest(Spans(start, end, zone), About("test", "people"), list(month.timelines.values()), month.org)
    told: dict[str, Any] = json.loads(json.dumps(found))
    return {name: value for name, value in told.items() if name not in BESIDE}
