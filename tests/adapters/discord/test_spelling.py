"""Whatever our own words tell people to type can be typed in Discord."""

import re

import pytest

from bot.adapters.discord.lines import Reader, markdown
from bot.adapters.discord.options import BESIDE, CASES
from bot.adapters.discord.spelling import EXAMPLES, spelled
from bot.chat import Typed
from bot.wording.helping import COMMANDS
from tests.handlers.small import NOW

WORDS: dict[str, tuple[str, str]] = {
    "nothing to type": ("Ana owns it.", "Ana owns it."),
    "a verb alone": ("`/case mine` lists yours.", "`/case mine` lists yours."),
    "the command alone": ("ask with `/case`: only you see it", "ask with `/case`: only you see it"),
    "with a case": ("That is C-1 already; `/case metoo C-1` says so.", "That is C-1 already; `/case metoo case: C-1` says so."),
    "at the end": ("The whole is in /case show C-12.", "The whole is in /case show case: C-12."),
    "two of them": ("/case back, then /case away again.", "/back, then /away again."),
    "a code, which is typed elsewhere": ("until 09:10: `/case link K7M-QXR-4TC`", "until 09:10: `/case link K7M-QXR-4TC`"),
    "taken back": ("`/case link undo` takes it back", "`/case link code: undo` takes it back"),
    "another platform": ("`/case prefer slack` or", "`/prefer platform: slack` or"),
    "none of Discord's commands": ("Name it: /case severity C-3", "Name it: @Buckstop severity C-3"),
    "a guess": ("did you mean /case promise? /case help lists", "did you mean /case promise? /case help lists"),
    "a figure": ("see /case digest figures", "see /case digest of: figures"),
    "spelled already": ("/case show case: C-1", "/case show case: C-1"),
}


@pytest.mark.parametrize(("ours", "here"), WORDS.values(), ids=WORDS.keys())
def test_our_own_words(ours: str, here: str) -> None:
    assert spelled(ours) == here
    assert spelled(here) == here


@pytest.mark.parametrize("verb", [verb for verb in COMMANDS if verb != "link"])  # its code is typed on another platform
def test_every_example_of_the_help_can_be_typed(verb: str) -> None:
    does, typed = COMMANDS[verb]
    example = spelled(f"{does}: /case {typed}").removeprefix(f"{does}: ")
    if example.startswith("@Buckstop "):
        assert example == f"@Buckstop {typed}"
        assert verb not in {**CASES, **BESIDE}
        return
    name, _, rest = example.removeprefix("/case ").removeprefix("/").partition(" ")
    assert example.startswith("/case ") is (name not in BESIDE or name == "report")
    options = {option.name for option in {**CASES, **BESIDE}[name].options}
    given = re.findall(r"(?:^| )([a-z_]+): ", rest)
    assert set(given) <= options
    assert not rest or re.match(r"[a-z_]+: ", rest), "words without the name of an option"


@pytest.mark.parametrize("example", EXAMPLES.values())
def test_each_is_a_command_that_is_registered(example: str) -> None:
    word, _, rest = example.removeprefix("/").partition(" ")
    assert (rest.partition(" ")[0] in CASES) if word == "case" else (word in BESIDE)


def test_what_somebody_typed_is_left_as_it_is() -> None:
    assert markdown((Typed("/case show C-1"), ": see /case show C-1"), Reader("UTC", NOW)) == ("/case show C-1: see /case show case: C-1")
