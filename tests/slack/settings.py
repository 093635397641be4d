"""What can be set about a workspace?

The defaults are Slack's own, except that what would only make tests slow is short: a failed event comes again after a moment rather
than after a minute.
"""

from dataclasses import dataclass

DEFAULT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "metadata.message:read",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "reactions:read",
    "reactions:write",
    "users:read",
    "users:read.email",
)


@dataclass(slots=True)
class Settings:
    """Times in seconds."""

    interactive_timeout: float = 3.0
    event_timeout: float = 3.0
    event_retry_delays: tuple[float, ...] = (0.05, 0.1, 0.2)
    trigger_life: float = 3.0
    response_url_life: float = 1800.0
    response_url_uses: int = 5
    most_sockets: int = 10
    ping_every: float = 10.0
    should_escape: bool = True
    # What posting to a deactivated account's direct messages fails with. Slack itself lets it pass.
    deactivated_error: str = ""
    # What posting into a thread whose beginning is gone fails with. Slack itself posts it outside any thread (slack-go#1571).
    lost_thread_error: str = ""
    # How many messages that show a new file Slack refuses, since it has not looked at the file yet.
    looks_at_files_after: int = 0
