"""How does a call to Slack end, and what does that mean for a message? Ours is the only retry: the library's would post twice.

`client` makes the library's own client without its retries. `ended` turns whatever a call raised into an outcome: what may have
arrived is ambiguous, what Slack will never take is given up, and everything else is tried again.
"""

import asyncio
import re
from collections.abc import Mapping
from datetime import timedelta

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import GiveUp, TryLater

# Shorter than the outbox waits for a messenger, so that the answer is ours.
ANSWER_WITHIN = ClientTimeout(total=20, sock_connect=10)
UNKNOWN_WAIT = timedelta(seconds=30)  # after a 429 that does not say how long
_SECONDS = re.compile(r"[0-9]{1,6}(?:\.[0-9]+)?")

# What nothing gets to any more: the account, the conversation, or the way into it. (docs.slack.dev/reference/methods/chat.postMessage)
DEAD: Mapping[str, str] = {
    "channel_not_found": "there is no such conversation, or Buckstop may not see it",
    "is_archived": "the channel is archived",
    "not_in_channel": "Buckstop is not in the channel; /invite @Buckstop brings it in",
    "user_not_found": "there is no such account",
    "users_not_found": "there is no account with this e-mail address",
    "user_disabled": "the account was deactivated",
    "user_not_visible": "Buckstop may not see the account",
    "cannot_dm_bot": "the account is a bot's",
    "messages_tab_disabled": "Buckstop's messages tab is switched off in Slack's settings of the app",
    "cannot_send_message": "they take no direct messages",
    "restricted_action_read_only_channel": "only some may write in the channel",
    "restricted_action_thread_only_channel": "the channel takes answers in threads only",
    "restricted_action": "the workspace's settings do not let Buckstop write there",
    "no_dual_broadcast_content_found": "the channel takes no such messages",
}
# The workspace has shut Buckstop out: what waits goes out once somebody has mended it.
SHUT: Mapping[str, str] = {
    "account_inactive": "the app was removed, or the workspace closed",
    "token_revoked": "the bot token was revoked",
    "token_expired": "the bot token has expired",
    "invalid_auth": "the bot token is not valid",
    "not_authed": "no bot token was sent",
    "not_allowed_token_type": "the token is not a bot token",
    "missing_scope": "the app lacks a scope; install it again from `buckstop manifest slack`",
    "no_permission": "the app lacks a permission",
    "ekm_access_denied": "the administrators have suspended posting",
    "team_access_not_granted": "the app was not admitted to the workspace",
    "access_denied": "the app was not admitted to the workspace",
    "org_login_required": "the workspace is being moved to another organisation",
}
APPS_OWN = "messages_tab_disabled"  # said of one person, and true of all: a setting of the app, which makes nobody unreachable
# Slack's own trouble. It says of these that the call may have had its effect.
UNSURE = frozenset({"fatal_error", "internal_error", "request_timeout"})
LATER = frozenset({"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org", "message_limit_exceeded", "accesslimited"})
NO_MESSAGE = frozenset({"message_not_found", "thread_not_found", "cant_update_message"})
# What cannot be answered in a thread is answered beside it: the message is gone, or it is none of those that take answers.
NO_THREAD = NO_MESSAGE | {"cannot_reply_to_message", "restricted_action_non_threadable_channel"}


def client(url: str, token: str, session: ClientSession) -> AsyncWebClient:
    """Return Slack's client for one token. It never tries anything twice by itself."""
    return AsyncWebClient(token=token, base_url=url, session=session, retry_handlers=[], timeout=int(ANSWER_WITHIN.total or 0))


def error_of(fault: Exception) -> str:
    """Return Slack's word for what went wrong; empty if it said none."""
    # What was no JSON at all comes as the connection's own answer, which has no data.
    data = getattr(fault.response, "data", None) if isinstance(fault, SlackApiError) else None
    return str(data.get("error") or "") if isinstance(data, Mapping) else ""


def why(fault: Exception) -> str:
    """Return what went wrong in words, without anything of what was sent."""
    error = error_of(fault)
    return DEAD.get(error) or SHUT.get(error) or error or type(fault).__name__


def ended(fault: Exception, *, edit: bool = False) -> TryLater | GiveUp:
    """Return what a call that raised comes to. A limit on edits holds up the edit alone, not what is posted in its place."""
    match fault:
        case SlackApiError():
            return _refused(fault, edit=edit)
        case ClientConnectorError() | ConnectionTimeoutError():
            return TryLater("no connection to Slack")
        case ClientError() | TimeoutError() | asyncio.TimeoutError() | SlackClientError() | OSError():
            return TryLater(f"no answer from Slack ({type(fault).__name__})", ambiguous=True)
        case _:
            raise fault


def _refused(fault: SlackApiError, *, edit: bool) -> TryLater | GiveUp:
    error, status = error_of(fault), _status(fault)
    if status == 429 or error in LATER:
        return TryLater("Slack's rate limit" if status == 429 or "limit" in error else error, _retry_after(fault), alone=edit)
    if error in UNSURE or status >= 500 or not error:
        return TryLater(f"Slack had a fault of its own ({error or status})", ambiguous=True)
    if error in SHUT or error == APPS_OWN:
        return GiveUp(SHUT.get(error) or DEAD[error], mendable=True)
    return GiveUp(DEAD.get(error, error), dead=error in DEAD)


def _status(fault: SlackApiError) -> int:
    found = getattr(fault.response, "status_code", None) or getattr(fault.response, "status", 0)
    return int(found or 0)


def _retry_after(fault: SlackApiError) -> timedelta:
    headers = {name.lower(): str(value) for name, value in dict(fault.response.headers).items()}
    given = headers.get("retry-after", "")
    return timedelta(seconds=float(given)) if _SECONDS.fullmatch(given) else UNKNOWN_WAIT
