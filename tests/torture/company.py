"""The company that is tortured: it lives in Slack and in Discord at once, and its days are a hundred times as short as others'.

Two managers and a chief above four owners, each with a service; half of everybody is reached here, half there, and cases cross over. The
times are the shortest that the configuration allows, so that the real clock can be used.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.discord.client import FakeDiscord
from tests.discord.client import World as There
from tests.slack.client import FakeSlack, Workspace
from tests.slack.wall import wall
from tests.torture.oracle import Rules, Staff

PLATFORMS = ("slack", "discord")
GUILD, HELP, LEADERS, FORUM = "northwind", "help", "leadership", "problems"
EDA = {"name": "eda", "email": "eda@northwind.example"}  # of whom the configuration may know no more than her address
PLATFORM_OF = {
    "rita": "slack", "rob": "slack", "tom": "discord", "tess": "discord",
    "ana": "slack", "amy": "slack", "ben": "discord", "bob": "discord",
    "bruno": "slack", "dora": "discord", "cleo": "slack", "ida": "slack", "gus": "local",
}  # fmt: skip
STAFF = Staff(
    reporters=("rita", "rob", "tom", "tess"),
    owners={"billing": "ana", "metering": "amy", "website": "ben", "fields": "bob"},
    managers={"ana": "bruno", "ben": "bruno", "amy": "dora", "bob": "dora"},
    chief="cleo",
)
RULES = Rules(nag_every=3.0, respond_within=9.0, confirm_within=60.0)

# Where it is about noon: what is looked at once a night, from three on, is due at once, and no day ends meanwhile.
ZONE = f"Etc/GMT{datetime.fromtimestamp(wall(), UTC).hour - 12:+d}"

_HEAD = f"""[organisation]
name = "Northwind"
zone = "{ZONE}"
hours = "Mon-Sun 00:00-24:00"
holidays = "none"
admins = ["ida"]
leaders = ["cleo"]

[rules]
nags_per_day = 1000
cause_cases = 1000
reports_per_hour = 10000
confirm_within = "1m"
recheck_after = ["30d"]

[severities.normal]
stretch = 0.01
default = true

[operation]
port = 0
log_level = "info"

[chains.short]
clock = "always"
"""
_LEVEL = """
[[chains.short.levels]]
to = "{to}"
respond_within = "900s"
resolve_within = "20h"
nag_every = "300s"
"""


@dataclass(frozen=True)
class Company:
    """Where it is to be seen, by the platforms that it uses."""

    slack: Workspace | None
    discord: There | None

    @property
    def secrets(self) -> dict[str, str]:
        """The environment that Buckstop needs."""
        found: dict[str, str] = {}
        if (ws := self.slack) is not None:
            found |= {"SLACK_BOT_TOKEN": ws.bot_token, "SLACK_APP_TOKEN": ws.app_token, "SLACK_API_URL": ws.api_url}
        if (there := self.discord) is not None:
            found |= {"DISCORD_TOKEN": there.token, "DISCORD_API_URL": there.api_url, "DISCORD_GATEWAY_URL": there.gateway_url}
        return found

    def platform_of(self, person: str) -> str:
        """Return where a person is: where there is only one platform, there."""
        usual = PLATFORM_OF[person]
        if usual == "local":
            return usual
        return usual if self.slack is not None and self.discord is not None else "slack" if self.slack is not None else "discord"

    def cards(self, reporter: str, service: str) -> tuple[str, ...]:
        """Return the channels in which a case has a card: where it was reported, and where its service shows them."""
        places = {"slack": self.slack.channels[HELP] if self.slack else "", "discord": self.discord.channels[HELP] if self.discord else ""}
        return tuple({places[self.platform_of(reporter)], places[self.platform_of(STAFF.owners[service])]})

    def write(self, file: Path, more: str = "", people: Collection[str] = tuple(PLATFORM_OF)[:-1]) -> None:
        """Write its configuration, with `more` at its end, for these people; usually all but the one who is only in the local workspace."""
        levels = (_LEVEL.format(to=to) for to in ("owner", "manager", STAFF.chief))
        parts = [_HEAD, *levels, *(self._person(name) for name in people), *self._services()]
        if self.slack is not None:
            channels = ", ".join(f'{name} = "{self.slack.channels[name]}"' for name in (HELP, LEADERS))
            parts.append(f'[slack]\nworkspaces = ["{self.slack.team}"]\nchannels = {{ {channels} }}\nreactions = ["ticket"]\n')
        if self.discord is not None:
            channels = ", ".join(f'{name} = "{self.discord.channels[name]}"' for name in (HELP, LEADERS, FORUM))
            guild = self.discord.guilds[GUILD]
            parts.append(f'[discord]\nguilds = ["{guild}"]\nchannels = {{ {channels} }}\nforums = ["{FORUM}"]\nreactions = ["🎫"]\n')
        file.write_text("\n".join([*parts, more]), "utf-8")

    def _person(self, name: str) -> str:
        above = dict(STAFF.managers) | dict.fromkeys(STAFF.managers.values(), STAFF.chief)
        manager = f'manager = "{above[name]}"\n' if name in above else ""
        return f'[[people]]\nid = "{name}"\nname = "{name.capitalize()}"\nteam = "northwind"\n{manager}{self._account(name)}'

    def _account(self, name: str) -> str:
        platform = self.platform_of(name)
        if platform == "slack" and self.slack is not None:
            return f'slack = "{self.slack.users[name]}"\n'
        return f'discord = "{self.discord.users[name]}"\n' if platform == "discord" and self.discord is not None else ""

    def _services(self) -> list[str]:
        return [
            f'[[services]]\nid = "{name}"\nname = "{name.capitalize()}"\nowner = "{owner}"\nteam = "northwind"\nchain = "short"\n'
            f'channel = "{self.platform_of(owner)}:{HELP}"\nkeywords = ["{name}"]\n' + ("default = true\n" if name == "billing" else "")
            for name, owner in STAFF.owners.items()
        ]


@asynccontextmanager
async def company(
    slack_address: str | None, discord_address: str | None, settings: Mapping[str, Any] | None = None
) -> AsyncIterator[Company]:
    """Make the company, with these times of the platforms' instead of their own."""
    people = [name for name, platform in PLATFORM_OF.items() if platform != "local"]
    async with FakeSlack(slack_address or "") as slack, FakeDiscord(discord_address or "") as discord:
        ws = there = None
        try:
            if slack_address is not None:
                waits = {"interactive_timeout": 15.0} | dict((settings or {}).get("slack", {}))
                ws = await slack.workspace(users=[*people, EDA], channels=[HELP, LEADERS], settings=waits)
            if discord_address is not None:
                waits = {"interaction_timeout": 15.0} | dict((settings or {}).get("discord", {}))
                channels = [HELP, LEADERS, {"name": FORUM, "kind": "forum", "tags": ["open", "fixed"]}]
                there = await discord.world(users=people, guilds=[{"name": GUILD, "channels": channels}], settings=waits)
            yield Company(ws, there)
        finally:
            for one in (ws, there):
                if one is not None:
                    await one.close()
