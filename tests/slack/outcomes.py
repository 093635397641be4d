"""What came of something that a person did: did the app answer, would Slack show a failure, and what did the person see?"""

import asyncio
from dataclasses import dataclass

from tests.slack.answers import Answer
from tests.slack.tickets import ResponseUrl, Trigger
from tests.slack.words import Json
from tests.slack.workspace import Channel, User, Workspace

TROUBLE = "We had some trouble connecting. Try again?"
NO_ANSWER = "The app did not respond."


@dataclass(frozen=True, slots=True)
class Start:
    """Where the journal stood when a person did something, and when that was."""

    n: int
    at: float

    @classmethod
    def of(cls, ws: Workspace) -> "Start":
        """Return where it stands now."""
        return cls(ws.journal.n, asyncio.get_running_loop().time())


def outcome(ws: Workspace, user: User, start: Start, answer: Answer | None, n: int | None, failure: str | None = None) -> Json:
    """Return what a test is told; what came after the app's answer is not in it."""
    happened = ws.journal.find(since=start.n)
    messages = [entry for entry in happened if entry["kind"] == "message"]
    return {
        "ok": failure is None,
        "failure": failure,
        "status": answer.status if answer else None,
        "body": answer.body if answer else None,
        "why": answer.why if answer else "",
        "took": asyncio.get_running_loop().time() - start.at,
        "n": n,
        "since": start.n,
        "ephemeral": [entry["message"] for entry in messages if entry["message"]["ephemeral_to"] == user.id],
        "views": [
            {"how": entry["how"], "view": entry["view"]} for entry in happened if entry["kind"] == "view" and entry["user"] == user.id
        ],
        "messages": [entry["message"] for entry in messages if entry["message"]["bot_id"] and not entry["message"]["ephemeral_to"]],
        "errors": {},
        "events": [],
    }


def trigger(ws: Workspace, user: User, view: str | None = None) -> str:
    """Return a trigger id for what a person does now."""
    made = Trigger(f"{ws.new_id('')}.{ws.team}.{ws.key}", user.id, asyncio.get_running_loop().time(), view=view)
    ws.triggers[made.id] = made
    return made.id


def response_url(
    ws: Workspace, user: User, channel: Channel, original: str | None = None, ephemeral: bool = False, thread_ts: str | None = None
) -> tuple[ResponseUrl, str]:
    """Return a permit to answer, and its address."""
    made = asyncio.get_running_loop().time()
    permit = ResponseUrl(ws.new_id("R"), user.id, channel.id, made, original=original, ephemeral=ephemeral, thread_ts=thread_ts)
    ws.response_urls[permit.secret] = permit
    return permit, f"{ws.address}/respond/{ws.key}/{permit.secret}"


def about(ws: Workspace, user: User) -> Json:
    """Return what every interaction says about where and who."""
    return {
        "team": {"id": ws.team, "domain": ws.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": ws.team},
        "api_app_id": ws.app_id,
        "token": ws.verification,
        "enterprise": None,
        "is_enterprise_install": False,
    }
