"""Does one look see what is there, in bounded time, without ever knocking at a door inside?

127.0.0.1 stands for the internet here, 127.0.0.2 for a network inside; names mean what the test says they mean.
"""

import asyncio
import errno
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import web

from bot.adapters.probing.lookup import Checked
from bot.adapters.probing.web import AT_ONCE, MOST_REDIRECTS, WebProber
from bot.config.web_addresses import Address
from bot.ports import Look

INTERNET, INSIDE = ip_address("127.0.0.1"), ip_address("127.0.0.2")
PEM = Path(__file__).parent / "page.example.pem"  # a certificate of nobody's, for page.example
Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass
class Net:
    """A small internet: what its pages answer, who was asked for, and which doors were knocked at."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    names: dict[str, list[Sequence[Address]]] = field(default_factory=lambda: {"page.example": [(INTERNET,)]})
    asked: list[str] = field(default_factory=list)
    knocked: list[str] = field(default_factory=list)

    async def lookup(self, host: str) -> Sequence[Address]:
        """Say where a host is: each time the next of what it is to be, the last for ever."""
        self.asked.append(host)
        turns = self.names.get(host)
        if turns is None:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return turns.pop(0) if len(turns) > 1 else turns[0]

    def prober(self, **more: object) -> WebProber:
        """Return a prober in this internet."""
        given: dict[str, object] = {"permits": lambda one: one == INTERNET, "lookup": self.lookup, "schemes": ("http",)}
        return WebProber(**given | more)  # type: ignore[arg-type]

    def url(self, path: str = "/", host: str = "page.example") -> str:
        """Return the address of a page."""
        return f"http://{host}:{self.port}{path}"

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer as the test has it."""
        there = request.transport.get_extra_info("sockname")[0] if request.transport else ""
        self.knocked.append(there)
        return await self.answers[request.path](request)


def says(status: int, **headers: str) -> Answer:
    """An answer with this status."""

    async def answer(request: web.BaseRequest) -> web.Response:
        return web.Response(status=status, headers=headers)

    return answer


@pytest.fixture
async def net() -> AsyncIterator[Net]:
    """A small internet, with a network inside at the same port."""
    there = Net(answers={"/": says(200)})
    runner = web.ServerRunner(web.Server(there.answer), shutdown_timeout=0.1)
    await runner.setup()
    first = web.TCPSite(runner, str(INTERNET), 0)
    await first.start()
    there.port = runner.addresses[0][1]
    await web.TCPSite(runner, str(INSIDE), there.port).start()
    yield there
    await runner.cleanup()


STATUSES = {
    200: Look("works", "it answers 200"),
    204: Look("works", "it answers 204"),
    401: Look("works", "it answers 401"),
    403: Look("works", "it answers 403"),
    405: Look("works", "it answers 405"),
    429: Look("works", "it answers 429"),
    304: Look("fails", "it answers 304"),
    404: Look("fails", "it answers 404"),
    410: Look("fails", "it answers 410"),
    500: Look("fails", "it answers 500"),
    503: Look("fails", "it answers 503"),
}


@pytest.mark.parametrize(("status", "look"), STATUSES.items())
async def test_what_an_answer_says(net: Net, status: int, look: Look) -> None:
    net.answers["/"] = says(status)
    assert await net.prober().probe(net.url()) == look


async def test_a_name_that_nobody_has_and_a_door_that_nobody_opens(net: Net) -> None:
    assert await net.prober().probe(net.url(host="gone.example")) == Look("fails", "its name is not known", silent=True)
    assert await net.prober().probe("http://page.example:1/") == Look("fails", "no connection", silent=True)


async def test_redirects_are_followed_so_far_and_no_further(net: Net) -> None:
    for n in range(10):
        net.answers[f"/{n}"] = says(302, Location=f"/{n + 1}")
    net.answers[f"/{MOST_REDIRECTS}"] = says(200)
    assert await net.prober().probe(net.url("/0")) == Look("works", "it answers 200")

    net.answers[f"/{MOST_REDIRECTS}"] = says(302, Location="/0")
    net.knocked.clear()
    assert await net.prober().probe(net.url("/0")) == Look("fails", f"over {MOST_REDIRECTS} redirects, one after the other")
    assert len(net.knocked) == MOST_REDIRECTS + 1


INSIDE_BY = {
    "its number": "http://127.0.0.2:{port}/",
    "a name": "http://inside.example:{port}/",
    "a name that is both": "http://both.example:{port}/",
    "as IPv6": "http://[::ffff:127.0.0.2]:{port}/",
    "as a decimal": "http://2130706434:{port}/",
    "as hexadecimal": "http://0x7f000002:{port}/",
    "as octal": "http://0177.0.0.2:{port}/",
    "with somebody's name before it": "http://page.example@127.0.0.2:{port}/",
    "without a scheme": "//127.0.0.2:{port}/",
    "another scheme": "ftp://page.example/",
}


@pytest.mark.parametrize("to", INSIDE_BY.values(), ids=INSIDE_BY.keys())
async def test_nothing_inside_is_knocked_at_directly_or_by_a_redirect(net: Net, to: str) -> None:
    net.names |= {"inside.example": [(INSIDE,)], "both.example": [(INTERNET, INSIDE)]}
    address = to.format(port=net.port)
    direct = await net.prober().probe(address)
    net.answers["/moved"] = says(302, Location=address)
    moved = await net.prober().probe(net.url("/moved"))

    assert (direct.seen, moved.seen) == ("unseen", "unseen")
    assert net.knocked == [str(INTERNET)]


