"""A small workspace of its own: an HTTP API and a web page, for trying Buckstop and for tests."""

from bot.adapters.local.events import Announced, Events
from bot.adapters.local.messenger import LocalDirectory, LocalMessenger, LocalPlaces
from bot.adapters.local.play import Played, Player, StoryStuck
from bot.adapters.local.server import make_app
from bot.adapters.local.story import quiet_monday, steps
from bot.adapters.local.workspace import Workspace

__all__ = [
    "Announced", "Events", "LocalDirectory", "LocalMessenger", "LocalPlaces", "Played", "Player", "StoryStuck", "Workspace",
    "make_app", "quiet_monday", "steps",
]  # fmt: skip
