"""Where is a host? Looked up once a hop, checked, and then connected to at just the addresses that were checked.

A name may mean another address the next time it is asked for (DNS rebinding). So nobody asks again: the connection gets its addresses from
here, and only from here.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.config.web_addresses import Address, Unfit, literal

Lookup = Callable[[str], Awaitable[Sequence[Address]]]
Permits = Callable[[Address], bool]
MOST = 16  # addresses of one name


async def system_lookup(host: str) -> Sequence[Address]:
    """Ask this machine where a host is.

    Raises:
        OSError: it has no address, or nobody could say.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    # A zone ("fe80::1%eth0") stays: it marks an address of a network inside.
    return tuple(dict.fromkeys(ip_address(str(where[4][0])) for where in found))


class Checked(AbstractResolver):
    """The resolver of one probe: it knows the hosts that were looked up and checked, and no others."""

    def __init__(self, lookup: Lookup, permits: Permits) -> None:
        self._lookup = lookup
        self._permits = permits
        self._known: dict[str, tuple[Address, ...]] = {}

    async def check(self, host: str) -> None:
        """Look a host up.

        Raises:
            Unfit: any of its addresses is one that must not be connected to.
            OSError: it has none.
        """
        alone = literal(host)
        found = (alone,) if alone is not None else tuple(await self._lookup(host))[:MOST]
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        # Not only the ones that are fit: a name that means a place inside as well is up to something, or set up wrongly.
        if not all(self._permits(address) for address in found):
            raise Unfit("leads to an address inside a network")
        self._known[host] = found

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        """Return the checked addresses of a host, for the connection.

        Raises:
            OSError: it was not checked.
        """
        if host not in self._known:
            raise OSError(f"{host} was not looked up")
        return [_result(host, port, address) for address in self._known[host]]

    async def close(self) -> None:
        """Let go of nothing."""


def _result(host: str, port: int, address: Address) -> ResolveResult:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=str(address), port=port, family=family, proto=0, flags=flags)
