"""How does one try Buckstop without Slack or Discord? A small workspace of its own: an HTTP API (docs/api.md) and a page on it.

The composition root wraps the mailbox in `Announced`, gives the same one to `LocalMessenger` and `Workspace`, and serves `make_app`.
"""

from bot.adapters.local.events import Announced, Events
from bot.adapters.local.messenger import LocalDirectory, LocalMessenger, LocalPlaces
from bot.adapters.local.server import make_app
from bot.adapters.local.workspace import Workspace

__all__ = ["Announced", "Events", "LocalDirectory", "LocalMessenger", "LocalPlaces", "Workspace", "make_app"]
