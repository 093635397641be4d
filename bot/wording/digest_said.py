"""How does a digest read to somebody in the organisation's zone, at the time that it is of?"""

from datetime import datetime

from bot.chat import Line, Typed
from bot.escalation.org import Org
from bot.wording.digest_items import Content
from bot.wording.plain import in_full, plain


class Said:
    """Says lines in a zone, at a time."""

    def __init__(self, zone: str, now: datetime) -> None:
        self._zone, self._now = zone, now

    def __call__(self, line: Line) -> str:
        return plain(line, self._zone, self._now)

    def day(self, org: Org) -> str:
        """Say for whom and of when the digest is."""
        return f"{self((Typed(org.name),))}, {in_full(self._now, self._zone)}"

    def span(self, content: Content, org: Org) -> str:
        """Say for whom and for which time the digest is."""
        start, end = (in_full(datetime.fromisoformat(content[key]), self._zone) for key in ("from", "to"))
        return f"{self((Typed(org.name),))}, {start} to {end}"
