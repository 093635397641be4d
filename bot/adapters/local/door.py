"""Who may come in?

The API has no password, so it must be talked to by programs and pages of this machine only. A page of the wide web can make a browser
send requests here: it is told apart by Host (a name that was rebound to this address) and Origin (another page's).
"""

from aiohttp import web

from bot.adapters.local.workspace import Fault

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_NAMES = ("127.0.0.1", "localhost", "[::1]")


def must_be_local(request: web.Request) -> None:
    """Let a request pass that was made to this machine's own address, by no other page; Fault 403 otherwise."""
    port = _port(request)
    hosts = {f"{name}:{port}" for name in _NAMES} | (set(_NAMES) if port == 80 else set())
    host = request.headers.get("Host", "").lower()
    if host not in hosts:
        raise Fault(403, f"This workspace answers to http://127.0.0.1:{port} and http://localhost:{port} only.")
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() != f"http://{host}":
        raise Fault(403, "Another page may not use this workspace; open its own.")


def _port(request: web.Request) -> int:
    name = request.transport.get_extra_info("sockname") if request.transport else None
    return int(name[1]) if name else 0
