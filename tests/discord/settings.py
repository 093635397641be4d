"""What can be set about a world?

The defaults are Discord's own; times are in seconds.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Settings:
    """Times and sizes that a test may shorten."""

    # How long an application has to answer an interaction, and how long the interaction's token lives afterwards.
    interaction_timeout: float = 3.0
    interaction_life: float = 900.0
    # How long the same nonce returns the first message.
    nonce_window: float = 180.0
    heartbeat_interval: float = 41.25
    # How long a gateway session can be resumed, and how many events are kept for it.
    session_life: float = 300.0
    session_events: int = 1000
    # Between two identifies, per shard; 0 is no limit (Discord: 5).
    identify_every: float = 0.0
    # Frames that a client may send in a minute.
    gateway_frames: int = 120
    # What a direct message fails with to somebody who shares no guild with the bot; Discord has begun to answer 50278.
    stranger_error: int = 50007
    # So many refused calls (401, 403, 429) within so many seconds, and Cloudflare refuses every call from this address.
    ban_after: int = 10_000
    ban_window: float = 600.0
    # Messages older than this may be edited only so often in an hour (30046). 0 is no limit.
    old_message: float = 3600.0
    old_edits: int = 0
