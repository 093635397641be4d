"""Which secrets does Slack ask for, are they there, and is each one of the right kind?

They come from the environment only. Nothing here shows one: not a repr, not a fault, which names the variable and where to look.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.config import SlackPlan
from bot.config.environment import EnvironmentFaults, fit_for_secrets

API_URL = "SLACK_API_URL"
_SLACK = "https://slack.com/api/"


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """One workspace's secrets; what its transport does not use is left empty."""

    bot: str
    app: str = ""
    signing: str = ""

    def __repr__(self) -> str:
        return "Tokens(...)"


@dataclass(frozen=True, slots=True)
class _Secret:
    variable: str
    is_a: str
    shape: re.Pattern[str]
    where: str


_APP_PAGE = "in the app's settings (api.slack.com/apps)"
_BOT = _Secret(
    "SLACK_BOT_TOKEN", "a bot token", re.compile(r"xoxb-[A-Za-z0-9-]+"), f'{_APP_PAGE} under "OAuth & Permissions", once it is installed'
)
_APP = _Secret(
    "SLACK_APP_TOKEN",
    "an app-level token",
    re.compile(r"xapp-[A-Za-z0-9-]+"),
    f'{_APP_PAGE} under "Basic Information", "App-Level Tokens": generate one with the scope connections:write',
)
_SIGNING = _Secret(
    "SLACK_SIGNING_SECRET",
    "a signing secret",
    re.compile(r"[0-9a-f]{32}"),
    f'{_APP_PAGE} under "Basic Information", "App Credentials", "Signing Secret"',
)
_OTHERS = {"xoxp-": "a user's token", "xoxe": "a token that expires (make the app anew, without token rotation)"}


def tokens_of(plan: SlackPlan, environ: Mapping[str, str]) -> dict[str, Tokens]:
    """Return each workspace's secrets.

    Raises:
        EnvironmentFaults: everything that is missing or of the wrong kind, SLACK_API_URL included.
    """
    needed = (_BOT, _APP if plan.transport == "socket" else _SIGNING)
    found = {(workspace, secret): _variable(plan, secret, workspace, environ) for workspace in plan.workspaces for secret in needed}
    values = {variable: environ.get(variable, "").strip() for variable in found.values()}
    wrong = [_wrong(secret, variable, values[variable]) for (_, secret), variable in found.items()]
    faults = [*filter(None, wrong), *_shared(values), *filter(None, [_wrong_url(environ)])]
    if faults:
        raise EnvironmentFaults(faults)

    def of(workspace: str, secret: _Secret) -> str:
        return values[found[workspace, secret]] if secret in needed else ""

    return {workspace: Tokens(of(workspace, _BOT), of(workspace, _APP), of(workspace, _SIGNING)) for workspace in plan.workspaces}


def api_url(environ: Mapping[str, str]) -> str:
    """Return where Slack's Web API answers.

    Raises:
        EnvironmentFaults: SLACK_API_URL is no address that tokens may be sent to.
    """
    wrong = _wrong_url(environ)
    if wrong:
        raise EnvironmentFaults([wrong])
    return environ.get(API_URL, "").strip() or _SLACK


def _variable(plan: SlackPlan, secret: _Secret, workspace: str, environ: Mapping[str, str]) -> str:
    """Return the variable that holds a workspace's secret, or should: its own, else the one for the only workspace."""
    own = f"{secret.variable}_{workspace}"
    alone = len(plan.workspaces) == 1
    return secret.variable if alone and not environ.get(own, "").strip() else own


def _wrong(secret: _Secret, variable: str, value: str) -> str | None:
    if not value:
        return f"{variable} is not set: {secret.is_a}, {secret.where}"
    if not secret.shape.fullmatch(value):
        return f"{variable} holds {_kind(value)}, not {secret.is_a}: that stands {secret.where}"
    return None


def _kind(value: str) -> str:
    known = next((secret.is_a for secret in (_BOT, _APP, _SIGNING) if secret.shape.fullmatch(value)), None)
    return known or next((kind for prefix, kind in _OTHERS.items() if value.startswith(prefix)), "something else")


def _shared(values: Mapping[str, str]) -> Iterator[str]:
    """Tell of secrets that two workspaces share: what one says would reach the other."""
    first: dict[str, str] = {}
    for variable, value in values.items():
        if value and first.setdefault(value, variable) != variable:
            yield f"{variable} is the same as {first[value]}: each workspace has an app of its own, with secrets of its own"


def _wrong_url(environ: Mapping[str, str]) -> str | None:
    given = environ.get(API_URL, "").strip()
    # The address is not quoted: it may hold a password.
    return (
        None if not given or _fits(given) else f"{API_URL} is no address to send tokens to: write it like {_SLACK}, with the / at its end"
    )


def _fits(given: str) -> bool:
    """Tell whether tokens may go there, and whether the methods' names fit behind it."""
    url = fit_for_secrets(given)
    return url is not None and url.path.endswith("/")
