"""How is Discord reached, and how fast may it be written to? Light: whoever only asks this does not load Discord's library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.adapters.discord.tokens import api_url, gateway_url, token_of


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast Discord lets a bot write: 50 requests a second in all, and about 5 in 5 seconds to one channel.

    Less than that is taken, so that answering people never waits for what Buckstop says by itself: a post may be two requests, since a
    card gets a thread.
    """

    rest: timedelta = timedelta(seconds=1)  # of a channel after a post
    posts: tuple[timedelta, int] = (timedelta(milliseconds=50), 10)
    edits: tuple[timedelta, int] = (timedelta(milliseconds=100), 5)
    opened: tuple[timedelta, int] = (timedelta(seconds=1), 10)  # direct messages: Discord takes many at once for spam
    doubt: timedelta = timedelta(seconds=5)  # until a post whose answer got lost is tried again: Discord may still be at it


@dataclass(frozen=True, slots=True, repr=False)
class Access:
    """Discord's two addresses, the bot's token, and how fast it may be written to (None: as fast as it goes, for tests)."""

    api_url: str
    gateway_url: str
    token: str
    pace: Pace | None = field(default_factory=Pace)

    def __repr__(self) -> str:
        return "Access(...)"


class Unfit(Exception):
    """Discord refuses the token, or does not let the bot hear enough; a sentence for each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))


def access_of(environ: Mapping[str, str]) -> Access:
    """Return what the environment says of the way to Discord.

    Raises:
        EnvironmentFaults: everything that is missing or wrong.
    """
    token = token_of(environ)
    return Access(api_url(environ), gateway_url(environ), token)
