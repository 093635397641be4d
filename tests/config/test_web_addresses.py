"""Which places may be connected to? None inside, in whatever way it is written; and no address that somebody could mean otherwise."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.config.web_addresses import Unfit, inner, is_public, literal, means_inside, web_address

INSIDE = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    "::/128", "::1/128", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7",
    "fe80::/10", "fec0::/10", "ff00::/8",
)  # fmt: skip
PUBLIC = ("8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001:80b::200e")
INSIDE_4 = [ip_network(net) for net in INSIDE if ":" not in net]


@st.composite
def within(draw: st.DrawFn, nets: tuple[str, ...] = INSIDE) -> IPv4Address | IPv6Address:
    """An address of one of these networks, its ends included."""
    net = ip_network(draw(st.sampled_from(nets)))
    at = draw(st.integers(0, net.num_addresses - 1) | st.sampled_from((0, net.num_addresses - 1)))
    return net[at]


@given(within())
def test_no_address_inside_is_public(address: IPv4Address | IPv6Address) -> None:
    assert not is_public(address)


@given(within(tuple(net for net in INSIDE if ":" not in net)), st.sampled_from(("::ffff:0:0", "64:ff9b::", "2002::", "::")))
def test_nor_as_an_ipv6_address(address: IPv4Address | IPv6Address, prefix: str) -> None:
    number = int(IPv6Address(prefix)) | (int(address) << 80 if prefix == "2002::" else int(address))
    assert not is_public(IPv6Address(number))


@given(st.ip_addresses(v=4).filter(lambda one: not any(one in net for net in INSIDE_4)))
@example(IPv4Address("8.8.8.8"))
def test_what_is_public_is_so_in_every_writing_that_leads_there(address: IPv4Address) -> None:
    assert is_public(address) == address.is_global
    for prefix, shift in (("::ffff:0:0", 0), ("64:ff9b::", 0), ("2002::", 80)):
        written = IPv6Address(int(IPv6Address(prefix)) | (int(address) << shift))
        assert inner(written) == address
        assert is_public(written) == is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_is_public(address: str) -> None:
    found = literal(address)
    assert found is not None
    assert is_public(found)


@pytest.mark.parametrize("address", ["::ffff:0:127.0.0.1", "::ffff:0:0:10.0.0.1", "::ffff:0:8.8.8.8", "4000::1", "e000::1", "1fff::1"])
def test_what_was_never_given_out_is_not_public(address: str) -> None:
    assert not is_public(IPv6Address(address))


def test_a_zone_marks_a_place_inside() -> None:
    assert not is_public(IPv6Address("fe80::1%eth0"))
    assert not is_public(IPv6Address("2606:4700::1111%eth0"))


FIT = {
    "https://example.org": ("example.org", 443),
    "https://example.org/contact?x=1#form": ("example.org", 443),
    "https://EXAMPLE.org:8443/": ("example.org", 8443),
    "https://müller.example/": ("xn--mller-kva.example", 443),
    "https://8.8.8.8/": ("8.8.8.8", 443),
    "https://[2606:4700::1111]/": ("2606:4700::1111", 443),
    "https://under_score.example/": ("under_score.example", 443),
    "https://\uff11\uff12\uff17.0.0.1/": ("127.0.0.1", 443),  # full-width digits are digits: what they mean is seen, and refused later
}


@pytest.mark.parametrize(("text", "means"), FIT.items())
def test_what_an_address_means_is_what_is_looked_up(text: str, means: tuple[str, int]) -> None:
    url = web_address(text)
    assert (url.raw_host, url.port) == means


UNFIT = {
    "http://example.org": "https",
    "ftp://example.org": "https",
    "//example.org": "https",
    "example.org": "https",
    "": "https",
    "file:///etc/passwd": "https",
    "javascript:alert(1)": "https",
    "https://user@example.org": "name or a password",
    "https://example.org@127.0.0.1/": "name or a password",
    "https://:secret@example.org/": "name or a password",
    "https://": "no host",
    "https:///path": "no host",
    "https://example.org:0/": "no host",
    "https://example.org:99999/": "no web address",
    "https://example.org:port/": "no web address",
    "https://exa mple.org/": "no web address",
    "https://example.org/\n": "no web address",
    "https://example.org\\@127.0.0.1/": "no web address",
    "https://2130706433/": "neither",
    "https://017700000001/": "neither",
    "https://0x7f000001/": "neither",
    "https://0x7f.1/": "neither",
    "https://127.1/": "neither",
    "https://127.0.0.1./": "neither",
    "https://0177.0.0.1/": "neither",
    "https://example.1/": "neither",
    "https://[::1/": "no web address",
    f"https://example.org/{'x' * 3000}": "no web address",
}


@pytest.mark.parametrize(("text", "why"), UNFIT.items(), ids=[text[:40] for text in UNFIT])
def test_what_is_not_looked_at_says_why(text: str, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        web_address(text)


@given(within(tuple(net for net in INSIDE if ":" not in net)), st.sampled_from(("{0}", "0x{0:x}", "0{0:o}")))
def test_a_number_is_no_host(address: IPv4Address, writing: str) -> None:
    with pytest.raises(Unfit):
        web_address(f"https://{writing.format(int(address))}/")


_HOST = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20) | st.from_regex(
    r"[0-9a-fx.:\[\]@%-]{1,20}", fullmatch=True
)


@given(_HOST, st.integers(-1, 70_000) | st.none())
def test_whatever_stands_there_it_is_refused_or_has_a_host_that_is_a_name_or_one_address(host: str, port: int | None) -> None:
    try:
        url = web_address(f"https://{host}{'' if port is None else f':{port}'}/")
    except Unfit:
        return
    found = url.raw_host or ""
    assert found.isascii()
    assert url.user is None
    assert not found.replace(".", "").isdigit() or literal(found) is not None


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "localhost.", "x.localhost", "printer", "nas.local", "wiki.corp", "db.internal", "router.lan"]
)
def test_some_names_mean_a_place_inside(host: str) -> None:
    assert means_inside(host)


@pytest.mark.parametrize("host", ["example.org", "local.example.org", "localhost.example", "2606:4700::1111"])
def test_others_have_to_be_looked_up(host: str) -> None:
    assert not means_inside(host)


def test_the_networks_of_this_test_are_networks() -> None:
    assert all(isinstance(ip_network(net), IPv6Network) == (":" in net) for net in INSIDE)
