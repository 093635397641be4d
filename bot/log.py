"""What the log says: event names and fields, one line each, with no secret and, at info, no text of any case."""

import logging
import re
import sys
from collections.abc import Collection, MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

# Whatever looks like a platform's token or a password in an address, wherever it turns up.
_SECRET = re.compile(r"(xox[a-z]-[\w-]{6,}|xapp-[\w-]{6,}|[MNO][\w-]{23,27}\.[\w-]{6,7}\.[\w-]{27,}|(?<=://)[^/\s:@]+:[^@\s/]+(?=@))")
_NAMED = re.compile(r"token|secret|password|authorization|cookie", re.IGNORECASE)


_PLAIN = structlog.processors.ExceptionRenderer()


class _Unfailing:
    """A file that swallows what it cannot write: on a full disk, a line of the log must not end what it only tells of."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with suppress(OSError):
            return self._file.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()


class Hider:
    """Takes out whatever looks like a secret, and those that are known, whatever they look like."""

    def __init__(self, known: Collection[str] = ()) -> None:
        self._known = re.compile("|".join(re.escape(secret) for secret in sorted(known, key=len, reverse=True))) if known else None

    def __call__(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Take tokens and passwords out of every field."""
        for name, value in event.items():
            event[name] = "[hidden]" if _NAMED.search(name) else self.hidden(value)
        return event

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        text = _SECRET.sub("[hidden]", text)
        return self._known.sub("[hidden]", text) if self._known else text

    def hidden(self, value: Any) -> Any:
        """Take secrets out of a value, however deep they lie: a traceback is a list of tables."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {key: "[hidden]" if _NAMED.search(str(key)) else self.hidden(part) for key, part in value.items()}
            case list() | tuple():
                return [self.hidden(part) for part in value]
            case _:
                return value


class _Hidden(logging.Formatter):
    """What libraries say by the standard library, tracebacks too."""

    def __init__(self, hider: Hider) -> None:
        super().__init__(logging.BASIC_FORMAT)
        self._hider = hider

    def format(self, record: logging.LogRecord) -> str:
        return self._hider.text(super().format(record))


def configure(
    level: str = "info", *, as_json: bool | None = None, extra: tuple[Processor, ...] = (), secrets: Collection[str] = ()
) -> None:
    """Set the log up: JSON lines on standard error, or readable ones where a person watches. `secrets` never appear in it."""
    hider = Hider(secrets)
    readable = sys.stderr.isatty() if as_json is None else not as_json
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        *extra,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # Without the variables of each frame: tokens and texts of cases are among them.
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)) if not readable else _PLAIN,
        hider,
        structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer(),
    ]
    structlog.configure(
        processors=chain,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", _Unfailing(sys.stderr))),
    )
    # Libraries speak through the standard library; only what goes wrong in them is ours to tell.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(_Hidden(hider))
