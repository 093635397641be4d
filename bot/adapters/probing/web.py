"""Does a web address answer? One look, bounded in time, size and redirects, that no address inside a network ever hears of.

An answer that asks who is there (401, 403, 405, 429) is an answer. What could not be looked at is not called broken.
"""

import asyncio
import errno
import socket
import ssl
from collections.abc import Mapping
from socket import EAI_NONAME, gaierror

import structlog
from aiohttp import ClientConnectorCertificateError, ClientError, ClientResponse, ClientSession, ClientSSLError, ClientTimeout, TCPConnector
from yarl import URL

from bot.adapters.probing.lookup import Checked, Lookup, Permits, system_lookup
from bot.config.web_addresses import Unfit, is_public, web_address
from bot.ports import Look

log = structlog.get_logger()

SECONDS = 10.0  # for all of it
MOST_REDIRECTS = 5
MOST_BYTES = 65_536  # of the page; what comes after is not read
AT_ONCE = 4
_THERE = frozenset({401, 403, 405, 429})
_UNKNOWN = frozenset({EAI_NONAME, getattr(socket, "EAI_NODATA", EAI_NONAME)})
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL})
_OFFLINE = Look("unseen", "this machine found no way to it", silent=True)  # its own network is as likely to be away as the route
_HEADERS: Mapping[str, str] = {"User-Agent": "Buckstop (looks whether this page answers)", "Accept": "*/*"}


class _Moved(Exception):
    """The page is somewhere else."""

    def __init__(self, to: URL) -> None:
        super().__init__()
        self.to = to


class WebProber:
    """Looks at web addresses, a few at a time.

    Args:
        permits: which addresses may be connected to.
        lookup: where a host is.
        schemes: how an address may begin.
        trust: which certificates are believed; None: those of this machine.
        seconds: how long one look may take in all.
    """

    def __init__(
        self,
        permits: Permits = is_public,
        lookup: Lookup = system_lookup,
        schemes: tuple[str, ...] = ("https",),
        trust: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._permits = permits
        self._lookup = lookup
        self._schemes = schemes
        self._trust = trust
        self._seconds = seconds
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def probe(self, address: str) -> Look:
        """Look once."""
        async with self._turns:
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._look(address)
            except TimeoutError:
                return Look("fails", f"no answer within {self._seconds:g} seconds", silent=True)
            except Unfit as unfit:
                return Look("unseen", f"the address {unfit}")
            except Exception:
                # Whatever a stranger's server may come up with: what cannot be judged says nothing about the route.
                log.exception("probe.failed")
                return Look("unseen", "it could not be looked at")

    async def _look(self, address: str) -> Look:
        resolver = Checked(self._lookup, self._permits)
        # A connection of its own for each look: none that was opened to somewhere else is used again.
        connector = TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True, limit=1, ssl=self._trust or True)
        async with ClientSession(
            connector=connector, timeout=ClientTimeout(total=None), trust_env=False, auto_decompress=False, headers=_HEADERS
        ) as http:
            url = web_address(address, self._schemes)
            for _ in range(MOST_REDIRECTS + 1):
                try:
                    return await self._hop(http, resolver, url)
                except _Moved as moved:
                    url = web_address(str(moved.to), self._schemes)
        return Look("fails", f"over {MOST_REDIRECTS} redirects, one after the other")

    async def _hop(self, http: ClientSession, resolver: Checked, url: URL) -> Look:
        host = url.raw_host or ""
        try:
            await resolver.check(host)
        except Unfit:
            raise
        except UnicodeError:
            return Look("fails", "its name is not known", silent=True)
        except OSError as error:
            return Look("fails", "its name is not known", silent=True) if _no_such_name(error) else _OFFLINE
        try:
            async with http.get(url, allow_redirects=False) as response:
                return await _answer(response, url)
        except (ClientConnectorCertificateError, ClientSSLError):
            return Look("fails", "its certificate is not valid")
        except (ClientError, OSError, ValueError) as error:
            return _OFFLINE if isinstance(error, OSError) and error.errno in _NO_WAY else Look("fails", "no connection", silent=True)


def _no_such_name(error: OSError) -> bool:
    """Tell whether the name's own servers say so; that nobody could be asked says nothing about it."""
    return isinstance(error, gaierror) and error.errno in _UNKNOWN


async def _answer(response: ClientResponse, url: URL) -> Look:
    if 300 <= response.status < 400 and "Location" in response.headers:
        raise _Moved(_joined(url, response.headers["Location"]))
    await response.content.read(MOST_BYTES)
    said = f"it answers {response.status}"
    return Look("works" if 200 <= response.status < 300 or response.status in _THERE else "fails", said)


def _joined(url: URL, location: str) -> URL:
    try:
        return url.join(URL(location))
    except ValueError:
        raise Unfit("leads to something that is no web address") from None
