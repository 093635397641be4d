"""Are Slack's secrets found where they should be, is every missing one named at once, and is none of them ever shown?"""

# ruff: noqa: E501 - a fault stands here on one line, as it is told

import string
import traceback
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.slack.access import access_of
from bot.adapters.slack.tokens import Tokens, api_url, tokens_of
from bot.config import SlackPlan
from bot.config.environment import EnvironmentFaults

SOCKET = SlackPlan(("T0123456",))
HTTP = replace(SOCKET, transport="http")
BOTH = replace(SOCKET, workspaces=("T0123456", "T7654321"))
BOTH_HTTP = replace(BOTH, transport="http")

BOT, OTHER_BOT, APP, OTHER_APP = "xoxb-1-hunter2", "xoxb-2-hunter2", "xapp-1-A1-hunter2", "xapp-1-A2-hunter2"
SIGNING, OTHER_SIGNING = "0123456789abcdef" * 2, "fedcba9876543210" * 2

WHERE_BOT = 'in the app\'s settings (api.slack.com/apps) under "OAuth & Permissions", once it is installed'
WHERE_APP = 'in the app\'s settings (api.slack.com/apps) under "Basic Information", "App-Level Tokens": generate one with the scope connections:write'
WHERE_SIGNING = 'in the app\'s settings (api.slack.com/apps) under "Basic Information", "App Credentials", "Signing Secret"'

