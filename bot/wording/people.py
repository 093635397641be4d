"""What the admins read about people's accounts and about channels."""

from bot.chat import Line, Typed

_PLATFORMS = {"slack": "Slack", "discord": "Discord", "local": "the local workspace"}


def platform_name(platform: str) -> str:
    """Return what people call a platform."""
    return _PLATFORMS.get(platform, platform)


def named_platform(text: str) -> str | None:
    """Return the platform that somebody means."""
    plain = " ".join(text.casefold().split())
    return next((key for key, name in _PLATFORMS.items() if plain in (key, name.casefold(), name.casefold().removeprefix("the "))), None)


def gone(name: str, platform: str) -> Line:
    """Say that somebody's account was deactivated, and what was done about it."""
    done = "their cases went to whoever is next, and nothing waits for them any more"
    mend = "Take them out of the configuration, or give their services another owner."
    return (Typed(name), f" has no account on {platform_name(platform)} any more: {done}. {mend}")


def unknown_account(name: str, platform: str, why: str) -> Line:
    """Say that a configured person cannot be found on a platform."""
    mend = "Correct the account or the e-mail address in the configuration; `buckstop doctor` checks everybody."
    return (Typed(name), f" cannot be found on {platform_name(platform)}: ", Typed(why), f". {mend}")


def dead_channel(channel: str, platform: str, why: str) -> Line:
    """Say that a channel takes nothing any more, and what to do about it."""
    mend = "What was to be said there is not lost, but nobody reads it; name another channel in the configuration, or mend this one."
    return (f"The channel {channel} on {platform_name(platform)} takes no messages: ", Typed(why), f". {mend}")
