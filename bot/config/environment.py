"""What the environment holds for a platform: what is wrong with it all at once, and whether a secret may be sent to an address."""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


class EnvironmentFaults(Exception):
    """The environment lacks something that a platform needs; `faults` holds everything that is wrong with it."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def fit_for_secrets(given: str, scheme: str = "http") -> SplitResult | None:
    """Return an address that secrets may be sent to: encrypted ("https", or "wss" for "ws"), or on this machine; None for another."""
    try:
        url = urlsplit(given)
        _ = url.port  # a wrong one raises
    except ValueError:
        return None
    safe = url.scheme == f"{scheme}s" or (url.scheme == scheme and _is_here(url.hostname))
    plain = url.username is None and given.isprintable() and not any(sign in given for sign in " ?#")
    return url if safe and plain and url.hostname else None


def _is_here(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
