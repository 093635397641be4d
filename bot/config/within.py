"""How is written where a channel or an account lies? Bare, or with its workspace or server before a slash: "T0123456/C0123456"."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Within:
    """A channel or an account as it is written; a bare one ("") belongs to the only workspace or server there is."""

    home: str
    id: str

    def __str__(self) -> str:
        return f"{self.home}/{self.id}" if self.home else self.id

    def of(self, homes: list[str]) -> "Within":
        """Return the same in full, if there is only one home to be in."""
        return self if self.home or len(homes) != 1 else Within(homes[0], self.id)


def within(given: str, home: Callable[[str], str], own: Callable[[str], str]) -> Within:
    """Read an id that may have its home before a slash, each half by its own reader."""
    before, slash, bare = given.rpartition("/")
    return Within(home(before) if slash else "", own(bare))
