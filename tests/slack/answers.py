"""How did the app answer something that Slack sent it?"""

from dataclasses import dataclass

from tests.slack.words import Json


@dataclass(frozen=True, slots=True)
class Answer:
    """The app's answer, or why there is none."""

    ok: bool
    took: float
    status: int | None = None
    body: Json | str | None = None
    # `timeout`, `no_socket`, `no_app`, `socket_closed`, `http_error`, `connection_failed`; empty when the app answered.
    why: str = ""

    def json(self) -> Json:
        """Return it for the journal."""
        return {"ok": self.ok, "took": self.took, "status": self.status, "body": self.body, "why": self.why}
