"""How long until a delivery is tried again?"""

from datetime import timedelta

from bot.outbox.backoff import LANE_LONGEST, LONGEST, held, retry_delay
from bot.ports import Held, TryLater


def test_each_wait_is_about_twice_the_one_before() -> None:
    waits = [retry_delay("C-42/3/nag/ana", attempts).total_seconds() for attempts in range(1, 30)]

    for attempts, wait in enumerate(waits):
        whole = min(2**attempts, LONGEST.total_seconds())
        assert whole / 2 <= wait <= whole


def test_the_same_delivery_always_waits_the_same() -> None:
    assert retry_delay("C-42/3/nag/ana", 3) == retry_delay("C-42/3/nag/ana", 3)


def test_what_failed_together_does_not_come_back_together() -> None:
    waits = {retry_delay(f"C-{n}/3/nag/ana", 5) for n in range(1000)}

    assert len(waits) > 990
    assert max(waits) - min(waits) > timedelta(seconds=7)


def test_the_platforms_own_wait_wins() -> None:
    asked = timedelta(minutes=42)

    assert held("key", 1, TryLater("slow down", asked)) == Held("slow down", asked, asked)


def test_a_lane_gets_past_a_message_that_keeps_failing() -> None:
    bad = held("key", 12, TryLater("again and again", ambiguous=True))

    assert bad.lane_wait <= LANE_LONGEST < bad.wait
    assert bad.ambiguous
