"""Where signs stand inside a paragraph: emphasis, links and their targets, code, HTML tags, struck words.

The parser (markdown-it) names them in order without their places. Each has a known form, so that one walk
through the paragraph finds them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it.helpers import parseLinkDestination, parseLinkTitle
from markdown_it.token import Token

from annotate.model import Span

# A line break with the white space beside it, and the backslash that may make it a hard one.
LINE_BREAK = re.compile(r"[ \t]*\\?\n[ \t]*")
BRACKET = re.compile(r"\\.|[\[\]]")
SPACE = re.compile(r"\s*")
# Tags of words that are struck out; of a note's number behind a full stop; of a line break.
STRUCK = re.compile(r"<(?P<end>/?)(?:del|s|strike)\b", re.IGNORECASE)
RAISED = re.compile(r"<(?P<end>/?)sup\b", re.IGNORECASE)
BREAK_TAG = re.compile(r"<br\b", re.IGNORECASE)
ENDS = frozenset('.,;:!?”"’)]')
NAME_LETTERS = 3  # more than a unit has


class Signs(NamedTuple):
    """The signs in a paragraph, and where a line ends for its reader."""

    spans: list[Span]
    breaks: list[Span]


class Sign(NamedTuple):
    """A token with its stretch of the paragraph, and the stretches in it that are no words."""

    token: Token
    span: Span
    unread: tuple[Span, ...]


def signs_in(words: str, tokens: Sequence[Token]) -> Signs:
    """Return where the signs stand in a paragraph that the parser has taken apart.

    >>> from markdown_it import MarkdownIt
    >>> words = "The *Courier* [said](https://a.example) no."
    >>> tokens = MarkdownIt("commonmark").parseInline(words)[0].children
    >>> [span.of(words) for span in signs_in(words, tokens).spans]
    ['*', '*', '[', '](https://a.example)']
    """
    spans: list[Span] = []
    breaks: list[Span] = []
    hidden = -1
    for token, span, unread in _walk(words, tokens):
        spans += unread
        is_break = token.type == "hardbreak" or (
            token.type == "html_inline" and BREAK_TAG.match(token.content)
        )
        if is_break and not words[span.end : span.end + 3].lstrip()[:1].islower():
            breaks.append(span)
        hides = _hides(token, words[max(span.start - NAME_LETTERS, 0) : span.start])
        if hides and hidden < 0:
            hidden = span.start
        elif hides is False and hidden >= 0:
            spans.append(Span(hidden, span.end))
            hidden = -1
    return Signs(spans, breaks)


def _hides(token: Token, before: str) -> bool | None:
    """Return whether words are hidden from a token on (True), or shown again behind it (False)."""
    if token.type in ("s_open", "s_close"):
        return token.type == "s_open"
    if token.type != "html_inline":
        return None
    tag, raised = STRUCK.match(token.content), RAISED.match(token.content)
    if raised:  # behind a unit or a figure it is a power: "40 m<sup>2</sup>"
        noted = before[-1:] in ENDS or (before.isalpha() and len(before) == NAME_LETTERS)
        return False if raised["end"] else noted or None
    return not tag["end"] if tag else None


def _walk(words: str, tokens: Sequence[Token]) -> Iterator[Sign]:
    """Yield the tokens of a paragraph with their places; what cannot be placed ends the walk."""
    at = 0
    for token in tokens:
        if token.type == "text":
            start = words.find(token.content, at)
            if start < 0:
                return
            yield Sign(
                token, Span(start, start + len(token.content)), (Span(at, start),) if start > at else ()
            )
        else:
            end, unread = _extent(words, token, at)
            yield Sign(token, Span(at, end), unread)
        at = end if token.type != "text" else start + len(token.content)


def _extent(words: str, token: Token, at: int) -> tuple[int, tuple[Span, ...]]:
    """Return where a token that begins at an offset ends, and what in it is no word."""
    if token.type in ("softbreak", "hardbreak"):
        line_break = LINE_BREAK.match(words, at)
        end = line_break.end() if line_break else at
        slash = words.find("\\", at, end)
        return end, (Span(slash, slash + 1),) if slash >= 0 else ()
    if token.type == "text_special":
        end = at + len(token.markup)
        if token.info == "entity":  # its first character stands for what it means
            return end, (Span(at + 1, end),) if len(token.content) == 1 else ()
        return end, (Span(at, at + 1),)
    if token.type == "code_inline":
        return _code(words, token.markup, at)
    end = _sign_end(words, token, at)
    return end, (Span(at, end),)


def _sign_end(words: str, token: Token, at: int) -> int:
    """Return where a sign ends that is no word at all."""
    if token.type == "html_inline":
        return at + len(token.content)
    if token.type == "image":
        return _target_end(words, _label_end(words, at + 1))
    if token.type == "link_close" and token.info != "auto":
        return _target_end(words, at)
    return at + (1 if token.type in ("link_open", "link_close") else len(token.markup))


def _code(words: str, ticks: str, at: int) -> tuple[int, tuple[Span, ...]]:
    start = at + len(ticks)
    closing = re.compile(f"(?<!`){ticks}(?!`)").search(words, start)
    if closing is None:
        return start, (Span(at, start),)
    return closing.end(), (Span(at, start), Span(*closing.span()))


def _label_end(words: str, at: int) -> int:
    """Return where the bracket closes that opens at an offset."""
    depth = 0
    for mark in BRACKET.finditer(words, at):
        depth += {"[": 1, "]": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.start()
    return at


def _target_end(words: str, at: int) -> int:
    """Return where a link's target ends, given its closing bracket: "](address "title")", "][name]", "]"."""
    if words.startswith("](", at):
        pos = _behind_space(words, at + 2)
        target = parseLinkDestination(words, pos, len(words))
        pos = _behind_space(words, target.pos if target.ok else pos)
        title = parseLinkTitle(words, pos, len(words))
        pos = _behind_space(words, title.pos if title.ok else pos)
        if words.startswith(")", pos):
            return pos + 1
    name = re.compile(r"\]\[[^\[\]]*\]").match(words, at)
    return name.end() if name else at + 1


def _behind_space(words: str, at: int) -> int:
    space = SPACE.match(words, at)
    return space.end() if space else at
