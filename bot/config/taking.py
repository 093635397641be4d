"""Another configuration while the bot runs: what of it counts at once, and what waits for a restart?"""

from dataclasses import replace

from bot.config.plans import Config, DiscordPlan


def taken(old: Config, new: Config) -> tuple[Config, tuple[str, ...]]:
    """Return what is in force from now on, and the keys that only a restart can change. Values are not named: one may hold a password."""
    local = replace(old.local, reactions=new.local.reactions)
    slack = replace(old.slack, reactions=new.slack.reactions) if old.slack and new.slack else old.slack
    discord = _at_once(old.discord, new.discord)
    force = replace(new, file=old.file, database_url=old.database_url, local=local, slack=slack, discord=discord, operation=old.operation)
    parts = {
        "database.url": old.database_url != new.database_url,
        "slack": slack != new.slack,
        "discord": discord != new.discord,
        **{f"local.{key}": getattr(local, key) != getattr(new.local, key) for key in ("enabled", "host", "port", "channels")},
        **{
            f"operation.{key}": getattr(old.operation, key) != getattr(new.operation, key) for key in ("host", "port", "log_level", "lease")
        },
    }
    return force, tuple(key for key, differs in parts.items() if differs)


def _at_once(old: DiscordPlan | None, new: DiscordPlan | None) -> DiscordPlan | None:
    """Return Discord's plan with what needs no new connection: which reactions report, and what a forum's tags are called."""
    return replace(old, reactions=new.reactions, forum_tags=new.forum_tags) if old and new else old
