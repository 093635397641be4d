"""Which files make up the page, and how does a browser get them?

What lies in `static/` when the server starts, and nothing else: no path that is asked for ever reaches the disk.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.adapters.local.door import HEADERS

_STATIC = Path(__file__).parent / "static"
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
# Nothing from elsewhere, nothing inline: a text that somebody typed can become neither a script nor a style.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class File:
    """A file of the page, held in memory."""

    body: bytes
    type: str
    tag: str


def files() -> dict[str, File]:
    """Return the page's files by the path they are asked for."""
    found = {f"/static/{path.relative_to(_STATIC).as_posix()}": _load(path) for path in _STATIC.rglob("*") if path.suffix in _TYPES}
    return {**found, "/": found["/static/index.html"]}


def _load(path: Path) -> File:
    body = path.read_bytes()
    return File(body, _TYPES[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:16]}"')


async def serve(request: web.Request, file: File) -> web.Response:
    """Answer with a file, or with "not modified" if the browser has it already."""
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache", "ETag": file.tag, **HEADERS}
    if request.headers.get("If-None-Match") == file.tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=file.body, content_type=file.type, charset="utf-8", headers=headers)
