"""Which keys the file may have, and how each is read. Whatever names a person, a service, a chain or a channel says so (`Names`),
so that one check finds all that do not exist."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from bot.config import discord_ids, slack_ids, values
from bot.config.plans import Shards
from bot.config.within import Within
from bot.escalation.calendar import Holidays, NoHolidays
from bot.escalation.hours import Window, parse_hours
from bot.escalation.span import Span


@dataclass(frozen=True, slots=True)
class Names:
    """The key's words name something else of the file: one of these kinds."""

    kind: Literal["person", "owner", "target", "service", "chain", "channel"]


Text = Annotated[str, PlainValidator(values.text)]
Texts = Annotated[list[str], PlainValidator(values.texts)]
SomeTexts = Annotated[list[str], PlainValidator(values.some_texts)]
Id = Annotated[str, PlainValidator(values.ident)]
Flag = Annotated[bool, PlainValidator(values.flag)]
Length = Annotated[Span, PlainValidator(values.span)]
Zone = Annotated[str, PlainValidator(values.zone)]
Hours = Annotated[tuple[Window, ...], PlainValidator(values.hours)]
Dates = Annotated[Holidays, PlainValidator(values.holidays)]
Day = Annotated[date | datetime, PlainValidator(values.day_or_moment)]
APerson = Annotated[Text, Names("person")]
People = Annotated[SomeTexts, Names("person")]
Command = Annotated[str, PlainValidator(slack_ids.command)]
Port = Annotated[int, PlainValidator(values.whole(0, 65535))]


