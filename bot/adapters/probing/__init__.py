"""Look whether web addresses answer: `WebProber` is what the rest of the bot uses."""

from bot.adapters.probing.web import WebProber

__all__ = ["WebProber"]
