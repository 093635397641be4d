"""How does a digest look as a page? It loads nothing from anywhere, runs nothing, knows the dark, and prints well.

Every figure leads to the cases behind it, further down in the same page; a private case is only counted there.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape

from bot.escalation.org import Org
from bot.wording import chart_svg
from bot.wording.chart import chart
from bot.wording.digest_behind import heading
from bot.wording.digest_items import Content, Item, anchor, headline, quiet
from bot.wording.digest_said import Said
from bot.wording.digest_sections import sections
from bot.wording.digest_summary import asked
from bot.wording.plain import counted

_CASE = re.compile(r"\bC-[0-9]+\b")
_TEXTS = ("figures", "more", "causes", "combustion_points")  # sections whose items are a line each


def html(content: Content, org: Org) -> str:
    """Return the digest as a page that loads nothing from anywhere."""
    said = Said(org.zone, datetime.fromisoformat(content["to"]))
    head = [f"<h1>{escape(said(headline(content)))}</h1>", f"<p class='soft'>{escape(said.span(content, org))}</p>"]
    body = "\n".join([*head, *([] if quiet(content) else _Page(content, org, said).body())])
    return _PAGE.format(title=escape(f"Digest of {org.name}"), style=_STYLE + chart_svg.STYLE, body=body)


class _Page:
    """What a page says, and to which of its cases it can lead."""

    def __init__(self, content: Content, org: Org, said: Said) -> None:
        self._content, self._org, self._said = content, org, said
        self._sections = list(sections(content, org))
        self._places = {name for section in self._sections if section.name not in _TEXTS for item in section.items for name in item.names}
        self._told: set[str] = set()  # cases that have got their place already
        self._behind = {name: cases for name, cases in content.get("cases", {}).items() if cases["cases"] or cases["private"]}

    def body(self) -> Iterator[str]:
        """Yield the page from top to bottom."""
        asks = [_CASE.sub(self._link, escape(self._said(line))) for line in asked(self._content)]
        if asks:
            yield f"<h2>Asked of you</h2><ul>{''.join(f'<li>{ask}</li>' for ask in asks)}</ul>"
        drawn = chart(self._content, self._org.zone)
        if drawn is not None:
            yield chart_svg.svg(drawn)
        for section in self._sections:
            yield f"<section><h2>{escape(section.heading)}</h2>"
            yield from (self._line(item) if section.name in _TEXTS else self._case(item) for item in section.items)
            yield "</section>"
        yield from self._cases()
        yield from (f"<p class='soft'>{escape(self._said(line))}</p>" for line in anchor(self._content))

    def _line(self, item: Item) -> str:
        words = escape(self._said(item.title))
        first = next((name for name in item.names if name in self._behind), None)
        return f'<p><a href="#behind-{first}">{words}</a></p>' if first else f"<p>{words}</p>"

    def _case(self, item: Item) -> str:
        lines = "".join(f"<p>{escape(self._said(line))}</p>" for line in item.lines)
        places = [name for name in item.names if name not in self._told]
        place = f' id="{escape(places[0])}"' if places else ""
        self._told.update(item.names)
        return f"<article{place}><h3>{escape(self._said(item.title))}</h3>{lines}</article>"

    def _cases(self) -> Iterator[str]:
        """Yield which cases are behind each figure that the page tells."""
        said = [name for section in self._sections if section.name in _TEXTS for item in section.items for name in item.names]
        told = [name for name in dict.fromkeys(said) if name in self._behind]
        if told:
            yield "<section class='behind'><h2>The cases behind the figures</h2>"
            yield from map(self._figure, told)
            yield "</section>"

    def _figure(self, name: str) -> str:
        cases = self._behind[name]
        links = ", ".join(self._linked(cases["cases"]))
        private = f"{', and ' if links else ''}{counted(cases['private'], 'private case')}" if cases["private"] else ""
        return f'<h3 id="behind-{name}">{heading(name)}</h3><p>{links}{private}</p>'

    def _linked(self, cases: Iterable[str]) -> Iterator[str]:
        yield from (_CASE.sub(self._link, escape(case)) for case in cases)

    def _link(self, found: re.Match[str]) -> str:
        return f'<a href="#{found[0]}">{found[0]}</a>' if found[0] in self._places else found[0]


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

_LIGHT = (
    "--ink: #1d2433; --soft: #5b6472; --line: #d8dde6; --ground: #ffffff; "
    "--mark: #b34a00; --mark-soft: #f3d3bd; --calm: #8fbfe3; --deep: #00507a;"
)
_DARK = (
    "--ink: #e6e9ef; --soft: #a3acba; --line: #353c49; --ground: #14181f; "
    "--mark: #ff9b57; --mark-soft: #6b3a17; --calm: #35658a; --deep: #8ecbff;"
)
_STYLE = f"""
:root {{ color-scheme: light dark; {_LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_DARK} }} }}
body {{ margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }}
main {{ max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }}
h2 {{ font-size: 1rem; margin: 2.25rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }}
h3 {{ font-size: 1rem; margin: 0 0 .25rem; }}
p {{ margin: 0 0 .25rem; }}
ul {{ margin: 0; padding-left: 1.25rem; }}
a {{ color: inherit; text-decoration-color: var(--soft); text-underline-offset: .2em; }}
li a, .behind a {{ white-space: nowrap; }}
.soft {{ color: var(--soft); }}
.behind h3 {{ font-size: .9rem; margin-top: .75rem; font-weight: 500; }}
.behind p {{ color: var(--soft); }}
article {{ border-left: 3px solid var(--mark); padding-left: .875rem; margin: 1rem 0; }}
:target {{ background: color-mix(in srgb, var(--mark) 12%, transparent); }}
@media print {{
  :root {{ color-scheme: light; {_LIGHT} }}
  main {{ max-width: none; padding: 0; }}
  article, svg {{ break-inside: avoid; }}
  h2 {{ break-after: avoid; }}
  a {{ text-decoration: none; }}
}}
"""