async def test_a_name_is_asked_for_once_and_only_what_was_checked_is_connected_to(net: Net) -> None:
    net.names["turns.example"] = [(INTERNET,), (INSIDE,)]  # the second time it means a place inside
    assert await net.prober().probe(net.url(host="turns.example")) == Look("works", "it answers 200")
    assert net.asked == ["turns.example"]
    assert net.knocked == [str(INTERNET)]


async def test_each_hop_is_asked_for_anew(net: Net) -> None:
    net.names["turns.example"] = [(INTERNET,), (INSIDE,)]
    net.answers["/"] = says(302, Location="/again")
    assert (await net.prober().probe(net.url(host="turns.example"))).seen == "unseen"
    assert net.knocked == [str(INTERNET)]


async def test_only_https_goes_out_by_default_and_only_to_the_internet(net: Net) -> None:
    for address in (net.url(), f"https://127.0.0.1:{net.port}/", "https://[::1]/", "https://localhost/", "https://169.254.169.254/"):
        assert (await WebProber().probe(address)).seen == "unseen"
    assert net.knocked == []


async def test_whoever_says_nothing_is_not_waited_for(net: Net) -> None:
    never = asyncio.Event()

    async def silent(request: web.BaseRequest) -> web.Response:
        await never.wait()
        return web.Response()

    net.answers["/"] = silent
    assert await net.prober(seconds=0.2).probe(net.url()) == Look("fails", "no answer within 0.2 seconds", silent=True)


async def test_a_page_without_end_is_not_read_to_its_end(net: Net) -> None:
    sent = 0

    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)
            sent += 65_536

    net.answers["/"] = endless
    assert await net.prober().probe(net.url()) == Look("works", "it answers 200")
    assert sent < 20_000_000


async def test_what_is_no_http_is_no_answer() -> None:
    async def chatter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(chatter, str(INTERNET), 0)
    port = server.sockets[0].getsockname()[1]
    prober = Net().prober()
    assert await prober.probe(f"http://page.example:{port}/") == Look("fails", "no connection", silent=True)
    server.close()
    await server.wait_closed()


async def test_so_many_at_once_and_no_more(net: Net) -> None:
    there, most = 0, 0
    full, go = asyncio.Event(), asyncio.Event()

    async def held(request: web.BaseRequest) -> web.Response:
        nonlocal there, most
        there += 1
        most = max(most, there)
        if there == AT_ONCE:
            full.set()
        await go.wait()
        there -= 1
        return web.Response()

    net.answers |= {"/": held, "/other": says(200)}
    prober, another = net.prober(), net.prober()
    looks = asyncio.gather(*(prober.probe(net.url()) for _ in range(3 * AT_ONCE)))
    await full.wait()
    for _ in range(5):  # longer than it would take one more to get there
        await another.probe(net.url("/other"))
    go.set()
    assert {look.seen for look in await looks} == {"works"}
    assert most == AT_ONCE


async def test_a_connection_gets_no_address_that_was_not_checked(net: Net) -> None:
    checked = Checked(net.lookup, lambda one: one == INTERNET)
    with pytest.raises(OSError, match="was not looked up"):
        await checked.resolve("page.example", 443)
    await checked.check("page.example")
    assert [found["host"] for found in await checked.resolve("page.example", 443)] == [str(INTERNET)]


async def test_a_proxy_of_the_machine_is_not_asked(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.2:{net.port}")
    assert (await net.prober().probe(net.url())).seen == "works"
    assert net.knocked == [str(INTERNET)]


async def test_a_certificate_has_to_be_believed_and_to_be_of_the_name_that_was_asked_for() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    net = Net(names={"page.example": [(INTERNET,)], "other.example": [(INTERNET,)]}, answers={"/": says(200)})
    runner = web.ServerRunner(web.Server(net.answer))
    await runner.setup()
    await web.TCPSite(runner, str(INTERNET), 0, ssl_context=context).start()
    port = runner.addresses[0][1]
    trust = ssl.create_default_context(cafile=str(PEM))
    prober = net.prober(schemes=("https",), trust=trust)
    try:
        assert await prober.probe(f"https://page.example:{port}/") == Look("works", "it answers 200")
        assert await prober.probe(f"https://other.example:{port}/") == Look("fails", "its certificate is not valid")
        strict = net.prober(schemes=("https",))
        assert await strict.probe(f"https://page.example:{port}/") == Look("fails", "its certificate is not valid")
    finally:
        await runner.cleanup()


async def test_what_nobody_foresaw_says_nothing_about_the_route(net: Net) -> None:
    async def broken(host: str) -> Sequence[Address]:
        raise RuntimeError("no such thing")

    assert await net.prober(lookup=broken).probe(net.url()) == Look("unseen", "it could not be looked at")


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure"),
        OSError(errno.ENETUNREACH, "Network is unreachable"),
    ],
)
async def test_a_name_that_nobody_could_be_asked_for_says_nothing_about_the_route(net: Net, error: OSError) -> None:
    async def away(host: str) -> Sequence[Address]:
        raise error

    assert await net.prober(lookup=away).probe(net.url()) == Look("unseen", "this machine found no way to it", silent=True)


@pytest.mark.parametrize(
    ("number", "look"),
    [
        (errno.ENETUNREACH, Look("unseen", "this machine found no way to it", silent=True)),
        (errno.EHOSTUNREACH, Look("unseen", "this machine found no way to it", silent=True)),
        (errno.ECONNREFUSED, Look("fails", "no connection", silent=True)),
        (errno.ECONNRESET, Look("fails", "no connection", silent=True)),
    ],
)
async def test_no_way_to_it_is_not_its_fault_and_a_shut_door_is(net: Net, number: int, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object, **__: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", refused)
    assert await net.prober().probe(net.url()) == look
