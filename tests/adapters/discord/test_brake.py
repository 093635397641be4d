"""When do refused requests stop us, for how long, and what else holds up whatever we would say?"""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.adapters.discord.brake import MOST, WINDOW, Brake
from bot.adapters.discord.calls import SHUT
from bot.adapters.discord.welcome import Answer, Welcome
from bot.ports import GiveUp, TryLater

MINUTE = 60.0


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def braked(brake: Brake, times: Sequence[float], status: int = 403, scope: str | None = None) -> list[float]:
    """Let answers come at these times, and return at which of them the brake was pulled."""
    return [at for at in times if brake.seen(status, scope, at)]


COUNTED: dict[str, tuple[int, str | None, bool]] = {
    "an invalid token": (401, None, True),
    "a permission that is missing": (403, None, True),
    "our own limit": (429, "user", True),
    "the limit on everything": (429, "global", True),
    "a limit that does not say whose it is": (429, None, True),
    "a limit that others used up": (429, "shared", False),
    "what is gone": (404, None, False),
    "what is wrong in a message": (400, None, False),
    "a fault of Discord's": (500, None, False),
    "what went well": (200, None, False),
}


@pytest.mark.parametrize(("status", "scope", "counts"), COUNTED.values(), ids=COUNTED.keys())
def test_what_discord_holds_against_us(status: int, scope: str | None, counts: bool) -> None:
    brake = Brake(most=1)

    assert brake.seen(status, scope, 5.0) is counts
    assert brake.refused == counts
    assert (brake.held(5.0) is not None) is counts


def test_it_is_pulled_long_before_the_ban_and_said_once() -> None:
    brake = Brake()

    assert braked(brake, [at / 10 for at in range(MOST + 50)]) == [(MOST - 1) / 10]
    assert MOST * 10 <= 10_000


def test_it_is_let_go_when_half_of_them_are_forgotten() -> None:
    brake = Brake(most=4)
    braked(brake, [0, 1, 2, 3])

    # Two are left when the second has grown old.
    assert brake.held(3) == WINDOW - seconds(2)
    assert brake.held(600.5) == seconds(0.5)
    assert brake.held(601) is None
    assert brake.refused == 2


def test_one_that_grows_old_lets_none_through() -> None:
    brake = Brake(most=10)
    pulled = braked(brake, range(10))

    # Each would be refused again: ten refusals in ten minutes, again and again.
    let_through = [at for at in range(10, 605) if brake.held(at) is None]
    assert (pulled, let_through) == ([9], [604])


def test_it_can_be_pulled_again() -> None:
    brake = Brake(most=2, window=seconds(10))
    assert braked(brake, [0, 1]) == [1]
    assert brake.held(10) is None

    assert braked(brake, [10.5, 11]) == [10.5]
    assert brake.held(11) == seconds(9.5)


def test_few_refusals_hold_up_nothing() -> None:
    brake = Brake(most=3, window=seconds(10))

    assert braked(brake, [0, 9, 18, 27, 36]) == []
    assert brake.held(36) is None
    assert brake.refused == 2


# --- what else holds it up


def limited(wait: float, scope: str = "global") -> Answer:
    return Answer(429, scope, seconds(wait))


HELD: dict[str, tuple[Sequence[tuple[Answer, float]], float, TryLater | GiveUp | None]] = {
    "nothing": ([(Answer(200), 0), (Answer(404), 1), (Answer(403), 2)], 2, None),
    "a limit on everything": ([(limited(3), 10)], 11, TryLater("Discord's limit on everything", seconds(2))),
    "a limit that is over": ([(limited(3), 10)], 13, None),
    "the longer of two": ([(limited(30), 10), (limited(1), 11)], 12, TryLater("Discord's limit on everything", seconds(28))),
    "a limit on one channel": ([(limited(30, "user"), 10)], 11, None),
    "what is no limit": ([(Answer(200, "global", seconds(30)), 10)], 11, None),
    "a token that was refused": ([(Answer(401), 10)], 69, GiveUp(SHUT[40001], mendable=True)),
    "a token that was refused, to be tried again": ([(Answer(401), 10)], 70, None),
    "a token that was refused again": ([(Answer(401), 10), (Answer(401), 70)], 129, GiveUp(SHUT[40001], mendable=True)),
    "a token that is good again": ([(Answer(401), 10), (Answer(200), 11)], 12, None),
    "a refusal of something else says nothing of the token": (
        [(Answer(401), 10), (Answer(403), 11)],
        12,
        GiveUp(SHUT[40001], mendable=True),
    ),
    "an interaction's token": ([(Answer(401, ours=False), 10)], 11, None),
    "an interaction's token says nothing of ours": (
        [(Answer(401), 10), (Answer(200, ours=False), 11)],
        12,
        GiveUp(SHUT[40001], mendable=True),
    ),
    "the brake": (
        [(Answer(403), 0), (Answer(403), 1), (Answer(401), 2)],
        2,
        TryLater("Discord has refused too many requests lately", seconds(599)),
    ),
}


@pytest.mark.parametrize(("answers", "now", "held"), HELD.values(), ids=HELD.keys())
def test_what_holds_everything_up(answers: Sequence[tuple[Answer, float]], now: float, held: TryLater | GiveUp | None) -> None:
    welcome = Welcome(Brake(most=3))
    for answer, at in answers:
        welcome.seen(answer, at)

    assert welcome.held(now) == held


def test_of_a_token_that_was_refused_one_asks_for_all() -> None:
    welcome = Welcome()
    welcome.seen(Answer(401), 0)

    asked = [now for now in range(1, 181) if welcome.held(now) is None]
    assert asked == [60, 120, 180]


def test_what_has_to_be_mended_is_said_once() -> None:
    welcome = Welcome(Brake(most=3))
    with capture_logs() as log:
        for at in range(5):
            welcome.seen(Answer(401), at)
        welcome.seen(Answer(200), 5)

    assert [(entry["event"], entry["log_level"]) for entry in log] == [
        ("discord.shut_out", "error"),
        ("discord.braked", "error"),
        ("discord.let_in", "info"),
    ]
