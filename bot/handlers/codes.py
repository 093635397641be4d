"""The codes by which two accounts become one person's: easy to read aloud and to type, hard to guess, and nowhere kept.

Nine signs of twenty-four are 41 bits. With ten wrong ones an hour, somebody who guesses finds one of a thousand codes that count at one
moment in thirty thousand years.
"""

import hashlib
import re
import secrets
import unicodedata

# None that looks like another: neither B nor 8, O nor 0, S nor 5, Z nor 2, I, L nor 1, and no U.
SIGNS = "ACDEFGHJKMNPQRTVWXY34679"
LENGTH = 9


def new_code() -> str:
    """Return a code that nobody can foresee, as it is shown: "K7M-QXR-4TC"."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return "-".join(signs[at : at + 3] for at in range(0, LENGTH, 3))


def read_code(text: str) -> str | None:
    """Return the code that somebody typed, however sloppily; None if no code looks like that."""
    signs = _signs(text)
    return signs if len(signs) == LENGTH and set(signs) <= set(SIGNS) else None


def meant_as_code(text: str) -> bool:
    """Tell whether these words are a code, or were to be one: "link is missing" says something else."""
    signs = _signs(text)
    return read_code(text) is not None or (abs(len(signs) - LENGTH) <= 1 and any(sign.isdigit() for sign in signs))


def digest(code: str) -> str:
    """Return what is kept of a code."""
    return hashlib.sha256(f"buckstop link {_signs(code)}".encode()).hexdigest()


def _signs(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()
