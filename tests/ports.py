"""Ports for processes that are told theirs before they start."""

from random import randrange
from socket import socket

# Below those from which systems take the ports of connections, 32768 with Linux: such a port cannot be taken before its process listens.
_FIRST, _LAST = 10_000, 32_000


def free_port() -> int:
    """Return a port that nobody listens on, and that no connection will be given."""
    while True:
        port = randrange(_FIRST, _LAST)
        with socket() as found:
            try:
                found.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
