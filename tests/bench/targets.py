"""Does a figure hold? The target stands beside it, with yes or no."""

from collections.abc import Callable


def held(figure: float, target: float, said: Callable[[float], str]) -> str:
    """Return the target, and whether a figure that may be at most so great holds it."""
    return f"at most {said(target)}: {'held' if figure <= target else '**missed**'}"
