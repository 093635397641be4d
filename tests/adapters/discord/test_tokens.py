"""Is Discord's token found where it should be, is everything wrong named at once, and is the token never shown?"""

# ruff: noqa: E501 - a fault stands here on one line, as it is told

import string
import subprocess
import sys
import traceback
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.access import Access, Pace, access_of
from bot.adapters.discord.tokens import api_url, application_of, gateway_url, token_of
from bot.config.environment import EnvironmentFaults

APPLICATION = "112233445566778899"
FIRST = urlsafe_b64encode(APPLICATION.encode()).decode().rstrip("=")
TOKEN = f"{FIRST}.GhUnTr.hunter2hunter2hunter2hunter2_hunter-2"
WHERE = 'in the developer portal (discord.com/developers/applications) under "Bot": "Reset Token" shows a new one, once'


def test_the_environment_comes_to_a_way_to_discord() -> None:
    environ = {
        "DISCORD_TOKEN": f" {TOKEN}\n",
        "DISCORD_API_URL": "http://127.0.0.1:5000/api/v10/",
        "DISCORD_GATEWAY_URL": "ws://localhost:5000/gateway",
    }

    assert access_of(environ) == Access("http://127.0.0.1:5000/api/v10", "ws://localhost:5000/gateway", TOKEN, Pace())
    assert access_of({"DISCORD_TOKEN": TOKEN}) == Access("https://discord.com/api/v10", "wss://gateway.discord.gg/", TOKEN)


KINDS = {
    "nothing": ("", f"DISCORD_TOKEN is not set: the bot's token, {WHERE}"),
    "spaces": (" \n", f"DISCORD_TOKEN is not set: the bot's token, {WHERE}"),
    "with the word before it": (f"Bot {TOKEN}", f"DISCORD_TOKEN holds the word Bot in front, which Buckstop adds by itself, not a bot's token: that stands {WHERE}"),
    "in quotes": (f'"{TOKEN}"', f"DISCORD_TOKEN holds quotes that the shell did not take off, not a bot's token: that stands {WHERE}"),
    "a person's": ("mfa.hunter2hunter2hunter2", f"DISCORD_TOKEN holds a person's token, not a bot's token: that stands {WHERE}"),
    "an id": (APPLICATION, f"DISCORD_TOKEN holds an id, not a bot's token: that stands {WHERE}"),
    "the public key": ("0123456789abcdef" * 4, f"DISCORD_TOKEN holds the application's public key, not a bot's token: that stands {WHERE}"),
    "the client secret": ("hunter2_" * 4, f"DISCORD_TOKEN holds the application's client secret, not a bot's token: that stands {WHERE}"),
    "a webhook": ("https://discord.com/api/webhooks/1/hunter2", f"DISCORD_TOKEN holds an address, not a bot's token: that stands {WHERE}"),
    "two parts": (TOKEN.rpartition(".")[0], f"DISCORD_TOKEN holds something else, not a bot's token: that stands {WHERE}"),
    "another first part": (TOKEN.replace(FIRST, "q" * 24), f"DISCORD_TOKEN holds something else, not a bot's token: that stands {WHERE}"),
    "cut off": (TOKEN[:45], f"DISCORD_TOKEN holds something else, not a bot's token: that stands {WHERE}"),
}  # fmt: skip


@pytest.mark.parametrize(("token", "told"), KINDS.values(), ids=KINDS.keys())
def test_another_token_is_refused_with_where_to_find_the_right_one(token: str, told: str) -> None:
    with pytest.raises(EnvironmentFaults) as found:
        token_of({"DISCORD_TOKEN": token})

    assert found.value.faults == (told,)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(EnvironmentFaults) as found:
        access_of({"DISCORD_API_URL": "http://discord.com/api/v10", "DISCORD_GATEWAY_URL": "https://discord.com"})

    assert found.value.faults == (
        f"DISCORD_TOKEN is not set: the bot's token, {WHERE}",
        "DISCORD_API_URL is no address to send a token to: write it like https://discord.com/api/v10",
        "DISCORD_GATEWAY_URL is no address to send a token to: write it like wss://gateway.discord.gg/",
    )


APPLICATIONS = {
    TOKEN: APPLICATION,
    f"{FIRST}==.x.y": APPLICATION,
    "": None,
    "q.x.y": None,
    f"{urlsafe_b64encode(b'hunter2 hunter2 h').decode()}.x.y": None,
    f"{urlsafe_b64encode(b'1234').decode()}.x.y": None,
    "🆘.x.y": None,
}


@pytest.mark.parametrize(("token", "application"), APPLICATIONS.items())
def test_a_token_begins_with_the_application(token: str, application: str | None) -> None:
    assert application_of(token) == application


# --- the addresses ------------------------------------------------------------------------------------------------------------

GOOD = ["https://discord.example:8443/api/v10", "http://127.0.0.1:5000/api/v10", "http://localhost", "http://[::1]:80/api"]
BAD = [
    "http://discord.com/api/v10", "http://10.0.0.1/api", "http://localhost.example/api", "ftp://127.0.0.1/", "discord.com/api", "https:///api", "/",
    "https://bot:hunter2@discord.com/api", "https://discord.com/api?a=b", "https://discord.com/#", "https://discord.com/#x", "https://discord.com:99999/",
    "http://[::1/", "https://discord.com /api", "ws://127.0.0.1/", "wss://discord.com/",
]  # fmt: skip


@pytest.mark.parametrize("url", GOOD)
def test_the_addresses_are_settings(url: str) -> None:
    socket = url.replace("http", "ws", 1)

    assert api_url({"DISCORD_API_URL": f" {url}/ "}) == url
    assert gateway_url({"DISCORD_GATEWAY_URL": f" {socket} "}) == socket


@pytest.mark.parametrize("url", BAD)
def test_a_token_is_sent_to_no_other_address(url: str) -> None:
    with pytest.raises(EnvironmentFaults) as found:
        api_url({"DISCORD_API_URL": url})
    assert "hunter2" not in str(found.value)

    turned = url.replace("http", "ws", 1) if url.startswith("http") else url.replace("ws", "http", 1)
    with pytest.raises(EnvironmentFaults):
        gateway_url({"DISCORD_GATEWAY_URL": turned})


# --- nothing is shown ---------------------------------------------------------------------------------------------------------

LETTERS = st.text(string.ascii_letters + string.digits + "-._\"' ", min_size=12, max_size=60).map(lambda text: f"q{text}q")
SECRETS = st.builds(lambda prefix, rest: prefix + rest, st.sampled_from(["", f"{FIRST}.GhUnTr.hunter2hunter2", "Bot ", "mfa."]), LETTERS)


@given(st.dictionaries(st.sampled_from(["DISCORD_TOKEN", "DISCORD_API_URL", "DISCORD_GATEWAY_URL"]), SECRETS))
def test_no_secret_is_ever_shown(environ: dict[str, str]) -> None:
    try:
        access = access_of(environ)
        said = f"{access} {access!r} {[access]}"
    except EnvironmentFaults as found:
        said = f"{found} {found!r} {found.args} {found.faults} {''.join(traceback.format_exception(found))}"

    assert [secret for secret in environ.values() if secret.strip() in said] == []


def test_asking_this_loads_no_library_of_discords() -> None:
    code = "import sys; import bot.adapters.discord.access\nprint('discord' in sys.modules, 'aiohttp' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert told.split() == ["False", "False"]