FOUND: dict[str, tuple[SlackPlan, dict[str, str], dict[str, Tokens]]] = {
    "by socket": (SOCKET, {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}, {"T0123456": Tokens(BOT, APP)}),
    "by HTTP": (HTTP, {"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": SIGNING}, {"T0123456": Tokens(BOT, signing=SIGNING)}),
    "what the transport does not use is left alone": (
        SOCKET,
        {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_SIGNING_SECRET": "nonsense"},
        {"T0123456": Tokens(BOT, APP)},
    ),
    "by the workspace's name, which wins": (
        SOCKET,
        {"SLACK_BOT_TOKEN": OTHER_BOT, "SLACK_BOT_TOKEN_T0123456": BOT, "SLACK_APP_TOKEN_T0123456": APP},
        {"T0123456": Tokens(BOT, APP)},
    ),
    "an empty one does not win": (
        SOCKET,
        {"SLACK_BOT_TOKEN": BOT, "SLACK_BOT_TOKEN_T0123456": " ", "SLACK_APP_TOKEN": f"{APP}\n"},
        {"T0123456": Tokens(BOT, APP)},
    ),
    "several workspaces by socket": (
        BOTH,
        {
            "SLACK_BOT_TOKEN_T0123456": BOT,
            "SLACK_APP_TOKEN_T0123456": APP,
            "SLACK_BOT_TOKEN_T7654321": OTHER_BOT,
            "SLACK_APP_TOKEN_T7654321": OTHER_APP,
        },
        {"T0123456": Tokens(BOT, APP), "T7654321": Tokens(OTHER_BOT, OTHER_APP)},
    ),
    "several workspaces by HTTP": (
        BOTH_HTTP,
        {
            "SLACK_BOT_TOKEN_T0123456": BOT,
            "SLACK_SIGNING_SECRET_T0123456": SIGNING,
            "SLACK_BOT_TOKEN_T7654321": OTHER_BOT,
            "SLACK_SIGNING_SECRET_T7654321": OTHER_SIGNING,
        },
        {"T0123456": Tokens(BOT, signing=SIGNING), "T7654321": Tokens(OTHER_BOT, signing=OTHER_SIGNING)},
    ),
}


@pytest.mark.parametrize(("plan", "environ", "tokens"), FOUND.values(), ids=FOUND.keys())
def test_each_workspace_has_its_secrets(plan: SlackPlan, environ: dict[str, str], tokens: dict[str, Tokens]) -> None:
    assert tokens_of(plan, environ) == tokens


FAULTS: dict[str, tuple[SlackPlan, dict[str, str], list[str]]] = {
    "nothing by socket": (
        SOCKET,
        {},
        [f"SLACK_BOT_TOKEN is not set: a bot token, {WHERE_BOT}", f"SLACK_APP_TOKEN is not set: an app-level token, {WHERE_APP}"],
    ),
    "nothing by HTTP": (
        HTTP,
        {},
        [f"SLACK_BOT_TOKEN is not set: a bot token, {WHERE_BOT}", f"SLACK_SIGNING_SECRET is not set: a signing secret, {WHERE_SIGNING}"],
    ),
    "the short names do not say which workspace": (
        BOTH,
        {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_APP_TOKEN_T0123456": APP},
        [
            f"SLACK_BOT_TOKEN_T0123456 is not set: a bot token, {WHERE_BOT}",
            f"SLACK_BOT_TOKEN_T7654321 is not set: a bot token, {WHERE_BOT}",
            f"SLACK_APP_TOKEN_T7654321 is not set: an app-level token, {WHERE_APP}",
        ],
    ),
    "the two swapped": (
        SOCKET,
        {"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": BOT},
        [
            f"SLACK_BOT_TOKEN holds an app-level token, not a bot token: that stands {WHERE_BOT}",
            f"SLACK_APP_TOKEN holds a bot token, not an app-level token: that stands {WHERE_APP}",
        ],
    ),
    "a user's token": (
        HTTP,
        {"SLACK_BOT_TOKEN": "xoxp-1-hunter2", "SLACK_SIGNING_SECRET": "hunter2"},
        [
            f"SLACK_BOT_TOKEN holds a user's token, not a bot token: that stands {WHERE_BOT}",
            f"SLACK_SIGNING_SECRET holds something else, not a signing secret: that stands {WHERE_SIGNING}",
        ],
    ),
    "a token that expires": (
        SOCKET,
        {"SLACK_BOT_TOKEN": "xoxe.xoxb-1-hunter2", "SLACK_APP_TOKEN": APP},
        [f"SLACK_BOT_TOKEN holds a token that expires (make the app anew, without token rotation), not a bot token: that stands {WHERE_BOT}"],
    ),
    "quotes that the shell did not take off": (
        SOCKET,
        {"SLACK_BOT_TOKEN": f'"{BOT}"', "SLACK_APP_TOKEN": APP},
        [f"SLACK_BOT_TOKEN holds something else, not a bot token: that stands {WHERE_BOT}"],
    ),
    "one app for two workspaces": (
        BOTH_HTTP,
        {
            "SLACK_BOT_TOKEN_T0123456": BOT,
            "SLACK_SIGNING_SECRET_T0123456": SIGNING,
            "SLACK_BOT_TOKEN_T7654321": OTHER_BOT,
            "SLACK_SIGNING_SECRET_T7654321": SIGNING,
        },
        [
            ("SLACK_SIGNING_SECRET_T7654321 is the same as SLACK_SIGNING_SECRET_T0123456: "
            "each workspace has an app of its own, with secrets of its own")
        ],
    ),
    "the address too": (
        SOCKET,
        {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_API_URL": "http://slack.com/api/"},
        ["SLACK_API_URL is no address to send tokens to: write it like https://slack.com/api/, with the / at its end"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "environ", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_everything_missing_is_told_at_once(plan: SlackPlan, environ: dict[str, str], told: list[str]) -> None:
    with pytest.raises(EnvironmentFaults) as found:
        tokens_of(plan, environ)

    assert list(found.value.faults) == told
    assert str(found.value) == "\n".join(told)


def test_a_wrong_address_hides_nothing_that_is_missing() -> None:
    with pytest.raises(EnvironmentFaults) as found:
        access_of(SOCKET, {"SLACK_BOT_TOKEN": BOT, "SLACK_API_URL": "http://slack.com/api/"})

    assert [fault.split()[0] for fault in found.value.faults] == ["SLACK_APP_TOKEN", "SLACK_API_URL"]


# --- the address --------------------------------------------------------------------------------------------------------------

GOOD_URLS = [
    "https://slack.com/api/",
    "https://slack.example:8443/a/b/",
    "http://127.0.0.1:5000/api/",
    "http://localhost/",
    "http://[::1]:80/api/",
]
BAD_URLS = [
    "https://slack.com/api", "http://slack.com/api/", "http://10.0.0.1/api/", "http://localhost.example/api/", "ftp://127.0.0.1/", "slack.com/api/",
    "https:///api/", "https://bot:hunter2@slack.com/api/", "https://slack.com/api/?a=b/", "https://slack.com/#/", "https://slack.com:99999/api/",
    "http://[::1/", "https://slack.com /api/", "/",
]  # fmt: skip


@pytest.mark.parametrize("url", GOOD_URLS)
def test_the_address_of_slack_is_a_setting(url: str) -> None:
    assert api_url({"SLACK_API_URL": f" {url} "}) == url


@pytest.mark.parametrize("environ", [{}, {"SLACK_API_URL": ""}])
def test_the_address_of_slack_is_slacks_unless_told_otherwise(environ: dict[str, str]) -> None:
    assert api_url(environ) == "https://slack.com/api/"


@pytest.mark.parametrize("url", BAD_URLS)
def test_tokens_are_sent_to_no_other_address(url: str) -> None:
    with pytest.raises(EnvironmentFaults) as found:
        api_url({"SLACK_API_URL": url})

    assert "hunter2" not in str(found.value)


# --- nothing is shown ---------------------------------------------------------------------------------------------------------

LETTERS = st.text(string.ascii_letters + string.digits + "-._\"' ", min_size=12, max_size=40).map(lambda text: f"q{text}q")
SECRETS = st.builds(lambda prefix, rest: prefix + rest, st.sampled_from(["", "xoxb-", "xapp-", "xoxp-", "xoxe.xoxb-", " "]), LETTERS)
VARIABLES = [
    f"{name}{of}" for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET") for of in ("", "_T0123456", "_T7654321")
]


@given(st.dictionaries(st.sampled_from([*VARIABLES, "SLACK_API_URL"]), SECRETS), st.sampled_from([SOCKET, HTTP, BOTH, BOTH_HTTP]))
def test_no_secret_is_ever_shown(environ: dict[str, str], plan: SlackPlan) -> None:
    try:
        tokens = tokens_of(plan, environ)
        said = f"{tokens} {tokens!r} {[*tokens.values()]} {next(iter(tokens.values()))}"
    except EnvironmentFaults as found:
        said = f"{found} {found!r} {found.args} {found.faults} {''.join(traceback.format_exception(found))}"

    assert [secret for secret in environ.values() if secret.strip() in said] == []


@given(SECRETS, SECRETS, SECRETS)
def test_tokens_show_nothing_of_themselves(bot: str, app: str, signing: str) -> None:
    tokens = Tokens(bot, app, signing)

    assert {repr(tokens), str(tokens), f"{tokens}"} == {"Tokens(...)"}
