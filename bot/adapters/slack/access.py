"""How is Slack reached, and how fast may it be written to? Light: whoever only asks this does not load Slack's libraries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.adapters.slack.tokens import Tokens, api_url, tokens_of
from bot.config import SlackPlan


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast Slack lets an app write (docs.slack.dev/apis/web-api/rate-limits)."""

    rest: timedelta = timedelta(seconds=1)  # "one message per second per channel"
    posts: tuple[timedelta, int] = (timedelta(milliseconds=200), 20)  # "several hundred per minute per workspace"
    doubt: timedelta = timedelta(seconds=5)  # until a post whose answer got lost is looked up: Slack may still be at it
    # A little less at once than Slack's own burst: at the very edge of it, every other call would come a moment too soon.
    edits: tuple[timedelta, int] = (timedelta(milliseconds=1200), 8)  # "chat.update: Tier 3, 50+ per minute"
    opened: tuple[timedelta, int] = (timedelta(milliseconds=1200), 8)  # "conversations.open: Tier 3, 50+ per minute"


@dataclass(frozen=True, slots=True)
class Access:
    """Slack's address, each workspace's secrets, and how fast it may be written to (None: as fast as it goes, for tests)."""

    url: str
    tokens: Mapping[str, Tokens]
    pace: Pace | None = field(default_factory=Pace)


class Unfit(Exception):
    """Slack refuses a token, or it belongs elsewhere; a sentence for each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))


def access_of(plan: SlackPlan, environ: Mapping[str, str]) -> Access:
    """Return what the environment says of the way to Slack.

    Raises:
        EnvironmentFaults: everything that is missing or wrong.
    """
    tokens = tokens_of(plan, environ)  # first: it tells of a wrong address together with all else
    return Access(api_url(environ), tokens)
