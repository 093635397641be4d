"""The few words that all parts of the fake share, and the codes in which Discord refuses."""

from typing import Any

Json = dict[str, Any]

# code -> (HTTP status, words)
CODES: dict[int, tuple[int, str]] = {
    0: (404, "404: Not Found"),
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    20012: (403, "You are not authorized to perform this action on this application"),
    30010: (400, "Maximum number of reactions reached (20)"),
    30032: (400, "Maximum number of application commands reached (100)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    20026: (403, "Your bot has been flagged by our anti-spam system for abusive behavior."),
    40001: (401, "Unauthorized"),
    40003: (403, "You are opening direct messages too fast."),
    40060: (400, "Interaction has already been acknowledged."),
    40058: (400, "Cannot send a message in a forum channel"),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50003: (403, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50033: (400, "Invalid Recipient(s)"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
}


class ApiError(Exception):
    """Discord refuses: its code, and for a bad form the tree of what is wrong where."""

    def __init__(self, code: int, errors: Json | None = None, status: int | None = None, message: str | None = None) -> None:
        usual, words = CODES.get(code, (400, "Bad Request"))
        super().__init__(f"{code} {message or words}")
        self.code = code
        self.status = status or usual
        self.message = message or words
        self.errors = errors

    def json(self) -> Json:
        """Return the answer's body."""
        body: Json = {"message": self.message, "code": self.code}
        return body | ({"errors": self.errors} if self.errors else {})


class Impossible(Exception):
    """A test asked for what no person could do in Discord: press a button that is not there, say."""


def wrong(field: str, words: str, code: str = "BASE_TYPE_BAD_LENGTH") -> ApiError:
    """Return the refusal of a form one of whose fields (`data.components.0.label`) is wrong."""
    tree: Json = {"_errors": [{"code": code, "message": words}]}
    for part in reversed(field.split(".")):
        tree = {part: tree}
    return ApiError(50035, tree)
