"""How does a payload reach the app: through a socket or as a signed request?

Whatever is sent is kept as it was sent, byte for byte, so that it can be sent again.
"""

import asyncio
import json
from collections.abc import Mapping

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.slack import signed
from tests.slack.answers import Answer
from tests.slack.signed import Forgery
from tests.slack.sockets import envelope
from tests.slack.words import Impossible, Json
from tests.slack.workspace import Workspace

GENUINE = Forgery()


class Courier:
    """Carries payloads to the apps of all workspaces."""

    def __init__(self, http: ClientSession) -> None:
        self._http = http

    async def send(
        self, ws: Workspace, kind: str, payload: Json, forgery: Forgery = GENUINE, retry: int = 0, reason: str = ""
    ) -> tuple[Answer, int]:
        """Send a payload and wait for the app's answer; return it with its number in the journal."""
        payload = forgery.applied(payload)
        within = ws.settings.event_timeout if kind == "events_api" else ws.settings.interactive_timeout
        entry = ws.journal.add("sent", type=kind, transport=ws.transport, payload=payload, retry=retry, answer=None)
        if ws.transport == "socket":
            entry["envelope"] = envelope(kind, payload, retry, reason)
        else:
            body, content_type = signed.encoded(kind, payload)
            headers = signed.headers(ws.signing_secret, body, content_type, forgery)
            if retry:
                headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
            entry |= {"body": body.decode(), "headers": headers}
        return await self._carry(ws, entry, within), entry["n"]

    async def again(self, ws: Workspace, n: int) -> tuple[Answer, int]:
        """Send once more what was sent, byte for byte."""
        sent = ws.journal.entry(n)
        if sent is None or sent["kind"] != "sent":
            raise Impossible(f"nothing was sent under the number {n}")
        kept = {name: sent[name] for name in ("envelope", "body", "headers") if name in sent}
        entry = ws.journal.add(
            "sent", type=sent["type"], transport=sent["transport"], payload=sent["payload"], retry=0, answer=None, **kept
        )
        return await self._carry(ws, entry, ws.settings.interactive_timeout), entry["n"]

    async def _carry(self, ws: Workspace, entry: Json, within: float) -> Answer:
        if entry["transport"] == "socket":
            answer = await ws.sockets.send(entry["envelope"], within)
        else:
            answer = await self._post(ws.request_url, entry["body"].encode(), entry["headers"], within)
        entry["answer"] = answer.json()
        ws.journal.touch()
        return answer

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str], within: float) -> Answer:
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            limit = ClientTimeout(total=within)
            async with self._http.post(url, data=body, headers=headers, timeout=limit, allow_redirects=False) as response:
                text = await response.text()
        except TimeoutError:
            return Answer(ok=False, took=loop.time() - start, why="timeout")
        except (ClientError, OSError):
            return Answer(ok=False, took=loop.time() - start, why="connection_failed")
        good = 200 <= response.status < 300
        no_retry = response.headers.get("X-Slack-No-Retry") == "1"
        why = "" if good else "no_retry" if no_retry else "http_error"
        return Answer(good, loop.time() - start, response.status, _read(text, response.content_type), why)


def _read(text: str, content_type: str) -> Json | str | None:
    if not text:
        return None
    if content_type == "application/json":
        try:
            read = json.loads(text)
        except ValueError:
            return text
        return read if isinstance(read, dict) else text
    return text
