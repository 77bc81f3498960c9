"""What Markdown's dialects add to CommonMark: footnotes, shortcodes, comments, abbreviations, task boxes.

The parser knows none of these, so each is masked before it reads the text: by as many characters that mean
nothing to it, so that every offset stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotate.article.reading.clean_view import merged
from annotate.model import Span

#: Takes the place of each masked character: punctuation, as the signs themselves are, and no sign.
MASK = "⁂"
#: How each stretch begins and ends that a site generator or a browser takes out.
PAIRS = (("<!--", "-->"), ("{% comment %}", "{% endcomment %}"), ("{{", "}}"), ("{%", "%}"), ("%%", "%%"))
FARTHEST = 5_000  # characters between the two

# The note itself, to the next blank line, with the indented paragraphs that belong to it: "[^1]: See page 9."
NOTE = re.compile(
    r"^ {0,3}\[\^[^\]\s]{1,60}\]:[^\n]*(?:\n[^\S\n]*\S[^\n]*)*"
    r"(?:\n(?:[^\S\n]*\n)+(?: {4}|\t)[^\S\n]*\S[^\n]*)*",
    re.MULTILINE,
)
# Whole stretches that are no words, each with an example.
NO_WORDS = (
    re.compile(r"^ {0,3}\*\[[^\]\n]{1,60}\]:[^\n]*", re.MULTILINE),  # *[HTML]: Hypertext Markup Language
    re.compile(r"^ {0,3}(?::{3,}|!{3}|\?{3})[^\n]*", re.MULTILINE),  # ::: warning
    re.compile(r"\^?\[\^[^\]\s\[]{1,60}\]|\^\[[^\]\n]{1,500}\]"),  # [^1]  ^[A note in its place.]
    re.compile(r"!\[\[[^\[\]\n]{1,300}\]\]"),  # ![[picture.png]]
    re.compile(
        r"\{[:#.][^{}\n]{0,200}\}|(?<=\))\{[^{}\n]{1,200}\}"
    ),  # {: .lead}  {#id}  (link){target=_blank}
    re.compile(r"(?<=> )\[![A-Za-z]{1,20}\][+-]?"),  # > [!NOTE]
    re.compile(r"^\[toc\][^\S\n]*$", re.IGNORECASE | re.MULTILINE),
)
# Signs around words, which are the group.
AROUND = (
    re.compile(r"(?<!!)\[\[(?:[^\[\]|\n]{1,200}\|)?(?P<words>[^\[\]|\n]{1,200})\]\]"),  # [[Page|the words]]
    re.compile(r"(?<!=)==(?P<words>[^\s=](?:[^=\n]{0,300}[^\s=])?)==(?!=)"),  # ==marked==
)
# The box of a task, behind its list mark: "- [x] ".
TASK = re.compile(r"^[\s>]{0,20}(?:[-*+]|\d{1,9}[.)])[ \t]+(?P<box>\[[ xX]\])(?=[ \t])", re.MULTILINE)


def masks(text: str) -> tuple[Span, ...]:
    """Return the stretches of a Markdown text that CommonMark does not know and no reader reads."""
    stretches = [span for opening, closing in PAIRS for span in _between(text, opening, closing)]
    stretches += (Span(*match.span()) for pattern in (NOTE, *NO_WORDS) for match in pattern.finditer(text))
    for match in (match for pattern in AROUND for match in pattern.finditer(text)):
        stretches += (Span(match.start(), match.start("words")), Span(match.end("words"), match.end()))
    stretches += (Span(*match.span("box")) for match in TASK.finditer(text))
    return merged(stretches)


def masked(text: str, stretches: tuple[Span, ...]) -> str:
    """Return a text of the same length in which the stretches mean nothing; line breaks stay."""
    parts, done = [], 0
    for span in stretches:
        parts += [text[done : span.start], re.sub(r"[^\n]", MASK, span.of(text))]
        done = span.end
    return "".join([*parts, text[done:]])


def _between(text: str, opening: str, closing: str) -> Iterator[Span]:
    """Return the stretches from an opening to the closing behind it, both included."""
    start, end = text.find(opening), -1
    while start >= 0:
        behind = start + len(opening)
        end = end if end >= behind else text.find(closing, behind)
        if end < 0:
            return
        if end - start <= FARTHEST:
            yield Span(start, end + len(closing))
            behind = end + len(closing)
        start = text.find(opening, behind)
