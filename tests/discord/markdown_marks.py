"""Which marks hold together, and what stands between them?

The expressions are those of simple-markdown, which Discord's client uses, in what they match: emphasis first comes, then the longest.
JavaScript's white space and word characters are not Python's, so they are spelt out.
"""

import re

SPACE = r"\t\n\v\f\r\x20\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_INNER = r"(?:\\[\s\S]|[^\\])+?"
# In the order in which the client prefers them where they are equally long.
_EMPHASES = (
    ("italics", re.compile(rf"\*(?=[^{SPACE}])((?:\*\*|\\[\s\S]|[{SPACE}]+(?:\\[\s\S]|[^{SPACE}*\\]|\*\*)|[^{SPACE}*\\])+?)\*(?!\*)")),
    ("italics", re.compile(r"_((?:__|\\[\s\S]|[^\\_])+?)_(?![A-Za-z0-9_])")),
    ("bold", re.compile(rf"\*\*({_INNER})\*\*(?!\*)")),
    ("underline", re.compile(rf"__({_INNER})__(?!_)")),
)
_OTHERS = (
    ("strikethrough", re.compile(r"~~([\s\S]+?)~~(?!_)")),
    ("spoiler", re.compile(r"\|\|([\s\S]+?)\|\|")),
)
_CODE = re.compile(rf"(`+)[{SPACE}]*([\s\S]*?[^`])[{SPACE}]*\1(?!`)")
_CODE_BLOCK = re.compile(r"```(?:([A-Za-z0-9_+\-.#]+?)\n)?\n*([^\n][\s\S]*?)\n*```")


def styled(text: str, at: int) -> tuple[str, str, int] | None:
    """Return the kind of the mark that begins here, what stands in it, and where it ends."""
    found = [(kind, hit) for kind, mark in _EMPHASES if (hit := mark.match(text, at))]
    if found:
        # `max` takes the first of equals.
        kind, hit = max(found, key=lambda one: one[1].end())
        return kind, hit[1], hit.end()
    for kind, mark in _OTHERS:
        hit_other = mark.match(text, at)
        if hit_other:
            return kind, hit_other[1], hit_other.end()
    return None


def code(text: str, at: int) -> tuple[str, int] | None:
    """Return what stands in backticks that begin here, and where they end."""
    found = _CODE.match(text, at)
    return (found[2], found.end()) if found else None


def code_block(text: str, at: int) -> tuple[str, str, int] | None:
    """Return the language and the lines of a block of code that begins here, and where it ends."""
    found = _CODE_BLOCK.match(text, at)
    return (found[1] or "", found[2], found.end()) if found else None
