"""Which web addresses may be looked at, and which places may never be connected to? Pure: what a name resolves to is looked up elsewhere.

Buckstop stands inside the organisation's network. Whoever owns a name on the internet must not be able to make it knock at doors inside:
so only https, and only addresses that the whole internet can reach.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from yarl import URL

Address = IPv4Address | IPv6Address

LONGEST = 2000
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?", re.IGNORECASE)
# Beside what the standard library calls not global: multicast, documentation, and ways of writing an IPv4 address as an IPv6 one.
_NEVER = tuple(
    map(ip_network, ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "224.0.0.0/3", "255.255.255.255/32"))
)
_NEVER_6 = tuple(map(ip_network, ("::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7",
                                  "fe80::/9", "ff00::/8")))  # fmt: skip
_INTERNET_6 = ip_network("2000::/3")  # all that has ever been given out: the rest is no internet, or another way of writing IPv4
_NAT64, _6TO4 = ip_network("64:ff9b::/96"), ip_network("2002::/16")
_INSIDE = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet", ".corp", ".home")  # names of networks inside


class Unfit(ValueError):
    """An address that is not looked at; its text says why, in half a sentence."""


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the internet: not to this machine, to a network inside, or to a way of writing one of those."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in net for net in _NEVER)
    inside = inner(address)
    if inside is not None:
        return is_public(inside)
    return address.scope_id is None and address in _INTERNET_6 and address.is_global and not any(address in net for net in _NEVER_6)


def inner(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for, where it is such a one: mapped, 6to4, or by NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _6TO4:
        return address.sixtofour
    return IPv4Address(int(address) & 0xFFFF_FFFF) if address in _NAT64 else None


def web_address(text: str, schemes: tuple[str, ...] = ("https",)) -> URL:
    """Return an address that may be looked up and then connected to.

    Raises:
        Unfit: it is none, or no https, or names somebody, or means a place inside by itself.
    """
    if len(text) > LONGEST or any(sign.isspace() or not sign.isprintable() for sign in text) or "\\" in text:
        raise Unfit("is no web address")
    try:
        url = URL(text)
        host, port = url.raw_host, url.port
    except ValueError:
        raise Unfit("is no web address") from None
    if url.scheme not in schemes:
        raise Unfit("does not begin with https://")
    if url.user is not None or url.password is not None:
        raise Unfit("has a name or a password before its host")
    if not host or port is None or not 0 < port < 65536:
        raise Unfit("has no host")
    if literal(host) is None and (_NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) or not _HOST.fullmatch(host)):
        # "2130706433" and "0x7f.1" are 127.0.0.1 to some; nobody writes them who means well.
        raise Unfit("has a host that is neither a name nor a plain address")
    return url


def literal(host: str) -> Address | None:
    """Return the IP address that a host is, if it is one and no name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def means_inside(host: str) -> bool:
    """Tell whether a host means a place inside by its name alone. What other names mean, only looking them up tells."""
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(_INSIDE) or ("." not in name and ":" not in name)
