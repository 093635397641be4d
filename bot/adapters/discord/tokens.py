"""Which secret does Discord ask for, is it there and of the right kind, and where does Discord answer?

All of it comes from the environment. Nothing here shows the token: not a repr, not a fault, which names the variable and where to look.
Light: whoever only asks this does not load Discord's library.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping

from bot.config.environment import EnvironmentFaults, fit_for_secrets

TOKEN, API_URL, GATEWAY_URL = "DISCORD_TOKEN", "DISCORD_API_URL", "DISCORD_GATEWAY_URL"
_API, _GATEWAY = "https://discord.com/api/v10", "wss://gateway.discord.gg/"
_SHAPE = re.compile(r"([A-Za-z0-9_-]{16,40})\.([A-Za-z0-9_-]{4,12})\.([A-Za-z0-9_-]{20,100})")
_WHERE = 'in the developer portal (discord.com/developers/applications) under "Bot": "Reset Token" shows a new one, once'
_OTHERS = {
    r"Bot\s.*": "the word Bot in front, which Buckstop adds by itself",
    r"""["'].*["']""": "quotes that the shell did not take off",
    r"mfa\..*": "a person's token",
    r"[0-9]{17,20}": "an id",
    r"[0-9a-f]{64}": "the application's public key",
    r"[A-Za-z0-9_-]{32}": "the application's client secret",
    r"https?://.*": "an address",
}


def token_of(environ: Mapping[str, str]) -> str:
    """Return the bot token.

    Raises:
        EnvironmentFaults: everything that is missing or of the wrong kind, the two addresses included.
    """
    token = environ.get(TOKEN, "").strip()
    faults = [*filter(None, [_wrong(token), _wrong_url(environ, API_URL), _wrong_url(environ, GATEWAY_URL)])]
    if faults:
        raise EnvironmentFaults(faults)
    return token


def api_url(environ: Mapping[str, str]) -> str:
    """Return where Discord's REST API answers, without a slash at the end.

    Raises:
        EnvironmentFaults: DISCORD_API_URL is no address that a token may be sent to.
    """
    return _url(environ, API_URL, _API).rstrip("/")


def gateway_url(environ: Mapping[str, str]) -> str:
    """Return where Discord's gateway answers.

    Raises:
        EnvironmentFaults: DISCORD_GATEWAY_URL is no address that a token may be sent to.
    """
    return _url(environ, GATEWAY_URL, _GATEWAY)


def application_of(token: str) -> str | None:
    """Return the application's id, which a bot token begins with; None if it does not."""
    first = token.partition(".")[0]
    try:
        found = urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except ValueError:
        return None
    return found if is_id(found) else None


def is_id(given: str) -> bool:
    """Tell whether this can be the id of something in Discord."""
    return re.fullmatch(r"[1-9][0-9]{16,19}", given) is not None


def _wrong(token: str) -> str | None:
    if not token:
        return f"{TOKEN} is not set: the bot's token, {_WHERE}"
    if _SHAPE.fullmatch(token) and application_of(token) is not None:
        return None
    kind = next((kind for shape, kind in _OTHERS.items() if re.fullmatch(shape, token, re.DOTALL)), "something else")
    return f"{TOKEN} holds {kind}, not a bot's token: that stands {_WHERE}"


def _url(environ: Mapping[str, str], variable: str, usual: str) -> str:
    wrong = _wrong_url(environ, variable)
    if wrong:
        raise EnvironmentFaults([wrong])
    return environ.get(variable, "").strip() or usual


def _wrong_url(environ: Mapping[str, str], variable: str) -> str | None:
    given = environ.get(variable, "").strip()
    scheme, usual = ("ws", _GATEWAY) if variable == GATEWAY_URL else ("http", _API)
    # The address is not quoted: it may hold a password.
    if given and fit_for_secrets(given, scheme) is None:
        return f"{variable} is no address to send a token to: write it like {usual}"
    return None
