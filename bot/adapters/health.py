"""Is it working, not only alive? `/healthz` turns red when the oldest due case or delivery is late; `/metrics` counts.

They stand on a port of their own, so that what an operator may see is never exposed with what people may.
"""

from collections.abc import Callable, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.ports import Clock, Health, Store

LATE = timedelta(seconds=30)  # on the clock of the cases for what is due, on the machine's for deliveries


class Metrics:
    """What Prometheus is told. `count` is a structlog processor: each event of the log is counted by its name."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._events = Counter("buckstop_events", "Log events by name.", ["event"], registry=self.registry)
        self._live = self._gauge("live_cases", "Cases that somebody still owes a move.")
        self._parked = self._gauge("parked_cases", "Cases that the engine could not decide.")
        self._due = self._gauge("due_late_seconds", "How late the oldest due case is.")
        self._waiting = self._gauge("deliveries_waiting", "Messages not delivered yet.")
        self._delivery = self._gauge("delivery_late_seconds", "How long the oldest message could have gone out.")
        self._paused = self._gauge("paused", "1 while the emergency brake is on, else 0.")
        self._lag = self._gauge("loop_lag_seconds", "How late the event loop came back to the last beat.")

    def _gauge(self, name: str, words: str) -> Gauge:
        return Gauge(f"buckstop_{name}", words, registry=self.registry)

    def count(self, _logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Count one log event and pass it on."""
        self._events.labels(event=str(event.get("event", ""))).inc()
        return event

    def lag(self, seconds: float) -> None:
        """Record how late the loop was."""
        self._lag.set(seconds)

    def update(self, health: Health, late: "Lateness") -> None:
        """Set the gauges."""
        self._live.set(health.live)
        self._parked.set(health.parked)
        self._paused.set(health.paused is not None)
        self._waiting.set(health.deliveries_waiting)
        self._due.set(late.due.total_seconds())
        self._delivery.set(late.delivery.total_seconds())


class Lateness:
    """How late the oldest due case and the oldest delivery are; zero if none is."""

    def __init__(self, health: Health, now: datetime, machine: datetime) -> None:
        self.due = _since(health.oldest_due, now)
        self.delivery = _since(health.oldest_delivery, machine)

    def fault(self, health: Health) -> str | None:
        """Return what is wrong in one sentence; None if nothing is. Whoever paused everything wants it to be late."""
        if self.due > LATE and health.paused is None:
            return f"The oldest due case is {round(self.due.total_seconds())} seconds late: the worker is not keeping up, or not running."
        if self.delivery > LATE and health.paused is None:
            return f"The oldest message has waited {round(self.delivery.total_seconds())} seconds: see the log for why it does not go out."
        if health.parked:
            return f"{health.parked} case(s) are parked because the engine could not decide them: see the log for case.parked."
        return None


def _since(then: datetime | None, now: datetime) -> timedelta:
    return max(now - then, timedelta()) if then else timedelta()


def _nothing() -> str | None:
    return None


def make_app(
    store: Store, clock: Clock, machine: Callable[[], datetime], metrics: Metrics, trouble: Callable[[], str | None] = _nothing
) -> web.Application:
    """Return the web application with `/healthz` and `/metrics`. `trouble` says what is wrong that a reading does not find."""

    async def look() -> tuple[Health, Lateness]:
        health = await store.health(clock.now())
        late = Lateness(health, clock.now(), machine())
        metrics.update(health, late)
        return health, late

    async def healthz(_request: web.Request) -> web.Response:
        try:
            health, late = await look()
        except Exception as fault:  # noqa: BLE001 - a database that does not answer is what this page is for
            return web.json_response({"ok": False, "why": f"The database does not answer ({type(fault).__name__})."}, status=503)
        why = trouble() or late.fault(health)
        body = {
            "ok": why is None,
            "why": why,
            "paused": health.paused and {"why": health.paused.why, "since": health.paused.since.isoformat()},
            "live_cases": health.live,
            "parked_cases": health.parked,
            "deliveries_waiting": health.deliveries_waiting,
            "due_late_seconds": late.due.total_seconds(),
            "delivery_late_seconds": late.delivery.total_seconds(),
        }
        return web.json_response(body, status=200 if why is None else 503)

    async def show_metrics(_request: web.Request) -> web.Response:
        await look()
        return web.Response(body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", show_metrics)
    return app
