"""The methods `users.*`: who is there?"""

from tests.slack.calling import Call, Method
from tests.slack.paging import page
from tests.slack.words import ApiError, Json
from tests.slack.workspace import User

EMAIL = "users:read.email"


def info(call: Call) -> Json:
    """users.info."""
    user = call.ws.users.get(call.args.need("user", "user_not_found"))
    if user is None:
        raise ApiError("user_not_found")
    return {"user": _told(call, user)}


def list_(call: Call) -> Json:
    """users.list: everybody, bots and deactivated accounts included."""
    some, cursor = page(call.args, list(call.ws.users.values()), default=1000)
    return {"members": [_told(call, user) for user in some], "cache_ts": 0, "response_metadata": {"next_cursor": cursor}}


def lookup_by_email(call: Call) -> Json:
    """users.lookupByEmail: nobody who is deactivated."""
    email = call.args.need("email", "users_not_found").lower()
    for user in call.ws.users.values():
        if user.email and user.email.lower() == email and not user.deleted and not user.is_bot:
            return {"user": _told(call, user)}
    raise ApiError("users_not_found")


def _told(call: Call, user: User) -> Json:
    return user.slack(call.ws.team, EMAIL in call.ws.scopes)


METHODS = {
    "users.info": Method(info, "users:read"),
    "users.list": Method(list_, "users:read"),
    "users.lookupByEmail": Method(lookup_by_email, EMAIL),
}
