"""What the desk needs to know of the configuration beside the organisation: what it is called, and which reactions mean what."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config.plans import DigestPlan
from bot.ports import Places, Routes

NOT_A_CASE = frozenset({"x", "no_entry_sign", "\N{CROSS MARK}", "\N{NO ENTRY SIGN}"})


@dataclass(frozen=True, slots=True)
class Settings:
    """How people call Buckstop, and how they report without words."""

    commands: Mapping[str, str] = field(default_factory=lambda: {"case": "", "report": "report"})  # slash command: its verb
    mentions: tuple[str, ...] = ("@buckstop",)
    reactions: Mapping[str, frozenset[str]] = field(default_factory=dict)  # platform: the emoji that report a message
    not_a_case: frozenset[str] = NOT_A_CASE
    places: Places | None = None  # where a service's channel is
    routes: Routes | None = None  # where somebody is written to first
    digests: tuple[DigestPlan, ...] = ()

    def reports(self, platform: str, emoji: str) -> bool:
        """Tell whether this reaction reports the message that it is put on."""
        return plain_emoji(emoji) in {plain_emoji(name) for name in self.reactions.get(platform, frozenset())}

    def undoes(self, emoji: str) -> bool:
        """Tell whether this reaction says that it was no case."""
        return plain_emoji(emoji) in self.not_a_case


def plain_emoji(emoji: str) -> str:
    """Return an emoji without colons, skin tone or the selector that makes it colourful."""
    return emoji.strip().strip(":").split("::")[0].replace("\N{VARIATION SELECTOR-16}", "")