class Shape(BaseModel):
    """A table of the file. The description of a key that must be there is the cure when it is not."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Organisation(Shape):
    name: Text = Field(description='write what people call it, such as "Northwind Energy"')
    zone: Zone = Field(description='write where its clocks stand, such as "Europe/London"')
    hours: Hours = parse_hours("Mon-Fri 09:00-17:30")
    holidays: Dates = NoHolidays()
    admins: People | None = None
    leaders: People | None = None


class Database(Shape):
    url: Text = "sqlite:///buckstop.db"


class Person(Shape):
    id: Annotated[str, PlainValidator(values.person_id)] = Field(description='give everybody an id, such as "ana"')
    name: Text = Field(description='write what people call them, such as "Ana"')
    manager: APerson | None = None
    deputy: APerson | None = None
    team: Text | None = None
    slack: Annotated[list[Within], PlainValidator(slack_ids.accounts)] = []
    discord: Annotated[list[Within], PlainValidator(discord_ids.accounts)] = []
    email: Text | None = None
    prefers: Annotated[str, PlainValidator(values.one_of("slack", "discord", "local"))] | None = None
    zone: Zone | None = None
    hours: Hours | None = None
    holidays: Dates | None = None


class Absence(Shape):
    person: APerson = Field(description="write who is away")
    start: Day = Field(alias="from", description="write the first day away, such as 2026-08-03")
    end: Day = Field(alias="to", description="write the last day away, such as 2026-08-14")
    covered_by: APerson | None = None


class Rotation(Shape):
    people: People = Field(description='write who takes turns, such as ["ana", "ben"]')
    hands_over: Annotated[tuple[int, time], PlainValidator(values.hand_over)] = (0, time(9))
    zone: Zone | None = None


class Service(Shape):
    id: Annotated[str, PlainValidator(values.service_id)] = Field(description='give every service an id, such as "billing"')
    name: Text = Field(description='write what people call it, such as "Billing"')
    owner: Annotated[Text, Names("owner")] = Field(description="name the person or the rotation that gets its cases")
    team: Text | None = None
    chain: Annotated[Text, Names("chain")] | None = None
    budget: Text | None = None
    channel: Annotated[Text, Names("channel")] | None = None
    keywords: Texts = []
    default: Flag = False
    private: Flag = False


class Route(Shape):
    id: Annotated[str, PlainValidator(values.route_id)] = Field(description='give every route an id, such as "website"')
    name: Text = Field(description='write what people call it, such as "Contact form"')
    kind: Annotated[str, PlainValidator(values.one_of("web", "mail", "phone", "channel"))] = Field(
        description='write what it is: "web", "mail", "phone" or "channel"'
    )
    address: Text = Field(description='write where it is, such as "https://example.org/contact"')
    service: Annotated[Text, Names("service")] = Field(description="name the service that is reached by it")
    owner: Annotated[Text, Names("owner")] | None = None
    probe_every: Annotated[timedelta | None, PlainValidator(values.probe_every)] = timedelta(hours=1)


class Level(Shape):
    to: Annotated[Text, Names("target")] = Field(
        description='write whom the case goes to: "manager", or the id of a person or a rotation ("owner" at level 0)'
    )
    respond_within: Length = Field(description='write how long it may go unacknowledged here, such as "1h"')
    resolve_within: Length = Field(description='write how long it may go unresolved here, such as "2d"')
    nag_every: Length | None = None


class Chain(Shape):
    clock: Annotated[str, PlainValidator(values.one_of("working", "always"))] = "working"


class Severity(Shape):
    chain: Annotated[Text, Names("chain")] | None = None
    stretch: Annotated[Fraction, PlainValidator(values.stretch)] | None = None
    affected: Annotated[int, PlainValidator(values.whole(2, 10_000))] | None = None
    default: Flag = False


class Rules(Shape):
    chases_before_escalation: Annotated[int, PlainValidator(values.whole(1, 100))] = 3
    handovers_before_escalation: Annotated[int, PlainValidator(values.whole(2, 100))] = 3
    waiting_at_most: Length = Span(days=Fraction(3))
    confirm_within: Length = Span(days=Fraction(3))
    nags_per_day: Annotated[int, PlainValidator(values.whole(1, 1000))] = 8
    recheck_after: Annotated[tuple[timedelta, ...], PlainValidator(values.wall_spans)] = (timedelta(days=7), timedelta(days=30))
    undo_merge_within: Annotated[timedelta, PlainValidator(values.wall_span)] = timedelta(days=7)
    again_within: Annotated[timedelta, PlainValidator(values.wall_span)] = timedelta(days=90)
    cause_cases: Annotated[int, PlainValidator(values.whole(2, 1000))] = 3
    cause_within: Annotated[timedelta, PlainValidator(values.wall_span)] = timedelta(days=30)
    workaround_expires: Annotated[timedelta, PlainValidator(values.wall_span)] = timedelta(days=30)
    rates: Annotated[tuple[Decimal, ...], PlainValidator(values.rates)] = ()
    undo_report_within: Annotated[timedelta, PlainValidator(values.wall_span)] = timedelta(minutes=10)
    reports_per_hour: Annotated[int, PlainValidator(values.whole(1, 10_000))] = 300
    keep_answers_for: Annotated[timedelta, PlainValidator(values.keeping)] = timedelta(days=30)
    keep_deliveries_for: Annotated[timedelta, PlainValidator(values.keeping)] = timedelta(days=90)
    exempt_severity: Id | None = None
    announcement_after: Annotated[timedelta, PlainValidator(values.wall_span)] = timedelta(days=1)
    probe_closes_routes: Flag = False


class Digest(Shape):
    to: Annotated[SomeTexts, Names("channel")] = Field(description='write its channels, such as ["local:leadership"]')
    at: Annotated[time, PlainValidator(values.time_of_day)] = time(9)
    days: Annotated[tuple[int, ...], PlainValidator(values.weekdays)] = tuple(range(7))
    zone: Zone | None = None
    services: Annotated[list[str], PlainValidator(values.texts), Names("service")] = []
    names: Annotated[str, PlainValidator(values.one_of("teams", "people"))] = "teams"


class Local(Shape):
    enabled: Flag = False
    host: Text = "127.0.0.1"
    port: Port = 8080
    channels: Annotated[list[str], PlainValidator(values.idents)] = ["help"]
    reactions: Texts = ["🆘"]


class Slack(Shape):
    workspaces: Annotated[list[str], PlainValidator(slack_ids.workspaces)] = Field(
        description='write the id of each workspace, such as ["T0123456"]'
    )
    channels: Annotated[dict[str, Within], PlainValidator(slack_ids.channels)] = {}
    reactions: Texts = ["sos"]
    transport: Annotated[str, PlainValidator(values.one_of("socket", "http"))] = "socket"
    sockets: Annotated[int, PlainValidator(values.whole(1, 10))] = 1
    host: Text = "127.0.0.1"
    port: Port = 3000
    command: Command = "case"
    report_command: Command = "report"


class Discord(Shape):
    guilds: Annotated[list[str], PlainValidator(discord_ids.guilds)] = Field(
        description='write the id of each server, such as ["112233445566778899"]'
    )
    channels: Annotated[dict[str, Within], PlainValidator(discord_ids.channels)] = {}
    reactions: Annotated[list[str], PlainValidator(discord_ids.reactions)] = ["🆘"]
    forums: Texts = []
    forum_tags: Annotated[dict[str, str], PlainValidator(discord_ids.forum_tags)] = {}
    shards: Annotated[Shards, PlainValidator(discord_ids.shards)] = Shards()
    members_intent: Flag = True


class Operation(Shape):
    host: Text = "127.0.0.1"
    port: Port = 9464
    log_level: Annotated[str, PlainValidator(values.one_of("debug", "info", "warning", "error"))] = "info"
    lease: Annotated[int, PlainValidator(values.whole(2, 600))] = 60


# How each section stands in the file: one table, a list of tables with ids, or tables by id.
TABLES: dict[str, type[Shape]] = {
    "organisation": Organisation,
    "database": Database,
    "rules": Rules,
    "local": Local,
    "slack": Slack,
    "discord": Discord,
    "operation": Operation,
}
LISTS: dict[str, type[Shape]] = {"people": Person, "absences": Absence, "services": Service, "routes": Route, "digests": Digest}
BY_ID: dict[str, type[Shape]] = {"rotations": Rotation, "chains": Chain, "severities": Severity}
SECTIONS = (*TABLES, *LISTS, *BY_ID)
