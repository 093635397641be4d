"""The few words that all parts of the fake share."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A Web API method refuses: its name for it, and what else Slack answers."""

    def __init__(self, error: str, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.more = dict(more or {})


class Impossible(Exception):
    """A test asked for what no person could do in Slack: press a button that is not there, say."""
